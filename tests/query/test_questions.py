"""``find``, ``show``, ``uses``, ``outline`` and ``map`` on real repositories: what is printed, never stale."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.query.schema import SCHEMA, text
from tests.support import ENVIRONMENT, build, run, tree, write

FILES = {
    "incdoc.toml": "",
    "shop/__init__.py": '"""A shop."""\n\nfrom ._cart import Cart, Basket\n\n__all__ = ["Cart", "Basket"]\n',
    "shop/_cart.py": '''"""Carts of customers."""

LIMIT = 10


class Basket:
    """What things are put into."""

    def add(self, item: str) -> None:
        """Put an item into it."""
        raise NotImplementedError

    def total(self) -> int:
        return 0


class Cart(Basket):
    """A cart of a customer. It has a limit."""

    def add(self, item: str) -> None:
        """Put an item into the cart."""
        if not item:
            raise ValueError(item)
        check_item(item)


def check_item(item: str) -> bool:
    """Whether an item can be sold."""
    return len(item) < LIMIT


def parseURL(url: str) -> str:
    return url


def _cart_size() -> int:
    return 0
''',
    "shop/order.py": '''"""Orders."""

from shop import Cart


def order(name: str) -> Cart:
    """Order something."""
    cart = Cart()
    cart.add(name)
    return cart


def reorder() -> None:
    # another
    Cart()
''',
    "web/view.ts": "export function showCart(id: string): void {}\n",
    "web/add.py": "def add(a: int, b: int) -> int:\n    return a + b\n",
    "tests/test_cart.py": "from shop import Cart\n\n\ndef test_cart():\n    assert Cart()\n",
    "README.md": "# Shop\n\nA shop.\n\n## The cart\n\nText.\n",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("questions") / "p", FILES)
    build(folder)
    return folder


def ask(folder: Path, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The answer as JSON, which the schema describes."""
    done = subprocess.run(
        ["incdoc", *arguments, "--json"], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (status, "")
    answer: dict[str, Any] = json.loads(done.stdout)
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(answer)
    return answer


def test_the_schema_in_the_package_is_that_of_the_answers() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == text(), "python -m tests.query.schema"
    Draft202012Validator.check_schema(json.loads(text()))


def names(answer: dict[str, Any]) -> list[str]:
    return [hit["name"] for hit in answer["hits"]]


def test_find_puts_the_name_first_then_beginnings_words_and_parts(project: Path) -> None:
    answer = ask(project, "find", "cart")
    assert names(answer)[0] == "Cart"
    order = names(answer)
    assert order.index("showCart") > order.index("Cart")
    assert order.index("_cart_size") > order.index("Cart")
    assert answer["total"] == len(answer["hits"])
    assert names(ask(project, "find", "url")) == ["parseURL"]
    assert names(ask(project, "find", "Cart.add")) == ["Cart.add"]


def test_find_tells_where_and_what(project: Path) -> None:
    assert run(project, "incdoc", "find", "check_item") == (
        "shop/_cart.py:27: check_item (function)\n"
        "    def check_item(item: str) -> bool\n"
        "    Whether an item can be sold.\n"
    )


def test_find_selects_by_kind_path_and_language_and_says_how_many_more_there_are(project: Path) -> None:
    assert set(names(ask(project, "find", "add"))) >= {"add", "Cart.add", "Basket.add"}
    assert names(ask(project, "find", "add", "--kind", "function")) == ["add"]
    assert names(ask(project, "find", "add", "--path", "web", "--kind", "function")) == ["add"]
    assert names(ask(project, "find", "cart", "--path", "*/view.*")) == ["showCart"]
    assert names(ask(project, "find", "cart", "--language", "typescript")) == ["showCart"]
    few = ask(project, "find", "add", "--limit", "1")
    assert len(few["hits"]) == 1 < few["total"]
    assert f"and {few['total'] - 1} more: ask for less, or raise --limit" in run(
        project, "incdoc", "find", "add", "--limit", "1"
    )


def test_a_sign_of_sql_is_no_pattern(project: Path) -> None:
    assert ask(project, "find", "%", status=1)["total"] == 0
    assert names(ask(project, "find", "k_i")) == ["check_item"]


def test_nothing_found_has_a_status_and_the_nearest_name(project: Path) -> None:
    assert ask(project, "find", "Cartt", status=1)["near"] == ["Cart"]
    assert run(project, "incdoc", "show", "Baskets", status=1) == "There is no Baskets. Did you mean Basket?\n"
    assert ask(project, "uses", "nothing.like.this", status=1)["answer"] == "nothing"
    assert ask(project, "outline", "missing.py", status=1)["answer"] == "nothing"


def test_show_tells_all_of_a_definition(project: Path) -> None:
    for name in ("Cart", "shop.Cart", "shop/_cart.py:Cart", "_cart.Cart"):
        answer = ask(project, "show", name)
        assert (answer["answer"], answer["hit"]["path"], answer["hit"]["line"]) == ("definition", "shop/_cart.py", 17)
    assert answer["heads"] == ["class Cart(Basket)"]
    assert answer["documentation"] == "A cart of a customer. It has a limit."
    assert [member["name"] for member in answer["members"]] == ["add"]
    assert answer["inherits"] == [{"base": "Basket", "path": "shop/_cart.py", "names": ["total"], "count": 1}]
    users = {(user["path"], user["name"], user["called"]) for user in answer["users"]}
    assert users >= {("shop/order.py", "order", True), ("shop/order.py", "reorder", True)}
    assert answer["tests"] == ["tests/test_cart.py"]
    assert "source" in answer and not answer["source"]
    assert ask(project, "show", "check_item", "--source")["source"].startswith("def check_item(item: str)")


def test_a_name_as_users_import_it(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "lib/__init__.py": "from .inner import Thing as Public\nfrom .other import Twice\n",
        "lib/inner.py": "class Thing:\n    def act(self): pass\n",
        "lib/other.py": "class Twice: pass\n",
        "more.py": "class Public: pass\nclass Twice: pass\n",
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    assert ask(folder, "show", "lib.Public")["hit"]["name"] == "Thing"
    assert ask(folder, "show", "lib.Public.act")["hit"]["name"] == "Thing.act"
    assert ask(folder, "show", "lib.Twice")["hit"]["path"] == "lib/other.py"
    assert ask(folder, "show", "lib.inner")["path"] == "lib/inner.py"
    assert ask(folder, "show", "Twice")["answer"] == "choice"


HEADER = {
    "incdoc.toml": "",
    "lib/a.h": """namespace a {
// Makes it larger.
int grow(int by, int most = 9);
// A jar.
class Jar {
 public:
  Jar();
  Jar(int size);
  // Opens it.
  void open();
};
}  // namespace a
""",
    "lib/a.cc": """#include "a.h"
namespace a {
int grow(int by, int most) { return by; }
Jar::Jar() {}
void Jar::open() { grow(1); }
}  // namespace a
""",
    "lib/b.cc": '#include "a.h"\nnamespace a {\nint twice() { return grow(2); }\n}\n',
    "lib/a_test.cc": '#include "a.h"\nint main() { return a::grow(3); }\n',
    "lib/README.md": "# Jar\n\nWhat jars are for.\n",
    "c/f.h": "extern int limit;\nint f(void);\n",
    "c/f_unix.c": '#include "f.h"\nint limit = 1;\nint f(void) { return 1; }\n',
    "c/f_dos.c": '#include "f.h"\nint f(void) { return 2; }\n',
    "c/g.c": '#include "f.h"\nint g(void) { return f(); }\n',
}


@pytest.fixture(scope="module")
def headers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("headers") / "p", HEADER)
    build(folder)
    return folder


@pytest.mark.parametrize("asked", ["grow", "a::grow", "lib/a.h:a::grow", "lib/a.cc:grow"])
def test_a_declaration_and_its_definition_are_one(headers: Path, asked: str) -> None:
    assert run(headers, "incdoc", "show", asked) == (
        """lib/a.cc:3-3: a::grow (function)
    int grow(int by, int most = 9)

Makes it larger.

Declared in: lib/a.h:3
Called by:
  lib/a.cc: a::Jar::open
  lib/b.cc: a::twice
  lib/a_test.cc: main
Tests: lib/a_test.cc
"""
    )
    uses = ask(headers, "uses", asked)
    assert [(each["path"], each["name"], each["lines"]) for each in uses["users"]] == [
        ("lib/a.cc", "a::Jar::open", [5]),
        ("lib/b.cc", "a::twice", [3]),
        ("lib/a_test.cc", "main", [2]),
    ]


def test_what_is_defined_for_several_systems_is_one(headers: Path) -> None:
    answer = ask(headers, "show", "f")
    assert (answer["hit"]["path"], answer["declared"]) == ("c/f_dos.c", [{"path": "c/f.h", "line": 2}])
    assert answer["defined"] == [{"path": "c/f_unix.c", "line": 3}]
    assert ask(headers, "show", "c/f_unix.c:f")["hit"]["path"] == "c/f_unix.c"
    assert [each["path"] for each in ask(headers, "uses", "c/f_unix.c:f")["users"]] == ["c/g.c"]
    assert ask(headers, "show", "limit")["declared"] == [{"path": "c/f.h", "line": 1}]


def test_a_class_with_its_constructor_is_one_answer_before_headings(headers: Path) -> None:
    answer = ask(headers, "show", "Jar")
    assert (answer["hit"]["name"], answer["hit"]["kind"]) == ("a::Jar", "class")
    assert [each["signature"] for each in answer["members"]] == ["Jar()", "Jar(int size)", "void open()"]
    assert answer["others"] == [{"path": "lib/README.md", "name": "Jar"}]
    assert ask(headers, "show", "Jar::Jar")["declared"] == [{"path": "lib/a.h", "line": 7}]


def test_a_folder_wins_over_a_name(headers: Path, project: Path) -> None:
    assert ask(headers, "show", "c/")["answer"] == "folder"
    assert ask(project, "show", "shop")["path"] == "shop/__init__.py"
    assert run(project, "incdoc", "show", "shop/").splitlines()[:2] == ["shop/", "    A shop."]


def test_show_of_a_member(project: Path) -> None:
    answer = ask(project, "show", "Cart.add")
    assert answer["raises"] == [{"name": "ValueError", "lines": [23]}]
    assert answer["calls"] == ["check_item"]
    assert run(project, "incdoc", "show", "check_item").splitlines()[:2] == [
        "shop/_cart.py:27-29: check_item (function, in shop._cart)",
        "    def check_item(item: str) -> bool",
    ]


def test_a_name_with_several_meanings_lists_them_and_says_how_to_choose(project: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"a.py": "class X: pass\n", "b.py": "class X: pass\n"})
    build(folder)
    answer = ask(folder, "show", "X")
    assert answer["answer"] == "choice"
    assert [(hit["path"], hit["name"]) for hit in answer["hits"]] == [("a.py", "X"), ("b.py", "X")]
    assert run(folder, "incdoc", "show", "X").startswith("X means 2 things. Choose one by its path, as a.py:X:\n")
    assert ask(folder, "show", "b.py:X")["hit"]["path"] == "b.py"
    assert ask(project, "show", "add")["others"] == [
        {"path": "shop/_cart.py", "name": "Basket.add"},
        {"path": "shop/_cart.py", "name": "Cart.add"},
        {"path": "web/add.py", "name": ""},
    ]


def test_show_of_a_file(project: Path) -> None:
    answer = ask(project, "show", "shop/_cart.py")
    assert (answer["answer"], answer["summary"]) == ("file", "Carts of customers.")
    assert [hit["name"] for hit in answer["public"]] == ["LIMIT", "Basket", "Cart", "check_item", "parseURL"]
    assert answer["public"][0]["signature"] == "LIMIT = 10"
    assert answer["importers"] == ["shop/__init__.py"]
    offered = ask(project, "show", "shop/__init__.py")
    assert {(hit["name"], hit["path"]) for hit in offered["public"]} == {
        ("Basket", "shop/_cart.py"),
        ("Cart", "shop/_cart.py"),
    }
    assert ask(project / "shop", "show", "order.py")["path"] == "shop/order.py"


def test_uses_are_by_file_with_lines_and_tests_apart(project: Path) -> None:
    answer = ask(project, "uses", "Cart")
    assert [(user["path"], user["name"], user["lines"], user["test"]) for user in answer["users"]] == [
        ("shop/order.py", "order", [6, 8], False),
        ("shop/order.py", "reorder", [15], False),
        ("tests/test_cart.py", "test_cart", [5], True),
    ]
    assert ask(project, "uses", "Basket")["subclasses"] == [{"path": "shop/_cart.py", "name": "Cart"}]
    assert ask(project, "uses", "shop/_cart.py")["importers"] == ["shop/__init__.py"]


def test_outline(project: Path) -> None:
    assert run(project, "incdoc", "outline", "shop/order.py") == (
        "shop/order.py — Orders.\n"
        "  6-10: def order(name: str) -> Cart — Order something.\n"
        "  13-15: def reorder() -> None\n"
    )
    depths = {line["name"]: line["depth"] for line in ask(project, "outline", "shop/_cart.py")["lines"]}
    assert (depths["Cart"], depths["Cart.add"]) == (0, 1)
    assert run(project, "incdoc", "outline", "shop").splitlines()[:3] == [
        "shop/",
        "    A shop.",
        "  __init__.py",
    ]
    assert ask(project, "outline", "shop/_cart.py", "--limit", "2")["total"] > 2


def test_a_map_keeps_its_budget_and_begins_with_what_users_import(project: Path) -> None:
    for budget in (1, 40, 100, 100_000):
        answer = ask(project, "map", "--tokens", str(budget))
        assert answer["tokens"] <= budget
        assert answer == ask(project, "map", "--tokens", str(budget))
    shown = [line["name"] for file in ask(project, "map", "--tokens", "45")["files"] for line in file["lines"]]
    assert shown and set(shown) <= {"Cart", "Basket", "LIMIT"}
    assert {"Cart", "Basket"} <= set(shown)
    every = [line["name"] for file in answer["files"] for line in file["lines"]]
    assert {"Cart", "Cart.add", "check_item", "order", "showCart"} <= set(every)
    assert not {"_cart_size", "test_cart"} & set(every)
    said = run(project, "incdoc", "map", "--tokens", "100")
    shown_text = said[: said.rindex("\n", 0, -1) + 1]
    assert len(shown_text.encode()) // 4 <= 100


def test_answers_are_of_what_is_on_disk_and_nothing_is_written(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    build(folder)
    before = ask(folder, "show", "order")
    write(folder, {"shop/order.py": "def order(other: int) -> int:\n    return other\n"})
    files = tree(folder)
    after = ask(folder, "show", "order")
    assert after["heads"] == ["def order(other: int) -> int"]
    assert after["blobs"] != before["blobs"]
    blob = run(folder, "git", "hash-object", "shop/order.py").strip()
    assert {"path": "shop/order.py", "blob": blob} in after["blobs"]
    assert not [user for user in ask(folder, "uses", "Cart")["users"] if user["path"] == "shop/order.py"]
    (folder / "shop/order.py").unlink()
    assert ask(folder, "show", "shop/order.py", status=1)["answer"] == "nothing"
    files.pop("shop/order.py")
    now = tree(folder)
    assert {path for path in files if path not in ("shop", ".") and now.get(path) != files[path]} == set()


def test_without_a_cache_what_was_read_is_kept_and_the_next_build_is_exact(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    said = run(folder, "incdoc", "find", "Cart")
    assert "There was no cache: what was read of" in said
    other = write(tmp_path / "other", FILES)
    build(other)
    build(folder)
    own = {path: entry[2] for path, entry in tree(folder / "docs").items()}
    assert own == {path: entry[2] for path, entry in tree(other / "docs").items()}


def test_what_a_name_has_in_it_does_not_control_the_terminal(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"a.py": 'def f():\n    """One \x1b[31m red."""\n'})
    assert "\x1b" not in run(folder, "incdoc", "show", "f")


def test_a_page_of_the_user_s_in_the_output_is_no_obstacle(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES | {"docs/reference/shop/order.py_docs.md": "mine\n"})
    assert ask_quietly(folder, "show", "order")["hit"]["path"] == "shop/order.py"


def ask_quietly(folder: Path, *arguments: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(run(folder, "incdoc", *arguments, "--json", "-q"))
    return answer


@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq")
def test_jq_reads_the_answers(project: Path) -> None:
    command = "incdoc find check_item --json | jq -r '.hits[] | \"\\(.path):\\(.line)\"'"
    assert run(project, "sh", "-c", command) == "shop/_cart.py:27\n"


def test_mistakes_are_one_sentence(project: Path) -> None:
    assert "find takes one NAME. See: incdoc find --help" in run(project, "incdoc", "find", status=3)
    assert "--limit takes a number from 1." in run(project, "incdoc", "find", "a", "--limit", "0", status=3)


def test_a_choice_is_made_by_the_path_and_name_that_it_shows(tmp_path: Path) -> None:
    colons = {"src/a.hpp": "namespace ns {\nclass Key {};\n}\n", "src/b.hpp": "namespace ns {\nclass Key {};\n}\n"}
    branches = "try:\n    class Pair: ...\nexcept ImportError:\n    Pair = None\n"
    project = write(tmp_path / "project", colons | {"pair.py": branches, "notes.md": "# N\n\n## Step 1: install\n"})
    build(project)
    assert ask(project, "show", "Key")["answer"] == "choice"
    assert ask(project, "show", "src/a.hpp:ns::Key")["hit"]["path"] == "src/a.hpp"
    assert ask(project, "show", "Pair")["answer"] == "definition"
    assert ask(project, "show", "notes.md:Step 1: install")["answer"] == "definition"


def test_what_filters_leave_out_is_not_proposed(project: Path) -> None:
    assert ask(project, "find", "Cart", "--kind", "clas", status=1)["near"] == []


def test_a_name_of_any_length_is_a_question(project: Path) -> None:
    assert "Traceback" not in run(project, "incdoc", "find", "x" * 100_000, status=1)


def test_documentation_is_cut_after_a_paragraph(tmp_path: Path) -> None:
    said = "\n\n".join(["First.", "Second.", "Third:\n\n" + "\n".join(["    more"] * 20)])
    folder = write(tmp_path / "p", {"incdoc.toml": "", "a.py": f'"""A module."""\n\nK = 1\n"""{said}"""\n'})
    build(folder)
    short = run(folder, "incdoc", "show", "K")
    assert short.endswith("Second.\n\nThird:\n(20 more lines of documentation: add --docs)\n")
    whole = run(folder, "incdoc", "show", "K", "--docs")
    assert whole.count("more") == 20
    assert ask(folder, "show", "K")["documentation"].count("more") == 20


def test_each_list_says_how_many_more_there_are_and_no_file_is_said_twice(tmp_path: Path) -> None:
    calls = "".join("    f()\n" for _ in range(25))
    files = {
        "incdoc.toml": "",
        "a.py": "def f(): ...\n",
        "b.py": f"from a import f\n\n\ndef g():\n{calls}",
        "c.py": "from a import f\n",
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    told = run(folder, "incdoc", "uses", "f")
    assert "  b.py: called by g (5, 6, " in told
    assert told.endswith("23, 24 and 5 more); imported (1)\nAlso imported in: c.py:1\n")
    assert ask(folder, "uses", "f")["users"][0]["more_lines"] == 5


def test_uses_in_its_own_file_are_uses(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "a.py": "LIMIT = 1\n\n\nclass A:\n    def me(self) -> 'A': ...\n\n\n"
        "def f(LIMIT: A) -> int:\n    return LIMIT\n\n\n"
        'def g() -> int:\n    """Not LIMIT.\n\n    LIMIT\n    """\n    return LIMIT\n\n\nLATER = A.me\n',
        "a.ts": "export type T = string;\nexport enum E { one }\nexport function f(t: T): E { return E.one }\n"
        "function g<T>(t: T) {}\n",
        "a.rs": "pub struct S;\nmod m { pub struct S; fn f(s: S) {} }\nfn g(s: S) -> S { s }\nfn h<S>(s: S) {}\n",
        "a.go": "package a\n\ntype S struct{}\n\nfunc f(s S) {}\n",
        "A.java": "class A {}\nclass B { A a; }\n",
        "a.h": "namespace n {\nclass A {};\nvoid take(const A& a);\nclass B { A a_; };\n}\n",
    }
    folder = write(tmp_path / "p", files)
    build(folder)

    def users(name: str) -> list[tuple[str, str, bool, list[int]]]:
        found = ask(folder, "uses", name)["users"]
        return [(each["name"], each["uses"], each["called"], each["lines"]) for each in found]

    assert users("a.py:LIMIT") == [("g", "", False, [17])]
    assert users("a.py:A") == [("", "A.me", False, [20]), ("f", "", False, [8])]
    assert users("a.ts:T") == [("f", "", False, [3])]
    assert users("a.ts:E") == [("f", "", False, [3]), ("f", "E.one", False, [3])]
    assert users("a.rs:S") == [("g", "", False, [3])]
    assert users("a.rs:m::S") == [("m::f", "", False, [2])]
    assert users("a.go:S") == [("f", "", False, [5])]
    assert users("A.java:A") == [("B.a", "", False, [2])]
    assert users("a.h:n::A") == [("n::B::a_", "", False, [4]), ("n::take", "", False, [3])]


def test_what_is_not_followed_is_said(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "a.py": "class A:\n    x: int = 1\n\n    def go(self): ...\n\n\ndef alone(): ...\n",
        "a.sh": "work() { :; }\nwork\n",
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    assert run(folder, "incdoc", "uses", "alone") == "a.py:alone (line 7): 0 users.\n"
    assert run(folder, "incdoc", "uses", "A.x") == (
        "a.py:A.x (line 2): no user is known. Uses of attributes are not followed in Python.\n"
    )
    assert (
        run(folder, "incdoc", "uses", "A.go")
        == "a.py:A.go (line 4): no user is known. Calls on objects are not followed.\n"
    )
    assert "Uses of functions are not followed in Shell" in run(folder, "incdoc", "uses", "work")
    assert "Calls on objects are not followed." in run(folder, "incdoc", "show", "A.go")


def test_what_a_new_name_changes(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "pkg/__init__.py": "from ._core import *\nfrom ._more import Part\n",
        "pkg/_core.py": "__all__ = ['Engine', 'run']\n\n\nclass Engine: ...\n\n\ndef run(): ...\n\n\ndef _own(): ...\n",
        "pkg/_more.py": "from pkg._core import Engine, _own\n\n\nclass Part(Engine): ...\n",
        "all.py": "from pkg import *\n",
        "README.md": "# A\n\nAn `Engine`, and Engine.\n\nWe run it: `pkg.run()`.\n",
        "src/a.ts": "export const one = 1;\n",
        "src/index.ts": "export { one } from './a';\n",
        "src/b.ts": "import { one as uno } from './a';\nuno;\n",
    }
    folder = write(tmp_path / "p", files)
    build(folder)

    def named(name: str) -> list[tuple[str, str, list[int]]]:
        return [(each["how"], each["path"], each["lines"]) for each in ask(folder, "uses", name)["named"]]

    stars = [("star", "pkg/__init__.py", [1]), ("star", "all.py", [1])]
    assert named("Engine") == [
        ("import", "pkg/_more.py", [1]),
        *stars,
        ("exports", "pkg/_core.py", []),
        ("document", "README.md", [3]),
    ]
    assert named("run") == [*stars, ("exports", "pkg/_core.py", []), ("document", "README.md", [5])]
    assert named("_own") == [("import", "pkg/_more.py", [1])]
    assert named("one") == [("import", "src/b.ts", [1]), ("re-export", "src/index.ts", [1])]
    assert "Re-exported in: src/index.ts:1\n" in run(folder, "incdoc", "uses", "one")


ERRORS = {
    "incdoc.toml": "",
    "a.rs": """#[derive(Clone, Debug)]
pub struct S { a: u8 }
impl Default for S { fn default() -> S { S { a: 0 } } }
impl S {
    fn go(self) -> Result<u8, E> {
        match f() { Err(e) => Err(e), _ => Err(E::new(1)) }
    }
    fn no() { "Err(E)"; }
}
""",
    "a.ts": """export function f(n: number): string;
export function f(n: string): string;
export function f(n: any): string {
  // throw new Lie()
  if (n) throw new RangeError('n');
  throw n;
}
""",
    "a.cc": """class Wrong {};
int f() { throw std::bad_alloc(); }
int g(int n) {
  if (n) throw Wrong{"x"};
  if (n > 1) throw make();
  throw;
}
""",
    "b.py": "class A:\n    @property\n    def x(self) -> int: ...\n\n\nclass B(A): ...\n\n\nclass C(B): ...\n",
}


def test_errors_by_name_and_what_a_type_implements(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", ERRORS)
    build(folder)
    told = run(folder, "incdoc", "show", "a.rs:S").splitlines()
    assert told[1:3] == ["    #[derive(Clone, Debug)]", "    pub struct S"]
    assert "Implements: Default" in told

    def errors(name: str) -> list[tuple[str, list[int]]]:
        return [(each["name"], each["lines"]) for each in ask(folder, "show", name)["raises"]]

    assert errors("S::go") == [("E::new", [6])]
    assert errors("S::no") == []
    assert errors("a.ts:f") == [("RangeError", [5])]
    assert ask(folder, "show", "a.ts:f")["hit"]["line"] == 3
    assert errors("a.cc:g") == [("Wrong", [4])]
    assert errors("a.cc:f") == [("std::bad_alloc", [2])]
    assert "Errors (lines): Wrong (4)\n" in run(folder, "incdoc", "show", "a.cc:g")


def test_errors_of_what_is_called(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "p",
        {
            "incdoc.toml": "",
            "a.py": """\
from b import Box, open_it


def run():
    near()
    open_it()
    Box()


def near():
    raise KeyError


def quiet():
    run()
""",
            "b.py": """\
class Box:
    def __init__(self):
        raise OSError


def open_it():
    deeper()
    raise ValueError


def deeper():
    raise TypeError
""",
            "c.h": "class C { public: C(); };\nint make();\n",
            "c.cc": '#include "c.h"\nC::C() { throw Wrong(); }\nint make() { throw Bad(); }\n',
            "d.cc": '#include "c.h"\nint use() { return make(); }\n',
        },
    )
    build(folder)
    answer = ask(folder, "show", "run")
    assert (answer["raises"], answer["through"]) == (
        [],
        [
            {"callee": "near", "names": ["KeyError"]},
            {"callee": "b.py:Box", "names": ["OSError"]},
            {"callee": "b.py:open_it", "names": ["ValueError"]},
        ],
    ), "not of what those call"
    assert ask(folder, "show", "quiet")["through"] == []
    assert "\nErrors of what it calls: near: KeyError; b.py:Box: OSError; b.py:open_it: ValueError\n" in run(
        folder, "incdoc", "show", "run"
    )
    assert ask(folder, "show", "use")["through"] == [{"callee": "c.h:make", "names": ["Bad"]}]


def test_a_folder_that_nothing_describes_has_its_names(tmp_path: Path) -> None:
    files = {"incdoc.toml": "", "lib/a.py": "class A: ...\ndef b(): ...\n", "lib/in/c.py": "def c(): ...\n"}
    folder = write(tmp_path / "p", files)
    build(folder)
    assert run(folder, "incdoc", "outline", "lib").splitlines() == [
        "lib/",
        "    Class `A`, function `b`",
        "  a.py: A, b",
        "  in/ (1 file) — function `c`",
    ]
    answer = ask(folder, "show", "lib")
    assert (answer["summary"], answer["contents"]) == ("", "Class `A`, function `b`")


def test_a_class_has_the_whole_signatures_of_its_members(tmp_path: Path) -> None:
    many = ", ".join(f"parameter_{number}: int = {number}" for number in range(20))
    text = f"class A:\n    def f(self, {many}) -> None: ...\n"
    folder = write(tmp_path / "p", {"incdoc.toml": "", "a.py": text})
    build(folder)
    assert f"  2: def f(self, {many}) -> None\n" in run(folder, "incdoc", "show", "A")
    more = "".join(f"    def f{number}(self, {many}) -> None: ...\n" for number in range(20))
    write(folder, {"a.py": text + more})
    assert run(folder, "incdoc", "show", "A").count("…\n") == 21, "of many, the beginnings"


def test_an_inherited_member_is_that_of_the_base(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", ERRORS)
    build(folder)
    assert run(folder, "incdoc", "show", "C.x").splitlines()[:2] == ["b.py:3-3: A.x (property, in b)", "    @property"]
    assert ask(folder, "show", "C.y", status=1)["answer"] == "nothing"


def test_long_lists_are_short(tmp_path: Path) -> None:
    members = "".join(f"    def {name}(self): ...\n" for name in ("open", "_a", "_b", "_c", "_d"))
    many = "".join(f"def f{number}(): ...\n" for number in range(50))
    files = {
        "incdoc.toml": "",
        "a.py": f"class A:\n{members}\n\n{many}",
        **{f"lib/u{number}.py": "from a import A\n\n\ndef u():\n    return A()\n" for number in range(3)},
        "test_a.py": "from a import A\n\n\ndef test_one():\n    A()\n\n\ndef test_two():\n    A()\n",
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    told = run(folder, "incdoc", "show", "A")
    assert "Members:\n  2: def open(self)\n  Private members (line): _a (3), _b (4), _c (5), _d (6)\n" in told
    assert [each["private"] for each in ask(folder, "show", "A")["members"]] == [False, True, True, True, True]
    public = run(folder, "incdoc", "show", "a.py")
    assert "  class (1): A\n  function (50): f0, f1," in public
    assert run(folder, "incdoc", "uses", "A").splitlines()[1:] == [
        "Users (lines):",
        "  lib/",
        *(f"    u{number}.py: called by u (5); imported (1)" for number in range(3)),
        "Lines of tests:",
        "  test_a.py: 1, 5, 9",
    ]


def test_what_has_the_word_of_a_name_beside_its_users(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "a.py": "class BigCart:\n    # a BigCart\n    def same(self):\n        return BigCart()\n\n\nclass Big: ...\n",
        "b.py": "from a import Big, BigCart\n\n\ndef f():\n    return BigCart()  # no BigCarts\n\n\nT = 'BigCart'\n",
        "c.py": "BigCart = 1\n",
        "n.h": "namespace n {\nint make_it(int a);\n}\n",
        "n.cc": '#include "n.h"\nnamespace n {\nint make_it(int a) { return a; }\n}\n',
        "m.cc": '#include "n.h"\nint f() { return n::make_it(1); }\nint g() { EXPECT(n::make_it(2)); }\n',
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    answer = ask(folder, "uses", "a.py:BigCart")
    assert answer["places"] == [{"path": "a.py", "line": 1}]
    words = [each for each in answer["named"] if each["how"] == "word"]
    assert words == [
        {"path": "a.py", "how": "word", "lines": [2, 4]},
        {"path": "b.py", "how": "word", "lines": [8]},
    ], "not of what has another thing of this name"
    assert [each["how"] for each in ask(folder, "uses", "a.py:Big")["named"]] == ["import"], "a word says nothing"
    told = run(folder, "incdoc", "uses", "make_it").splitlines()
    assert told[0] == "n.cc:n::make_it (line 3; also n.h:2): 1 user."
    assert told[-1] == "The word is also in: m.cc:3"


def test_errors_that_are_made_by_name(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "a.rs": """fn f() -> io::Result<u8> {
    g().map_err(|e| {
        io::Error::new(io::ErrorKind::Other, e)
    })?;
    Err(io::Error::new(io::ErrorKind::Other, "x"))
}
fn g(e: MyError) -> MyError { e }
fn h() -> Error { Error::kind }
""",
        "a.cc": """Status f(int n) {
  if (n) return Status::OK();
  Status s = n::Status::IOError("x");
  return Status::Corruption("y");
}
Status Status::Made(int n) { return make(Status::kCode); }
""",
    }
    folder = write(tmp_path / "p", files)
    build(folder)

    def errors(name: str) -> list[tuple[str, list[int]]]:
        return [(each["name"], each["lines"]) for each in ask(folder, "show", name)["raises"]]

    assert errors("a.rs:f") == [("io::Error::new", [3, 5])]
    assert (errors("a.rs:g"), errors("a.rs:h")) == ([], [])
    assert errors("a.cc:f") == [("Status::Corruption", [4]), ("n::Status::IOError", [3])]
    assert errors("Status::Made") == []


def test_a_trait_in_the_word_of_a_type_is_shown(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"incdoc.toml": "", "a.rs": "pub struct Logger;\nimpl Log for Logger {}\n"})
    build(folder)
    assert "Implements: Log\n" in run(folder, "incdoc", "show", "Logger")


def test_a_class_has_all_that_it_takes_over(tmp_path: Path) -> None:
    members = "".join(f"    def f{number:02}(self): ...\n" for number in range(30))
    folder = write(tmp_path / "p", {"incdoc.toml": "", "a.py": f"class A:\n{members}\n\nclass B(A): ...\n"})
    build(folder)
    assert len(ask(folder, "show", "B")["inherits"][0]["names"]) == 30
    assert max(map(len, run(folder, "incdoc", "show", "B").splitlines())) <= 160


def test_a_file_of_one_public_name_is_for_that(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "lib/a.py": 'def make():\n    """Make a thing. And more."""\n',
        "lib/b.py": 'def make():\n    """Make a thing."""\n\n\ndef other(): ...\n',
        "lib/c.py": '"""C."""\n\n\ndef make():\n    """Make a thing."""\n',
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    assert run(folder, "incdoc", "outline", "lib").splitlines()[2:] == [
        "  a.py: make — Make a thing.",
        "  b.py: make, other",
        "  c.py: make — C.",
    ]


def test_what_is_shown_says_a_folder_once_and_leaves_out_many_tests(tmp_path: Path) -> None:
    test = "from a import one\n\n\ndef test_it():\n    one()\n"
    files = {
        "incdoc.toml": "",
        "a.py": "import b\n\n\ndef one():\n    b.two()\n    b.three()\n    four()\n\n\ndef four(): ...\n",
        "b.py": "def two(): ...\n\n\ndef three(): ...\n",
        **{f"tests/test_{number}.py": test for number in range(10)},
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    told = run(folder, "incdoc", "show", "one").splitlines()
    names = ", ".join(f"test_{number}.py" for number in range(8))
    assert told[-3:] == [
        "Calls: four; b.py: three, two",
        "10 users: ask for the uses of a.py:one",
        f"Tests: tests/: {names} and 2 more",
    ]


def test_a_decorator_is_a_use_by_what_it_decorates(tmp_path: Path) -> None:
    files = {
        "incdoc.toml": "",
        "a.py": "def my_cache(f): ...\n",
        "b.py": "from a import my_cache\n\nONE = my_cache\n\n\n"
        "class C:\n    @property\n    @my_cache(\n        1,\n    )\n    def f(self): ...\n",
    }
    folder = write(tmp_path / "p", files)
    build(folder)
    assert run(folder, "incdoc", "uses", "my_cache") == (
        "a.py:my_cache (line 1): 2 users, imported by 1 file.\n"
        "Users (lines):\n  b.py: called by C.f (8); used by the module (1, 3); imported (1)\n"
    )


def test_members_that_are_not_pub_are_private(tmp_path: Path) -> None:
    text = """pub struct S {
    pub a: u8,
    b: u8,
}
impl S {
    pub fn c() {}
    pub(crate) fn d() {}
    fn e() {}
}
impl T for S { fn f() {} }
pub enum E { V { g: u8 } }
pub trait T { fn f(); }
"""
    folder = write(tmp_path / "p", {"incdoc.toml": "", "a.rs": text})
    build(folder)

    def private(name: str) -> list[str]:
        return [each["name"] for each in ask(folder, "show", name)["members"] if each["private"]]

    assert private("S") == ["b", "e"]
    assert private("E") == private("T") == []


def test_a_folder_is_for_what_its_read_me_says_first(tmp_path: Path) -> None:
    read_me = "Core\n----\n[![Badge](b.svg)](b)\n\nThe `core`. It is:\n\n* first\n* second\n\nUsage\n-----\nOther.\n"
    many = "# Many\n\n" + "".join(f"Line {number}.\n" for number in range(20))
    files = {"incdoc.toml": "", "core/README.md": read_me, "many/README.md": many, "core/a.py": "X = 1\n"}
    folder = write(tmp_path / "p", files)
    build(folder)
    assert run(folder, "incdoc", "outline", "core").splitlines() == [
        "core/",
        "    The `core`. It is:",
        "",
        "    * first",
        "    * second",
        "  README.md",
        "  a.py: X",
    ]
    assert ask(folder, "outline", "many")["opening"].endswith("Line 11.\n(8 more lines: many/README.md)")

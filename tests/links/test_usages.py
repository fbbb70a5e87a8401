"""Which definitions use which of other sources, what their pages say of it, and which edits reach them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests.inprocess import run
from tests.links.support import Pair, Repository
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "pkg/__init__.py": "from .core import Engine as Motor\nfrom . import late\n",
    "pkg/core.py": """\
LIMIT = 3


class Engine:
    def start(self): ...

    class Part: ...


def make(): ...


def both():
    return make() or make
""",
    "pkg/late.py": "def thing(): ...\n",
    "user.py": """\
import pkg.late
import pkg.core as core
from pkg import Motor


class Fast(Motor):
    part = core.Engine.Part()


def go(limit=core.LIMIT, motor: "Motor" = None):
    def make():
        return core.make()

    return [pkg.late.thing() for _ in range(core.LIMIT)]


def own(core):
    return core.make()
""",
    "test_user.py": "import pkg\nfrom pkg.core import make\n\n\ndef test_it():\n    assert pkg.Motor.start(make())\n",
}


def users(repository: Repository, path: str) -> list[tuple[str, str, str, str]]:
    """(definition, attributes, file, the definition of it that uses that)."""
    return [(name, rest, user, owner) for user, used in repository.tables.usages(path) for name, rest, owner, _ in used]


def test_names_are_followed_to_their_definitions(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    assert users(found, "pkg/core.py") == [
        ("Engine", "start", "test_user.py", "test_it"),
        ("make", "", "test_user.py", "test_it"),
        ("Engine", "", "user.py", "Fast"),
        ("Engine", "", "user.py", "go"),
        ("Engine", "Part", "user.py", "Fast"),
        ("LIMIT", "", "user.py", "go"),
        ("make", "", "user.py", "go.make"),
    ]
    assert users(found, "pkg/late.py") == [("thing", "", "user.py", "go")]


def test_pages_say_who_uses_what_and_who_calls_whom(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    assert run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    core = made["pkg/core.py_docs.md"]
    in_test = "[`test_it`](../test_user.py_docs.md#test_it)"
    assert "- [`LIMIT`](#LIMIT) is used by [`go`](../user.py_docs.md#go).\n" in core
    assert "\nUsed by [`go`](../user.py_docs.md#go).\n" in core, "a class that derives from it is said once"
    assert f"\nCalled by tests only: {in_test}.\n" in core, "the method that a test calls"
    assert "\nCalled by [`Fast`](../user.py_docs.md#Fast).\n" in core, "the class inside"
    callers = "[`both`](#both), [`go.make`](../user.py_docs.md#go.make)"
    assert f"\nCalled by {callers}; in tests: {in_test}.\n" in core
    assert "\nUsed by [`both`](#both)" not in core, "what calls a function is said once"
    assert " · calls [`make`](./pkg/core.py_docs.md#make)\n" in made["user.py_docs.md"]
    assert " · calls [`thing`](./pkg/late.py_docs.md#thing)\n" in made["user.py_docs.md"]


def test_many_users_are_listed_by_file(tmp_path: Path) -> None:
    files = {"core.py": "def make(): ...\n"}
    for number in range(4):
        uses = "".join(f"def f{each}():\n    make()\n\n\n" for each in range(10))
        files[f"user{number}.py"] = f"from core import make\n\n\n{uses}{'made = make' if number == 3 else ''}\n"
    files["test_core.py"] = "from core import make\n\n\ndef test_it():\n    make()\n"
    folder = write(tmp_path / "p", files)
    assert run(folder).status == 0
    page = pages(folder)["core.py_docs.md"].decode()
    first = ", ".join(f"[`f{each}`](./user0.py_docs.md#f{each})" for each in range(3))
    assert f"\nCalled by 4 files and 1 test: {first}, [all uses](#uses-of-make).\n" in page
    assert '<a id="uses-of-make"></a>**Uses of** [`make`](#make), by file:\n' in page
    line = ", ".join(f"[`f{each}`](./user3.py_docs.md#f{each})" for each in range(8))
    assert f"- [`user3.py`](./user3.py_docs.md): called by {line} and 2 more; used by the module itself\n" in page
    test = "[`test_it`](./test_core.py_docs.md#test_it)"
    assert f"- [`test_core.py`](./test_core.py_docs.md) (test): called by {test}\n" in page


def test_what_a_page_does_not_show_of_its_users_does_not_reach_it(tmp_path: Path) -> None:
    names = [f"f{each:02}" for each in range(12)]
    user = "from core import Base, make\n\n\n" + "".join(f"def {name}():\n    make()\n\n\n" for name in names)
    derived = "from core import Base\n\n\nclass One(Base):\n    pass\n"
    files = {"core.py": "class Base: ...\n\n\ndef make(): ...\n", "user.py": user, "one.py": derived}
    folder = write(tmp_path / "p", files)
    run(folder)
    write(folder, {"user.py": user.replace("f11", "f10x"), "one.py": derived.replace("pass", "other = Base()")})
    assert "docs:core.py" not in run(folder).tasks
    write(folder, {"user.py": user.replace("f00", "f00x")})
    assert "docs:core.py" in run(folder).tasks


def test_an_edit_reaches_the_pages_of_what_it_uses(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    user = FILES["user.py"]
    assert "docs:pkg/core.py" not in found.edit(**{"user.py": user.replace("range(", "tuple(")})
    fewer = user.replace("limit=core.LIMIT", "limit=3").replace("core.LIMIT", "4")
    assert "docs:pkg/core.py" in found.edit(**{"user.py": fewer})
    assert "docs:pkg/late.py" not in found.edit(**{"user.py": fewer.replace("core.make()", "core.LIMIT")})
    moved = {"pkg/core.py": FILES["pkg/core.py"].replace("LIMIT", "MOST")}
    assert "docs:user.py" in found.edit(**moved)
    assert users(found, "pkg/core.py")[-1] == ("Engine", "Part", "user.py", "Fast")


GO = {
    "go.mod": "module a.org/m\n",
    "main.go": """\
package main
import (
"a.org/m/kit"
other "a.org/m/v2"
)
func main() {
kit.Open()
other.Max()
}
""",
    "kit/open.go": """\
package kit
func Open() { find(); var s Store; s.find() }
func (s Store) all() { s.find(); s.most() }
""",
    "kit/find.go": "package kit\nvar find = func() {}\ntype Store struct{ most func() }\n",
    "kit/find_linux.go": "package kit\nfunc (s Store) find() {}\nfunc Open() {}\n",
    "kit/find_test.go": "package kit\nfunc TestFind() { Open(); Store.find() }\nfunc helper() {}\n",
    "kit/outer_test.go": """\
package kit_test
import "a.org/m/kit"
func TestOuter() { kit.Open(); kit.TestFind(); helper() }
""",
    "v2/a.go": "package kit\nfunc Max() int { return 1 }\nfunc helper() { Store.find() }\n",
}


def test_names_of_go_packages(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", GO)
    assert users(found, "kit/find.go") == [
        ("Store", "", "kit/open.go", "Open"),
        ("find", "", "kit/open.go", "Open"),
    ]
    assert users(found, "kit/find_linux.go") == [
        ("Open", "", "kit/find_test.go", "TestFind"),
        ("Store.find", "", "kit/find_test.go", "TestFind"),
        ("Store.find", "", "kit/open.go", "Store.all"),
        ("Open", "", "kit/outer_test.go", "TestOuter"),
        ("Open", "", "main.go", "main"),
    ], "each of the files that define a name, whatever the system"
    assert users(found, "kit/find_test.go") == [("TestFind", "", "kit/outer_test.go", "TestOuter")]
    assert users(found, "v2/a.go") == [("Max", "", "main.go", "main")]


JAVA = {
    "one/src/p/Use.java": """\
package p;
import q.*;
import q.Tools.Saw;
import static q.Tools.cut;
class Use extends Above {
Near near = cut(Saw.SHARP);
Inner inner = q.Tools.made(new Far());
Both both;
}
""",
    "one/src/p/Near.java": "package p;\nclass Near {}\nclass Inner {}\n",
    "one/src/p/Above.java": "package p;\nclass Above extends Top {}\n",
    "one/src/p/Top.java": "package p;\nclass Top {\nclass Inner {}\n}\n",
    "one/src/q/Tools.java": "package q;\npublic class Tools {\nstatic Near cut(int x) {}\nclass Saw {}\n}\n",
    "one/src/q/Far.java": "package q;\nclass Far {}\nclass Both {}\n",
    "two/src/q/Far.java": "package q;\nclass Far {}\n",
    "two/p/Both.java": "package p;\nclass Both {}\n",
}


def test_types_of_java(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", JAVA)
    user = "one/src/p/Use.java"
    assert users(found, "one/src/p/Near.java") == [("Near", "", user, "Use.near")]
    assert users(found, "one/src/p/Top.java") == [("Top.Inner", "", user, "Use.inner")], "before that of the package"
    assert users(found, "one/src/q/Tools.java") == [
        ("Tools", "made", user, "Use.inner"),
        ("Tools.Saw", "SHARP", user, "Use.near"),
        ("Tools.cut", "", user, "Use.near"),
    ]
    assert users(found, "one/src/q/Far.java") == [("Far", "", user, "Use.inner")], "that below the same folder"
    assert users(found, "two/p/Both.java") == [("Both", "", user, "Use.both")], "before one of a star"
    found.edit(**{"one/src/p/Top.java": "package p;\nclass Top {}\n"})
    assert ("Inner", "", user, "Use.inner") in users(found, "one/src/p/Near.java")


def test_a_page_hears_of_what_its_source_calls_now(tmp_path: Path) -> None:
    files = {
        "p/A.java": "package p;\nclass A {\nint f() { return B.g(); }\n}\n",
        "p/B.java": "package p;\nclass B {}\n",
    }
    found = Repository(tmp_path / "store.sqlite", files)
    found.settle()
    assert "docs:p/A.java" in found.edit(**{"p/B.java": "package p;\nclass C {}\n"})


CPP = {
    "lib/engine.h": """\
#include "types.h"
namespace lib {
class Engine : public Base {
int start(Part part);
};
}
""",
    "lib/types.h": """\
#include "deep.h"
namespace lib {
class Part {};
class Base { int stop(); };
int make(Part part);
}
int outer();
#define CHECK(x) x
""",
    "lib/deep.h": "namespace lib {\nint deep();\n}\n",
    "lib/both.h": "namespace lib {\nint make(int x);\nint only();\n}\n",
    "lib/engine.cc": """\
#include "engine.h"
namespace lib {
int Engine::start(Part part) {
CHECK(part);
stop();
outer();
deep();
return make(part);
}
}
""",
    "main.cc": """\
#include "lib/engine.h"
#include "lib/both.h"
int main() {
lib::Engine engine;
int only = lib::only();
return outer() + only;
}
""",
}


def test_names_that_c_plus_plus_includes(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", CPP)
    start = "lib/engine.cc", "lib::Engine::start"
    assert users(found, "lib/types.h") == [
        ("CHECK", "", *start),
        ("lib::Part", "", *start),
        ("lib::make", "", *start),
        ("outer", "", *start),
        ("lib::Part", "", "lib/engine.h", "lib::Engine::start"),
        ("outer", "", "main.cc", "main"),
    ], "of what the headers include; not the member that hides a function"
    assert users(found, "lib/deep.h") == [("lib::deep", "", *start)], "through another include"
    assert users(found, "lib/both.h") == [("lib::only", "", "main.cc", "main")]
    assert users(found, "lib/engine.h") == [("lib::Engine", "", "main.cc", "main")]
    found.edit(**{"lib/both.h": CPP["lib/both.h"].replace("only", "outer")})
    assert users(found, "lib/both.h") == []
    found.edit(**{"lib/types.h": CPP["lib/types.h"].replace("int stop()", "int outer()")})
    assert ("outer", "", *start) not in users(found, "lib/types.h"), "a member that is inherited hides it"


def test_names_that_come_through_other_includes(tmp_path: Path) -> None:
    files = {
        "main.cc": '#include "a.h"\nint main() { one(); both(); near(); return hidden(); }\n',
        "a.h": '#include "b.h"\n#include "c.h"\nint near();\n',
        "b.h": "int one();\nint both();\nint near();\n",
        "c.h": "int both();\n",
        "d.h": "int hidden();\n",
    }
    found = Repository(tmp_path / "store.sqlite", files)
    main = "main.cc", "main"
    assert users(found, "b.h") == [("one", "", *main)], "not what two have, nor what a nearer one has"
    assert (users(found, "c.h"), users(found, "d.h")) == ([], [])
    found.edit(**{"c.h": '#include "d.h"\n'})
    assert users(found, "b.h") == [("both", "", *main), ("one", "", *main)]
    assert users(found, "d.h") == [("hidden", "", *main)]
    many = {f"m{number}.h": "" for number in range(20)}
    found.edit(**many, **{"d.h": files["d.h"] + "".join(f'#include "{each}"\n' for each in many)})
    assert users(found, "d.h") == [], "not where a source sees very many files"
    found.edit(**{"d.h": files["d.h"]})
    assert users(found, "d.h") == [("hidden", "", *main)]


def test_what_tests_with_a_fixture_use(tmp_path: Path) -> None:
    header = "namespace lib {\nclass Part {};\nint make(Part part);\nint put();\nint SetUp();\n}\nint Part;\n"
    test = """\
#include "lib.h"
namespace lib {
class MadeTest : public testing::Test {
 public:
  MadeTest() { make(Part()); }
  int put();
};
TEST_F(MadeTest, Makes) {
  Part part;
  make(part);
  put();
  SetUp();
}
TEST_F(OtherTest, Makes) { make(1); }
}
class Alone : public unknown::Test { Alone() { outer(); } };
"""
    found = Repository(tmp_path / "store.sqlite", {"lib.h": header + "int outer();\n", "made_test.cc": test})
    assert users(found, "lib.h") == [
        ("lib::Part", "", "made_test.cc", "MadeTest.Makes"),
        ("lib::Part", "", "made_test.cc", "lib::MadeTest::MadeTest"),
        ("lib::make", "", "made_test.cc", "MadeTest.Makes"),
        ("lib::make", "", "made_test.cc", "lib::MadeTest::MadeTest"),
    ], "not what the fixture or GoogleTest has, nor what a base that is not known may have"


def test_what_tests_without_a_fixture_use(tmp_path: Path) -> None:
    header = "namespace lib {\nclass Part {};\nint make(Part part);\nint other();\nint SetUp();\n}\nint outer();\n"
    test = """\
#include "lib.h"
namespace lib {
namespace {
int helper() { return 1; }
}
TEST(MakeTest, Makes) {
  Part part;
  make(part);
  SetUp();
  outer();
  helper();
}
TEST_CASE("other works, or not", "[lib]") {
  SECTION("in a part") {
    other();
  }
}
TEST_CASE_METHOD(Unknown, "of a class") { other(); }
}
TEST(MakeTest, Outside) { lib::Part part; other(); }
TEST_CASE("lib::other") { other(); }
"""
    found = Repository(tmp_path / "store.sqlite", {"lib.h": header, "made_test.cc": test})
    assert users(found, "lib.h") == [
        ("lib::Part", "", "made_test.cc", "MakeTest.Makes"),
        ("lib::Part", "", "made_test.cc", "MakeTest.Outside"),
        ("lib::make", "", "made_test.cc", "MakeTest.Makes"),
        ("lib::other", "", "made_test.cc", "other works, or not::in a part"),
        ("outer", "", "made_test.cc", "MakeTest.Makes"),
    ], "in the namespace that the test is in, whatever its name says; not what GoogleTest or a class not known may have"
    facts = found.tables.facts("made_test.cc")
    calls = {each.name: each.calls for each in facts.definitions if each.calls} if facts else {}
    assert calls == {"MakeTest.Makes": ("lib::helper",)}


RUST = {
    "Cargo.toml": '[package]\nname = "shop"\n',
    "src/lib.rs": """\
#[macro_use]
mod messages;
mod cart;
mod macros;
mod plain;
pub fn total() {}
""",
    "src/messages.rs": "macro_rules! warn { () => {} }\nmacro_rules! vec { () => {} }\npub fn flag() {}\n",
    "src/macros.rs": "#[macro_export]\nmacro_rules! shout { () => {} }\nmacro_rules! hush { () => {} }\n",
    "src/plain.rs": "fn plain() { warn!() }\n",
    "src/cart.rs": """\
use crate::messages::flag;
fn add() { warn!("a"); crate::total(); vec![1]; crate::shout!(); hush!(); unknown!() }
fn named() { let warn = 1; if warn!=2 { super::total() } }
mod tests {
use super::*;
fn adds() { add(); flag(); }
fn other() { fn add() {} add(); }
mod inner { use super::super::add; fn deep() { add(); self::near(); } fn near() {} }
}
mod alone { fn adds() { flag(); } }
""",
    "tests/whole.rs": "#[macro_use]\nmod helping;\nmod feature;\n",
    "tests/helping.rs": "#[macro_export]\nmacro_rules! case { () => {} }\n",
    "tests/feature.rs": "case!(one, || { shop::total() });\nfn two() { case!() }\n",
}


def test_names_that_modules_of_rust_see(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", RUST)
    assert users(found, "src/messages.rs") == [
        ("flag", "", "src/cart.rs", "tests::adds"),
        ("warn", "", "src/cart.rs", "add"),
        ("warn", "", "src/plain.rs", "plain"),
    ], "not vec, which every source has, nor flag in a module that does not see it, nor a variable"
    assert users(found, "src/macros.rs") == [("shout", "", "src/cart.rs", "add")], "hush is not brought"
    assert users(found, "src/lib.rs") == [("total", "", "src/cart.rs", "add"), ("total", "", "src/cart.rs", "named")]
    assert users(found, "tests/helping.rs") == [
        ("case", "", "tests/feature.rs", ""),
        ("case", "", "tests/feature.rs", "two"),
    ]
    facts = found.tables.facts("src/cart.rs")
    calls = {each.name: each.calls for each in facts.definitions if each.calls} if facts else {}
    assert calls == {
        "tests::adds": ("add",),
        "tests::inner::deep": ("add", "tests::inner::near"),
    }
    found.edit(**{"src/lib.rs": RUST["src/lib.rs"].replace("#[macro_use]\n", "")})
    assert ("warn", "", "src/cart.rs", "add") not in users(found, "src/messages.rs")
    found.edit(**{"src/lib.rs": RUST["src/lib.rs"], "src/messages.rs": "pub fn flag() {}"})
    assert users(found, "src/messages.rs") == [("flag", "", "src/cart.rs", "tests::adds")]
    found.edit(**{"src/messages.rs": RUST["src/messages.rs"]})
    assert ("warn", "", "src/plain.rs", "plain") in users(found, "src/messages.rs")


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("files", [FILES, GO, JAVA, CPP, RUST], ids=["python", "go", "java", "cpp", "rust"])
def test_random_edits_equal_a_clean_build(tmp_path: Path, files: dict[str, str], seed: int) -> None:
    texts = {path: [text, text, *files.values()] for path, text in files.items()}
    Pair(tmp_path, files).edit_at_random(random.Random(seed), texts, steps=60)


NAMESPACES = {
    "package.json": '{"name": "kit", "exports": {"./v4": {"@source": "./src/v4/index.ts", "types": "./v4.d.ts"}}}',
    "src/v4/index.ts": 'export * from "./outside.js";\n',
    "src/v4/outside.ts": 'export * as core from "./core/index.js";\n',
    "src/v4/core/index.ts": 'export * as util from "./util.js";\nexport * from "./errors.js";\n',
    "src/v4/core/util.ts": "export function merge() {}\n",
    "src/v4/core/errors.ts": "export function path() {}\n",
    "src/v4/user.ts": 'import { util } from "./core/index.js";\nfunction f() { util.merge(); util.none(); }\n',
    "src/v4/kit.test.ts": 'import * as z from "kit/v4";\nfunction t() { z.core.path(); z.core.util.merge(); z.n(); }\n',
}


def test_uses_through_modules_that_are_exported_as_namespaces(tmp_path: Path) -> None:
    both = Pair(tmp_path, NAMESPACES)
    assert users(both.live, "src/v4/core/util.ts") == [
        ("merge", "", "src/v4/kit.test.ts", "t"),
        ("merge", "", "src/v4/user.ts", "f"),
    ]
    assert users(both.live, "src/v4/core/errors.ts") == [("path", "", "src/v4/kit.test.ts", "t")]
    both.become(NAMESPACES | {"src/v4/outside.ts": "export {};\n"})
    assert users(both.live, "src/v4/core/errors.ts") == []
    both.become(NAMESPACES)
    assert "docs:src/v4/core/errors.ts" in both.become(NAMESPACES | {"package.json": "{}"})
    texts = {
        path: (text, text.replace("core", "heart"), text.replace("* as ", "* as x"))
        for path, text in NAMESPACES.items()
    }
    both.edit_at_random(random.Random(4), texts)

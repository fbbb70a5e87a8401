"""What classes have of those above them, and which edits reach their pages."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from incdoc.pages.inherited import MOST_NAMES, MOST_ORDERED, inherited_by
from tests.inprocess import run
from tests.links.support import Pair, Repository
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "base.py": """\
class Top:
    level = 1

    def __init__(self): ...

    def go(self): ...

    def stop(self): ...

    def _hidden(self): ...
""",
    "middle.py": "from base import Top\n\n\nclass Middle(Top):\n    def go(self): ...\n\n    def turn(self): ...\n",
    "low.py": "from middle import Middle\n\n\nclass Low(Middle):\n    def turn(self): ...\n",
    "both.py": """\
from base import Top
from middle import Middle


class Side(Top):
    def stop(self): ...

    def turn(self): ...


class Both(Middle, Side): ...


class Mixin:
    def close(self): ...

    def stop(self): ...


class Mixed(Middle, Mixin): ...
""",
    "last.py": "from both import Both\n\n\nclass Last(Both): ...\n",
    "shape.h": "struct Shape {\n  int sides;\n  virtual int area() const;\n private:\n  int own;\n};\n",
    "square.cc": '#include "shape.h"\nstruct Square : Shape {\n  int area() const override { return 1; }\n};\n',
    "ring.py": "import knot\n\n\nclass A(knot.B):\n    def a(self): ...\n",
    "knot.py": "import ring\n\n\nclass B(ring.A):\n    def b(self): ...\n",
}


def inherited(repository: Repository, path: str) -> list[tuple[str, str, list[str], list[str]]]:
    """(class, class above it, what it takes over, what it replaces)."""
    found = inherited_by(repository.tables, path, repository.resolve(path).bases, test=False)
    return [(each.owner, each.base, [*each.names], [*each.replaced]) for each in found]


def test_each_class_above_gives_what_no_nearer_one_has(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    assert inherited(found, "middle.py") == [("Middle", "Top", ["level", "stop"], ["go"])]
    assert inherited(found, "low.py") == [
        ("Low", "Middle", ["go"], ["turn"]),
        ("Low", "Top", ["level", "stop"], []),
    ]
    assert inherited(found, "both.py") == [
        ("Side", "Top", ["go", "level"], ["stop"]),
        ("Both", "Middle", ["go", "turn"], []),
        ("Both", "Side", ["stop"], []),
        ("Both", "Top", ["level"], []),
        ("Mixed", "Middle", ["go", "turn"], []),
        ("Mixed", "Top", ["level", "stop"], []),
        ("Mixed", "Mixin", ["close"], []),
    ]
    assert inherited(found, "square.cc") == [("Square", "Shape", ["sides"], ["area"])]
    assert inherited(found, "ring.py") == [("A", "B", ["b"], [])]


def test_a_base_may_be_a_variable(tmp_path: Path) -> None:
    base = "from sys import make\n\nBase = make()\n\n\nclass One(Base): ...\n"
    files = {"base.py": base, "two.py": "from base import Base\n\n\nclass Two(Base): ...\n"}
    folder = write(tmp_path / "p", files)
    assert run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    assert " · derives from [`Base`](#Base)\n" in made["base.py_docs.md"]
    assert " · derives from [`Base`](./base.py_docs.md#Base)\n" in made["two.py_docs.md"]


def test_a_body_reaches_no_page_below_and_a_member_all(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    below = {"docs:middle.py", "docs:low.py"}
    body = FILES["base.py"].replace("def stop(self): ...", "def stop(self):\n        return 1")
    assert not below & found.edit(**{"base.py": body}).keys()
    documented = body.replace("return 1", "'''It ends.'''")
    assert not below & found.edit(**{"base.py": documented}).keys()
    assert below <= found.edit(**{"base.py": body.replace("stop", "end")}).keys()
    assert "docs:low.py" in found.edit(**{"middle.py": FILES["middle.py"].replace("(Top)", "")})


def test_more_classes_than_are_put_in_order(tmp_path: Path) -> None:
    """In Python each class has a base of its own and the one before it."""
    count = MOST_ORDERED
    lines = ["class C0:\n    def m(self): ...\n"]
    lines += [f"class M{n}:\n    def m{n}(self): ...\n\n\nclass C{n}(C{n - 1}, M{n}): ...\n" for n in range(1, count)]
    lines += ["class A:\n    def a(self): ...\n", f"class Last(A, C{count - 1}): ...\n"]
    found = Repository(tmp_path / "store.sqlite", {"deep.py": "\n\n".join(lines)})
    said: dict[str, list[str]] = {}
    for owner, base, names, _ in inherited(found, "deep.py"):
        said.setdefault(owner, []).append(base)
        assert names == [{"C": "m", "A": "a"}.get(base[0], base.lower())]
    assert said["C3"] == ["C0", "M1", "M2", "M3"]
    assert said["Last"][:3] == ["A", f"M{count - 1}", f"M{count - 2}"]


def test_the_order_of_bases_reaches_the_pages_below(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    assert inherited(found, "last.py")[0] == ("Last", "Middle", ["go", "turn"], [])
    turned = FILES["both.py"].replace("(Middle, Side)", "(Side, Middle)")
    assert "docs:last.py" in found.edit(**{"both.py": turned})
    assert inherited(found, "last.py")[:2] == [("Last", "Side", ["stop", "turn"], []), ("Last", "Middle", ["go"], [])]


def test_what_a_base_means_reaches_the_pages_below(tmp_path: Path) -> None:
    """Neither of the two classes changes, only what leads to the one above them."""
    files = {
        "one.py": "class Top:\n    def first(self): ...\n",
        "two.py": "class Top:\n    def second(self): ...\n",
        "way.py": "from one import Top\n",
        "middle.py": "from way import Top\n\n\nclass Middle(Top): ...\n",
        "low.py": "from middle import Middle\n\n\nclass Low(Middle): ...\n",
    }
    found = Repository(tmp_path / "store.sqlite", files)
    assert inherited(found, "low.py") == [("Low", "Top", ["first"], [])]
    assert "docs:low.py" in found.edit(**{"way.py": "from two import Top\n"})
    assert inherited(found, "low.py") == [("Low", "Top", ["second"], [])]


def test_pages_lead_to_what_is_inherited_and_replaced(tmp_path: Path) -> None:
    many = "class Many:\n" + "".join(f"    def m{number:02}(self): ...\n" for number in range(MOST_NAMES + 2))
    files = {"low.py": FILES["low.py"], "middle.py": FILES["middle.py"], "base.py": FILES["base.py"], "many.py": many}
    files |= {
        "one.py": "from many import Many\n\n\nclass One(Many): ...\n",
        "test_one.py": "from one import One\n\n\nclass TestOne(One):\n    def test_it(self): ...\n",
    }
    folder = write(tmp_path / "p", files)
    assert run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    low = made["low.py_docs.md"]
    assert "Inherited from [`Middle`](./middle.py_docs.md#Middle): [`go`](./middle.py_docs.md#Middle.go)." in low
    of_top = "[`level`](./base.py_docs.md#Top.level), [`stop`](./base.py_docs.md#Top.stop)"
    assert f"Inherited from [`Top`](./base.py_docs.md#Top): {of_top}." in low
    assert " · overrides [`Middle.turn`](./middle.py_docs.md#Middle.turn)" in low
    assert f"[`m{MOST_NAMES - 1}`](./many.py_docs.md#Many.m{MOST_NAMES - 1}), and 2 more." in made["one.py_docs.md"]
    assert "Inherited" not in made["test_one.py_docs.md"]


@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits_equal_a_clean_build(tmp_path: Path, seed: int) -> None:
    texts = {path: [text, text, *FILES.values()] for path, text in FILES.items()}
    Pair(tmp_path, FILES).edit_at_random(random.Random(seed), texts, steps=60)

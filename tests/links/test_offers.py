"""The public names of packages: which there are, what is said of them, and which edits reach their pages."""

from __future__ import annotations

import random
import sys
from typing import TYPE_CHECKING

import pytest

from incdoc.languages.outline import Outline
from incdoc.pages.offers import Offer, offers_of, shortened
from tests.links.support import Pair, Repository

if TYPE_CHECKING:
    from pathlib import Path
    from types import FrameType

CART = """\
class Cart:
    '''A cart. Of things.'''

    def __init__(self, owner: str, /, *things, size=3):
        pass

    def add(self):
        return 1


def total(cart: Cart) -> int:
    '''The sum.'''


def _hidden(): ...
"""
FILES = {
    "shop/__init__.py": """\
from ._cart import Cart, _hidden
from ._cart import total as sum_up
from . import money
from os import path
import json

LIMIT = 3


def own(x: int, *, y=1):
    '''Its own.'''
""",
    "shop/_cart.py": CART,
    "shop/money.py": "'''Coins.'''\nVALUE = 1\n",
    "stars/__init__.py": "from .a import *\nfrom .b import *\nfrom .b import __all__ as b_all\n",
    "stars/a.py": "from shop import Cart\nfrom .c import deep\n\n\ndef one(): ...\n\n\ndef _two(): ...\n",
    "stars/b.py": "__all__ = ['three']\n\n\ndef three(a, b): ...\n\n\ndef four(): ...\n",
    "stars/c.py": """\
from dataclasses import dataclass, field


@dataclass
class Row:
    a: int
    b: list = field(default_factory=list)


def deep(): ...
""",
    "named/__init__.py": """\
from stars import *
from stars.c import Row
from .inner import __all__ as inner_all
from . import inner
__all__ = ['one', 'Row', 'inner', 'gone']
""",
    "named/inner/__init__.py": "",
    "both/__init__.py": "from .old import *\nfrom .new import *\n",
    "stars/again/__init__.py": "from stars import *\n",
    "both/old.py": "from .new import *\n\n__all__ = ['OLD']\nOLD = 1\n",
    "both/new.py": "from .old import *\n\n\ndef new(): ...\n",
    "lazy/__init__.py": """\
__all__ = ['later', 'version', 'work']
try:
    from .made import version, work
except ImportError:
    version = ''
    def work(): ...
""",
    "lazy/later.py": "def read(): ...\n",
    "lazy/made.py": "version = '1'\n\n\ndef work(): ...\n",
    "plain.py": "from shop import Cart\n",
}


def offered(repository: Repository, path: str) -> dict[str, tuple[str, str, str]]:
    """By name: where it is defined, how it is called and what is said of it."""
    return {
        each.name: (f"{each.path}:{each.definition}", each.call, each.summary)
        for each in offers_of(repository.tables, path)
    }


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return Repository(tmp_path_factory.mktemp("store") / "store.sqlite", FILES)


def test_imports_of_a_package_are_its_names(repository: Repository) -> None:
    assert offered(repository, "shop/__init__.py") == {
        "Cart": ("shop/_cart.py:Cart", "Cart(owner, /, *things, size=3)", "A cart."),
        "sum_up": ("shop/_cart.py:total", "total(cart)", "The sum."),
        "own": ("shop/__init__.py:own", "own(x, *, y=1)", "Its own."),
        "LIMIT": ("shop/__init__.py:LIMIT", "", ""),
    }


def test_stars_give_the_public_names_of_their_modules(repository: Repository) -> None:
    assert (
        offered(repository, "stars/__init__.py")
        == offered(repository, "stars/again/__init__.py")
        == {
            "Cart": ("shop/_cart.py:Cart", "Cart(owner, /, *things, size=3)", "A cart."),
            "deep": ("stars/c.py:deep", "deep()", ""),
            "one": ("stars/a.py:one", "one()", ""),
            "three": ("stars/b.py:three", "three(a, b)", ""),
        }
    )


def test_what_a_package_says_is_public_is(repository: Repository) -> None:
    assert offered(repository, "named/__init__.py") == {
        "one": ("stars/a.py:one", "one()", ""),
        "Row": ("stars/c.py:Row", "Row(a, b=list())", ""),
        "inner": ("named/inner/__init__.py:", "", ""),
    }
    assert [each.kinds for each in offers_of(repository.tables, "named/__init__.py")] == [
        "classes",
        "functions",
        "modules",
    ]


def test_a_module_that_several_stars_reach_gives_its_names_by_each(repository: Repository) -> None:
    places = {name: place for name, (place, *_) in offered(repository, "both/__init__.py").items()}
    assert places == {"OLD": "both/old.py:OLD", "new": "both/new.py:new"}


def test_a_module_that_two_stars_reach_is_given_by_the_one_that_hands_it_on(tmp_path: Path) -> None:
    files = {
        "two/__init__.py": "from .a import *\nfrom .b import *\n",
        "two/a.py": "from .c import *\n\n__all__ = ['one']\n\n\ndef one(): ...\n",
        "two/b.py": "from .c import *\n",
        "two/c.py": "def deep(): ...\n",
    }
    found = offered(Repository(tmp_path / "store.sqlite", files), "two/__init__.py")
    assert {name: place for name, (place, *_) in found.items()} == {"deep": "two/c.py:deep", "one": "two/a.py:one"}


def test_a_module_of_a_package_and_what_is_defined_where_an_import_fails(repository: Repository) -> None:
    places = {name: place for name, (place, *_) in offered(repository, "lazy/__init__.py").items()}
    assert places == {"later": "lazy/later.py:", "version": "lazy/made.py:version", "work": "lazy/made.py:work"}


def test_a_module_has_no_list_of_what_it_imports(repository: Repository) -> None:
    assert offers_of(repository.tables, "plain.py") == ()


OTHERS = {
    "web/index.ts": "export * from './cart';\nexport { total as sum } from './money';\nexport * as a from './money';\n",
    "web/cart.ts": "/** A cart. */\nexport class Cart {}\nclass Hidden {}\nexport { total } from './money';\n",
    "web/money.ts": "/** The sum. */\nexport function total(x: number): number { return x; }\n",
    "web/other.ts": "export * from './cart';\n",
    "Cargo.toml": "[package]\nname = 'grid'\n",
    "src/lib.rs": "mod cells;\npub use cells::{Cell, rows as lines};\npub(crate) use cells::inner;\nuse cells::o;\n",
    "src/cells.rs": "/// One.\npub struct Cell;\npub fn rows() {}\npub fn inner() {}\npub fn other() {}\n",
}


def test_names_of_other_languages(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", OTHERS)
    assert offered(found, "web/index.ts") == {
        "Cart": ("web/cart.ts:Cart", "export class Cart", "A cart."),
        "sum": ("web/money.ts:total", "export function total(x: number): number", "The sum."),
        "total": ("web/money.ts:total", "export function total(x: number): number", "The sum."),
    }
    assert offered(found, "web/other.ts") == {}
    assert offered(found, "src/lib.rs") == {
        "Cell": ("src/cells.rs:Cell", "pub struct Cell", "One."),
        "lines": ("src/cells.rs:rows", "pub fn rows()", ""),
    }


def test_an_edit_reaches_the_packages_that_say_something_of_it(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    pages = {"docs:shop/__init__.py", "docs:stars/__init__.py", "index:stars"}
    body = CART.replace("return 1", "return 2")
    assert not pages & found.edit(**{"shop/_cart.py": body}).keys()
    assert pages <= found.edit(**{"shop/_cart.py": body.replace("A cart.", "A basket.")}).keys()
    pending = found.edit(**{"stars/c.py": FILES["stars/c.py"].replace("def deep():", "def deep(x):")})
    assert "docs:stars/__init__.py" in pending


def test_a_long_call_is_cut_between_parameters() -> None:
    names = ", ".join(f"parameter{number}" for number in range(20))
    assert shortened(f"f({names})").endswith(", parameter6, …)")
    assert shortened("f(a)") == "f(a)"


@pytest.mark.parametrize("files", [FILES, OTHERS], ids=["python", "others"])
def test_random_edits_equal_a_clean_build(tmp_path: Path, files: dict[str, str]) -> None:
    texts = {path: [text, text, *files.values()] for path, text in files.items()}
    Pair(tmp_path, files).edit_at_random(random.Random(4), texts, steps=80)


def test_offers_are_sorted_by_kind_and_name(repository: Repository) -> None:
    found: tuple[Offer, ...] = offers_of(repository.tables, "shop/__init__.py")
    assert [each.name for each in found] == ["Cart", "own", "sum_up", "LIMIT"]


def test_each_source_is_outlined_once_however_many_names_lead_through_it(tmp_path: Path) -> None:
    files = {f"{number}/index.ts": f'export * from "../{number + 1}/index"\n' for number in range(8)}
    files["8/index.ts"] = "".join(f"export const name{number} = 1;\n" for number in range(50))
    found = Repository(tmp_path / "store", files)
    found.tables.reset()
    made = []

    def hook(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code is Outline.of.__code__:
            made.append(frame.f_locals["facts"])

    former = sys.getprofile()
    sys.setprofile(hook)
    try:
        offers = offers_of(found.tables, "0/index.ts")
    finally:
        sys.setprofile(former)
    assert len(offers) == 50
    assert len(made) == len(files)

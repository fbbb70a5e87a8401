"""``index.scip``: each range has the name in the source, each reference leads to a definition, and edits reach both."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from incdoc.engine.keys import digests
from incdoc.engine.output import writer_of
from incdoc.engine.plan import Planner
from incdoc.engine.worker import Maker
from incdoc.exports.positions import Positions
from incdoc.exports.scip import symbol
from incdoc.languages import load
from tests import inprocess
from tests.exports.scip import DEFINITION, IMPORT, documents, fields
from tests.exports.support import FILES, OUTPUT, is_right, project
from tests.links.support import Repository
from tests.support import calls_of, write

CART, TILL = "src/shop/_cart.py", "src/shop/till.py"
MORE = {
    "src/shop/names.py": '''"""Names."""
from shop import _cart as carts, till
from shop._cart import Cart as Basket, FullError


class Größe(Basket):
    """Holds a Basket. Not Cart, nor FullError."""

    ü = "ä"; other = Basket  # Basket

    def find(self, Basket2, cart) -> carts.Cart:
        text = "Basket"
        till.add(cart).Basket
        return self.fill("ééé", Basket())

    def fill(self, *_):
        raise FullError("FullError")
''',
    "src/web/a.ts": 'import { Page as P } from "./page";\nexport const open = (): P => new P();\n',
    "src/web/page.ts": "export class Page {\n  show() { this.draw(); }\n  draw() {}\n}\n",
    "Cargo.toml": '[package]\nname = "c"\n',
    "src/lib.rs": "pub mod x;\nuse crate::x::Thing;\npub fn make() -> Thing { Thing {} }\n",
    "src/x.rs": "pub struct Thing {}\n",
    "j/A.java": "package j;\npublic class A { void run() { B b = new B(); } }\n",
    "j/B.java": "package j;\npublic class B {}\n",
    "go.mod": "module m\n",
    "a/a.go": "package a\n\nfunc Open() {}\n",
    "b/b.go": 'package b\n\nimport "m/a"\n\nfunc F() { a.Open() }\n',
    "engine/use.cpp": '#include "box.h"\nint f() { return shut(1); } // shut\n',
    "engine/box.h": "int shut(int a);\n",
    "latin.py": "# -*- coding: latin-1 -*-\ndef x(): ...\n",
    "bom.py": "\ufeffdef bom(): ...\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project", "index.scip", files=FILES | MORE)


def references(root: Path, path: str, role: int = 0) -> set[tuple[int, str, str]]:
    """(line, text, symbol) of the references of a source."""
    found = documents(root, root / OUTPUT / "index.scip")[path].occurrences
    return {(each.line + 1, each.text, each.symbol) for each in found if each.role == role}


def test_references_are_where_the_code_has_the_name(root: Path) -> None:
    basket, till, full = symbol(CART, ["Cart"]), symbol(TILL, ["add"]), symbol(CART, ["FullError"])
    assert references(root, "src/shop/names.py") == {
        (6, "Basket", basket),
        (9, "Basket", basket),
        (11, "Cart", basket),
        (13, "add", till),
        (14, "Basket", basket),
        (14, "fill", symbol("src/shop/names.py", ["Größe", "fill"])),
        (17, "FullError", full),
    }
    assert references(root, "src/shop/names.py", IMPORT) == {(3, "Cart", basket), (3, "FullError", full)}
    page = symbol("src/web/page.ts", ["Page"])
    assert references(root, "src/web/a.ts") == {(2, "P", page)}
    assert references(root, "src/web/page.ts") == {(2, "draw", symbol("src/web/page.ts", ["Page", "draw"]))}


@pytest.mark.parametrize(
    ("path", "line", "names", "definition"),
    [
        ("src/lib.rs", 3, ["Thing"], ("src/x.rs", ["Thing"])),
        ("j/A.java", 2, ["B"], ("j/B.java", ["B"])),
        ("b/b.go", 5, ["Open"], ("a/a.go", ["Open"])),
        ("engine/use.cpp", 2, ["shut"], ("engine/box.h", ["shut"])),
    ],
)
def test_references_in_other_languages(
    root: Path, path: str, line: int, names: list[str], definition: tuple[str, list[str]]
) -> None:
    assert references(root, path) == {(line, name, symbol(*definition)) for name in names}


def test_every_range_is_a_name_and_every_symbol_is_defined(root: Path) -> None:
    found = documents(root, root / OUTPUT / "index.scip")
    defined = {each for document in found.values() for each in document.symbols}
    count = 0
    for path, document in found.items():
        assert {each.symbol for each in document.occurrences if each.role & DEFINITION} == document.symbols.keys()
        for each in document.occurrences:
            assert each.symbol in defined, (path, each)
            name = each.symbol.rstrip("#").rpartition("#")[2].rpartition("/")[2].strip("`")
            alias = {("P", "Page"), ("Basket", "Cart")}
            assert each.symbol.endswith("/") or each.text == name or (each.text, name) in alias, (path, each)
            count += not each.role
    assert count > 12
    assert found["src/shop/names.py"].language == "Python"
    assert found["engine/box.cpp"].language == "CPP"


def test_symbols_have_documentation_kind_and_bases(root: Path) -> None:
    info = documents(root, root / OUTPUT / "index.scip")["src/shop/names.py"].symbols[
        symbol("src/shop/names.py", ["Größe"])
    ]
    assert info[3] == [b"Holds a Basket. Not Cart, nor FullError."]
    assert info[5] == [7], "a class"
    base = info[4][0]
    assert isinstance(base, bytes)
    assert fields(base) == {1: [symbol(CART, ["Cart"]).encode()], 3: [1]}


def test_the_metadata_has_no_path_of_a_machine_and_no_version(root: Path) -> None:
    data = (root / OUTPUT / "index.scip").read_bytes()
    metadata = fields(data)[1][0]
    assert isinstance(metadata, bytes)
    assert fields(metadata) == {2: [b"\x0a\x06incdoc"], 3: [b"file:///"], 4: [1]}
    assert str(root).encode() not in data


def test_edits_reach_what_refers_to_them(root: Path) -> None:
    index = root / OUTPUT / "index.scip"
    before = index.stat()
    write(root, {CART: FILES[CART].replace("return 0", "return 1")})
    inprocess.run(root)
    assert (index.stat().st_mtime_ns, index.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    write(root, {CART: FILES[CART].replace("class Cart", "class Trolley")})
    inprocess.run(root)
    assert {name for _, name, _ in references(root, "src/shop/names.py")} == {"add", "fill", "FullError"}
    is_right(root)
    write(root, {CART: FILES[CART], TILL: "\n\n" + FILES[TILL].replace("return Cart()", "return  Cart()")})
    inprocess.run(root)
    assert (7, "Cart", symbol(CART, ["Cart"])) in references(root, TILL)
    is_right(root)
    write(root, {"src/web/page.ts": "export function Page() {}\n", "src/shop/__init__.py": ""})
    inprocess.run(root)
    assert references(root, TILL) == set()
    is_right(root)


def test_the_file_waits_for_a_source_that_changed_meanwhile(tmp_path: Path) -> None:
    """Its bytes are no longer those that the facts were read from."""
    tables = Repository(tmp_path / "store.db", {"a.py": "def f(): ...\n"}, exports=("index.scip",))
    config = replace(tables.config, root=str(tmp_path))
    maker = Maker(
        config, tables.tables, Planner(tables.tables, config, digests(config)), writer_of(config, tables.store)
    )
    assert maker.make("export_scip:/", b"").moved
    assert not (tmp_path / OUTPUT / "index.scip").exists()
    maker.close()


def test_places_take_no_more_work_than_the_source_has_definitions() -> None:
    def work(number: int) -> int:
        source = "".join(f"def f{each}():\n    return f{max(0, each - 1)}()\n" for each in range(number)).encode()
        facts = load("python").read(source)
        found = Positions(facts, load("python"), source)

        def every() -> None:
            for each in facts.definitions[1:]:
                assert len(list(found.of_calls(each.name, each.calls[0]))) == 1

        return calls_of(every)

    work(2)
    small, large = work(200), work(800)
    assert large <= 4.4 * small + 2000, (small, large)

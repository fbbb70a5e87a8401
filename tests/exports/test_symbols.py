"""``symbols.jsonl``, held to its schema by check-jsonschema and read by jq."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import inprocess
from tests.exports.schema import FILE, schema
from tests.exports.support import FILES, OUTPUT, is_right, project
from tests.support import run, write

NAME = "symbols.jsonl"
CART = "src/shop/_cart.py"
BIG = "from shop._cart import Cart, total\n\n\nclass Big(Cart):\n    def cost(self):\n        return total(self)\n"
MORE = {"src/shop/big.py": BIG}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path / "project", NAME, files=FILES | MORE)


def symbols(root: Path) -> dict[str, dict[str, Any]]:
    lines = (root / OUTPUT / NAME).read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert len({each["id"] for each in found}) == len(found)
    return {each["id"]: each for each in found}


def test_the_schema_is_written_and_every_line_has_it(root: Path, tmp_path: Path) -> None:
    assert FILE.read_text() == schema()
    lines = (root / OUTPUT / NAME).read_text().splitlines()
    files = [tmp_path / f"{number}.json" for number in range(len(lines))]
    for path, line in zip(files, lines, strict=True):
        path.write_text(line)
    run(tmp_path, "check-jsonschema", "--schemafile", str(FILE), *map(str, files))
    files[0].write_text(lines[0].replace('"line":', '"row":'))
    run(tmp_path, "check-jsonschema", "--schemafile", str(FILE), str(files[0]), status=1)


def test_a_line_has_the_definition_and_its_edges(root: Path) -> None:
    found = symbols(root)
    add = found[f"{CART}:Cart.add"]
    assert (add["name"], add["kind"], add["line"], add["end"]) == ("add", "method", 10, 12)
    assert add["signature"] == "(self, name: str, count: int = 1) -> None"
    assert add["summary"] == "Take one more."
    assert found[f"{CART}:Cart._check"]["private"]
    assert found[f"{CART}:Cart"]["subclasses"] == ["src/shop/big.py:Big"]
    assert found["src/shop/big.py:Big"]["bases"] == [f"{CART}:Cart"]
    assert f"{CART}:total" in found["src/shop/big.py:Big.cost"]["uses"]
    used_by = found[f"{CART}:total"]["used_by"]
    assert used_by == ["src/shop/big.py:Big.cost", "tests/test_cart.py:test_total"]


def test_jq_answers_from_it(root: Path) -> None:
    asked = 'select(.used_by | length > 1) | select(.kind == "function") | .id'
    assert run(root, "jq", "-r", asked, f"{OUTPUT}/{NAME}").splitlines() == [f"{CART}:total"]


def test_edges_follow_edits_of_the_other_side(root: Path) -> None:
    write(root, {"src/shop/big.py": "from shop._cart import Cart\n\n\nclass Big(Cart): ...\n"})
    inprocess.run(root)
    assert symbols(root)[f"{CART}:total"]["used_by"] == ["tests/test_cart.py:test_total"]
    is_right(root)
    write(root, {"src/shop/big.py": "class Big: ...\n"})
    inprocess.run(root)
    assert symbols(root)[f"{CART}:Cart"]["subclasses"] == []
    is_right(root)
    write(root, {CART: FILES[CART].replace("class Cart:", "class Basket:")})
    inprocess.run(root)
    assert symbols(root)["src/shop/till.py:add"]["uses"] == []
    is_right(root)


def test_a_class_that_only_stops_to_derive_is_no_subclass(root: Path) -> None:
    uses = "from shop._cart import Cart\n\n\nclass Big(Cart):\n    kind = Cart\n"
    write(root, {"src/shop/big.py": uses})
    inprocess.run(root)
    assert symbols(root)[f"{CART}:Cart"]["subclasses"] == ["src/shop/big.py:Big"]
    write(root, {"src/shop/big.py": uses.replace("(Cart)", "")})
    inprocess.run(root)
    assert symbols(root)[f"{CART}:Cart"]["subclasses"] == []
    is_right(root)

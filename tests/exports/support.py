"""A project whose pages have files for other programs."""

from __future__ import annotations

import json
import shutil
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from sphobjinv import DataObjStr, Inventory, compress

from tests import inprocess
from tests.support import pages, run, would_change, write

OUTPUT = "docs/reference"
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "src/shop/__init__.py": '"""A shop."""\nfrom shop._cart import Cart\n\n__all__ = ["Cart"]\n',
    "src/shop/_cart.py": '''"""Carts."""


class Cart:
    """Holds what is bought. It may be empty."""

    limit: int = 3
    """How much fits."""

    def add(self, name: str, count: int = 1) -> None:
        """Take one more."""
        self._check(count)

    @property
    def is_full(self) -> bool:
        """Whether nothing fits."""
        return False

    def _check(self, count: int) -> None:
        raise FullError


class FullError(ValueError):
    """There is no room."""


def total(cart: Cart) -> int:
    """What it costs."""
    cart.add("x")
    return 0
''',
    "src/shop/till.py": '"""A till."""\nfrom shop import Cart\n\n\ndef add(cart: Cart) -> Cart:\n    return Cart()\n',
    "tests/test_cart.py": "from shop._cart import Cart, total\n\n\ndef test_total():\n    assert total(Cart()) == 0\n",
    "engine/box.cpp": "namespace box {\nstruct Lid { int size; };\nint open(Lid lid) { return lid.size; }\n}\n",
    "guide/start.md": "# How to start\n\nBuy.\n\n## Then\n\nPay.\n",
}


def settings(*exports: str, more: str = "") -> dict[str, str]:
    return {"incdoc.toml": f"exports = {list(exports)}\n{more}"}


def project(folder: Path, *exports: str, more: str = "", files: dict[str, str] = FILES) -> Path:
    """A repository that was built."""
    root = write(folder, files | settings(*exports, more=more))
    run(root, "git", "init", "-q")
    assert inprocess.run(root).status == 0
    return root


def is_right(root: Path) -> None:
    """The output is that of a build from nothing, and nothing is to do."""
    clean = root.with_name("clean")
    shutil.rmtree(clean, ignore_errors=True)
    shutil.copytree(root, clean, ignore=shutil.ignore_patterns("docs", ".incdoc", ".git"))
    run(clean, "git", "init", "-q")
    assert inprocess.run(clean).status == 0
    assert pages(root) == pages(clean)
    assert would_change(root) == set()
    assert inprocess.run(root).tasks == []


def inventory(names: dict[str, tuple[str, str]], domain: str = "py") -> bytes:
    """An inventory as Sphinx writes it."""
    found = Inventory()
    found.project, found.version = "Sched", "2"
    for name, (role, address) in names.items():
        found.objects.append(DataObjStr(name=name, domain=domain, role=role, priority="1", uri=address, dispname="-"))
    return bytes(compress(found.data_file()))


INVENTORY = "https://example.org/objects.inv"


def pins(*names: str) -> str:
    """The committed file with one inventory that has these names."""
    entries = {name: ("module", f"{name}.html#$") for name in names}
    data = inventory(entries)
    pin = {"source": INVENTORY, "sha256": sha256(data).hexdigest(), "content": b64encode(data).decode()}
    return json.dumps({"version": 1, "inventories": [pin]})

"""The way of the data has one direction: each room of incdoc imports only those before it.

Imports are read with ``ast``, those inside functions and below ``TYPE_CHECKING`` included.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import incdoc

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "incdoc"

MAY_IMPORT = {
    "config": set(),
    "sources": {"config"},
    "languages": {"config"},
    "store": {"config"},
    "links": {"config", "store", "sources", "languages"},
    "pages": {"config", "store", "sources", "languages", "links"},
    "engine": {"config", "store", "sources", "languages", "links", "pages"},
    "executors": {"config"},
    "remote": {"config", "store"},
    "watch": {"config", "store", "sources", "languages", "links", "pages", "engine", "executors", "remote"},
    "plugin": {
        "config", "store", "sources", "languages", "links", "pages", "engine", "executors", "remote", "watch",
    },
    "": {"plugin"},
}  # fmt: skip
"""By room; ``""`` is the package's own ``__init__``, which nobody imports names from."""


def upward(folder: Path) -> list[str]:
    """Every import of a room that may not be imported there: ``file:line: what``."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder)
        room = relative.parts[0].removesuffix(".py") if relative.parts != ("__init__.py",) else ""
        for line, target in imported(path.read_text(encoding="utf-8"), relative):
            if target != room and target not in MAY_IMPORT.get(room, set()):
                found.append(f"{relative.as_posix()}:{line}: {room or PACKAGE} imports {target or PACKAGE}")
    return found


def imported(source: str, relative: Path) -> Iterator[tuple[int, str]]:
    """(line, room) of each import of the package's own modules."""
    package = (PACKAGE, *relative.parts[:-1])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from room_of(node.lineno, alias.name.split("."))
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = base + (node.module.split(".") if node.module else [])
            if module == [PACKAGE]:
                for alias in node.names:
                    yield from room_of(node.lineno, [PACKAGE, alias.name])
            else:
                yield from room_of(node.lineno, module)


def room_of(line: int, module: list[str]) -> Iterator[tuple[int, str]]:
    if module[:1] == [PACKAGE]:
        room = module[1] if len(module) > 1 else ""
        yield line, room if room in MAY_IMPORT or (ROOT / room).exists() or (ROOT / f"{room}.py").exists() else ""


ROOT = Path(incdoc.__file__).parent


def test_no_room_imports_upward() -> None:
    assert upward(ROOT) == []


def test_every_room_has_its_place() -> None:
    rooms = {path.stem for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert rooms - {"__init__", "__main__"} <= set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("file", "source", "said"),
    [
        ("links/a.py", "from incdoc.pages.markdown import code\n", "links/a.py:1: links imports pages"),
        ("links/a.py", "def f():\n    import incdoc.pages.markdown\n", "links/a.py:2: links imports pages"),
        ("links/a.py", "from ..pages import markdown\n", "links/a.py:1: links imports pages"),
        ("links/a.py", "from .. import build\n", "links/a.py:1: links imports build"),
        ("sources/deep/a.py", "from ...languages import facts\n", "sources/deep/a.py:1: sources imports languages"),
        ("languages/a.py", "from incdoc import store\n", "languages/a.py:1: languages imports store"),
        ("config.py", "from incdoc.sources import git\n", "config.py:1: config imports sources"),
        ("build/a.py", "from incdoc.executors import pool\n", "build/a.py:1: build imports executors"),
        ("pages/a.py", "from incdoc import tasks\n", "pages/a.py:1: pages imports incdoc"),
        ("unknown/a.py", "from incdoc.config import Config\n", "unknown/a.py:1: unknown imports config"),
    ],
)
def test_a_planted_one_is_found(tmp_path: Path, file: str, source: str, said: str) -> None:
    for name, text in (
        ("pages/good.py", "import os\nfrom incdoc.links.card import Card\nfrom .paths import x\nimport incdocs\n"),
        (file, source),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert upward(tmp_path) == [said]

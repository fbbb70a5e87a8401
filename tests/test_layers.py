"""The way of the data has one direction: each room of incdoc imports only those before it.

Imports are read with ``ast``, those inside functions and below ``TYPE_CHECKING`` included.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import incdoc

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "incdoc"

MAY_IMPORT = {
    "config": set(),
    "thresholds": set(),
    "wire": set(),
    "executors": {"config", "thresholds"},
    "sources": {"config", "thresholds"},
    "languages": {"config", "thresholds", "sources"},
    "store": {"config", "thresholds"},
    "links": {"config", "thresholds", "store", "sources", "languages"},
    "pages": {"config", "thresholds", "executors", "store", "sources", "languages", "links"},
    "site": {"config", "thresholds", "store", "sources", "languages", "links", "pages"},
    "remote": {"config", "thresholds", "wire", "executors"},
    "exports": {"config", "thresholds", "wire", "store", "sources", "languages", "links", "pages", "site"},
    "engine": {
        "config", "thresholds", "store", "sources", "languages", "links", "pages", "executors", "site", "remote",
    },
    "query": {
        "config", "thresholds", "store", "sources", "languages", "links", "pages", "executors", "engine", "site",
    },
    "watch": {"config", "thresholds", "store", "sources", "languages", "links", "pages", "executors", "engine"},
    "mcp": {
        "config", "thresholds", "store", "sources", "languages", "links", "pages", "executors",
        "engine", "query", "site",
    },
    "plugin": {
        "config", "thresholds", "store", "sources", "languages", "links", "pages", "executors",
        "engine", "query", "watch", "site", "mcp",
    },
    "": {"plugin"},
}  # fmt: skip
"""By room; ``""`` is the package's own ``__init__``, from which no room imports names, and its ``__main__``."""
_OF_THE_PACKAGE = (("__init__.py",), ("__main__.py",))


def upward(folder: Path) -> list[str]:
    """Every import of a room that may not be imported there: ``file:line: what``."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder)
        room = relative.parts[0].removesuffix(".py") if relative.parts not in _OF_THE_PACKAGE else ""
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


def rooms(folder: Path) -> set[str]:
    """The modules and packages of a folder, by name: ``config``, ``sources``."""
    names = {path.stem for path in folder.glob("*.py")} - {"__init__", "__main__"}
    return names | {path.parent.name for path in folder.glob("*/*.py")}


def drawn(text: str) -> list[str]:
    """The rooms of a map such as the one of ``incdoc``'s docstring, in its order."""
    return [name.removesuffix("/") for name in re.findall(r"^    ([a-z_]+/?) {2,}\S", text, re.MULTILINE)]


def test_the_table_has_the_rooms_that_there_are() -> None:
    assert rooms(ROOT) == set(MAY_IMPORT) - {""}


def test_the_map_has_the_rooms_that_there_are() -> None:
    assert incdoc.__doc__ is not None
    assert sorted(drawn(incdoc.__doc__)) == sorted(rooms(ROOT))


def test_a_room_comes_after_those_that_it_may_import() -> None:
    assert incdoc.__doc__ is not None
    order = drawn(incdoc.__doc__)
    for room in order:
        assert MAY_IMPORT[room] <= set(order[: order.index(room)]), room


@pytest.mark.parametrize(
    ("file", "source", "said"),
    [
        ("links/a.py", "from incdoc.pages.markdown import code\n", "links/a.py:1: links imports pages"),
        ("links/a.py", "def f():\n    import incdoc.pages.markdown\n", "links/a.py:2: links imports pages"),
        ("links/a.py", "from ..pages import markdown\n", "links/a.py:1: links imports pages"),
        ("links/a.py", "from .. import engine\n", "links/a.py:1: links imports engine"),
        ("sources/deep/a.py", "from ...languages import facts\n", "sources/deep/a.py:1: sources imports languages"),
        ("languages/a.py", "from incdoc import store\n", "languages/a.py:1: languages imports store"),
        ("config.py", "from incdoc.sources import git\n", "config.py:1: config imports sources"),
        ("executors/a.py", "from incdoc.engine import plan\n", "executors/a.py:1: executors imports engine"),
        ("engine/a.py", "from incdoc.query import why\n", "engine/a.py:1: engine imports query"),
        ("pages/a.py", "from incdoc import tasks\n", "pages/a.py:1: pages imports incdoc"),
        ("unknown/a.py", "from incdoc.config import Config\n", "unknown/a.py:1: unknown imports config"),
    ],
)
def test_a_planted_one_is_found(tmp_path: Path, file: str, source: str, said: str) -> None:
    for name, text in (
        (
            "pages/good.py",
            "import os\nfrom incdoc.links.summary import FileSummary\nfrom .paths import x\nimport incdocs\n",
        ),
        (file, source),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert upward(tmp_path) == [said]

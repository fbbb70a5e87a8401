"""The table of what a source imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import inprocess
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

MANY = 45
FILES = {
    "many.py": "".join(f"def f{number}(): ...\n\n\n" for number in range(MANY)),
    "use.py": f"from many import {', '.join(f'f{number}' for number in range(MANY))}\n",
    "some.py": """\
from os import path, sep as separator, walk
from os import path, walk
try:
    from many import f1, f2
except ImportError:
    f1 = f2 = None
from many import f2, gone
from os import sep
from json import loads
import json
from os import fspath
""",
}


def rows(page: bytes) -> list[str]:
    """The rows without the targets of links to lines."""
    table = page.decode().partition("| Imports | Reads | Lines |\n")[2].partition("\n\n")[0]
    return [row.partition("](../../")[0] for row in table.splitlines()[1:]]


def test_names_that_a_statement_imports_from_one_place_share_a_row(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    assert inprocess.run(folder).status == 0
    made = pages(folder)
    f1, f2 = (f"[`f{number}`](./many.py_docs.md#f{number})" for number in (1, 2))
    of_many = "of [`many.py`](./many.py_docs.md)"
    assert rows(made["some.py_docs.md"]) == [
        "| `os`: `path`, `walk` | standard library | [1",
        "| `os.sep` as `separator` | standard library | [1",
        f"| `many`: `f1`, `f2` (`try`) | {f1}, {f2} {of_many} | [4",
        f"| `many.f2` | {f2} {of_many} | [7",
        "| `many.gone` | [`many.py`](./many.py_docs.md) | [7",
        "| `os.sep` | standard library | [8",
        "| `json.loads` | standard library | [9",
        "| `json` | standard library | [10",
        "| `os.fspath` | standard library | [11",
    ]
    assert b"| standard library | [1](../../some.py#L1), [2](../../some.py#L2) |" in made["some.py_docs.md"]
    several = rows(made["use.py_docs.md"])
    assert [row.count("](./many.py_docs.md#f") for row in several] == [20, 20, 5], "a row is on one page"

"""Pages without numbers of lines."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support import build, changed, pages, write

SOURCES = Path(__file__).parents[1] / "golden" / "sources"
WITHOUT = 'lines = false\nsource = "none"\n'


@pytest.mark.parametrize("name", sorted(path.name for path in SOURCES.glob("*") if path.name != "bytes"))
def test_no_page_has_one(tmp_path: Path, name: str) -> None:
    project = tmp_path / "p"
    shutil.copytree(SOURCES / name, project)
    write(project, {"incdoc.toml": WITHOUT})
    build(project)
    for page, data in pages(project).items():
        text = data.decode()
        assert not re.search(r"\]\(\S*#L\d|\b[Ll]ines? (\[|\d)", text), page
        for table in re.findall(r"(?m)(?:^\|.*\n)+", text):
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}) == 1, f"{page}: {table}"


def test_what_moves_changes_no_page(tmp_path: Path) -> None:
    text = '"""A module."""\nimport os\n\n\ndef f():\n    """Does."""\n    raise E\n\n\nX = eval("1")  # TODO: less\n'
    project = write(tmp_path / "p", {"incdoc.toml": WITHOUT, "a.py": text})
    build(project)
    before = pages(project)
    write(project, {"a.py": text.replace("import os\n", "# moved\n\nimport os\n")})
    build(project)
    after = pages(project)
    assert changed(before, after) == {"a.py_docs.md"}
    rows = [
        (one, other)
        for one, other in zip(*(each["a.py_docs.md"].decode().split("\n") for each in (before, after)), strict=True)
        if one != other
    ]
    assert len(rows) == 1
    assert all(row.startswith("| **Size** |") for row in rows[0])

"""Sources of equal size, and the pages of a build from nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from tests import inprocess
from tests.support import pages, write

Opened = Callable[[str], bool]
"""Takes a path; returns whether to call it again."""
TEXT = '"""Number {}."""\n\n\ndef number_{}():\n    return {}\n'
"""Any digit makes a text of the same size."""


def text(digit: int) -> str:
    return TEXT.format(digit, digit, digit)


def rewrite(path: Path, digit: int) -> None:
    """Other bytes, with the size and the mtime that the file has."""
    before = path.stat()
    path.write_text(text(digit))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def clean(folder: Path) -> dict[str, bytes]:
    other = write(folder.with_name("clean"), {})
    files = [path for path in folder.rglob("*") if path.is_file() and not {"docs", ".incdoc"} & set(path.parts)]
    write(other, {str(path.relative_to(folder)): path.read_text() for path in files})
    inprocess.run(other)
    return pages(other)

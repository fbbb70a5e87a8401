"""A source that is edited while the build runs is never recorded as seen: this build or the next takes it up.

The edits are made by an audit hook, in the moment before the build opens the file. What a file system with coarse
times can hide even then is tested with a clock of its own, in ``tests/sources/test_stamps.py``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import inprocess
from tests.support import PROJECT, pages, write

Opened = Callable[[str], bool]
"""Takes a path; whether it wants to be called again."""
_listeners: list[Opened] = []
SOURCE = "pkg/core.py"
TEXT = '"""Number {}."""\n\n\ndef number_{}():\n    return {}\n'
"""Any digit makes a text of the same size."""


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _listeners and isinstance(arguments[0], str):
        listener = _listeners.pop()  # it opens files itself
        if listener(arguments[0]):
            _listeners.append(listener)


@pytest.fixture
def opened() -> Iterator[Callable[[Opened], None]]:
    """Calls a function with the path of whatever is opened from now on."""
    if _hook not in _hooks:
        _hooks.append(_hook)
        sys.addaudithook(_hook)  # for the life of the process
    yield lambda listener: _listeners.__setitem__(slice(None), [listener])
    _listeners.clear()


_hooks: list[object] = []


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT | {SOURCE: text(1)})


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


@pytest.mark.parametrize("moment", range(1, 4))
def test_edited_when_it_is_opened(project: Path, opened: Callable[[Opened], None], moment: int) -> None:
    """At the ``moment``-th time: to be hashed, to be parsed, to be shown."""
    left = [moment]

    def edit(path: str) -> bool:
        left[0] -= path.endswith(SOURCE)
        if left[0] == 0:
            rewrite(project / SOURCE, 2)
        return left[0] > 0

    opened(edit)
    first = inprocess.run(project)
    assert left[0] == 0
    assert ("changed while it was documented" in first.said) == (moment == 3)
    assert inprocess.run(project).status == 0
    assert b"number_2" in pages(project)[f"{SOURCE}_docs.md"]
    assert pages(project) == clean(project)
    rewrite(project / SOURCE, 1)  # no facts were noted for other bytes than those that had them
    inprocess.run(project)
    assert b"number_1" in pages(project)[f"{SOURCE}_docs.md"]

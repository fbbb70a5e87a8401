"""A grammar that never ends, dies or takes all memory costs its own source and no other, wherever sources are read.

The grammars are regular expressions and calls of the system, in C, where no exception of Python's reaches them.
"""

from __future__ import annotations

import faulthandler
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from incdoc.executors import Pool
from incdoc.languages import language, text
from incdoc.languages.facts import Facts
from incdoc.languages.python import extract as python
from incdoc.plugin.active_build import active_build
from tests import inprocess
from tests.engine.support import clean
from tests.support import pages, write
from tests.watch.support import Watching, git, pages_of

SECONDS = 1.0
BAD = "notes.txt"
FILES = {"a.py": "def one(): ...\n", "b.py": "import a\n", BAD: "first\n", "c.txt": "c\n"}
MANY = {f"many/m{number}.txt": f"text {number}\n" for number in range(20)}
_catastrophic = re.compile(rb"(a+)+$")
_read, _read_python = text.extract, python.extract


def _fail(data: bytes) -> None:
    if data.startswith(b"hang"):
        _catastrophic.match(b"a" * 60 + b"b")
    if data.startswith(b"die"):
        faulthandler.disable()  # its report would be printed among the tests'
        os.kill(os.getpid(), signal.SIGSEGV)
    if data.startswith(b"stop"):
        os.kill(os.getpid(), signal.SIGSTOP)
    if data.startswith(b"memory"):
        bytearray(1 << 30)  # which the system would give


def _extract(data: bytes) -> Facts:
    _fail(data)
    return _read(data)


def _extract_python(data: bytes) -> Facts:
    _fail(data)
    return _read_python(data)


class Ways(NamedTuple):
    """A way in which a grammar fails, and what is said about it."""

    word: str
    said: str


WAYS = [
    Ways("hang", "did not end within 1 seconds, twice"),
    Ways("stop", "did not end within 1 seconds, twice"),
    Ways("die", "crashed or ran out of memory, twice"),
    Ways("memory", "needs more memory than 40 times its size and 200 MB"),
]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the grammar reaches the workers by fork")


@pytest.fixture(autouse=True)
def _grammar(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(text, "extract", _extract)
    monkeypatch.setattr(python, "extract", _extract_python)
    monkeypatch.setattr(inprocess, "Serial", lambda: Pool(2, SECONDS))
    language.resolve.cache_clear()
    yield
    active_build.close()
    language.resolve.cache_clear()


@pytest.fixture(params=WAYS, ids=lambda way: way.word)
def way(request: pytest.FixtureRequest) -> Ways:
    found = request.param
    assert isinstance(found, Ways)
    return found


def _fails(found: inprocess.Ran, way: Ways, bad: str = BAD) -> None:
    assert found.status == 1, found.said
    assert found.said.count(f"{bad} could not be parsed") == 1, found.said
    assert way.said in found.said
    assert "tool.incdoc.exclude" in found.said
    assert "Traceback" not in found.said


def _is_right_afterwards(folder: Path) -> None:
    (folder / BAD).write_text("second\n")
    assert inprocess.run(folder).status == 0
    assert pages(folder) == clean(folder)


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [("incdoc.toml", "", "exclude"), ("pyproject.toml", "[tool.incdoc]\n", "tool.incdoc.exclude")],
)
@pytest.mark.parametrize("word", ["die", "memory"])
def test_the_key_is_named_as_it_is_in_the_file_of_the_settings(
    tmp_path: Path, word: str, file: str, text: str, key: str
) -> None:
    folder = write(tmp_path / "p", FILES | {file: text, BAD: word})
    assert f"dd it to {key}." in inprocess.run(folder).said


@pytest.mark.parametrize("others", [{}, MANY], ids=["few", "many"])
def test_a_first_build(tmp_path: Path, way: Ways, others: dict[str, str]) -> None:
    folder = write(tmp_path / "p", FILES | others | {BAD: way.word})
    _fails(inprocess.run(folder), way)
    assert pages(folder).keys() >= {f"{path}_docs.md" for path in (FILES | others).keys() - {BAD}}
    assert f"{BAD}_docs.md" not in pages(folder)
    _fails(inprocess.run(folder), way)
    _is_right_afterwards(folder)


@pytest.mark.parametrize("others", [{}, MANY], ids=["few", "many"])
def test_a_later_build_keeps_the_page(tmp_path: Path, way: Ways, others: dict[str, str]) -> None:
    folder = write(tmp_path / "p", FILES | MANY)
    assert inprocess.run(folder).status == 0
    before = pages(folder)[f"{BAD}_docs.md"]
    write(folder, {path: "new " + content for path, content in others.items()})
    write(folder, {BAD: way.word, "a.py": "def two(): ...\n"})
    for _ in range(2):
        _fails(inprocess.run(folder), way)
        assert pages(folder)[f"{BAD}_docs.md"] == before
        assert b"two" in pages(folder)["a.py_docs.md"]
    _is_right_afterwards(folder)


def test_workers_of_doit(tmp_path: Path, way: Ways) -> None:
    """Each task reads its own source, in a process that doit forked."""
    folder = write(tmp_path / "p", FILES | {BAD: way.word})
    _fails(inprocess.run(folder, "-n", "2"), way)
    assert "a.py_docs.md" in pages(folder)
    _is_right_afterwards(folder)


def test_check(tmp_path: Path, way: Ways) -> None:
    folder = write(tmp_path / "p", FILES)
    inprocess.run(folder)
    (folder / BAD).write_text(way.word)
    _fails(inprocess.run(folder, "check"), way)


@pytest.mark.parametrize("command", [("affected", "--pages", "--since", "HEAD~1"), ("diff", "HEAD~1")], ids=" ".join)
def test_the_history(tmp_path: Path, way: Ways, command: tuple[str, ...]) -> None:
    """The commit's source is read, and not the one on disk."""
    bad = BAD if command[0] == "affected" else "bad.py"  # diff reads only Python
    folder = write(tmp_path / "p", FILES | {bad: way.word})
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    write(folder, {"a.py": "def two(): ...\n", bad: "second\n"})
    git(folder, "commit", "-qam", "two")
    found = inprocess.run(folder, *command)
    _fails(found, way, bad)
    assert "two" in found.said or "a.py_docs.md" in found.said, "the others are told all the same"


_WATCH = """
import sys
from incdoc.executors import Pool
from incdoc.languages import text
from incdoc.plugin.active_build import active_build
from incdoc.plugin.main import main
from tests.engine.test_deadline import SECONDS, _extract
text.extract = _extract
active_build.pool = Pool(2, SECONDS)
sys.argv = ["incdoc", "watch"]
sys.exit(main())
"""


def test_a_watch_goes_on(tmp_path: Path, way: Ways) -> None:
    folder = write(tmp_path / "p", FILES)
    watch = Watching(folder, [sys.executable, "-c", _WATCH])
    try:
        watch.wait_for("watching")
        before = pages_of(folder)
        (folder / BAD).write_text(way.word)
        watch.wait_for(way.said)
        assert pages_of(folder) == before
        (folder / "a.py").write_text("def two(): ...\n")
        watch.wait_for("a.py")
        (folder / BAD).write_text("second\n")
        watch.settle()
    finally:
        watch.interrupt()

"""A first build resolves in workers while it writes; the link tables must not depend on that."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from incdoc.config import IncdocError, load
from incdoc.engine import link_step
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors, Pool, Serial
from incdoc.links.update import LINK_TABLES
from incdoc.thresholds import CHANGES_FOR_WHOLE_TABLES
from tests import inprocess
from tests.engine.support import clean
from tests.support import pages, stored, write

COUNT = CHANGES_FOR_WHOLE_TABLES + 50
_resolve = link_step._resolve


def project(folder: Path) -> Path:
    """More sources than are linked one by one: each imports two others and derives from a class behind a re-export."""
    files = {"pkg/__init__.py": "from .m0 import C0\nfrom .m1 import *\n", "README.md": "[m](pkg/m1.py) [n](no.md)\n"}
    for n in range(COUNT):
        files[f"pkg/m{n}.py"] = (
            f"import os\nfrom . import m{(n * 7 + 1) % COUNT}\nfrom pkg import C0, C1, nothing\n"
            f"from .m{(n + 1) % COUNT} import C{(n + 1) % COUNT} as Next\n\nclass C{n}(C0, Next):\n    pass\n"
        )
    return write(folder, files)


def link(folder: Path, prefetch: bool) -> dict[str, list[tuple[object, ...]]]:
    """The link tables after a first build as far as its links."""
    pool = Pool(2)
    workspace = Workspace(load(str(folder)), Executors(pool, pool, Serial()), lambda line: None, Mode.BUILD)
    session = Build(workspace)
    workspace.lock_tree()
    for path in session.scan(prefetch=prefetch):
        session.parse(path)
    session.link()
    workspace.close()
    with stored(folder) as db:
        return {table: sorted(db.execute(f"SELECT * FROM {table}"), key=repr) for table in (*LINK_TABLES, "pending")}


_MARK = "INCDOC_TEST_RESOLVED"
_parent = os.getpid()


def _noted(number: int, paths: list[str]) -> list[bytes]:
    Path(os.environ[_MARK]).write_text(str(os.getpid()))
    return _resolve(number, paths)


def _dies(number: int, paths: list[str]) -> list[bytes]:
    if "pkg/m7.py" in paths and os.getpid() != _parent:
        os._exit(1)
    return _resolve(number, paths)


def test_tables_are_the_same_with_and_without_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = link(project(tmp_path / "here"), prefetch=False)
    assert len(here["subclass"]) > COUNT
    monkeypatch.setattr(link_step, "_resolve", _noted)
    monkeypatch.setenv(_MARK, str(tmp_path / "done"))
    assert link(project(tmp_path / "there"), prefetch=True) == here
    assert int((tmp_path / "done").read_text()) != os.getpid()


def test_a_worker_that_dies_while_it_resolves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = link(project(tmp_path / "here"), prefetch=False)
    monkeypatch.setattr(link_step, "_resolve", _dies)
    assert link(project(tmp_path / "there"), prefetch=True) == here


def test_the_store_is_damaged_while_sources_are_parsed(tmp_path: Path) -> None:
    """A new store does not know the unchanged sources: the build must not continue as if it did."""
    folder = write(tmp_path / "p", {f"m{n}.py": f"from m{n - 1} import C\n\nclass C{n}: pass\n" for n in range(20)})
    inprocess.run(folder)
    write(folder, {"m3.py": "class C: pass\n", "m4.py": "import m3\n"})
    workspace = Workspace(load(str(folder)), Executors(Serial(), Serial(), Serial()), lambda line: None, Mode.BUILD)
    session = Build(workspace)
    workspace.lock_tree()
    session.scan()
    size = os.path.getsize(workspace.store.path)
    with open(workspace.store.path, "r+b") as stream:
        stream.seek(4096)
        stream.write(b"\xff" * (size - 4096))
    workspace.store.db.execute("PRAGMA shrink_memory")  # else SQLite has read all of so small a file
    with pytest.raises(IncdocError, match="Build again"):
        session.parse("m3.py")
        session.tasks()
    with pytest.raises(IncdocError, match="Build again"):
        session.tasks()
    session.end()
    workspace.close()
    assert inprocess.run(folder).status == 0
    assert pages(folder) == clean(folder)

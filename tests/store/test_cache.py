"""The cache folder is incdoc's or it is refused, and nothing in a folder that is refused is touched."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from incdoc.config import SettingError
from incdoc.store import CacheFolder, Store, file_name
from tests import inprocess
from tests.support import PROJECT, REFUSED, pages, run, tree, write

COMMANDS = (
    ("run",),
    ("check",),
    ("why", "pkg/core.py"),
    ("affected",),
    ("diff", "HEAD"),
    ("list",),
    ("info", "docs:pkg/core.py"),
    ("clean", "-a"),
    ("forget", "-a"),
    ("watch",),
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", PROJECT)
    run(folder, "git", "init", "-q")
    run(folder, "git", "add", ".")
    run(folder, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "0")
    write(tmp_path / "victim", {"notes": "mine", "page-1-1": "mine"})
    return folder


def _built(folder: Path) -> Path:
    assert inprocess.run(folder).status == 0
    return folder / ".incdoc"


def _link(name: str) -> Callable[[Path], None]:
    def harm(folder: Path) -> None:
        place = _built(folder) / name
        if place.is_dir():
            place.rmdir()
        else:
            place.unlink(missing_ok=True)
        place.symlink_to(folder.parent / "victim" / ("notes" if name != "tmp" else ""))

    return harm


def _hard_link(folder: Path) -> None:
    os.link(_built(folder) / file_name(), folder.parent / "victim/other.db")


def _other_file(folder: Path) -> None:
    (_built(folder) / "notes.txt").write_text("mine")


def _folder_in_scratch(folder: Path) -> None:
    (_built(folder) / "tmp/sub").mkdir()


def _link_in_scratch(folder: Path) -> None:
    (_built(folder) / "tmp/page-1-1").symlink_to(folder.parent / "victim/page-1-1")


def _pipe(folder: Path) -> None:
    (_built(folder) / "lock").unlink()
    os.mkfifo(folder / ".incdoc/lock")


def _names_alone(folder: Path) -> None:
    write(folder, {".incdoc/lock": "mine", ".incdoc/tmp/1-1": "mine", ".incdoc/store-3.db": "mine"})


def _folder_is_link(folder: Path) -> None:
    (folder / ".incdoc").symlink_to(folder.parent / "victim")


@pytest.mark.parametrize(
    "harm",
    [
        *(
            _link(name)
            for name in (
                "lock",
                "tmp",
                file_name(),
                file_name() + "-wal",
                f"{file_name().removesuffix('.db')}.sum",
                ".gitignore",
            )
        ),
        _hard_link,
        _other_file,
        _folder_in_scratch,
        _link_in_scratch,
        _pipe,
        _names_alone,
        _folder_is_link,
    ],
)
def test_every_command_refuses_a_folder_that_is_not_incdoc_s(project: Path, harm: Callable[[Path], None]) -> None:
    harm(project)
    before = tree(project), tree(project.parent / "victim")
    for command in COMMANDS[:6]:
        ran = inprocess.run(project, *command)
        assert ran.status == REFUSED, (command, ran.said)
        assert "Traceback" not in ran.said and "cache folder .incdoc" in ran.said
    assert (tree(project), tree(project.parent / "victim")) == before


def test_the_commands_of_doit_and_the_watch_refuse_it_too(project: Path) -> None:
    _other_file(project)
    before = tree(project)
    for command in COMMANDS:
        said = run(project, "incdoc", *command, status=REFUSED)
        assert "cache folder .incdoc contains 'notes.txt', which incdoc did not create." in said
        assert tree(project) == before, command


@pytest.mark.parametrize("content", [b"", b"Signature: other\n", b"\xff" * 300, None])
def test_a_damaged_tag_is_written_again(project: Path, content: bytes | None) -> None:
    tag = _built(project) / "CACHEDIR.TAG"
    good = tag.read_bytes()
    if content is None:
        tag.unlink()
    else:
        tag.write_bytes(content)
    assert inprocess.run(project).status == 0
    assert tag.read_bytes() == good


@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_cache_of_an_earlier_release_is_taken(tmp_path: Path, version: int) -> None:
    write(tmp_path, {"cache/lock": "", "cache/.gitignore": "*\n", "cache/tmp/12-3": "half"})
    with sqlite3.connect(tmp_path / f"cache/store-{version}.db") as db:
        db.executescript(f"CREATE TABLE meta (key); PRAGMA user_version={version}")
    db.close()
    cache = CacheFolder(str(tmp_path), "cache")
    cache.make()
    cache.clean()
    assert not os.listdir(tmp_path / "cache/tmp")
    with pytest.raises(SettingError, match=r"'keep.txt'|keep\.txt"):
        (tmp_path / "cache/tmp/keep.txt").write_text("mine")
        cache.clean()


@pytest.mark.parametrize("there", [(), (".gitignore",), ("CACHEDIR.TAG",)])
def test_an_empty_folder_is_taken(tmp_path: Path, there: tuple[str, ...]) -> None:
    (tmp_path / "cache").mkdir()
    for name in there:
        (tmp_path / "cache" / name).touch()
    CacheFolder(str(tmp_path), "cache").make()
    assert (tmp_path / "cache/CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55\n")


def test_a_store_that_a_clone_brought_is_not_used(project: Path) -> None:
    _built(project)
    run(project, "git", "add", "-f", ".incdoc")
    run(project, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "1")
    clone = project.parent / "clone"
    run(project.parent, "git", "clone", "-q", "project", "clone")
    before = tree(clone / ".incdoc")
    for command in ("run", "check", "list"):
        said = run(clone, "incdoc", command, status=REFUSED)
        assert "cache folder .incdoc is tracked by git" in said
        assert "git rm -r -q --cached .incdoc && rm -r .incdoc" in said
        assert tree(clone / ".incdoc") == before
    run(clone, "sh", "-c", "git rm -r -q --cached .incdoc && rm -r .incdoc")
    run(clone, "incdoc")
    assert pages(clone) == pages(project)


def test_a_store_with_a_trigger_is_none(tmp_path: Path) -> None:
    path = str(tmp_path / "cache" / file_name())
    store = Store(path)
    store.put_meta("key", b"value")
    store.writable.execute("CREATE TRIGGER trap AFTER INSERT ON pending BEGIN DELETE FROM meta; END")
    store.close()
    store = Store(path)
    assert store.get_meta("key") is None and store.was_damaged
    store.close()

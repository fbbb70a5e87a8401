"""The caches of parts, merged: the next build has nothing to make, and what does not fit costs time and no more."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from incdoc.store import file_name
from incdoc.store.database import Store
from incdoc.store.fragments import digest_of
from incdoc.store.schema import VERSION
from incdoc.store.sums import summed
from tests import inprocess
from tests.engine.parts import FILES, SETTINGS, copy_pages, in_parts, made, part, whole
from tests.support import REFUSED, pages, run, tree, write

SMALL = {
    "incdoc.toml": SETTINGS,
    "a.py": '"""A."""\nimport lib.b\n\n\ndef first():\n    return 1\n',
    "lib/b.py": '"""B."""\nimport lib.deep.c\n\n\ndef second():\n    return 2\n',
    "lib/deep/c.py": '"""C."""\nLIMIT = 3\n',
    "tools/run.sh": "go() { echo x; }\n",
}


def joined(top: Path, files: dict[str, str], folders: list[Path]) -> Path:
    """A tree with the pages of all parts, and a cache that was merged."""
    folder = write(top / "joined", files)
    copy_pages(folders, folder)
    ran = inprocess.run(folder, "merge", *(str(each / ".incdoc") for each in folders))
    assert ran.status == 0, ran.said
    return folder


def assert_nothing_to_do(folder: Path) -> None:
    checked = inprocess.run(folder, "check")
    assert checked.status == 0, checked.said
    counts = inprocess.run(folder).counts
    assert (counts["parsed"], counts["rendered"], counts["written"], counts["removed"]) == (0, 0, 0, 0), counts


@pytest.mark.parametrize("count", [2, 3, 7])
def test_merged_parts_are_one_build_with_nothing_to_do(tmp_path: Path, count: int) -> None:
    folders = in_parts(tmp_path, FILES, count)
    folder = joined(tmp_path, FILES, folders)
    assert_nothing_to_do(folder)
    assert made(folder) == whole(tmp_path / "whole", FILES)
    assert pages(folder) == pages(tmp_path / "whole")


def test_parts_after_edits(tmp_path: Path) -> None:
    """In clones that keep their caches, merged into a cache that is kept too."""
    files = dict(SMALL)
    folders = in_parts(tmp_path, files, 3)
    folder = joined(tmp_path, files, folders)
    chosen = random.Random(4)
    for step in range(4):
        path = chosen.choice([*SMALL, f"lib/new{step}.py"][1:])
        files[path] = f'"""Step {step}."""\nimport lib.b\n\n\ndef step_{step}():\n    return {step}\n'
        for each in (*folders, folder):
            write(each, {path: files[path]})
        for number, each in enumerate(folders, 1):
            part(each, number, 3)
        copy_pages(folders, folder)
        assert inprocess.run(folder, "merge", *(str(each / ".incdoc") for each in folders)).status == 0
        assert_nothing_to_do(folder)
        assert made(folder) == whole(tmp_path / "whole", files), (step, path)


def test_a_build_in_the_middle_is_continued(tmp_path: Path) -> None:
    """A part is missing: its pages are made, and those of no other."""
    folders = in_parts(tmp_path, SMALL, 3)
    folder = joined(tmp_path, SMALL, folders[:2])
    counts = inprocess.run(folder).counts
    assert counts["parsed"] == 0
    assert counts["rendered"] == len(made(folders[2]))
    assert made(folder) == whole(tmp_path / "whole", SMALL)


def test_an_edit_after_the_merge_costs_the_edit(tmp_path: Path) -> None:
    folder = joined(tmp_path, SMALL, in_parts(tmp_path, SMALL, 2))
    write(folder, {"lib/b.py": SMALL["lib/b.py"].replace("return 2", "return 22")})
    assert inprocess.run(folder).counts["parsed"] == 1
    assert made(folder) == whole(tmp_path / "whole", SMALL | {"lib/b.py": (folder / "lib/b.py").read_text()})


def test_the_given_folders_are_only_read(tmp_path: Path) -> None:
    folders = in_parts(tmp_path, SMALL, 2)
    before = [tree(each / ".incdoc") for each in folders]
    joined(tmp_path, SMALL, folders)
    assert [tree(each / ".incdoc") for each in folders] == before


def test_a_part_that_was_killed_is_read_with_its_log(tmp_path: Path) -> None:
    folders = in_parts(tmp_path, SMALL, 2)
    write(folders[0], {"a.py": '"""Another."""\n'})
    assert inprocess.run_killed(folders[0], 400)
    write(folders[0], SMALL)
    folder = joined(tmp_path, SMALL, folders)
    inprocess.run(folder)
    assert made(folder) == whole(tmp_path / "whole", SMALL)


def test_a_part_of_which_a_page_failed(tmp_path: Path) -> None:
    """The page of the user's that was in its way is not in the tree where the parts are joined."""
    folders = [write(tmp_path / f"part-{number}", SMALL) for number in (1, 2)]
    for number, folder in enumerate(folders, 1):
        part(folder, number, 2)
        write(folder, {"docs/reference/lib/b.py_docs.md": "Mine.\n", "lib/b.py": '"""Changed."""\n'})
    assert sorted(part(folder, number, 2).status for number, folder in enumerate(folders, 1)) == [0, 1]
    for folder in folders:
        (folder / "docs/reference/lib/b.py_docs.md").unlink()
    files = SMALL | {"lib/b.py": '"""Changed."""\n'}
    folder = joined(tmp_path, files, folders)
    assert 0 < inprocess.run(folder).counts["rendered"] < 5
    assert made(folder) == whole(tmp_path / "whole", files)


def test_several_caches_that_agree_are_as_one(tmp_path: Path) -> None:
    folders = in_parts(tmp_path, SMALL, 2)
    folder = joined(tmp_path, SMALL, [*folders, folders[0]])
    assert_nothing_to_do(folder)


# ---------------------------------------------------------------------- caches that do not fit

Harm = Callable[[Path], object]
"""Changes a part's tree; its cache is handed to ``merge``."""


def edited(*statements: str) -> Harm:
    """A cache that someone changed and sealed again, so that every checksum is right."""

    def harm(folder: Path) -> None:
        store = Store(str(folder / ".incdoc" / file_name()))
        with store.transaction() as db:
            db.create_function("summed", 2, summed)
            db.create_function("unsummed", 1, lambda data: data[4:])
            db.create_function("digest", 1, digest_of)
            db.create_function("named", 1, lambda data: data[4:].replace(b"python", b"pytho2"))
            db.create_function("nested", 0, lambda: b"\x91" * 100_000)
            db.create_function("said", 2, lambda data, text: data[4:].replace(b"A.", text.encode()))
            for statement in statements:
                db.execute(statement)
        store.close()

    return harm


def overwritten(place: int, data: bytes) -> Harm:
    def harm(folder: Path) -> None:
        with open(folder / ".incdoc" / file_name(), "r+b") as file:
            file.seek(place, os.SEEK_SET if place >= 0 else os.SEEK_END)
            file.write(data)

    return harm


def of_another_state(folder: Path) -> None:
    write(folder, {"lib/b.py": '"""Other."""\n', "lib/more.py": '"""More."""\n'})
    (folder / "tools/run.sh").unlink()
    part(folder, 1, 2)


def of_other_settings(folder: Path) -> None:
    write(folder, {"incdoc.toml": SETTINGS.replace("16", "32") + 'source = "none"\n'})
    part(folder, 1, 2)


def truncated(folder: Path) -> None:
    path = folder / ".incdoc" / file_name()
    os.truncate(path, path.stat().st_size // 2)


def without_sums(folder: Path) -> None:
    (folder / ".incdoc" / file_name().replace(".db", ".sum")).unlink()


def with_a_trigger(folder: Path) -> None:
    edited("CREATE TRIGGER t AFTER INSERT ON fact BEGIN DELETE FROM page; END")(folder)


HARMS: dict[str, Harm] = {
    "another state": of_another_state,
    "other settings": of_other_settings,
    "truncated": truncated,
    "bytes overwritten": overwritten(-5000, b"\x55" * 900),
    "header overwritten": overwritten(0, b"SQLite format 4\0"),
    "no sums": without_sums,
    "a trigger": with_a_trigger,
    "keys that are none": edited("UPDATE page SET key = x'00'"),
    "other keys": edited("UPDATE page SET key = randomblob(16)"),
    "other digests": edited("UPDATE page SET digest = randomblob(20)"),
    "text for blobs": edited("UPDATE page SET key = 'abcdefghijklmnop'", "UPDATE fact SET data = 'text'"),
    "numbers for blobs": edited("UPDATE page SET digest = 5", "UPDATE fragment SET data = 7"),
    "paths upwards": edited("UPDATE page SET path = '../../' || path WHERE path NOT LIKE ':site/%'"),
    "absolute paths": edited("UPDATE page SET path = '/etc/' || path"),
    "pages of other tasks": edited("UPDATE page SET task = 'docs:a.py'"),
    "tasks that there are not": edited("UPDATE page SET task = 'cook:' || task"),
    "a page of a task lost": edited("DELETE FROM page WHERE path LIKE ':site/%'"),
    "a source as a page": edited("INSERT INTO page VALUES ('../../a.py', 'docs:a.py', randomblob(16), randomblob(20))"),
    "facts that are none": edited("UPDATE fact SET data = summed(key, x'c1')"),
    "facts of no language": edited("UPDATE fact SET data = summed(key, named(data))"),
    "facts without sums": edited("UPDATE fact SET data = x'00000000' || unsummed(data)"),
    "facts cut": edited("UPDATE fact SET data = summed(key, substr(unsummed(data), 1, 30))"),
    "fragments of nothing": edited("UPDATE fragment SET path = 'gone/' || path"),
    "fragments that are not as their digests": edited("UPDATE fragment SET data = CAST(data || 'x' AS BLOB)"),
    "texts that are not UTF-8": edited("UPDATE page SET task = CAST(x'646f63733aff' AS TEXT)"),
    "deep facts": edited(
        "UPDATE fact SET data = summed(key, CAST(replace(hex(zeroblob(9000)), '00', char(145)) AS BLOB))"
    ),
}


@pytest.mark.parametrize("harm", HARMS)
def test_what_does_not_fit_costs_time_alone(tmp_path: Path, harm: str) -> None:
    folders = in_parts(tmp_path, SMALL, 2)
    expected = whole(tmp_path / "whole", SMALL)
    kept = write(tmp_path / "kept", {})
    for number, folder in enumerate(folders, 1):
        shutil.copytree(folder, kept / f"part-{number}")
    HARMS[harm](folders[0])
    folder = joined(tmp_path, SMALL, [folders[0]])
    copy_pages([kept / "part-1", kept / "part-2"], folder)
    assert inprocess.run(folder).status == 0
    assert made(folder) == expected
    assert {path: (folder / path).read_text() for path in SMALL} == SMALL
    assert_nothing_to_do(folder)


CONTRADICTIONS: dict[str, Harm] = {
    "facts": edited(
        "UPDATE fact SET data = summed(key, CAST(replace(CAST(unsummed(data) AS TEXT), 'A.', 'X.') AS BLOB))"
    ),
    "records": edited("UPDATE page SET key = randomblob(16)"),
    "fragments": edited(
        "UPDATE fragment SET data = CAST(data || 'x' AS BLOB)", "UPDATE fragment SET digest = digest(data)"
    ),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_of_rows_that_contradict_each_other_none_is_believed(tmp_path: Path, what: str) -> None:
    """Each is a whole build; one says something else of everything."""
    folders = [write(tmp_path / name, SMALL) for name in ("one", "other")]
    for folder in folders:
        inprocess.run(folder)
    CONTRADICTIONS[what](folders[1])
    folder = write(tmp_path / "joined", SMALL)
    copy_pages(folders, folder)
    said = inprocess.run(folder, "merge", *(str(each / ".incdoc") for each in folders)).said
    assert {
        "facts": "incdoc: 4 facts, 82 records of pages and 34 parts of exports",
        "records": "incdoc: 5 facts, 0 records of pages and 34 parts of exports",
        "fragments": "incdoc: 5 facts, 82 records of pages and 0 parts of exports",
    }[what] in said
    assert "rows that do not fit were left out" in said
    assert inprocess.run(folder).status == 0
    assert made(folder) == whole(tmp_path / "whole", SMALL)


def refused(tmp_path: Path, folder: Path, name: str) -> str:
    """What ``merge`` says, which changes nothing."""
    before = tree(tmp_path)
    said = run(folder, "incdoc", "merge", name, status=REFUSED)
    assert "Traceback" not in said
    assert len(said.strip().splitlines()) == 1
    assert tree(tmp_path) == before
    return said


def test_a_folder_that_is_no_cache_is_one_sentence(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", SMALL)
    inprocess.run(folder)
    (tmp_path / "empty").mkdir()
    write(tmp_path / "mine", {"notes.txt": "Mine.\n"})
    assert "it has no store" in refused(tmp_path, folder, "../empty")
    assert "'notes.txt', which incdoc did not create" in refused(tmp_path, folder, "../mine")
    assert "No such file" in refused(tmp_path, folder, "../nothing")
    assert "Not a directory" in refused(tmp_path, folder, "a.py")
    assert "of this project" in refused(tmp_path, folder, ".incdoc")
    assert "takes the cache folders" in run(folder, "incdoc", "merge", status=REFUSED)


def links(cache: Path) -> None:
    store = cache / file_name()
    store.rename(cache.parent / "elsewhere.db")
    store.symlink_to(cache.parent / "elsewhere.db")


def hard_links(cache: Path) -> None:
    os.link(cache / file_name(), cache.parent / "elsewhere.db")


def pipes(cache: Path) -> None:
    (cache / file_name()).unlink()
    os.mkfifo(cache / file_name())


def folders(cache: Path) -> None:
    (cache / file_name()).unlink()
    (cache / file_name()).mkdir()


@pytest.mark.parametrize("trap", [links, hard_links, pipes, folders])
def test_a_cache_with_a_trap_is_refused(tmp_path: Path, trap: Callable[[Path], None]) -> None:
    folder = write(tmp_path / "project", SMALL)
    other = write(tmp_path / "other", SMALL)
    for each in (folder, other):
        inprocess.run(each)
    trap(other / ".incdoc")
    assert file_name() in refused(tmp_path, folder, "../other/.incdoc")


def test_a_cache_of_another_release_is_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", SMALL)
    other = write(tmp_path / "other", SMALL)
    inprocess.run(other)
    for name in os.listdir(other / ".incdoc"):
        if name.startswith("store-"):
            (other / ".incdoc" / name).rename(other / ".incdoc" / name.replace(str(VERSION), str(VERSION - 1)))
    said = run(folder, "incdoc", "merge", "../other/.incdoc")
    assert "../other/.incdoc is of another release of incdoc: nothing of it is used." in said
    assert "incdoc: 0 facts" in said


def test_a_damaged_cache_is_said_to_be(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", SMALL)
    other = write(tmp_path / "other", SMALL)
    inprocess.run(other)
    truncated(other)
    assert "../other/.incdoc is damaged: nothing of it is used." in run(folder, "incdoc", "merge", "../other/.incdoc")


def test_files_of_the_user_are_not_taken_for_pages(tmp_path: Path) -> None:
    """A cache claims an export; the file there has another content."""
    folders = in_parts(tmp_path, SMALL, 2)
    folder = write(tmp_path / "joined", SMALL | {"docs/reference/tags": "Mine.\n"})
    run(folder, "incdoc", "merge", *(str(each / ".incdoc") for each in folders))
    inprocess.run(folder)
    assert (folder / "docs/reference/tags").read_text() == "Mine.\n"


def test_a_store_that_is_read_by_another_sqlite_is_one(tmp_path: Path) -> None:
    """The harms above are real: what they wrote is what a program finds."""
    folder = in_parts(tmp_path, SMALL, 2)[0]
    HARMS["keys that are none"](folder)
    with sqlite3.connect(folder / ".incdoc" / file_name()) as db:
        assert db.execute("SELECT DISTINCT hex(key) FROM page").fetchall() == [("00",)]

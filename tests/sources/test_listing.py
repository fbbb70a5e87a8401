from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from incdoc.config import SettingError, SourceError
from incdoc.sources import Listing, Stamps, blob_id
from incdoc.sources.git import find, wait_for_lock
from incdoc.thresholds import MISSES_FOR_INDEX
from tests.sources.support import git, hashes, look, repository, settle, write

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, str | bytes] = {"a.py": "a = 1\n", "pkg/b.py": "b = 2\n", "pkg/deep/c.py": "c = 3\n"}


def paths(listing: Listing) -> list[str]:
    return list(listing.entries)


def kinds(listing: Listing) -> dict[str, str]:
    return {path: entry.kind for path, entry in listing.entries.items()}


def blobs_are_true(folder: Path, listing: Listing, algorithm: str = "sha1") -> bool:
    """Check that each file's blob id is that of its bytes now."""
    return all(
        entry.blob == blob_id((folder / path).read_bytes(), algorithm)
        for path, entry in listing.entries.items()
        if entry.kind == "file"
    )


# Which files there are.


def test_tracked_and_untracked_are_listed_and_ignored_are_not(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES | {".gitignore": "*.log\nbuild/\n"})
    write(
        top,
        {"new.py": "", "x.log": "", "build/out.py": "", "pkg/.hidden": "", ".git/info/exclude": "private\n"},
    )
    write(top, {"private": ""})
    assert paths(look(top)) == [".gitignore", "a.py", "new.py", "pkg/.hidden", "pkg/b.py", "pkg/deep/c.py"]


def test_an_ignored_file_that_is_tracked_is_listed(tmp_path: Path) -> None:
    top = repository(tmp_path, {"keep.log": "x"})
    write(top, {".gitignore": "*.log\n", "other.log": ""})
    assert paths(look(top)) == [".gitignore", "keep.log"]


def test_what_was_deleted_or_renamed_is_gone(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    first = look(top)
    (top / "a.py").unlink()
    (top / "pkg/b.py").rename(top / "pkg/B.py")
    second = look(top, first.stamps)
    assert paths(second) == ["pkg/B.py", "pkg/deep/c.py"]
    assert set(second.stamps) == set(second.entries)
    assert second.entries["pkg/B.py"].blob == first.entries["pkg/b.py"].blob
    assert second.stamps.changed


def test_a_file_becomes_a_folder_and_back(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    (top / "a.py").unlink()
    write(top, {"a.py/inner.py": "x"})
    assert paths(look(top)) == ["a.py/inner.py", "pkg/b.py", "pkg/deep/c.py"]
    shutil.rmtree(top / "a.py")
    (top / "a.py").mkdir()
    assert paths(look(top)) == ["pkg/b.py", "pkg/deep/c.py"]
    (top / "a.py").rmdir()
    shutil.rmtree(top / "pkg")
    write(top, {"a.py": "x", "pkg": "x"})
    assert kinds(look(top)) == {"a.py": "file", "pkg": "file"}


def test_a_folder_of_the_repository_can_be_the_root(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES | {".gitignore": "*.log\n"})
    write(top, {"pkg/x.log": "", "pkg/new.py": ""})
    assert paths(look(top / "pkg")) == ["b.py", "deep/c.py", "new.py"]


def test_a_root_that_the_repository_above_ignores_is_walked(tmp_path: Path) -> None:
    top = repository(tmp_path, {".gitignore": "work/\n"})
    write(top, {"work/x.py": "x", "work/y.log": "", "work/.gitignore": "*.log\n"})
    listing = look(top / "work")
    assert paths(listing) == [".gitignore", "x.py"]
    assert not listing.problems


def test_own_output_cache_and_byproducts_are_left_out(tmp_path: Path) -> None:
    left_out = {
        "docs/reference/a.py_docs.md": "",
        ".incdoc/db": "",
        "__pycache__/a.cpython-311.pyc": "",
        "pkg/b.pyc": "",
        ".doit.db": "",
        "pkg/.doit.db.dat": "",
    }
    kept = {"docs/guide.md": "", "docs/reference.md": "", ".incdocs": "", "pyc": "", "x__pycache__": ""}
    for folder, made in ((tmp_path / "git", repository), (tmp_path / "walk", write)):
        folder.mkdir()
        made(folder, left_out | kept)
        assert paths(look(folder)) == sorted(kept)
        assert "docs/reference/a.py_docs.md" in paths(look(folder, output="pages", cache=".c"))


@pytest.mark.parametrize("folder", ["", "sub"])
def test_git_does_not_look_into_the_output(tmp_path: Path, folder: str) -> None:
    top = repository(tmp_path, {"a.py": "", "sub/a.py": ""})
    (top / folder / "docs/reference").mkdir(parents=True)
    os.mkfifo(top / folder / "docs/reference/.gitignore")  # reading it would take for ever
    write(top / folder, {"docs/reference/a.py_docs.md": "", "docs/referenced.md": ""})
    listing = look(top / folder)
    assert "docs/referenced.md" in listing.entries
    assert not listing.problems


@pytest.mark.parametrize("output", ["out[ab]", "out?", "out*", "!out", "#out", "out\\\\a", " out "])
def test_the_output_s_name_is_no_glob(tmp_path: Path, output: str) -> None:
    top = repository(tmp_path, FILES)
    others = ["out", "outa", "outab", "outc", "out\\a"]
    write(top, {f"{folder}/x.py": "" for folder in (output, *others)})
    assert set(paths(look(top, output=output))) == {*FILES, *(f"{other}/x.py" for other in others if other != output)}


def test_a_repository_in_the_repository_and_a_submodule_are_named(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"x.py": "x"})
    top = repository(tmp_path / "top", FILES)
    repository(top / "nested", {"y.py": "y"})
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    found = kinds(look(top))
    assert found == dict.fromkeys([".gitmodules", *FILES], "file") | {"nested": "repository", "sub": "submodule"}
    assert paths(look(top / "sub")) == ["x.py"]
    (top / ".git").rename(tmp_path / "git.away")
    inside = {"nested": "repository", "sub": "repository"}
    assert kinds(look(top)) == dict.fromkeys([".gitmodules", *FILES], "file") | inside
    (tmp_path / "git.away").rename(top / ".git")
    git(top, "submodule", "--quiet", "deinit", "-f", "sub")
    assert kinds(look(top))["sub"] == "submodule"


def test_a_second_work_tree_is_listed_as_itself(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", FILES)
    other = tmp_path / "other"
    git(top, "worktree", "add", "-q", "-b", "branch", str(other))
    write(other, {"only_here.py": ""})
    assert (other / ".git").is_file()
    listing = look(other)
    assert paths(listing) == ["a.py", "only_here.py", "pkg/b.py", "pkg/deep/c.py"]
    assert blobs_are_true(other, listing)


@pytest.mark.parametrize("shape", ["--sparse-index", "--no-sparse-index"])
def test_what_a_sparse_checkout_leaves_out_is_listed_from_git(tmp_path: Path, shape: str) -> None:
    top = repository(tmp_path, FILES | {"other/x.py": "x\n"})
    (top / "other/link").symlink_to("x.py")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "link")
    whole = look(top)
    git(top, "sparse-checkout", "set", "--cone", shape, "pkg")
    first = look(top, whole.stamps)
    assert not (top / "other").exists()
    assert [path for path, entry in first.entries.items() if entry.stored] == ["other/link", "other/x.py"]
    assert [(e.path, e.kind, e.size, e.blob, e.target) for e in first.entries.values()] == [
        (e.path, e.kind, e.size, e.blob, e.target) for e in whole.entries.values()
    ]
    again = look(top, first.stamps)
    assert again.entries == first.entries
    assert not again.stamps.changed or again.stamps.touched == first.stamps.touched


def test_a_conflicted_path_is_there_once(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    git(top, "checkout", "-q", "-b", "other")
    write(top, {"a.py": "a = 'other'\n"})
    git(top, "commit", "-qam", "other")
    git(top, "checkout", "-q", "-")
    write(top, {"a.py": "a = 'this'\n"})
    git(top, "commit", "-qam", "this")
    with pytest.raises(subprocess.CalledProcessError):
        git(top, "merge", "-q", "other")
    assert "<<<<<<<" in (top / "a.py").read_text()
    listing = look(top)
    assert paths(listing) == sorted(FILES)
    assert blobs_are_true(top, listing)


def test_include_and_exclude(tmp_path: Path) -> None:
    write(tmp_path, FILES | {"pkg/data.txt": "", "docs/x.py": ""})
    assert paths(look(tmp_path, include=("pkg/**",))) == ["pkg/b.py", "pkg/data.txt", "pkg/deep/c.py"]
    assert paths(look(tmp_path, include=("*.py",), exclude=("docs/",))) == sorted(FILES)
    assert paths(look(tmp_path, exclude=("/pkg", "!x"))) == ["a.py", "docs/x.py"]
    assert paths(look(tmp_path, include=("*.py", "!deep/"))) == [
        "a.py",
        "docs/x.py",
        "pkg/b.py",
        "pkg/deep/c.py",
    ]


@pytest.mark.parametrize("glob", ["!", "x\\", "#x", "a" * 5000, "[z-a]", "  "])
def test_an_invalid_glob_names_its_setting(tmp_path: Path, glob: str) -> None:
    write(tmp_path, FILES)
    with pytest.raises(SettingError, match=r"pyproject\.toml: tool\.incdoc\.exclude: .*write a glob such as"):
        look(tmp_path, exclude=(glob,))


def test_expensive_globs_end(tmp_path: Path) -> None:
    write(tmp_path, {"a" * 200: "", "/".join("a" * 100) + "/b": "", ".gitignore": "**/a*a*a*a*a*a*a*a*a*b\n"})
    for glob in ("a*" * 60 + "b", "**/a/" * 40 + "c", "[!x]*" * 50 + "z"):
        began = time.perf_counter()
        assert len(look(tmp_path, exclude=(glob,)).entries) == 3
        assert time.perf_counter() - began < 60  # a naive matcher would end on none of them


# Without git.


def test_without_git_the_same_is_found(tmp_path: Path) -> None:
    ignored = {".gitignore": "*.log\n/build\n!keep.log\n", "pkg/.gitignore": "local.py\n"}
    write(
        tmp_path,
        FILES | ignored | {"x.log": "", "keep.log": "", "build/x.py": "", "pkg/local.py": "", ".h/y": ""},
    )
    plain = look(tmp_path)
    assert plain.complete
    assert not plain.problems
    git(tmp_path, "init", "-q")
    assert plain.entries == look(tmp_path).entries


def test_dot_ignore_is_heeded_without_git(tmp_path: Path) -> None:
    write(
        tmp_path,
        {".ignore": "*.txt\n", ".gitignore": "!a.txt\n", "a.txt": "", "b.py": "", "d/.ignore": "!a.txt"},
    )
    write(tmp_path, {"d/a.txt": ""})
    assert paths(look(tmp_path)) == [".gitignore", ".ignore", "b.py", "d/.ignore", "d/a.txt"]


parts = st.sampled_from(["a", "b", "ab", "a.py", "b.log", ".x", "*", "**", "?", "a*", "*.py", "[ab]", "[!a]", "*b*"])
lines = st.tuples(
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "/"]),
    st.lists(parts, min_size=1, max_size=3),
    st.booleans(),
).map(lambda line: line[0] + line[1] + "/".join(line[2]) + ("/" if line[3] else ""))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(lines, max_size=5), st.lists(lines, max_size=2))
@example(["a/**/", "!ad/**/a"], ["ab/**/", "[!a]/b"])
@example(["*", "!*/", "!*.py"], ["**", "!/a"])
@example([], ["a/**/"])
def test_the_walk_reads_gitignore_as_git_does(tmp_path: Path, upper: list[str], lower: list[str]) -> None:
    if not (tmp_path / ".git").exists():
        git(tmp_path, "init", "-q")
        names = ["a", "b", "ab", "a.py", "b.log", ".x"]
        write(
            tmp_path,
            {f"{top}d/{mid}/{name}": "" for top in "ab" for mid in ("a", "b", "ab") for name in names},
        )
        write(tmp_path, {f"f/{name}": "" for name in names} | dict.fromkeys(names, ""))
    write(tmp_path, {".gitignore": "\n".join(upper), "ad/.gitignore": "\n".join(lower)})
    by_git = look(tmp_path).entries
    (tmp_path / ".git").rename(tmp_path / ".git.away")
    try:
        by_walk = look(tmp_path, exclude=("/.git.away",)).entries
    finally:
        (tmp_path / ".git.away").rename(tmp_path / ".git")
    assert by_walk == by_git


def test_links_out_of_ignore_files_and_pipes_in_their_place_do_no_harm(tmp_path: Path) -> None:
    write(tmp_path / "tree", {"a.py": "", "d/x.py": ""})
    write(tmp_path, {"outside": "*.py\n"})
    (tmp_path / "tree/.gitignore").symlink_to("../outside")
    os.mkfifo(tmp_path / "tree/d/.gitignore")
    assert kinds(look(tmp_path / "tree")) == {
        ".gitignore": "link",
        "a.py": "file",
        "d/.gitignore": "special",
        "d/x.py": "file",
    }


# The kind of each path.


@pytest.mark.parametrize("with_git", [True, False])
def test_links_are_named_and_never_followed(tmp_path: Path, with_git: bool) -> None:
    top = tmp_path / "top"
    write(tmp_path, {"secret/inner.py": "secret"})
    write(top, FILES)
    for name, target in (
        ("to_file", "a.py"),
        ("to_folder", "pkg"),
        ("out", "../secret"),
        ("gone", "nowhere"),
        ("loop", "loop"),
        ("proc", "/proc/self/mem"),
        ("odd", "./pkg//b.py"),
    ):
        (top / name).symlink_to(target)
        (top / "pkg" / name).symlink_to(target)
    if with_git:
        git(top, "init", "-q")
        git(top, "add", "-A")
    listing = look(top)
    links = {path: entry.target for path, entry in listing.entries.items() if entry.kind == "link"}
    assert len(links) == 14
    assert links["odd"] == "./pkg//b.py"
    assert links["out"] == "../secret"
    assert {path for path, kind in kinds(listing).items() if kind == "file"} == set(FILES)
    assert {(entry.size, entry.blob) for entry in listing.entries.values() if entry.kind == "link"} == {(0, b"")}


def test_a_tracked_folder_that_became_a_link_hides_its_paths(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", FILES)
    first = look(top)
    (top / "pkg").rename(tmp_path / "moved")
    (top / "pkg").symlink_to("../moved")
    assert kinds(look(top, first.stamps)) == {"a.py": "file", "pkg": "link"}
    write(top, {".git/info/exclude": "pkg\n"})
    assert kinds(look(top, first.stamps)) == {"a.py": "file"}


def test_pipes_and_sockets_are_special(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(tmp_path / "socket"))
        listing = look(tmp_path)
    assert kinds(listing) == dict.fromkeys(FILES, "file") | {"pipe": "special", "socket": "special"}
    assert not listing.problems


def test_a_tracked_file_that_became_a_pipe_is_special(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    (top / "a.py").unlink()
    os.mkfifo(top / "a.py")
    assert kinds(look(top))["a.py"] == "special"


ODD = [
    b"new\nline.py",
    b"tick`.py",
    b"not utf-8 \xff\xfe.py",
    b"-dash",
    b"pipe|.py",
    b"](x).md",
    b"<script>",
    b" space ",
    b"tab\t",
    b'quo"te\\',
    b"caf\xc3\xa9",
    b"cafe\xcc\x81",
    b"Case",
    b"case",
    b"\xf0\x9f\x90\x8d",
    b"\xef\xbf\xbd",
    b"\xff",
]


@pytest.mark.parametrize("with_git", [True, False])
def test_names_are_distinct_and_in_the_order_of_their_bytes(tmp_path: Path, with_git: bool) -> None:
    names = [folder + name for folder in (b"", b"d\xff/") for name in ODD]
    write(tmp_path, {os.fsdecode(name): name for name in names})
    if with_git:
        git(tmp_path, "init", "-q")
        git(tmp_path, "add", "-A")
    listing = look(tmp_path)
    assert [os.fsencode(path) for path in listing.entries] == sorted(names)
    assert all(entry.blob == blob_id(os.fsencode(path)) for path, entry in listing.entries.items())
    settle()
    again = look(tmp_path, Stamps.decode(look(tmp_path).stamps.encode()))
    assert (again.hashed, again.entries) == (0, listing.entries)


# The content of each file.


def test_blob_ids_are_git_s(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    listing = look(top)
    assert [listing.entries[name].blob for name in FILES] == hashes(top, *FILES)
    assert [entry.size for entry in listing.entries.values()] == [6, 6, 6]


def test_nothing_is_read_where_nothing_changed(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    write(top, {"new.py": "x"})
    settle()
    first = look(top)
    assert (first.hashed, first.stamps.changed) == (4, True)
    second = look(top, Stamps.decode(first.stamps.encode()))
    assert (second.hashed, second.stamps.changed) == (0, False)
    assert second.entries == first.entries


def test_only_what_changed_is_read(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    settle()
    first = look(top)
    write(top, {"a.py": "a = 2\n"})
    second = look(top, first.stamps)
    assert second.hashed == 1
    assert second.entries["a.py"].blob == blob_id(b"a = 2\n")


def test_only_what_was_too_young_is_read_again(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    settle()
    write(top, {"young.py": "x"})
    first = look(top)
    second = look(top, first.stamps)
    assert 0 <= second.hashed <= 1
    settle()
    third = look(top, first.stamps)
    assert (third.hashed, list(third.entries)) == (1, list(first.entries))
    assert look(top, third.stamps).hashed == 0


@pytest.mark.parametrize("with_git", [True, False])
@pytest.mark.parametrize("how", ["in place", "by rename", "older", "future"])
def test_a_rewrite_is_noticed_whatever_its_times(tmp_path: Path, with_git: bool, how: str) -> None:
    top = tmp_path
    write(top, FILES)
    if with_git:
        git(top, "init", "-q")
        git(top, "add", "-A")
    settle()
    first = look(top)
    before = os.lstat(top / "a.py")
    if how == "by rename":
        write(top, {"a.tmp": "a = 9\n"})
        (top / "a.tmp").replace(top / "a.py")
    else:
        write(top, {"a.py": "a = 9\n"})
    mtime = before.st_mtime_ns + {"older": -(10**15), "future": 10**15}.get(how, 0)
    os.utime(top / "a.py", ns=(mtime, mtime))
    second = look(top, first.stamps)
    assert second.entries["a.py"].blob == blob_id(b"a = 9\n")
    assert second.hashed == 1
    settle()
    third = look(top, second.stamps)
    assert look(top, third.stamps).hashed == (1 if how == "future" else 0)


def test_stamps_stay_as_they_were(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    settle()
    stamps = look(tmp_path).stamps
    before = stamps.encode()
    (tmp_path / "a.py").unlink()
    write(tmp_path, {"b.py": ""})
    look(tmp_path, stamps)
    assert stamps.encode() == before


def many(extra: dict[str, str | bytes] | None = None) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {f"m/{number:03}.py": f"x = {number}\n" for number in range(MISSES_FOR_INDEX + 20)}
    return files | (extra or {})


def indexed(top: Path) -> None:
    """Let the index be younger than every file, as it is some time after a checkout."""
    time.sleep(0.02)
    git(top, "update-index", "-q", "--refresh", "--force-write-index")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_fresh_clone_is_not_read(tmp_path: Path, algorithm: str) -> None:
    top = repository(tmp_path, many(FILES), f"--object-format={algorithm}")
    indexed(top)
    listing = look(top)
    assert listing.hashed == 0
    assert blobs_are_true(top, listing, algorithm)
    assert look(top / "m").hashed == 0


def test_of_a_clone_only_what_git_does_not_vouch_for_is_read(tmp_path: Path) -> None:
    top = repository(tmp_path, many(FILES | {"empty": ""}))
    git(top, "update-index", "--assume-unchanged", "m/001.py")
    git(top, "update-index", "--skip-worktree", "m/002.py")
    write(top, {"a.py": "a = 5\n", "m/001.py": "x = 8\n", "m/002.py": "x = 9\n", "untracked.py": ""})
    write(top, {"intended.py": "i"})
    git(top, "add", "-N", "intended.py")
    indexed(top)
    listing = look(top)
    assert listing.hashed == 5
    assert blobs_are_true(top, listing)


def test_files_that_git_converts_are_read(tmp_path: Path) -> None:
    attributes = "*.crlf text eol=crlf\n*.lfs filter=lfs\n*.py text=auto\n*.u16 working-tree-encoding=UTF-16\n"
    top = repository(tmp_path, many())
    git(top, "config", "filter.lfs.clean", "echo pointer; cat >/dev/null")
    write(
        top,
        {".gitattributes": attributes, "a.crlf": "x\r\n", "b.lfs": "large", "c.u16": "x".encode("utf-16")},
    )
    git(top, "add", "-A")
    assert git(top, "cat-file", "-p", ":b.lfs") == "pointer\n"
    indexed(top)
    listing = look(top)
    assert listing.hashed == 3
    assert blobs_are_true(top, listing)


def test_an_lfs_pointer_that_was_not_filled_in_is_what_is_on_disk(tmp_path: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n"
    top = repository(tmp_path, many({"big.bin": pointer}))
    write(top, {".gitattributes": "*.bin filter=lfs diff=lfs merge=lfs -text\n"})
    assert look(top).entries["big.bin"].blob == blob_id(pointer.encode())


def test_crlf_files_under_autocrlf_have_the_ids_of_their_bytes(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "core.autocrlf", "true")
    write(tmp_path, many({"crlf.py": "one\r\n"}))
    git(tmp_path, "add", "-A")
    indexed(tmp_path)
    listing = look(tmp_path)
    assert listing.hashed == 1
    assert blobs_are_true(tmp_path, listing)


@pytest.mark.parametrize("shape", ["--split-index", "--index-version=4"])
def test_an_index_of_another_shape_gives_the_same_answer(tmp_path: Path, shape: str) -> None:
    top = repository(tmp_path, many())
    indexed(top)
    git(top, "update-index", *shape.split("="))
    listing = look(top)
    assert listing.hashed == (len(many()) if shape == "--split-index" else 0)
    assert blobs_are_true(top, listing)


def test_another_hash_algorithm_makes_old_stamps_useless(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    settle()
    first = look(top)
    shutil.rmtree(top / ".git")
    git(top, "init", "-q", "--object-format=sha256")
    second = look(top, first.stamps)
    assert blobs_are_true(top, second, "sha256")


# Errors and obstacles.


def test_an_index_lock_is_waited_for(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    lock = top / ".git/index.lock"
    lock.touch()
    found = find(str(top))
    assert found is not None
    release = threading.Timer(0.3, lock.unlink)
    release.start()
    assert wait_for_lock(found, 60)
    assert not lock.exists()
    release.join()


def test_a_stale_index_lock_costs_two_seconds_and_the_index(tmp_path: Path) -> None:
    top = repository(tmp_path, many())
    indexed(top)
    (top / ".git/index.lock").touch()
    began = time.monotonic()
    listing = look(top)
    assert time.monotonic() - began >= 2
    assert listing.hashed == len(many())


def test_an_empty_root_is_not_taken_for_all_deleted(tmp_path: Path) -> None:
    write(tmp_path / "top", FILES)
    stamps = look(tmp_path / "top").stamps
    shutil.rmtree(tmp_path / "top")
    (tmp_path / "top").mkdir()
    listing = look(tmp_path / "top", stamps)
    assert not listing.complete
    assert [path for path, _ in listing.problems] == ["."]
    assert "mount the disk" in listing.problems[0][1]
    assert len(listing.stamps) == 3


def test_a_missing_root_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be listed: No such file or directory"):
        look(tmp_path / "gone")
    write(tmp_path, {"file": ""})
    with pytest.raises(SourceError, match="cannot be listed: Not a directory"):
        look(tmp_path / "file")


def as_nobody(top: Path) -> list[str]:
    """What a scan by a user without permissions finds and reports."""
    look(top)  # modules that it imports late may be in folders that this user cannot read
    for folder in (top, *top.parents[:-1]):
        if folder.stat().st_uid == os.getuid():
            folder.chmod(folder.stat().st_mode | 0o755)
    out, into = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.getuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            listing = look(top)
            told = [f"{entry.kind} {entry.path}" for entry in listing.entries.values()]
            told += [f"problem {path} - {sentence}" for path, sentence in listing.problems]
            os.write(into, "\n".join([*told, f"complete {listing.complete}"]).encode())
        except BaseException:
            os.write(into, traceback.format_exc().encode())
            raise
        finally:
            os._exit(0)
    os.close(into)
    with os.fdopen(out) as answer:
        told = answer.read().splitlines()
    os.waitpid(child, 0)
    return told


def test_an_unreadable_file_and_folder_are_named(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "a.py").chmod(0)
    (tmp_path / "pkg/deep").chmod(0)
    try:
        told = as_nobody(tmp_path)
    finally:
        (tmp_path / "pkg/deep").chmod(0o755)
    assert told == [
        "unreadable a.py",
        "file pkg/b.py",
        "problem pkg/deep - pkg/deep cannot be listed: Permission denied. The pages of its files are kept. "
        "Make the folder readable.",
        "problem a.py - a.py cannot be read: Permission denied.",
        "complete False",
    ]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can run git as another user")
def test_a_repository_of_another_user_is_walked_and_reported(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES | {".gitignore": "*.log\n"})
    write(top, {"x.log": ""})
    told = as_nobody(top)
    assert told[:4] == ["file .gitignore", "file a.py", "file pkg/b.py", "file pkg/deep/c.py"]
    assert told[4].startswith("problem . - Git does not list this repository (it belongs to another user")
    assert told[5:] == ["complete True"]


def test_a_broken_repository_is_walked_and_reported(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    (top / ".git/index").write_bytes(b"DIRC broken")
    listing = look(top)
    assert paths(listing) == sorted(FILES)
    assert listing.problems[0][1].startswith("Git does not list this repository (")


def test_no_git_at_all(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES | {".gitignore": "*.log\n"})
    write(top, {"x.log": ""})
    program = (
        "from incdoc.config import Config\nfrom incdoc.sources import Stamps, scan\n"
        f"listing = scan(Config(root={str(top)!r}), Stamps())\n"
        "print(*listing.entries, listing.problems[0][1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PATH": str(tmp_path / "empty")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(".gitignore a.py pkg/b.py pkg/deep/c.py Git cannot be started")


# What a repository may not do.


TRAPS = (
    "core.fsmonitor",
    "core.pager",
    "core.sshCommand",
    "core.gitProxy",
    "core.askPass",
    "core.editor",
    "core.alternateRefsCommand",
    "filter.trap.clean",
    "filter.trap.smudge",
    "filter.trap.process",
    "credential.helper",
    "diff.external",
    "uploadpack.packObjectsHook",
    "remote.origin.uploadpack",
    "pager.ls-files",
    "pager.config",
)


def test_no_program_that_a_configuration_names_is_run(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", many(FILES))
    blob = git(top, "rev-parse", ":a.py").strip()
    # An object is missing, and fetching it would run a program.
    (top / ".git/objects" / blob[:2] / blob[2:]).unlink()
    write(top, {".git/info/attributes": "*.py ident\npkg/*.py filter=trap\n"})
    indexed(top)
    witness = tmp_path / "ran"
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\necho $0 $@ >> {witness}\nexit 1\n")
    trap.chmod(0o755)
    (top / ".git/hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout", "reference-transaction"):
        shutil.copy(trap, top / ".git/hooks" / hook)
    repository_settings = {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": f"ext::{trap}",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
        "alias.ls-files": f"!{trap}",
    }
    for key, value in (dict.fromkeys(TRAPS, str(trap)) | repository_settings).items():
        git(tmp_path, "config", "-f", str(top / ".git/config"), key, value)
    first = look(top)
    look(top, first.stamps)
    assert len(first.entries) == len(many(FILES))
    assert blobs_are_true(top, first)
    assert not witness.exists(), witness.read_text()
    for command in (["ls-files"], ["cat-file", "-e", blob]):  # git itself would run the programs
        subprocess.run(["git", *command], cwd=top, capture_output=True, check=False)
        assert str(trap) in witness.read_text()
        witness.unlink()


def test_variables_do_not_lead_to_another_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    top = repository(tmp_path / "top", FILES)
    other = repository(tmp_path / "other", {"elsewhere.py": ""})
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert paths(look(top)) == sorted(FILES)


def test_a_git_in_the_tree_is_not_run(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    write(top, {"git": "#!/bin/sh\ntouch ran\n"})
    (top / "git").chmod(0o755)
    program = (
        f"from incdoc.config import Config\nfrom incdoc.sources import Stamps, scan\n"
        f"scan(Config(root={str(top)!r}), Stamps())"
    )
    environment = os.environ | {"PATH": f"{top}:{os.environ['PATH']}"}
    subprocess.run([sys.executable, "-c", program], env=environment, cwd=top, check=True)
    assert not (top / "ran").exists()


def test_git_s_folder_is_left_as_it_was(tmp_path: Path) -> None:
    top = repository(tmp_path, many())
    before = {path: path.stat().st_mtime_ns for path in (top / ".git").rglob("*")}
    look(top, look(top).stamps)
    assert {path: path.stat().st_mtime_ns for path in (top / ".git").rglob("*")} == before


@pytest.mark.parametrize("in_git", [True, False])
def test_a_virtual_environment_is_left_out_but_for_what_git_tracks(tmp_path: Path, in_git: bool) -> None:
    files: dict[str, str | bytes] = {"a.py": "", "sample/pyvenv.cfg": "", "sample/lib/b.py": "", "venv.py": ""}
    top = tmp_path / "top"
    repository(top, files) if in_git else write(top, files)
    write(top, {f"{folder}/lib/c.py": "" for folder in (".venv", "sample", "none")} | {".venv/pyvenv.cfg": ""})
    tracked = {"sample/pyvenv.cfg", "sample/lib/b.py"} if in_git else set()
    assert look(top).entries.keys() == {"a.py", "none/lib/c.py", "venv.py"} | tracked
    (top / "sample/pyvenv.cfg").unlink()
    assert "sample/lib/c.py" in look(top).entries
    write(top, {"pyvenv.cfg": ""})
    assert "a.py" in look(top).entries

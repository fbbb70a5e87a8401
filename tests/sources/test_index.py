from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from incdoc.sources import blob_id, index
from tests.sources.support import git, hashes, repository, write

if TYPE_CHECKING:
    from pathlib import Path

SECOND = 1_000_000_000
FILES: dict[str, str | bytes] = {
    "a.py": "a = 1\n",
    "pkg/__init__.py": "",
    "pkg/deep/b.py": "b = 2\n",
    "pkg/deep/ü.py": "c = 3\n",
    "z" * 200 + ".txt": "long name\n",
}


def staged(top: Path) -> dict[str, str]:
    lines = git(top, "ls-files", "-s", "-z").split("\0")[:-1]
    return {line.partition("\t")[2]: line.split()[1] for line in lines}


def refreshed(top: Path) -> None:
    """Make the index clearly younger than the files, as it is some time after a checkout."""
    time.sleep(0.02)
    refresh = ["git", "update-index", "-q", "--unmerged", "--refresh", "--force-write-index"]
    subprocess.run(refresh, cwd=top, check=False, capture_output=True)  # fails if an entry has no content yet


def trusted(top: Path, name: str, algorithm: str = "sha1") -> bytes | None:
    found = index.read(str(top / ".git"), algorithm)
    assert found is not None
    return found.trusted([(name, os.lstat(top / name))]).get(name)


@pytest.mark.parametrize("version", ["2", "3", "4"])
@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_every_version_says_what_git_says(tmp_path: Path, version: str, algorithm: str) -> None:
    top = repository(tmp_path, FILES, f"--object-format={algorithm}")
    git(top, "update-index", "--index-version", version)
    if version == "3":  # git keeps version 3 only if an entry needs it
        write(top, {"later.py": "x"})
        git(top, "add", "-N", "later.py")
    refreshed(top)
    assert (top / ".git/index").read_bytes()[7] == int(version)
    found = index.read(str(top / ".git"), algorithm)
    assert found is not None
    assert {name: found.blob(name).hex() for name in found.raw} == staged(top)
    known = found.trusted((name, os.lstat(top / name)) for name in FILES)
    assert [known[name] for name in FILES] == hashes(top, *FILES)


def test_only_entries_below_the_prefix_are_given(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    found = index.read(str(top / ".git"), prefix="pkg/deep/")
    assert found is not None
    assert sorted(found.raw) == ["b.py", "ü.py"]


def test_a_changed_file_is_not_trusted(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    refreshed(top)
    assert trusted(top, "a.py")
    before = os.lstat(top / "a.py")
    (top / "a.py").write_text("a = 2\n")
    os.utime(top / "a.py", ns=(before.st_mtime_ns, before.st_mtime_ns))
    assert trusted(top, "a.py") is None


def test_a_file_as_young_as_the_index_is_not_trusted(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    refreshed(top)
    mtime = os.lstat(top / "a.py").st_mtime_ns
    os.utime(top / ".git/index", ns=(mtime + 1, mtime + 1))
    assert trusted(top, "a.py")
    os.utime(top / ".git/index", ns=(mtime, mtime))
    assert trusted(top, "a.py") is None


def test_a_size_that_git_smudged_is_not_taken_for_an_empty_file(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    future = time.time_ns() + 100 * SECOND
    os.utime(top / "a.py", ns=(future, future))
    git(top, "update-index", "a.py")
    (top / "a.py").write_text("a = 2\n")  # racy: changed after it was added, the same size and mtime
    os.utime(top / "a.py", ns=(future, future))
    git(top, "add", "pkg")
    git(top, "update-index", "--force-write-index")
    found = index.read(str(top / ".git"))
    assert found is not None
    assert trusted(top, "a.py") is None
    empty = os.lstat(top / "pkg/__init__.py")
    os.utime(top / ".git/index", ns=(future + SECOND, future + SECOND))
    assert trusted(top, "pkg/__init__.py") == blob_id(b"")
    lie = found.raw["pkg/__init__.py"][:40] + found.raw["a.py"][40:]
    smudged = index.Index({"a.py": lie}, future + SECOND, "sha1")
    assert smudged.trusted([("a.py", empty)]) == {}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_entries_that_git_was_told_not_to_check_are_not_trusted(tmp_path: Path, flag: str) -> None:
    top = repository(tmp_path, FILES)
    git(top, "update-index", flag, "a.py")
    refreshed(top)
    assert trusted(top, "a.py") is None
    assert trusted(top, "pkg/deep/b.py")


def test_an_intent_to_add_is_not_trusted(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    write(top, {"new.py": ""})
    git(top, "add", "-N", "new.py")
    refreshed(top)
    found = index.read(str(top / ".git"))
    assert found is not None
    assert not found.plain("new.py")
    assert trusted(top, "new.py") is None


def test_a_conflict_is_not_trusted(tmp_path: Path) -> None:
    top = conflict(tmp_path)
    found = index.read(str(top / ".git"))
    assert found is not None
    assert not found.plain("a.py")
    assert trusted(top, "a.py") is None
    assert trusted(top, "pkg/deep/b.py")


def conflict(folder: Path) -> Path:
    top = repository(folder, FILES)
    for branch, text in (("one", "a = 'one'\n"), ("two", "a = 'two'\n")):
        git(top, "checkout", "-q", "-b", branch, "HEAD" if branch == "one" else "HEAD~1")
        write(top, {"a.py": text})
        git(top, "commit", "-qam", branch)
    with pytest.raises(subprocess.CalledProcessError):
        git(top, "merge", "-q", "one")
    refreshed(top)
    return top


def test_links_and_submodules_are_not_files(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"x": "x"})
    top = repository(tmp_path / "top", FILES)
    (top / "link").symlink_to("a.py")
    git(top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
    git(top, "add", "-A")
    found = index.read(str(top / ".git"))
    assert found is not None
    assert [name for name in ("link", "sub", "a.py") if found.plain(name)] == ["a.py"]


def test_a_split_index_is_not_used(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    git(top, "update-index", "--split-index")
    assert index.read(str(top / ".git")) is None


def test_a_sparse_index_is_not_used(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES | {"other/x.py": "x\n"})
    git(top, "sparse-checkout", "init", "--cone", "--sparse-index")
    git(top, "sparse-checkout", "set", "pkg")
    assert b"sdir" in (top / ".git/index").read_bytes()
    assert index.read(str(top / ".git")) is None


def test_a_damaged_index_is_not_used(tmp_path: Path) -> None:
    top = repository(tmp_path, FILES)
    file = top / ".git/index"
    good = file.read_bytes()
    for bad in (
        b"",
        b"DIRC",
        good[:100],
        good[:60] + b"\xff" + good[61:],
        good[:-1],
        b"\0" * 400,
        good + b"x",
    ):
        file.write_bytes(bad)
        assert index.read(str(top / ".git")) is None
    file.write_bytes(good[:-20] + bytes(20))  # index.skipHash
    assert index.read(str(top / ".git")) is not None
    assert index.read(str(top / "nowhere")) is None


CRLF = "one\r\ntwo\r\n"


@pytest.mark.parametrize(
    ("attributes", "settings", "content", "converted"),
    [
        ("", (), CRLF, False),
        ("*.py text", (), CRLF, True),
        ("*.py text=auto", (), CRLF, True),
        ("*.py text", (), "one\ntwo\n", False),
        ("*.py eol=crlf", (), CRLF, True),
        ("*.py crlf", (), CRLF, True),
        ("*.py -text", ("core.autocrlf", "true"), CRLF, False),
        ("", ("core.autocrlf", "input"), CRLF, True),
        ("", ("core.autocrlf", "true"), "one\r\ntwo\r\n", True),
        ("", ("core.autocrlf", "false"), CRLF, False),
        ("*.py ident", (), "$Id: 1234 $\n", True),
        ("*.py ident", (), "no keyword\n", False),
        ("*.py filter=swap", ("filter.swap.clean", "tr a-z b-za"), "one\n", True),
        ("*.py filter=none", (), "one\n", True),
        ("*.py working-tree-encoding=UTF-16LE-BOM", (), "\ufeffone\n".encode("utf-16-le"), True),
        ("*.py binary", (), CRLF, False),
        ("*.txt text", (), CRLF, False),
    ],
)
def test_converted_content_is_told_from_stored_content(
    tmp_path: Path, attributes: str, settings: tuple[str, ...], content: str | bytes, converted: bool
) -> None:
    top = tmp_path
    git(top, "init", "-q")
    if settings:
        git(top, "config", *settings)
    write(top, {".gitattributes": attributes + "\n", "f.py": content, "other.c": "x\n"})
    git(top, "add", "-A")
    blob = bytes.fromhex(staged(top)["f.py"])
    told = index.converted(str(top), {"f.py": (blob, os.lstat(top / "f.py").st_size)})
    assert told == ({"f.py"} if converted else set())
    if not converted:
        assert hashes(top, "f.py") == [blob]


def test_attributes_of_the_repository_and_of_the_user_count(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", {"f.py": "x\n"})
    seen = {"f.py": (blob_id(b"x\n"), 2)}
    assert index.converted(str(top), seen) == set()
    write(top, {".git/info/attributes": "*.py filter=lfs\n"})
    assert index.converted(str(top), seen) == {"f.py"}
    (top / ".git/info/attributes").unlink()
    write(tmp_path, {"attributes": "*.py filter=lfs\n"})
    git(top, "config", "core.attributesFile", str(tmp_path / "attributes"))
    assert index.converted(str(top), seen) == {"f.py"}


def test_a_name_s_bytes_reach_git_unharmed(tmp_path: Path) -> None:
    name = b"new\nline \xff`|.py".decode("utf-8", "surrogateescape")
    top = repository(tmp_path, {name: "x\n", ".gitattributes": "*.py filter=lfs\n"})
    assert index.converted(str(top), {name: (blob_id(b"x\n"), 2)}) == {name}

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incdoc.config import SourceError
from incdoc.sources import blob_id, hash_file, read_file
from tests.sources.support import git

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
@pytest.mark.parametrize("data", [b"", b"x", b"a\r\nb\r\n", bytes(range(256)) * 9000, b"blob 3\0abc"])
def test_git_gives_the_same_id(tmp_path: Path, algorithm: str, data: bytes) -> None:
    git(tmp_path, "init", "-q", f"--object-format={algorithm}")
    (tmp_path / "f").write_bytes(data)
    expected = bytes.fromhex(git(tmp_path, "hash-object", "--no-filters", "f").strip())
    assert blob_id(data, algorithm) == expected
    assert hash_file(tmp_path / "f", algorithm)[0] == expected
    assert read_file(tmp_path / "f", algorithm)[:2] == (data, expected)


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_only_equal_bytes_have_equal_ids(one: bytes, other: bytes) -> None:
    assert (blob_id(one) == blob_id(other)) == (one == other)


def test_the_stat_is_that_of_the_file_that_was_read(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"abc")
    found = os.lstat(file)
    for seen in (hash_file(file)[1], read_file(file)[2]):
        assert (seen.st_size, seen.st_mtime_ns, seen.st_ino) == (3, found.st_mtime_ns, found.st_ino)


def test_nothing_but_a_regular_file_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "real").write_text("x")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "loop").symlink_to("loop")
    for name in ("pipe", "link", "loop", ".", "/dev/zero"):
        with pytest.raises(SourceError, match="not a regular file"):
            hash_file(tmp_path / name)
        with pytest.raises(SourceError, match="not a regular file"):
            read_file(tmp_path / name)


def test_a_missing_file_is_a_sentence_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"a\\nb cannot be read: No such file or directory\."):
        hash_file(tmp_path / "x", name="a\nb")
    with pytest.raises(SourceError, match="No such file"):
        read_file(tmp_path / "x")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "f"
    with file.open("wb") as out:
        out.truncate(300_000_000)  # large, so that the other process writes while it is read
    touching = "import os, sys, itertools\nfor n in itertools.count(): os.utime(sys.argv[1], ns=(n, n))"
    writer = subprocess.Popen([sys.executable, "-c", touching, str(file)])
    try:
        while os.stat(file).st_mtime_ns > 1_000_000_000:
            time.sleep(0.01)
        for read in (hash_file, read_file):
            with pytest.raises(SourceError, match="f changed while it was read; build again when it is complete"):
                read(file)
    finally:
        writer.kill()
        writer.wait()
    assert hash_file(file)[0] == read_file(file)[1]


def test_a_large_file_is_hashed_without_being_held(tmp_path: Path) -> None:
    file = tmp_path / "f"
    with file.open("wb") as out:
        out.truncate(150_000_000)
    git(tmp_path, "init", "-q")
    assert hash_file(file)[0].hex() == git(tmp_path, "hash-object", "--no-filters", "f").strip()

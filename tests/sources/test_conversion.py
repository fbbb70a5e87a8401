"""A file that git converts is told from one that changed, as git does it and without a filter's program."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from incdoc.sources.conversion import Differing, unchanged
from tests.sources.support import git, repository, write

BINARY = b"\0\x01\n" * 50


def told(top: Path, name: str = "f.txt") -> bool:
    """Whether the file differs from HEAD's, with an index that is sure of nothing."""
    os.utime(top / name, ns=(1, 1))
    blob = bytes.fromhex(git(top, "rev-parse", f"HEAD:{name}").strip())
    return name not in unchanged(str(top), [Differing(name, blob)])


CASES = (
    ("text", b"a\nb\n", b"a\r\nb\r\n"),
    ("text", b"a\nb\n", b"a\r\nc\r\n"),
    ("text=auto", b"a\nb\n", b"a\r\nb\r\n"),
    ("text=auto", BINARY, BINARY.replace(b"\n", b"\r\n")),
    ("text=auto", b"a\nb\rc\n", b"a\r\nb\rc\r\n"),
    ("-text", b"a\nb\n", b"a\r\nb\r\n"),
    ("eol=crlf", b"a\nb\n", b"a\r\nb\r\n"),
    ("crlf", b"a\nb\n", b"a\r\nb\r\n"),
    ("-crlf", b"a\nb\n", b"a\r\nb\r\n"),
    ("ident", b"$Id$ x\n", b"$Id: 0123 $ x\n"),
    ("ident", b"$Id$ x\n", b"$Id: 0123 $ y\n"),
    ("-ident", b"$Id$ x\n", b"$Id: 0123 $ x\n"),
    ("text working-tree-encoding=UTF-16", "é\n".encode(), "é\r\n".encode("utf-16")),
    ("text working-tree-encoding=latin-1", "é\n".encode(), "è\n".encode("latin-1")),
    ("other", b"a\nb\n", b"a\r\nb\r\n"),
)


@pytest.mark.parametrize("autocrlf", ["false", "input", "true"])
@pytest.mark.parametrize(("attributes", "stored", "on_disk"), CASES)
def test_git_says_the_same(tmp_path: Path, autocrlf: str, attributes: str, stored: bytes, on_disk: bytes) -> None:
    top = repository(tmp_path, {"f.txt": stored})
    write(top, {".git/info/attributes": f"*.txt {attributes}\n", "f.txt": on_disk})
    git(top, "config", "core.autocrlf", autocrlf)
    git(top, "config", "core.safecrlf", "false")
    converted = git(top, "hash-object", "--path=f.txt", "f.txt").strip()
    assert told(top) == (converted != git(top, "rev-parse", "HEAD:f.txt").strip())


def test_a_filter_s_file_differs_unless_the_index_is_sure(tmp_path: Path) -> None:
    top = repository(tmp_path, {".gitattributes": "*.txt filter=up\n", "f.txt": "up\n"})
    git(top, "config", "filter.up.smudge", "tr a-z A-Z")
    git(top, "config", "filter.up.clean", "tr A-Z a-z")
    (top / "f.txt").unlink()
    git(top, "checkout", "-q", "--", "f.txt")
    os.utime(top / "f.txt", (1, 1))
    git(top, "update-index", "--refresh")
    blob = bytes.fromhex(git(top, "rev-parse", "HEAD:f.txt").strip())
    assert (top / "f.txt").read_text() == "UP\n"
    assert unchanged(str(top), [Differing("f.txt", blob)]) == {"f.txt"}
    assert told(top)

"""Names in an index or a commit that git itself would not check out are neither read nor documented."""

from __future__ import annotations

import hashlib
import os
import struct
from pathlib import Path

import pytest

from incdoc.sources import names
from tests.sources.support import git, look, repository, write
from tests.support import build, pages, run

HOSTILE = (
    "../outside.py",
    "a/../../outside.py",
    "/etc/hostname",
    "./a.py",
    "a//b.py",
    "a/./b.py",
    "a/",
    "",
    ".git/config",
    "sub/.GIT/config",
    "git~1/config",
    "GIT~1/config",
    ".git./config",
    ".git /config",
    ".git::$INDEX_ALLOCATION/config",
    ".git\\config",
    ".g\u200cit/config",
    "C:/windows/win.ini",
    "c:\\windows",
)
HARMLESS = (
    ".gitignore",
    ".github/x.yml",
    "x.git/a",
    "a.git",
    "git~2",
    "git~10",
    "..a",
    "a..",
    "...",
    "b: c",
    ".giti",
    "é.py",
)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_git_would_not_check_out_is_refused(name: str) -> None:
    assert not names.safe(name)
    listed = [*HARMLESS, name, *HARMLESS]
    assert names.refused("".join(f"{each}\0" for each in listed)) == [name]


def test_other_names_are_taken() -> None:
    assert all(map(names.safe, HARMLESS))
    assert names.refused("".join(f"{name}\0" for name in HARMLESS)) == []


def write_index(place: Path, blob: str, listed: list[str]) -> None:
    """An index with regular files of these names, as a program without git's checks would write it."""
    body = struct.pack(">4sII", b"DIRC", 2, len(listed))
    for name in sorted(listed, key=os.fsencode):
        raw = os.fsencode(name)
        entry = struct.pack(">6I", 0, 0, 0, 0, 0, 0) + struct.pack(">4I", 0o100644, 0, 0, 0)
        entry += bytes.fromhex(blob) + struct.pack(">H", len(raw)) + raw
        body += entry + b"\0" * (8 - len(entry) % 8)
    place.write_bytes(body + hashlib.sha1(body).digest())


def crafted(tmp_path: Path) -> Path:
    """A repository whose index names files elsewhere, in git's folder and behind a link."""
    (tmp_path / "outside.py").write_text("SECRET = 1\n")
    write(tmp_path / "elsewhere", {"passwd": "SECRET = 2\n"})
    top = repository(tmp_path / "top", {"a.py": "a = 1\n", "pkg/b.py": "b = 1\n"})
    blob = git(top, "rev-parse", ":a.py").strip()
    (top / "linked").symlink_to("../elsewhere")
    listed = ["a.py", "pkg/b.py", "../outside.py", "pkg/../../outside.py", ".git/config", "linked/passwd"]
    write_index(top / ".git/index", blob, [*listed, str(tmp_path / "outside.py")])
    return top


def test_names_of_a_crafted_index_are_not_read(tmp_path: Path) -> None:
    top = crafted(tmp_path)
    listing = look(top)
    assert {path for path, entry in listing.entries.items() if entry.kind == "file"} == {"a.py", "pkg/b.py"}
    said = " ".join(sentence for _, sentence in listing.problems)
    assert len(listing.problems) == 1 and '"../outside.py"' in said and '".git/config"' in said


def test_a_crafted_index_puts_nothing_on_a_page(tmp_path: Path) -> None:
    top = crafted(tmp_path)
    build(top, status=1)  # what was refused is said, and the rest is built
    written = pages(top)
    assert "pkg/b.py_docs.md" in written
    assert not any(b"SECRET" in page or b"repositoryformatversion" in page for page in written.values())
    assert {path.name for path in tmp_path.iterdir()} == {"outside.py", "elsewhere", "top", "top.stats.json"}


def test_names_of_a_crafted_commit_are_not_read(tmp_path: Path) -> None:
    top = repository(tmp_path / "top", {"a.py": "a = 1\n"})
    build(top)
    blob = git(top, "rev-parse", "HEAD:a.py").strip()
    rows = b"".join(b"100644 %s\0%s" % (name, bytes.fromhex(blob)) for name in (b"..", b".git", b"a.py"))
    tree = git(top, "hash-object", "-t", "tree", "-w", "--stdin", "--literally", data=rows).strip()
    commit = git(top, "commit-tree", tree, "-m", "crafted").strip()
    said = run(top, "incdoc", "affected", "--since", commit)
    assert '".."' in said and '".git"' in said
    assert not any(line in ("..", ".git") for line in said.splitlines())

"""``etags``: Emacs jumps with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import inprocess
from tests.exports.support import FILES, OUTPUT, is_right, project
from tests.support import run, write

CART = "src/shop/_cart.py"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    odd = {"we ird/é.py": "def größe(): ...\n", "c.h": "struct Page;\n/* Lid */ struct Lid { int size; };\n"}
    return project(tmp_path / "project", "etags", files=FILES | odd)


JUMP = """
(progn
  (setq tags-table-list (list "%s") large-file-warning-threshold nil)
  (require 'etags)
  (dolist (item (xref-backend-definitions 'etags "%s"))
    (let ((marker (xref-location-marker (xref-item-location item))))
      (with-current-buffer (marker-buffer marker)
        (princ (format "=%%s:%%d\n" (file-relative-name buffer-file-name "%s") (line-number-at-pos marker)))))))
"""


def emacs(root: Path, name: str) -> set[str]:
    """Where Emacs finds the definitions of a name."""
    script = JUMP % (root / OUTPUT / "etags", name, root)
    said = run(root, "emacs", "-Q", "--batch", "--eval", script).split("\n")
    return {line.removeprefix("=") for line in said if line.startswith("=")}


def test_emacs_jumps_to_the_definition(root: Path) -> None:
    assert emacs(root, "FullError") == {f"{CART}:23"}
    assert emacs(root, "größe") == {"we ird/é.py:1"}
    assert emacs(root, "add") == {f"{CART}:10", "src/shop/till.py:5"}
    assert emacs(root, "Lid") == {"engine/box.cpp:2", "c.h:2"}
    assert emacs(root, "How to start") == {"guide/start.md:1"}


def test_emacs_finds_what_has_moved_since(root: Path) -> None:
    write(root, {CART: "\n\n" + FILES[CART]})
    assert emacs(root, "FullError") == {f"{CART}:25"}


def test_a_body_changes_no_byte_and_a_name_does(root: Path) -> None:
    file = root / OUTPUT / "etags"
    before = file.stat()
    write(root, {CART: FILES[CART].replace("return 0", "return 1")})
    inprocess.run(root)
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    write(root, {CART: FILES[CART].replace("def total", "def sum_")})
    inprocess.run(root)
    assert emacs(root, "total") == set()
    assert emacs(root, "sum_") == {f"{CART}:27"}
    is_right(root)


def test_paths_follow_the_output(root: Path) -> None:
    write(root, {"incdoc.toml": 'exports = ["etags"]\noutput = "deep/er/pages"\n'})
    inprocess.run(root)
    assert b"\f\n../../../src/shop/till.py," in (root / "deep/er/pages/etags").read_bytes()

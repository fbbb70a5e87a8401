"""What the pages of one source take: no more than a multiple of its size, whatever it holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests import inprocess
from tests.support import pages, write

MOST = 48
"""Bytes of pages for each byte of a source: a line of eight bytes can be a row of a table, an anchor, a keyword and an
entry of the list of names."""
CONSTANT = 64 * 1024
SIZE = 20_000
LIMIT = 16 * 1024

FAMILIES: dict[str, tuple[str, Callable[[int], str]]] = {
    "backticks": ("a.md", lambda n: "`" * n),
    "lines of backticks": ("a.txt", lambda n: "".join("`" * (i % 90) + "\n" for i in range(n // 45))),
    "backticks in a docstring": ("a.py", lambda n: '"""' + "`" * n + '"""\n'),
    "pipes": ("a.md", lambda n: "# " + "|" * n + "\n"),
    "tags": ("a.py", lambda n: '"""' + "<" * n + '"""\n'),
    "ampersands": ("a.py", lambda n: 'x = "' + "&" * n + '"\n'),
    "dollars": ("a.md", lambda n: ("$" * 50 + "\n\n") * (n // 52)),
    "control characters": ("a.py", lambda n: 'x = "' + "\x01\x1b\x07" * (n // 3) + '"\n'),
    "long line": ("a.py", lambda n: "def f(" + ", ".join(f"a{i}" for i in range(n // 7)) + "): ...\n"),
    "short lines": ("a.txt", lambda n: "a\n" * (n // 2)),
    "small headings": ("a.md", lambda n: "# a\n" * (n // 4)),
    "other headings": ("a.md", lambda n: "".join(f"# h{i}\n" for i in range(n // 8))),
    "small names": ("a.py", lambda n: "".join(f"v{i}=1\n" for i in range(n // 8))),
    "long name": ("a.py", lambda n: f"class {'A' * (n // 2)}:\n" + "    def f(self): ...\n" * 7),
    "long names": ("a.py", lambda n: "".join(f"def f{'a' * 500}{i}(): ...\n" for i in range(n // 515))),
    "to do": ("a.txt", lambda n: "TODO: a\n" * (n // 8)),
}


def _built(folder: Path, name: str, text: str) -> dict[str, bytes]:
    write(folder, {"incdoc.toml": f"max_page_kb = {LIMIT // 1024}\n", name: text})
    assert inprocess.run(folder).status == 0
    return {page: content for page, content in pages(folder).items() if page.startswith(name)}


@pytest.mark.parametrize("family", FAMILIES)
def test_pages_are_at_most_a_multiple_of_their_source(tmp_path: Path, family: str) -> None:
    name, make = FAMILIES[family]
    small, large = (_built(tmp_path / str(size), name, make(size)) for size in (SIZE, 2 * SIZE))
    for size, made in ((SIZE, small), (2 * SIZE, large)):
        total = sum(map(len, made.values()))
        assert total <= MOST * size + CONSTANT, f"{total / size:.1f} bytes a byte"
    assert len(large) <= 2.2 * len(small) + 2
    assert sum(map(len, large.values())) <= 2.2 * sum(map(len, small.values())) + CONSTANT


@pytest.mark.parametrize("word", ["a", "|", "<", "&"])
def test_a_word_longer_than_a_page_is_cut(tmp_path: Path, word: str) -> None:
    """Of a paragraph of a docstring."""
    made = _built(tmp_path / "p", "a.py", f'"""{word * SIZE}"""\n')
    docs = {page: content for page, content in made.items() if "_docs" in page}
    assert max(map(len, docs.values())) <= LIMIT
    assert len(docs) > 1

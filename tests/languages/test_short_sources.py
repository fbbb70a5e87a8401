"""Sources with next to nothing in them are read: the smallest that a file can be, and the beginnings of larger ones."""

from __future__ import annotations

import pytest

from incdoc.languages.registry import OWN, load, outline_of
from tests.engine.mixed import LINES
from tests.support import LANGUAGES

SHORT = (b"", b"\n", b"x", b"# x\n", b"{", b"]", b'"', b"\\", b"/*", b"<", b"FROM", b"a:\n- b", b"\xef\xbb\xbf", b"\r")


@pytest.mark.parametrize("language", OWN)
def test_a_few_bytes(language: str) -> None:
    for data in SHORT:
        outline_of(load(language).read(data))


@pytest.mark.parametrize("path", sorted(LINES))
def test_each_beginning(path: str) -> None:
    data = "\n".join(LINES[path]).encode()
    language = LANGUAGES.language(path)
    for end in range(0, len(data), 3):
        found = language.read(data[:end])
        assert not found.refused
        outline_of(found)

"""The facts of any text, and bytes as a page shows them."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incdoc.languages.facts import TextFormat, ToDo
from incdoc.languages.text import decode, extract, extract_binary, is_binary


@pytest.mark.parametrize(
    ("data", "lines"),
    [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), (b"a\rb", 1), (b"a\x0cb\n", 1),
     ("a\nb".encode("utf-16"), 2), (b"\xff\xfe" + "\u0a0a\u0d0a".encode("utf-16-le"), 1)],
)  # fmt: skip
def test_lines_are_counted_by_lf(data: bytes, lines: int) -> None:
    assert extract(data).lines == lines


def test_a_nul_near_the_beginning_is_binary() -> None:
    assert extract(b"a\0b").binary
    assert extract(b"x" * 7999 + b"\0").binary
    assert not extract(b"x" * 8000 + b"\0").binary
    assert not extract("text".encode("utf-16")).binary
    assert is_binary("text".encode("utf-32"))
    assert extract_binary(b"text").binary


@pytest.mark.parametrize(
    ("data", "unusual"),
    [
        (b"a\r\nb\r\n", TextFormat(line_ends="CRLF")),
        (b"a\rb\r", TextFormat(line_ends="CR")),
        (b"a\r\nb\n", TextFormat(line_ends="mixed")),
        (b"a\r\r\n", TextFormat(line_ends="mixed")),
        (b"\xef\xbb\xbfa\n", TextFormat(bom=True)),
        ("a\r\n".encode("utf-16"), TextFormat(bom=True, line_ends="CRLF")),
        (b"a\nb\xff\n", TextFormat(undecodable=2)),
        (b"a\xc3", TextFormat(undecodable=1)),
        ("grün\n".encode(), TextFormat()),
    ],
)
def test_unusual_bytes_are_known(data: bytes, unusual: TextFormat) -> None:
    assert extract(data).format == unusual


def test_to_do_comments_from_their_tag_on() -> None:
    source = b"x\n/* TODO: a  b */\n# FIXME(me) c\nTODOS: d\nmyTODO: e\n<!-- XXX f -->\ntodo: g\nHACK\nHACK: TODO: h\n"
    assert extract(source).to_do == (
        ToDo(2, "TODO: a b"),
        ToDo(3, "FIXME(me) c"),
        ToDo(6, "XXX f"),
        ToDo(9, "HACK: TODO: h"),
    )


def test_a_long_comment_is_shortened() -> None:
    (found,) = extract(b"TODO: " + b"word " * 100).to_do
    assert len(found.text) <= 120
    assert found.text.endswith("…")


@pytest.mark.parametrize(
    ("data", "cookie", "shown"),
    [
        (b"\xef\xbb\xbfa\r\nb\rc\n", "", "a\nb\nc\n"),
        ("aé\n".encode("utf-16"), "", "aé\n"),
        (b"\xfe\xff\0a\0\n", "", "a\n"),
        (b"a\0\x1b\x7f\t", "", "a␀␛␡\t"),
        (b"\xe9", "", "\ufffd"),
        (b"\xe9", "latin-1", "é"),
        (b"\xe9", "Latin_1", "é"),
        (b"\xe9", "punycode", "\ufffd"),
        (b"+AGE-", "utf-7", "+AGE-"),
        (b"\\x41", "unicode_escape", "\\x41"),
        (b"\xe9", "cp99999", "\ufffd"),
        ("é".encode(), "ascii", "é"),
    ],
)
def test_bytes_are_shown_as_text(data: bytes, cookie: str, shown: str) -> None:
    assert decode(data, cookie) == shown


@given(st.binary(max_size=60), st.sampled_from(["", "latin-1", "utf-8", "\n", "idna", "zip", "../x"]))
def test_any_bytes_become_text_without_controls(data: bytes, cookie: str) -> None:
    shown = decode(data, cookie)
    assert not any((ord(c) < 32 and c not in "\t\n") or c == "\x7f" for c in shown)
    shown.encode()


@given(st.binary(max_size=60))
def test_any_bytes_have_facts(data: bytes) -> None:
    facts = extract(data)
    assert all(1 <= each.line <= max(facts.lines, 1) for each in facts.to_do)
    assert facts.format.undecodable <= max(facts.lines, 1)


def test_hostile_text_takes_little_time() -> None:
    start = time.process_time()
    for data in (b"TODO " * 400_000, b"TODO \n" * 200_000, b"\r\xff" * 500_000, b"TODO: " + b" " * 2_000_000):
        extract(data)
        decode(data)
    assert time.process_time() - start < 8

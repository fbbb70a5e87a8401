"""Words in bytes: where they are, and whether they are whole words."""

from __future__ import annotations

from incdoc.languages.words import Words, alone


def test_every_needle_is_found_in_one_pass_parts_of_longer_ones_included() -> None:
    places = Words(["pass", "~pass", ".append(", "append", "absent"]).places(b"pass x.append(Pass) compass")
    assert places == {"pass": [0, 23], "~pass": [0, 14, 23], ".append(": [6], "append": [7]}


def test_offsets_are_of_bytes() -> None:
    assert Words(["ü", "x"]).places("üx\0x".encode()) == {"ü": [0], "x": [2, 4]}


def test_alone_is_not_within_a_longer_word() -> None:
    source = "run rerun run2 _run run.run 'run' ürun run".encode()
    assert [source[at - 1 : at + 4] for at in alone(source, b"run")] == [
        b"",
        b" run.",
        b".run ",
        b"'run'",
        b" run",
    ]
    assert list(alone(source, b"run", 1, 24)) == [20]
    assert list(alone(source, b"")) == []


def test_alone_is_the_same_for_short_texts() -> None:
    assert list(alone(b"i in i.j, if_i", b"i")) == [0, 5]
    assert list(alone(b"o.a xo.b (o.c)", b"o.")) == [0, 10]
    assert list(alone(b"os.a xos.b (os.c)", b"os.")) == [0, 12]

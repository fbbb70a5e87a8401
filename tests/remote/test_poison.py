"""Entries that were put into a shared cache to harm its readers: none reaches a page.

One build for each kind of harm, with a unit for each source, so that each source has a poison of its own.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest
from msgspec import msgpack
from msgspec.structs import replace

from incdoc.languages.facts import Definition, Facts, Finding, Import, Use
from incdoc.remote import actions, packs, tree
from incdoc.wire import message, number, text
from tests.inprocess import run
from tests.remote.faults import Server, serving
from tests.remote.support import clone, project
from tests.support import pages

_SOURCES = 20
FILES = {
    f"src/m{each}.py": f'''"""Module {each} that says what it is."""
import os

LIMIT_{each} = {each}


class Shape{each}(Base):
    """A shape."""

    def area{each}(self, width: int) -> int:
        """How large it is."""
        if width > LIMIT_{each}:
            raise ValueError(width)
        return eval("width")
'''
    for each in range(_SOURCES)
}
_decode = msgpack.Decoder(Facts).decode

Rows = list[tuple[bytes, bytes]]
Poison = Callable[[Rows, list[Rows], Random], bytes]
"""From the rows of a pack, and those of all packs: the bytes of another pack."""


def _packed(rows: Rows) -> bytes:
    return packs.encode(bytes(32), rows, b"")


def _changed(change: Callable[[Facts, Random], Facts]) -> Poison:
    """The facts of one source changed, as an attacker would who knows their shape."""

    def poison(rows: Rows, others: list[Rows], random: Random) -> bytes:
        del others
        return _packed([(key, msgpack.encode(change(_decode(facts), random))) for key, facts in rows])

    return poison


def _first(facts: Facts, **values: object) -> Facts:
    return replace(facts, definitions=(replace(facts.definitions[0], **values), *facts.definitions[1:]))


def _swapped(rows: Rows, others: list[Rows], random: Random) -> bytes:
    other = random.choice([each for each in others if each != rows])
    return _packed([(key, facts) for (key, _), (_, facts) in zip(rows, other, strict=True)])


def _bomb(rows: Rows, others: list[Rows], random: Random) -> bytes:
    del rows, others, random
    return b"incpack1" + bytes(32) + zlib.compress(bytes(300 << 20), 9)


def _raw(data: bytes) -> Poison:
    return lambda rows, others, random: data


def _encoded(data: bytes) -> Poison:
    return lambda rows, others, random: _packed([(key, data) for key, _ in rows])


POISONS: dict[str, Poison] = {
    "facts of another source": _swapped,
    "facts of all keys are the same": lambda rows, others, random: _packed(
        [(rows[0][0], next(each for each in others if each != rows)[0][1])]
    ),
    "a bomb": _bomb,
    "no pack": _raw(b"<html>404</html>"),
    "an empty pack": _raw(b"incpack1" + bytes(32)),
    "a pack of numbers": _raw(b"incpack1" + bytes(32) + zlib.compress(msgpack.encode([1, 2, 3]))),
    "a pack of depth": _raw(b"incpack1" + bytes(32) + zlib.compress(b"\x91" * 100_000)),
    "facts that are none": _encoded(b"\xc1"),
    "facts of another shape": _encoded(msgpack.encode({"language": "python"})),
    "facts with numbers as texts": _encoded(msgpack.encode(["python", "14"])),
    "a claim of 2 GB of texts": _encoded(b"\x92\xa6python\xdb\x7f\xff\xff\xff"),
    "a claim of 2 GB of definitions": _encoded(b"\x94\xa6python\x0e\xa0\xdd\x7f\xff\xff\xff"),
    "another name": _changed(lambda facts, random: _first(facts, name="Evil")),
    "a name with dots": _changed(lambda facts, random: _first(facts, name="../../../etc/passwd")),
    "another kind": _changed(lambda facts, random: _first(facts, kind="evil")),
    "markup": _changed(lambda facts, random: replace(facts, doc="<script>alert(1)</script>")),
    "another docstring": _changed(lambda facts, random: _first(facts, doc="Send your password to evil.example.")),
    "a signature": _changed(lambda facts, random: _first(facts, signature="(password)")),
    "a base": _changed(lambda facts, random: _first(facts, bases=("Malware",))),
    "a line that is not there": _changed(lambda facts, random: _first(facts, line=10**9, end=10**9)),
    "a line before the first": _changed(lambda facts, random: _first(facts, line=-5)),
    "another line": _changed(lambda facts, random: _first(facts, line=1, end=1)),
    "an end before the beginning": _changed(lambda facts, random: _first(facts, end=1)),
    "more lines": _changed(lambda facts, random: replace(facts, lines=facts.lines + 1000)),
    "another language": _changed(lambda facts, random: replace(facts, language="go")),
    "no language": _changed(lambda facts, random: replace(facts, language="nothing")),
    "binary": _changed(lambda facts, random: replace(facts, binary=True)),
    "refused": _changed(lambda facts, random: replace(facts, refused="larger than it may be")),
    "a manifest": _changed(lambda facts, random: replace(facts, manifest='{"scripts": {"test": "rm -r"}}')),
    "an import": _changed(lambda facts, random: replace(facts, imports=(Import(2, "malware"),))),
    "a finding": _changed(lambda facts, random: replace(facts, findings=(Finding("S1", 2, 2, text="rm -rf"),))),
    "a finding of no rule": _changed(lambda facts, random: replace(facts, findings=(Finding("<b>", 2, 2),))),
    "a use of no import": _changed(lambda facts, random: replace(facts, uses=(Use("", 99, "x"),))),
    "an export": _changed(lambda facts, random: replace(facts, exports=("steal",))),
    "a million definitions": _changed(
        lambda facts, random: replace(facts, definitions=facts.definitions * (60_000 // len(facts.definitions)))
    ),
    "a cookie": _changed(lambda facts, random: replace(facts, format=replace(facts.format, cookie="idna"))),
    "a byte order mark": _changed(lambda facts, random: replace(facts, format=replace(facts.format, bom=True))),
    "a digest": _changed(lambda facts, random: _first(facts, entity="`*|<x>")),
    "a code of no rule": _changed(lambda facts, random: replace(facts, findings=(Finding("S999", 2, 2),))),
    "a name of two lines": _changed(lambda facts, random: _first(facts, name=f"{facts.definitions[0].name}\n# Shape")),
    "a docstring without end": _changed(lambda facts, random: _first(facts, doc="shape " * 100_000)),
    "a long trait": _changed(lambda facts, random: _first(facts, traits=("a" * 100_000,))),
}


@pytest.fixture(autouse=True)
def _each_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETRC", os.devnull)
    monkeypatch.setattr(tree, "SOURCES_OF_A_UNIT", 1)


def filled(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INCDOC_REMOTE_CREDENTIALS", server.url.replace("//", "//:token@"))
    origin = project(folder, server.url, "write = true\n", FILES)
    assert run(origin).status == 0
    monkeypatch.delenv("INCDOC_REMOTE_CREDENTIALS")
    return origin


def test_poisoned_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each kind in five or more sources: the digests, the keys and the messages are right."""
    with serving() as server:
        origin = filled(server, tmp_path / "origin", monkeypatch)
        right = pages(origin)
        entries = dict(server.entries)
        kinds = list(POISONS)
        tried = 0
        for turn in range(10):
            monkeypatch.setattr(server, "entries", dict(entries))
            chosen = [kinds[(turn * _SOURCES + each) % len(kinds)] for each in range(_SOURCES)]
            tried += poison(server, chosen, Random(turn))
            copy = clone(origin, tmp_path / f"copy{turn}")
            done = run(copy)
            assert done.status == 0, done.said
            assert done.counts["parsed"] >= _SOURCES, chosen
            assert pages(copy) == right, chosen
        assert tried == 200


def poison(server: Server, chosen: list[str], random: Random) -> int:
    """Put a poison into the pack of each Python source; how many there are now."""
    contents: dict[bytes, Rows] = {}
    for path, data in server.entries.items():
        if "/cas/" in path:
            rows = msgpack.decode(zlib.decompress(data[40:]), type=Rows)
            if _decode(rows[0][1]).language == "python":
                contents[bytes.fromhex(path.rpartition("/")[2])] = rows
    everything = list(contents.values())
    replaced = {}
    for (digest, rows), name in zip(sorted(contents.items()), chosen, strict=True):
        data = POISONS[name](rows, everything, random)
        new = sha256(data).digest()
        server.entries[f"/main/cas/{new.hex()}"] = data
        replaced[digest] = (new, len(data))
    for path, entry in list(server.entries.items()):
        if "/ac/" in path:
            server.entries[path] = actions.encode(
                [
                    each._replace(digest=replaced[each.digest][0], size=replaced[each.digest][1])
                    if each.digest in replaced
                    else each
                    for each in actions.decode(entry)
                ]
            )
    return len(replaced)


UNIT, DIGEST = "ab" * 32, "cd" * 32
ACTIONS = {
    "a name with dots": message(2, text(1, "../../etc/passwd"), message(2, text(1, DIGEST), number(2, 5))),
    "an absolute name": message(2, text(1, "/etc/passwd"), message(2, text(1, DIGEST), number(2, 5))),
    "a digest with dots": message(2, text(1, UNIT), message(2, text(1, "../" * 21 + "x"), number(2, 5))),
    "a pack of 2 GB": message(2, text(1, UNIT), message(2, text(1, DIGEST), number(2, 2 << 30))),
    "a pack of 2 to the 63 bytes": message(2, text(1, UNIT), message(2, text(1, DIGEST), number(2, (1 << 63) - 1))),
    "no digest": message(2, text(1, UNIT)),
    "nothing": b"",
    "no message": b"\xff" * 100,
    "a field without end": b"\x12\xff\xff\xff\xff\x07",
    "a pack of another unit": message(2, text(1, UNIT), message(2, text(1, DIGEST), number(2, 5))),
    "ten thousand packs": message(2, text(1, UNIT), message(2, text(1, DIGEST), number(2, 5))) * 10_000,
    "a page": b"<html><body>Sign in</body></html>",
}


@pytest.mark.parametrize("kind", ACTIONS)
def test_poisoned_messages(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        origin = filled(server, tmp_path / "origin", monkeypatch)
        server.entries = {path: ACTIONS[kind] if "/ac/" in path else data for path, data in server.entries.items()}
        copy = clone(origin, tmp_path / "copy")
        done = run(copy)
        assert (done.status, done.counts["fetched"]) == (0, 0)
        assert "has wrong entries, which are not used: ac/" in done.said
        assert pages(copy) == pages(origin)


def test_facts_of_the_corpus_agree_with_it() -> None:
    """What is right is not refused: else the cache would be of no use."""
    from incdoc.languages import Languages
    from incdoc.languages.agreement import agrees

    languages = Languages.named(())
    golden = Path(__file__).parents[1] / "golden/sources"
    sources = {each: each.read_bytes() for each in sorted(golden.rglob("*")) if each.is_file()}
    refused = []
    for path, data in sources.items():
        language = languages.of_content(path.relative_to(golden).as_posix(), data)
        if not agrees(language.read(data), language, data):
            refused.append(path.name)
    assert len(refused) <= len(sources) // 30, refused


def test_a_definition_is_where_it_is_said_to_be() -> None:
    from incdoc.languages import load
    from incdoc.languages.agreement import agrees

    data = b"def a(): ...\n\n\ndef b(): ...\n"
    python = load("python")
    facts = python.read(data)
    assert agrees(facts, python, data)
    moved: tuple[Definition, ...] = (facts.definitions[0], replace(facts.definitions[1], line=2, end=2))
    assert not agrees(replace(facts, definitions=moved), python, data)

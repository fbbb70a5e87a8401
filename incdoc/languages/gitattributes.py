"""``.gitattributes``: the lines that say which files are generated or vendored, as git reads them.

A line has a pattern and attributes: ``name``, ``-name``, ``!name``, ``name=value``. Of several lines that match a path,
the last one counts; a file in a nearer folder comes before those above it. A line that git does not understand is
ignored as a whole. A macro, ``[attr]name ...`` of the file at the top, means the attributes behind it where it is
set.

Git compares bytes: ``?`` is one byte. So patterns and paths are texts with a character for each byte (``as_bytes``).
What is kept is text in JSON: lines that only have other attributes can change without a change of any page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from . import text
from .facts import Facts
from .language import FileType, Language

FILE = ".gitattributes"
GENERATED, VENDORED = "linguist-generated", "linguist-vendored"
_ASKED = (GENERATED, VENDORED)
_GITS = frozenset(
    (
        *("text", "eol", "crlf", "ident", "filter", "working-tree-encoding", "encoding", "diff", "merge", "binary"),
        *("export-ignore", "export-subst", "delta", "whitespace", "conflict-marker-size"),
    )
)
"""The attributes of git itself: no macro is named so."""
_LONGEST_LINE = 2048
"""Bytes; git ignores longer ones."""
_BLANK = " \t\r\n"
_BLANKS = re.compile(f"[{_BLANK}]+")
_BYTES = "latin-1"
_MACRO = "[attr]"
_NAME = re.compile(r"[-!]?(?!-)[-A-Za-z0-9_.]+(?:=.*)?\Z", re.DOTALL)
_ESCAPES = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11, "\\": 92, '"': 34}
_QUOTED = re.compile(r'"((?:[^"\\]|\\(?:[abfnrtv"\\]|[0-3][0-7][0-7]))*)"')
_ESCAPED = re.compile(r'\\([abfnrtv"\\]|[0-3][0-7][0-7])')

State = bool | None
"""Whether a line sets an attribute, takes it back, or makes it unspecified."""
States = list[tuple[str, State]]


class Rules(NamedTuple):
    """What is kept of one file. ``macros``: by name; ``lines``: (pattern, attributes) in their order."""

    macros: dict[str, States]
    lines: list[tuple[str, States]]


class Verdict(NamedTuple):
    """What the attributes of a path say, and the file and the pattern of the line that says it."""

    state: State
    file: str
    pattern: str


class Line(NamedTuple):
    """A line that matches a path."""

    file: str
    pattern: str
    states: States


def extract(data: bytes) -> Facts:
    """The facts of the text, and the rules in it."""
    facts = text.extract(data)
    if facts.binary:
        return Facts(LANGUAGE.name, facts.lines, binary=True)
    macros, lines = _rules(data.removeprefix(b"\xef\xbb\xbf").decode(_BYTES))
    kept = json.dumps({"macros": macros, "lines": lines}, ensure_ascii=False) if macros or lines else ""
    return Facts(LANGUAGE.name, facts.lines, to_do=facts.to_do, format=facts.format, manifest=kept)


def as_bytes(path: str) -> str:
    """A path with a character for each byte, as patterns are."""
    return path.encode("utf-8", "surrogateescape").decode(_BYTES)


def as_text(pattern: str) -> str:
    """A pattern as a person reads it."""
    return pattern.encode(_BYTES).decode("utf-8", "replace")


def rules_of(manifest: str) -> Rules:
    """The rules that ``extract`` kept."""
    kept: dict[str, Any] = json.loads(manifest) if manifest else {}
    macros = {name: [(each, state) for each, state in states] for name, states in kept.get("macros", {}).items()}
    lines = [(pattern, [(each, state) for each, state in states]) for pattern, states in kept.get("lines", ())]
    return Rules(macros, lines)


def verdicts(matching: Iterable[Line], macros: dict[str, States]) -> dict[str, Verdict]:
    """What is said of a path by the lines that match it, the one that counts first given first."""
    found: dict[str, Verdict] = {}
    for line in matching:
        _fill(found, line, macros)
    return {name: verdict for name, verdict in found.items() if verdict.state is not None}


def _fill(found: dict[str, Verdict], line: Line, macros: dict[str, States]) -> None:
    for name, state in reversed(line.states):
        if name not in found:
            found[name] = Verdict(state, line.file, line.pattern)
            if state is True and name in macros:
                _fill(found, line._replace(states=macros[name]), macros)


def _rules(characters: str) -> Rules:
    macros: dict[str, States] = {}
    lines: list[tuple[str, States]] = []
    for line in characters.split("\n"):
        if len(line) > _LONGEST_LINE:
            continue
        words = line.lstrip(_BLANK)
        if not words or words.startswith("#"):
            continue
        pattern, rest = _pattern(words)
        states = list(_states(rest))
        if None in states:
            continue
        kept = [each for each in states if each is not None and each[0] not in _GITS]
        if pattern.startswith(_MACRO):
            if name := pattern.removeprefix(_MACRO):
                macros[name] = kept
        elif kept and not pattern.startswith("!"):
            lines.append((pattern, kept))
    return Rules(macros, lines)


def _pattern(words: str) -> tuple[str, str]:
    """A line's pattern, and what follows it."""
    if words.startswith(_MACRO):
        name, rest = _first(words.removeprefix(_MACRO).lstrip(_BLANK))
        return _MACRO + name, rest
    if quoted := _QUOTED.match(words):
        return _ESCAPED.sub(_unescaped, quoted[1]), words[quoted.end() :]
    return _first(words)


def _first(words: str) -> tuple[str, str]:
    first, *rest = _BLANKS.split(words, maxsplit=1)
    return first, rest[0] if rest else ""


def _unescaped(match: re.Match[str]) -> str:
    return chr(_ESCAPES.get(match[1]) or int(match[1], 8))


def _states(rest: str) -> Iterator[tuple[str, State] | None]:
    """The attributes of a line; None for what is none. A macro with a value is not set."""
    for word in filter(None, _BLANKS.split(rest)):
        if not _NAME.match(word):
            yield None
        elif word[0] in "-!":
            yield word[1:].partition("=")[0], False if word[0] == "-" else None
        else:
            name, equals, value = word.partition("=")
            yield name, (name in _ASKED and value != "false") if equals else True


LANGUAGE = Language(
    name="gitattributes",
    files=(FileType("Git attributes", names=(FILE,)),),
    extract=f"{__name__}:extract",
)

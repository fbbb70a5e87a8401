"""The parameters of a callable as data, out of the one line in its facts: brackets, strings and the signs between
them are enough for that, and no grammar is loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from msgspec import Struct

from ..heads import Syntax

_LITERAL = re.compile(
    r"""(?P<letters>[A-Za-z]{0,2})(?:\"{3}(?:\\.|[^\\])*?\"{3}|'{3}(?:\\.|[^\\])*?'{3}"""
    r"""|'(?P<single>(?:\\.|[^'\\])*)'|"(?P<double>(?:\\.|[^"\\])*)")""",
    re.DOTALL,
)
_STRINGS = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""")
_KEPT = 1024
"""Signatures that are kept: the pages of a source ask for those of its definitions one after the other."""
_LAMBDA = re.compile(r"\blambda\b[^:]*$")
"""One whose parameters have not ended."""


class _PythonSyntax(Syntax):
    """Whose commas may also be between the parameters of a lambda."""

    def parts(self, text: str, separator: str = ",") -> list[str]:
        found: list[str] = []
        within = False
        for part in super().parts(text, separator):
            if within:
                found[-1] += f"{separator} {part}"
            else:
                found.append(part)
            within = "lambda" in found[-1] and _LAMBDA.search(_STRINGS.sub("", found[-1])) is not None
        return found


SYNTAX = _PythonSyntax(angles=False, quotes=True)


class Parameter(Struct, frozen=True):
    """``kind``: ``positional``, ``either``, ``keyword``, ``*``, ``**``. ``default``: as written but for quotes, or
    None. ``annotation``: as written; empty if it has none."""

    name: str
    kind: str
    default: str | None
    annotation: str = ""

    @property
    def required(self) -> bool:
        """Whether a call must pass it."""
        return self.default is None and self.kind not in ("*", "**")


class Signature(Struct, frozen=True):
    """A callable's parameters and the return annotation as written, or None."""

    parameters: tuple[Parameter, ...]
    returns: str | None


@lru_cache(_KEPT)
def parse_signature(text: str) -> Signature:
    """``text``: ``(self, x: T = None) -> T``, with type parameters or without; empty if it is no callable."""
    _, text = SYNTAX.bracketed(text, "[")
    inside, after = SYNTAX.bracketed(text, "(")
    returns = after.removeprefix("->").strip() if after.startswith("->") else None
    return Signature(tuple(_parameters(inside)), returns)


def _parameters(inside: str) -> Iterator[Parameter]:
    parts = SYNTAX.parts(inside)
    last = parts.index("/") if "/" in parts else -1
    plain = "either"
    for position, part in enumerate(parts):
        if part == "*":
            plain = "keyword"
        if part in ("*", "/"):
            continue
        name = part.lstrip("*")
        stars = part[: len(part) - len(name)]
        found = _parameter(name, stars or ("positional" if position < last else plain))
        if stars == "*":
            plain = "keyword"
        yield found


def _parameter(text: str, kind: str) -> Parameter:
    head, value = SYNTAX.cut(text, "=")
    name, annotation = SYNTAX.cut(head, ":")
    return Parameter(name, kind, _LITERAL.sub(_quoted, value) if value else None, annotation)


def _quoted(literal: re.Match[str]) -> str:
    """A plain text in double quotes; any other as written."""
    text = literal["single"] or literal["double"] or ""
    plain = literal["letters"] in ("", "u", "U") and not literal[0].endswith(("'''", '"""'))
    return f'"{text}"' if plain and _PLAIN.fullmatch(text) else literal[0]


_PLAIN = re.compile(r"""[^'"\\]*""")

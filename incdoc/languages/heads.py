"""The parts of a callable's head that its callers see, out of its text.

A **head** is what is before its parameters (a result, modifiers), the types of its parameters, and what is after them.
The names of parameters and of type parameters, and what a call need not say, are not in it: two heads are equal if no
caller can tell them apart by this text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

_OPENING, _CLOSING = "([{", ")]}"


class Parameter(NamedTuple):
    """``type``: as written, without the name; empty if it says none. ``optional``: a call may leave it out."""

    type: str
    optional: bool = False


class Head(NamedTuple):
    """What callers see of a callable."""

    before: str
    parameters: tuple[Parameter, ...]
    after: str


class Syntax(NamedTuple):
    """How a language writes parameters. ``angles``: ``<`` and ``>`` are brackets; ``quotes``: ``'`` encloses strings,
    not one character."""

    angles: bool = True
    quotes: bool = False

    def tokens(self, text: str) -> Iterator[tuple[int, str, int]]:
        """(position, sign, depth of brackets around it) of the signs outside strings."""
        depth = 0
        for match in (_QUOTED if self.quotes else _CHARACTERS).finditer(text):
            sign = match[0]
            if sign in _OPENING or (self.angles and sign == "<"):
                yield match.start(), sign, depth
                depth += 1
            elif sign in _CLOSING or (self.angles and sign == ">"):
                depth = max(0, depth - 1)
                yield match.start(), sign, depth
            else:
                yield match.start(), sign, depth

    def parts(self, text: str, separator: str = ",") -> list[str]:
        """The text cut at a separator outside brackets; empty parts are left out."""
        found, start = [], 0
        for at, sign, depth in self.tokens(text):
            if sign == separator and not depth:
                found.append(text[start:at])
                start = at + len(sign)
        return [part.strip() for part in (*found, text[start:]) if part.strip()]

    def cut(self, text: str, separator: str) -> tuple[str, str]:
        """What is before and after the first separator outside brackets; the second is empty if there is none."""
        for at, sign, depth in self.tokens(text):
            if sign == separator and not depth:
                return text[:at].strip(), text[at + len(sign) :].strip()
        return text.strip(), ""

    def bracketed(self, text: str, opening: str) -> tuple[str, str]:
        """What is in the brackets with which a text begins, and what is after them; empty if it does not."""
        if not text.startswith(opening):
            return "", text
        syntax = self if opening != "<" else self._replace(angles=True)
        for at, sign, depth in syntax.tokens(text):
            if at and not depth and sign == _OPPOSITE[opening]:
                return text[1:at], text[at + 1 :].strip()
        return text[1:], ""

    def wrapped(self, text: str, width: int, comma: bool) -> str:
        """A head of one line with each part of its longest brackets on a line of its own where it is wider than so many
        characters. What is wider within them is wrapped too, with as many parts a line as fit. ``comma``: one may
        follow the last in parentheses.
        """
        return "\n".join(self._wrapped(text, "", width, comma))

    def _wrapped(self, text: str, indent: str, width: int, comma: bool) -> Iterator[str]:
        start, end = self._longest(text) if len(indent) + len(text) > width else (0, 0)
        parts = self.parts(text[start + 1 : end])
        if not parts or (indent and len(parts) == 1):
            yield indent + text
            return
        *lines, last = self._wrapped(text[:start], indent, width, False)
        yield from (*lines, last + text[start])
        ends = "," if (comma and text[start] == "(") or text[:end].endswith(",") else ""
        parts = [f"{part}," for part in parts[:-1]] + [parts[-1] + ends]
        for part in filled(parts, width - len(indent) - 4) if indent else parts:
            yield from self._wrapped(part, indent + "    ", width, False)
        rest = text[end:]
        yield from self._wrapped(rest, indent, width, False) if rest[1:] else (indent + rest,)

    def _longest(self, text: str) -> tuple[int, int]:
        """Where the longest of the brackets that are in no others begin and end; the second is 0 if there are none."""
        found, start = (0, 0), 0
        for at, sign, depth in self.tokens(text):
            if depth:
                continue
            if sign in _OPPOSITE:
                start = at
            elif sign in _OPPOSITE.values() and at - start > found[1] - found[0]:
                found = start, at
        return found


def filled(parts: Iterable[str], width: int) -> Iterator[str]:
    """Lines of at most so many characters, if no part is longer, of the parts and spaces between them."""
    line = ""
    for part in parts:
        if line and len(line) + 1 + len(part) > width:
            yield line
            line = part
        else:
            line = f"{line} {part}" if line else part
    if line:
        yield line


_SIGNS = r"|(?<=\s)<<(?=\s)|=>|->|<-|::|<=|>=|==|!=|[()\[\]{}<>,=:|]"
_CHARACTERS = re.compile(r'"(?:\\.|[^"\\])*"|`[^`]*`|' + r"'(?:\\.[^']*|[^'\\])'" + _SIGNS)
_QUOTED = re.compile(
    r'"""(?:\\[\s\S]|[^"\\]|"(?!""))*+(?:"""|\Z)' + r'|"(?:\\.|[^"\\])*"|`[^`]*`|' + r"'(?:\\.|[^'\\])*'" + _SIGNS
)
_OPPOSITE = {"(": ")", "[": "]", "{": "}", "<": ">"}


def spaced(text: str) -> str:
    """The text with a blank only where two words meet, outside strings."""
    return _BLANKS.sub(lambda found: found[1] or found[2] or " ", text).strip()


_BLANKS = re.compile(r'("(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`)|\s*([^\w\s"`\'])\s*|\s+')


def head(
    before: str, generics: Iterable[tuple[str, str]], parameters: Iterable[Parameter], after: str
) -> Head:  # fmt: skip
    """A head whose type parameters have no names. ``generics``: (name, declaration) of each type parameter."""
    names: dict[str, str] = {}
    kinds = []
    for number, (name, text) in enumerate(generics):
        names[name] = f"#{number}"
        kinds.append(text)
    within = _renaming(names)
    shown = ", ".join(within(each) for each in kinds)
    return Head(
        within(f"<{shown}> {before}" if shown else before),
        tuple(each._replace(type=within(each.type)) for each in parameters),
        within(after),
    )


def _renaming(names: dict[str, str]) -> Callable[[str], str]:
    if not names:
        return lambda text: text
    pattern = re.compile("|".join(rf"(?<![\w'.]){re.escape(name)}(?!\w)" for name in names if name) or r"(?!)")
    return lambda text: pattern.sub(lambda found: names[found[0]], text)


def accepts(now: Head, was: Head, inferred: bool) -> bool:
    """Whether each call that ``was`` allows has the same meaning by ``now``. ``inferred``: what says no type may have
    any, so that it is not known to differ."""

    def same(one: str, other: str) -> bool:
        return one == other or (inferred and not (one and other))

    if now.before != was.before or not same(was.after, now.after) or len(now.parameters) < len(was.parameters):
        return False
    for before, after in zip(was.parameters, now.parameters, strict=False):
        if not same(before.type, after.type) or (before.optional and not after.optional):
            return False
    return all(each.optional for each in now.parameters[len(was.parameters) :])

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
_QUOTES = "\"'`"
_STEP = "    "
_MOST_LEVELS = 10
"""How often what is wrapped is wrapped again: each time goes through all of the text."""
_LEAST_BROKEN = 8
"""One argument of so few characters gets no line of its own: that would make its line no shorter."""
_BETWEEN = re.compile(r"(\s+)\w{0,2}")
"""What is between two strings that make one: blanks and the prefix of the second."""
_PREFIX = re.compile(r"\w{0,2}")


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
        if separator not in text or (separator == "," and _UNNESTED.fullmatch(text)):
            return [part for each in text.split(separator) if (part := each.strip())]
        found, start = [], 0
        for at, sign, depth in self.tokens(text):
            if sign == separator and not depth:
                found.append(text[start:at])
                start = at + len(sign)
        return [part.strip() for part in (*found, text[start:]) if part.strip()]

    def cut(self, text: str, separator: str) -> tuple[str, str]:
        """What is before and after the first separator outside brackets; the second is empty if there is none."""
        if separator not in text:
            return text.strip(), ""
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
        characters. What is wider within them is wrapped too, with as many parts a line as fit, and where it has no
        brackets, at the strings and alternatives that it is made of. ``comma``: one may follow the last in parentheses.
        """
        return "\n".join(self._wrapped(text, "", width, comma, _MOST_LEVELS))

    def _wrapped(self, text: str, indent: str, width: int, comma: bool, levels: int) -> Iterator[str]:
        if len(indent) + len(text) <= width or not levels:
            yield indent + text
            return
        start, end = self._longest(text)
        inner = text[start + 1 : end]
        parts = self.parts(inner)
        if not parts or (indent and len(parts) == 1 and len(inner) <= _LEAST_BROKEN):
            yield from self._hanging(text, indent, width)
            return
        *lines, last = self._wrapped(text[:start], indent, width, False, levels - 1)
        yield from (*lines, last + text[start])
        ends = "," if (comma and text[start] == "(") or text[:end].endswith(",") else ""
        pieces = self._pieces(parts[0], strings=True) if len(parts) == 1 else []
        if len(pieces) > 1:
            parts = [*pieces[:-1], pieces[-1] + ends]
        else:
            parts = [f"{part}," for part in parts[:-1]] + [parts[-1] + ends]
            parts = list(filled(parts, width - len(indent) - len(_STEP))) if indent else parts
        for part in parts:
            yield from self._wrapped(part, indent + _STEP, width, False, levels - 1)
        rest = text[end:]
        yield from self._wrapped(rest, indent, width, False, levels - 1) if rest[1:] else (indent + rest,)

    def _hanging(self, text: str, indent: str, width: int) -> Iterator[str]:
        """The lines of what has no brackets to break, the second and later ones farther in. Only what is itself in
        brackets is broken: elsewhere an end of line may end the statement."""
        pieces = self._pieces(text, strings=False) if indent else [text]
        first, *more = filled(pieces, width - len(indent) - len(_STEP)) if len(pieces) > 1 else pieces
        yield indent + first
        yield from (indent + _STEP + each for each in more)

    def _pieces(self, text: str, strings: bool) -> list[str]:
        """The text cut between strings that make one, and before a ``|``, outside brackets. ``strings``: only between
        strings, if that is all it is."""
        cuts, end = [0], -1
        for at, sign, depth in self.tokens(text):
            if depth:
                continue
            if len(sign) > 1 and sign[0] in _QUOTES:
                gap = _BETWEEN.fullmatch(text, end, at) if end >= 0 else None
                if gap:
                    cuts.append(gap.end(1))
                elif strings and not _PREFIX.fullmatch(text, 0, at):
                    return [text]
                end = at + len(sign)
            elif sign == "|" and text[at - 1 : at] == " " and not strings:
                cuts.append(at)
        if strings and end != len(text):
            return [text]
        return [text[one:other].strip() for one, other in zip(cuts, [*cuts[1:], len(text)], strict=True)]

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
_UNNESTED = re.compile(r"""[^"'`()\[\]{}<>]*""")
"""Text in which no separator is in brackets or a string."""
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

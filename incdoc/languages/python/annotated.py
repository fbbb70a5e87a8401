"""Annotations that say what something is for: ``Annotated[T, Doc("…")]`` (PEP 727), ``Annotated[T,
Query(description="…")]``.

Text is read with ``SYNTAX``, in one pass: no grammar is loaded.
"""

from __future__ import annotations

import re

from ..text import clean
from .signature import SYNTAX

_ANNOTATED = re.compile(r"(?:(?<![\w.])\w+\.)*\bAnnotated\Z")
_CALL = re.compile(r"[\w.]+\(")
_STRING = re.compile(
    r"""[rRuU]?(?:\"{3}((?:\\[\s\S]|[^"\\]|"(?!""))*+)\"{3}|'{3}((?:\\[\s\S]|[^'\\]|'(?!''))*+)'{3}"""
    r"""|"((?:\\[\s\S]|[^"\\])*+)"|'((?:\\[\s\S]|[^'\\])*+)')\s*"""
)
_ESCAPE = re.compile(r"\\([\s\S])")
_ESCAPES = {"n": "\n", "t": "\t", "\n": "", "\\": "\\", '"': '"', "'": "'"}
_LONGEST_NAME = 100


def without_doc(text: str) -> str:
    """A head or an annotation without what ``Doc`` says in it: the type alone where nothing else is said of it."""
    if "Annotated[" not in text or "Doc(" not in text:
        return text
    left: list[tuple[int, int]] = []
    opened: list[tuple[int, int, list[int]]] = []
    for at, sign, depth in SYNTAX.tokens(text):
        if sign == "[" and (name := _ANNOTATED.search(text, max(0, at - _LONGEST_NAME), at)):
            opened.append((name.start(), depth, [at]))
        elif opened and sign == "," and depth == opened[-1][1] + 1:
            opened[-1][2].append(at)
        elif opened and sign == "]" and depth == opened[-1][1]:
            start, _, (first, *commas) = opened.pop()
            ends = [*commas[1:], at] if commas else []
            parts = [(begin, end) for begin, end in zip(commas, ends, strict=True) if text[begin + 1 : end].strip()]
            said = [(begin, end) for begin, end in parts if _argument(text[begin + 1 : end].strip()) is not None]
            if said and len(said) == len(parts):
                left += [(start, first + 1), (commas[0], at + 1)]
            else:
                left += said
    return _without(text, left)


def _without(text: str, left: list[tuple[int, int]]) -> str:
    pieces = []
    end = 0
    for start, stop in sorted(left):
        pieces.append(text[end:start])
        end = max(end, stop)
    return "".join(pieces) + text[end:]


def said_in(annotation: str) -> str:
    """What ``Doc``, or the ``description`` of a call, says in an annotation; empty if there is nothing."""
    head, _, _ = annotation.partition("[")
    if not _ANNOTATED.search(head):
        return ""
    inner, _ = SYNTAX.bracketed(annotation[len(head) :], "[")
    found = ""
    for part in SYNTAX.parts(inner)[1:]:
        if (said := _argument(part)) is not None:
            return said
        found = found or description(part)
    return found


def description(call: str) -> str:
    """The argument ``description`` of a call, if it is a text."""
    if "description" not in call or not (head := _CALL.match(call)):
        return ""
    inner, _ = SYNTAX.bracketed(call[head.end() - 1 :], "(")
    for part in SYNTAX.parts(inner):
        name, value = SYNTAX.cut(part, "=")
        if name == "description":
            return _text(value) or ""
    return ""


def _argument(part: str) -> str | None:
    """The text of ``Doc("…")``; None if it is something else."""
    head = _CALL.match(part)
    if head is None or head[0][:-1].rpartition(".")[2] != "Doc":
        return None
    inner, after = SYNTAX.bracketed(part[head.end() - 1 :], "(")
    return _text(inner.strip().rstrip(",")) if not after else None


def _text(written: str) -> str | None:
    """What string literals beside each other mean; None if it is anything else."""
    pieces = []
    at = 0
    while at < len(written):
        found = _STRING.match(written, at)
        if found is None:
            return None
        said = next(each for each in found.groups() if each is not None)
        raw = found[0][0] in "rR"
        pieces.append(said if raw else _ESCAPE.sub(lambda each: _ESCAPES.get(each[1], each[0]), said))
        at = found.end()
    return clean("".join(pieces)).strip() if pieces else None

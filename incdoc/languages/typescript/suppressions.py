"""Comments that suppress findings: those of eslint."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..suppressions import CommentReader, Names, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator

_DIRECTIVE = re.compile(r"\s*eslint-(?P<verb>disable-next-line|disable-line|disable|enable)(?=\s|\Z)")
_RULE_OFF = re.compile(r"""(?:^|[\s,])["']?(?P<rule>[\w@/-]+)["']?\s*:\s*(?:\[\s*)?(?:0(?!\w)|"off"|'off'|off\b)""")
_SETTINGS = re.compile(r"\s*eslint(?=\s)")
_REASON = re.compile(r"\s-{2,}\s")


def suppressions(comments: CommentReader, names: Names) -> Iterator[Suppression]:
    open_: dict[str, int] = {}
    for comment in comments.having("eslint"):
        text = comments.text(comment)
        block = text.startswith("/*")
        body = text[2:-2] if block else text[2:]
        if block and _SETTINGS.match(body):
            off = (found["rule"] for found in _RULE_OFF.finditer(_without_reason(body)))
            yield Suppression(0, len(comments.source), names.called(off))
        if (found := _DIRECTIVE.match(body)) is None:
            continue
        verb = found["verb"]
        rules = [rule.strip(" \t\r\n'\"") for rule in _without_reason(body[found.end() :]).split(",")]
        codes = names.called(rules) if any(rules) else names.every
        if verb.endswith("line"):
            first, last = comment.start_point.row, comment.end_point.row
            if verb == "disable-next-line":
                first = last = last + 1
            elif first != last:
                continue
            yield Suppression(comments.start_of(first), comments.end_of(last), codes)
        elif block and verb == "disable":
            for code in codes:
                open_.setdefault(code, comment.start_byte)
        elif block:
            for code in codes & open_.keys():
                yield Suppression(open_.pop(code), comment.start_byte, frozenset({code}))
    for code, start in open_.items():
        yield Suppression(start, len(comments.source), frozenset({code}))


def _without_reason(text: str) -> str:
    return _REASON.split(text, maxsplit=1)[0]

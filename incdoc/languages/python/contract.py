"""What documentation and decorators say to users: that a definition is deprecated, which exceptions it raises."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..facts import Definition
from .signature import SYNTAX

_DIRECTIVE = re.compile(
    r"^[ \t]*(?:\.\. deprecated(?:-removed)?::[ \t]*(?P<sphinx>.*)|[:@]deprecated:[ \t]*(?P<field>.*)"
    r"|Deprecated:[ \t]*(?P<section>.*)|!!! (?:\w+ )?[\"']?[Dd]eprecated[\"']?[ \t]*(?P<note>.*))$",
    re.MULTILINE,
)
_FIELD = re.compile(r"^[ \t]*[:@](?:raises?|except|exception)[ \t]+(?P<names>[\w.,|` \t~!]+?)[ \t]*:", re.MULTILINE)
_HEADING = re.compile(
    r"^(?P<indent>[ \t]*)(?:Raises|Exceptions):[ \t]*$|^(?P<line>[ \t]*)Raises[ \t]*\n[ \t]*-{3,}[ \t]*$", re.MULTILINE
)
_UNDERLINE = re.compile(r"[ \t]*[-=]{3,}[ \t]*")
_NAME = re.compile(r"[`~!:\w]*?(?P<name>[A-Za-z_][\w.]*)`?")


def deprecation(definition: Definition) -> str | None:
    """What is said of a deprecated definition, as far as its decorator or docstring says it; None if it is not."""
    for decorator in definition.decorators:
        head, _ = SYNTAX.cut(decorator, "(")
        if head.strip().rpartition(".")[2] == "deprecated":
            return _first_text(decorator[len(head) :].strip())
    return deprecated_by(definition.doc)


def deprecated_by(doc: str) -> str | None:
    """What a docstring's directive says; None if it has none."""
    found = _DIRECTIVE.search(doc)
    return " ".join(next(filter(None, found.groups()), "").split()) if found else None


def _first_text(arguments: str) -> str:
    inside, _ = SYNTAX.bracketed(arguments, "(")
    for part in SYNTAX.parts(inside):
        text = part.removeprefix("reason=").strip()
        if text[:1] in "\"'" and text[-1:] == text[:1] and len(text) > 1:
            return text[1:-1]
    return ""


def documented_raises(doc: str) -> set[str]:
    """The exceptions that a docstring says are raised, without the modules before their names."""
    found = {name for field in _FIELD.finditer(doc) for name in _names(field["names"])}
    for heading in _HEADING.finditer(doc):
        indent = heading["indent"] if heading["indent"] is not None else heading["line"]
        found.update(_section(doc[heading.end() :], len(indent), heading["indent"] is not None))
    return found


def _section(text: str, indent: int, google: bool) -> Iterator[str]:
    """The names at the beginning of the entries of a section."""
    own = None
    lines = text.split("\n")[1:]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if not line.strip():
            continue
        width = len(line) - len(line.lstrip())
        own = width if own is None else own
        if width < max(own, indent + google) or (not google and _UNDERLINE.fullmatch(following)):
            return
        if width == own:
            yield from _names(line.strip().partition(":")[0] if google else line.strip())


def _names(text: str) -> Iterator[str]:
    for part in re.split(r",|\||\bor\b", text):
        found = _NAME.fullmatch(part.strip())
        if (found and found["name"][0].isupper()) or (found and "." in found["name"]):
            yield found["name"].rpartition(".")[2]

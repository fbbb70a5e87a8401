"""The constructor that a decorator or a base makes of fields: of dataclasses, classes of attrs, named tuples."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ..facts import Definition
from .signature import SYNTAX, Parameter, Signature
from .traits import INSTANCE

_DATACLASS = "dataclass"
_ATTRS = frozenset(("define", "frozen", "mutable", "s", "attrs", "attributes"))
"""Decorators of attrs, besides ``dataclass``."""
_FIELDS = frozenset(("field", "Field", "ib", "attrib", "attr"))
_KEYWORDS_FOLLOW = re.compile(r":\s*(?:\w+\.)*KW_ONLY\s*\Z")
_SELF = Parameter("self", "either", None)


class Maker(NamedTuple):
    """What makes the constructor. ``options``: its arguments, as written; ``explicit``: only what calls a field
    function is a field; ``attrs``: leading underscores are no part of a parameter's name."""

    options: dict[str, str]
    explicit: bool = False
    attrs: bool = False

    def flag(self, name: str) -> bool:
        """Whether an option is on."""
        return self.options.get(name) == "True"


class Field(NamedTuple):
    """A field. ``name``: of the attribute; ``parameter``: None if the constructor does not take it."""

    name: str
    parameter: Parameter | None


def maker(definition: Definition, modules: Mapping[str, str]) -> Maker | None:
    """What makes a constructor for a class; None if nothing does. ``modules``: the module from which each name of the
    file is imported."""
    for decorator in definition.decorators:
        head, arguments = _call(decorator)
        last = head.rpartition(".")[2]
        attrs = modules.get(head.partition(".")[0], "").partition(".")[0] in ("attr", "attrs")
        if attrs and (last in _ATTRS or last == _DATACLASS):
            options = _keywords(arguments)
            old = last in ("s", "attrs", "attributes") and options.get("auto_attribs") != "True"
            if last == "frozen":
                options["frozen"] = "True"
            if last in ("define", "frozen", "mutable"):
                options.setdefault("slots", "True")
            return Maker(options, old, True) if options.get("init") != "False" else None
        if last == _DATACLASS:
            options = _keywords(arguments)
            return Maker(options) if options.get("init") != "False" else None
    if any(base.rpartition(".")[2] == "NamedTuple" for base in definition.bases):
        return Maker({})
    return None


def fields(made: Maker, attributes: Iterable[Definition]) -> Iterator[Field]:
    """The fields among the ``attributes`` of a class, in their order."""
    keywords = made.flag("kw_only")
    for each in attributes:
        if INSTANCE in each.traits:
            continue
        annotation, value = SYNTAX.cut(each.signature, "=")
        if _KEYWORDS_FOLLOW.match(annotation):
            keywords = True
            continue
        head, arguments = _call(value)
        calls = head.rpartition(".")[2] in _FIELDS
        if not (calls if made.explicit or not annotation else "field" in each.traits or made.attrs):
            continue
        if "ClassVar" in annotation.partition("[")[0]:
            continue
        options = _keywords(arguments) if calls else None
        yield _field(made, each.name.rpartition(".")[2], annotation, value, options, keywords)


def _field(
    made: Maker, name: str, annotation: str, value: str, options: dict[str, str] | None, keywords: bool
) -> Field:
    default: str | None = value or None
    if options is not None:
        factory = options.get("default_factory", options.get("factory"))
        default = options.get("default", f"{factory}()" if factory else None)
        if options.get("init") == "False":
            return Field(name, None)
        keywords = options.get("kw_only", str(keywords)) == "True"
    shown = name.lstrip("_") if made.attrs else name
    if options is not None and "alias" in options:
        shown = options["alias"].strip("\"'")
    text = annotation.removeprefix(":").strip()
    return Field(name, Parameter(shown, "keyword" if keywords else "either", default, text))


def shown_default(value: str) -> str:
    """The default of a field, as a value: of a call that makes a field, what it gives; the call itself if it says more
    than that and what the field is for."""
    head, arguments = _call(value)
    if head.rpartition(".")[2] not in _FIELDS or value == head:
        return value
    kept = [each for each in SYNTAX.parts(arguments) if SYNTAX.cut(each, "=")[0] not in ("description", "doc")]
    if not kept or kept == ["..."]:
        return ""
    name, default = SYNTAX.cut(kept[0], "=")
    if len(kept) == 1 and (not default or name in ("default", "default_factory", "factory")):
        return f"{default}()" if name.endswith("factory") else default or name
    return f"{head}({', '.join(kept)})"


def signature(found: Iterable[Field]) -> Signature:
    """The constructor of all fields, those of bases first."""
    named = {each.name: each.parameter for each in found}
    taken = [each for each in named.values() if each is not None]
    plain = [each for each in taken if each.kind != "keyword"]
    return Signature((_SELF, *plain, *(each for each in taken if each.kind == "keyword")), None)


def _call(text: str) -> tuple[str, str]:
    """``a.b(c)`` -> ``a.b`` and ``c``."""
    head, _ = SYNTAX.cut(text, "(")
    rest = text[len(head) :].strip()
    return head.strip(), SYNTAX.bracketed(rest, "(")[0] if rest else ""


def _keywords(arguments: str) -> dict[str, str]:
    pairs = (SYNTAX.cut(each, "=") for each in SYNTAX.parts(arguments))
    return {name: value for name, value in pairs if value}

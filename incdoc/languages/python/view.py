"""What the pages of Python sources say beside their facts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from ..facts import Definition, Facts
from ..language import Kind
from ..packages import LISTINGS
from ..view import HeadParameter, Role, View
from .annotated import description, said_in, without_doc
from .construction import fields, maker, shown_default, signature
from .signature import SYNTAX, Parameter, Signature, parse_signature
from .traits import INSTANCE

_CLASSES = {
    "dataclass": "dataclass",
    "enum": "enum",
    "protocol": "protocol",
    "typeddict": "TypedDict",
    "namedtuple": "named tuple",
    "exception": "exception",
}
"""Traits of a class, the first of which is its label."""
_ROLES = {"class": ("exception",), "method": ("property", "classmethod", "staticmethod")}
"""By kind, the traits that are Sphinx's words for it."""
_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LITERAL = re.compile(r"\bLiteral\[[^\[\]]*\]")
_NO_CALLS = frozenset(("enum", "protocol", "typeddict"))
"""The traits of classes of which users make no instances by a call of them."""
_WITHOUT_FIELDS = frozenset(("NamedTuple", "object", "Generic", "Protocol", "ABC"))
"""The bases of a class that give no fields to its constructor."""


class PythonView(View):
    """Words for Python."""

    values_title = "Module-level name"
    implied = frozenset(
        (
            *("async", "property", "setter", "deleter", "dataclass", "enum", "exception", "typeddict", "namedtuple"),
            *("field", "instance", "member"),
        )
    )
    syntax = SYNTAX
    comma = True
    listings = LISTINGS
    folder = "a folder of this repository without `__init__.py`"

    def label(self, definition: Definition, kind: Kind) -> str:
        """``async method``, ``dataclass``, ``property``."""
        traits = definition.traits
        if definition.kind == "class":
            return next((label for trait, label in _CLASSES.items() if trait in traits), "class")
        if definition.kind in ("function", "method"):
            for trait in ("property", "setter", "deleter"):
                if trait in traits:
                    return "property" if trait == "property" else f"property {trait}"
            return f"async {definition.kind}" if "async" in traits else definition.kind
        return super().label(definition, kind)

    def role(self, definition: Definition, kind: Kind) -> str:
        """``exception``, ``property``, ``classmethod``, ``staticmethod``, or that of its kind."""
        roles = _ROLES.get(definition.kind, ())
        return next((role for role in roles if role in definition.traits), kind.role)

    def declaration(self, definition: Definition, last: str) -> str:
        """``class A(B)``, ``async def f(x)``."""
        if definition.declaration:
            return definition.declaration
        if definition.kind == "class":
            bases = f"({', '.join(definition.bases)})" if definition.bases else ""
            return f"class {last}{definition.signature}{bases}"
        word = "async def" if "async" in definition.traits else "def"
        return f"{word} {last}{without_doc(definition.signature) or '()'}"

    def complete(self, facts: Facts, declared: Iterable[Definition]) -> tuple[Facts, frozenset[str]]:
        """Types and docstrings that the module does not have, from its stub. Functions that are defined several times,
        as for several versions of Python, keep their heads."""
        others: defaultdict[str, list[Definition]] = defaultdict(list)
        for each in declared:
            others[each.name].append(each)
        own: defaultdict[str, int] = defaultdict(int)
        for each in facts.definitions:
            own[each.name] += 1
        found = []
        typed = set()
        for each in facts.definitions:
            stubs = [other for other in others[each.name] if _is_callable(other) == _is_callable(each)]
            new = self._completed(each, stubs) if stubs and own[each.name] == 1 else each
            if (new.signature, new.declaration) != (each.signature, each.declaration):
                typed.add(each.name)
            found.append(new)
        return replace(facts, definitions=tuple(found)), frozenset(typed)

    def _completed(self, definition: Definition, stubs: list[Definition]) -> Definition:
        said = definition.doc or next((each.doc for each in stubs if each.doc), "")
        definition = replace(definition, doc=said)
        last = definition.name.rpartition(".")[2]
        if _is_callable(definition):
            typed = [each for each in stubs if _is_typed(each.signature)]
            if _is_typed(definition.signature) or not typed:
                return definition
            if len(typed) == 1:
                return replace(definition, declaration=self.declaration(typed[0], last))
            heads = [
                line for each in typed for line in (*map("@{}".format, each.decorators), self.declaration(each, last))
            ]
            return replace(definition, decorators=(), declaration="\n".join(heads))
        if definition.kind == "class" or definition.signature.startswith(":") or not stubs[0].signature.startswith(":"):
            return definition
        annotation = SYNTAX.cut(stubs[0].signature, "=")[0]
        return replace(definition, signature=f"{annotation} {definition.signature}".strip())

    def parameters(
        self, definition: Definition, members: Sequence[Definition], modules: Mapping[str, str]
    ) -> tuple[tuple[HeadParameter, ...], str]:
        """Those of a function; of a class those of its ``__init__``, or the fields of which that is made."""
        if definition.kind == "class":
            made = next((each for each in members if each.name == f"{definition.name}.__init__"), None)
            if made is None:
                return tuple(_of_fields(definition, members, modules)), ""
            return _stated(parse_signature(made.signature)), ""
        if not _is_callable(definition):
            return (), ""
        found = parse_signature(definition.signature)
        return _stated(found), without_doc(found.returns or "")

    def explained(self, definition: Definition) -> tuple[HeadParameter, ...]:
        """Those of ``Annotated[T, Doc("…")]``."""
        if not _is_callable(definition) or "Annotated[" not in definition.signature:
            return ()
        found = _stated(parse_signature(definition.signature))
        return found if any(each.doc for each in found) else ()

    def types(self, written: str) -> Iterator[str]:
        """Also those in quotation marks."""
        yield from _NAME.findall(_LITERAL.sub("", written) if "Literal[" in written else written)

    def head_types(self, definition: Definition) -> Iterator[str]:
        """Of parameters, then of the result."""
        if _is_callable(definition) and (":" in definition.signature or "->" in definition.signature):
            found = parse_signature(without_doc(definition.signature))
            for annotation in (*(each.annotation for each in found.parameters), found.returns or ""):
                yield from self.types(annotation)

    def member(self, definition: Definition, members: Sequence[Definition]) -> HeadParameter:
        """Of what makes a field, its default; what a field or its type says that it is for. What ``__init__`` sets to a
        parameter has the type of that."""
        found = super().member(definition, members)
        type_ = without_doc(found.type)
        if not type_ and found.default.isidentifier():
            type_ = _type_of_parameter(definition, found.default, members)
        doc = found.doc or said_in(found.type) or description(found.default)
        return replace(found, type=type_, default=shown_default(found.default), doc=doc)

    def roles(self, path: str, name: str, test: bool, facts: Facts) -> Iterator[Role]:
        """A package, an entry point, a test, a stub, a script."""
        file = path.rpartition("/")[2]
        if file == "__init__.py":
            yield Role("Package {code}.", name) if name else Role("Package.")
        elif file == "__main__.py":
            yield Role("Entry point: {code} runs it.", f"python -m {name.removesuffix('.__main__')}")
        elif test:
            yield Role("Test module (by its name).")
        elif file == "conftest.py":
            yield Role("Fixtures and hooks: pytest runs it before the tests beside and below it.")
        elif file.endswith(".pyi"):
            yield Role("Stub: signatures without bodies.")
        for line in facts.guards:
            yield Role("Script: it has a main guard ({line}).", line=line)

    def call(self, definition: Definition, members: Sequence[Definition], modules: Mapping[str, str]) -> str:
        """``Client(url, timeout=5)``: the parameters of a function or of a class's own constructor, or the fields of
        which one is made; without annotations."""
        last = definition.name.rpartition(".")[2]
        if _is_callable(definition):
            found: Signature | None = parse_signature(definition.signature)
        elif definition.kind == "class":
            found = None if _NO_CALLS & set(definition.traits) else _constructor(definition, members, modules)
        else:
            return f"{last}{definition.signature}" if definition.signature.startswith(":") else ""
        return f"{last}({', '.join(_written(found.parameters))})" if found is not None else ""


def _stated(found: Signature) -> tuple[HeadParameter, ...]:
    return tuple(
        HeadParameter(
            each.name,
            without_doc(each.annotation),
            each.default or "",
            each.required,
            said_in(each.annotation) or description(each.default or ""),
        )
        for each in found.parameters
    )


def _of_fields(
    definition: Definition, members: Sequence[Definition], modules: Mapping[str, str]
) -> Iterator[HeadParameter]:  # fmt: skip
    """What the fields of a class say of the parameters of its constructor. Where nothing is known that makes one, a
    name with a type says what a parameter of that name has, but not that a call must pass it."""
    before = f"{definition.name}."
    own = [each for each in members if each.kind == "attribute"]
    made = maker(definition, modules)
    if made is not None:
        yield from _stated(signature(fields(made, own)))
    elif definition.bases or definition.decorators:
        for each in own:
            type_, value = SYNTAX.cut(each.signature, "=")
            if type_.startswith(":") and INSTANCE not in each.traits:
                type_ = without_doc(type_.removeprefix(":").strip())
                yield HeadParameter(each.name[len(before) :], type_, shown_default(value))


def _constructor(
    definition: Definition, members: Sequence[Definition], modules: Mapping[str, str]
) -> Signature | None:  # fmt: skip
    """What a call of a class passes, by what its source says of it alone."""
    for name in ("__init__", "__new__"):
        for each in members:
            if each.name.endswith(f".{name}") and _is_callable(each) and "overload" not in each.traits:
                found = parse_signature(each.signature)
                return replace(found, parameters=found.parameters[1:])
    if not all(_last(base) in _WITHOUT_FIELDS for base in definition.bases):
        return None
    made = maker(definition, modules)
    if made is None:
        return None
    found = signature(fields(made, (each for each in members if each.kind == "attribute")))
    return replace(found, parameters=found.parameters[1:])


def _last(base: str) -> str:
    return base.partition("[")[0].rpartition(".")[2]


def _written(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    """As a call's head has them, with the signs between kinds."""
    before = ""
    for each in parameters:
        if before == "positional" and each.kind != "positional":
            yield "/"
        if each.kind == "keyword" and before not in ("keyword", "*"):
            yield "*"
        stars = each.kind if each.kind in ("*", "**") else ""
        yield stars + each.name + (f"={each.default}" if each.default is not None else "")
        before = each.kind
    if before == "positional":
        yield "/"


def _type_of_parameter(attribute: Definition, name: str, members: Sequence[Definition]) -> str:
    """The type of the parameter to which ``__init__`` sets an attribute; empty if it does not."""
    for each in members:
        if each.name.endswith(".__init__") and each.line <= attribute.line <= each.end:
            parameters = parse_signature(each.signature).parameters
            return next((without_doc(one.annotation) for one in parameters if one.name == name), "")
    return ""


def _is_callable(definition: Definition) -> bool:
    return definition.kind in ("function", "method")


def _is_typed(signature: str) -> bool:
    """Whether a function says a type of a parameter or its result."""
    found = parse_signature(signature)
    return found.returns is not None or any(each.annotation for each in found.parameters)

"""The traits that decorators and bases give a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from .scope import Scope

_BY_DECORATOR = {
    "abstractmethod": ("abstract",),
    "abstractproperty": ("abstract", "property"),
    "abstractclassmethod": ("abstract", "classmethod"),
    "abstractstaticmethod": ("abstract", "staticmethod"),
    "cached_property": ("property",),
    "classmethod": ("classmethod",),
    "overload": ("overload",),
    "property": ("property",),
    "staticmethod": ("staticmethod",),
}
# ``@x.setter``: only as an attribute of a property.
_BY_ACCESSOR = {"setter": "setter", "deleter": "deleter", "getter": "property"}

_BY_BASE = {
    "ABC": "abstract",
    "Enum": "enum",
    "Flag": "enum",
    "IntEnum": "enum",
    "IntFlag": "enum",
    "NamedTuple": "namedtuple",
    "Protocol": "protocol",
    "ReprEnum": "enum",
    "StrEnum": "enum",
    "TypedDict": "typeddict",
    "namedtuple": "namedtuple",
}
_BY_METACLASS = {"ABCMeta": "abstract", "EnumMeta": "enum", "EnumType": "enum"}

_EXCEPTIONS = frozenset(
    {
        "BaseExceptionGroup",
        "ExceptionGroup",
        "GeneratorExit",
        "KeyboardInterrupt",
        "StopAsyncIteration",
        "StopIteration",
        "SystemExit",
    }
)
_EXCEPTION_ENDS = ("Error", "Exception", "Warning")

# a subclass has these too; a subclass of a protocol or a dataclass need not
_INHERITED = ("enum", "exception", "typeddict")


def head(text: str) -> str:
    """A decorator or base without its arguments: ``a.b[c](d)`` -> ``a.b``."""
    for bracket in "([":
        text = text.partition(bracket)[0]
    return text.strip()


def of_function(decorators: Iterable[str]) -> frozenset[str]:
    """Traits that the decorators of a function give it."""
    found: set[str] = set()
    for decorator in decorators:
        rest, _, last = head(decorator).rpartition(".")
        found.update(_BY_DECORATOR.get(last, ()))
        if rest and last in _BY_ACCESSOR:
            found.add(_BY_ACCESSOR[last])
    return frozenset(found)


def of_class(bases: Iterable[str], decorators: Iterable[str], resolve: Callable[[str], Scope | None]) -> frozenset[str]:
    """Traits of a class; ``resolve`` gives a base that is defined in the same file."""
    found: set[str] = set()
    for decorator in decorators:
        if head(decorator).rpartition(".")[2] == "dataclass":
            found.add("dataclass")
    for base in bases:
        key, equals, value = base.partition("=")
        if equals and key.strip() == "metaclass":
            found |= {_BY_METACLASS[n] for n in [head(value).rpartition(".")[2]] if n in _BY_METACLASS}
        elif not equals or "(" in key or "[" in key:
            found |= _of_base(head(base), resolve)
    return frozenset(found)


def _of_base(name: str, resolve: Callable[[str], Scope | None]) -> set[str]:
    if near := resolve(name):
        return {trait for trait in _INHERITED if trait in near.traits}
    last = name.rpartition(".")[2]
    if last in _BY_BASE:
        return {_BY_BASE[last]}
    if last in _EXCEPTIONS or last.endswith(_EXCEPTION_ENDS):
        return {"exception"}
    return set()


def of_attribute(name: str, annotation: str, owner: Scope) -> tuple[str, ...]:
    """``field`` or ``member`` if the class makes the name one."""
    if annotation:
        kept = head(annotation).rpartition(".")[2] not in ("ClassVar", "KW_ONLY")
        return ("field",) if kept and not owner.traits.isdisjoint(_WITH_FIELDS) else ()
    return ("member",) if "enum" in owner.traits and not name.startswith("_") else ()


INSTANCE = "instance"
"""The trait of an attribute that only methods set."""
_WITH_FIELDS = ("dataclass", "namedtuple", "typeddict")


def is_private(name: str) -> bool:
    """Whether a name begins with an underscore and is no special name (``__call__``)."""
    return name.startswith("_") and not (name.startswith("__") and name.endswith("__"))

"""Types as annotations say them: whether two texts mean the same, and whether one takes what the other allows.

A type is compared in its **normal form**: ``Optional[X]``, ``Union[X, None]`` and ``X | None`` are one union,
``typing.List[int]`` is ``list[int]``, a string is what it quotes, ``Annotated[X, ...]`` is X. Names are compared by
what they mean, which ``Names`` says.

Which type takes another one is known of the classes of Python itself, of unions and of literals. Of all others it is
not known, unless they are equal.
"""

from __future__ import annotations

import ast
import builtins
import collections.abc
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import NamedTuple

Names = Callable[[str], str]
"""A dotted name as written -> the full name of what it means in that place."""


class Type(NamedTuple):
    """``name``: a full name, or what is no name: ``|`` (of members in order), ``literal``, ``text``, ``[]``, ``*``."""

    name: str
    parts: tuple[Type, ...] = ()


ANY = Type("typing.Any")
NONE = Type("None")
_OBJECT = Type("object")
_LONGEST = 10_000
"""Longer annotations are compared as texts."""
_MODULES = ("typing_extensions.", "typing.", "builtins.", "collections.abc.")
_GENERIC = {
    "List": "list",
    "Dict": "dict",
    "Set": "set",
    "FrozenSet": "frozenset",
    "Tuple": "tuple",
    "Type": "type",
    "Text": "str",
    "AbstractSet": "Set",
    "Deque": "collections.deque",
    "DefaultDict": "collections.defaultdict",
    "OrderedDict": "collections.OrderedDict",
    "Counter": "collections.Counter",
    "ChainMap": "collections.ChainMap",
    "ContextManager": "contextlib.AbstractContextManager",
    "AsyncContextManager": "contextlib.AbstractAsyncContextManager",
    "Pattern": "re.Pattern",
    "Match": "re.Match",
}
"""Names of ``typing`` for classes that are elsewhere."""
_RENAMED = {"IOError": "OSError", "EnvironmentError": "OSError", "socket.error": "OSError", "select.error": "OSError"}
_PROMOTED = {"int": ("float", "complex"), "bool": ("float", "complex"), "float": ("complex",)}
"""What type checkers accept although it is no base."""
_IMPORTED = frozenset(("collections", "enum", "contextlib", "io", "types"))
"""Modules of the standard library whose classes are known, besides ``builtins`` and ``collections.abc``."""
_UNWRAPPED = ("Annotated", "Required", "NotRequired", "ReadOnly", "Final", "ClassVar")


def type_of(text: str, names: Names = lambda name: name) -> Type:
    """The normal form of an annotation; of what is no expression its text."""
    if len(text) > _LONGEST:
        return Type("text", (Type(text),))
    try:
        return _type(ast.parse(text.strip(), mode="eval").body, names)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Type("text", (Type(" ".join(text.split())),))


def accepts(now: Type, was: Type) -> bool | None:
    """Whether all values of ``was`` are of ``now``; None if it is not known."""
    if now == was or now in (ANY, _OBJECT):
        return True
    if was == ANY or "text" in (now.name, was.name):
        return None
    found = [_member_accepted(each, _members(now)) for each in _members(was)]
    if all(found):
        return True
    return False if False in found else None


def full_name(name: str) -> str:
    """The one name of a class that has several in the standard library."""
    for module in _MODULES:
        if name.startswith(module):
            short = name.removeprefix(module)
            return _GENERIC.get(short, short if hasattr(builtins, short) or _abstract(short) else f"typing.{short}")
    return _RENAMED.get(name, name)


def builtin(name: str) -> type | None:
    """The class of Python itself with a full name, as ``full_name`` gives it."""
    module, _, own = name.rpartition(".")
    if not module:
        where: object = builtins if hasattr(builtins, name) else collections.abc
    elif module in _IMPORTED:
        where = import_module(module)
    else:
        return None
    found = getattr(where, own, None)
    return found if isinstance(found, type) else None


def bases_of(name: str) -> set[str]:
    """The full names of the bases, and of theirs, of a class of Python itself; empty for another."""
    known = tuple if name == "typing.NamedTuple" else dict if name == "typing.TypedDict" else builtin(name)
    return {_name_of(each) for each in known.__mro__} if known is not None else set()


def _name_of(known: type) -> str:
    module = known.__module__.replace("_collections_abc", "collections.abc")
    return full_name(known.__qualname__ if module == "builtins" else f"{module}.{known.__qualname__}")


def _abstract(name: str) -> bool:
    return hasattr(collections.abc, name)


def _type(node: ast.expr, names: Names) -> Type:
    match node:
        case ast.Constant(value=str() as text):
            return type_of(text, names)
        case ast.Constant(value=None):
            return NONE
        case ast.Name() | ast.Attribute():
            return _named(full_name(names(ast.unparse(node))), ())
        case ast.BinOp(op=ast.BitOr()):
            return _union((_type(node.left, names), _type(node.right, names)))
        case ast.Subscript():
            return _applied(node, names)
        case ast.List():
            return Type("[]", tuple(_type(each, names) for each in node.elts))
        case ast.Starred():
            return Type("*", (_type(node.value, names),))
    return Type("text", (Type(ast.unparse(node)),))


def _applied(node: ast.Subscript, names: Names) -> Type:
    head = _type(node.value, names).name
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    if head == "typing.Literal":
        return _union(Type("literal", (Type(ast.unparse(each)),)) for each in inner)
    if head.removeprefix("typing.") in _UNWRAPPED and inner:
        return _type(inner[0], names)
    arguments = tuple(_type(each, names) for each in inner)
    if head == "typing.Optional":
        return _union((*arguments, NONE))
    if head == "typing.Union":
        return _union(arguments)
    return _named(head, arguments)


def _named(name: str, arguments: tuple[Type, ...]) -> Type:
    """``list[Any]`` is ``list``."""
    return Type(name, () if all(each == ANY for each in arguments) else arguments)


def _union(members: Iterable[Type]) -> Type:
    found: dict[Type, None] = {}
    for each in members:
        found |= dict.fromkeys(_members(each))
    if ANY in found:
        return ANY
    return Type("|", tuple(sorted(found))) if len(found) > 1 else next(iter(found))


def _members(type_: Type) -> tuple[Type, ...]:
    return type_.parts if type_.name == "|" else (type_,)


def _member_accepted(was: Type, members: Iterable[Type]) -> bool | None:
    found = {_one_accepts(each, was) for each in members}
    return True if True in found else None if None in found else False


def _one_accepts(now: Type, was: Type) -> bool | None:
    if now in (was, _OBJECT):
        return True
    if "literal" in (now.name, was.name):
        return _about_literals(now, was)
    one, other = _class(now), _class(was)
    if one is None or other is None:
        return None
    if now.name in _PROMOTED.get(was.name, ()):
        return True
    if not issubclass(other, one):
        return False
    return True if not now.parts else None


def _about_literals(now: Type, was: Type) -> bool | None:
    if now.name == was.name:
        return False
    if now.name == "literal":
        known = _class(was)
        return None if known is None else False
    try:
        value = ast.literal_eval(str(was.parts[0].name))
    except (SyntaxError, ValueError):
        return None  # a member of an enum
    one = _class(now)
    return None if one is None else isinstance(value, one)


def _class(type_: Type) -> type | None:
    return type(None) if type_ == NONE else builtin(type_.name)

"""What a declaration and its definition have in common: of a function its qualified name, its parameters, and what is
behind them; of a variable its qualified name.

Two texts that differ may mean one function (``at::Tensor`` and ``Tensor``, where a namespace is used). Such a pair is
not found; a pair that is found is one. What is written with a scope that is around the function counts as without it. A
template counts with its head and its result, on which overloads may differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import NamedTuple

_TOKEN = re.compile(r"[^\W\d]\w*|::|->|\.\.\.|\d[\w.]*|\"[^\"]*\"|'[^']*'|[^\w\s]")
_WORD = re.compile(r"[^\W\d]\w*\Z")
_OPEN = {"(": ")", "[": "]", "{": "}"}
_CLOSE = frozenset(_OPEN.values())
_BUILTIN = frozenset((
    "void", "bool", "char", "short", "int", "long", "float", "double", "signed", "unsigned", "auto", "wchar_t",
    "char8_t", "char16_t", "char32_t", "size_t", "_Bool",
))  # fmt: skip
_CV = frozenset(("const", "volatile"))
_NO_TYPE = frozenset((
    "struct", "class", "union", "enum", "typename", "register", "restrict", "__restrict", "__restrict__",
))  # fmt: skip
_SPECIFIERS = frozenset(("static", "inline", "virtual", "explicit", "extern", "constexpr", "consteval", "friend"))
_QUALIFIERS = frozenset(("const", "volatile", "&"))
_DOUBTFUL = frozenset(("requires", "__attribute__", "__declspec", "decltype"))
_CAPITALS = re.compile(r"[A-Z][A-Z0-9_]{2,}\Z")
_INTERNAL = frozenset(("anonymous namespace", "specialization", "friend", "deleted", "defaulted", "pure", "kernel"))
_MOST_TOKENS = 600


class Entity(NamedTuple):
    """``digest``: equal for a declaration and its definition. ``exact``: their texts, as far as they mean something."""

    digest: str
    exact: str


def entity(name: str, head: str, traits: set[str], member: bool) -> Entity | None:
    """The entity of a function with a qualified name and a ``head``, its declaration in one line; None where it has no
    other place, or where its text leaves a doubt. ``member``: it is read in the body of its class."""
    declared = "declared" in traits
    if not traits.isdisjoint(_INTERNAL) or (member and not declared) or ("static" in traits and not member):
        return None
    tokens = _TOKEN.findall(head)
    if len(tokens) > _MOST_TOKENS or head.endswith("…") or not _DOUBTFUL.isdisjoint(tokens):
        return None
    heads, start = _templates(tokens)
    simple = _TOKEN.findall(_simple(name))
    at = _name(tokens, start, simple) if simple else -1
    if at < 0:
        return None
    qualified, begin = _qualifier(tokens, at)
    if "<" in qualified:
        if not heads or qualified.count("<") != 1 or not _is_primary(qualified, heads[0]):
            return None
        heads = heads[1:]  # that of the class, which a declaration in its body does not repeat
    opened = at + len(simple)
    closed = _closing(tokens, opened)
    if closed < 0:
        return None
    scopes = frozenset(name.split("::")[:-1])
    exact = list(_parameters(tokens[opened + 1 : closed]))
    shape = [*name.split("::"), "("]
    for each in exact:
        shape += [*_unscoped(each, scopes), ","]
    shape += [")", *_qualifiers(tokens[closed + 1 :])]
    written = " , ".join(map(" ".join, exact))
    if heads:
        result = [each for each in tokens[start:begin] if each not in _SPECIFIERS and not _CAPITALS.match(each)]
        shape += [";", *(" ".join(_parameter(each)) for head in heads for each in _split(head)), ";", *result]
        written += " ; " + " ".join(result)
    return Entity(blake2b(" ".join(shape).encode(), digest_size=8).hexdigest(), written)


def variable(name: str, traits: set[str], member: bool) -> str:
    """The digest of a variable with a qualified name; empty where it has no other place. ``member``: it is read in the
    body of its class, where only what is declared is defined elsewhere."""
    internal = not traits.isdisjoint(_INTERNAL | {"template"}) or ("static" in traits and not member)
    if internal or (member and "declared" not in traits):
        return ""
    return blake2b(f"{name} variable".encode(), digest_size=8).hexdigest()


def _simple(name: str) -> str:
    found = name.rfind("operator")
    if found == 0 or (found > 0 and name[found - 1] == ":"):
        return name[found:]
    return name.rpartition("::")[2]


def _templates(tokens: Sequence[str]) -> tuple[list[list[str]], int]:
    """The parameters of each ``template <...>``, and where the rest begins."""
    heads, at = [], 0
    while tokens[at : at + 2] == ["template", "<"]:
        depth, end = 0, at + 1
        while end < len(tokens):
            depth += (tokens[end] == "<") - (tokens[end] == ">")
            if not depth:
                break
            end += 1
        heads.append(list(tokens[at + 2 : end]))
        at = end + 1
    return heads, at


def _name(tokens: Sequence[str], start: int, simple: list[str]) -> int:
    """Where the name is, which is outside of all brackets, before a parenthesis; -1 if it is not there."""
    depth, length = 0, len(simple)
    for at in range(start, len(tokens) - length):
        token = tokens[at]
        if not depth and token == simple[0] and tokens[at : at + length] == simple and tokens[at + length] == "(":
            return at
        depth += (token in _OPEN or token == "<") - (token in _CLOSE or token == ">")
    return -1


def _qualifier(tokens: Sequence[str], at: int) -> tuple[list[str], int]:
    """What is written before a name with ``::``, and where it begins."""
    begin = at
    while begin > 0 and tokens[begin - 1] == "::":
        begin -= 1
        if begin > 0 and tokens[begin - 1] == ">":
            depth = 0
            while begin > 0:
                begin -= 1
                depth += (tokens[begin] == ">") - (tokens[begin] == "<")
                if not depth:
                    break
        if begin > 0 and _WORD.match(tokens[begin - 1]):
            begin -= 1
    return list(tokens[begin:at]), begin


def _is_primary(qualified: list[str], head: list[str]) -> bool:
    """Whether the arguments of a class template are its parameters: ``template <class T> void A<T>::f()``."""
    arguments = qualified[qualified.index("<") + 1 : len(qualified) - 1 - qualified[::-1].index(">")]
    names = []
    for each in _split(head):
        named = each[: each.index("=")] if "=" in each else each
        if not named:
            return False
        names.append([named[-1], "..."] if "..." in named else [named[-1]])
    return [list(each) for each in _split(arguments)] == names


def _closing(tokens: Sequence[str], opened: int) -> int:
    """Where a parenthesis is closed; -1 if it is not."""
    depth = 0
    for at in range(opened, len(tokens)):
        depth += (tokens[at] in _OPEN) - (tokens[at] in _CLOSE)
        if not depth:
            return at
    return -1


def _split(tokens: Sequence[str]) -> Iterator[list[str]]:
    """What is between commas outside of brackets."""
    depth, start = 0, 0
    for at, token in enumerate(tokens):
        if token == "," and not depth:
            yield list(tokens[start:at])
            start = at + 1
        depth += (token in _OPEN or token == "<") - (token in _CLOSE or token == ">")
    if tokens:
        yield list(tokens[start:])


def _parameters(tokens: Sequence[str]) -> Iterator[list[str]]:
    parts = list(_split(tokens))
    if parts != [["void"]]:
        yield from map(_parameter, parts)


def parameter_type(text: str) -> str:
    """The type of a parameter that is written so, as ``_parameter`` has it."""
    return " ".join(_parameter(_TOKEN.findall(text)))


def _parameter(tokens: list[str]) -> list[str]:
    """The type of a parameter: without its name, its default, and what does not count for its function."""
    depth = 0
    for at, token in enumerate(tokens):
        if token == "=" and not depth:
            tokens = tokens[:at]
            break
        depth += (token in _OPEN or token == "<") - (token in _CLOSE or token == ">")
    tokens = ["class" if each == "typename" else each for each in tokens]
    tokens = [each for at, each in enumerate(tokens) if each not in _NO_TYPE or (each == "class" and at == 0)]
    if tokens[:1] == ["class"] and len(tokens) > 2 and tokens[1] != "...":
        tokens = tokens[1:]
    if _is_to_function(tokens):
        # its name is inside
        return [
            each
            for at, each in enumerate(tokens)
            if not (_WORD.match(each) and tokens[at - 1 : at] in (["*"], ["&"]) and tokens[at + 1 : at + 2] == [")"])
        ]
    if "[" in tokens:
        at = tokens.index("[")
        end = at + 1 + tokens[at:].index("]") if "]" in tokens[at:] else len(tokens)
        tokens = [*_unnamed(tokens[:at]), "*", *tokens[end:]]
    else:
        tokens = _unnamed(tokens)
    if tokens[-1:] == ["const"] and len(tokens) > 1:
        tokens = tokens[:-1]
    if tokens[:1] == ["const"] and not {"*", "&"} & set(tokens):
        tokens = tokens[1:]
    return tokens


def _is_to_function(tokens: list[str]) -> bool:
    """Whether it is a pointer to a function, and not a type with one among its arguments."""
    depth = 0
    for token in tokens:
        if token == "(" and not depth:
            return True
        depth += (token == "<") - (token == ">")
    return False


def _unnamed(tokens: list[str]) -> list[str]:
    """Without the name at its end."""
    if len(tokens) < 2 or not _WORD.match(tokens[-1]) or tokens[-1] in _BUILTIN | _CV or tokens[-2] == "::":
        return tokens
    typed = any(_WORD.match(each) and each not in _CV for each in tokens[:-1])
    return tokens[:-1] if typed else tokens


def _unscoped(tokens: list[str], scopes: frozenset[str]) -> Iterator[str]:
    """Without the scopes that are around the function, and without the ``::`` of the outermost."""
    at = 0
    while at < len(tokens):
        begins = at == 0 or tokens[at - 1] != "::"
        if begins and tokens[at] == "::":
            at += 1
        while begins and at + 1 < len(tokens) and tokens[at] in scopes and tokens[at + 1] == "::":
            at += 2
        if at < len(tokens):
            yield tokens[at]
        at += 1


def _qualifiers(tokens: Sequence[str]) -> Iterator[str]:
    """``const``, ``&``: what is behind the parameters and counts."""
    for token in tokens:
        if token in _QUALIFIERS:
            yield token
        elif token in ("->", "=", ":", "{", "noexcept", "override", "final"):
            return

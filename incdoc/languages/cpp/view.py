"""What pages of C, C++ and CUDA sources say beside their facts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from ..facts import Definition, Facts
from ..language import Kind
from ..view import Role, View
from . import extensions

_LABELS = {
    "constructor": "constructor",
    "destructor": "destructor",
    "conversion": "conversion",
    "operator": "operator",
    "kernel": "CUDA kernel",
    "include guard": "include guard",
}


class CppView(View):
    """Words for C, C++ and CUDA."""

    implied: ClassVar[frozenset[str]] = frozenset(
        (
            *_LABELS,
            "declared",
            "defaulted",
            "deleted",
            "pure",
            "scoped",
            "device",
            "host",
            "constant memory",
            "shared memory",
            "managed memory",
            "typedef",
            "function-like",
        )
    )

    def label(self, definition: Definition, kind: Kind) -> str:
        """``constructor``, ``function, declared``."""
        word = next((_LABELS[trait] for trait in definition.traits if trait in _LABELS), kind.label or kind.name)
        return f"{word}, declared" if "declared" in definition.traits else word

    def call(self, definition: Definition, members: Sequence[Definition], modules: Mapping[str, str]) -> str:
        """Of what a module or library offers, the head says how it does, and not how it is used."""
        return "" if definition.kind in ("binding", "operator") else super().call(definition, members, modules)

    def roles(self, path: str, name: str, test: bool, facts: Facts) -> Iterator[Role]:
        """Tests, and programs."""
        if test:
            yield Role("Tests (by its name).")
        for each in facts.definitions:
            if each.kind == "function" and each.name == "main":
                yield Role("Program: it has a {code} function ({line}).", "main", each.line)
            elif each.kind == extensions.MODULE:
                named = "the Python module {code}"
                if extensions.is_given_by_build(each.name):
                    named = "a Python module, which the build names by {code}"
                yield Role(f"Makes {named} ({{line}}).", each.name, each.line)
        libraries = {each.name: each for each in reversed(facts.definitions) if each.kind == extensions.LIBRARY}
        for each in reversed(libraries.values()):
            yield Role("Registers operators of the library {code} with PyTorch ({line}).", each.name, each.line)

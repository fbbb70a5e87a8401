"""The inputs of pages, leaf by leaf: all leaves of one, and the places where two differ.

The walk is that of their encoding, so that the differences that are shown are those that made the keys differ. Only
read-only commands use this module.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct

from incdoc.pages.kind import encode


def explain(inputs: Any, label: str = "") -> Iterator[tuple[str, str]]:
    """(place, value) of every leaf of an inputs value, by the walk of its encoding."""
    if isinstance(inputs, Struct):
        for field in inputs.__struct_fields__:
            yield from explain(getattr(inputs, field), f"{label}.{field}" if label else field)
    elif isinstance(inputs, tuple):
        for position, item in enumerate(inputs):
            yield from explain(item, f"{label}[{position}]")
    else:
        yield label, inputs.hex() if isinstance(inputs, bytes) else str(inputs)


class Difference(Struct, frozen=True):
    """A place where two values differ, with its leaves on either side; None if only the other side has it."""

    place: str
    before: tuple[str, ...] | None
    after: tuple[str, ...] | None


def differences(before: Any, after: Any, label: str = "") -> Iterator[Difference]:
    """The places where two inputs values differ: there is one exactly if their encodings, and so their keys, differ."""
    if encode(before) == encode(after):
        return
    if isinstance(before, Struct) and type(before) is type(after):
        for field in before.__struct_fields__:
            place = f"{label}.{field}" if label else field
            yield from differences(getattr(before, field), getattr(after, field), place)
    elif isinstance(before, tuple) and isinstance(after, tuple):
        yield from _items(before, after, label)
    else:
        yield Difference(label, _leaves(before), _leaves(after))


def _items(before: tuple[Any, ...], after: tuple[Any, ...], label: str) -> Iterator[Difference]:
    old, new = [encode(item) for item in before], [encode(item) for item in after]
    for action, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if action == "replace" and i_end - i == j_end - j:
            for position in range(i_end - i):
                yield from differences(before[i + position], after[j + position], f"{label}[{j + position}]")
        elif action != "equal":
            yield from (Difference(f"{label}[{at}]", _leaves(before[at]), None) for at in range(i, i_end))
            yield from (Difference(f"{label}[{at}]", None, _leaves(after[at])) for at in range(j, j_end))


def _leaves(value: Any) -> tuple[str, ...]:
    return tuple(leaf for _, leaf in explain(value))

"""Drawings in Mermaid of at most 30 boxes: files of one folder are drawn as that folder where there are more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from incdoc.pages.markdown import mermaid

MOST_NODES = 30
"""The boxes of a drawing that a reader can take in."""
_FEWEST = 3
"""Neighbours that are worth a drawing: a list says it of fewer."""


def neighbours(name: str, imported: Iterable[str], importers: Iterable[str]) -> str:
    """A file between those that it imports and those that import it; empty where a list says as much."""
    imported, importers = set(imported), set(importers)
    near = imported | importers
    if len(near) < _FEWEST:
        return ""
    boxes = _folded(near, MOST_NODES - 1)
    labels = sorted(set(boxes.values()))
    if not labels or len(labels) < _FEWEST:
        return ""
    counts = {label: sum(each == label for each in boxes.values()) for label in labels}
    lines = ["graph LR", f'  self["{mermaid(name)}"]']
    to, back = {boxes[each] for each in imported}, {boxes[each] for each in importers}
    for number, label in enumerate(labels):
        count = counts[label]
        shown = label if label in near else f"{label or '.'}/ ({count} file{'' if count == 1 else 's'})"
        lines.append(f'  n{number}["{mermaid(shown)}"]')
    for number, label in enumerate(labels):
        arrow = "<-->" if label in to and label in back else "-->"
        lines.append(f"  self {arrow} n{number}" if label in to else f"  n{number} --> self")
    return "\n".join(lines)


def parts(pairs: Iterable[tuple[str, str]], folders: Iterable[str]) -> str:
    """The imports between the parts of a folder: with too many, only those between its ``folders``, by name; empty
    where a list says as much."""
    pairs = sorted(set(pairs))
    if len(_names(pairs)) > MOST_NODES:
        inner = set(folders)
        pairs = [(one, other) for one, other in pairs if one in inner and other in inner]
    names = _names(pairs)
    if len(pairs) < _FEWEST or len(names) > MOST_NODES:
        return ""
    nodes = {name: f"n{number}" for number, name in enumerate(names)}
    lines = ["graph LR", *(f'  {node}["{mermaid(name)}"]' for name, node in nodes.items())]
    found = set(pairs)
    for one, other in pairs:
        if (other, one) not in found:
            lines.append(f"  {nodes[one]} --> {nodes[other]}")
        elif one < other:
            lines.append(f"  {nodes[one]} <--> {nodes[other]}")
    return "\n".join(lines)


def _names(pairs: Iterable[tuple[str, str]]) -> list[str]:
    return sorted({each for pair in pairs for each in pair})


def _folded(paths: Iterable[str], most: int) -> Mapping[str, str]:
    """By path, the box that it is in: itself, else a folder above it, as deep as ``most`` boxes allow."""
    found = {path: path for path in paths}
    depth = max((path.count("/") for path in found), default=0)
    while len(set(found.values())) > most:
        if not depth:
            return {}
        found = {path: "/".join(path.split("/")[:-1][:depth]) for path in found}
        depth -= 1
    return found

"""How manifests name several modules at once: patterns with stars, conditions, the globs of workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath
from typing import Any

from incdoc.sources.paths import join


def inside(folder: str, written: str) -> str | None:
    """The path that ``written`` means in a folder; None if it is outside the repository."""
    if written.startswith("/"):
        return None
    path = normpath(join(folder, written)) if written else folder
    return None if path == ".." or path.startswith("../") else "" if path == "." else path


def mapped(paths: tuple[tuple[str, tuple[str, ...]], ...], written: str) -> Iterator[str]:
    """The places of the pattern that fits best: the name itself, else the longest text before the star."""
    best: tuple[int, tuple[str, ...], str] | None = None
    for pattern, places in paths:
        before, star, after = pattern.partition("*")
        if not star:
            if pattern == written:
                best = len(written) + 1, places, ""
        elif (best is None or len(before) > best[0]) and _has(written, before, after):
            best = len(before), places, written[len(before) : len(written) - len(after)]
    if best is not None:
        found = (inside("", place.replace("*", best[2], 1)) for place in best[1])
        yield from (path for path in found if path is not None)


def matched(said: Any, key: str, conditions: frozenset[str] | None) -> Iterator[str]:
    """The files that ``exports`` or ``imports`` name for a key, in order. ``conditions``: None for all."""
    if not isinstance(said, dict):
        return
    if key in said and "*" not in key:
        yield from _chosen(said[key], "", conditions)
        return
    best, star = "", ""
    for pattern in said:
        before, mark, after = pattern.partition("*")
        if not mark:
            if not pattern.endswith("/"):
                continue
            before = pattern
        better = (len(before), len(pattern)) > (len(best.partition("*")[0]), len(best))
        if better and key != before and _has(key, before, after):
            best, star = pattern, key[len(before) : len(key) - len(after)]
    if best:
        for place in _chosen(said[best], star, conditions):
            yield place + star if best.endswith("/") else place


def _chosen(value: Any, star: str, conditions: frozenset[str] | None) -> Iterator[str]:
    if isinstance(value, str):
        yield value.replace("*", star)
    elif isinstance(value, list):
        for each in value:
            yield from _chosen(each, star, conditions)
    elif isinstance(value, dict):
        for name, each in value.items():
            if conditions is None or name in conditions:
                yield from _chosen(each, star, conditions)


def is_member(folder: str, root: str, patterns: list[Any]) -> bool:
    """Whether a folder is a package of the workspace at ``root``."""
    if folder != root and root and not folder.startswith(root + "/"):
        return False
    parts = [each for each in folder[len(root) :].split("/") if each]
    found = False
    for pattern in patterns:
        if isinstance(pattern, str):
            wanted = pattern.removeprefix("!")
            if found == (wanted != pattern) and _fits(parts, wanted):
                found = wanted == pattern
    return found


def _fits(parts: list[str], pattern: str) -> bool:
    """Whether the parts of a path fit a pattern with ``*`` and ``**``."""
    wanted = [each for each in pattern.split("/") if each not in ("", ".")]
    reached = {0}
    for part in parts:
        reached = _through(wanted, reached)
        after = set()
        for at in reached:
            if at < len(wanted) and wanted[at] == "**":
                after.add(at)
            elif at < len(wanted) and _is_like(part, wanted[at]):
                after.add(at + 1)
        reached = after
    return len(wanted) in _through(wanted, reached)


def _through(wanted: list[str], reached: set[int]) -> set[int]:
    found = set(reached)
    for at, each in enumerate(wanted):
        if at in found and each == "**":
            found.add(at + 1)
    return found


def _has(text: str, before: str, after: str) -> bool:
    return len(text) >= len(before) + len(after) and text.startswith(before) and text.endswith(after)


def _is_like(part: str, pattern: str) -> bool:
    """Whether a name fits a pattern with stars."""
    pieces = pattern.split("*")
    if len(pieces) == 1:
        return part == pattern
    if not _has(part, pieces[0], pieces[-1]):
        return False
    at, end = len(pieces[0]), len(part) - len(pieces[-1])
    for piece in pieces[1:-1]:
        at = part.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True

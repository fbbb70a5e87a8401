"""``incdoc why PATH``: why a page would be made or a source read, or why not."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.query_command import COMMON, QueryCommand, dry_run, format_option
from incdoc.plugin.tasks import planned, unescape
from incdoc.plugin.terminal import one_line

if TYPE_CHECKING:
    from incdoc.pages.differences import Difference
    from incdoc.query.why import Reason, Source

_MOST = 8
"""Differing inputs of a page that the text shows; JSON has them all."""
_WIDTH = 60
_STATES = {
    "written": "would be written",
    "rendered": "would be rendered again, with the same text",
    "removed": "would be removed",
    "failed": "could not be made",
    "current": "is up to date",
}
_ENDS = {"changed": "changed", "added": "was added", "removed": "was removed"}
_DIGEST = re.compile(r"[0-9a-f]{40,}")


class Why(QueryCommand):
    """Explain a page or a source by the plan."""

    name = "why"
    doc_purpose = "explain why a page would be made or a source read, or why not"
    doc_usage = "PATH"
    doc_description = (
        "PATH is a source, a page, a folder or the name of a task. A path is relative to the current folder, or where "
        "nothing is there to the project. Printed paths are relative to the project."
    )
    cmd_options = (format_option("text", "json"), *COMMON)
    examples = (
        ("src/a.py", "whether a source changed, and which pages that reaches"),
        ("docs/reference/src/a.py_docs.md", "why a page would be made again"),
    )

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """Explain; 0."""
        if len(arguments) != 1 or not arguments[0]:
            raise InvalidCommand("why takes one path: of a source, a page or a folder, or the name of a task.")
        from incdoc.query.why import Why as Explanation
        from incdoc.sources.blob import escape_non_utf8

        with dry_run(options) as found:
            found.link()
            with closing(Explanation(found)) as why:
                given = escape_non_utf8(arguments[0])
                path = below(arguments[0], found.config.root)
                name, tasks = why.find(given, path and escape_non_utf8(path), (given, planned(given), unescape(given)))
                absence = why.absence(name)
                source = why.source(name)
                reasons = [why.reason(task) for task in tasks]
                reached = list(why.reached(name)) if source and source.state != "unchanged" else []
        write = _json if options["format"] == "json" else _text
        lines = write(source, reasons, reached, absence)
        print("\n".join(lines if write is _json else map(one_line, lines)))
        return 0


def below(path: str, root: str) -> str | None:
    """A path of the command line relative to the project; None where it leads out of it. A link is what it is, and not
    what it leads to; one among the folders before it is followed."""
    place = os.path.normpath(os.path.join(os.getcwd(), path))
    if place != root and not place.startswith(root.rstrip(os.sep) + os.sep):
        place = os.path.join(os.path.realpath(os.path.dirname(place)), os.path.basename(place))
    relative = os.path.relpath(place, root).replace(os.sep, "/")
    return None if relative == ".." or relative.startswith("../") else relative


def _text(source: Source | None, reasons: list[Reason], reached: list[Reason], absence: str | None) -> Iterator[str]:
    from incdoc.sources.blob import printable

    if absence is not None:
        yield absence
    if source is not None:
        yield f"{printable(source.path)} {_became(source)}"
    for reason in reasons:
        name = " ".join(map(printable, reason.pages)) or reason.task
        yield f"{name} {_STATES[reason.state]}: {printable(reason.cause)}"
        if reason.differences is None and reason.state != "current":
            yield "  what its inputs were in the last build is not known"
        shown = reason.differences or ()
        yield from (f"  {describe(each)}" for each in shown[:_MOST])
        if len(shown) > _MOST:
            yield f"  and {len(shown) - _MOST:,} more inputs"
        for chain in reason.chains:
            if source is None or chain[-1].path != source.path:
                way = " uses ".join(printable(each.path) for each in chain[:2])
                way += "".join(f", which uses {printable(each.path)}" for each in chain[2:])
                yield f"  {way}{', which' if len(chain) > 1 else ''} {_ENDS[chain[-1].state]}"
    if reached:
        yield "Because of it, these pages would be made again:"
        for reason in reached:
            name = " ".join(map(printable, reason.pages)) or reason.task
            yield f"  {name}: {printable(reason.cause)}"


def _became(source: Source) -> str:
    if source.state == "unchanged":
        return "did not change"
    if source.state == "removed":
        return "was removed"
    read = "it is parsed" if source.parsed else "this content was parsed before"
    if source.state == "added":
        return f"was added ({source.after[:10] or 'no regular file'}); {read}"
    if source.before == source.after:
        return f"did not change; {read}"
    return f"changed ({source.before[:10]} → {source.after[:10]}); {read}"


def describe(each: Difference) -> str:
    """One line about an input that differs."""
    if each.before is None:
        return f"{each.place}: {_short(each.after)} was added"
    if each.after is None:
        return f"{each.place}: {_short(each.before)} was removed"
    return f"{each.place}: {_short(each.before)} → {_short(each.after)}"


def _short(leaves: tuple[str, ...] | None) -> str:
    from incdoc.sources.blob import printable

    value = " ".join(leaf[:10] if _DIGEST.fullmatch(leaf) else printable(leaf) for leaf in leaves or () if leaf)
    return (value if len(value) <= _WIDTH else value[: _WIDTH - 1] + "…") or "nothing"


def _json(source: Source | None, reasons: list[Reason], reached: list[Reason], absence: str | None) -> Iterator[str]:
    import json

    from msgspec import to_builtins

    answer = {"source": source, "tasks": reasons, "reaches": reached, "absence": absence}
    yield json.dumps(to_builtins(answer), indent=2)

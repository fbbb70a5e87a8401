"""``incdoc diff BASE [HEAD]``: what changed in the API, which changes break users, and what was not compared."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.command import opt_color
from incdoc.plugin.query_command import COMMON, QueryCommand, dry_run, flag, format_option
from incdoc.plugin.terminal import is_colored, show

if TYPE_CHECKING:
    from incdoc.query.breaking import ApiDifference

BREAKING = 1
NOT_COMPARED = 4


class Diff(QueryCommand):
    """Compare a commit with another one, or with the work tree."""

    name = "diff"
    doc_purpose = "list what changed in the API since a commit"
    doc_usage = "BASE [HEAD]"
    doc_description = (
        "Compares two commits, which are read from git; without HEAD, the commit BASE with the files of the work tree "
        "that incdoc documents, as git diff does, new files that git does not ignore included. Nothing is written."
    )
    cmd_options = (
        format_option("text", "markdown", "json"),
        flag("exit-code", "exit with status 1 if a change breaks users of the API, 4 if a change was not compared"),
        flag("allow-unread", "do not exit with status 4 for what was not compared"),
        opt_color,
        *COMMON,
    )
    examples = (
        ("HEAD~1", "what changed since the commit before the last"),
        ("v1.0 v2.0 --format markdown", "notes of a release"),
        ("main HEAD --exit-code", "in CI: fail if the branch breaks users"),
    )

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0; 1 if a source could not be read; with --exit-code 1 if a change breaks users, else 4 if a changed source
        was not compared or a source could not be read."""
        if len(arguments) not in (1, 2):
            raise InvalidCommand("diff takes one or two commits: incdoc diff BASE [HEAD].")
        if len(arguments) == 2 and not arguments[1]:
            raise InvalidCommand("HEAD is empty. Name a commit, or leave it out to compare with the work tree.")
        from incdoc.query.breaking import difference

        with dry_run(options) as found:
            answer = difference(found, *arguments)
            incomplete = found.session.workspace.incomplete
        write = {"text": _text, "markdown": _markdown, "json": _json}[options["format"]]
        colored = options["format"] == "text" and is_colored(sys.stdout, options["color"])
        for line in write(answer) if not options["silent"] else ():
            style = {"! ": "red", "? ": "yellow"}.get(line[:2], "")
            show((style, line), colored=colored)
        if not options["exit-code"]:
            return int(incomplete)
        if answer.breaking:
            return BREAKING
        return NOT_COMPARED if (answer.not_compared or incomplete) and not options["allow-unread"] else 0


def _text(answer: ApiDifference) -> Iterator[str]:
    from incdoc.query.breaking import summary
    from incdoc.sources.blob import printable

    for each in answer.changes:
        place = f"{each.path}:{each.line}" if each.line else each.path
        detail = f" ({each.detail})" if each.detail else ""
        yield printable(f"{'! ' if each.breaking else '  '}{each.name}: {each.kind}{detail}  {place}")
    for left in answer.not_compared:
        yield printable(f"? {left.path}: not compared ({left.type}): {left.reason}")
    yield from summary(answer)


def _markdown(answer: ApiDifference) -> Iterator[str]:
    from incdoc.pages.markdown import code, text
    from incdoc.query.breaking import summary

    yield "### API changes\n"
    for title, breaking in (("Breaking", True), ("Other", False)):
        found = [each for each in answer.changes if each.breaking is breaking]
        if found:
            yield f"**{title}**\n\n| Name | What | Detail |\n|---|---|---|"
            for each in found:
                detail = code(each.detail, cell=True) if each.detail else ""
                yield f"| {code(each.name, cell=True)} | {text(each.kind)} | {detail} |"
            yield ""
    if answer.not_compared:
        yield "**Not compared**\n\n| File | Type | Why |\n|---|---|---|"
        for left in answer.not_compared:
            yield f"| {code(left.path, cell=True)} | {text(left.type)} | {text(left.reason)} |"
        yield ""
    yield text(" ".join(summary(answer)))


def _json(answer: ApiDifference) -> Iterator[str]:
    import json

    from msgspec import to_builtins

    said = {"breaking": bool(answer.breaking)} | to_builtins(answer)
    yield json.dumps(said | {"head": answer.head or None}, indent=2)

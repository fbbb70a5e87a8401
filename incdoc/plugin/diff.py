"""``incdoc diff BASE [HEAD]``: what changed in the API between two commits, and which changes break users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.query_command import COMMON, QueryCommand, dry_run, flag, format_option

if TYPE_CHECKING:
    from incdoc.query.breaking import ApiChange


class Diff(QueryCommand):
    """Compare two commits from git's objects."""

    name = "diff"
    doc_purpose = "what changed in the API between two commits"
    doc_usage = "BASE [HEAD]"
    doc_description = "Nothing is checked out. HEAD is the commit that is checked out, or the one that is named."
    cmd_options = (
        format_option("text", "markdown", "json"),
        flag("exit-code", "exit with status 1 if a change breaks users of the API"),
        *COMMON,
    )

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0; 1 if a change breaks users and --exit-code is given, or if a source could not be read."""
        if len(arguments) not in (1, 2):
            raise InvalidCommand("diff takes one or two commits: incdoc diff BASE [HEAD].")
        from incdoc.query.breaking import changes
        from incdoc.sources.objects import commit

        with dry_run(options) as found:
            root = found.config.root
            base, head = commit(root, arguments[0]), commit(root, arguments[1] if len(arguments) > 1 else "HEAD")
            changed = changes(found.session.workspace, base, head)
            incomplete = found.session.workspace.incomplete
        write = {"text": _text, "markdown": _markdown, "json": _json}[options["format"]]
        for line in write(changed):
            print(line)
        return int(incomplete or (options["exit-code"] and any(each.breaking for each in changed)))


def _text(changed: list[ApiChange]) -> Iterator[str]:
    from incdoc.sources.blob import printable

    for each in changed:
        place = f"{each.path}:{each.line}" if each.line else each.path
        detail = f" ({each.detail})" if each.detail else ""
        yield printable(f"{'! ' if each.breaking else '  '}{each.name}: {each.kind}{detail}  {place}")
    count = sum(each.breaking for each in changed)
    yield f"{len(changed):,} changes, {count:,} of them breaking." if changed else "The API did not change."


def _markdown(changed: list[ApiChange]) -> Iterator[str]:
    from incdoc.pages.markdown import code, text

    yield "### API changes\n"
    for title, breaking in (("Breaking", True), ("Other", False)):
        found = [each for each in changed if each.breaking is breaking]
        if found:
            yield f"**{title}**\n\n| Name | What | Detail |\n|---|---|---|"
            for each in found:
                detail = code(each.detail, cell=True) if each.detail else ""
                yield f"| {code(each.name, cell=True)} | {text(each.kind)} | {detail} |"
            yield ""
    if not changed:
        yield "The API did not change."


def _json(changed: list[ApiChange]) -> Iterator[str]:
    import json

    from msgspec import to_builtins

    breaking = any(each.breaking for each in changed)
    yield json.dumps(to_builtins({"breaking": breaking, "changes": changed}), indent=2)

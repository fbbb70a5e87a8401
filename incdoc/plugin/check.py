"""``incdoc check``: which pages are not up to date, and why."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from incdoc.config import OutputError
from incdoc.plugin.active_build import active_build
from incdoc.plugin.command import opt_color
from incdoc.plugin.query_command import COMMON, QueryCommand, dry_run, flag, format_option
from incdoc.plugin.terminal import is_colored, one_line, show

if TYPE_CHECKING:
    from incdoc.query.dry_run import DryRun, Finding

SUMMARY_LIMIT = 1024 * 1024
"""The most bytes of a step's summary: GitHub drops a longer one."""
ANNOTATIONS = 10
"""The most errors of one step that GitHub shows."""
_HINT = "Run incdoc and commit what it writes."


class Check(QueryCommand):
    """Do a dry run and report it."""

    name = "check"
    doc_purpose = "list the pages that are not up to date, and write none"
    doc_usage = ""
    doc_description = (
        "Lists the pages that a build would write or remove, each with its cause. "
        "If there is no cache yet, what was learned is kept there. "
        "Exit status: 0 if all pages are up to date, 1 if not, 3 if the check could not start."
    )
    cmd_options = (
        format_option("text", "json", "github"),
        flag("diff", "show what a build would change in each page"),
        opt_color,
        *COMMON,
    )
    examples = (
        ("", "whether the pages are up to date"),
        ("--diff", "what a build would change"),
        ("--format github", "with annotations and a summary, in GitHub Actions"),
    )

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0 if every page is up to date, else 1."""
        self.reject_arguments(arguments)
        with dry_run(options) as found:
            found.run()
            kept = found.keep()
            if kept:
                active_build.note(
                    f"There was no cache: what was learned of {kept:,} {'source' if kept == 1 else 'sources'} is kept "
                    f"in {one_line(found.config.cache)}, so that the next check or build is fast."
                )
            write = {"text": _text, "json": _json, "github": _github}[options["format"]]
            colored = options["format"] == "text" and is_colored(sys.stdout, options["color"])
            for block in write(found, options["diff"]) if not options["silent"] else ():
                show(*_styled(block) if colored else (block,), colored=colored)
            return 1 if found.findings or found.problems else 0


_STATES = re.compile(r" is (stale|missing|orphaned|edited): ")
_DIFFERENCE = {"+": "green", "-": "red", "@": "cyan"}


def _styled(block: str) -> Iterator[str | tuple[str, str]]:
    """The lines of a text or of a difference with their styles."""
    for number, line in enumerate(block.split("\n")):
        yield "\n" if number else ""
        state = _STATES.search(line)
        if state and not number:
            yield from (("bold", line[: state.start()]), " is ", ("yellow", state[1]), line[state.end() - 2 :])
        else:
            style = _DIFFERENCE.get(line[:1]) if number or line.startswith("---") else None
            yield (style, line) if style else line


def _text(found: DryRun, diff: bool) -> Iterator[str]:
    from incdoc.sources.blob import printable

    for finding in found.findings:
        yield f"{printable(finding.page)} is {finding.state}: {printable(finding.cause)}"
        if diff:
            yield found.difference(finding)
    yield from map(one_line, found.problems)
    yield _conclusion(found)


def _conclusion(found: DryRun) -> str:
    count = found.session.statistics.pages
    if not found.findings:
        return (
            f"{count:,} pages are up to date."
            if not found.problems
            else "Some pages cannot be made: see the messages above."
        )
    states: dict[str, int] = {}
    for finding in found.findings:
        states[finding.state] = states.get(finding.state, 0) + 1
    return f"{', '.join(f'{n:,} {state}' for state, n in sorted(states.items()))}. {_HINT}"


def _json(found: DryRun, diff: bool) -> Iterator[str]:
    import json

    pages = [
        {"page": finding.page, "state": finding.state, "cause": finding.cause, "task": finding.task}
        | {"source": finding.source or None}
        | ({"diff": found.difference(finding)} if diff else {})
        for finding in found.findings
    ]
    current = not found.findings and not found.problems
    yield json.dumps({"current": current, "pages": pages, "problems": found.problems}, indent=2)


def _github(found: DryRun, diff: bool) -> Iterator[str]:
    """Annotations; the whole list in the log, and as a table in the step's summary."""
    messages = [f"::error title=incdoc::{_data(problem)}" for problem in found.problems]
    messages += _annotations(found)
    shown = messages if len(messages) <= ANNOTATIONS else messages[: ANNOTATIONS - 1]
    yield from shown
    if len(shown) < len(messages):
        yield f"::error title=incdoc::{len(messages) - len(shown):,} more; they are in the log and in the summary."
    log = "\n".join(_text(found, diff))
    # a page's text may look like a workflow command: the runner executes none until it reads the token
    token = blake2b(log.encode("utf-8", "replace"), digest_size=16).hexdigest()
    yield f"::stop-commands::{token}\n{log}\n::{token}::"
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with open(summary, "ab") as stream:
                stream.write(_summary(found, SUMMARY_LIMIT - stream.tell()))
        except OSError as error:
            raise OutputError(f"GITHUB_STEP_SUMMARY: {summary} cannot be written: {error.strerror}.") from error


def _annotations(found: DryRun) -> Iterator[str]:
    """One for each source that caused findings, at that source, where reviewers see it; for a page whose source is not
    known or is gone, at the page."""
    within = _workspace_path(found.config.root)
    caused: dict[str, list[Finding]] = {}
    for each in found.findings:
        caused.setdefault(each.source or each.page, []).append(each)
    for place, findings in sorted(caused.items(), key=lambda item: (not item[1][0].source, item[0])):
        first, count = findings[0], len(findings)
        if not first.source:
            title, text = f"Page is {first.state}", f"{first.page} is {first.state}: {first.cause}."
        else:
            more = f" and {count - 1:,} more" if count > 1 else ""
            title = (
                "A reference page is not up to date" if count == 1 else f"{count:,} reference pages are not up to date"
            )
            text = f"{first.page} is {first.state}{more}: {first.cause}."
        yield f"::error file={_property(within + place)},title={_property(title)}::{_data(f'{text} {_HINT}')}"


def _workspace_path(root: str) -> str:
    """What the paths of the project begin with, relative to the checkout in which GitHub runs the step."""
    top = os.environ.get("GITHUB_WORKSPACE")
    relative = os.path.relpath(root, os.path.realpath(top)).replace(os.sep, "/") if top else "."
    return "" if relative == "." or relative.startswith("../") else f"{relative}/"


def _summary(found: DryRun, limit: int) -> bytes:
    from incdoc.pages.markdown import code, text

    lines = [f"### Reference pages\n\n{text(_conclusion(found))}\n"]
    lines += [f"- {text(problem)}\n" for problem in found.problems]
    if found.findings:
        lines.append("\n| Page | State | Cause |\n|---|---|---|\n")
    rows = [f"| {code(each.page, cell=True)} | {each.state} | {text(each.cause)} |\n" for each in found.findings]
    written, room = b"", limit - 100
    for number, line in enumerate([*lines, *rows]):
        data = line.encode("utf-8", "replace")
        if len(written) + len(data) > room:
            left = len(lines) + len(rows) - number
            return written + f"\n{left:,} more lines are in the log.\n".encode() if room > 0 else b""
        written += data
    return written


def _data(value: str) -> str:
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    return _data(value).replace(":", "%3A").replace(",", "%2C")

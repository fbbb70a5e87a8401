"""Scenarios: one behaviour a text file, as numbered edits with the tasks that must run after each.

::

    What the behaviour is, in a sentence or two.

    [file pkg/a.py]             a file that is there from the start
    ...its text...

    [1: replace pkg/a.py]       an edit; several of one number are done before one build
    the old text
    =>
    the new text

    [runs]                      the tasks that must run, and no others; ``none`` where nothing runs
    parse:pkg/a.py
    docs:pkg/a.py
    docs:*                      every task of a kind that has a page
    gone kw:pkg/b.py            a task that ran and has no page any more, or none of incdoc's
    same kw:pkg/a.py            a task that ran, and whose page was as it should be: it is not written

    [says]                      lines that the build must print (their beginning or any part)

``[runs, exit 1]`` where the build must end so. The edits are in ``edits.py``. ``#`` begins a remark in ``[runs]``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

_HEAD = re.compile(
    r"^\[(?:file (?P<file>.+)|(?P<number>\d+): (?P<edit>.+)|runs(?:, exit (?P<exit>\d+))?|(?P<says>says))\]$"
)


class Edit(NamedTuple):
    """``verb`` and its ``arguments`` from the heading; ``body``: the lines below it."""

    verb: str
    arguments: list[str]
    body: str


class Step(NamedTuple):
    """Edits, and what the build after them must do."""

    edits: list[Edit]
    runs: list[str]
    status: int
    says: list[str]


class Scenario(NamedTuple):
    """One file."""

    title: str
    files: dict[str, str]
    steps: list[Step]


class ScenarioError(Exception):
    """A scenario has a wrong format; the message says where."""


def read(path: Path) -> Scenario:
    """The scenario in a text file. Raises ScenarioError."""
    title, sections = _sections(path)
    files: dict[str, str] = {}
    steps: list[Step] = []
    edits: list[Edit] = []
    for line, head, body in sections:
        if head["file"]:
            files[head["file"]] = body
        elif head["number"]:
            if int(head["number"]) != len(steps) + 1:
                raise ScenarioError(f"{path.name}, line {line}: this is edit {len(steps) + 1}, not {head['number']}")
            verb, *arguments = head["edit"].split()
            edits.append(Edit(verb, arguments, body))
        elif head["says"]:
            steps[-1].says.extend(body.splitlines())
        else:
            runs = [each for text in body.splitlines() if (each := text.partition("#")[0].strip())]
            if not edits or not runs:
                raise ScenarioError(f"{path.name}, line {line}: [runs] needs an edit before it, and a list or none")
            steps.append(Step(edits, [] if runs == ["none"] else runs, int(head["exit"] or 0), []))
            edits = []
    if edits or not steps or not title:
        raise ScenarioError(f"{path.name}: a scenario has a title, edits, and [runs] after each of them")
    return Scenario(title, files, steps)


def _sections(path: Path) -> tuple[str, list[tuple[int, re.Match[str], str]]]:
    title: list[str] = []
    found: list[tuple[int, re.Match[str], list[str]]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        head = _HEAD.match(line)
        if head:
            found.append((number, head, []))
        else:
            (found[-1][2] if found else title).append(line)
    bodies = [(number, head, "\n".join(lines).strip("\n")) for number, head, lines in found]
    return " ".join(title).strip(), [(number, head, body + "\n" if body else "") for number, head, body in bodies]

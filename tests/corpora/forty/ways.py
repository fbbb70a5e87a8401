"""Three ways to an answer: incdoc's questions, grep and reading, and the project in one file by repomix."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.corpora.npm import installed
from tests.support import ENVIRONMENT

from .judge import missing, missing_in_sources
from .projects import INCDOC, Project
from .questions import Question

REPOMIX = "1.18.1"
COMMANDS = {
    "where": "show",
    "users": "uses",
    "tests": "uses",
    "inherited": "show",
    "api": "show",
    "rename": "uses",
    "errors": "show",
    "folder": "outline",
}
"""By kind of question, the command whose help says that it answers such."""
_CHOICE = "Choose one by its path"


class Answer(NamedTuple):
    """``wrong``: what is missing, or should not be there; ``bytes``: what there was to read."""

    text: str
    wrong: list[str]
    bytes: int


def ask_incdoc(question: Question, project: Project) -> Answer:
    """The answer of the one command of its kind; of more than one subject, while there is a choice."""
    text = ""
    for subject in question.subjects:
        text += _run([*INCDOC, COMMANDS[question.kind], subject], project.built)
        if _CHOICE not in text:
            break
    return Answer(text, missing(question, text), len(text.encode()))


def read(question: Question, project: Project) -> Answer:
    """What grep, sed and cat print."""
    text = "".join(_run(["sh", "-c", each], project.plain) for each in question.reading)
    return Answer(text, missing_in_sources(question, project.plain, text), len(text.encode()))


def search_packed(question: Question, project: Project, packed: str) -> Answer:
    """What the file of repomix has, of which a reader has to read all."""
    wrong = missing_in_sources(question, project.plain, packed, sections(packed))
    return Answer("", wrong, len(packed.encode()))


def pack(project: Project) -> str:
    """The project in one file, with the bodies of functions left out. Raises FetchError."""
    program = installed(f"repomix-{REPOMIX}", f"repomix@{REPOMIX}") / "node_modules" / ".bin" / "repomix"
    options = "--compress", "--stdout", "--style", "xml", "--no-security-check", "--no-git-sort-by-changes"
    return _run([str(program), *options, "."], project.plain)


def sections(packed: str) -> dict[str, str]:
    """By path, what repomix has of a file."""
    return dict(re.findall(r'^<file path="([^"]+)">\n(.*?)\n</file>$', packed, re.MULTILINE | re.DOTALL))


def _run(command: list[str], folder: Path) -> str:
    """What a command prints; where nothing is found its status is 1."""
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT | {"LC_ALL": "C.UTF-8"}, capture_output=True, check=False
    )
    assert done.returncode in (0, 1), f"{command}: {done.stderr.decode()}"
    return done.stdout.decode(errors="replace")

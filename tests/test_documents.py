"""What contributors are told exists: every file, name, task and link in the documents for them."""

from __future__ import annotations

import re
from functools import cache
from inspect import isfunction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dodo
from tests.test_layers import MAY_IMPORT

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
DOCUMENTS = ("CONTRIBUTING.md", "docs/design.md")
OUTPUT = "docs/reference"
SUFFIXES = (".py", ".md", ".toml", ".txt", ".scm", ".jinja", ".yml", ".json")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
COMMANDS = ("list", "run", "info", "clean", "forget", "help", "watch")
"""Doit's own, and that of ``pyproject.toml``."""


@cache
def repository() -> tuple[frozenset[str], str]:
    """The paths of the sources, and all their text."""
    tops = ("incdoc", "tests", "docs", "ci", ".ci", "*.py", "*.toml", "*.md", "*.yml")
    found = [file for top in tops for start in ROOT.glob(top) for file in (start, *start.rglob("*")) if file.is_file()]
    found = [file for file in found if "__pycache__" not in file.parts and file.suffix != ".pyc"]
    names = frozenset(file.relative_to(ROOT).as_posix() for file in found)
    code = [file for file in found if file.suffix in (".py", ".toml", ".scm", ".jinja")]
    return names, "\n".join(file.read_text("utf-8") for file in code)


def spans(text: str) -> list[str]:
    """The texts between backticks outside of blocks."""
    return re.findall(r"`([^`\n]+)`", FENCE.sub("", text))


def is_path(span: str) -> bool:
    """``incdoc/pages/`` and ``dodo.py`` are, ``X_docs.md``, which is made up, is not."""
    return (
        bool(re.fullmatch(r"[\w./*-]+", span))
        and not re.search(r"(^|/)[A-Z]+[_.][\w.]*$|NAME", span.replace("CONTRIBUTING.md", "").replace("README.md", ""))
        and ("/" in span.rstrip("/") or span.endswith(("/", *SUFFIXES)))
    )


def exists(path: str) -> bool:
    """Below the repository, below ``incdoc`` or below ``tests``; a folder ends with a slash, a star is a glob's."""
    names, _ = repository()
    if path.startswith(OUTPUT):
        return True
    pattern = re.escape(path).replace(r"\*", "[^/]*") + (".*" if path.endswith("/") else "(/.*)?")
    return any(re.fullmatch(f"(incdoc/|tests/)?{pattern}", name) for name in names)


def missing(text: str) -> Iterator[str]:
    """What a document names and the repository does not have."""
    _, code = repository()
    tasks = {name.removeprefix("task_") for name in vars(dodo) if name.startswith("task_")}
    for span in spans(text):
        if is_path(span):
            if not exists(span):
                yield f"no such file: {span}"
        elif words := re.fullmatch(r"doit ((?:[a-z_-]+ ?)+)", span):
            yield from (f"no such task: {each}" for each in words[1].split() if each not in {*tasks, *COMMANDS})
        elif re.fullmatch(r"[A-Za-z_][\w.]*(\(\))?", span):
            name = span.removesuffix("()").rpartition(".")[2]
            if not re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", code):
                yield f"no such name: {span}"


def anchors(text: str) -> set[str]:
    """The headings, as GitHub names them."""
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.MULTILINE)
    }


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_exists(document: str) -> None:
    assert list(missing((ROOT / document).read_text("utf-8"))) == []


@pytest.mark.parametrize("document", (*DOCUMENTS, "README.md"))
def test_links_lead_somewhere(document: str) -> None:
    here = ROOT / document
    for target in re.findall(r"\]\(([^)\s]+)\)", FENCE.sub("", here.read_text("utf-8"))):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = here.parent / path if path else here
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text("utf-8")), target


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("`incdoc/pages/nowhere.py`", ["no such file: incdoc/pages/nowhere.py"]),
        ("`pages/` and `tests/*.toml`", ["no such file: tests/*.toml"]),
        ("`doit test lint`, `doit explode`", ["no such task: explode"]),
        ("`Config.load`, `no_such_" + "thing()`", ["no such name: no_such_" + "thing()"]),
        ("`X_docs.md` and\n```\n`nowhere.py`\n```\n", []),
    ],
)
def test_what_is_missing_is_found(text: str, said: list[str]) -> None:
    assert list(missing(text)) == said


def test_the_table_of_rooms_is_in_the_order_of_imports() -> None:
    rooms = re.findall(r"^\| `([a-z]+)/?` \|", (ROOT / "docs/design.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rooms) == sorted(MAY_IMPORT.keys() - {""})
    for room in rooms:
        assert MAY_IMPORT[room] <= set(rooms[: rooms.index(room)]), room


def test_the_glossary_is_sorted() -> None:
    text = (ROOT / "docs/design.md").read_text("utf-8")
    terms = re.findall(
        r"^\*\*([^*]+)\.\*\*", text[text.index("## Glossary") : text.index("## How a build")], re.MULTILINE
    )
    assert terms == sorted(set(terms))


def test_the_tasks_of_the_project_run_programs() -> None:
    """Each command begins with one that is installed."""
    own = [each for each in vars(dodo).values() if isfunction(each) and each.__name__.startswith("task_")]
    commands = [command for each in own if each.__module__ == "dodo" for command in each()["actions"]]
    assert len(commands) > 10
    assert [command for command in commands if not command.startswith(f"{dodo.PYTHON} -m ")] == []

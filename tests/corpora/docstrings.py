"""How many sections of the docstrings of real projects the pages show, of those that griffe finds.

    python -m tests.corpora.docstrings

For each project: how many docstrings have sections in each style, how many sections griffe finds in them, and how many
of these are here, of the same kind and with all of its names. ``-v`` also prints the others.
"""

from __future__ import annotations

import ast
import re
import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from griffe import Docstring

from incdoc.languages.markup.document import KINDS, Fields
from incdoc.languages.python.docstrings import read, style_of

from . import fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from incdoc.languages.markup.document import Blocks

PROJECTS: dict[str, Callable[[], Path]] = {
    "django 5.2": lambda: fetch.corpus("django"),
    "torch 2.13.0": lambda: fetch.corpus("torch"),
    "absl-py 2.5.1": lambda: fetch.modules("absl-py", "2.5.1"),
    "scipy 1.17.1": lambda: fetch.modules("scipy", "1.17.1"),
    "sqlalchemy 2.1.9": lambda: fetch.release("sqlalchemy", "2.1.9"),
    "twisted 26.10.0": lambda: fetch.modules("twisted", "26.10.0"),
    "httpx 0.28.1": lambda: fetch.modules("httpx", "0.28.1"),
    "opentelemetry-sdk 1.45.2": lambda: fetch.modules("opentelemetry-sdk", "1.45.2"),
}

Section = tuple[str, tuple[str, ...]]
"""(kind, the names of its fields; for those that have none, nothing)."""
_NAMED = frozenset(("parameters", "other parameters", "attributes", "type parameters"))
_GRIFFE = re.compile(r"^[-*] |\\(?=_)| ?\(.*|`.*? ?=>.*", re.DOTALL)
"""What griffe takes for part of a name: the mark of a list, a type with a colon in it."""
_UNSPACED = re.compile(r"(?<=\S)\n(?=(?:[A-Z][a-z]+ ?){1,2}:[ \t]*\n[ \t]+\S)")


def docstrings(folder: Path) -> Iterator[str]:
    """The docstrings of a project's modules, each once."""
    seen = set()
    for file in sorted(folder.rglob("*.py")):
        try:
            with warnings.catch_warnings(action="ignore"):
                tree = ast.parse(file.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                said = ast.get_docstring(node)
                if said and said not in seen:
                    seen.add(said)
                    yield said


def ours(blocks: Blocks) -> list[Section]:
    """The sections in the blocks of a docstring."""
    return [_section(each.kind, [field.name for field in each.fields]) for each in blocks if isinstance(each, Fields)]


def _section(kind: str, names: list[str]) -> Section:
    each_name = (_GRIFFE.sub("", name).strip("`*\\, ") for several in names for name in re.split(r", ?", several))
    return kind, tuple(name for name in each_name if name) if kind in _NAMED else ()


def theirs(text: str, style: str) -> list[Section]:
    """The sections that griffe finds."""
    if style == "epydoc":
        text, style = re.sub(r"^@(?=[a-z]+(?: [^:\n]+)?:)", ":", text, flags=re.MULTILINE), "sphinx"
    if style == "google":  # griffe asks for a blank line above a section
        text = _UNSPACED.sub("\n\n", text)
    found = Docstring(text.expandtabs()).parse(style, warnings=False)  # type: ignore[arg-type]
    return [
        _section(each.kind.value, [element.name for element in each.value] if each.kind.value in _NAMED else [])
        for each in found
        if each.kind.value in KINDS and each.value
    ]


class Compared(NamedTuple):
    """``missing``: sections of griffe's that are not here with the same names; ``unlike``: a docstring, with both."""

    docstrings: Counter[str]
    sections: Counter[str]
    missing: Counter[str]
    unlike: list[tuple[str, str, list[Section], list[Section]]]


def compare(folder: Path) -> Compared:
    """The sections of all docstrings of a project, here and in griffe."""
    found = Compared(Counter(), Counter(), Counter(), [])
    for text in docstrings(folder):
        style = style_of(text)
        if not style:
            continue
        found.docstrings[style] += 1
        here, there = ours(read(text, "auto")), theirs(text, style)
        found.sections[style] += len(there)
        left = list(here)
        missing = 0
        for kind, wanted in there:
            match = next((each for each in left if each[0] == kind and {*wanted} <= {*each[1]}), None)
            if match is None:
                missing += 1
            else:
                left.remove(match)
        if missing:
            found.missing[style] += missing
            found.unlike.append((style, text, here, there))
    return found


def main(names: list[str]) -> int:
    """Print the counts of all projects, or of those whose names begin so; with ``-v`` also what differs."""
    verbose = "-v" in names
    wanted = [name for name in names if name != "-v"]
    print(f"{'project':26}{'style':9}{'docstrings':>11}{'rendered':>10} / {'present':<9}")
    for project, place in PROJECTS.items():
        if wanted and not project.startswith(tuple(wanted)):
            continue
        try:
            found = compare(place())
        except fetch.FetchError as error:
            print(f"{project:26}{error}")
            continue
        for style, count in found.docstrings.most_common():
            present = found.sections[style]
            print(f"{project:26}{style:9}{count:>11,}{present - found.missing[style]:>10,} / {present:<9,}")
        for each in found.unlike if verbose else ():
            print("-" * 40, each[0], each[1], f"here:   {each[2]}", f"griffe: {each[3]}", sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""The keyword pages of all of Django and torch against CPython's parser: not one name is missing or made up."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from .reading import code_of, parser, shown
from .test_truth import UNREADABLE, Truth, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

    from .built import Built

pytestmark = pytest.mark.corpora

Row = tuple[str, str, tuple[int, ...]]
"""Heading, name, lines."""

AT_LEAST = {"django": 55_000, "torch": 70_000}
"""Names, so that pages without any do not pass."""
HEADING = {"class": "Classes", "function": "Functions", "method": "Methods"}
ANALYSED_KINDS = frozenset(HEADING.values())
LINE = re.compile(r"(?:line )?(\d+)")


def listed(texts: Iterable[str]) -> list[Row]:
    """The names that the parts of a keyword page list below ``## Keywords Extracted``."""
    rows: list[Row] = []
    kind, section = "", ""
    for text in texts:
        tokens = parser().parse(text)
        for opening, inline in pairwise(tokens):
            if opening.type == "heading_open" and opening.tag == "h2":
                kind, section = "", shown(inline)
            elif opening.type == "heading_open" and opening.tag == "h3":
                kind = shown(inline)
            elif opening.type == "paragraph_open" and opening.level > 0 and section == "Keywords Extracted":
                rows.append((kind, name_of(inline), lines_of(inline)))
    return rows


def name_of(inline: Token) -> str:
    """The code between the first two asterisks."""
    children = inline.children or []
    end = next(number for number, child in enumerate(children) if child.type == "strong_close")
    return code_of(inline.copy(children=children[:end]))


def lines_of(inline: Token) -> tuple[int, ...]:
    """The lines that its links name; each must be the line that the link leads to."""
    found = []
    for opening, label in pairwise(inline.children or ()):
        match = LINE.fullmatch(label.content) if opening.type == "link_open" else None
        if match:
            assert str(opening.attrs["href"]).endswith(f"#L{match[1]}"), (opening.attrs, label.content)
            found.append(int(match[1]))
    return tuple(found)


def expected(truth: Truth) -> list[Row]:
    """The names that a keyword page must list according to ``ast``."""
    names: dict[tuple[str, str], set[int]] = {}
    for kind, name, line, _ in truth.definitions:
        names.setdefault((HEADING[kind], name), set()).add(line)
    for line, keyword, _ in truth.imports:
        names.setdefault(("Imports", keyword), set()).add(line)
    return [(kind, name, tuple(sorted(lines))) for (kind, name), lines in names.items()]


def pages_of(pages: Path, relative: str) -> list[str]:
    """The text of a source's keyword page and of its parts."""
    stem = pages / f"{relative}_kw"
    texts = [stem.with_name(stem.name + ".md").read_text()]
    while (part := stem.with_name(f"{stem.name}.{len(texts) + 1}.md")).exists():
        texts.append(part.read_text())
    return texts


@pytest.mark.parametrize("corpus", ["django", "torch"])
def test_every_name_and_no_other(corpus: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(f"{corpus}_pages")
    wrong: list[str] = []
    unreadable: list[str] = []
    checked: Counter[str] = Counter()
    for path in sorted(built.root.rglob("*.py")):
        relative = path.relative_to(built.root).as_posix()
        data = path.read_bytes()
        try:
            truth = read(data)
        except (SyntaxError, ValueError):
            unreadable.append(relative)
            continue
        said = Counter(row for row in listed(pages_of(built.pages, relative)) if row[0] in {*ANALYSED_KINDS, "Imports"})
        true = Counter(expected(truth))
        wrong += [f"{relative}: missing {row}" for row in true - said]
        wrong += [f"{relative}: made up {row}" for row in said - true]
        checked.update(kind for kind, _, _ in true)
    print(f"\n{checked.total()} names of {corpus}: {dict(checked)}; {len(unreadable)} files that ast refuses")
    assert not wrong, f"{len(wrong)} differences\n" + "\n".join(wrong[:40])
    assert unreadable == UNREADABLE[corpus]
    assert checked.total() > AT_LEAST[corpus]

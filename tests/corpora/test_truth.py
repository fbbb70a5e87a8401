"""CPython's own parser as the judge: on every file of two large code bases nothing is missing and nothing made up.

What is left out, and why:

- files that ``ast`` refuses. They are named here, so that a new one is noticed;
- files whose lines CPython counts otherwise: it ends a line at a lone CR, incdoc, like git, only at an LF.
"""

from __future__ import annotations

import ast
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from incdoc.languages.python import extract

from . import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from incdoc.languages.facts import Facts

CORPORA = ("django", "torch")

UNREADABLE: dict[str, list[str]] = {"django": [], "torch": []}

AT_LEAST = {"django": 2_800, "torch": 2_300}
"""Files, so that an empty folder does not pass."""


class Truth(NamedTuple):
    """What ``ast`` says about a file."""

    definitions: Counter[tuple[str, str, int, int]]
    imports: Counter[tuple[int, str, str]]
    docs: dict[tuple[str, int], str]
    raw: dict[tuple[str, int], ast.expr]


class Visitor(ast.NodeVisitor):
    """Names as DESIGN says: a ``def`` directly in a class body is a method, any other a function."""

    def __init__(self, source: str) -> None:
        self.truth = Truth(Counter(), Counter(), {}, {})
        self.lines = source.split("\n")
        self.around: list[str] = []
        self.kinds = ["module"]

    def visit_Module(self, node: ast.Module) -> None:  # noqa: N802
        self._doc(node, 0)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802
        self._definition(node, "class")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802
        self._definition(node, "method" if self.kinds[-1] == "class" else "function")

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:  # noqa: N802
        self._definition(node, "method" if self.kinds[-1] == "class" else "function")

    def visit_Import(self, node: ast.Import) -> None:  # noqa: N802
        for alias in node.names:
            self.truth.imports[node.lineno, alias.name, alias.asname or ""] += 1

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:  # noqa: N802
        module = "." * node.level + (node.module or "")
        for alias in node.names:
            keyword = module + ("" if module.endswith(".") else ".") + alias.name
            self.truth.imports[node.lineno, keyword, alias.asname or ""] += 1

    def _definition(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, kind: str) -> None:
        self.around.append(node.name)
        self.kinds.append(kind)
        assert node.end_lineno is not None
        self.truth.definitions[kind, ".".join(self.around), node.lineno, node.end_lineno] += 1
        self._doc(node, node.lineno)
        self.generic_visit(node)
        self.around.pop()
        self.kinds.pop()

    def _doc(self, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, line: int) -> None:
        """The docstring, if its literal is written in one piece and without a backslash."""
        doc = ast.get_docstring(node, clean=True)
        if doc is None:
            self.truth.docs[".".join(self.around), line] = ""
            return
        first = node.body[0]
        assert first.end_lineno is not None
        written = "\n".join(self.lines[first.lineno - 1 : first.end_lineno])
        pieces = written.count('"""') + written.count("'''")
        if "\\" not in written and pieces in (0, 2) and (pieces or written.count('"') + written.count("'") == 2):
            self.truth.docs[".".join(self.around), line] = doc


def read(data: bytes) -> Truth:
    """The truth about a file, if CPython can read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    visitor = Visitor(data.decode("utf-8", "replace").replace("\r\n", "\n"))
    visitor.visit(tree)
    return visitor.truth


def differences(facts: Facts, truth: Truth) -> Iterator[str]:
    """Every statement that only one of the two makes."""
    definitions = [d for d in facts.definitions if d.kind in ("class", "function", "method")]
    yield from compare(Counter((d.kind, d.name, d.line, d.end) for d in definitions), truth.definitions)
    yield from compare(Counter((i.line, i.keyword, i.alias) for i in facts.imports), truth.imports)
    docs = {(d.name, d.line): d.doc for d in definitions} | {("", 0): facts.doc}
    for key, doc in truth.docs.items():
        if docs.get(key) != doc:
            yield f"docstring of {key}: {docs.get(key)!r} instead of {doc!r}"


def compare(said: Counter[tuple], truth: Counter[tuple]) -> Iterator[str]:
    for item in (said - truth).elements():
        yield f"made up: {item}"
    for item in (truth - said).elements():
        yield f"missing: {item}"


@pytest.mark.parametrize("name", CORPORA)
def test_nothing_missing_and_nothing_made_up(name: str) -> None:
    folder = fetch.corpus(name)
    wrong: list[str] = []
    unreadable: list[str] = []
    seen: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.py")):
        relative = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        try:
            truth = read(data)
        except (SyntaxError, ValueError):
            unreadable.append(relative)
            continue
        if b"\r" in data.replace(b"\r\n", b""):
            seen["lone CR"] += 1
            continue
        seen["files"] += 1
        seen["definitions"] += truth.definitions.total()
        seen["imports"] += truth.imports.total()
        seen["docs"] += sum(map(bool, truth.docs.values()))
        wrong += [f"{relative}: {text}" for text in differences(extract(data), truth)]
    print(dict(seen))
    assert not wrong, f"{len(wrong)} differences\n" + "\n".join(wrong[:40])
    assert unreadable == UNREADABLE[name]
    assert seen["files"] >= AT_LEAST[name]

"""CPython's own parser as the judge: on every file of two large code bases no fact is missing or wrong.

What is left out, and why:

- files that ``ast`` refuses. They are named here, so that a new one is noticed;
- files whose lines CPython counts otherwise: it ends a line at a lone CR, incdoc, like git, only at an LF.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pytest

from incdoc.languages.facts import NAMED
from incdoc.languages.python.extract import extract

from . import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from incdoc.languages.facts import Facts

pytestmark = pytest.mark.corpora

CORPORA = ("django", "torch")

UNREADABLE = {
    "django": ["tests/test_runner_apps/tagged/tests_syntax_error.py"],
    # PEP 701: quotes of the string's own kind inside an f-string.
    "torch": ["torch/testing/_internal/py312_intrinsics.py"] if sys.version_info < (3, 12) else [],
}

AT_LEAST = {"django": 2_800, "torch": 2_300}
"""Files, so that an empty folder does not pass."""


Documented: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Truth(NamedTuple):
    """The statements of a file, read by ``ast``."""

    definitions: Counter[tuple[str, str, int, int]]
    """Kind, qualified name, first and last line."""
    imports: Counter[tuple[int, str, str]]
    """Line, keyword, alias."""
    docs: dict[tuple[str, int], str]
    """Of those that are comparable, by name and line."""


class Visitor(ast.NodeVisitor):
    """Names as incdoc has them: a ``def`` directly in a class body is a method, any other a function."""

    def __init__(self, source: str) -> None:
        self.truth = Truth(Counter(), Counter(), {})
        self.lines = source.split("\n")
        self.around: list[str] = []
        self.kinds = ["module"]

    def visit_Module(self, node: ast.Module) -> None:
        self._doc(node, 0)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._definition(node, "class")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._definition(node, "method" if self.kinds[-1] == "class" else "function")

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._definition(node, "method" if self.kinds[-1] == "class" else "function")

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self.truth.imports[node.lineno, alias.name, alias.asname or ""] += 1

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
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

    def _doc(self, node: Documented, line: int) -> None:
        doc = ast.get_docstring(node, clean=True)
        if doc is None or self._one_plain_literal(node.body[0]):
            self.truth.docs[".".join(self.around), line] = doc or ""

    def _one_plain_literal(self, statement: ast.stmt) -> bool:
        """Whether the docstring is one literal without a backslash; incdoc leaves escapes as written."""
        written = "\n".join(self.lines[statement.lineno - 1 : statement.end_lineno])
        triple = written.count('"""') + written.count("'''")
        single = written.count('"') + written.count("'")
        return "\\" not in written and (triple == 2 or (triple == 0 and single == 2))


def read(data: bytes) -> Truth:
    """The statements of a file, if CPython can read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    visitor = Visitor(data.decode("utf-8", "replace").replace("\r\n", "\n"))
    visitor.visit(tree)
    return visitor.truth


def differences(facts: Facts, truth: Truth) -> Iterator[str]:
    """Every statement that only one of the two has."""
    definitions = [d for d in facts.definitions if d.kind in ("class", "function", "method")]
    yield from compare(Counter((d.kind, d.name, d.line, d.end) for d in definitions), truth.definitions)
    statements = (each for each in facts.imports if each.scope != NAMED)
    yield from compare(Counter((each.line, each.keyword, each.alias) for each in statements), truth.imports)
    docs = {(d.name, d.line): d.doc for d in definitions} | {("", 0): facts.doc}
    for key, doc in truth.docs.items():
        if docs.get(key) != doc:
            yield f"docstring of {key}: {docs.get(key)!r} instead of {doc!r}"


def compare(said: Counter[Any], truth: Counter[Any]) -> Iterator[str]:
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
    print(name, dict(seen))
    assert not wrong, f"{len(wrong)} differences\n" + "\n".join(wrong[:40])
    assert unreadable == UNREADABLE[name]
    assert seen["files"] >= AT_LEAST[name]

"""CPython's own parser as the judge: on every file of two large code bases and of more releases no fact is missing or
wrong, in any field that a page of a source has.

What is left out, and why:

- files that ``ast`` refuses. They are named here, so that a new one is noticed;
- files whose lines CPython counts otherwise: it ends a line at a lone CR, incdoc, like git, only at an LF;
- what is written otherwise and means the same: texts of expressions are compared as trees;
- a raised name that is no type: a variable, what a function returned. All names that a page has are raised on that line
  of that body, and no exception of Python's own is missing;
- values of more than 200 bytes, which a page shows as an ellipsis.
"""

from __future__ import annotations

import ast
import builtins
import sys
import warnings
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import pytest

from incdoc.languages.facts import NAMED
from incdoc.languages.python.extract import extract
from incdoc.languages.python.signature import SYNTAX, parse_signature
from incdoc.languages.python.statements import VALUE_LIMIT

from . import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from incdoc.languages.facts import Definition, Facts

pytestmark = pytest.mark.corpora

CORPORA = ("django", "torch")

RELEASES = (
    "astroid 4.3.4",
    "babel 2.19.0",
    "cattrs 26.2.1",
    "fastapi 0.165.0",
    "hypothesis 6.170.17",
    "ipython 9.18.1",
    "jedi 0.20.1",
    "loguru 0.7.3",
    "prompt-toolkit 3.0.53",
    "pydantic 2.14.4",
    "pylint 4.1.4",
    "rich 15.0.0",
    "textual 8.2.8",
    "tornado 6.6.1",
    "typer 0.29.2",
)
"""Whose modules are read too."""

EVERY = 6
"""Of so many files of a large code base one is compared in every field, and all in names, imports and docstrings."""

UNREADABLE: dict[str, list[str]] = {
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
    heads: dict[tuple[str, int], Head]
    """Of classes and functions, by name and line."""
    values: Counter[tuple[str, int, int, str]]
    """Name, first and last line, annotation and value of what is bound outside of functions."""
    long: set[tuple[str, int]]
    """Name and line of those whose value may be shown as an ellipsis: ``ast`` does not count parentheses."""


class Head(NamedTuple):
    """What is written of a class or function, expressions as their trees, and what its own body does."""

    decorators: tuple[str, ...]
    bases: str
    parameters: tuple[tuple[str, str, str, str], ...]
    """Name, kind, annotation, default."""
    returns: str
    traits: frozenset[str]
    """Whether it is ``async``, and a ``generator``."""
    raised: frozenset[tuple[str, int]]
    """Names and lines of all that is raised by a name."""


def tree(node: ast.AST | str | None) -> str:
    """An expression, however it is written; empty for none."""
    return "" if not node else parsed(node) if isinstance(node, str) else ast.dump(node)


@lru_cache(maxsize=10_000)
def parsed(text: str) -> str:
    """The tree of an expression; the text itself, in quotation marks, if it is none."""
    try:
        return ast.dump(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError):
        return repr(text)


def parameters(node: ast.arguments) -> Iterator[tuple[str, str, str, str]]:
    plain = [*((each, "positional") for each in node.posonlyargs), *((each, "either") for each in node.args)]
    defaults: list[ast.expr | None] = [*[None] * (len(plain) - len(node.defaults)), *node.defaults]
    rows: list[tuple[ast.arg | None, str, ast.expr | None]] = [
        *((each, kind, default) for (each, kind), default in zip(plain, defaults, strict=True)),
        (node.vararg, "*", None),
        *((each, "keyword", default) for each, default in zip(node.kwonlyargs, node.kw_defaults, strict=True)),
        (node.kwarg, "**", None),
    ]
    for each, kind, default in rows:
        if each is not None:
            yield each.arg, kind, tree(each.annotation), tree(default)


def own(node: ast.AST) -> Iterator[ast.AST]:
    """What runs in a body itself."""
    waiting = list(getattr(node, "body", ()))
    while waiting:
        at = waiting.pop()
        yield at
        if isinstance(at, ast.Lambda):
            continue
        if isinstance(at, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        waiting += ast.iter_child_nodes(at)


def dotted(node: ast.expr | None) -> str:
    """``a.b`` of ``raise a.b(...)``."""
    if isinstance(node, ast.Call):
        node = node.func
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return ".".join([node.id, *parts]) if isinstance(node, ast.Name) else ""


def head(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Head:
    inside = list(own(node))
    raised = frozenset(
        (name, each.lineno) for each in inside if isinstance(each, ast.Raise) and (name := dotted(each.exc))
    )
    decorators = tuple(map(tree, node.decorator_list))
    if isinstance(node, ast.ClassDef):
        call = ast.Call(ast.Name("_", ast.Load()), node.bases, node.keywords)
        return Head(decorators, tree(call), (), "", frozenset(), raised)
    traits = {"async"} if isinstance(node, ast.AsyncFunctionDef) else set()
    traits |= {"generator"} if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in inside) else set()
    return Head(decorators, "", tuple(parameters(node.args)), tree(node.returns), frozenset(traits), raised)


def head_of(definition: Definition) -> Head:
    """The same by incdoc."""
    decorators = tuple(map(tree, definition.decorators))
    raised = frozenset(definition.raises)
    if definition.kind == "class":
        bases = tree(f"_({', '.join(definition.bases)})")
        return Head(decorators, bases, (), "", frozenset(), raised)
    signature = parse_signature(definition.signature)
    rows = tuple((each.name, each.kind, tree(each.annotation), tree(each.default)) for each in signature.parameters)
    traits = {"async", "generator"} & set(definition.traits)
    return Head(decorators, "", rows, tree(signature.returns), frozenset(traits), raised)


class Visitor(ast.NodeVisitor):
    """Names as incdoc has them: a ``def`` directly in a class body is a method, any other a function."""

    def __init__(self, source: str, every_field: bool) -> None:
        self.every_field = every_field
        self.truth = Truth(Counter(), Counter(), {}, {}, Counter(), set())
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

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            single = isinstance(target, ast.Name)
            for name in names(target):
                self._value(name, node, "", node.value if single else None)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        for name in names(node.target) if isinstance(node.target, ast.Name) else ():
            self._value(name, node, tree(node.annotation), node.value)

    def visit_For(self, node: ast.For) -> None:
        self.generic_visit(node)
        for name in names(node.target):
            self._value(name, node.target, "", None)

    def visit_With(self, node: ast.With) -> None:
        self.generic_visit(node)
        for item in node.items:
            for name in names(item.optional_vars) if item.optional_vars is not None else ():
                self._value(name, item.optional_vars or node, "", None)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.generic_visit(node)
        self._value(node.target.id, node, "", node.value)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self.kinds.append("function")
        self.visit(node.body)
        self.kinds.pop()

    def _bytes(self, node: ast.stmt | ast.expr) -> int:
        """How many bytes a statement or expression has."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        between = sum(len(line.encode()) + 1 for line in self.lines[node.lineno - 1 : node.end_lineno - 1])
        return between + node.end_col_offset - node.col_offset

    def _value(self, name: str, node: ast.stmt | ast.expr, annotation: str, value: ast.expr | None) -> None:
        if self.kinds[-1] in ("function", "method") or not self.every_field:
            return
        written = tree(value)
        if value is not None:
            written = "…" if self._bytes(value) > VALUE_LIMIT else written
        if self._bytes(node) > VALUE_LIMIT:
            self.truth.long.add((".".join([*self.around, name]), node.lineno))
        assert node.end_lineno is not None
        place = ".".join([*self.around, name])
        self.truth.values[place, node.lineno, node.end_lineno, f"{annotation} = {written}"] += 1

    def _definition(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, kind: str) -> None:
        for each in ast.iter_child_nodes(node):
            if each not in node.body:
                self.visit(each)  # it runs around the definition
        self.around.append(node.name)
        self.kinds.append(kind)
        assert node.end_lineno is not None
        self.truth.definitions[kind, ".".join(self.around), node.lineno, node.end_lineno] += 1
        self._doc(node, node.lineno)
        if self.every_field:
            self.truth.heads[".".join(self.around), node.lineno] = head(node)
        for each in node.body:
            self.visit(each)
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


def read(data: bytes, every_field: bool = False) -> Truth:
    """The statements of a file, if CPython can read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(data)
    visitor = Visitor(data.decode("utf-8", "replace").replace("\r\n", "\n"), every_field)
    visitor.visit(tree)
    return visitor.truth


def differences(facts: Facts, truth: Truth, every_field: bool) -> Iterator[str]:
    """Every statement that only one of the two has."""
    definitions = [d for d in facts.definitions if d.kind in ("class", "function", "method")]
    yield from compare(Counter((d.kind, d.name, d.line, d.end) for d in definitions), truth.definitions)
    statements = (each for each in facts.imports if each.scope != NAMED and not each.style)
    yield from compare(Counter((each.line, each.keyword, each.alias) for each in statements), truth.imports)
    docs = {(d.name, d.line): d.doc for d in definitions} | {("", 0): facts.doc}
    for key, doc in truth.docs.items():
        if docs.get(key) != doc:
            yield f"docstring of {key}: {docs.get(key)!r} instead of {doc!r}"
    if every_field:
        yield from other_differences(facts, definitions, truth)


def other_differences(facts: Facts, definitions: list[Definition], truth: Truth) -> Iterator[str]:
    """Those of heads and values."""
    heads = {(d.name, d.line): head_of(d) for d in definitions}
    for key, there in truth.heads.items():
        yield from unlike(key, heads.get(key, there), there)
    values = Counter(map(value_of, bound(facts)))
    shortened = {each[:3] for each in values if each[:2] in truth.long and each[3].endswith("= …")}
    yield from compare(
        *(Counter({e: n for e, n in each.items() if e[:3] not in shortened}) for each in (values, truth.values))
    )


def unlike(key: tuple[str, int], said: Head, there: Head) -> Iterator[str]:
    """Fields of a definition that differ; of what it raises, what is wrong."""
    for field in ("decorators", "bases", "parameters", "returns", "traits"):
        if getattr(said, field) != getattr(there, field):
            yield f"{field} of {key}: {getattr(said, field)} instead of {getattr(there, field)}"
    if made_up := said.raised - there.raised:
        yield f"raised by {key}, made up: {sorted(made_up)}"
    if missing := {each for each in there.raised - said.raised if is_exception(each[0])}:
        yield f"raised by {key}, missing: {sorted(missing)}"


def is_exception(name: str) -> bool:
    """Whether it is one of Python's own."""
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def names(target: ast.expr) -> Iterator[str]:
    """The names that a target binds."""
    waiting = [target]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Starred):
            waiting.append(node.value)
        elif isinstance(node, ast.Tuple | ast.List):
            waiting += node.elts


def bound(facts: Facts) -> Iterator[Definition]:
    """What assignments outside of functions bind."""
    functions = {each.name for each in facts.definitions if each.kind in ("function", "method")}
    for each in facts.definitions:
        inside = {"instance", "slot"}.isdisjoint(each.traits) and each.name.rpartition(".")[0] not in functions
        if inside and each.kind in ("constant", "variable", "attribute", "type alias"):
            yield each


def value_of(definition: Definition) -> tuple[str, int, int, str]:
    """As ``Truth.values``."""
    annotation, value = SYNTAX.cut(definition.signature.removeprefix(":"), "=")
    if not definition.signature.startswith(":"):
        annotation, value = "", definition.signature.removeprefix("=").strip()
    shown = value if value == "…" else tree(value)
    return definition.name, definition.line, definition.end, f"{tree(annotation.strip())} = {shown}"


def compare(said: Counter[Any], truth: Counter[Any]) -> Iterator[str]:
    for item in (said - truth).elements():
        yield f"made up: {item}"
    for item in (truth - said).elements():
        yield f"missing: {item}"


@pytest.mark.parametrize("name", [*CORPORA, *RELEASES])
def test_nothing_missing_and_nothing_made_up(name: str) -> None:
    folder = fetch.corpus(name) if name in CORPORA else fetch.modules(*name.split())
    wrong: list[str] = []
    unreadable: list[str] = []
    seen: Counter[str] = Counter()
    for number, path in enumerate(sorted(folder.rglob("*.py"))):
        relative = path.relative_to(folder).as_posix()
        data = path.read_bytes()
        try:
            every_field = name in RELEASES or number % EVERY == 0
            truth = read(data, every_field)
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
        wrong += [f"{relative}: {text}" for text in differences(extract(data), truth, every_field)]
    print(name, dict(seen))
    assert not wrong, f"{len(wrong)} differences\n" + "\n".join(wrong[:40])
    assert unreadable == UNREADABLE.get(name, [])
    assert seen["files"] >= AT_LEAST.get(name, 15)

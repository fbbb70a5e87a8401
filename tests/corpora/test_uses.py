"""CPython's own parser as the judge of which definition uses what its source imports.

What is left out, and why:

- names that a scope imports and binds in another way too (``except ImportError: x = None``): which one is meant depends
  on the run. incdoc takes a name that the module binds for the import, and one that a function binds for the other.
  So it is with a name that a class body binds, which is that of the module before;
- names of Python's library, of which no page speaks;
- attributes after the fourth.

One use of a thousand may be missing: those of names that a function around binds elsewhere too, in a lambda or in a
keyword pattern, and of attributes on another line than the name.
"""

from __future__ import annotations

import ast
import contextlib
import warnings
from typing import TYPE_CHECKING, NamedTuple

import pytest

from incdoc.languages.python.extract import extract
from incdoc.languages.python.stdlib import NAMES

from . import fetch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

pytestmark = pytest.mark.corpora

AT_LEAST = {"django": 15_000, "torch": 30_000}
"""Uses, so that an empty folder does not pass."""
MOST_ATTRIBUTES = 4

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Used(NamedTuple):
    """``owner`` reads ``local``, which an import binds, and attributes of it."""

    owner: str
    local: str
    rest: str


class Scope(NamedTuple):
    """What one scope binds: by imports, otherwise, in a scope further out."""

    node: ast.AST
    imported: set[str]
    bound: set[str]
    declared: set[str]


def bindings(node: ast.AST, inside: Iterable[ast.AST]) -> Scope:
    """The names that the statements ``inside`` a scope bind in it."""
    scope = Scope(node, set(), set(), set())
    waiting = list(inside)
    while waiting:
        at = waiting.pop()
        match at:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                scope.bound.add(name)
                continue
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                scope.bound.update(each.target.id for each in ast.walk(at) if isinstance(each, ast.NamedExpr))
                continue
            case ast.Import() | ast.ImportFrom():
                for alias in at.names:
                    top = at.module or "." if isinstance(at, ast.ImportFrom) else alias.name
                    relative = isinstance(at, ast.ImportFrom) and at.level
                    local = alias.asname or alias.name.partition(".")[0]
                    known = not relative and top.partition(".")[0] in NAMES
                    (scope.bound if known else scope.imported).add(local)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                scope.bound.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                scope.bound.add(name)
            case ast.Global() | ast.Nonlocal():
                scope.declared.update(at.names)
        waiting += ast.iter_child_nodes(at)
    return scope


class Reader(ast.NodeVisitor):
    """The uses of one module."""

    def __init__(self, tree: ast.Module) -> None:
        self.sure: set[Used] = set()
        self.doubtful: set[tuple[str, str]] = set()
        """(owner, local name) of names that are bound in several ways."""
        self._scopes = [bindings(tree, tree.body)]
        self._owner = ""
        for each in tree.body:
            self.visit(each)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._defined(node, node.body, [*node.decorator_list, *node.bases, *node.keywords], [])

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        annotations = [*_annotations(node.args), *filter(None, [node.returns])]
        self._defined(node, node.body, [*node.decorator_list, *_defaults(node.args)], annotations)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def _defined(
        self,
        node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
        body: list[ast.stmt],
        head: Iterable[ast.AST],
        annotations: Iterable[ast.AST],
    ) -> None:
        outer, self._owner = self._owner, f"{self._owner}.{node.name}".strip(".")
        for each in head:
            self.visit(each)
        for each in annotations:
            self._annotation(each)
        scope = bindings(node, body)
        if not isinstance(node, ast.ClassDef):
            scope.bound.update(each.arg for each in _arguments(node.args))
        self._scopes.append(scope)
        for statement in body:
            self.visit(statement)
        self._scopes.pop()
        self._owner = outer

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for each in _defaults(node.args):
            self.visit(each)
        self._scopes.append(Scope(node, set(), {each.arg for each in _arguments(node.args)}, set()))
        self.visit(node.body)
        self._scopes.pop()

    def visit(self, node: ast.AST) -> None:
        if isinstance(node, Comprehension):
            self._comprehension(node)
        else:
            super().visit(node)

    def _comprehension(self, node: Comprehension) -> None:
        bound = {each.id for part in node.generators for each in ast.walk(part.target) if isinstance(each, ast.Name)}
        self._scopes.append(Scope(node, set(), bound, set()))
        self.generic_visit(node)
        self._scopes.pop()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._annotation(node.annotation)
        self.visit(node.target)
        if node.value:
            self.visit(node.value)

    def _annotation(self, node: ast.AST) -> None:
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                with contextlib.suppress(SyntaxError):
                    self.visit(ast.parse(each.value.strip(), mode="eval"))
        self.visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        names: list[str] = []
        at: ast.expr = node
        while isinstance(at, ast.Attribute):
            names.append(at.attr)
            at = at.value
        if isinstance(at, ast.Name):
            self._use(at.id, names[::-1])
        else:
            self.visit(at)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use(node.id, [])

    def _use(self, name: str, attributes: list[str]) -> None:
        for scope in reversed(self._scopes):
            if isinstance(scope.node, ast.ClassDef) and scope is not self._scopes[-1]:
                continue
            if name in scope.declared:
                continue
            if name in scope.imported or name in scope.bound:
                if name in scope.bound and (name in scope.imported or isinstance(scope.node, ast.ClassDef)):
                    self.doubtful.add((self._owner, name))
                elif name in scope.imported:
                    self.sure.add(Used(self._owner, name, ".".join(attributes[:MOST_ATTRIBUTES])))
                return


def _arguments(arguments: ast.arguments) -> Iterator[ast.arg]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return (each for each in every if each)


def _annotations(arguments: ast.arguments) -> list[ast.AST]:
    return [each.annotation for each in _arguments(arguments) if each.annotation]


def _defaults(arguments: ast.arguments) -> list[ast.AST]:
    return [*arguments.defaults, *filter(None, arguments.kw_defaults)]


def said(data: bytes) -> set[Used]:
    """What incdoc says."""
    facts = extract(data)
    found = set()
    for use in facts.uses:
        item = facts.imports[use.item]
        found.add(Used(use.owner, item.alias or item.name or item.module.partition(".")[0], use.rest))
    return found


@pytest.mark.parametrize("name", AT_LEAST)
def test_each_use_and_no_other(name: str) -> None:
    made_up, missing, count = [], [], 0
    folder = fetch.corpus(name)
    for path in sorted(folder.rglob("*.py")):
        data = path.read_bytes()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                truth = Reader(ast.parse(data))
        except (SyntaxError, ValueError):
            continue
        found = said(data)
        count += len(truth.sure)
        where = path.relative_to(folder)
        missing += [f"{where}: {each}" for each in sorted(truth.sure - found)]
        made_up += [f"{where}: {each}" for each in sorted(found - truth.sure) if each[:2] not in truth.doubtful]
    print(name, count, len(missing), len(made_up))
    assert not made_up, f"{len(made_up)} made up\n" + "\n".join(made_up[:40])
    assert len(missing) <= count // 1000, f"{len(missing)} missing\n" + "\n".join(missing[:40])
    assert count >= AT_LEAST[name]

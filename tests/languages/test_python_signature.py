"""Parameters as data, compared with those that CPython reads."""

from __future__ import annotations

import ast
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from incdoc.languages.heads import Syntax
from incdoc.languages.python.annotated import said_in, without_doc
from incdoc.languages.python.extract import extract
from incdoc.languages.python.signature import SYNTAX, Parameter, Signature, parse_signature


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("()", Signature((), None)),
        ("[T](self, x: T = None) -> T", Signature((
            Parameter("self", "either", None), Parameter("x", "either", "None", "T"),
        ), "T")),
        ("(a, /, b=1, *, c, d: int='x', **e)", Signature((
            Parameter("a", "positional", None), Parameter("b", "either", "1"), Parameter("c", "keyword", None),
            Parameter("d", "keyword", '"x"', "int"), Parameter("e", "**", None),
        ), None)),
        ("(*args: int, c=u'')", Signature((
            Parameter("args", "*", None, "int"), Parameter("c", "keyword", '""'),
        ), None)),
        ("(a='  ', b='\\'', c=\"it's 'x'\", d=b'y', e=\"\"\"'z'\"\"\")", Signature((
            Parameter("a", "either", '"  "'), Parameter("b", "either", "'\\''"),
            Parameter("c", "either", "\"it's 'x'\""),
            Parameter("d", "either", "b'y'"), Parameter("e", "either", "\"\"\"'z'\"\"\""),
        ), None)),
        ("(key=lambda a, b=':': a, *, x)", Signature((
            Parameter("key", "either", "lambda a, b=\":\": a"), Parameter("x", "keyword", None),
        ), None)),
    ],
)  # fmt: skip
def test_signatures(text: str, expected: Signature) -> None:
    assert parse_signature(text) == expected


def _expected(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[tuple[str, str, bool, str]]:
    """(name, kind, whether it has a default, annotation) of each parameter."""
    given = function.args
    plain = [*given.posonlyargs, *given.args]
    first = len(plain) - len(given.defaults)

    def of(each: ast.arg, kind: str, default: bool) -> tuple[str, str, bool, str]:
        return each.arg, kind, default, ast.unparse(each.annotation) if each.annotation else ""

    def every() -> Iterator[tuple[str, str, bool, str]]:
        for position, each in enumerate(plain):
            yield of(each, "positional" if position < len(given.posonlyargs) else "either", position >= first)
        if given.vararg:
            yield of(given.vararg, "*", False)
        for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True):
            yield of(each, "keyword", value is not None)
        if given.kwarg:
            yield of(given.kwarg, "**", False)

    return list(every())


def _written(annotation: str) -> str:
    return ast.unparse(ast.parse(annotation, mode="eval")) if annotation else ""


@pytest.mark.parametrize("package", ["asyncio", "email", "unittest", "concurrent/futures", "importlib", "."])
def test_the_parameters_of_the_standard_library(package: str) -> None:
    compared = 0
    for path in sorted((Path(sysconfig.get_path("stdlib")) / package).glob("*.py")):
        data = path.read_bytes()
        found = {}
        for each in extract(data).definitions:
            if each.kind in ("function", "method"):
                found[each.name.rpartition(".")[2], each.line] = parse_signature(each.signature)
        for node in ast.walk(ast.parse(data)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                line = min([node.lineno, *(each.lineno for each in node.decorator_list)])
                read = found.get((node.name, line)) or found.get((node.name, node.lineno))
                if read is None:
                    continue  # in a function whose definitions are not read
                parameters = [(p.name, p.kind, p.default is not None, _written(p.annotation)) for p in read.parameters]
                assert parameters == _expected(node), (path.name, node.name, line)
                assert (read.returns is None) == (node.returns is None)
                compared += 1
    assert compared > 20


@pytest.mark.parametrize("width", [1, 30, 88])
def test_a_head_that_is_wrapped_says_the_same(width: int) -> None:
    longest = 0
    for path in sorted((Path(sysconfig.get_path("stdlib")) / "asyncio").glob("*.py")):
        for each in extract(path.read_bytes()).definitions:
            if each.kind not in ("function", "method"):
                continue
            head = f"def {each.name.rpartition('.')[2]}{each.signature}"
            wrapped = SYNTAX.wrapped(head, width, comma=True)
            assert ast.dump(ast.parse(f"{wrapped}: ...")) == ast.dump(ast.parse(f"{head}: ..."))
            assert (wrapped == head) is (len(head) <= width or "()" in head)
            longest = max(longest, *map(len, wrapped.split("\n")))
    assert longest <= max(width, 80)


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("def f(a, b)", "def f(a, b)"),
        (
            "def f(aaaaaaaaaa, key=lambda a, b: 'x, y', *, c=(1,), d=[1, 2])",
            "def f(\n    aaaaaaaaaa,\n    key=lambda a, b: 'x, y',\n    *,\n    c=(1,),\n    d=[1, 2],\n)",
        ),
        (
            "def f(x: Annotated[dict[str, int], Doc('long, text')] = None) -> int",
            "def f(\n    x: Annotated[\n        dict[str, int],\n        Doc('long, text')\n    ] = None,\n) -> int",
        ),
        ("def f(s='a text that is wider than it may')", "def f(\n    s='a text that is wider than it may',\n)"),
        (
            "f(x=[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, (13,)])",
            "f(\n    x=[\n        1, 2, 3, 4, 5, 6, 7, 8, 9,\n        10, 11, 12, (13,)\n    ],\n)",
        ),
        (
            "patch(x={'key': {'first': 'one', 'b': 2}})",
            "patch(\n    x={\n        'key': {\n            'first': 'one', 'b': 2\n        }\n    },\n)",
        ),
        (
            "skip(reason=('one text of (some) ' f'length, ' 'in parts'))",
            "skip(\n    reason=(\n        'one text of (some) '\n        f'length, '\n        'in parts'\n    ),\n)",
        ),
        ("patch('a long name of a module.' 'the rest')", "patch(\n    'a long name of a module.'\n    'the rest',\n)"),
        (
            "f(x='a long name of a module.' 'the rest', y=1)",
            "f(\n    x='a long name of a module.'\n        'the rest',\n    y=1,\n)",
        ),
        (
            "def f(a: Aaaaaaaaaaaaa | Bbbbbbbbbb | None = None)",
            "def f(\n    a: Aaaaaaaaaaaaa\n        | Bbbbbbbbbb | None = None,\n)",
        ),
        ("f(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa[0])", "f(\n    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa[0],\n)"),
        ("class A(Baaaaaaaaaaaaaaaaase, Generic[T])", "class A(\n    Baaaaaaaaaaaaaaaaase,\n    Generic[T],\n)"),
    ],
)  # fmt: skip
def test_where_heads_are_wrapped(head: str, expected: str) -> None:
    assert SYNTAX.wrapped(head, 36, comma=True) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("int f(int a)", "int f(int a)"),
        (
            "static std::map<K, V> make(const K& key, int size = 1 << 3) const",
            "static std::map<K, V> make(\n    const K& key,\n    int size = 1 << 3\n) const",
        ),
        (
            "template <typename T, typename U = std::less<T>> T make(T one, U)",
            "template <\n    typename T,\n    typename U = std::less<T>\n> T make(T one, U)",
        ),
    ],
)
def test_where_heads_of_languages_with_angles_are_wrapped(head: str, expected: str) -> None:
    assert Syntax().wrapped(head, 36, comma=False) == expected


@pytest.mark.parametrize("shape", ["[" * 5_000 + "]" * 5_000, "f" + "(aaaaaaaaaa)" * 5_000, "'a' " * 5_000])
def test_a_head_of_any_shape_is_wrapped_in_linear_time(shape: str) -> None:
    """A pass through all of it for each of its brackets takes a minute."""
    start = time.process_time()
    wrapped = SYNTAX.wrapped(f"f(x={shape})", 88, comma=True)
    assert time.process_time() - start < 3
    assert "".join(wrapped.split()).replace(",)", ")") == "".join(f"f(x={shape})".split())


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        ('(a: Annotated[int, Doc("One, (two")] = 1)', "(a: int = 1)"),
        ('(a: te.Annotated[int, te.Doc("x"),] = 1)', "(a: int = 1)"),
        ('(a: Annotated[list[int], Gt(1), Doc("x")])', "(a: Annotated[list[int], Gt(1)])"),
        ('(a: Annotated[list[Annotated[int, Doc("in")]], Doc("""a "b]" c""")], b)', "(a: list[int], b)"),
        ("(a: Annotated[int, Doc(TEXT)])", "(a: Annotated[int, Doc(TEXT)])"),
        ("(a: Annotated[int], b: Annotated[])", "(a: Annotated[int], b: Annotated[])"),
        ('(a: Literal["Annotated[int, Doc("])', '(a: Literal["Annotated[int, Doc("])'),
    ],
)
def test_doc_is_taken_out_of_heads(head: str, shown: str) -> None:
    assert without_doc(head) == shown


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ('Annotated[int, Doc("One, (two")]', "One, (two"),
        (r'Annotated[int, Doc("""\n    A \"b]\" c\n\n    d\n    """)]', 'A "b]" c\n\nd'),
        ('Annotated[int, Query(gt=1, description="A " "b")]', "A b"),
        ('Annotated[int, Query(description="a"), Doc("b")]', "b"),
        ("Annotated[int, Doc(TEXT)]", ""),
        ("int", ""),
    ],
)
def test_what_an_annotation_says(annotation: str, said: str) -> None:
    assert said_in(annotation) == said


@pytest.mark.parametrize("text", ["", " a ", "a, b=1, *, c: int = 2,", "a,, b", "k=lambda x, y: x, b", "a: b"])
def test_parts_and_cuts_do_not_depend_on_brackets_behind_them(text: str) -> None:
    assert SYNTAX.parts(text) == SYNTAX.parts(f"{text}, ()")[:-1]
    assert SYNTAX.cut(text, "=")[0] == SYNTAX.cut(f"{text} = ()", "=")[0]

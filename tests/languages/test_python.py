"""The facts of Python sources."""

from __future__ import annotations

import ast
import warnings
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.facts import Definition, Example, Facts, TextFormat
from incdoc.languages.limits import MAX_BYTES, MAX_DEPTH
from incdoc.languages.outline import Outline
from incdoc.languages.python.extract import extract
from incdoc.languages.python.limits import MAX_COMMENTS, MAX_CONTINUATIONS
from incdoc.languages.python.text import fold
from incdoc.languages.registry import load


def read(source: str) -> Facts:
    return extract(dedent(source).lstrip("\n").encode())


def named(facts: Facts, name: str) -> Definition:
    (found,) = [d for d in facts.definitions if d.name == name]
    return found


def kinds(facts: Facts) -> list[tuple[str, str, int]]:
    return [(d.kind, d.name, d.line) for d in facts.definitions]


def to_do(facts: Facts) -> list[tuple[int, str]]:
    return [(each.line, each.text) for each in facts.to_do]


# --- definitions and their names --------------------------------------------------------------------------------


def test_a_def_in_a_class_body_is_a_method_whatever_is_around_it() -> None:
    facts = read("""
        class Outer:
            if True:
                def method(self):
                    def helper(): pass
            class Inner:
                try:
                    async def run(self): pass
                except E: pass
        def outer():
            with x:
                def inner(): pass
                class Local:
                    def m(self): pass
        match x:
            case 1:
                def branch(): pass
        for _ in y:
            while z:
                def loop(): pass
    """)
    assert kinds(facts) == [
        ("class", "Outer", 1),
        ("method", "Outer.method", 3),
        ("function", "Outer.method.helper", 4),
        ("class", "Outer.Inner", 5),
        ("method", "Outer.Inner.run", 7),
        ("function", "outer", 9),
        ("function", "outer.inner", 11),
        ("class", "outer.Local", 12),
        ("method", "outer.Local.m", 13),
        ("function", "branch", 16),
        ("variable", "_", 17),
        ("function", "loop", 19),
    ]


def test_text_that_looks_like_code_defines_nothing() -> None:
    facts = read('''
        """class Fake: and def fake(): and import fake"""
        # class Fake: pass
        x = "def fake(): raise E; yield; # TODO: no"
    ''')
    assert kinds(facts) == [("variable", "x", 3)]
    assert facts.imports == () and to_do(facts) == []


def test_lines_are_those_of_the_def_and_of_the_last_code() -> None:
    facts = read("""
        @dec  # why
        # between
        @dec.orated(
            1,  # one
        )
        def f():
            return 1
            # a comment after the code

        def g(): pass
    """)
    assert (named(facts, "f").line, named(facts, "f").end) == (6, 7)
    assert named(facts, "f").decorators == ("dec", "dec.orated(1,)")


@pytest.mark.parametrize(
    ("source", "signature"),
    [
        ("def f(self, a=1, *, b: int = 2) -> str: ...", "(self, a=1, *, b: int = 2) -> str"),
        ("def f(\n    a,  # first\n    b='#  x',\n): ...", "(a, b='#  x')"),
        (
            "def f(\n    a,\n    *,\n    b: dict[\n        str, int\n    ],\n)->None: ...",
            "(a, *, b: dict[str, int]) -> None",
        ),
        ("def f( a,   b ): ...", "(a, b)"),
        ("def f[T: int, *Ts, **P](a: T) -> T: ...", "[T: int, *Ts, **P](a: T) -> T"),
        ("def f(a, \\\n      b): ...", "(a, b)"),
        ("def f(a=(1,)): ...", "(a=(1,))"),
        ('def f(a="""x\n  y"""): ...', '(a="""x\\n  y""")'),
        ('def f(a="""\\\nx"""): ...', '(a="""x""")'),
        ("def f(a='x\\\n  y'): ...", "(a='x  y')"),
        ('def f(a=rb"""x\\d\ny"""): ...', '(a=b"""x\\\\d\\ny""")'),
        ("def f(\r\n  a\r\n): ...", "(a)"),
    ],
)
def test_signatures_are_one_line(source: str, signature: str) -> None:
    assert named(extract(source.encode()), "f").signature == signature


_LITERAL_PIECES = ["a", "\\", "\n", "\r\n", "'", '"', " ", "n", "\\n", "\\\n", "#", "(", "{{", "}}"]


@given(
    st.sampled_from(["", "r", "R", "b", "rb", "Br", "u", "f", "rf"]),
    st.sampled_from(['"' * 3, "'" * 3, '"', "'"]),
    st.lists(st.sampled_from(_LITERAL_PIECES), max_size=8).map("".join),
)
def test_a_literal_in_one_line_is_equal(prefix: str, quotes: str, body: str) -> None:
    source = f"f({prefix}{quotes}{body}{quotes},\n1)"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except SyntaxError:
            return
        folded = fold(source.encode())
        assert "\n" not in folded
        assert ast.dump(ast.parse(folded)) == ast.dump(tree)


def test_type_parameters_may_have_defaults() -> None:
    source = """
        type Tree[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int]] = dict[T, Tree]
        class Box[
            T = dict["a, ]", int],  # no, ]
            *Ts = *tuple[int, ...],
        ](Base[T]):
            def m[T: int = bool](self, x: T = 1) -> T: ...
        X[0] = 1
        async def g[**P = [int, str]](): ...
    """
    facts = read(source)
    assert facts.errors == ()
    assert [(d.kind, d.name, d.line, d.end, d.signature) for d in facts.definitions] == [
        ("type alias", "Tree", 1, 1,
         "[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int]] = dict[T, Tree]"),
        ("class", "Box", 2, 6, '[T = dict["a, ]", int], *Ts = *tuple[int, ...]]'),
        ("method", "Box.m", 6, 6, "[T: int = bool](self, x: T = 1) -> T"),
        ("function", "g", 8, 8, "[**P = [int, str]]()"),
    ]  # fmt: skip
    assert named(facts, "Box").bases == ("Base[T]",)
    assert read("class A[T = :\n    x = (\n").errors


def test_traits_of_callables() -> None:
    facts = read("""
        class C(ABC):
            @property
            def p(self): ...
            @p.setter
            def q(self, v): ...
            @p.deleter
            def r(self): ...
            @functools.cached_property
            def c(self): ...
            @classmethod
            @abc.abstractmethod
            def k(cls): ...
            @staticmethod
            def s(): ...
            @typing.overload
            def o(self): ...
            async def a(self):
                yield 1
            def g(self, x=(yield)):
                h = lambda: (yield)
                def inner(): yield
            def d(self):
                return lambda x=(yield): x
    """)
    assert {d.name.rpartition(".")[2]: d.traits for d in facts.definitions} == {
        "C": ("abstract",),
        "p": ("property",),
        "q": ("setter",),
        "r": ("deleter",),
        "c": ("property",),
        "k": ("abstract", "classmethod"),
        "s": ("staticmethod",),
        "o": ("overload",),
        "a": ("async", "generator"),
        "g": (),
        "inner": ("generator",),
        "d": ("generator",),
    }


def test_classes_say_what_they_are() -> None:
    facts = read("""
        class Base(ValueError): ...
        class Child(Base, metaclass = ABCMeta): ...
        class Colour(enum.Enum):
            RED = 1
            _ignored = 2
            note: str
        @dataclasses.dataclass(frozen=True)
        class Point[T](Generic[T]):
            x: int = 0
            count: ClassVar[int] = 0
            other = 1
        class Row(NamedTuple):
            a: int
        class Options(TypedDict, total=False):
            b: str
        class Has(Protocol[T]): ...
        class Slots:
            __slots__ = ("a", 'b')
    """)
    assert {d.name: d.traits for d in facts.definitions if d.traits} == {
        "Base": ("exception",),
        "Child": ("abstract", "exception"),
        "Colour": ("enum",),
        "Colour.RED": ("member",),
        "Point": ("dataclass",),
        "Point.x": ("field",),
        "Row": ("namedtuple",),
        "Row.a": ("field",),
        "Options": ("typeddict",),
        "Options.b": ("field",),
        "Has": ("protocol",),
        "Slots.a": ("slot",),
        "Slots.b": ("slot",),
    }
    assert named(facts, "Child").bases == ("Base", "metaclass = ABCMeta")
    assert named(facts, "Point").signature == "[T]"
    assert named(facts, "Point.x").signature == ": int = 0"


def test_module_names() -> None:
    facts = read("""
        LIMIT: Final = 3
        _debug = \\
            None
        a = b = [
            1,
        ]
        (c, *d), e.f, g[0] = x
        if T:
            A = 1
        else:
            A = 2
        with open() as h:
            i = 1
        type Pair[T] = tuple[T, T]
        Old: TypeAlias = int
        bare: int
        j += 1
        def f():
            local = 1
        k = (m) = 2
    """)
    assert [(d.kind, d.name, d.line, d.signature) for d in facts.definitions if d.name != "f"] == [
        ("constant", "LIMIT", 1, ": Final = 3"),
        ("variable", "_debug", 2, "= None"),
        ("variable", "a", 4, "= [1,]"),
        ("variable", "b", 4, "= [1,]"),
        ("variable", "c", 7, ""),
        ("variable", "d", 7, ""),
        ("constant", "A", 9, "= 1"),
        ("constant", "A", 11, "= 2"),
        ("variable", "h", 12, ""),
        ("variable", "i", 13, "= 1"),
        ("type alias", "Pair", 14, "[T] = tuple[T, T]"),
        ("type alias", "Old", 15, ": TypeAlias = int"),
        ("variable", "bare", 16, ": int"),
        ("variable", "k", 20, "= 2"),
        ("variable", "m", 20, "= 2"),
    ]


def test_names_of_loops_with_statements_and_expressions() -> None:
    facts = read("""
        for a, (b, *c) in x:
            for d.e in y: ...
        with (open() as f, open() as (g, h), i as j.k, l): ...
        with open() as m:
            if (n := one()) and [o := p for p in q]: ...
        print(lambda: (r := 1), (S := two()), lambda u=(T := 3): u)
        def t(u=(v := 1)):
            if w := 1: ...
            for y in z: ...
        class C:
            for A in x: ...
            print(B := 1)
        try: ...
        except E as gone: ...
    """)
    assert [
        (d.kind, d.name, d.line, d.signature) for d in facts.definitions if d.kind not in ("class", "function")
    ] == [
        ("variable", "a", 1, ""),
        ("variable", "b", 1, ""),
        ("variable", "c", 1, ""),
        ("variable", "f", 3, ""),
        ("variable", "g", 3, ""),
        ("variable", "h", 3, ""),
        ("variable", "m", 4, ""),
        ("variable", "n", 5, "= one()"),
        ("variable", "o", 5, "= p"),
        ("constant", "S", 6, "= two()"),
        ("constant", "T", 6, "= 3"),
        ("variable", "v", 7, "= 1"),
        ("attribute", "C.A", 11, ""),
        ("attribute", "C.B", 12, "= 1"),
    ]


def test_soft_keywords_are_names() -> None:
    facts = read("""
        match = case = type = 1
        def match(type, case): match(type)
        class type: print = exec = 2
    """)
    assert [d.name for d in facts.definitions] == ["match", "case", "type", "match", "type", "type.print", "type.exec"]
    assert facts.errors == ()


# --- bodies -----------------------------------------------------------------------------------------------------


def test_what_a_body_raises() -> None:
    facts = read("""
        def f():
            if x:
                raise errors.Wrong("a") from e
            def inner():
                raise Inner
            raise
            raise Last
            raise table[0]
    """)
    assert named(facts, "f").raises == (("errors.Wrong", 3), ("Last", 7))
    assert named(facts, "f.inner").raises == (("Inner", 5),)


def test_only_types_are_raised() -> None:
    facts = read("""
        import errors, socket
        from socket import error as failed
        from x import Problem, make
        class Own(Exception): ...
        class own(Exception): ...
        NotFound = errors.NotFound
        FAIL = Own()
        def made(): ...
        def send(f, Kind, kind=Own):
            try: f()
            except Exception as exc:
                raise exc
            raise Kind("x")
            raise kind
            raise FAIL
            raise Own.make()
            raise errors.make()
            raise make("x")
            raise made()
            raise self._error
            raise exc.with_traceback(None)
            Local = x or y
            raise Local
        def types():
            raise Own
            raise own()
            raise Problem("a")
            raise NotFound
            raise socket.error("x")
            raise failed
            raise self.Error
            raise OSError("no")
            class Inner(Exception): ...
            raise Inner
            from z import Late
            raise Late
    """)
    assert named(facts, "send").raises == ()
    assert [name for name, _ in named(facts, "types").raises] == [
        "Own", "own", "Problem", "NotFound", "socket.error", "failed", "self.Error", "OSError", "Inner", "Late",
    ]  # fmt: skip


def test_calls_lead_to_definitions_of_the_file() -> None:
    facts = read("""
        def helper(): ...
        def own(helper): helper()
        def assigned():
            helper = 1
            helper()
        def user(x=helper()):
            "helper()"
            other.helper()
            unknown(helper())
            Thing()
        class Base:
            def base(self): ...
        class Thing(Base):
            def one(self):
                self.two(self.base())
                three()
                def nested(): return self.one()
                nested()
            def two(self): helper()
            def three(self): ...
        def matcher(x):
            match x:
                case Base(): ...
    """)
    assert {d.name: d.calls for d in facts.definitions if d.calls} == {
        "user": ("Thing", "helper"),
        "Thing.one": ("Base.base", "Thing.one.nested", "Thing.two"),
        "Thing.one.nested": ("Thing.one",),
        "Thing.two": ("helper",),
    }


def test_calls_whatever_the_layout_of_a_definition_is() -> None:
    facts = extract(b"class A:\n\tdef\tm(self): ...\n\tdef  n(self): ...\n\tdef \\\n o(self): ...\n\tx = m(1)\n")
    assert {d.name: d.calls for d in facts.definitions if d.calls} == {"A": ("A.m",)}


def test_calls_by_the_class_and_across_blanks() -> None:
    facts = read("""
        def helper (): ...
        class A:
            def m(self): ...
            class B:
                def n(self): ...
            later = lambda: m(1)
            many = [m(x) for x in y]
            global_ = lambda: helper(1)
        def one(): A.m(); A.B.n(); helper  (1)
        def two(A): A.m()
        def three(): other.A.m(); B.n(); x = helper, (1)
        def four():
            class L:
                def p(self): L.p(); helper\t(2)
            return L.p(1)
    """)
    assert {d.name: d.calls for d in facts.definitions if d.calls} == {
        "A": ("helper",),
        "one": ("A.B.n", "A.m", "helper"),
        "four": ("four.L.p",),
        "four.L.p": ("four.L.p", "helper"),
    }


def test_findings_of_a_decorated_definition_are_its_own() -> None:
    facts = read("""
        from dataclasses import dataclass
        from functools import cache
        import random

        @register
        @dataclass
        class A:
            @cache
            def m(self): ...

        @sometimes(random.random())
        def f(): ...
    """)
    assert [(f.code, f.line, f.end, f.owner) for f in facts.findings] == [
        ("dataclass", 7, 9, "A"),
        ("B019", 8, 8, "A.m"),
        ("cached-function", 9, 9, "A.m"),
        ("S311", 11, 11, "f"),
    ]


# --- docstrings -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("literal", "doc"),
    [
        ('"""One."""', "One."),
        ("'One' \" two\"", "One two"),
        ('("One")', "One"),
        ('r"""a\\d"""', "a\\d"),
        ('"""\n    A\n      B\n    C\n    """', "A\n  B\nC"),
        ('"""A\n    B\n  \n    C"""', "A\nB\n\nC"),
        ('"""a\\\n    b\\n"""', "a    b\\n"),
        ('u"One"', "One"),
        ('b"One"', ""),
        ('f"One"', ""),
        ('"One" f"two"', ""),
        ('"One",', ""),
        ('"One" % x', ""),
        ("1", ""),
    ],
)
def test_docstrings(literal: str, doc: str) -> None:
    facts = extract(f"# c\n{literal}\ndef f():\n    # c\n    {literal}\nclass C:\n    {literal}\n    x = 1\n".encode())
    assert (facts.doc, named(facts, "f").doc, named(facts, "C").doc) == (doc, doc, doc)


def test_doctests_have_the_line_of_their_first_prompt() -> None:
    facts = read('''
        """>>> 1"""
        class C:
            def f(self):
                """Text.

                >>> f()
                >>> g()
                """
            def g(self):
                """a >>> b"""
    ''')
    assert facts.examples == (Example(1, ""), Example(6, "C.f"))


# --- imports and exports ----------------------------------------------------------------------------------------


def test_imports_of_every_form() -> None:
    facts = read("""
        from __future__ import annotations
        import a.b, c as d; import e
        from . import f
        from ..g import (  # why
            h as i,  # c, d
            j,
        )
        from.k import *
        from m import \\
            n
        try:
            import o
        except ImportError:
            import p
        if typing.TYPE_CHECKING:
            import q
        else:
            import r
        class C:
            import s
            def f(self):
                if TYPE_CHECKING:
                    import t
                class D: import u
        if x: import v
        if TYPE_CHECKING:
            try:
                import w
            except ImportError: ...
        elif z:
            import y
    """)
    assert [(i.line, i.keyword, i.alias, i.scope) for i in facts.imports] == [
        (1, "__future__.annotations", "", ""),
        (2, "a.b", "", ""),
        (2, "c", "d", ""),
        (2, "e", "", ""),
        (3, ".f", "", ""),
        (4, "..g.h", "i", ""),
        (4, "..g.j", "", ""),
        (8, ".k.*", "", ""),
        (9, "m.n", "", ""),
        (12, "o", "", "try"),
        (14, "p", "", "try"),
        (16, "q", "", "type checking"),
        (18, "r", "", ""),
        (20, "s", "", "class"),
        (23, "t", "", "function"),
        (24, "u", "", "function"),
        (25, "v", "", ""),
        (28, "w", "", "type checking"),
        (31, "y", "", ""),
    ]


def test_what_finally_imports_is_imported_whatever_happens() -> None:
    facts = read("""
        try:
            import a
            try: ...
            finally:
                import b
        finally:
            import c
            try:
                import d
            finally: import e
        class C:
            try: ...
            finally:
                import f
    """)
    assert [(i.module, i.scope) for i in facts.imports] == [
        ("a", "try"),
        ("b", "try"),
        ("c", ""),
        ("d", "try"),
        ("e", ""),
        ("f", "class"),
    ]


@pytest.mark.parametrize(
    ("source", "exports"),
    [
        ("x = 1", None),
        ("__all__ = ['a', \"b\"]", ("a", "b")),
        ("__all__: list[str] = ('a' 'b', 'c')", ("ab", "c")),
        ("__all__ = 'a', 'b'", ("a", "b")),
        (
            "__all__ = ['a'] + [\n  'b',  # c\n]\n__all__ += ['c']\n__all__.extend(('d',))\n__all__.append('e')",
            tuple("abcde"),
        ),
        ("__all__ = ['a']\nif x:\n    __all__ += ['b', 'a']", ("a", "b")),
        ("__all__ = []", ()),
        ("__all__ = ['a'] + mod.__all__", None),
        ("__all__ = ['a']\n__all__ += mod.__all__", None),
        ("__all__ = ['a']\n__all__.remove('a')", None),
        ("__all__ = [f'a']", None),
        ("__all__ = [n for n in x]", None),
        ("__all__ = ['a'] * 2", None),
        ("__all__ = ['a'] - ['b']", None),
        ("def f():\n    __all__ = ['a']", None),
    ],
)
def test_exports(source: str, exports: tuple[str, ...] | None) -> None:
    assert extract(source.encode()).exports == exports


# --- remarks ----------------------------------------------------------------------------------------------------


def test_main_guards_and_to_dos() -> None:
    facts = read("""
        x = 1  # TODO(me): do it
        # see the TODO list
        #: FIXME
        y = 2  # noqa  XXX: later
        if "__main__" == __name__: pass
        def f():
            if __name__ == "__main__": pass
        if __name__ == '__main__':
            main()
    """)
    assert to_do(facts) == [(1, "TODO(me): do it"), (3, "FIXME"), (4, "XXX: later")]
    assert facts.guards == (5, 8)


def test_many_to_dos_are_read_like_few() -> None:
    facts = extract(b"x = '# TODO: no'  # TODO: a\n# other\n" * 600)
    assert to_do(facts) == [(line, "TODO: a") for line in range(1, 1_200, 2)]


def test_encodings() -> None:
    latin = '# -*- coding: latin-1 -*-\n"""Größe."""\nÄ = 1\n'.encode("latin-1")
    facts = extract(latin)
    assert facts.doc == "Größe." and facts.format == TextFormat(cookie="latin-1", cookie_line=1)
    assert kinds(facts) == [("constant", "Ä", 3)]
    wrong = extract('"""One.\n\nGröße."""\n'.encode("latin-1"))
    assert wrong.doc == "One.\n\nGr�ße.".replace("ß", "�") and wrong.format.undecodable == 3
    unknown = extract(b"#\n# coding: no-such-codec\nx = 1\n")
    assert unknown.format == TextFormat(cookie="no-such-codec", cookie_line=2) and kinds(unknown) == [
        ("variable", "x", 3)
    ]


def test_byte_order_mark_line_ends_and_form_feeds() -> None:
    facts = extract(b'\xef\xbb\xbf"""One.\r\n\r\nTwo."""\r\nclass A:\r\n\tx = 1\r\n\x0cdef f(): pass\r\n')
    assert facts.doc == "One.\n\nTwo." and facts.lines == 6
    assert kinds(facts) == [("class", "A", 4), ("attribute", "A.x", 5), ("function", "f", 6)]
    assert facts.format == TextFormat(bom=True, line_ends="CRLF")
    assert extract(b"x\r\ny\n").format == TextFormat(line_ends="mixed")
    assert extract(b"x\ry\r").format == TextFormat(line_ends="CR")


def test_python_2_and_broken_sources_give_what_can_be_read() -> None:
    facts = read("""
        import os
        def f(x):
            print "text", x
            raise Error, "text"
        def g(:
            pass
        class C: pass
    """)
    assert ("function", "f", 2) in kinds(facts)
    assert ("class", "C", 7) in kinds(facts)
    assert named(facts, "f").raises == (("Error", 4),)
    assert len(facts.errors) == 1 and facts.errors[0][0] <= 5 <= facts.errors[0][1]
    assert read("x\ny = (((").errors == ((2, 2),)


# --- limits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "allowed", "before", "reason"),
    [
        (b"x\\\n", MAX_CONTINUATIONS, b"", "backslashes"),
        (b"\\\r\n", MAX_CONTINUATIONS, b"", "backslashes"),
        (b"# c\n\n", MAX_COMMENTS, b"if x:\n    y\n", "comment"),
        (b"-", MAX_DEPTH // 2, b"x = ", "nested"),
    ],
)
def test_what_takes_too_long_is_refused_by_its_count(unit: bytes, allowed: int, before: bytes, reason: str) -> None:
    assert extract(before + unit * allowed).refused == ""
    data = before + unit * (allowed * 3) + b"x"
    facts = extract(data)
    assert reason in facts.refused
    assert facts == Facts("python", facts.lines, refused=facts.refused)
    assert facts.lines == data.count(b"\n") + (not data.endswith(b"\n"))


def test_size_limit() -> None:
    assert extract(b" " * (MAX_BYTES + 1)).refused == "larger than 2 MiB"


def test_runs_of_comments_are_counted_together() -> None:
    lines = b"# c\n" * MAX_COMMENTS
    assert extract(lines * 3 + b"x = 1\n" + lines).refused == "", "those above all statements are read once"
    assert "comment" in extract((b"x = 1\n" + lines) * 2).refused
    assert "comment" in extract(b"class A:\n" + b"    # c\n" * (MAX_COMMENTS + 1) + b"    x = 1\n").refused


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1])
def test_depth_is_counted_exactly(depth: int) -> None:
    # module, expression_statement, one node for each minus, and the name
    facts = extract(b"x\n" * 2_100 + b"-" * (depth - 2) + b"x\n" * 2_000)
    assert bool(facts.refused) == (depth > MAX_DEPTH)


WORDS = st.sampled_from(
    [
        *(
            "def f(",
            "class A",
            "async ",
            "lambda",
            "@",
            "import ",
            "from ",
            "raise ",
            "yield ",
            "if ",
            "try",
            "match x",
        ),
        *(
            ".",
            "*",
            "(",
            ")",
            "[",
            "]",
            ":",
            "=",
            "+=",
            ",",
            "x",
            "é",
            "__all__",
            "# TODO: a",
            "'''",
            "'",
            '"""',
            "f'{",
        ),
        *("\n", "    ", "\t", "\\\n", "\r", "\x0c", "\0"),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=60).map("".join) | st.binary(max_size=200))
def test_never_raises_and_never_differs(source: str | bytes) -> None:
    data = source.encode() if isinstance(source, str) else source
    facts = extract(data)
    assert extract(data) == facts
    assert all(1 <= d.line <= d.end <= facts.lines for d in facts.definitions)
    assert [d.line for d in facts.definitions] == sorted(d.line for d in facts.definitions)
    assert all("\n" not in d.signature for d in facts.definitions)


def test_a_finding_has_the_lines_of_the_definition() -> None:
    facts = read("""
        from dataclasses import dataclass
        @dataclass
        class D:
            x: int = 1
            # y
        # z
        z = 1
    """)
    assert [(d.line, d.end) for d in facts.definitions if d.name == "D"] == [(3, 4)]
    assert [(f.line, f.end) for f in facts.findings] == [(3, 4)]


ATTRIBUTES = b'''
class A:
    """A."""

    __slots__ = ("slot",)
    #: Comments
    #: above.
    above: int
    after = 1  #: After it.
    below = 2
    """Below.

    More.
    """
    neither = 3
    pass
    "of nothing"
    if above:
        inner = 4
    "of nothing either"

    def __init__(self, slot):
        self.slot = slot
        self.below = 3
        self.inner: str = ""
        """In a method."""
        self._hidden = self.pair, self.other = 1, 2
        self._kept = 1  #: Said.
        self.method = 1
        if slot:
            self.last: dict[str, int] = {}
        "of nothing"

    def method(self): ...
'''


def test_attributes_have_what_is_said_of_them() -> None:
    found = {each.name: each for each in extract(ATTRIBUTES).definitions if each.kind == "attribute"}
    said = {name.removeprefix("A."): (each.signature, each.doc) for name, each in found.items()}
    assert said == {
        "__slots__": ('= ("slot",)', ""),
        "slot": ("= slot", ""),
        "above": (": int", "Comments\nabove."),
        "after": ("= 1", "After it."),
        "below": ("= 2", "Below.\n\nMore."),
        "neither": ("= 3", ""),
        "inner": ("= 4", "In a method."),
        "pair": ("", ""),
        "other": ("", ""),
        "_kept": ("= 1", "Said."),
        "last": (": dict[str, int] = {}", ""),
    }
    set_by_methods = [name for name, each in found.items() if "instance" in each.traits]
    assert set_by_methods == ["A.pair", "A.other", "A._kept", "A.last"]


def test_an_index_has_attributes_that_are_documented_or_typed() -> None:
    listed = {name for name, kind in Outline.of(extract(ATTRIBUTES), load("python")).keywords if kind == "attribute"}
    assert listed == {f"A.{name}" for name in ("above", "after", "below", "inner", "_kept", "last")}
    enum = b"import enum\nclass E(enum.Enum):\n    A = 1\n    _ignore_ = []\nclass C:\n    _x: int = 1\n"
    assert {name for name, _ in Outline.of(extract(enum), load("python")).keywords} == {"E", "E.A", "C"}

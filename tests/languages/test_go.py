"""Go: packages, types with their members, methods with their receivers, and the comments directly above."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.facts import Definition, Import
from incdoc.languages.go.extract import extract


def by_name(source: str) -> dict[str, Definition]:
    return {each.name: each for each in extract(source.encode()).definitions}


def heads(source: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.name, each.declaration) for each in extract(source.encode()).definitions]


def test_declarations() -> None:
    source = """\
package store
const Max, min = 10, 1
const (
	A, B int = iota, 2
	C
)
var x, _ = f()
var (
	y int
	_ I = (*S)(nil)
)
type Alias = other.T
type Func func(int) error
func New[K comparable](name string, more ...K) (s *Store, err error) { type local int; return nil, nil }
func outside(x int) int
func (s *Store[T]) Read() int { return 1 }
func (Store) size() int { return 2 }
func init() {}
"""
    assert heads(source) == [
        ("package", "store", "package store"),
        ("constant", "Max", "const Max = 10"),
        ("constant", "min", "const min = 1"),
        ("constant", "A", "const A int = iota"),
        ("constant", "B", "const B int = 2"),
        ("constant", "C", "const C"),
        ("variable", "x", "var x = f()"),
        ("variable", "y", "var y int"),
        ("type", "Alias", "type Alias = other.T"),
        ("type", "Func", "type Func func(int) error"),
        ("function", "New", "func New[K comparable](name string, more ...K) (s *Store, err error)"),
        ("function", "outside", "func outside(x int) int"),
        ("method", "Store.Read", "func (s *Store[T]) Read() int"),
        ("method", "Store.size", "func (Store) size() int"),
        ("function", "init", "func init()"),
    ]
    assert extract(source.encode()).package == "store"
    assert by_name(source)["New"].signature == "[K comparable](name string, more ...K) (s *Store, err error)"


def test_members_of_types() -> None:
    source = """\
package p
type S[T any] struct {
	a, b int `json:"x"`
	pkg.Emb
	*Ptr
	Gen[T]
	in struct { not, these int }
}
type I interface { M(x int) error; fmt.Stringer; Own; ~int | string }
type (
	E struct{}
	F interface{}
)
"""
    assert heads(source)[1:] == [
        ("struct", "S", "type S[T any] struct"),
        ("field", "S.a", "a int"),
        ("field", "S.b", "b int"),
        ("field", "S.Emb", "pkg.Emb"),
        ("field", "S.Ptr", "*Ptr"),
        ("field", "S.Gen", "Gen[T]"),
        ("field", "S.in", "in struct { not, these int }"),
        ("interface", "I", "type I interface"),
        ("method", "I.M", "M(x int) error"),
        ("struct", "E", "type E struct"),
        ("interface", "F", "type F interface"),
    ]
    found = by_name(source)
    assert found["S"].bases == ("pkg.Emb", "*Ptr", "Gen[T]")
    assert found["I"].bases == ("fmt.Stringer", "Own")
    assert found["S.Emb"].traits == ("embedded",)


def test_comments() -> None:
    source = """\
// Copyright 2020.

//go:build linux

// Package p keeps rows.
//
//	code
package p // not this

// not of f

// F does.
// More.
//
// Deprecated: use g.
//
//go:noinline
func F() {} // not of g
func g() {}

/*
H is
  starless.
*/
func H() {}

// Group.
const (
	// A is above.
	A = 1
	B = 2 // B is behind.
	C = 3
)

// T is alone.
type T struct {
	// a is above.
	a int // not this
	b int // b is behind.
	c int
}

// X is alone.
var X = 1
"""
    facts = extract(source.encode())
    assert facts.doc == "Package p keeps rows.\n\n        code"
    docs = {each.name: each.doc for each in facts.definitions if each.doc}
    assert docs == {
        "F": "F does.\nMore.\n\nDeprecated: use g.",
        "H": "H is\n  starless.",
        "A": "A is above.",
        "B": "B is behind.",
        "T": "T is alone.",
        "T.a": "a is above.",
        "T.b": "b is behind.",
        "X": "X is alone.",
    }
    assert by_name(source)["F"].traits == ("deprecated",)


def test_imports() -> None:
    source = 'package p\nimport "fmt"\nimport (\n\t. "a"\n\t_ "b/c"\n\n\tstr `strings`\n\tbad ""\n)\n'
    assert extract(source.encode()).imports == (
        Import(2, "fmt"),
        Import(4, "a", alias="."),
        Import(5, "b/c", alias="_"),
        Import(7, "strings", alias="str"),
    )


def test_tests_have_a_trait() -> None:
    source = "package p\nfunc TestA(t *testing.T) {}\nfunc BenchmarkB(b *testing.B) {}\nfunc c(t *testing.T, x T) {}\n"
    assert {name: each.traits for name, each in by_name(source).items()} == {
        "p": (), "TestA": ("test",), "BenchmarkB": ("test",), "c": (),
    }  # fmt: skip


def test_heads_are_one_line() -> None:
    source = "package p\nfunc F(\n\ta int, // 1\n\tb func(x string) /* 2 */,\n) (\n\terror,\n) {}\nvar s = `a\nb`\n"
    assert [head for _, _, head in heads(source)[1:]] == [
        "func F(a int, b func(x string),) (error,)",
        "var s = `a\\nb`",
    ]


def test_errors() -> None:
    facts = extract(b"package p\nfunc broken( {\n}\n\nfunc F() {}\n")
    assert facts.errors
    assert extract(b"\0").binary


@pytest.mark.parametrize("receiver", [b"", b"s interface{}", b"s struct{}", b"s func()"])
def test_receivers_that_have_no_type_of_a_method(receiver: bytes) -> None:
    facts = extract(b"package p\nfunc (" + receiver + b") f() { g() }\nfunc g() {}\n")
    assert "g" in [each.name for each in facts.definitions]


PIECES = [
    "package p\n", "import ", '"a"', "(", ")\n", "func ", "F", "(s *S) ", " {", "}\n", "type ", "S", " struct",
    " interface",     " = ", "const ", "var ", "x, y", "[T any]", "int",
    "() ", "struct{}", "func() ", "// d\n", "/* e */", "`", "\xff", ".",
]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_whatever_the_bytes_are(pieces: list[str]) -> None:
    source = "".join(pieces).encode("latin-1")
    facts = extract(source)
    assert facts == extract(source)
    assert all(1 <= each.line <= each.end <= facts.lines for each in facts.definitions)
    assert [each.line for each in facts.definitions] == sorted(each.line for each in facts.definitions)


def test_uses() -> None:
    source = """\
package p
import ("a.b/c"; other "a.b/d")
type S[T any] struct { Base; *c.Part; Own c.Of; kind T }
func (s *S[T]) Read(c c.Type, more ...c.More) (T, error) {
	if x, ok := s.find(c.Name); ok { return Max, x }
	other := other.New(Key{field: value, c.No: 1}, map[string]K{Idx: own})
	return other.None, s.kind
}
func (s S[T]) find(s2 string) {
	own()
	func(own func()) { own() }(find)
	other.Late()
	goto s
}
func own() { own := Far; own() }
var _ Interface = (*S[int])(nil)
"""
    facts = extract(source.encode())
    assert [(each.owner, each.rest, each.called) for each in facts.uses] == [
        ("", "Interface", False),
        ("S.Own", "c.Of", False),
        ("S.Read", "Idx", False),
        ("S.Read", "K", False),
        ("S.Read", "Key", False),
        ("S.Read", "Max", False),
        ("S.Read", "c.More", False),
        ("S.Read", "c.Type", False),
        ("S.Read", "other.New", True),
        ("S.Read", "value", False),
        ("S.find", "find", False),
        ("S.find", "other.Late", True),
        ("own", "Far", False),
    ]
    assert {each.name: each.calls for each in facts.definitions if each.calls} == {
        "S.Read": ("S.find",),
        "S.find": ("own",),
    }

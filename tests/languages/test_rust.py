"""Rust: items with their documentation and attributes, methods with their types, and the paths of ``use``."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.facts import Definition, Import
from incdoc.languages.rust.extract import extract


def definitions(source: str) -> list[Definition]:
    return list(extract(source.encode()).definitions)


def heads(source: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.name, each.declaration) for each in definitions(source)]


def uses(source: str) -> list[tuple[str, str]]:
    return [(each.module, each.alias) for each in extract(source.encode()).imports]


def test_items() -> None:
    source = """\
pub mod cells;
pub const SIDE: usize = 8;
static mut COUNT: i32 = 0;
pub type Names = HashMap<String, Point>;
pub struct Point<T> where T: Copy { pub x: T, y: i32 }
struct Pair(pub i32, f32);
union Bits { whole: u32 }
pub(crate) enum Cell { Empty, Full(Point), At { x: i32 } = 3 }
pub fn walk<'a>(
    from: &'a Point, // where
) -> impl Iterator<Item = Point> { body() }
#[macro_export]
macro_rules! point { ($x:expr) => { fn not_read() {} }; }
extern "C" { fn outside(x: i32) -> u8; }
"""
    assert heads(source) == [
        ("module", "cells", "pub mod cells"),
        ("constant", "SIDE", "pub const SIDE: usize = 8"),
        ("static", "COUNT", "static mut COUNT: i32 = 0"),
        ("type", "Names", "pub type Names = HashMap<String, Point>"),
        ("struct", "Point", "pub struct Point<T> where T: Copy"),
        ("field", "Point::x", "pub x: T"),
        ("field", "Point::y", "y: i32"),
        ("struct", "Pair", "struct Pair(pub i32, f32)"),
        ("union", "Bits", "union Bits"),
        ("field", "Bits::whole", "whole: u32"),
        ("enum", "Cell", "pub(crate) enum Cell"),
        ("variant", "Cell::Empty", "Empty"),
        ("variant", "Cell::Full", "Full(Point)"),
        ("variant", "Cell::At", "At { x: i32 } = 3"),
        ("field", "Cell::At::x", "x: i32"),
        ("function", "walk", "pub fn walk<'a>(from: &'a Point,) -> impl Iterator<Item = Point>"),
        ("macro", "point", "macro_rules! point"),
        ("function", "outside", "fn outside(x: i32) -> u8"),
    ]
    by_name = {each.name: each for each in definitions(source)}
    assert by_name["walk"].signature == "<'a>(from: &'a Point,) -> impl Iterator<Item = Point>"
    assert by_name["walk"].traits == ("pub",)
    assert by_name["Cell"].traits == ("pub(crate)",)
    assert by_name["point"].traits == ("pub",)
    assert (by_name["walk"].line, by_name["walk"].end) == (9, 11)


def test_methods_belong_to_the_type_of_their_impl() -> None:
    source = """\
struct Point;
trait Area: Sized + Into<f32> { const N: u8 = 1; type Item; fn area(&self) -> i32; fn twice(&self) -> i32 { 2 } }
impl Area for Point { type Item = u8; fn area(&self) -> i32 { 1 } }
impl<T> std::fmt::Display for Point { fn fmt(&self) {} }
impl Point { pub(super) const unsafe fn origin() -> Self { Point } }
impl<'a, T> From<&'a mut other::Foreign<T>> for &'a mut other::Foreign<T> { fn from(x: u8) {} }
"""
    assert [(kind, name) for kind, name, _ in heads(source)] == [
        ("struct", "Point"),
        ("trait", "Area"),
        ("constant", "Area::N"),
        ("type", "Area::Item"),
        ("method", "Area::area"),
        ("method", "Area::twice"),
        ("type", "Point::Item"),
        ("method", "Point::area"),
        ("method", "Point::fmt"),
        ("method", "Point::origin"),
        ("method", "Foreign::from"),
    ]
    by_name = {each.name: each for each in definitions(source)}
    assert by_name["Point"].bases == ("Area", "std::fmt::Display")
    assert by_name["Area"].bases == ("Sized", "Into<f32>")
    assert by_name["Point::origin"].traits == ("const", "pub(super)", "unsafe")


def test_documentation() -> None:
    source = """\
//! Grids.
//!
//!     indented
#![no_std]

// not this
/// A place.
///
/// # Examples
#[derive(Clone, Copy)]
#[doc = "More."]
struct Point {
    /// Across.
    x: i32, // not this
    y: i32,
}
/** Starred.
 * More
 */
fn f() {}
"""
    facts = extract(source.encode())
    assert facts.doc == "Grids.\n\n    indented"
    by_name = {each.name: each for each in facts.definitions}
    assert by_name["Point"].doc == "A place.\n\n# Examples\nMore."
    assert by_name["Point"].decorators == ("derive(Clone, Copy)",)
    assert by_name["Point::x"].doc == "Across."
    assert by_name["Point::y"].doc == ""
    assert by_name["f"].doc == "Starred.\nMore"


@pytest.mark.parametrize(
    ("tree", "paths"),
    [
        ("a", [("a", "")]),
        ("crate::a::B as C", [("crate::a::B", "C")]),
        ("a::*", [("a::*", "")]),
        ("a::{self, b, c as d, e::{f, g::*}}", [
            ("a", ""), ("a::b", ""), ("a::c", "d"), ("a::e::f", ""), ("a::e::g::*", ""),
        ]),
        ("{a, super::b}", [("a", ""), ("super::b", "")]),
        ("a::{}", []),
        ("a::{b,}", [("a::b", "")]),
        ("a::B as _", [("a::B", "_")]),
        ("r#type::x", [("r#type::x", "")]),
    ],
)  # fmt: skip
def test_paths_of_use(tree: str, paths: list[tuple[str, str]]) -> None:
    assert uses(f"use {tree};\n") == paths


def test_imports_say_what_they_are_and_where() -> None:
    source = """\
extern crate alloc as a;
pub use b::C;
mod d;
#[path = "other/f.rs"]
mod e;
mod g { mod h; use super::x; fn f() { use y::z; } }
fn f() { if true { use in_body::a; } }
"""
    assert extract(source.encode()).imports == (
        Import(1, "alloc", alias="a", style="extern crate"),
        Import(2, "b::C", style="pub use"),
        Import(3, "d", style="mod"),
        Import(5, "other/f.rs", alias="e", style="path"),
        Import(6, "h", style="mod", within="g"),
        Import(6, "super::x", style="use", within="g"),
        Import(6, "y::z", style="use", within="g"),
        Import(7, "in_body::a", style="use"),
    )


def test_items_in_bodies() -> None:
    source = "fn f() { struct A { x: u8 } impl A { fn g(&self) {} } let used = 1; }\n"
    assert [(kind, name) for kind, name, _ in heads(source)] == [
        ("function", "f"), ("struct", "f::A"), ("field", "f::A::x"), ("method", "f::A::g"),
    ]  # fmt: skip


def test_what_is_in_strings_comments_and_macros_is_not_read() -> None:
    source = (
        'const S: &str = "fn a() {}";\n/* fn b() {} */\nlazy! { fn c() {} }\nfn d() { "use e;"; r#"fn f() {}"#; }\n'
    )
    assert [(kind, name) for kind, name, _ in heads(source)] == [("constant", "S"), ("function", "d")]
    assert not uses(source)


def test_tests_have_a_trait() -> None:
    assert [each.traits for each in definitions("#[test]\nfn a() {}\n#[tokio::test]\nasync fn b() {}\n")] == [
        ("test",), ("async", "test"),
    ]  # fmt: skip


def test_a_long_value_is_left_out() -> None:
    assert heads(f'const A: &str = "{"x" * 300}";\n') == [("constant", "A", "const A: &str = …")]


def test_nesting_and_errors() -> None:
    deep = "mod a { " * 200 + "fn f() {}" + "}" * 200
    assert extract(deep.encode()).definitions[-1].name.count("::") == 200
    broken = extract(b"fn a( {\nfn b() {}\n")
    assert broken.errors
    assert extract(b"\xef\xbb\xbf//! Doc\r\nfn a() {}\r\n").doc == "Doc"
    assert extract(b"\0").binary


PIECES = [
    "fn f", "()", " {", "}", "impl ", "A", " for ", "use a", "::{", "self", ",", "*", ";\n", "mod m", "#[x]\n", "\xff",
    "//! e\n", "/** g */", '"', "'a ", "pub ", "struct ", "enum ", "trait ", "const ", ": u8 = ", "macro_rules! ",
    "/// d\n",
]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_whatever_the_bytes_are(pieces: list[str]) -> None:
    source = "".join(pieces).encode("latin-1")
    facts = extract(source)
    assert facts == extract(source)
    assert all(1 <= each.line <= each.end <= facts.lines for each in facts.definitions)
    assert [each.line for each in facts.definitions] == sorted(each.line for each in facts.definitions)


def test_uses_of_imports() -> None:
    source = """\
use crate::a::{B, c as d};
mod m;
pub fn f<T: B>(x: B, (p, q): (u8, u8)) -> m::R<B> { let z: B = d(1); B::new(m::g()); vec![B { w }] }
pub fn g(d: u8) -> u8 { d + 1 }
pub fn h() { |d| d(1); for d in 0..1 { d(); } }
impl B for S { type T = d; fn k(&self) -> B {} }
mod tests { use super::*; use crate::a::B; fn t() { B::q(); d(); } }
"""
    facts = extract(source.encode())
    names = [each.module for each in facts.imports]
    assert [(each.owner, names[each.item], each.rest, each.called) for each in facts.uses] == [
        ("S::T", "crate::a::c", "", False),
        ("S::k", "crate::a::B", "", False),
        ("f", "crate::a::B", "", False),
        ("f", "crate::a::B", "new", True),
        ("f", "crate::a::c", "", True),
        ("f", "m", "R", False),
        ("f", "m", "g", True),
        ("tests::t", "crate::a::c", "", True),
        ("tests::t", "crate::a::B", "q", True),
    ]


def test_calls_of_the_source() -> None:
    source = b"""\
use a::b;
fn f(x: u8) { g(1); let h = |y| y; h(2); m::k(); b(1) }
fn g(x: u8) {}
fn h(z: u8) {}
impl S { fn new() -> S { Self::make(); g(2) } fn make() {} fn run(&self) {}
fn go(&self) { self.run(); self.f(); o.make() } }
mod m { fn k() { f(1); j() } fn j() {} }
"""
    facts = extract(source)
    calls = {each.name: each.calls for each in facts.definitions if each.calls}
    assert calls == {"f": ("g",), "S::new": ("S::make", "g"), "S::go": ("S::run",), "m::k": ("m::j",)}

"""``incdoc diff`` of C++, TypeScript, Rust, Go, Java and languages of others: public names and their heads."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from tests import support
from tests.plugin.test_diff import git
from tests.support import write

Said = set[tuple[str, str, bool, str]]
"""(name, kind, whether it breaks users, detail)."""

CPP = (
    {
        "include/shop/cart.h": """\
#pragma once
#include "shop/money.h"
#define LIMIT 3
#define SUM(a, b) ((a) + (b))
#define GONE 1
namespace shop {
class SHOP_API Cart final : public Base {
 public:
  explicit Cart(int size = 3);
  virtual int add(const Item& item, int count) const;
  void clear();
  int count() const;
  int size;
 protected:
  void grow(int);
 private:
  int own(int);
};
template <typename T> T first(const T* all, int count);
int twice(int x);
int twice(double x);
Money price(int x);
using Names = std::vector<int>;
enum class Color { Red, Green };
namespace detail { int hidden(int); }
static inline int help(int x) { return x; }
}
""",
        "include/shop/money.h": "#pragma once\nnamespace shop { struct Money {}; }\n",
        "include/shop/old.h": "#pragma once\nint forgotten();\n",
        "src/cart.cpp": '#include "shop/cart.h"\nint inner(int x) { return x; }\n',
    },
    {
        "include/shop/cart.h": """\
#pragma once
#include "shop/money.h"
#define LIMIT 4
#define SUM(a, b, c) ((a) + (b) + (c))
namespace shop {
class Cart final {
 public:
  Cart(int n = 3);
  int add(const Item &it, int count, bool quiet = false) const override;
  void clear() const;
  int count();
  int size = 7;
 protected:
  void grow(int by);
 private:
  int own(double);
};
template <class Value> Value first(const Value* all, int count);
int twice(int value);
int twice(double x);
int twice(long x);
using Names = std::vector<long>;
enum class Color { Green };
namespace detail { int hidden(double); }
inline int help(long x) { return x; }
}
""",
        "include/shop/money.h": "#pragma once\nnamespace shop { class Money {}; Money price(int x); }\n",
        "src/cart.cpp": '#include "shop/cart.h"\nint inner(double x) { return x; }\n',
    },
    {
        ("SUM", "signature changed", True, "#define SUM(a, b) ((a) + (b)) → #define SUM(a, b, c) ((a) + (b) + (c))"),
        ("GONE", "removed", True, ""),
        ("shop::Cart", "base removed", True, "Base"),
        (
            "shop::Cart::add",
            "signature changed",
            False,
            "virtual int add(const Item& item, int count) const"
            " → int add(const Item &it, int count, bool quiet = false) const override",
        ),
        ("shop::Cart::clear", "signature changed", False, "void clear() → void clear() const"),
        ("shop::Cart::count", "signature changed", True, "int count() const → int count()"),
        ("shop::twice", "overload added", False, "int twice(long x)"),
        (
            "shop::Names",
            "declaration changed",
            True,
            "using Names = std::vector<int> → using Names = std::vector<long>",
        ),
        ("shop::Color::Red", "removed", True, ""),
        (
            "shop::help",
            "signature changed",
            True,
            "static inline int help(int x) → inline int help(long x)",
        ),
        ("shop::price", "added", False, ""),
        ("include/shop/old.h", "removed", True, ""),
    },
)
TYPESCRIPT = (
    {
        "web/cart.ts": """\
export function sum(a: number): number { return a }
export function many(a: number): number { return a }
export function wide(a: A | B): number { return a }
export class Cart extends Base<A> { add(x: T) {} private f() {} }
function own() {}
export const LIMIT: number = 1;
export interface Gone { x: number }
export type Kept = 1;
""",
        "web/old.ts": "export const a = 1;\n",
    },
    {
        "web/cart.ts": """\
export { Kept } from "./fresh";
export function sum(a: string): number { return 1 }
export function many(first: number, b?: string, ...c: X[]): number { return 1 }
export function wide(a: A | C | B): number { return a }
export class Cart extends Base<B> { constructor() {} add(x: T) {} _own() {} }
export const LIMIT: number = 2;
/** @deprecated */
export type Fresh = 1;
""",
        "web/fresh.ts": "export type Kept = 1;\n",
    },
    {
        ("web/cart.sum", "signature changed", True, "(a: number): number → (a: string): number"),
        (
            "web/cart.many",
            "signature changed",
            False,
            "(a: number): number → (first: number, b?: string, ...c: X[]): number",
        ),
        ("web/cart.wide", "signature changed", False, "(a: A | B): number → (a: A | C | B): number"),
        ("web/cart.Cart", "base changed", True, "Base<A> → Base<B>"),
        ("web/cart.Gone", "removed", True, ""),
        ("web/cart.Fresh", "added", False, ""),
        ("web/old", "removed", True, ""),
        ("web/fresh", "added", False, ""),
    },
)
RUST = (
    {
        "a/Cargo.toml": '[package]\nname = "a-shop"\n',
        "a/src/lib.rs": """\
mod inner;
mod secret;
pub mod open;
pub use inner::Kept;
pub fn walk(x: i32) -> i32 { x }
pub fn same<'a, T: Copy>(x: &'a T) -> &'a T { x }
fn own() {}
pub trait Area { fn area(&self); }
pub enum Cell { Empty, Full }
#[non_exhaustive]
pub enum Open { A }
pub struct Point { pub x: i32, y: i32 }
#[cfg(test)]
mod tests { pub fn f() {} }
""",
        "a/src/inner.rs": "pub struct Kept; pub struct Unseen;\nimpl Kept { pub fn f(&self, x: u8) {} }\n",
        "a/src/secret.rs": "pub fn g() {}\n",
        "a/src/open.rs": "pub fn h() {}\n",
        "a/src/main.rs": "pub fn main() {}\n",
    },
    {
        "a/Cargo.toml": '[package]\nname = "a-shop"\n',
        "a/src/lib.rs": """\
mod other;
mod secret;
pub mod open;
pub use other::*;
pub fn walk(x: i32, y: i32) -> i32 { x }
pub fn same<'b, U: Copy>(y: &'b U) -> &'b U { y }
pub trait Area { fn area(&self); fn more(&self); fn extra(&self) {} }
pub enum Cell { Full, Half }
#[non_exhaustive]
pub enum Open { A, B }
pub struct Point { pub x: i64, z: i32 }
#[cfg(test)]
mod tests { pub fn g() {} }
""",
        "a/src/other.rs": "pub struct Kept;\nimpl Kept { pub fn f(&self, y: u16) {} }\n",
        "a/src/secret.rs": "pub fn gg() {}\n",
        "a/src/open/mod.rs": "pub fn h() {}\n",
        "a/src/main.rs": "pub fn other() {}\n",
    },
    {
        ("a_shop::walk", "signature changed", True, "(x: i32) -> i32 → (x: i32, y: i32) -> i32"),
        ("a_shop::Area::more", "added", True, ""),
        ("a_shop::Area::extra", "added", False, ""),
        ("a_shop::Cell::Empty", "removed", True, ""),
        ("a_shop::Cell::Half", "added", True, ""),
        ("a_shop::Open::B", "added", False, ""),
        ("a_shop::Point::x", "declaration changed", True, ": i32 → : i64"),
        ("a_shop::Kept::f", "signature changed", True, "(&self, x: u8) → (&self, y: u16)"),
    },
)
GO = (
    {
        "go.mod": "module example.org/shop\n",
        "store/store.go": """\
package store
func New(a int) int { return a }
func own() {}
type Store struct { Rows int; own int }
type Reader interface { Read(p []byte) (n int, err error) }
func Sum(a, b int, more ...int) (total int) { return 0 }
""",
        "store/more_linux.go": "package store\nfunc Open(name string) error { return nil }\n",
        "store/more_windows.go": "package store\nfunc Open(name string) error { return nil }\n",
        "internal/clock/clock.go": "package clock\nfunc Now() int { return 1 }\n",
        "main.go": "package main\nfunc Run() {}\n",
    },
    {
        "go.mod": "module example.org/shop\n",
        "store/store.go": """\
package store
type Store struct { own int }
type Reader interface { Read([]byte) (int, error); Close() }
func Sum(x int, y int, more ...int) int { return 0 }
""",
        "store/more_linux.go": "package store\nfunc Open(name string) error { return nil }\n",
        "store/new.go": (
            "package store\n// New makes one.\n//\n// Deprecated: no.\nfunc New(a int) int { return a }\n"
        ),
        "store/more_windows.go": "package store\n",
        "internal/clock/clock.go": "package clock\n",
        "main.go": "package main\n",
    },
    {
        ("example.org/shop/store.New", "deprecated", False, ""),
        ("example.org/shop/store.Store.Rows", "removed", True, ""),
        ("example.org/shop/store.Reader.Close", "added", True, ""),
    },
)
JAVA = (
    {
        "src/A.java": """\
package org.example;
public class A {
  public static final int LIMIT = 1;
  public void f(int x) {}
  public int h(final @Nullable String a, List<String> b) throws E { return 1; }
  public void g() {}
  void own() {}
}
interface Hidden { void x(); }
""",
        "src/I.java": "package org.example;\npublic interface I { void m(); }\n",
    },
    {
        "src/A.java": """\
package org.example;
public class A {
  public static final int LIMIT = 2;
  public void f(int y) {}
  public void f(long x) {}
  public long h(String other, List<String> c) { return 1; }
  public enum E { B }
}
interface Hidden { }
""",
        "src/I.java": "package org.example;\npublic interface I { void m(); void n(); default void o() {} }\n",
    },
    {
        ("org.example.A.f", "overload added", False, "void (long x)"),
        (
            "org.example.A.h",
            "signature changed",
            True,
            "int (final String a, List<String> b) throws E → long (String other, List<String> c)",
        ),
        ("org.example.A.g", "removed", True, ""),
        ("org.example.A.E", "added", False, ""),
        ("org.example.I.n", "added", True, ""),
        ("org.example.I.o", "added", False, ""),
    },
)


def compared(folder: Path, old: dict[str, str], new: dict[str, str], path: str = "") -> Said:
    """What is said of two commits, with a cache and without."""
    run = partial(support.run, PYTHONPATH=path) if path else support.run
    write(folder, old)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "old")
    for name in old:
        (folder / name).unlink()
    write(folder, new)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "new")
    said = json.loads(run(folder, "incdoc", "diff", "HEAD~1", "HEAD", "--format", "json"))
    run(folder, "incdoc")
    again = json.loads(run(folder, "incdoc", "diff", "HEAD~1", "HEAD", "--format", "json"))
    assert again == said, "the answer does not depend on what was built"
    return {(each["name"], each["kind"], each["breaking"], each["detail"]) for each in said["changes"]}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [CPP, TYPESCRIPT, RUST, GO, JAVA],
    ids=["cpp", "typescript", "rust", "go", "java"],
)
def test_what_changed(tmp_path: Path, old: dict[str, str], new: dict[str, str], expected: Said) -> None:
    assert compared(tmp_path / "project", old, new) == expected


TYPES = (
    {
        "a.ts": """\
export function f(a: Array<string | null>, b: readonly X[], c?: ( A ) | ((x: X) => Y)): Promise<A | B> { return g(); }
export const limits: Map<string, number>[] = [];
export type Kind = | "a | b" | "c";
export function key(k: keyof X[], s: 'a | b'): (A | B)[] { return []; }
export function member(x: A & B[]): void {}
""",
        "go.mod": "module example.org/shop\n",
        "shop.go": """\
package shop
type Box struct { Any interface{} }
func Put(a map[string]interface{}, b []interface { }) (any, error) { return nil, nil }
func Take(a func(x interface{}) error) {}
func Read(r interface{ Read() }) {}
""",
    },
    {
        "a.ts": """\
export function f(x: (null | string)[], b: ReadonlyArray<X>, c?: ((x: X) => Y) | A): Promise<B|A> { return g(); }
export const limits: Array<Map<string,number>> = [];
export type Kind = "c" | "a | b";
export function key(k: (keyof X)[], s: 'a|b'): Array<B | A> { return []; }
export function member(x: Array<A & B>): void {}
""",
        "go.mod": "module example.org/shop\n",
        "shop.go": """\
package shop
type Box struct { Any any }
func Put(a map[string]any, b []any) (interface{}, error) { return nil, nil }
func Take(a func(x any) error) {}
func Read(r any) {}
""",
    },
)


def test_types_that_are_written_otherwise_are_the_same(tmp_path: Path) -> None:
    said = compared(tmp_path / "project", *TYPES)
    assert {name for name, *_ in said} == {"a.key", "a.member", "example.org/shop.Read"}


LANGUAGE = '''\
"""Procedures of a language of others: ``proc name (a, b)`` in a line."""

import re

from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import FileType, Kind, Language


def extract(data: bytes) -> Facts:
    lines = data.decode("utf-8", "replace").split("\\n")
    found = ((number, re.match(r"proc (\\w+) (.*)", line)) for number, line in enumerate(lines, 1))
    return Facts("pro", len(lines), definitions=tuple(
        Definition("procedure", each[1], number, number, each[2]) for number, each in found if each
    ))


LANGUAGE = Language(
    name="pro", title="Pro", files=(FileType("Pro source", suffixes=("pro",)),),
    kinds=(Kind("procedure", heading="Procedures", shown="block", public=True),), extract="incdoc_pro:extract",
)
'''


def test_a_language_that_says_nothing_of_its_api(tmp_path: Path) -> None:
    site = write(
        tmp_path / "site",
        {
            "incdoc_pro.py": LANGUAGE,
            "incdoc_pro-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: incdoc-pro\nVersion: 1.0\n",
            "incdoc_pro-1.0.dist-info/entry_points.txt": "[incdoc.languages]\npro = incdoc_pro:LANGUAGE\n",
        },
    )
    settings = {"incdoc.toml": 'languages = ["pro"]\n'}
    old = settings | {"a.pro": "proc sum (a, b)\nproc gone ()\nproc _own (x)\nproc kept (a)\n"}
    new = settings | {"a.pro": "proc sum (a)\nproc _own ()\nproc kept (a)\nproc fresh ()\n"}
    assert compared(tmp_path / "project", old, new, str(site)) == {
        ("a.pro.sum", "declaration changed", True, "(a, b) → (a)"),
        ("a.pro.gone", "removed", True, ""),
        ("a.pro.fresh", "added", False, ""),
    }

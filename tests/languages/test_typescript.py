"""TypeScript and JavaScript: declarations and members, what is exported, imports in all their forms, JSDoc."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.facts import Definition, Facts, Import
from incdoc.languages.javascript.extract import extract as javascript
from incdoc.languages.typescript.extract import extract as typescript


def by_name(source: str) -> dict[str, Definition]:
    return {each.name: each for each in typescript(source.encode()).definitions}


def heads(source: str, extract: Callable[[bytes], Facts] = typescript) -> list[tuple[str, str, str]]:
    return [(each.kind, each.name, each.declaration) for each in extract(source.encode()).definitions]


def test_declarations() -> None:
    source = """\
export type Items = Map<string, Item>;
export const enum Status { Open, Paid = 1, "quoted" }
export const LIMIT = 20, OTHER: string = "x";
let a, [b, c] = f(), {d, e: g = 1, ...h} = i();
export function sum(cart: Cart<Item>): number;
export function sum(cart: any) { function inner() {} return total([]); }
export const count = (cart: Cart): number => cart.size;
const one = async x => x, Cls = class Foo { bar() {} };
async function* gen() {}
export default class extends Q { m() {} }
declare function df(x: number): void;
declare const dc: number;
abstract class Abs {}
"""
    assert heads(source) == [
        ("type", "Items", "export type Items = Map<string, Item>"),
        ("enum", "Status", "export const enum Status"),
        ("enum member", "Status.Open", "Open"),
        ("enum member", "Status.Paid", "Paid = 1"),
        ("enum member", "Status.quoted", '"quoted"'),
        ("constant", "LIMIT", "export const LIMIT = 20"),
        ("constant", "OTHER", 'export const OTHER: string = "x"'),
        ("variable", "a", "let a"),
        ("variable", "b", "let [b, c] = f()"),
        ("variable", "c", "let [b, c] = f()"),
        ("variable", "d", "let {d, e: g = 1, ...h} = i()"),
        ("variable", "g", "let {d, e: g = 1, ...h} = i()"),
        ("variable", "h", "let {d, e: g = 1, ...h} = i()"),
        ("function", "sum", "export function sum(cart: Cart<Item>): number"),
        ("function", "sum", "export function sum(cart: any)"),
        ("function", "count", "export const count = (cart: Cart): number"),
        ("function", "one", "const one = async x"),
        ("class", "Cls", "Cls = class Foo"),
        ("method", "Cls.bar", "bar()"),
        ("function", "gen", "async function* gen()"),
        ("class", "default", "export default class extends Q"),
        ("method", "default.m", "m()"),
        ("function", "df", "declare function df(x: number): void"),
        ("constant", "dc", "declare const dc: number"),
        ("class", "Abs", "abstract class Abs"),
    ]


def test_members() -> None:
    source = """\
@Dec({a: 1})
export abstract class Cart<T extends Item> extends ns.Base<T> implements I1, I2<T> {
  private items: T[] = [];
  static #own = 1;
  constructor(public readonly owner: string, x: number) { super(); }
  add(item: T): this;
  @log() add(item: T, n?: number): this { return this; }
  get size(): number { return 1; }
  static async *empty(): Cart<Item> { return new Cart("none"); }
  abstract foo(): void;
  ["computed"]() {}
  static { }
}
interface Item<T> extends A, B<T> { name: string; readonly price?: number; m(x: number): void; [k: string]: any }
"""
    assert heads(source) == [
        ("class", "Cart", "export abstract class Cart<T extends Item> extends ns.Base<T> implements I1, I2<T>"),
        ("field", "Cart.items", "private items: T[] = []"),
        ("field", "Cart.#own", "static #own = 1"),
        ("method", "Cart.constructor", "constructor(public readonly owner: string, x: number)"),
        ("field", "Cart.owner", "public readonly owner: string"),
        ("method", "Cart.add", "add(item: T): this"),
        ("method", "Cart.add", "add(item: T, n?: number): this"),
        ("method", "Cart.size", "get size(): number"),
        ("method", "Cart.empty", "static async *empty(): Cart<Item>"),
        ("method", "Cart.foo", "abstract foo(): void"),
        ("interface", "Item", "interface Item<T> extends A, B<T>"),
        ("field", "Item.name", "name: string"),
        ("field", "Item.price", "readonly price?: number"),
        ("method", "Item.m", "m(x: number): void"),
    ]
    found = by_name(source)
    assert found["Cart"].bases == ("ns.Base<T>", "I1", "I2<T>")
    assert found["Cart"].decorators == ("Dec({a: 1})",)
    assert found["Cart"].traits == ("abstract", "export")
    assert found["Item"].bases == ("A", "B<T>")
    assert found["Cart.size"].traits == ("get",)


def test_namespaces() -> None:
    source = """\
namespace A.B { export const x = 1; }
declare module "./x" { interface Z { q: number } }
declare global { interface Window { foo: string } }
export {};
"""
    assert [(kind, name) for kind, name, _ in heads(source)] == [
        ("namespace", "A.B"), ("constant", "A.B.x"), ("namespace", '"./x"'), ("interface", '"./x".Z'),
        ("field", '"./x".Z.q'), ("interface", "Window"), ("field", "Window.foo"),
    ]  # fmt: skip


def test_imports() -> None:
    source = """\
import { total, a as b } from "./util.js";
import type { Money } from "./money";
import def, * as ns from 'x';
import "side";
import fs = require("fs");
export { q, r as s } from "./re";
export * from "./all";
export * as nsp from "./nsp";
const lazy = await import("./lazy");
function f() { return require("./inside"); }
const text = "require('./no')"; // require("./no")
require(computed);
"""
    assert typescript(source.encode()).imports == (
        Import(1, "./util.js", "total", style="import"),
        Import(1, "./util.js", "a", "b", style="import"),
        Import(2, "./money", "Money", style="import type"),
        Import(3, "x", "default", "def", style="import"),
        Import(3, "x", "*", "ns", style="import"),
        Import(4, "side", style="import"),
        Import(5, "fs", "*", "fs", style="require"),
        Import(6, "./re", "q", style="export"),
        Import(6, "./re", "r", "s", style="export"),
        Import(7, "./all", "*", style="export"),
        Import(8, "./nsp", "*", "nsp", style="export"),
        Import(9, "./lazy", style="import call"),
        Import(10, "./inside", style="require"),
    )


def exported(source: str) -> list[str]:
    return [each.name for each in javascript(source.encode()).definitions if "export" in each.traits]


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("function a() {}\nfunction b() {}\nexport { a, b as c };\n", ["a", "b"]),
        ("const a = 1;\nexport default a;\n", ["a"]),
        ("function a() {}\nconst b = 1;\nmodule.exports = { a, x: b, y: 1 };\n", ["a", "b"]),
        ("class A {}\nmodule.exports = A;\n", ["A"]),
        ("exports.f = function (x) {};\nmodule.exports.b = 1;\n", ["f", "b"]),
        ("function a() {}\nexports.a = a;\n", ["a"]),
        ("function a() {}\nrequire('b');\n", []),
    ],
)
def test_what_is_exported(source: str, names: list[str]) -> None:
    assert exported(source) == names


def test_a_script_has_global_names() -> None:
    assert [each.traits for each in javascript(b"function a() {}\n").definitions] == [("global",)]


def test_javascript() -> None:
    source = """\
#!/usr/bin/env node
'use strict';
const fs = require("fs"), {a, b: c} = require('./x');
Foo.prototype.baz = function (x) {};
var f = function () {}, K = class { static level = 1; #lines = []; async flush() {} };
const view = <div onClick={() => f()}>text</div>;
"""
    assert heads(source, javascript) == [
        ("method", "Foo.baz", "Foo.prototype.baz = function (x)"),
        ("function", "f", "var f = function ()"),
        ("class", "K", "K = class"),
        ("field", "K.level", "static level = 1"),
        ("field", "K.#lines", "#lines = []"),
        ("method", "K.flush", "async flush()"),
        ("constant", "view", "const view = <div onClick={() => f()}>text</div>"),
    ]
    assert javascript(source.encode()).imports == (
        Import(3, "fs", "*", "fs", style="require"),
        Import(3, "./x", "a", style="require"),
        Import(3, "./x", "c", style="require"),
    )


def test_uses_of_imports() -> None:
    source = """\
import d, { a as b, c } from "./m";
import * as ns from "./n";
export { c };
export class K<T> extends b.Base<c> implements ns.I {
  @deco f: c = b();
  m(p: c, { r, s: t = 1 }: any, ...u: d[]) {}
}
function g(b: any) { return b(); }
function h() { const c = 1; return c + d(c) + ns?.deep.x(2); }
const el = <b.C prop={c}><c/></b.C>;
const later: ns.Handler = () => { for (const d of []) { d(); } };
"""
    facts = typescript(source.encode())
    names = ["d", "b", "c", "ns"]
    assert [(each.owner, names[each.item], each.rest, each.called) for each in facts.uses] == [
        ("K", "b", "Base", False),
        ("K", "c", "", False),
        ("K", "ns", "I", False),
        ("K.f", "b", "", True),
        ("K.f", "c", "", False),
        ("K.m", "d", "", False),
        ("K.m", "c", "", False),
        ("el", "b", "C", False),
        ("el", "c", "", False),
        ("h", "d", "", True),
        ("h", "ns", "deep.x", True),
        ("later", "ns", "Handler", False),
    ]


def test_jsx_and_casts_are_both_read() -> None:
    assert not typescript(b"const a = <div>{b}</div>;\nconst c = 1;\n").errors
    assert not typescript(b"const a = <T>b;\nconst c = 1;\n").errors


def test_documentation() -> None:
    source = """\
/* Copyright 2020 */

/**
 * What is in the cart.
 */
import "x";

/** Not this. */
/**
 * Sum it.
 *
 * @param x - what
 * @deprecated use g
 */
export function f(x: number) {}
// not this
function g() {}
class A {
  /** Of a. */
  a = 1; // not this
  b = 2;
}
"""
    facts = typescript(source.encode())
    assert facts.doc == "What is in the cart."
    docs = {each.name: each.doc for each in facts.definitions if each.doc}
    assert docs == {"f": "Sum it.\n\n@param x - what\n@deprecated use g", "A.a": "Of a."}
    assert by_name(source)["f"].traits == ("deprecated", "export")
    assert typescript(b"/** Of f. */\nfunction f() {}\n").doc == ""
    assert typescript(b"// The file.\n\nfunction f() {}\n").doc == "The file."
    assert typescript(b"// src/a-b/c.ts\nimport 'x';\n").doc == ""
    assert typescript(b"// src/c.ts\n\n// Of src/c.ts.\n\nf();\n").doc == "Of src/c.ts."


def test_nesting_and_errors() -> None:
    deep = "namespace a { " * 200 + "let x;" + "}" * 200
    assert typescript(deep.encode()).definitions[-1].name.count(".") == 200
    assert typescript(b"class A { f( { }\n").errors
    assert typescript(b"\0").binary


PIECES = [
    "import ", "{a}", " from 'b'", ";\n", "export ", "default ", "class ", "A", " {", "}\n", "interface ", "enum ",
    "function ", "f", "(x: T)", " => ", "const ", "= 1", "namespace ", "declare ", "/** d */", "// e\n", "`", "<",
    "\xff",     "module.exports", ".prototype.", "require('c')", "@D()", "static ", "#x",
]  # fmt: skip


@pytest.mark.parametrize("extract", [typescript, javascript])
@settings(deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_whatever_the_bytes_are(extract: Callable[[bytes], Facts], pieces: list[str]) -> None:
    source = "".join(pieces).encode("latin-1")
    facts = extract(source)
    assert facts == extract(source)
    assert all(1 <= each.line <= each.end <= facts.lines for each in facts.definitions)
    assert [each.line for each in facts.definitions] == sorted(each.line for each in facts.definitions)


def test_calls_of_the_source() -> None:
    source = b"""\
import {a} from './a';
function f(g: any) { g(1); h(2); new K(); a(1); }
function h(x: number) { return (f: any) => f(x); }
class K { m() { h(1); this.n(); [1].map(() => this.o()); } n() { const h = 1; h(2); function q() { this.m(); } }
o() { return { n() { this.m(); } }; } p = () => this.m(); }
"""
    facts = typescript(source)
    calls = {each.name: each.calls for each in facts.definitions if each.calls}
    assert calls == {"f": ("K", "h"), "K.m": ("K.n", "K.o", "h"), "K.p": ("K.m",)}

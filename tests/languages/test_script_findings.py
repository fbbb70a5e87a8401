"""The rules of JavaScript and TypeScript: for each what it finds, and what looks like it.

``//! text`` ends each line where the rule has to be found, with the text that the finding quotes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from incdoc.languages.facts import Facts
from incdoc.languages.findings import rules
from incdoc.languages.javascript.extract import extract as javascript
from incdoc.languages.typescript.extract import extract as typescript
from incdoc.languages.typescript.ruleset import JAVASCRIPT, TSX, TYPESCRIPT
from tests import inprocess
from tests.support import marked, pages, write

CASES = {
    "no-eval": """
        eval(code); //! eval
        globalThis.eval("1"); //! globalThis.eval
        parser.eval(code);
        evaluate(code);
        const text = "eval(x)"; // eval(x)
    """,
    "no-implied-eval": """
        setTimeout("go()", 10); //! setTimeout
        window.setInterval(`go()`, 10); //! window.setInterval
        setTimeout(/* soon */ "go()", /* ms */ 10); //! setTimeout
        setTimeout(a + "()" + b); //! setTimeout
        setTimeout(go, 10);
        setTimeout(() => "go", 10);
        setTimeout(a + b, "10");
        clock.setTimeout("go()");
    """,
    "no-new-func": """
        const add = new Function("a", "b", "return a + b"); //! Function
        const run = Function("go()"); //! Function
        Function.apply(null, texts); //! Function
        const kind = value instanceof Function;
        new Functions("x");
    """,
    "no-script-url": """
        link.href = "javascript:void(0)"; //! javascript:void(0)
        link.href = `JavaScript:go()`; //! JavaScript:go()
        link.href = "see javascript:void(0)";
        link.href = `javascript:${code}`;
        tag`javascript:go()`;
    """,
    "no-await-in-loop": """
        for (const each of all) {
            await each.go(); //! await each.go()
            run(async () => { await each; });
        }
        while (await next()) { } //! await next()
        for (let i = await first(); i < 9; i++) { }
        for await (const each of all) { await each; }
        await Promise.all(all);
    """,
    "eqeqeq": """
        if (a == b) { } //! a == b
        if (a === b || a
            != c) { } //! a != c
        if (a == null || null != b) { }
        if (a === b || a !== c) { }
    """,
    "no-async-promise-executor": """
        new Promise(async (done) => { done(await go()); }); //! Promise
        new Promise(async function (done) { }); //! Promise
        new Promise((done) => done(async () => 1));
        new Promised(async () => 1);
    """,
    "no-caller": """
        const own = arguments.callee; //! arguments.callee
        const first = arguments[0];
        const other = options.callee;
    """,
    "no-debugger": """
        debugger; //! debugger;
        const a = x.debugger;
    """,
    "no-empty": """
        try { go(); } catch (error) { } //! catch
        try { go(); } catch {} //! catch
        try { go(); } catch (error) { /* it need not be there */ }
        try { } finally { }
        if (a) { }
    """,
    "no-new-wrappers": """
        const a = new String("a"); //! String
        const b = String("a");
        const c = new my.String("a");
    """,
    "no-proto": """
        const a = b.__proto__; //! b.__proto__
        b["__proto__"] = a; //! b["__proto__"]
        const c = { __proto__: a };
    """,
    "no-prototype-builtins": """
        if (a.hasOwnProperty("b")) { } //! a.hasOwnProperty
        if (Object.prototype.hasOwnProperty.call(a, "b")) { }
        if (Object.hasOwn(a, "b")) { }
    """,
    "no-throw-literal": """
        if (a) throw "a"; //! "a"
        if (b) throw { code: 1 }; //! { code: 1 }
        if (c) throw "a" + b; //! "a" + b
        if (d) throw new Error("a");
        throw error;
    """,
    "no-with": """
        with (Math) { cos(1); } //! (Math)
        const a = { with: 1 };
    """,
    "use-isnan": """
        if (a === NaN) { } //! a === NaN
        if (Number.NaN != a) { } //! Number.NaN != a
        if (Number.isNaN(a)) { }
        const b = NaN;
    """,
    "valid-typeof": """
        if (typeof a === "strnig") { } //! "strnig"
        if ('undefind' != typeof a) { } //! 'undefind'
        if (typeof a === "bigint" || typeof a == kind) { }
    """,
}


@pytest.mark.parametrize("extract", [javascript, typescript])
@pytest.mark.parametrize("code", CASES)
def test_a_rule_finds_its_places_and_no_others(code: str, extract: Callable[[bytes], Facts]) -> None:
    source = f"async function around(x) {{{CASES[code]}}}\n"
    found = [each for each in extract(source.encode()).findings if each.code == code]
    assert [(each.line, each.text) for each in found] == marked(source, "//!")
    assert {each.owner for each in found} == {"around"}


def test_every_rule_has_a_case_in_all_grammars() -> None:
    assert [rule.code for rule in rules(JAVASCRIPT)] == list(CASES)
    assert rules(TYPESCRIPT) == rules(TSX) == rules(JAVASCRIPT)


def test_sources_with_jsx_are_searched() -> None:
    source = b"const a: any = <p onClick={() => eval(x)}>a</p>;\nfunction f() { debugger; }\n"
    found = typescript(source).findings
    assert [(each.code, each.line, each.owner) for each in found] == [("no-eval", 1, "a"), ("no-debugger", 2, "f")]


def test_what_is_nested_too_deeply_is_not_searched_and_the_page_says_so(tmp_path: Path) -> None:
    deep = "export const a = " + "1 + (" * 600 + "1" + ")" * 600 + ";\neval(a);\n"
    folder = write(tmp_path / "p", {"deep.js": deep, "flat.js": "eval(a);\n"})
    assert inprocess.run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    assert "No rule was tried: the source is nested deeper than 1,000 levels." in made["deep.js_docs.md"]
    assert "`a`" in made["deep.js_docs.md"]
    assert "| [no-eval](./rules.md#no-eval) | " in made["flat.js_docs.md"]

"""Java: types with their members, modifiers and annotations, the package that a source says, and Javadoc."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.facts import Definition, Import
from incdoc.languages.java.extract import extract


def by_name(source: str) -> dict[str, Definition]:
    return {each.name: each for each in extract(source.encode()).definitions}


def heads(source: str) -> list[tuple[str, str, str]]:
    return [(each.kind, each.name, each.declaration) for each in extract(source.encode()).definitions]


def test_types_and_members() -> None:
    source = """\
package org.example;
public abstract class Account<T extends A & B> extends Base<T> implements Comparable<Account<T>>, X {
    public static final int LIMIT = 100, OTHER;
    private int balance[];
    static { int notRead = 1; }
    public Account(int balance) throws E { this.balance = balance; }
    protected <U> void deposit(int amount, final String... s) throws IOException { class Local {} }
    abstract void none();
    Object anonymous() { return new Object() { int notRead() { return 1; } }; }
    static class Book { List<Entry> entries; }
}
class Second {}
"""
    assert heads(source) == [
        ("package", "org.example", "package org.example"),
        (
            "class",
            "Account",
            "public abstract class Account<T extends A & B> extends Base<T> implements Comparable<Account<T>>, X",
        ),
        ("constant", "Account.LIMIT", "public static final int LIMIT = 100"),
        ("constant", "Account.OTHER", "public static final int OTHER"),
        ("field", "Account.balance", "private int balance[]"),
        ("constructor", "Account.Account", "public Account(int balance) throws E"),
        (
            "method",
            "Account.deposit",
            "protected <U> void deposit(int amount, final String... s) throws IOException",
        ),
        ("method", "Account.none", "abstract void none()"),
        ("method", "Account.anonymous", "Object anonymous()"),
        ("class", "Account.Book", "static class Book"),
        ("field", "Account.Book.entries", "List<Entry> entries"),
        ("class", "Second", "class Second"),
    ]
    facts = extract(source.encode())
    assert facts.package == "org.example"
    found = by_name(source)
    assert found["Account"].bases == ("Base<T>", "Comparable<Account<T>>", "X")
    assert found["Account"].traits == ("abstract", "public")
    assert found["Account.deposit"].signature == "(int amount, final String... s) throws IOException"


def test_enums_interfaces_records_and_annotations() -> None:
    source = """\
enum State implements Q { OPEN, CLOSED(1) { void notRead() {} }; private int f; State() {} void g() {} }
interface Listener extends A, B { int K = 1; void changed(int balance); default void d() {} }
record Entry<T>(String text, @A int amount) implements Z { Entry { check(); } static int n; }
@interface Ann { int value() default 1; }
sealed interface S permits A, B {}
"""
    assert heads(source) == [
        ("enum", "State", "enum State implements Q"),
        ("enum constant", "State.OPEN", "OPEN"),
        ("enum constant", "State.CLOSED", "CLOSED(1)"),
        ("field", "State.f", "private int f"),
        ("constructor", "State.State", "State()"),
        ("method", "State.g", "void g()"),
        ("interface", "Listener", "interface Listener extends A, B"),
        ("constant", "Listener.K", "int K = 1"),
        ("method", "Listener.changed", "void changed(int balance)"),
        ("method", "Listener.d", "default void d()"),
        ("record", "Entry", "record Entry<T>(String text, @A int amount) implements Z"),
        ("field", "Entry.text", "String text"),
        ("field", "Entry.amount", "int amount"),
        ("constructor", "Entry.Entry", "Entry"),
        ("field", "Entry.n", "static int n"),
        ("annotation", "Ann", "@interface Ann"),
        ("method", "Ann.value", "int value() default 1"),
        ("interface", "S", "sealed interface S permits A, B"),
    ]
    assert by_name(source)["Listener"].bases == ("A", "B")


def test_documentation_modifiers_and_annotations() -> None:
    source = """\
/* Licence */
package p;

/** Not of the class. */
import java.util.List;

/**
 * Money of {@code one} owner.
 *
 * @param <T> x
 */
@Deprecated
@Foo(a = {1,
  2}) // why
public class A {
    // not this
    int a;
    /** Of b. */
    @Bar int b;
    /** @deprecated use d */
    // between
    void c() {}
    @Test public void d() {}
}
"""
    facts = extract(source.encode())
    assert facts.doc == "Money of {@code one} owner.\n\n@param <T> x"
    found = {each.name: each for each in facts.definitions}
    assert found["A"].doc == facts.doc
    assert found["A"].decorators == ("Deprecated", "Foo(a = {1, 2})")
    assert found["A"].traits == ("deprecated", "public")
    assert (found["A"].line, found["A"].end) == (15, 24)
    assert [found[f"A.{name}"].doc for name in "abcd"] == ["", "Of b.", "@deprecated use d", ""]
    assert found["A.c"].traits == ("deprecated",)
    assert found["A.d"].traits == ("public", "test")


def test_a_package_with_documentation() -> None:
    facts = extract(b"/** Rows. */\n@NullMarked\npackage a.b;\n")
    assert (facts.doc, facts.package) == ("Rows.", "a.b")
    assert [(each.line, each.end, each.doc) for each in facts.definitions] == [(3, 3, "Rows.")]


def test_imports() -> None:
    source = "import java.util.List;\nimport java.util.*;\nimport static a.B.c;\nimport static a.B.*;\n"
    assert extract(source.encode()).imports == (
        Import(1, "java.util.List"),
        Import(2, "java.util.*"),
        Import(3, "a.B.c", style="static"),
        Import(4, "a.B.*", style="static"),
    )


def test_nesting_and_errors() -> None:
    deep = "class A { " * 200 + "int f;" + "}" * 200
    assert extract(deep.encode()).definitions[-1].name.count(".") == 200
    assert extract(b"class A { void f( { }\n class B {}\n").errors
    assert extract(b"\0").binary


PIECES = [
    "package p;\n", "import ", "a.b", ".*", ";\n", "class ", "A", " {", "}\n", "interface ", "enum ", "record ",
    "(int x) ", "@X ", "@interface ", "public ", "static final ", "int f", " = 1", "/** d */", "// e\n", '"', "\xff",
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
package p;
import static q.Checks.check;
import q.Out;
@Note(key = Out.KEY) class A<T extends Low> extends Base<Arg> implements Map.Face {
    static final int OWN = 1;
    Out.In[] field = new Out.In[OWN];
    <U> T m(U u, Thing thing) throws Fault {
        check(thing);
        for (Item each : Items.all()) { n(each); this.n(); over(1); over(); }
        switch (u) { case LABEL: }
        return (T) new Base() { int k() { return hid() + Held.size(); } };
    }
    int n(Item... items) { return q.r.Full.get() + Inner.made(); }
    @Override int over(int x) { return 0; }
    int over() { return 0; }
    int hid() { return 0; }
    static class Inner { static int made() { return OWN; } }
}
"""
    facts = extract(source.encode())
    assert [(each.owner, each.rest, each.called) for each in facts.uses] == [
        ("A", "Arg", False),
        ("A", "Low", False),
        ("A", "Note", True),
        ("A", "Out.KEY", False),
        ("A.field", "Out.In", False),
        ("A.m", "Base", True),
        ("A.m", "Fault", False),
        ("A.m", "Held.size", True),
        ("A.m", "Item", False),
        ("A.m", "Items.all", True),
        ("A.m", "Thing", False),
        ("A.m", "check", True),
        ("A.n", "Item", False),
        ("A.n", "q.r.Full.get", True),
    ]
    calls = {each.name: each.calls for each in facts.definitions if each.calls}
    assert calls == {"A.m": ("A.n", "A.over"), "A.n": ("A.Inner.made",)}

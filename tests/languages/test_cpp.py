"""C, C++ and CUDA: declarations with their documentation, in code full of macros."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from incdoc.languages.cpp import kinds
from incdoc.languages.cpp.grammar import cuda
from incdoc.languages.cpp.masking import mask
from incdoc.languages.cpp.reading import read as read_bytes
from incdoc.languages.facts import MOST_ROWS, Definition, Facts


def read(source: str, language: str = "cpp") -> Facts:
    return read_bytes(language, source.encode())


def names(source: str, language: str = "cpp") -> list[tuple[str, str]]:
    return [(each.kind, each.name) for each in read(source, language).definitions]


def one(source: str, name: str, language: str = "cpp") -> Definition:
    (found,) = [each for each in read(source, language).definitions if each.name == name]
    return found


def test_a_header_of_c() -> None:
    source = """\
/* Ring buffers of bytes; see int ring_lost(void) for what is gone. */
#ifndef RING_H
#define RING_H
#include <stddef.h>
# include "shape.hpp" /* shapes */
#define RING_MAX 4096
#define RING_NEXT(i) \\
  (((i) + 1) % RING_MAX)
enum ring_state { RING_EMPTY, RING_FULL };
struct ring {
  unsigned char data[RING_MAX];
  size_t head, tail;
  union { int i; float f; };
  struct { int x; } at;
  unsigned bits : 3;
};
typedef struct ring ring_t;
typedef struct { int a; } pair_t;
typedef int (*ring_visit)(unsigned char byte, void *context);
/** Put one byte; 0 where the ring is full. */
int ring_put(struct ring *r, unsigned char byte);
static inline size_t ring_size(const ring_t *r) { return r->tail - r->head; }
extern int ring_count;
#endif
"""
    facts = read(source)
    assert facts.doc == "Ring buffers of bytes; see int ring_lost(void) for what is gone."
    assert not facts.errors
    assert [(each.line, each.module, each.style) for each in facts.imports] == [
        (4, "stddef.h", "<>"),
        (5, "shape.hpp", '""'),
    ]
    assert [(each.kind, each.name, each.line, each.end) for each in facts.definitions] == [
        ("macro", "RING_H", 3, 3),
        ("macro", "RING_MAX", 6, 6),
        ("macro", "RING_NEXT", 7, 8),
        ("enum", "ring_state", 9, 9),
        ("enumerator", "ring_state::RING_EMPTY", 9, 9),
        ("enumerator", "ring_state::RING_FULL", 9, 9),
        ("struct", "ring", 10, 16),
        ("field", "ring::data", 11, 11),
        ("field", "ring::head", 12, 12),
        ("field", "ring::tail", 12, 12),
        ("field", "ring::i", 13, 13),
        ("field", "ring::f", 13, 13),
        ("field", "ring::at", 14, 14),
        ("field", "ring::at::x", 14, 14),
        ("field", "ring::bits", 15, 15),
        ("typedef", "ring_t", 17, 17),
        ("struct", "pair_t", 18, 18),
        ("field", "pair_t::a", 18, 18),
        ("typedef", "ring_visit", 19, 19),
        ("function", "ring_put", 21, 21),
        ("function", "ring_size", 22, 22),
        ("variable", "ring_count", 23, 23),
    ]
    assert names(source) == names(source, "c") == names(source, "cuda")
    heads = {each.name: each.declaration for each in facts.definitions}
    assert heads["RING_NEXT"] == "#define RING_NEXT(i) (((i) + 1) % RING_MAX)"
    assert heads["ring::tail"] == "size_t tail"
    assert heads["ring_visit"] == "typedef int (*ring_visit)(unsigned char byte, void *context)"
    assert heads["ring_size"] == "static inline size_t ring_size(const ring_t *r)"
    traits = {each.name: each.traits for each in facts.definitions if each.traits}
    assert traits == {
        "RING_H": ("include guard",),
        "RING_NEXT": ("function-like",),
        "pair_t": ("typedef",),
        "ring_put": ("declared",),
        "ring_size": ("inline", "static"),
        "ring_count": ("declared", "extern"),
    }
    assert one(source, "ring_put").doc == "Put one byte; 0 where the ring is full."


def test_a_class() -> None:
    source = """\
namespace a::b {
/// What it is.
///
/// More.
template <typename T, int N = 3>
class API Shape final : public Base<T, int>, private ns::Other {
  explicit Shape(int x, std::vector<int> y = {1, 2}) noexcept : x_(x) {}
  virtual ~Shape() = default;
  Shape(const Shape&) = delete;
 public:
  operator const char*() const;
  bool operator==(const Shape& other) const { return true; }
  virtual double area() const = 0;
  template <class U> void m(U u) REQUIRES(mu) override;
  friend bool operator<(const Shape& a, const Shape& b) { return true; }
  friend class Z;
  typedef int Y;
  using X = int;
  int (*fp)(int);
  enum class Unit { Metre, Foot DEPRECATED = 2 };
 protected:
  int x_; // the x
  int y_ = 3; ///< the y
              ///< and more
};
}
"""
    facts = read(source)
    assert not facts.errors
    found = [(each.kind, each.name.removeprefix("a::b::"), each.traits) for each in facts.definitions]
    assert found == [
        ("namespace", "a::b", ()),
        ("class", "Shape", ("final", "template")),
        ("method", "Shape::Shape", ("constructor", "explicit", "noexcept", "private")),
        ("method", "Shape::~Shape", ("defaulted", "destructor", "private", "virtual")),
        ("method", "Shape::Shape", ("constructor", "deleted", "private")),
        ("method", "Shape::operator const char*", ("const", "conversion", "declared")),
        ("method", "Shape::operator==", ("const", "operator")),
        ("method", "Shape::area", ("const", "declared", "pure", "virtual")),
        ("method", "Shape::m", ("declared", "override", "template")),
        ("function", "operator<", ("friend", "operator")),
        ("typedef", "Shape::Y", ()),
        ("type alias", "Shape::X", ()),
        ("field", "Shape::fp", ()),
        ("enum", "Shape::Unit", ("scoped",)),
        ("enumerator", "Shape::Unit::Metre", ()),
        ("enumerator", "Shape::Unit::Foot", ()),
        ("field", "Shape::x_", ("protected",)),
        ("field", "Shape::y_", ("protected",)),
    ]
    shape = one(source, "a::b::Shape")
    assert (shape.line, shape.end) == (5, 25)
    assert shape.bases == ("public Base<T, int>", "private ns::Other")
    assert shape.doc == "What it is.\n\nMore."
    assert shape.declaration == (
        "template <typename T, int N = 3> class API Shape final : public Base<T, int>, private ns::Other"
    )
    assert one(source, "a::b::Shape::m").declaration == "template <class U> void m(U u) REQUIRES(mu) override"
    assert one(source, "a::b::Shape::x_").doc == "the x"
    assert one(source, "a::b::Shape::y_").doc == "the y\nand more"


def test_definitions_outside_of_their_class() -> None:
    source = """\
namespace geo {
namespace {
double square(double x) { return x * x; }
}
Shape::Shape(Unit unit) : unit_(unit) {}
Shape::~Shape() = default;
Shape *Shape::parse(const char *text) { return 0; }
Shape::operator int() { return 1; }
template <> template <typename T> void X<int>::f<T>(int) {}
bool Shape::operator()(int a) { return true; }
int Shape::count = 0;
}
int geo::free(int x) { return x; }
extern "C" {
int plain(void);
}
template class Shape<int>;
template <> struct std::hash<geo::Shape<int>> { size_t operator()(int) const; };
"""
    facts = read(source)
    assert not facts.errors
    assert [(each.kind, each.name, each.traits) for each in facts.definitions] == [
        ("namespace", "geo", ()),
        ("function", "geo::square", ("anonymous namespace",)),
        ("method", "geo::Shape::Shape", ("constructor",)),
        ("method", "geo::Shape::~Shape", ("defaulted", "destructor")),
        ("method", "geo::Shape::parse", ()),
        ("method", "geo::Shape::operator int", ("conversion",)),
        ("method", "geo::X::f", ("specialization", "template")),
        ("method", "geo::Shape::operator()", ("operator",)),
        ("field", "geo::Shape::count", ()),
        ("function", "geo::free", ()),
        ("function", "plain", ("declared", 'extern "C"')),
        ("struct", "std::hash<geo::Shape<int>>", ("specialization",)),
        ("method", "std::hash<geo::Shape<int>>::operator()", ("const", "declared", "operator")),
    ]


def test_cuda() -> None:
    source = """\
__constant__ float factors[4];
__device__ float twice(float x) { return 2 * x; }
/// Scale each item; one thread an item.
template <typename T>
C10_LAUNCH_BOUNDS_1(256)
__global__ void scale(T *items, int n) { if (n) items[0] = twice(1) * factors[0]; }
void launch(float *items, int n) { scale<<<(n + 1) / 2, 256>>>(items, n); }
"""
    found = [(each.kind, each.name, each.line, each.traits) for each in read(source, "cuda").definitions]
    assert found == [
        ("variable", "factors", 1, ("constant memory",)),
        ("function", "twice", 2, ("device",)),
        ("function", "scale", 4, ("kernel", "template")),
        ("function", "launch", 7, ()),
    ]
    assert one(source, "scale", "cuda").doc == "Scale each item; one thread an item."


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("struct TORCH_API Foo : Bar { int x; };", [("struct", "Foo"), ("field", "Foo::x")]),
        ("class EXPORT_X(a, b) HIDDEN Foo final {};", [("class", "Foo")]),
        ("enum class API Kind : int { A };", [("enum", "Kind"), ("enumerator", "Kind::A")]),
        ("TORCH_API at::Tensor add(const at::Tensor& a);", [("function", "add")]),
        ("static FORCE_INLINE DEPRECATED(\"no\") int f(int x) { return x; }", [("function", "f")]),
        ("void WINAPI f(int x);", [("function", "f")]),
        ("DWORD f(int x);", [("function", "f")]),
        ("FILE *f(int x);", [("function", "f")]),
        ("static DWORD f(int x);", [("function", "f")]),
        ("int f() REQUIRES(mu) NOEXCEPT { return 1; }", [("function", "f")]),
        ("int __attribute__((pure)) f(void);", [("function", "f")]),
        ("__declspec(dllexport) int f(void);", [("function", "f")]),
        ("PyAPI_FUNC(PyObject *) f(void);", [("function", "f")]),
        ("typedef struct { PyObject_HEAD at::Device device; } D;", [("struct", "D"), ("field", "D::device")]),
        ("enum { A DEPRECATED, B UNUSED_X(1) = 2 };", [("enumerator", "A"), ("enumerator", "B")]),
        ("enum class A : B {\n ALL_OF(X)\n MORE(Y)\n C,\n};", [("enum", "A"), ("enumerator", "A::C")]),
        ("enum A { B = C(1), D };", [("enum", "A"), ("enumerator", "A::B"), ("enumerator", "A::D")]),
        ("class FFT { FFT(int x); int a; };", [("class", "FFT"), ("method", "FFT::FFT"), ("field", "FFT::a")]),
        ("class A { Q_OBJECT public: int x; };", [("class", "A"), ("field", "A::x")]),
        ("struct A { DISALLOW_COPY(A)\n OTHER(B);\n int x; MORE(C) };", [("struct", "A"), ("field", "A::x")]),
        ("int a[] = { ENTRY(a), ENTRY(b) };\nint b;", [("variable", "a"), ("variable", "b")]),
        ("template <> void gemm<double>(ARGUMENTS(double));", [("function", "gemm")]),
        ("bool f(A a = {}, bool b = false) { return b; }", [("function", "f")]),
        ("FOO const& f();", [("function", "f")]),
    ],
)  # fmt: skip
def test_macros_that_are_attributes(source: str, expected: list[tuple[str, str]]) -> None:
    assert names(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("TEST(FooTest, Works) { int x; }", [("test", "FooTest.Works")]),
        ('TEST_CASE("a thing, or two", "[tag]") {}', [("test", "a thing, or two")]),
        ('TEST_CASE_METHOD(Fixture, "a thing") {}', [("test", "a thing")]),
        ('TEST_CASE("a") {\n  SECTION("b {") { if (x) { SUBCASE("c") {} } }\n  SECTION("d") {}\n  SECTION(e) {}\n}',
         [("test", "a"), ("test", "a::b {"), ("test", "a::b {::c"), ("test", "a::d")]),
        ('SCENARIO("s") { GIVEN("g") { WHEN("w") {} } }\nvoid f() { SECTION("no") {} }',
         [("test", "s"), ("test", "s::g"), ("test", "s::g::w"), ("function", "f")]),
        ("REGISTER(uint8_t);", [("macro call", "REGISTER(uint8_t)")]),
        ("TORCH_LIBRARY(a, m) { m.def(1); }", [("operator library", "a")]),
        ("REG(a::b,\n  &c)\nint after;", [("macro call", "REG(a::b, &c)"), ("variable", "after")]),
        ("A_B(x)\nC_D(y)\nvoid f();", [("macro call", "A_B(x)"), ("macro call", "C_D(y)"), ("function", "f")]),
        ('C10_DEFINE_int(count, 10, "how many");', [("macro call", 'C10_DEFINE_int(count, 10, "how many")')]),
        ("void f() { CHECK(x); }", [("function", "f")]),
    ],
)  # fmt: skip
def test_macro_calls_are_no_functions(source: str, expected: list[tuple[str, str]]) -> None:
    assert names(source) == expected


MODULE = """\
PYBIND11_MODULE(_C, m, py::mod_gil_not_used()) {
  m.doc() = "About it.";
  m.def("add", &add, "Adds.").def("sub", [](int x) { m.def("no", 1); return x; }, py::arg("x"));
  py::class_<Foo, std::shared_ptr<Foo>>(m, "Foo")
      .def(py::init<>())
      // why
      .def_property_readonly("size", &Foo::size, R"doc(
        How large.
        )doc")
      .def_static("make", &Foo::make);
  auto inner = m.def_submodule("inner", "Inside.");
  inner.def("deep", [] {});
  py::class_<Bar> bar(m, "Bar");
  bar.def("x", &Bar::x);
  auto kind = py::enum_<Kind>(inner, "Kind").value("A", Kind::A);
  other.def("no", 1);
  m.attr("version") = 3;
#ifdef X
  m.def("conditional", &f);
#endif
  for (auto& each : all) { m.def("no", each); }
  m.def(name, 1);
}
"""


def test_what_a_module_offers() -> None:
    found = [(each.name, each.line, each.doc) for each in read(MODULE).definitions if each.kind == "binding"]
    assert found == [
        ("_C::add", 3, "Adds."), ("_C::sub", 3, ""), ("_C::Foo", 4, ""), ("_C::Foo::size", 7, "How large."),
        ("_C::Foo::make", 10, ""), ("_C::inner", 11, "Inside."), ("_C::inner::deep", 12, ""), ("_C::Bar", 13, ""),
        ("_C::Bar::x", 14, ""), ("_C::inner::Kind", 15, ""), ("_C::inner::Kind::A", 15, ""),
        ("_C::conditional", 19, ""),
    ]  # fmt: skip
    assert one(MODULE, "_C::sub").declaration == (
        'def("sub", [](int x) { m.def("no", 1); return x; }, py::arg("x"))'
    )  # fmt: skip


CPYTHON = """\
static PyMethodDef of_type[] = {{"no", f, METH_NOARGS, NULL}, {NULL}};
static PyMethodDef functions[] = {
    {"add", (PyCFunction)add, METH_VARARGS | METH_KEYWORDS, PyDoc_STR("no literal")},
    {"sub", sub, METH_O, "Subtracts."
                         " Twice."},
    {NAME, f, METH_O, ""},
    {NULL, NULL, 0, NULL}  // the end
};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_speed", .m_methods = functions,
};
PyMODINIT_FUNC
PyInit__speed(void)
{
    return PyModule_Create(&module);
}
"""


def test_what_a_module_of_cpython_offers() -> None:
    found = [(each.name, each.line, each.doc) for each in read(CPYTHON).definitions if each.kind == "binding"]
    assert found == [("_speed::add", 3, ""), ("_speed::sub", 4, "Subtracts. Twice.")]
    other = CPYTHON.replace("PyModule_Create(&module)", "PyModule_Create(&other)")
    assert not [each for each in read(other).definitions if each.kind == "binding"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("NB_MODULE(a, m) { m.def(\"f\", f); }", [("extension module", "a"), ("binding", "a::f")]),
        ("TORCH_LIBRARY(n, m) { m.def(\"n::f.out(Tensor x) -> Tensor\"); m.class_<A>(\"A\").def(\"g\", g); }",
         [("operator library", "n"), ("operator", "n::f.out"), ("operator", "n::A"), ("operator", "n::A::g")]),
        ("namespace b { TORCH_LIBRARY_IMPL(n, CUDA, m) { m.impl(TORCH_SELECTIVE_NAME(\"n::f\"), TORCH_FN(f)); } }",
         [("namespace", "b"), ("operator library", "n"), ("operator", "n::f")]),
        ("PyMODINIT_FUNC PyInit__C(void) { return 0; }", [("function", "PyInit__C"), ("extension module", "_C")]),
        ("extern \"C\" PyObject* PyInit__C(void);", [("function", "PyInit__C")]),
        ("PYBIND11_MODULE(A(x), m) {}", [("macro call", "PYBIND11_MODULE(A(x), m)")]),
        ("PYBIND11_MODULE(a) {}", [("macro call", "PYBIND11_MODULE(a)")]),
    ],
)  # fmt: skip
def test_modules_and_libraries_for_other_languages(source: str, expected: list[tuple[str, str]]) -> None:
    assert names(source) == expected


def test_branches_that_open_a_brace_each() -> None:
    source = """\
#if A
void g(int a) {
#else
void g() {
#endif
}
#ifdef __cplusplus
extern "C" {
#endif
int plain(void);
int split(int a
#ifdef B
  , int b
#endif
);
#if C
int one;
#else
int two;
#endif
#ifdef __cplusplus
}
#endif
"""
    facts = read(source)
    assert not facts.errors
    assert [each.name for each in facts.definitions] == ["g", "plain", "split", "one", "two"]


def test_text_that_is_no_code() -> None:
    source = """\
// #include "not.h"
/* int fake(); */
#error don't "do
const char *text = "int fake() { }\\" // x";
const char *raw = R"x(
#define FAKE 1
)" int fake();
)x";
#define SAY(x) "/*" #x
int real = 1'000'000;
char c = '"';
"""
    facts = read(source)
    assert [each.name for each in facts.definitions] == ["text", "raw", "SAY", "real", "c"]
    assert not facts.imports


def test_what_objective_c_declares_is_nothing_of_c_plus_plus() -> None:
    source = """\
#import <F/F.h>
@class A;
@protocol P;
int add(int a, int b) { return a + b; }
/** @interface of nothing. */
class K { public: int m(); };
@interface Foo : NSObject
@property int size;
- (void)bar;
@end
@implementation Foo
- (void)bar { int a = add(1, 2); }
@end
int last();
"""
    assert names(source) == [("function", "add"), ("class", "K"), ("method", "K::m"), ("function", "last")]
    assert one(source, "last").line == 14


def test_a_raw_string_with_the_longest_delimiter_is_text() -> None:
    source = 'const char* a = R"ABCDEFGHIJKLMNOP(\nint no; (x) )" enum E { A };\n)ABCDEFGHIJKLMNOP";\nint b;\n'
    assert names(source) == [("variable", "a"), ("variable", "b")]


def test_a_raw_string_without_an_end_is_a_string() -> None:
    source = 'const char *a = R"x("; int b; /* no */\nconst char *c = R"( /* is */ int no; )"; int d;\n'
    assert names(source) == [("variable", each) for each in "abcd"]
    many = mask(b'R"(' * 300_000 + b"\n// c\n")
    assert len(many.comments) == 1


def test_a_single_declaration_with_linkage_defines_no_variable() -> None:
    source = 'extern "C" int a;\nextern "C"\n#if X\nint b;\n#endif\nextern "C" { int c; }\nchar *s = "x"; int d;\n'
    declared = [each.name for each in read(source).definitions if "declared" in each.traits]
    assert declared == ["a", "b"]


def test_comments_of_the_file() -> None:
    assert (
        read("// Copyright 2020 X.\n\n// What it is.\n// More.\n\n#include <a>\nint x;\n").doc == "What it is.\nMore."
    )
    assert read("/** @file\n * @brief What it does.\n */\n#pragma once\nint x;\n").doc == "What it does."
    assert read("// About x.\nint x;\n").doc == ""
    assert one("// About x.\nint x;\n", "x").doc == "About x."
    assert one("// Not about x.\n\nint x;\n", "x").doc == ""
    assert one("int y; // about y\nint x;\n", "x").doc == ""
    assert one("/// Says it.\n/* implicit */ X(int);\nint z;\n", "z").doc == ""


def test_c_without_types_and_with_words_of_cpp() -> None:
    assert names("int k(a, b) int a; char *b; { return 1; }", "c") == [("function", "k")]
    source = "struct s { int class, new; };\nint template(int this) { return this; }\n"
    assert names(source) == [("struct", "s"), ("field", "s::class"), ("field", "s::new"), ("function", "template")]


PIECES = (
    "class A ", "{", "}", ";", "(", ")", "FOO(", "template <", ">", "int x", "\n#if A\n", "\n#else\n", "\n#endif\n",
    "// c\n", "/* ", "*/", '"', "'", "enum E ", "A,", "::", "operator", "~", "= default", "FOO ", "namespace n ",
    "\n#define A(x) \\\n", "friend ", "struct ", "typedef ", "union ", "é", "\0", "\r\n",
)  # fmt: skip


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(PIECES)).map("".join))
@example("class A é{")
def test_any_text_has_facts(source: str) -> None:
    known = {kind.name for kind in kinds.KINDS}
    for language in ("c", "cpp", "cuda"):
        facts = read(source, language)
        lines = source.count("\n") + 1
        for each in facts.definitions:
            assert 1 <= each.line <= each.end <= lines
            assert each.name
            assert each.kind in known


_MANY: dict[str, Callable[[int], str]] = {
    "declarators": lambda n: "int " + ", ".join(f"a{i}" for i in range(n)) + ";",
    "enumerators": lambda n: "enum E { " + ", ".join(f"a{i}" for i in range(n)) + " };",
    "functions": lambda n: "".join(f"int f{i}(int x) {{ return x; }}\n" for i in range(n)),
    "namespaces": lambda n: "namespace a {" * (n // 10) + "}" * (n // 10),
    "attributes": lambda n: "int f() " + "FOO " * n + ";",
    "attributes before": lambda n: "FOO " * n + "int f();",
    "macro calls": lambda n: "FOO(x)\n" * n + "int a;",
    "open calls": lambda n: "FOO(" * n,
    "comments": lambda n: "// a\n" * n + "int a, b, c;",
    "conditions": lambda n: "#if A\n" * n + "int a;\n" + "#endif\n" * n,
    "defines": lambda n: "".join(f"#define A{i} 1\n" for i in range(n)),
    "open templates": lambda n: "class AAA b<" * n,
    "pointers": lambda n: "int " + "*" * n + "a;",
    "blanks": lambda n: ("\n" * n + ";") * 3 + "FOO\n",
    "called and read": lambda n: "void f() {" + "".join(f"g{i}(1); p = g{i};" for i in range(n)) + "}\n",
}


@pytest.mark.parametrize("family", _MANY)
def test_more_of_the_same_takes_as_much_more_time(family: str) -> None:
    def seconds(n: int) -> float:
        source = _MANY[family](n).encode()
        best = 1e9
        for _ in range(3):
            started = time.process_time()
            read_bytes("cpp", source)
            best = min(best, time.process_time() - started)
        return best

    seconds(50)
    assert seconds(8000) < 40 * seconds(500) + 0.05


def test_too_many_are_refused() -> None:
    assert read(_MANY["enumerators"](MOST_ROWS + 10)).refused.startswith("more than")
    assert read(f"namespace {'a' * 500} {{" * 400 + "}" * 400).refused.startswith("qualified names of more than")
    assert read("namespace a {" * 1000 + "}" * 1000).refused == "nested deeper than 1,000 levels"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/test_b.cpp", True), ("a/b_test.cc", True), ("BTest.cpp", True), ("b_unittest.cc", True), ("test.c", True),
        ("a/test/b.cpp", False), ("contest.cpp", False), ("latest.h", False), ("testing.h", False),
    ],
)  # fmt: skip
def test_tests_by_their_name(path: str, expected: bool) -> None:
    assert kinds.is_test(path) is expected


def test_a_variable_that_a_lock_guards_keeps_its_name() -> None:
    found = read_bytes(
        "cpp", b"class A {\n  B* now_ GUARDED_BY(mutex_);\n  int n_ ABSL_PT_GUARDED_BY(mutex_) = 0;\n};\n"
    )
    assert [(each.kind, each.name) for each in found.definitions] == [
        ("class", "A"),
        ("field", "A::now_"),
        ("field", "A::n_"),
    ]


def test_uses() -> None:
    source = b"""\
#include "a.h"
namespace n {
struct Slice;
int helper(int x) { return free_of(x); }
class D : public Base<Arg> {
 public:
  D(const Opt& o) : opt_(o) { helper(1); inner(); util::Hash(o); }
  int inner();
  Slice* s(other::Type t) { Thing x(1); x(2); auto f = g(3); f(4); o.member(5); return CHECK(f); }
};
int D::inner() { helper(2); s(4); Status st = Status::OK(); memcpy(st); return std::max(1, 2); }
template <typename T> T make(T t, void (*call)(int)) { call(1); helper(3); return T(t); }
}
"""
    facts = read_bytes("cpp", source)
    assert [(each.owner, each.rest, each.called) for each in facts.uses] == [
        ("n::D", "Arg", False),
        ("n::D", "Base", False),
        ("n::D::D", "Opt", False),
        ("n::D::D", "helper", True),
        ("n::D::D", "util::Hash", True),
        ("n::D::inner", "Status", False),
        ("n::D::inner", "Status::OK", True),
        ("n::D::inner", "helper", True),
        ("n::D::s", "CHECK", True),
        ("n::D::s", "Slice", False),
        ("n::D::s", "Thing", False),
        ("n::D::s", "g", True),
        ("n::D::s", "other::Type", False),
        ("n::helper", "free_of", True),
    ]
    calls = {each.name: each.calls for each in facts.definitions if each.calls}
    assert calls == {"n::D::D": ("n::D::inner",), "n::D::inner": ("n::D::s",), "n::make": ("n::helper",)}


def test_types_are_in_the_order_of_the_source() -> None:
    source = b"void f() {" + b"".join(b"T%d x%d; " % (number % 7, number) for number in range(500)) + b"}\n"
    starts = [each.start_byte for each in cuda().places(cuda().parse(source).root_node).types]
    assert len(starts) == 500
    assert starts == sorted(starts)

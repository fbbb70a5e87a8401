"""A declaration and its definition in another source, which include each other or not."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from tests import inprocess
from tests.links.support import Pair, Repository
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

HEADER = """
namespace at { namespace native {
API Tensor add(const at::Tensor& a, std::string name = "x", int64_t dim = -1);
template <typename T> struct A {
  explicit A(int x = 3);
  ~A();
  T* find(void (*visit)(int), int many[3]) const;
  static A make();
  bool operator()(int) const;
  void inside() {}
};
template <class T, class U = int> T* convert(U u) noexcept;
void take(unsigned x), give(void);
void each(std::function<void(int)> call);
} }
extern "C" int c_call(struct boat *p);
"""
SAME = (
    "Tensor add(const Tensor& self, std::string n, int64_t) { return self; }",
    "template <typename T> A<T>::A(int x) : y(x) {}",
    "template <typename T> A<T>::~A() = default;\ntemplate <typename T> A<T>::~A() {}",
    "template <class T> T* A<T>::find(void (*call)(int), int *many) const { return 0; }",
    "template <class T> A<T> A<T>::make() { return A(); }",
    "template <class T> bool A<T>::operator()(int x) const { return x; }",
    "template <typename T, typename U> T* convert(U other) noexcept { return 0; }",
    "void take(unsigned) {}",
    "void give() {}",
    "void each(std::function<void(int)> visit) {}",
)
OTHER = (
    "Tensor add(const Scalar& self, std::string n, int64_t dim) { return self; }",
    "Tensor add(const Tensor& self, std::string n) { return self; }",
    "static Tensor add(const Tensor& self, std::string n, int64_t dim) { return self; }",
    "namespace { Tensor add(const Tensor& self, std::string n, int64_t dim) { return self; } }",
    "namespace cpu { Tensor add(const Tensor& self, std::string n, int64_t dim) { return self; } }",
    "Tensor add(const Tensor& self, std::string n, int64_t dim);",
    "int* A<int>::find(void (*call)(int), int *many) const { return 0; }",
    "template <> int* A<int>::find(void (*call)(int), int *many) const { return 0; }",
    "template <class T> T* A<T*>::find(void (*call)(int), int *many) const { return 0; }",
    "template <class T> T* A<T>::find(void (*call)(int), int *many) { return 0; }",
    "template <class T, class U> enable<T, U> convert(U other) noexcept { return 0; }",
    "void take(unsigned long) {}",
    "void each(std::function<int(int)> visit) {}",
    "namespace B { struct T; } void take(T&) {} void take(B::T&) {}",
)


def joined(tmp_path: Path, definition: str) -> list[tuple[str, str]]:
    source = f'#include "lib.h"\nnamespace at {{ namespace native {{\n{definition}\n}} }}\n'
    repository = Repository(tmp_path / "store.sqlite", {"lib.h": HEADER, "lib.cpp": source, "alone.cpp": source[17:]})
    return [(entity, path) for path in ("lib.h", "lib.cpp") for entity, path in repository.tables.counterparts(path)]


@pytest.mark.parametrize("definition", SAME)
def test_a_definition_is_found_by_its_declaration(tmp_path: Path, definition: str) -> None:
    (entity, source), (same, header) = joined(tmp_path, definition)
    assert (entity, source, header) == (same, "lib.cpp", "lib.h")


@pytest.mark.parametrize("definition", OTHER)
def test_what_only_looks_like_it_is_not(tmp_path: Path, definition: str) -> None:
    assert joined(tmp_path, definition) == []


def test_overloads_that_differ_by_a_namespace_are_left_out(tmp_path: Path) -> None:
    header = (
        "namespace at { struct T; namespace n { struct T; void take(T&); void take(at::T&); void give(at::T&); } }\n"
    )
    source = '#include "a.h"\nnamespace at { namespace n { void take(T& x) {} void give(T& x) {} } }\n'
    repository = Repository(tmp_path / "store.sqlite", {"a.h": header, "a.cpp": source})
    assert len(repository.tables.counterparts("a.h")) == 1


def test_functions_of_c_are_found_too(tmp_path: Path) -> None:
    files = {
        "a.h": "int c_call(struct boat *p);\n",
        "a.c": '#include "a.h"\nint c_call(struct boat *q) { return 0; }\n',
    }
    repository = Repository(tmp_path / "store.sqlite", files)
    assert [path for _, path in repository.tables.counterparts("a.h")] == ["a.c"]


def test_pages_lead_to_each_other(tmp_path: Path) -> None:
    files = {"a.h": "namespace n { void f(int); }\n", "src/a.cc": '#include "a.h"\nvoid n::f(int x) {}\n'}
    folder = write(tmp_path / "p", files)
    assert inprocess.run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    assert "defined in [`src/a.cc`](./src/a.cc_docs.md#n~3a~~3a~f)" in made["a.h_docs.md"]
    assert "declared in [`a.h`](../a.h_docs.md#n~3a~~3a~f)" in made["src/a.cc_docs.md"]


def test_what_a_header_includes_may_define(tmp_path: Path) -> None:
    files = {"a.h": "void f(int);\n#include \"a.inl\"\n", "a.inl": "inline void f(int x) {}\n"}  # fmt: skip
    repository = Repository(tmp_path / "store.sqlite", files)
    assert [path for _, path in repository.tables.counterparts("a.h")] == ["a.inl"]


def test_after_edits_the_tables_are_those_made_from_nothing(tmp_path: Path) -> None:
    texts = (
        "void f(int);\nvoid g();\n",
        "void f(int x) {}\n",
        '#include "a.h"\nvoid f(int x) {}\nvoid g(int) {}\n',
        '#include "b.h"\nvoid f(long);\n',
        '#include "a.h"\n#include "b.h"\nvoid g() {}\n',
    )
    names = ("a.h", "b.h", "a.cpp", "b.cpp")
    Pair(tmp_path, {"a.h": texts[0]}).edit_at_random(random.Random(7), dict.fromkeys(names, texts))


VARIABLES = """
namespace n {
extern int count;
extern const char* const names[2];
struct A { static int made; static constexpr int size = 3; static inline int held; int own; };
}
extern "C" int plain;
"""


@pytest.mark.parametrize(
    ("definition", "name"),
    [
        ("int n::count = 3;", "n::count"),
        ("namespace n { int count; }", "n::count"),
        ('namespace n { const char* const names[] = {"a", "b"}; }', "n::names"),
        ("int n::A::made = 0;", "n::A::made"),
        ("int plain;", "plain"),
        ("namespace n { static int count; }", ""),
        ("namespace n { namespace { int count; } }", ""),
        ("namespace m { int count; }", ""),
        ("namespace n { extern int count; }", ""),
        ("int n::A::own;", ""),
        ("const int n::A::size;", ""),
    ],
)
def test_a_variable_is_defined_where_its_declaration_is_included(tmp_path: Path, definition: str, name: str) -> None:
    files = {"lib.h": VARIABLES, "lib.cpp": f'#include "lib.h"\n{definition}\n', "alone.cpp": definition + "\n"}
    tables = Repository(tmp_path / "store.sqlite", files).tables
    facts = tables.facts("lib.h")
    assert facts is not None
    declared = {each.entity: each.name for each in facts.definitions if each.entity}
    assert [(declared[entity], path) for entity, path in tables.counterparts("lib.h")] == (
        [(name, "lib.cpp")] if name else []
    )


def test_rows_of_variables_lead_to_each_other(tmp_path: Path) -> None:
    source = '#include "a.h"\nint n = 1;\nint A::made;\n'
    folder = write(tmp_path / "p", {"a.h": "extern int n;\nstruct A { static int made; };\n", "a.cc": source})
    assert inprocess.run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    assert "| variable, declared, defined in [`a.cc`](./a.cc_docs.md#n) |" in made["a.h_docs.md"]
    assert "| field, declared, defined in [`a.cc`](./a.cc_docs.md#A~3a~~3a~made) |" in made["a.h_docs.md"]
    assert "| variable, declared in [`a.h`](./a.h_docs.md#n) |" in made["a.cc_docs.md"]

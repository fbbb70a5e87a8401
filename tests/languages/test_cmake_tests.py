"""Which tests a CMake script has, of which sources, as far as its own text says."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incdoc.languages.cmake.extract import extract
from incdoc.languages.cmake.testing import Tests
from incdoc.languages.outline import Outline


def said(script: str) -> Tests:
    return Tests.of(Outline("cmake", 1, manifest=extract(script.encode()).manifest))


PLAIN = "add_executable(p a.c)\nadd_test(NAME t COMMAND p)\n"


@pytest.mark.parametrize(
    ("script", "names"),
    [
        (PLAIN, {"a.c": ("t",)}),
        ("ADD_EXECUTABLE(p WIN32 a.c sub/b.c ../c.c /d.c)\nAdd_Test(t bin/p)", {"a.c": ("t",), "sub/b.c": ("t",)}),
        (
            "add_executable(p)\ntarget_sources(p PRIVATE a.c)\nadd_test(NAME t COMMAND $<TARGET_FILE:p> -v)",
            {"a.c": ("t",)},
        ),
        (f"{PLAIN}add_test(NAME u COMMAND p)", {"a.c": ("t", "u")}),
        ("add_executable(p a.c)\nadd_test(NAME t COMMAND other)", {}),
        ("# add_test(NAME t COMMAND p)\nadd_executable(p a.c)", {}),
        ("add_executable(p a.c)\nadd_test(NAME ${x} COMMAND p)", {}),
        ("add_executable(p ${x} a.c)\nadd_test(NAME t COMMAND p)", {"a.c": ("t",)}),
        ("set(x a)\nset(x b)\nadd_executable(p ${x}.c)\nadd_test(NAME t COMMAND p)", {"b.c": ("t",)}),
        (
            "set(x a.c)\nif(WIN32)\nset(x b.c)\nendif()\nadd_executable(p ${x})\nadd_test(NAME t COMMAND p)",
            {"a.c": ("t",), "b.c": ("t",)},
        ),
        ("set(n a)\nif(WIN32)\nset(n b)\nendif()\nadd_executable(p a.c)\nadd_test(NAME ${n} COMMAND p)", {}),
        ("set(n a)\nstring(TOUPPER ${n} n)\nadd_executable(p a.c)\nadd_test(NAME ${n}_1 COMMAND p)", {}),
        (
            "set(all a b)\nlist(APPEND all c)\nforeach(x ${all})\nadd_executable(p_${x} ${x}.c)\n"
            "add_test(t_${x} p_${x})\nendforeach()\nadd_test(NAME ${x} COMMAND p_a)",
            {"a.c": ("t_a",), "b.c": ("t_b",), "c.c": ("t_c",)},
        ),
        (
            "set(more a)\nforeach(x IN LISTS more)\nadd_executable(${x} ${x}.c)\nadd_test(NAME ${x} COMMAND ${x})\n"
            "endforeach()\nforeach(x RANGE 3)\nadd_test(NAME n${x} COMMAND a)\nendforeach()",
            {"a.c": ("a",)},
        ),
        (
            "function(one name)\nadd_executable(${name} ${name}.c ${ARGN})\n"
            "add_test(NAME all.${name} COMMAND ${name})\nendfunction()\none(a more.c)\nONE(b)",
            {"a.c": ("all.a",), "b.c": ("all.b",), "more.c": ("all.a",)},
        ),
        (
            "macro(one file)\nget_filename_component(n ${file} NAME_WE)\nadd_executable(${n} "
            "${CMAKE_CURRENT_SOURCE_DIR}/${file})\nadd_test(NAME ${n} COMMAND ${n})\nendmacro()\none(sub/a_test.x.c)",
            {"sub/a_test.x.c": ("a_test",)},
        ),
        (
            "function(f n m)\nadd_executable(${n} ${m}.c)\nadd_test(NAME ${n} COMMAND ${n})\nendfunction()\n"
            "set(m x)\nf(a)",
            {},
        ),
        (f"function(f)\nf()\n{PLAIN}endfunction()\nf()", {"a.c": ("t",)}),
        (f"function(f)\n{PLAIN}endfunction()", {}),
        (f"{PLAIN}foreach(x {'a ' * 300})\nforeach(y {'a ' * 300})\nset(z 1)\nendforeach()\nendforeach()", {}),
    ],
)
def test_the_sources_of_tests(script: str, names: dict[str, tuple[str, ...]]) -> None:
    assert said(script).names == names


def test_tests_that_are_found_in_programs() -> None:
    script = "add_executable(p a.cc)\nadd_executable(q b.cc)\nadd_executable(r c.cc)\nadd_executable(s d.cc)\n"
    script += "gtest_discover_tests(p)\ncatch_discover_tests(q)\ngtest_add_tests(TARGET r)\n"
    assert said(script + 'gtest_discover_tests(s TEST_PREFIX "x.")').found == {
        "a.cc": "gtest",
        "b.cc": "named",
        "c.cc": "gtest",
    }


@pytest.mark.parametrize(
    ("script", "enabled"),
    [
        ("project(a)\nif(TESTS)\nenable_testing()\nendif()", True),
        ("project(a)\ninclude(CTest)", True),
        ("enable_testing()", False),
        (f"project(a)\n{PLAIN}", False),
    ],
)
def test_a_project_whose_tests_are_run(script: str, enabled: bool) -> None:
    assert said(script).enabled is enabled


PIECES = [
    "add_test(", "add_executable(", "foreach(", "endforeach()", "function(", "endfunction()", "macro(", "set(", "if(",
    "endif()", "list(APPEND ", "get_filename_component(", "gtest_discover_tests(", ")", "\n", " x", " y.c", " ${x}",
    " ${ARGN}", " NAME", " COMMAND", " IN LISTS", "x(", "$<TARGET_FILE:x>", '"', "${", "project(a)", "target_sources(",
]  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_whatever_the_text_is(pieces: list[str]) -> None:
    script = "".join(["add_test(", *pieces])
    assert said(script) == said(script)

"""The macros with which tests are written (GoogleTest, Catch2, doctest), and whose members their bodies see."""

from __future__ import annotations

import re
from typing import NamedTuple

from ..heads import Syntax

BASE = "testing::Test"
"""The class that a test of GoogleTest without a fixture is in. It is seldom in the repository."""
MEMBERS = frozenset((
    "SetUp", "TearDown", "SetUpTestSuite", "TearDownTestSuite", "SetUpTestCase", "TearDownTestCase", "HasFatalFailure",
    "HasNonfatalFailure", "HasFailure", "IsSkipped", "RecordProperty", "TestBody", "Run", "DeleteSelf_", "Setup",
    "GetParam", "ParamType",
))  # fmt: skip
"""What that class has, and the one for tests with parameters."""
_IS_BASE = re.compile(r"(?:\A|\s)(?:::)?testing::(?:Test\Z|TestWithParam\s*<)")


class _Macro(NamedTuple):
    names: slice
    """The arguments that name the test."""
    fixture: int = -1
    """The argument that is its class; -1 without one."""


_MACROS = {
    "TEST": _Macro(slice(0, 2)),
    **dict.fromkeys(("TEST_F", "TEST_P", "TYPED_TEST", "TYPED_TEST_P"), _Macro(slice(0, 2), 0)),
    **dict.fromkeys(
        ("TEST_CASE", "TEMPLATE_TEST_CASE", "TEMPLATE_PRODUCT_TEST_CASE", "TEST_CASE_TEMPLATE", "SCENARIO"),
        _Macro(slice(0, 1)),
    ),
    **dict.fromkeys(
        ("TEST_CASE_METHOD", "TEMPLATE_TEST_CASE_METHOD", "TEST_CASE_FIXTURE"), _Macro(slice(1, 2), 0)
    ),
}  # fmt: skip
_SYNTAX = Syntax()


def name_of(call: str) -> str | None:
    """The name of the test that a call of a macro begins; None if it begins none. It is empty where it has none."""
    macro, arguments = _parts(call)
    return None if macro is None else ".".join(part.strip('"') for part in arguments[macro.names])


def class_of(call: str) -> str:
    """The class whose members the body after such a call sees, as written; empty if there is none."""
    macro, arguments = _parts(call)
    if macro is None:
        return ""
    if macro.fixture >= 0:
        return next(iter(arguments[macro.fixture :]), "")
    return BASE if call.startswith("TEST(") else ""


def is_base(base: str) -> bool:
    """Whether a class derives from one of GoogleTest's, by what is written after its name."""
    return _IS_BASE.search(base) is not None


def _parts(call: str) -> tuple[_Macro | None, list[str]]:
    name, _, arguments = call.partition("(")
    macro = _MACROS.get(name.strip())
    return macro, _SYNTAX.parts(arguments.strip().removesuffix(")")) if macro is not None else []

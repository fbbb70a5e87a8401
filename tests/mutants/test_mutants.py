"""Each deliberate fault fails the test that is there for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mutants import Bench
from tests.mutants.faults import FAULTS, Fault

if TYPE_CHECKING:
    pass


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = Bench(tmp_path_factory.mktemp("mutants"))
    assert made.passes({fault.test for fault in FAULTS}), "the tests fail without any fault"
    return made


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_is_noticed(bench: Bench, fault: Fault) -> None:
    assert bench.is_noticed(fault), f"{fault.test} passes although {fault.name}"

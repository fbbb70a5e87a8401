"""Deliberate faults fail the tests that are named for them: here one in five, ``doit mutants`` tries all."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.mutants import ROOT, Bench, id_of
from tests.mutants.faults import FAULTS, Fault

TRIED = FAULTS[::5]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = Bench(tmp_path_factory.mktemp("mutants"))
    if is_first_process(tmp_path_factory):
        # a sample, which shows that the copy is whole: the run itself has all of these tests
        assert made.passes({fault.test for fault in TRIED[::4]}), "the tests fail without any fault"
    return made


def is_first_process(tmp_path_factory: pytest.TempPathFactory) -> bool:
    """Whether no other process of this run tries the tests without a fault."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return True
    try:
        (tmp_path_factory.getbasetemp().parent / "mutants").mkdir()  # which all processes share
    except FileExistsError:
        return False
    return True


@pytest.mark.parametrize("fault", TRIED, ids=lambda fault: fault.name.replace(" ", "-"))
def test_a_fault_is_noticed(bench: Bench, fault: Fault) -> None:
    assert bench.is_noticed(fault), f"{fault.test} passes although {fault.name}"


def test_every_fault_has_its_text_and_its_test() -> None:
    for fault in FAULTS:
        text = (ROOT / "incdoc" / fault.file).read_text(encoding="utf-8")
        assert text.count(fault.old) == 1, fault.name


def test_every_fault_names_a_test_that_is_collected() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    command += sorted({id_of(fault.test) for fault in FAULTS})
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr

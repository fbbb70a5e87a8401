"""Does a test notice? incdoc with one deliberate fault, and the test that must fail.

    python -m tests.mutants [WORD...]

makes every fault (or those with the words in their names) and prints what noticed it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Collection

ROOT = Path(__file__).parents[2]


class Bench:
    """A copy of incdoc and its tests in ``folder``, for one fault at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("incdoc", "tests"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "golden"))
        shutil.copy(ROOT / "pyproject.toml", folder)

    def passes(self, tests: Collection[str]) -> bool:
        """Whether the tests pass as the copy is now."""
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *map(id_of, tests)]
        environment = os.environ | {"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600 + 60 * len(tests),
        )
        assert done.returncode in (0, 1), f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.returncode == 0

    def is_noticed(self, fault: Fault) -> bool:
        """Make the fault, run its test, unmake it."""
        path = self.folder / "incdoc" / fault.file
        text = path.read_text(encoding="utf-8")
        assert text.count(fault.old) == 1, (
            f"{fault.name}: its text is there {text.count(fault.old)} times in {fault.file}"
        )
        path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
        try:
            return not self.passes([fault.test])
        finally:
            path.write_text(text, encoding="utf-8")


def id_of(test: str) -> str:
    """A test's id for pytest."""
    return f"tests/{test}" if "/" in test else f"tests/scenarios/test_scenarios.py::test_scenario[{test}]"

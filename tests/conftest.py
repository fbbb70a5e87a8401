"""Which tests run, and what a run says at its end.

Tests that read released projects are marked ``corpora``. They download them the first time, so they run only with
``--corpora``, which leaves out all others: ``doit test test_corpora`` runs both kinds.
"""

from __future__ import annotations

import compileall
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import incdoc
from tests.corpora import fetch
from tests.tally import summary, tally

if TYPE_CHECKING:
    from typing import Any

_deselected = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--corpora``."""
    parser.addoption("--corpora", action="store_true", help="run the tests that need released projects, and only those")


def pytest_configure(config: pytest.Config) -> None:
    """Compile incdoc: where the environment forbids writing bytecode, each of some thousand commands would."""
    if not hasattr(config, "workerinput"):
        compileall.compile_dir(Path(incdoc.__file__).parent, quiet=1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """One of the two kinds of tests; the longest first, so that no process is left with one of them at the end."""
    wanted = config.getoption("--corpora")
    chosen = [item for item in items if _needs_corpora(item) is wanted]
    left = [item for item in items if _needs_corpora(item) is not wanted]
    if left:
        config.hook.pytest_deselected(items=left)
        config.stash[_deselected] = len(left)
    items[:] = sorted(chosen, key=lambda item: item.get_closest_marker("long") is None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Only marked tests may download."""
    fetch.allowed = _needs_corpora(item)


def _needs_corpora(item: pytest.Item) -> bool:
    return item.get_closest_marker("corpora") is not None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand on what was counted in a worker of pytest-xdist."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["tally"] = dict(tally)
        output["deselected"] = session.config.stash.get(_deselected, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up what the workers of pytest-xdist counted; each left out the same tests."""
    output = getattr(node, "workeroutput", {})  # a worker that died has none
    tally.update(output.get("tally", {}))
    node.config.stash[_deselected] = max(node.config.stash.get(_deselected, 0), output.get("deselected", 0))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """What was tried, and what was left out."""
    if line := summary():
        terminalreporter.write_line(line)
    if (left := config.stash.get(_deselected, 0)) and not config.getoption("--corpora"):
        terminalreporter.write_line(
            f"{left} tests of released projects were left out; --corpora runs them, and downloads the projects."
        )

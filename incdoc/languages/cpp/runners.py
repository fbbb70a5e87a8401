"""How the tests in a source of C, C++ or CUDA are run: by CTest, where a ``CMakeLists.txt`` above says so."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from incdoc.sources.paths import ancestors, join, parent

from ..cmake.testing import GTEST, SCRIPT, Tests
from ..resolution import Command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..linker import Repository
    from ..outline import Outline

_SPECIAL = re.compile(r"[][^$.*+?|()\\]")
"""The signs of CMake's regular expressions."""


def command(repository: Repository, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
    """By the nearest script that has the source in the program of a test; in the folder of the nearest project around
    that whose tests are run, which is built in its folder ``build``. ``wants``, ``looked``: as in ``Linker``."""
    pattern = ""
    for folder in ancestors(parent(path)):
        script = join(folder, SCRIPT)
        wants.add(f"/{script}")
        if not repository.exists(script):
            continue
        looked.add(script)
        said = Tests.of(repository.outline(script))
        pattern = pattern or _pattern(said, path.removeprefix(f"{folder}/"), outline)
        if pattern and said.enabled:
            return Command(folder, f"ctest --test-dir build -R {shlex.quote(pattern)}")
    return None


def _pattern(said: Tests, source: str, outline: Outline) -> str:
    """What the names of the tests of a source match; empty if none are known."""
    found = [f"^{_any(said.names[source])}$"] if source in said.names else []
    own = {name for name, kind in outline.keywords if kind == "test"}
    if said.found.get(source) == GTEST:  # "Suite.Test", "Values/Suite.Test/0", "Suite/0.Test"
        suites = {name.partition(".")[0] for name in own if "." in name}
        found += [f"(^|/){_any(suites)}[./]"] if suites else []
    elif source in said.found:
        cases = {name for name in own if "::" not in name}
        found += [f"^{_any(cases)}$"] if cases else []
    return "|".join(found)


def _any(names: Iterable[str]) -> str:
    escaped = [_SPECIAL.sub(r"\\\g<0>", each) for each in sorted(names)]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"

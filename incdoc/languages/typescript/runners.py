"""Which program runs the tests of a package, by the script ``test`` of its manifest, else by what that requires."""

from __future__ import annotations

import re

from ..manifests import values
from ..outline import Outline
from ..packages import REQUIREMENT

_COMMANDS = {
    "vitest": "npx vitest run",
    "jest": "npx jest",
    "mocha": "npx mocha",
    "ava": "npx ava",
    "jasmine": "npx jasmine",
    "node": "node --test",
    "bun": "bun test",
    "react-scripts": "npx react-scripts test",
    "playwright": "npx playwright test",
}
_REQUIRED = {name: name for name in ("vitest", "jest", "mocha", "ava", "jasmine")} | {"@playwright/test": "playwright"}
_SAID = re.compile(
    r"(?<![\w@.-])(?:(vitest|jest|mocha|ava|jasmine)(?![\w./-])|(node)\b[^&|;]* --test(?![\w-])|"
    r"(bun) test(?![\w-])|(react-scripts) test(?![\w-])|(playwright) test(?![\w-]))"
)
_LONGEST_SCRIPT = 2_000
"""Characters. A search for ``node … --test`` takes time quadratic in them."""


def runner(outline: Outline) -> str:
    """The command that runs tests, before their paths; empty if the manifest names none, or several."""
    scripts = values(outline).get("scripts")
    script = scripts.get("test") if isinstance(scripts, dict) else None
    script = script[:_LONGEST_SCRIPT] if isinstance(script, str) else ""
    said = {name for each in _SAID.findall(script) for name in each if name} if script else set()
    found = said or {
        _REQUIRED[item.module] for item in outline.imports if item.style == REQUIREMENT and item.module in _REQUIRED
    }
    return _COMMANDS[found.pop()] if len(found) == 1 else ""

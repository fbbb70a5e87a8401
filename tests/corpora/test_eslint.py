"""eslint as the judge of the findings in JavaScript and TypeScript: each rule on each line, as often.

What is compared as incdoc reads the rules:

- ``eqeqeq`` leaves comparisons with null out, as eslint does with ``{"null": "ignore"}``;
- ``no-empty`` is that of ``catch`` alone: other empty blocks are often what is left of types;
- ``no-throw-literal`` is that of values that are no errors for sure: not ``throw this`` or ``throw error as Error``;
- ``no-eval`` and ``no-implied-eval`` are about calls by the name: eslint also follows constants that hold text.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from incdoc.languages.findings import rules
from incdoc.languages.javascript.extract import extract as javascript
from incdoc.languages.typescript.extract import extract as typescript
from incdoc.languages.typescript.ruleset import JAVASCRIPT
from tests.languages import test_suppressions

from .npm import installed
from .test_typescript import package

pytestmark = [
    pytest.mark.corpora,
]

TOOLS = ("eslint@9.39.1", "@typescript-eslint/parser@8.46.2", "typescript@5.9.3")
PACKAGES = {
    "javascript": (
        "eslint-9.39.1", "express-4.21.2", "jquery-3.7.1", "jsdom-24.1.3", "lodash-4.17.21", "mocha-10.8.2",
        "npm-10.9.4", "preact-10.27.2", "underscore-1.13.7", "webpack-5.102.1",
    ),
    "typescript": ("@trpc/server-11.6.0", "@tiptap/core-3.7.0", "rxjs-7.8.1", "viem-2.38.0", "zod-4.1.12"),
}  # fmt: skip
DIFFERENT = {
    ("no-eval", "navigation.js", 13): "window is a parameter there: what is called runs text as code all the same",
    ("no-throw-literal", "rethrowNextErrors.ts", 66): "throw cause! may be an error",
}
"""(code, name of the file, line): why the two differ."""
AT_LEAST = {"javascript": 1_000, "typescript": 40}


def tools() -> Path:
    """A folder with eslint. Raises FetchError."""
    return installed("eslint-9.39.1", *TOOLS)


def sources(language: str) -> list[Path]:
    """What is written by hand, as far as a package has it."""
    suffixes = {"javascript": {".js", ".mjs", ".cjs"}, "typescript": {".ts", ".tsx"}}[language]
    found = [path for name in PACKAGES[language] for path in package(name).rglob("*") if path.suffix in suffixes]
    return sorted(
        path
        for path in found
        if path.is_file()
        and not re.search(r"\.min\.|\.d\.ts$|/(dist|build|umd|_esm|_cjs)/", str(path))
        and path.stat().st_size < 500_000
    )


def test_what_comments_suppress_is_what_eslint_suppresses(tmp_path: Path) -> None:
    path = tmp_path / "a.js"
    path.write_text(test_suppressions.SCRIPT, encoding="utf-8")
    script = Path(__file__).with_name("eslint_findings.js")
    codes = sorted({code for _, code in test_suppressions.SCRIPT_FOUND})
    command = ["node", str(script), str(tools()), *codes]
    done = subprocess.run(command, input=str(path), capture_output=True, text=True, check=True)
    assert [(line, code) for code, line in json.loads(done.stdout)[1]] == test_suppressions.SCRIPT_FOUND


@pytest.mark.parametrize("language", PACKAGES)
def test_findings_are_those_of_eslint(language: str) -> None:
    codes = [rule.code for rule in rules(JAVASCRIPT)]
    files = sources(language)
    script = Path(__file__).with_name("eslint_findings.js")
    done = subprocess.run(
        ["node", str(script), str(tools()), *codes],
        input="\n".join(map(str, files)),
        capture_output=True,
        text=True,
        check=True,
    )
    extract = javascript if language == "javascript" else typescript
    ours: Counter[tuple[str, str, int]] = Counter()
    theirs: Counter[tuple[str, str, int]] = Counter()
    for row in done.stdout.splitlines():
        path, found = json.loads(row)
        if found is None:  # eslint cannot parse it
            continue
        theirs.update((code, path, line) for code, line in found)
        facts = extract(Path(path).read_bytes())
        assert not facts.refused, path
        if facts.errors:  # the grammar cannot read all of it
            theirs = Counter({key: count for key, count in theirs.items() if key[1] != path})
            continue
        ours.update((each.code, path, each.line) for each in facts.findings)
    missing, extra = (
        Counter({key: n for key, n in each.items() if (key[0], Path(key[1]).name, key[2]) not in DIFFERENT})
        for each in (theirs - ours, ours - theirs)
    )
    for code in codes:
        counts = [sum(n for key, n in counter.items() if key[0] == code) for counter in (theirs, missing, extra)]
        print(f"{language:<10} {code:<26} {counts[0]:6} {counts[1]:6} {counts[2]:6}")
    assert ours.total() >= AT_LEAST[language]
    assert not missing, list(missing)[:30]
    assert not extra, list(extra)[:30]

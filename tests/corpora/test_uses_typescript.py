"""The TypeScript compiler's own binder as the judge of which declaration uses what its source imports.

What has no name to the compiler may have one to incdoc: what is exported by default, what is assigned to a prototype, a
declaration of several names, a module that is declared by a text. Two uses of a hundred may be missing: a name that a
block declares hides the import in all of that block.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from incdoc.languages.javascript.extract import extract as javascript
from incdoc.languages.typescript.extract import extract as typescript

from .test_typescript import COMPILER, package, sources

pytestmark = pytest.mark.corpora

AT_LEAST = {"typescript": 3_000, "javascript": 200}


def said(path: str, language: str) -> set[tuple[str, str]]:
    """(outermost definition, name of an import) that incdoc says."""
    facts = (typescript if language == "typescript" else javascript)(Path(path).read_bytes())
    items = facts.imports
    return {
        (use.owner.partition(".")[0], items[use.item].alias or items[use.item].name)
        for use in facts.uses
        if items[use.item].style != "require"
    }


@pytest.mark.parametrize("language", AT_LEAST)
def test_each_use_and_no_other(language: str) -> None:
    script = Path(__file__).with_name("typescript_uses.js")
    compiler = package(COMPILER) / "lib" / "typescript.js"
    files = [*map(str, sources(language))]
    done = subprocess.run(["node", str(script), str(compiler), *files], capture_output=True, text=True, check=True)
    made_up, missing, count = [], [], 0
    for row in done.stdout.splitlines():
        path, found = json.loads(row)
        truth, ours = {(owner, name) for owner, name in found}, said(path, language)
        count += len(truth)
        missing += [f"{path}: {each}" for each in sorted(truth - ours) if each[0]]
        made_up += [f"{path}: {each}" for each in sorted(ours - truth) if ("", each[1]) not in truth]
    print(language, count, len(missing), len(made_up))
    assert not made_up, f"{len(made_up)} made up\n" + "\n".join(made_up[:40])
    assert len(missing) <= count // 50, f"{len(missing)} missing\n" + "\n".join(missing[:40])
    assert count >= AT_LEAST[language]

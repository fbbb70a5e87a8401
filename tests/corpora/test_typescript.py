"""The TypeScript compiler's own parser as the judge of the names and imports of TypeScript and JavaScript.

What is left out, and why:

- what a file assigns to ``exports`` or to a prototype: no declarations to the compiler;
- ``export default function ();`` in declarations: the grammar cannot read it, and the page says so.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from incdoc.languages.javascript.extract import extract as javascript
from incdoc.languages.typescript.extract import extract as typescript

from .fetch import FetchError, cache, unpacked

pytestmark = [
    pytest.mark.corpora,
]

COMPILER = "typescript-5.9.3"
PACKAGES = {
    "typescript": ("rxjs-7.8.1", "zod-4.1.12", "hono-4.10.4"),
    "javascript": ("express-4.21.2", "preact-10.27.2", "rxjs-7.8.1"),
}
AT_LEAST = {"typescript": 10_000, "javascript": 400}
_ASSIGNED = re.compile(r"(?:module\.)?exports\b|[\w$.]+\.prototype\.[\w$]+ =")
_UNNAMED = re.compile(rb"^export default function ?\([^{]*\{?[^{]*;$", re.MULTILINE)


def package(name: str) -> Path:
    """The unpacked package of a registry of npm. Raises FetchError."""
    file = name.removeprefix("@").replace("/", "-")
    return unpacked(cache() / f"npm-{file}", lambda folder: _download(name, folder))


def _download(name: str, folder: Path) -> Path:
    project, _, version = name.rpartition("-")
    command = ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{project}@{version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FetchError(f"{name} cannot be downloaded with npm: {done.stderr.strip()[-200:]}")
    return folder / f"{name.removeprefix('@').replace('/', '-')}.tgz"


def sources(language: str) -> list[Path]:
    """The files that are compared: of JavaScript those that are written by hand."""
    found = []
    for name in PACKAGES[language]:
        top = package(name)
        if language == "typescript":
            found += [path for path in top.rglob("*.ts*") if path.suffix in (".ts", ".tsx")]
        else:
            found += [path for path in top.rglob("*.js") if {"src", "lib"} & {*path.relative_to(top).parts}]
    return sorted(path for path in found if not _UNNAMED.search(path.read_bytes()))


@pytest.mark.parametrize("language", PACKAGES)
def test_names_and_imports_are_those_of_the_compiler(language: str) -> None:
    script = Path(__file__).with_name("typescript_names.js")
    compiler = package(COMPILER) / "lib" / "typescript.js"
    files = sources(language)
    done = subprocess.run(
        ["node", str(script), str(compiler), *map(str, files)], capture_output=True, text=True, check=True
    )
    ours: Counter[tuple[str, ...]] = Counter()
    theirs: Counter[tuple[str, ...]] = Counter()
    extract = typescript if language == "typescript" else javascript
    for row in done.stdout.splitlines():
        path, names, imports = json.loads(row)
        theirs.update((kind, path, name) for kind, name, _ in names)
        theirs.update({("import", path, module, str(line)) for module, line in imports})
        facts = extract(Path(path).read_bytes())
        ours.update(
            ("variable" if each.kind == "constant" else each.kind, path, each.name)
            for each in facts.definitions
            if not _ASSIGNED.match(each.declaration)
        )
        ours.update({("import", path, each.module, str(each.line)) for each in facts.imports})
    assert ours.total() >= AT_LEAST[language]
    for what in sorted({key[0] for key in theirs}):
        mine = Counter({key: count for key, count in ours.items() if key[0] == what})
        right = Counter({key: count for key, count in theirs.items() if key[0] == what})
        both = (mine & right).total()
        recall, precision = 100 * both / right.total(), 100 * both / (mine.total() or 1)
        print(f"{language:<10} {what:<12} {right.total():6} {recall:6.2f} {precision:6.2f}")
        assert recall >= 98, (what, list((right - mine).items())[:20])
        assert precision >= 98, (what, list((mine - right).items())[:20])

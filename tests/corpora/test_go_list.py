"""``go list`` as the judge of the imports of Go: which packages of the module each package and its tests import.

go asks for all modules that a project needs before it lists anything, and has no network here. So the copy that it
lists needs none: what is not found is said to be in error, and the packages of the module are found as ever.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.links.support import Repository

from . import debian

pytestmark = [
    pytest.mark.corpora,
]

PROJECTS = {"caddy": 150, "restic": 350}
"""Source packages of Debian, and how many imports within the module they have at least."""
_FIELDS = "Dir,GoFiles,TestGoFiles,XTestGoFiles,Imports,TestImports,XTestImports"
_MODULE = re.compile(r"^module\s+(\S+)", re.MULTILINE)


def listed(folder: Path) -> list[dict[str, Any]]:
    """What go says of each package in a folder."""
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GO111MODULE": "on", "CGO_ENABLED": "0"}
    command = ["go", "list", "-e", f"-json={_FIELDS}", "./..."]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    decoder, at, found = json.JSONDecoder(), 0, []
    while at < len(done.stdout.rstrip()):
        package, at = decoder.raw_decode(done.stdout, at)
        found.append(package)
        at += len(done.stdout[at:]) - len(done.stdout[at:].lstrip())
    assert found, done.stderr
    return found


@pytest.mark.parametrize("name", PROJECTS)
def test_packages_import_what_go_says(name: str, tmp_path: Path) -> None:
    top = tmp_path / "p"
    shutil.copytree(debian.source(name), top, symlinks=True)
    (tmp_path / "cache").mkdir()
    module = _MODULE.findall((top / "go.mod").read_text())[0]
    files = {path.relative_to(top).as_posix(): path.read_text("utf-8", "replace") for path in top.rglob("*.go")}
    repository = Repository(tmp_path / "cache" / "store.sqlite", {**files, "go.mod": (top / "go.mod").read_text()})
    (top / "go.mod").write_text(f"module {module}\n\ngo 1.18\n")
    (top / "go.sum").unlink(missing_ok=True)
    standard = set(subprocess.run(["go", "list", "std"], capture_output=True, text=True, check=True).stdout.split())
    ours: set[tuple[str, str, str]] = set()
    theirs: set[tuple[str, str, str]] = set()
    for package in listed(top):
        folder = Path(package["Dir"]).relative_to(top).as_posix()
        for kind in ("", "Test", "XTest"):
            for imported in package.get(f"{kind}Imports") or ():
                if imported == module or imported.startswith(f"{module}/"):
                    theirs.add((folder, kind, imported[len(module) :].strip("/") or "."))
                elif imported in standard:
                    theirs.add((folder, kind, f"standard {imported}"))
            for file in package.get(f"{kind}GoFiles") or ():
                path = file if folder == "." else f"{folder}/{file}"
                outline = repository.tables.outline(path)
                assert outline is not None
                for item, target in zip(outline.imports, repository.resolve(path).targets, strict=True):
                    if target.kind in ("source", "folder"):
                        place = Path(target.path).parent.as_posix() if target.kind == "source" else target.path
                        ours.add((folder, kind, place or "."))
                    elif target.kind == "stdlib":
                        ours.add((folder, kind, f"standard {item.module}"))
    inside = [each for each in theirs if not each[2].startswith("standard ")]
    print(f"{name:<8} {len(theirs):6} {len(inside):6} {len(theirs - ours):4} {len(ours - theirs):4}")
    assert len(inside) >= PROJECTS[name]
    assert ours - theirs == set()
    assert len(theirs & ours) >= 0.97 * len(theirs), sorted(theirs - ours)[:20]

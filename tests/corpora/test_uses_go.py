"""The type checker of Go as the judge of what the declarations of Go use of other files of their module.

What is compared are the uses of the packages of the module, in the files that go builds on this system. Left out are
names in expressions that the checker does not look at, because they are of modules that are not there, and of what is
missing the methods: incdoc finds those of the receiver, and not those of values whose type only the checker knows.
Types that are embedded are bases.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.links.support import Repository

from . import debian
from .test_go_list import _MODULE

pytestmark = [pytest.mark.corpora]

PROJECTS = {"caddy": 2_500, "restic": 5_500}
"""Source packages of Debian, and how many uses they have at least."""
Used = tuple[str, str, str, str]
"""(file, outermost declaration, file, definition in that)."""


@pytest.mark.parametrize("name", PROJECTS)
def test_each_use_and_no_other(name: str, tmp_path: Path) -> None:
    top = tmp_path / "p"
    shutil.copytree(debian.source(name), top, symlinks=True)
    module = _MODULE.findall((top / "go.mod").read_text())[0]
    files = {path.relative_to(top).as_posix(): path.read_text("utf-8", "replace") for path in top.rglob("*.go")}
    (tmp_path / "cache").mkdir()
    repository = Repository(tmp_path / "cache" / "store.sqlite", {**files, "go.mod": (top / "go.mod").read_text()})
    script = Path(__file__).with_name("go_uses.go")
    done = subprocess.run(
        ["go", "run", str(script), module, str(top)], cwd=top.parent, capture_output=True, text=True, check=True
    )
    theirs: set[Used] = set()
    judged, doubtful = set(), set()
    for row in done.stdout.splitlines():
        file, owner, _, used, definer = json.loads(row)
        judged.add(file)
        if not definer:
            doubtful.add((file, owner, used))
        else:
            theirs.add((file, owner, definer, used))
    ours: set[Used] = set()
    bases: set[Used] = set()
    for path in sorted(judged):
        outline = repository.tables.outline(path)
        assert outline is not None
        kinds = dict(outline.keywords)
        found = repository.resolve(path)
        bases |= {(path, each.owner, each.path, each.name) for each in found.bases}
        used = [(each.owner, each.path, each.name) for each in found.usages]
        facts = repository.tables.facts(path)
        assert facts is not None
        used += [(each.name, path, called) for each in facts.definitions for called in each.calls]
        for name_, definer, definition in used:
            first = name_.partition(".")[0]
            method = kinds.get(name_) == "method" and kinds.get(first) != "interface"
            ours.add((path, name_ if method else first, definer, definition))
    plain = {each for each in theirs if "." not in each[3] and each[0] != each[2]}
    made_up = {each for each in ours - theirs if each[2] in judged and (*each[:2], each[3]) not in doubtful}
    missing = plain - ours - bases
    methods = {each for each in ours & theirs if "." in each[3]}
    own = sum(each[0] == each[2] for each in ours)
    print(name, len(plain), len(missing), len(made_up), f"methods {len(methods)}, calls in one file {own}")
    assert not made_up, f"{len(made_up)} made up\n" + "\n".join(map(str, sorted(made_up)[:40]))
    assert len(missing) <= len(plain) // 100, f"{len(missing)} missing\n" + "\n".join(map(str, sorted(missing)[:40]))
    assert len(plain) >= PROJECTS[name]

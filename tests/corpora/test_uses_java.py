"""The compiler of Java as the judge of which declarations of guava use which types and static members of other files,
and which methods of their own file they call.

Left out are names that the compiler cannot resolve, because the libraries with the annotations of guava are not there;
and, of what is missing, members of values, which incdoc does not follow.
"""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.links.support import Repository

from . import debian

pytestmark = [
    pytest.mark.corpora,
]

AT_LEAST = 8_000
_TYPES = ("class", "interface", "enum", "record", "annotation")


def beginnings(name: str) -> list[str]:
    """``A``, ``A.B`` of ``A.B``."""
    parts = name.split(".")
    return [".".join(parts[: end + 1]) for end in range(len(parts))]


def test_each_use_and_no_other(tmp_path: Path) -> None:
    top = debian.source("guava-libraries") / "guava" / "src"
    paths = sorted(top.rglob("*.java"))
    files = {path.relative_to(top).as_posix(): path.read_text("utf-8", "replace") for path in paths}
    (tmp_path / "cache").mkdir()
    repository = Repository(tmp_path / "cache" / "store.sqlite", files)
    (tmp_path / "files").write_text("".join(f"{path}\n" for path in paths))
    script = Path(__file__).with_name("JavaUses.java")
    command = ["java", str(script), str(tmp_path / "files")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs, doubtful = set(), set()
    for row in done.stdout.splitlines():
        file, owner, definer, name = row.split("\t")
        path = file.removeprefix(f"{top}/")
        if definer:
            theirs.add((path, owner, definer.removeprefix(f"{top}/"), name))
        else:
            doubtful.add((path, owner, name))
    types = {
        (path, name)
        for path in files
        for name, kind in (repository.tables.outline(path) or pytest.fail(path)).keywords
        if kind in _TYPES
    }
    ours, calls, bases = set(), set(), set()
    for path in files:
        found = repository.resolve(path)
        bases |= {(path, base.owner, base.path, name) for base in found.bases for name in beginnings(base.name)}
        for each in found.usages:
            names = [name for name in beginnings(f"{each.name}.{each.rest}") if (each.path, name) in types]
            names = [name for name in names if name.startswith(f"{each.name}.")]
            ours |= {(path, each.owner, each.path, name) for name in (each.name, *names)}
        facts = repository.tables.facts(path)
        assert facts is not None
        calls |= {
            (path, each.name, path, called)
            for each in facts.definitions
            for called in each.calls
            if called != each.name
        }
    plain = {each for each in theirs if each[0] != each[2] and each[2:] in types} - bases
    missing = plain - ours
    unknown = {each for each in (ours | calls) - theirs if (*each[:2], each[3].rpartition(".")[2]) in doubtful}
    made_up = (ours | calls) - theirs - unknown
    print(len(plain), len(missing), len(made_up), f"calls in one file: {len(calls)}")
    assert not made_up, f"{len(made_up)} made up\n" + "\n".join(map(str, sorted(made_up)[:60]))
    assert len(missing) <= len(plain) // 100, f"{len(missing)} missing\n" + "\n".join(map(str, sorted(missing)[:60]))
    assert len(plain) >= AT_LEAST

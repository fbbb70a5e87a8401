"""Repositories for the benchmarks: copies of Django's Python files under different package names, in git, and releases
of projects."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.corpora import fetch

_NAME = re.compile(rb"\b(django|tests)\b")


def copies(top: Path, sources: int) -> Path:
    """A committed repository at ``top`` with that many Python files: ``django0``, ``tests0``, ``django1``, ...

    Imports are renamed too, so that each copy is a code base of its own.
    """
    corpus = fetch.corpus("django")
    files = sorted(
        path
        for folder in ("django", "tests")
        for path in (corpus / folder).rglob("*.py")
        if path.is_file() and not path.is_symlink()
    )
    texts = [(path.relative_to(corpus).as_posix(), path.read_bytes()) for path in files]
    for number in range(sources):
        copy, position = divmod(number, len(texts))
        name, text = texts[position]
        folder, _, rest = name.partition("/")
        place = top / f"{folder}{copy}" / rest
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(_NAME.sub(rb"\g<1>%d" % copy, text))
    (top / ".gitignore").write_text("docs/\n.incdoc/\n")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "sources"]):
        subprocess.run(
            ["git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0", *command],
            cwd=top,
            check=True,
        )
    return top


def edit(top: Path, number: int) -> None:
    """Change the body of one function."""
    source = top / "django0/utils/timesince.py"
    kept = [line for line in source.read_text().splitlines() if not line.startswith("    # edited ")]
    at = next(index for index, line in enumerate(kept) if line.startswith("def timeuntil(")) + 1
    while not kept[at].startswith("    return "):
        at += 1
    kept.insert(at, f"    # edited {number}")
    source.write_text("\n".join(kept) + "\n")


def released(projects: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, Path, str]]:
    """(name, a repository, the source that is edited) of each project, one after the other. ``projects``: by name the
    release, and that source."""
    with tempfile.TemporaryDirectory(prefix=".bench-", dir=os.environ.get("INCDOC_BENCH") or fetch.cache()) as scratch:
        for name, (release, edited) in projects.items():
            root = Path(scratch) / name
            shutil.copytree(fetch.release(name, release), root, symlinks=True)
            subprocess.run(["git", "init", "-q"], cwd=root, check=True)
            yield name, root, edited

"""Projects that share a cache."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.support import write

FILES = {
    **{
        f"big/part{part}/m{number}.py": f'''"""Module {number} of part {part}."""

def f{part}_{number}(a):
    return a
'''
        for part in range(3)
        for number in range(30)
    },
    "small/a.py": "from big.part0.m1 import f0_1\n\nclass Shape:\n    def area(self):\n        return f0_1(2)\n",
    "small/README.md": "# Small\n\nWhat is small.\n",
    "pyproject.toml": '[project]\nname = "sizes"\nversion = "1"\n',
}
"""More sources than one unit has, in folders of one unit each."""


def project(folder: Path, url: str, more: str = "", files: dict[str, str] | None = None) -> Path:
    """A repository of FILES, committed, whose settings name a shared cache. ``more``: lines of its table."""
    write(folder, (FILES if files is None else files) | {"incdoc.toml": f'[remote]\nurl = "{url}"\n{more}'})
    git(folder, "init", "-q")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    """Commit all that git does not ignore."""
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "more")


def clone(origin: Path, folder: Path) -> Path:
    """A clone without a cache or pages."""
    git(origin, "clone", "-q", str(origin), str(folder))
    return folder


def git(folder: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)

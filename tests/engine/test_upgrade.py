"""Another incdoc over the cache that one left: what follows from code is made again when the code changes."""

from __future__ import annotations

import compileall
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Any

import pytest

import incdoc
from incdoc.config import EXPORTS, PINS
from incdoc.languages import load
from incdoc.languages.registry import OWN
from tests import inprocess
from tests.engine.mutations import mutations
from tests.engine.upgrades import CONTENT, SITE
from tests.exports.support import INVENTORY, pins
from tests.languages.test_configuration import SOURCES
from tests.languages.test_file_links import FILES as LINKED
from tests.support import ENVIRONMENT, UNPRIVILEGED, pages, run, would_change, write

ROOT = Path(__file__).parents[2]
PACKAGE = Path(str(incdoc.__file__)).parent
PROCESSES = os.cpu_count() or 1
TRIES = int(os.environ.get("INCDOC_UPGRADES", "4"))
"""Changes of each file; more than the default, and it is not left at the first that is visible."""
VISIBLE = 1 if TRIES <= 4 else TRIES

REPOSITORY = {
    "incdoc.toml": f'max_page_kb = 16\ninventories = ["{INVENTORY}"]\n',
    PINS: pins("os", "json", "subprocess"),
    "src/refused.py": "x = " + "1 + \\\n" * 300 + "1\n",
    "README.md": "# Project\n\nIt [runs](src/pkg/core.py), as [said](docs.md#how) in e.g. *this*.\n",
    "docs.md": """\
---
title: Docs
key: x
---
# How

By [hand](README.md) and `code`.

## Why

```python
import os
```

Setext
------

<b>raw</b> [gone](nowhere.md)
""",
    "pyproject.toml": "[project]\nname = 'project'\n",
    "Makefile": "all:\n\techo # TODO: more\n",
    "image.png": "\0",
    "data/notes.txt": "Notes.\r\nMore.\r\n",
    "src/pkg/__init__.py": '''\
"""A package, e.g. this. It has more.

>>> 1
"""

from .core import Engine as Engine
from pkg.fast import *
from . import deep

__all__ = ['Engine', 'run']
__all__ += ['Fast']
''',
    "src/pkg/core.py": '''\
"""The core.

Args: none
"""

import os, subprocess
import numpy as np
from pkg.deep import inner
from typing import TYPE_CHECKING
from abc import ABC, abstractmethod
from dataclasses import dataclass, field

if TYPE_CHECKING:
    from nowhere import Absent

LIMIT: int = 3
lower = eval('1')


@dataclass(frozen=True)
class Engine(ABC):
    """Runs. See :class:`Engine`, `os`."""

    speed: int = 1
    parts: list[int] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Its name.

        >>> Engine().name
        """
        return "x"

    @abstractmethod
    async def start(self, *args: int, key=None, **rest) -> None:
        def helper(): yield 1
        if key is None:
            raise ValueError('no')
        assert helper()
        subprocess.run('x', shell=True)
        return self.name + key


def run(a, b=[], /, *, c: 'str' = 'd' * 3):
    # TODO: more
    s = ''
    for i in range(len(a)):
        s += str(i)
    try:
        open(s)
    except:
        pass
    return run(s) or Engine


if __name__ == '__main__':
    run(1)
''',
    "src/pkg/fast.py": """\
from pkg import Engine
from .core import run


class Fast(Engine):
    class Inner: ...


class Tampered(Exception, metaclass=type): ...


type Alias[T] = list[T]
""",
    "src/pkg/deep/__init__.py": "",
    "src/pkg/deep/inner.py": """\
from ..core import Engine
from ...nothing import x
import pkg.fast
import ambiguous

def broken(:
    pass
""",
    "src/pkg/core.pyi": "class Engine: ...\n",
    "src/pkg/long.py": '"""Long."""\n'
    + "".join(
        f'\n\ndef function_{n}(x):\n    """Number {n}. See https://example.org/{n} <{n}> | `x`."""\n    return {n}\n'
        for n in range(120)
    ),
    "a/ambiguous.py": "x = 1\n",
    "a/setup.py": "",
    "b/ambiguous.py": "x = 1\n",
    "b/setup.py": "",
    "tests/test_core.py": """\from pkg.core import Engine
from pkg import Fast


def test_engine():
    assert Engine
""",
    "tests/conftest.py": "",
    "été/ünï.py": "def größe(): ...\nÉcole = 1\n",
    "été/latin.py": "# -*- coding: latin-1 -*-\nx = 'é'\n",
    "été/data.json": '{"a": 1}\n',
}
"""Every kind of page, and something on them of every part of the code that reads and shows sources."""


VENDORED = ("mermaid.js", "mermaid.LICENSE")
"""Files of another project, known by their digest in ``site.assets``."""
FIRST = ("", "python", "markdown")
"""Languages of ``REPOSITORY``."""
SHARED = "shared"
WITH_EXPORTS = "exports"
GOLDEN = {"c": "cfamily", "cpp": "cfamily", "cuda": "cfamily", "javascript": "scripts", "typescript": "scripts"}
"""Languages of which the golden files have sources in a folder of another name."""


def sources_for(language: str) -> dict[str, str]:
    """A repository with something of every part of the code that reads a language; without one, of all other code."""
    if language == SITE:
        return REPOSITORY | {"incdoc.toml": f'site = "{SITE}"\n'}
    if language == WITH_EXPORTS:
        return REPOSITORY | {"incdoc.toml": f"exports = {list(EXPORTS)}\n"}
    if language in FIRST:
        return REPOSITORY
    if language == SHARED:
        each = {f"{name}/{path}": text for name in OWN if name not in FIRST for path, text in _largest(samples(name))}
        return REPOSITORY | LINKED | each
    return LINKED | samples(language)


def _largest(files: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(files.items(), key=lambda item: -len(item[1]))[:1]


def samples(language: str) -> dict[str, str]:
    """Sources of a language."""
    folder = ROOT / "tests/golden/sources" / GOLDEN.get(language, language)
    if folder.is_dir():
        files = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in files}
    kind = load(language).files[0]
    name = f"sample.{kind.suffixes[0]}" if kind.suffixes else f"sample/{kind.names[0]}"
    return {name: SOURCES[language][0]}


def language_of(name: str) -> str:
    """The language whose package has a file of incdoc; empty for what no language has, SHARED for what several have."""
    parts = name.split("/")
    if parts[0] == "site":
        return SITE
    if parts[0] == "exports":
        return WITH_EXPORTS
    if parts[0] != "languages":
        return ""
    return parts[1] if len(parts) > 2 and parts[1] != "markup" else SHARED


def install(folder: Path) -> Path:
    """A copy of incdoc below ``folder``."""
    shutil.copytree(PACKAGE, folder / "incdoc", ignore=shutil.ignore_patterns("__pycache__"))
    # known by the digest of their source, so that only a module that is changed is compiled again
    compileall.compile_dir(folder / "incdoc", quiet=1, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
    return folder


@pytest.mark.long
def test_every_file_of_incdoc_can_change(tmp_path: Path) -> None:
    """Each module, template and query in turn: the pages are those of a build from nothing, and ``check`` says before
    which of them differ."""
    names = sorted(
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.name not in ("py.typed", *VENDORED)
    )
    assert len(names) > 100
    by_language: dict[str, list[str]] = {}
    for name in names:
        by_language.setdefault(language_of(name), []).append(name)
    parts = [(language, part) for language, all_ in by_language.items() for part in _parts(all_)]

    def of_part(number: int, language: str, part: list[str]) -> list[dict[str, Any]]:
        work = tmp_path / str(number)
        library = install(work / "library")
        base = write(work / "base" / "project", sources_for(language))
        (work / "names").write_text("".join(f"{name}\n" for name in part))
        said = _start(work, library, base).communicate(timeout=3000)[0]
        shutil.rmtree(work)
        return [json.loads(line) for line in said.splitlines()]

    with ThreadPoolExecutor(PROCESSES) as pool:
        done = [pool.submit(of_part, number, *part) for number, part in enumerate(parts)]
        found = [each for part in done for each in part.result()]
    assert sorted(each["name"] for each in found) == names
    faults = [fault for each in found for fault in each["faults"]]
    visible = [each["name"] for each in found if each["visible"]]
    upgrades = sum(each["upgrades"] for each in found)
    print(f"{upgrades} upgrades of {len(names)} files, {len(visible)} of them visible, {len(faults)} faults")
    assert not faults, "\n".join(faults)
    unused = [each["name"] for each in found if not each["upgrades"]]
    assert not unused, f"no changed version of these makes pages: {unused}"
    content = [name for name in names if name.startswith(CONTENT) and any(_mutations(name))]
    assert len(visible) > 0.5 * len(content), "\n".join(sorted(set(content) - set(visible)))


def _mutations(name: str) -> Iterator[tuple[str, str]]:
    return mutations(name, (PACKAGE / name).read_text(encoding="utf-8"))


def _parts(names: list[str]) -> list[list[str]]:
    """Some of a language each."""
    number = max(1, len(names) // 40)
    return [names[start::number] for start in range(number)]


def _start(work: Path, library: Path, base: Path) -> subprocess.Popen[str]:
    environment = ENVIRONMENT | {"PYTHONPATH": f"{library}{os.pathsep}{ROOT}"}
    build = "from pathlib import Path; import sys; from tests import inprocess; inprocess.run(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", build, str(base)], env=environment, check=True, cwd=work)
    command = [sys.executable, "-m", "tests.engine.upgrades", str(library), str(work), str(TRIES), str(VISIBLE)]
    with open(work / "names", encoding="utf-8") as names:
        return subprocess.Popen(command, stdin=names, stdout=subprocess.PIPE, text=True, env=environment, cwd=work)


# --- from a former incdoc, and back


TESTS = "languages/python/language.py", 'stem in ("test", "tests")', 'stem in ("test", "tests", "check_core")'
FILES = {
    "pkg/core.py": '"""The core."""\n\n\nclass Engine:\n    """Runs."""\n',
    "pkg/other.py": "from pkg.core import Engine\n\n\nclass Fast(Engine): ...\n",
    "tests/check_core.py": "from pkg.core import Engine\n\n\ndef test_engine():\n    assert Engine\n",
    "README.md": "# Project\n\n[The core](pkg/core.py)\n",
}


CHAPTERS = "languages/text.py", 'Language(name="text", ', 'Language(name="text", title="Text", '


class Former:
    """An incdoc with one change: to it other files are tests, or have chapters."""

    def __init__(self, folder: Path, change: tuple[str, str, str] = TESTS) -> None:
        name, old, new = change
        path = install(folder) / "incdoc" / name
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.environment = {"PYTHONPATH": str(folder)}

    def run(self, folder: Path, *arguments: str, status: int = 0) -> str:
        return run(folder, "incdoc", *arguments, status=status, **self.environment)


def clean(folder: Path, build: Callable[[Path], object]) -> dict[str, bytes]:
    """The pages of a build of the same files from nothing."""
    other = folder.parent / f"clean-{len(list(folder.parent.iterdir()))}" / folder.name
    shutil.copytree(folder, other, ignore=shutil.ignore_patterns("docs", ".incdoc"))
    build(other)
    return pages(other)


def test_two_releases_take_turns_on_one_cache(tmp_path: Path) -> None:
    former = Former(tmp_path / "former")
    folder = write(tmp_path / "project", FILES)
    of_former, of_this = clean(folder, former.run), clean(folder, inprocess.run)
    assert of_former != of_this
    for edit in ("", "x = 1\n"):
        with open(folder / "pkg/core.py", "a", encoding="utf-8") as stream:
            stream.write(edit)
        former.run(folder)
        assert pages(folder) == clean(folder, former.run)
        assert "is stale" in run(folder, "incdoc", "check", status=1)
        ran = inprocess.run(folder)
        assert (ran.status, ran.counts["parsed"]) == (0, 0)
        assert pages(folder) == clean(folder, inprocess.run)
        assert "are up to date" in run(folder, "incdoc", "check")
        assert "is stale" in former.run(folder, "check", status=1)


def test_an_upgrade_is_the_reason_and_no_source_changed(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", FILES)
    Former(tmp_path / "former").run(folder)
    assert "incdoc itself changed" in run(folder, "incdoc", "check", status=1)
    why = json.loads(run(folder, "incdoc", "why", "pkg/core.py", "--format", "json"))
    assert "incdoc itself changed" in json.dumps(why)
    (folder / "pkg/other.py").write_text("")
    assert "pkg/other.py changed" in run(folder, "incdoc", "check", status=1)
    assert "docs:pkg/core.py" in run(folder, "incdoc", "list", "--all")


def test_a_source_that_an_upgrade_reads_anew_did_not_change(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", FILES)
    doc = "        lines,\n        read.module.doc"
    Former(tmp_path / "former", ("languages/python/extract.py", doc, f"{doc} + ' Formerly.'")).run(folder)
    said = run(folder, "incdoc", "check", status=1)
    assert "pkg/core.py is read anew: settings or incdoc itself changed" in said
    assert "pkg/core.py changed" not in said
    assert "did not change; it is parsed" in run(folder, "incdoc", "why", "pkg/core.py")


def test_a_source_deleted_before_the_upgrade_loses_its_pages(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", FILES)
    Former(tmp_path / "former").run(folder)
    (folder / "pkg/other.py").unlink()
    assert "pkg/other.py was removed" in run(folder, "incdoc", "check", status=1)
    inprocess.run(folder)
    assert pages(folder) == clean(folder, inprocess.run)


def test_pages_that_no_table_names_any_more_go_with_an_upgrade(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", FILES | {"data/notes.txt": "Notes.\n"})
    Former(tmp_path / "former", CHAPTERS).run(folder)
    assert "book/data_chapter.md" in pages(folder)
    assert "book/data_chapter.md is orphaned" in run(folder, "incdoc", "check", status=1)
    inprocess.run(folder)
    assert pages(folder) == clean(folder, inprocess.run)


def test_an_upgrade_that_is_killed_is_made_up_for(tmp_path: Path) -> None:
    folder = write(tmp_path / "former" / "project", FILES)
    Former(tmp_path / "former").run(folder)
    right = clean(folder, inprocess.run)
    kills = 0
    for moment in itertools.count(1, 9):
        killed = tmp_path / "killed" / "project"
        shutil.rmtree(killed, ignore_errors=True)
        shutil.copytree(folder, killed)
        if not inprocess.run_killed(killed, moment):
            break
        kills += 1
        assert inprocess.run(killed).status == 0
        assert pages(killed) == right, f"killed at moment {moment}"
        assert would_change(killed) == set()
    assert kills > 20


def test_what_cannot_be_read_in_an_upgrade_keeps_its_pages(tmp_path: Path) -> None:
    folder = write(tmp_path / "project", FILES)
    Former(tmp_path / "former").run(folder)
    kept = (folder / "docs/reference/pkg/other.py_docs.md").read_bytes()
    (folder / "pkg/other.py").chmod(0)
    run(folder, *UNPRIVILEGED, "incdoc", status=1)
    assert (folder / "docs/reference/pkg/other.py_docs.md").read_bytes() == kept
    (folder / "pkg/other.py").chmod(0o644)
    assert inprocess.run(folder).status == 0
    assert pages(folder) == clean(folder, inprocess.run)

"""Whatever is done to a repository, in whatever order, each build leaves the pages of a clean one, and does no more
than it must.

After each step of a random sequence (edits, moves, settings, an output that is moved, tampering, kills, damage of the
cache, other releases of incdoc on it, branches with pages, sparse checkouts, builds in folders, a project within): the
pages are byte for byte those of a build of the same files from nothing; the pages that were written, by mtime and
inode, are exactly those that differ, and those that ``check`` named before; as many sources were parsed as there are
contents never seen; files that incdoc did not write are as they were.

A failing sequence is printed as a test of its own, and with a blob that ``@reproduce_failure`` takes.
"""

from __future__ import annotations

import atexit
import compileall
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import incdoc
from incdoc.config import EXPORTS, PINS, SITE, place_of
from incdoc.engine.keys import version_of
from incdoc.links import summary as summaries
from incdoc.pages.manifest import is_manifest
from incdoc.site.kinds import SiteFiles
from incdoc.site.places import beside
from incdoc.sources.mark import MANIFEST, MARK, is_page
from incdoc.store.schema import VERSION
from tests import inprocess
from tests.engine import mixed
from tests.exports.support import INVENTORY, pins
from tests.support import ENVIRONMENT, LANGUAGES, REFUSED, pages, stored, tree, would_change
from tests.tally import count

OUTPUTS = ("docs/reference", "out", "docs/pages")
"""The first is the default."""
SITES = ("www", "public/site")
NESTED = "svc"
"""A folder that is a project of its own where it has settings."""
SCRATCH = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Sequences make some hundred thousand files."""

PHASES = set(Phase) - (set() if os.environ.get("SHRINK") else {Phase.shrink, Phase.explain})
"""Shortening a failing sequence takes minutes: only where it is asked for."""

# --- what repositories are made of: few names, so that they meet

PYTHON = (
    *("pkg/__init__.py", "pkg/a.py", "pkg/b.py", "pkg/A.py", "pkg/late.py", "pkg/a.pyi", "pkg/conftest.py"),
    *("pkg/sub/__init__.py", "pkg/sub/c.py", "pkg/sub/a.py", "other/a.py", "a.py", "pkg.py", "setup.py"),
    *("tests/test_a.py", "tests/__init__.py", "src/pkg/b.py", "svc/m.py"),
)
OTHERS = ("README.md", "pkg/README.md", "pkg/sub/readme.md", "notes.txt", "pkg/data.cfg")
BINARY = ("pkg/data.bin", "notes.txt", "pkg/odd.cfg", "pkg/b.py")
FOLDERS = (
    "pkg",
    "pkg/sub",
    "other",
    "tests",
    "src",
    "lib",
    "pkg/deep",
    "mix",
    "include",
    "web/lib",
    "go/store",
    "tools",
)

STATEMENTS = (
    "import pkg",
    "import pkg.a",
    "import a",
    "import late",
    "import os, json",
    "from pkg import a, b",
    "from pkg.a import Engine",
    "from pkg.b import Engine as Motor",
    "from pkg.late import thing",
    "from pkg.sub import *",
    "from pkg.sub.c import Engine",
    "from . import a",
    "from . import late",
    "from .a import Engine",
    "from .b import *",
    "from .late import thing",
    "from ..a import Engine, thing",
    "from .sub import c",
    "try:\n    import pkg.late\nexcept ImportError:\n    pass",
    "class Engine:\n    '''Runs.'''\n\n    def start(self):\n        return 1",
    "class Engine:\n    '''Goes. Fast.'''\n\n    def stop(self):\n        return 2",
    "class Fast(Engine):\n    pass",
    "class Faster(Motor):\n    pass",
    "class Other(a.Engine, pkg.b.Engine):\n    pass",
    "def thing(x, y=1):\n    '''A thing.'''\n    return x",
    "def thing(x: int, y: int = ...) -> int: ...",
    "class Engine:\n    def start(self) -> int: ...",
    "LIMIT: int",
    "def test_engine():\n    assert Engine()",
    "__all__ = ['Engine', 'thing']",
    "__all__ = []",
    "LIMIT = 10",
    "# TODO: more\nx: int = eval('1')",
    "if __name__ == '__main__':\n    thing()",
)
DOCS = ("", '"""A module."""\n\n', '"""A module. More."""\n\n', '"""Another.\n\nText of it.\n"""\n\n')
python = st.builds(
    lambda doc, rows, end: doc + "\n\n\n".join(rows) + end,
    st.sampled_from(DOCS),
    st.lists(st.sampled_from(STATEMENTS), max_size=4),
    st.sampled_from(("\n", "\n", "", "\n\n\n# end\n")),
)
prose = st.sampled_from(("", "# Title\n\nText.\n", "# Title\n\nOther text.\n\n## More\n", "Text only.\n", "k = 1\n"))
SETTINGS = (
    "",
    'source_url = "https://example.org/blob/main"\n',
    'source = "none"\n',
    'source = "link"\nsource_url = "https://example.org/x"\n',
    'exclude = ["tests", "*.txt"]\n',
    'include = ["/pkg", "/tests", "/incdoc.toml"]\n',
    'templates = "look"\n',
    "max_page_kb = 16\n",
    'generated = "leave out"\n',
    "lines = false\n",
    *(f'output = "{output}"\n' for output in OUTPUTS[1:]),
    *(f'site = "{site}"\n' for site in SITES),
    f'site = "{SITES[0]}"\noutput = "{OUTPUTS[1]}"\n',
    *(f"exports = {list(some)}\n" for some in (EXPORTS, EXPORTS[1:])),
    f'exports = {list(EXPORTS)}\nsite = "{SITES[0]}"\noutput = "{OUTPUTS[1]}"\n',
    'exports = ["llms.txt", "llms-full.txt"]\nllms_tokens = 1000\n',
)
TEMPLATES = ("Keywords of {{ page.path }}\n", "{{ page.path }} has {{ page.keywords|length }}\n", "constant\n")
IGNORED = ("", "*.txt\n", "pkg/sub/\n", "look\n*.cfg\n", "/tests\n!tests/test_a.py\n")
GIT = (
    "add .",
    "commit --quiet --allow-empty -m step",
    "rm --quiet --cached -r -- pkg",
    "stash --quiet",
    "reset --quiet",
)
SETTING = ("incdoc.toml", f"{NESTED}/incdoc.toml", "look/kw.md.jinja", PINS)
SPARSE = ("pkg", "pkg/sub", "tests", "other src")
"""Folders that a checkout keeps, besides those of settings, templates and pages."""
FOREIGN = ("mine.md", "pkg/mine.md", "tests/notes.txt", "index.md", "pkg/a.py_kw.md", "pkg/doc.md", "keywords.md")

files = st.sampled_from(PYTHON)
index = st.integers(0, 63)
DAMAGES = ("bit", "bit", "bit", "zero", "cut", "delete", "noise")
fraction = st.integers(0, 9_999)


# --- other releases

RELEASES = {
    "facts": ('TAGS = ("TODO", ', 'TAGS = ("TO-DO", '),
    "links": ('or stem in ("test", "tests")', 'or stem in ("test", "tests", "a")'),
    "labels": ('"Python source"', '"Python text"'),
    "pages": ("# Keyword Index: ", "# Index: "),
    "newer store": (f"\nVERSION = {VERSION}\n", f"\nVERSION = {VERSION + 1}\n"),
    "older store": (f"\nVERSION = {VERSION}\n", f"\nVERSION = {VERSION - 1}\n"),
}
"""What another incdoc has otherwise: the one place of the package where the first text is has the second."""


@cache
def release(name: str) -> Path:
    """A folder with a copy of the package."""
    old, new = RELEASES[name]
    folder = Path(tempfile.mkdtemp(prefix="incdoc-release-", dir=SCRATCH))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    package = Path(incdoc.__file__).parent
    shutil.copytree(package, folder / "incdoc", ignore=shutil.ignore_patterns("__pycache__"))
    texts = {path: path.read_text() for pattern in ("*.py", "*.jinja") for path in folder.rglob(pattern)}
    (place,) = (path for path, text in texts.items() if old in text)
    assert texts[place].count(old) == 1
    place.write_text(texts[place].replace(old, new))
    compileall.compile_dir(folder, quiet=1)  # the environment may forbid each build to keep what it compiled
    return folder


def build_with(package: Path, folder: Path) -> int:
    """The exit status of a build by another release."""
    count("builds")
    command = [sys.executable, "-c", "from incdoc.plugin.main import main; main()", "-j", "1"]
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT | {"PYTHONPATH": str(package)}, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1, REFUSED), done.stdout + done.stderr
    return done.returncode


def damage(path: Path, place: int, how: str) -> None:
    """Damage a file at so many ten thousandths of it."""
    data = bytearray(path.read_bytes())
    if not data:
        return
    at = len(data) * place // 10_000
    if how == "delete":
        path.unlink()
    else:
        if how == "bit":
            data[at] ^= 1 << place % 8
        elif how == "cut":
            del data[at:]
        else:
            length = min(4096, len(data) - at)
            data[at : at + length] = bytes(length) if how == "zero" else random.Random(place).randbytes(length)
        with open(path, "r+b") as stream:
            stream.truncate(len(data))
            stream.write(data)
    count("damages")


class Page(NamedTuple):
    """A file in an output folder; ``foreign``: incdoc did not write it."""

    data: bytes
    mtime: int
    inode: int
    foreign: bool


class Repository(RuleBasedStateMachine):
    """A folder that lives on, and one in which the same files are built from nothing."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="incdoc-machine-", dir=SCRATCH)
        self.root = Path(self._folder.name, "live")
        self.clean = Path(self._folder.name, "clean")
        self.root.mkdir()
        self.seen: set[bytes] = set()
        self.glimpsed: set[bytes] = set()
        """What a killed build may have parsed and no other has: edits came in between."""
        self.waiting = 0
        self.style: list[bytes] = []
        self.loose = True
        self.history: list[dict[str, bytes]] = []
        self.here = "."
        """Where the next build is started."""
        self.damaged = ""
        """The file of the cache that was damaged since the last build."""
        self.lost = False
        """Whether the cache may have forgotten where pages were."""
        self.steps = 0
        self._built: tuple[str, dict[str, bytes], tuple[dict[str, bytes], set[bytes]]] | None = None
        """The last clean build: of which folder, of what, and what it made."""

    def teardown(self) -> None:
        count("sequences")
        count("steps", self.steps)
        self._folder.cleanup()

    # --- the tree

    @property
    def output(self) -> str:
        """The output folder of the settings."""
        return self.setting("output", OUTPUTS[0])

    @property
    def site(self) -> str:
        """The folder of the site; empty if there is none."""
        return self.setting("site", "")

    def setting(self, key: str, default: str) -> str:
        path = self.root / "incdoc.toml"
        text = path.read_text() if path.is_file() else ""
        return str(tomllib.loads(text).get(key, default))

    def own(self) -> set[str]:
        """Folders and files that incdoc made, and git's."""
        made = {".git", ".incdoc", self.output, f"{NESTED}/.incdoc", f"{NESTED}/{OUTPUTS[0]}"}
        made |= {self.site} if self.site else set()
        return made | {name for name, page in self.look().items() if not page.foreign}

    def sources(self) -> list[str]:
        """All files that the user wrote."""
        found, own = [], self.own()
        for folder, folders, names in os.walk(self.root):
            relative = os.path.relpath(folder, self.root)
            prefix = "" if relative == "." else relative + "/"
            folders[:] = [each for each in folders if prefix + each not in own]
            found += [prefix + name for name in names if prefix + name not in own]
        return sorted(name for name in found if name != PINS)

    def pick(self, number: int) -> str:
        """A source that may have any bytes: settings and templates may not."""
        names = [name for name in self.sources() if name not in SETTING]
        if not names:
            self.write("a.py", "")
            return "a.py"
        return names[number % len(names)]

    def look_of_pages(self) -> list[bytes]:
        """What reaches every page of a kind."""
        return [path.read_bytes() for name in SETTING if (path := self.root / name).is_file()]

    def write(self, name: str, data: str | bytes) -> None:
        path = self.root / name
        if any((self.root / above).is_file() for above in Path(name).parents):
            return
        if path.is_dir() and not path.is_symlink():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink():
            path.unlink()
        path.write_bytes(data.encode() if isinstance(data, str) else data)

    def all_pages(self) -> list[str]:
        return sorted(name for name in self.look() if (self.root / name).is_file())

    # --- edits of sources

    @initialize(texts=st.lists(python, min_size=4, max_size=4), text=prose, sources=mixed.sources)
    def begin(self, texts: list[str], text: str, sources: list[tuple[str, str]]) -> None:
        for name, content in zip(
            ("pkg/__init__.py", "pkg/a.py", "pkg/sub/c.py", "tests/test_a.py"), texts, strict=True
        ):
            self.write(name, content)
        self.write("README.md", text)
        self.write_other_languages(sources)
        self.write(PINS, pins("os", "json"))

    @rule(name=files, text=python)
    def write_module(self, name: str, text: str) -> None:
        self.write(name, text)

    @rule(name=files, text=python)
    def write_another_module(self, name: str, text: str) -> None:
        self.write(name, text)

    @rule(sources=mixed.sources)
    def write_other_languages(self, sources: list[tuple[str, str]]) -> None:
        for name, text in sources:
            self.write(name, text)

    @rule(sources=mixed.sources)
    def write_more_of_other_languages(self, sources: list[tuple[str, str]]) -> None:
        self.write_other_languages(sources)

    @rule(name=st.sampled_from(OTHERS), text=prose)
    def write_prose(self, name: str, text: str) -> None:
        self.write(name, text)

    @rule(number=index, statement=st.sampled_from(STATEMENTS))
    def append(self, number: int, statement: str) -> None:
        name = self.pick(number)
        if name.endswith((".py", ".txt")) and not (self.root / name).is_symlink():
            with open(self.root / name, "a") as stream:
                stream.write(f"\n\n{statement}\n")

    @rule(number=index)
    def edit_unnoticed(self, number: int) -> None:
        """As many bytes, the same inode, the same mtime."""
        path = self.root / self.pick(number)
        if path.is_symlink() or not (data := path.read_bytes()):
            return
        before = path.stat()
        path.write_bytes(data.swapcase() if data.swapcase() != data else b"#" * len(data))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(number=index)
    def replace_by_older(self, number: int) -> None:
        path = self.root / self.pick(number)
        if path.is_symlink():
            return
        other = path.with_name("aside")
        other.write_bytes(path.read_bytes() + b"\n# old\n")
        os.utime(other, ns=(10**18, 10**18))
        other.replace(path)

    @rule(numbers=st.lists(index, max_size=3))
    def touch(self, numbers: list[int]) -> None:
        for number in numbers:
            os.utime(self.root / self.pick(number), follow_symlinks=False)

    @rule(name=st.sampled_from(BINARY), data=st.sampled_from((b"\0\1", b"\0\2", b"\0\1\2", b"text\n")))
    def write_binary(self, name: str, data: bytes) -> None:
        self.write(name, data)

    @rule(number=index)
    def delete(self, number: int) -> None:
        if len(self.sources()) > 1:
            (self.root / self.pick(number)).unlink()

    @rule(number=index, name=files)
    def move(self, number: int, name: str) -> None:
        path = self.root / self.pick(number)
        if not (self.root / name).is_dir() and not path.is_symlink():
            data = path.read_bytes()
            path.unlink()
            self.write(name, data)

    @rule(number=index)
    def rename_in_case(self, number: int) -> None:
        path = self.root / self.pick(number)
        path.rename(path.with_name(path.name.swapcase()))

    @rule(one=index, other=index)
    def swap(self, one: int, other: int) -> None:
        names = self.pick(one), self.pick(other)
        if any(name.startswith((*OUTPUTS, *SITES)) for name in names):
            return  # an empty file there is taken for a page that a power loss emptied
        first, second = (self.root / name for name in names)
        aside = self.root / "aside"
        first.rename(aside)
        if second.exists() or second.is_symlink():
            second.rename(first)
        aside.rename(second)

    @rule(old=st.sampled_from(FOLDERS), new=st.sampled_from(FOLDERS))
    def move_folder(self, old: str, new: str) -> None:
        source, target = self.root / old, self.root / new
        if source.is_dir() and not target.exists() and not new.startswith(old + "/"):
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)

    @rule(name=st.sampled_from(FOLDERS))
    def delete_folder(self, name: str) -> None:
        if (self.root / name).is_dir() and any(not each.startswith(name + "/") for each in self.sources()):
            shutil.rmtree(self.root / name)

    @rule(name=files, to=st.sampled_from(("a.py", "../README.md", "nowhere", "/etc/hostname", ".", "pkg")))
    def link(self, name: str, to: str) -> None:
        path = self.root / name
        if path.parent.is_dir() and not os.path.lexists(path):
            path.symlink_to(to)

    @precondition(lambda self: self.history)
    @rule(number=index)
    def revert(self, number: int) -> None:
        """All files as they were once, as by a checkout."""
        then = self.history[number % len(self.history)]
        for name in self.sources():
            if name not in then and len(then) > 0:
                (self.root / name).unlink()
        for name, data in then.items():
            path = self.root / name
            if path.is_symlink() or not path.is_file() or path.read_bytes() != data:
                self.write(name, data)

    @rule(number=st.integers(1, 3))
    def several_at_once(self, number: int) -> None:
        """The next edits are built together."""
        self.waiting = number

    # --- settings, templates, git

    @rule(text=st.sampled_from(SETTINGS))
    def settings(self, text: str) -> None:
        self.write("incdoc.toml", text)

    @rule(text=st.sampled_from(TEMPLATES))
    def template(self, text: str) -> None:
        self.write("look/kw.md.jinja", text)

    @rule(text=st.sampled_from(IGNORED))
    def ignore(self, text: str) -> None:
        self.write(".gitignore", f".incdoc/\ndocs/\n{text}")

    @rule(command=st.sampled_from(GIT))
    def git(self, command: str) -> None:
        if not (self.root / ".git").is_dir():
            self.write(".gitignore", ".incdoc/\ndocs/\n")
            self.run_git("init", "--quiet", "--template=")
        self.run_git(*command.split())
        self.loose |= command.startswith("stash")  # as a switch: pages may be committed

    # --- pages

    @rule(number=index, how=st.sampled_from(("delete", "edit", "empty", "cut", "touch")))
    def tamper(self, number: int, how: str) -> None:
        if not (names := self.all_pages()):
            return
        path = self.root / names[number % len(names)]
        data = path.read_bytes()
        if not is_own(data) or (how in ("edit", "cut") and not is_page(data)):  # one without a mark is the user's then
            return
        if how == "delete":
            path.unlink()
        elif how == "touch":
            path.touch()
        else:
            path.write_bytes({"edit": data + b"mine\n", "empty": b"", "cut": data[: len(MARK) + 20]}[how])

    @rule(name=st.sampled_from(FOREIGN), how=st.sampled_from(("write", "link", "delete", "delete")))
    def foreign(self, name: str, how: str) -> None:
        path = self.root / self.output / name
        if how == "delete":
            if path.is_symlink() or (path.is_file() and not is_own(path.read_bytes())):
                path.unlink()
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir() and not path.is_symlink():
            return
        path.unlink(missing_ok=True)
        if how == "link":
            path.symlink_to("/etc/hostname")
        else:
            path.write_text("# Mine\n")

    @rule()
    def delete_output(self) -> None:
        shutil.rmtree(self.root / self.output, ignore_errors=True)

    @rule(names=st.lists(st.sampled_from(("os", "json", "pkg.late", "late.thing")), unique=True))
    def pin(self, names: list[str]) -> None:
        """What another project documents."""
        self.write(PINS, pins(*names))
        self.write("incdoc.toml", f'inventories = ["{INVENTORY}"]\n')

    @rule(output=st.sampled_from(OUTPUTS), lost=st.booleans())
    def move_output(self, output: str, lost: bool) -> None:
        """Also where nothing but the pages themselves says what they are."""
        self.write("incdoc.toml", f'output = "{output}"\n')
        if lost:
            self.lose_cache("delete")
            if (self.root / ".gitignore").is_file():
                self.write(".gitignore", ".incdoc/\n")

    # --- where builds are started

    @rule(name=st.sampled_from(FOLDERS))
    def build_from_folder(self, name: str) -> None:
        """It finds the project above: settings, or the top of git's work tree."""
        if (self.root / name).is_dir() and ((self.root / ".git").is_dir() or (self.root / "incdoc.toml").is_file()):
            self.here = name

    @rule(text=python)
    def build_nested(self, text: str) -> None:
        """Built from inside, a project within the tree has its own pages and cache."""
        self.write(f"{NESTED}/incdoc.toml", f'output = "{OUTPUTS[0]}"\n')
        self.write(f"{NESTED}/m.py", text)
        if not (self.root / NESTED / "incdoc.toml").is_file():
            return
        assert inprocess.run(self.root / NESTED).status == 0
        assert pages(self.root / NESTED) == self.build_clean(NESTED)[0]

    def nested(self) -> dict[str, tuple[int, int, bytes]]:
        """All that is the nested project's own."""
        made = [self.root / NESTED / name for name in (".incdoc", "docs")]
        if not (self.root / NESTED / "incdoc.toml").is_file():  # it is none any more
            for path in made:
                shutil.rmtree(path, ignore_errors=True)
        return {f"{path.name}/{name}": seen for path in made if path.is_dir() for name, seen in tree(path).items()}

    # --- git with pages

    def run_git(self, *command: str) -> str:
        names = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        done = subprocess.run(
            ["git", *command], cwd=self.root, env=ENVIRONMENT | names, capture_output=True, text=True, check=False
        )
        return done.stdout

    @rule(name=st.sampled_from(("one", "two", "three")), numbers=st.lists(index, max_size=2), forgotten=st.booleans())
    def switch(self, name: str, numbers: list[int], forgotten: bool) -> None:
        """All is committed with its pages, some of which another incdoc wrote, or the pages are forgotten; then another
        branch is checked out."""
        if not (self.root / ".git").is_dir():
            self.git("reset --quiet")
        for number in numbers:
            self.tamper(number, "edit")
        self.run_git("sparse-checkout", "disable")
        left = [".incdoc", f"{NESTED}/.incdoc", f"{NESTED}/docs", *((*OUTPUTS, *SITES) if forgotten else ())]
        self.run_git("add", "--all", "--force", "--", ".", *(f":!{name}" for name in left))
        self.run_git("commit", "--quiet", "--allow-empty", "-m", "all")
        if self.run_git("branch", "--list", name):
            self.run_git("checkout", "--quiet", "--force", name)
        else:
            self.run_git("checkout", "--quiet", "-b", name)
        self.loose = True  # git may bring the very text of a page that was made from other inputs

    @rule(names=st.none() | st.sampled_from(SPARSE))
    def sparse(self, names: str | None) -> None:
        """Sources that the checkout leaves out keep their pages."""
        if not (self.root / ".git").is_dir():
            return
        kept = [] if names is None else [*names.split(), "look", NESTED, *OUTPUTS, *SITES]
        self.run_git("sparse-checkout", *(["set", *kept] if kept else ["disable"]))
        self.loose = True

    # --- the cache

    @rule(how=st.sampled_from(("delete", "cut", "noise", "empty")))
    def lose_cache(self, how: str) -> None:
        if how == "delete":
            shutil.rmtree(self.root / ".incdoc", ignore_errors=True)
        elif self.damaged == "CACHEDIR.TAG":
            return  # see damage_cache
        else:
            for path in (self.root / ".incdoc").glob("store-*.db*"):
                self.damaged = path.name
                size = path.stat().st_size
                path.write_bytes({"cut": path.read_bytes()[: size // 2], "noise": b"\xff" * size, "empty": b""}[how])
        self.seen, self.glimpsed = set(), set()
        self.loose = self.lost = True

    @rule(
        number=index,
        places=st.lists(st.tuples(fraction, st.sampled_from(DAMAGES)), min_size=1, max_size=4),
        name=files,
        text=python,
    )
    def damage_cache(self, number: int, places: list[tuple[int, str]], name: str, text: str) -> None:
        """Of one file: a damage of two between builds may take both proofs that the folder is incdoc's. The first build
        has only one of them until it has a store."""
        top = self.root / ".incdoc"
        names = sorted(path.relative_to(top).as_posix() for path in top.rglob("*") if path.is_file())
        stores = [each for each in names if each.startswith("store-")]
        if not any((top / each).stat().st_size for each in stores):
            names = [each for each in names if each != "CACHEDIR.TAG"]
        if not names:
            return
        self.damaged = self.damaged or [*names, *stores * 3][number % (len(names) + len(stores) * 3)]
        path = top / self.damaged
        for place, how in places:
            if path.is_file():
                damage(path, place, how)
        self.lost = True
        self.forget_what_is_known()
        self.write(name, text)

    @rule(how=st.sampled_from(sorted(RELEASES)), text=python)
    def other_release(self, how: str, text: str) -> None:
        """Another incdoc builds with the same cache: its pages are its own, and the next build's are this one's."""
        self.write("pkg/a.py", text)
        package = release(how)
        self.nested()
        if build_with(package, self.root) == REFUSED:
            return
        self.copy()
        assert build_with(package, self.clean) == 0
        after, expected = self.look(), self.look(self.clean)
        foreign = {name for name, page in after.items() if page.foreign}
        left = foreign | self.beside_these(foreign)
        made = {name: page.data for name, page in after.items() if name not in left}
        assert made == {name: page.data for name, page in expected.items() if name not in left}
        self.forget_what_is_known()

    def forget_what_is_known(self) -> None:
        """What the cache still has is unknown: anything it once had."""
        self.glimpsed |= self.seen
        self.seen = set()
        self.loose = True

    @rule(
        texts=st.lists(st.tuples(files, python), max_size=3),
        gone=st.none() | index,
        pages=st.lists(index, max_size=2),
        moment=st.integers(1, 700),
    )
    def kill(self, texts: list[tuple[str, str]], gone: int | None, pages: list[int], moment: int) -> None:
        """A build of some edits is killed; what it finished counts."""
        for name, text in texts:
            self.write(name, text)
        if gone is not None:
            self.delete(gone)
        for number in pages:
            self.tamper(number, "delete")
        self.run_killed(moment)

    @rule(gone=index, moment=st.integers(1, 16_000))
    def kill_without_cache(self, gone: int, moment: int) -> None:
        """If the store is lost, no record of the pages of removed sources is left."""
        self.delete(gone)
        self.lose_cache("delete")
        self.run_killed(moment)

    def run_killed(self, moment: int) -> None:
        if self.waiting:
            self.glimpsed |= self.build_clean()[1]
        inprocess.run_killed(self.root, moment)
        self.loose = True

    # --- a build, and what it must have done

    @invariant()
    def build(self) -> None:
        self.steps += 1
        if self.waiting:
            self.waiting -= 1
            return
        style, self.style = self.style, self.look_of_pages()
        self.loose |= style != self.style or b"templates" in b"".join(style)  # which may say the same of other inputs
        nested = self.nested()
        if self.lost and (self.root / ".gitignore").is_file() and "docs/" in (self.root / ".gitignore").read_text():
            self.delete_ignored_pages()
        # keys have the version of a source's language: where the first line selects another, pages are rendered again
        former = self.selected(self.history[-1]) if self.history else {}
        self.loose |= any(former.get(name, now) != now for name, now in self.selected(self.contents()).items())
        before = self.look()
        said = would_change(self.root, "")
        assert self.look() == before
        ran = inprocess.run(self.root, here=self.here)
        if ran.status != 0 and self.damaged and "cache" in ran.said:
            assert "Traceback" not in ran.said
            ran, said, before = inprocess.run(self.root), None, before | self.look()
        else:
            assert (said is None) is (ran.status == REFUSED), ran.said
        self.here, self.damaged, self.lost = ".", "", False
        if ran.status == REFUSED:
            ran, before = self.refused(ran, before)
            said = None
        after = self.look()
        assert self.nested() == nested
        expected, contents = self.build_clean()
        expected = {place_of(page, self.output, self.site): data for page, data in expected.items()}
        foreign = {page for page, seen in after.items() if seen.foreign}
        assert {page: after[page] for page in foreign} == {page: each for page, each in before.items() if each.foreign}
        made = {page: seen.data for page, seen in after.items() if not seen.foreign}
        with_them = self.beside_these(foreign)
        expected = {page: data for page, data in expected.items() if page not in with_them}
        made = {page: data for page, data in made.items() if page not in with_them}
        assert made == {page: data for page, data in expected.items() if page not in foreign}, ran.said
        in_the_way = foreign & expected.keys()
        assert ran.status == (1 if in_the_way else 0), ran.said
        assert all(page in ran.said for page in in_the_way)
        touched = {page for page in before.keys() | after.keys() if before.get(page) != after.get(page)}
        differ = {
            page for page in touched if page not in before or page not in after or before[page].data != after[page].data
        }
        assert touched == differ, "pages were written that were so before"
        assert said is None or said == differ, "the build did something else than check said"
        counts = ran.counts
        listing = {page for page in differ if page.endswith(MANIFEST)}  # is not counted as a page
        assert counts["written"] == len(differ & after.keys() - listing)
        assert len(differ - after.keys() - listing) <= counts["removed"] <= len(differ - after.keys())
        unseen = len(contents - self.seen)
        if self.loose:
            assert counts["parsed"] <= unseen
            assert counts["rendered"] >= counts["written"]
        else:
            assert len(contents - self.seen - self.glimpsed) <= counts["parsed"] <= unseen
            together = 3 if self.site else 1  # Markdown, HTML and what a search says, of which two may be as they were
            rendered, written = counts["rendered"], counts["written"]
            # one may be joined of other parts, to the same text, and one task writes what the pages of a site share
            same = (len(EXPORTS) if self.setting("exports", "") else 0) + (len(SiteFiles.paths()) if self.site else 0)
            assert written <= rendered <= together * written + same, f"{ran.tasks} ran, {sorted(differ)} differ"
        self.seen |= contents
        self.loose = False
        self.history.append(self.contents())

    def beside_these(self, pages: set[str]) -> set[str]:
        """The files of the site that are made with pages: where one cannot be made, the other is not."""
        own = (page.removeprefix(f"{self.output}/") for page in pages) if self.site else ()
        return {place_of(file, self.output, self.site) for page in own for file in beside(page)}

    def contents(self) -> dict[str, bytes]:
        """What the sources hold that are no links."""
        return {name: (self.root / name).read_bytes() for name in self.sources() if not (self.root / name).is_symlink()}

    def selected(self, contents: dict[str, bytes]) -> dict[str, str]:
        """The languages of sources whose names say nothing of them."""
        return {
            name: LANGUAGES.of_content(name, data).name for name, data in contents.items() if LANGUAGES.is_open(name)
        }

    def delete_ignored_pages(self) -> None:
        """Pages of a former output that are ignored are found by the cache alone."""
        for name, page in self.look().items():
            if not page.foreign and name.startswith("docs/") and not name.startswith(self.output + "/"):
                (self.root / name).unlink()

    def refused(self, ran: inprocess.Ran, before: dict[str, Page]) -> tuple[inprocess.Ran, dict[str, Page]]:
        """A foreign file where a new page goes, or settings that are none: nothing is written until that is gone."""
        while ran.status == REFUSED:
            assert self.look() == before
            if "pyproject.toml is not valid TOML" in ran.said:
                blamed = "pyproject.toml"
            else:
                assert "was not written by incdoc" in ran.said or "is not a regular file" in ran.said, ran.said
                blamed = next(page for page, seen in before.items() if seen.foreign and page in ran.said)
            (self.root / blamed).unlink()
            before = self.look()
            ran = inprocess.run(self.root)
        return ran, before

    def look(self, root: Path | None = None) -> dict[str, Page]:
        """Every file of the output folders, relative to the root."""
        top = str(root or self.root)
        found = {}
        for output in (*OUTPUTS, *SITES):
            for folder, _, names in os.walk(f"{top}/{output}"):
                for name in names:
                    path = f"{folder}/{name}"
                    seen = os.lstat(path)
                    data = b""
                    if foreign := not stat.S_ISREG(seen.st_mode):
                        pass
                    else:
                        with open(path, "rb") as stream:
                            data = stream.read()
                        foreign = bool(data) and not is_own(data)
                    found[path[len(top) + 1 :]] = Page(data, seen.st_mtime_ns, seen.st_ino, foreign)
        return found

    def copy(self) -> None:
        """What the user wrote, with what a sparse checkout leaves out."""
        shutil.rmtree(self.clean, ignore_errors=True)
        own = {str(self.root / name) for name in self.own() if name != ".git"}
        shutil.copytree(
            self.root,
            self.clean,
            symlinks=True,
            ignore=lambda folder, names: {name for name in names if f"{folder}/{name}" in own},
        )
        if not (self.root / ".git/info/sparse-checkout").is_file():
            return
        for entry in filter(None, self.run_git("ls-files", "-t", "-s", "-z").split("\0")):
            (status, mode, blob, _), name = entry.partition("\t")[0].split(), entry.partition("\t")[2]
            path = self.clean / name
            if status != "S" or os.path.lexists(path) or any(above.is_file() for above in path.parents):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            command = ["git", "cat-file", "blob", blob]
            data = subprocess.run(command, cwd=self.root, env=ENVIRONMENT, capture_output=True, check=True).stdout
            if mode == "120000":
                path.symlink_to(os.fsdecode(data))
            else:
                path.write_bytes(data)

    def build_clean(self, within: str = ".") -> tuple[dict[str, bytes], set[bytes]]:
        """The pages of a build from nothing, relative to its output, and the contents that it parsed. It is the last
        one if no file of the user's differs since, nor what git knows of them."""
        files = self.files_of_the_user()
        if self._built is None or self._built[:2] != (within, files):
            self._built = within, files, self._build_clean(within)
        return self._built[2]

    def files_of_the_user(self) -> dict[str, bytes]:
        """The content of each file and the target of each link that decide the pages."""
        found, own = {}, self.own()
        for name in (".git/index", ".git/info/sparse-checkout"):
            if (self.root / name).is_file():
                found[name] = (self.root / name).read_bytes()
        for folder, folders, names in os.walk(self.root):
            relative = os.path.relpath(folder, self.root)
            prefix = "" if relative == "." else relative + "/"
            folders[:] = [each for each in folders if prefix + each not in own]
            for name in (*folders, *(each for each in names if prefix + each not in own)):
                path = self.root / prefix / name
                if path.is_symlink():
                    found[prefix + name] = b"-> " + os.fsencode(os.readlink(path))
                elif path.is_file():
                    found[prefix + name] = path.read_bytes()
                elif not path.is_dir():
                    found[prefix + name] = b"special"
        return found

    def _build_clean(self, within: str) -> tuple[dict[str, bytes], set[bytes]]:
        self.copy()
        top = self.clean / within
        ran = inprocess.run(top)
        assert ran.status == 0, ran.said
        with stored(top) as db:
            contents = {facts_key_of(*row) for row in db.execute("SELECT facts_key, summary FROM source")}
        contents = {each for each in contents if each and not each.endswith(version_of("binary"))}
        assert ran.counts["parsed"] == len(contents)
        if within != ".":
            return pages(top, OUTPUTS[0]), contents
        site = pages(top, self.site) if self.site else {}
        return pages(top, self.output) | {SITE + page: data for page, data in site.items()}, contents


def is_own(data: bytes) -> bool:
    """Whether incdoc made a file in an output, also one without a mark."""
    beginnings = b"!_TAG_", b"# Sphinx inventory version 2\n", b'{"id":', b"\f\n", b"\n\x16\x12\x08\n\x06incdoc"
    sentences = b"\nThese pages are about the repository", b"\nThe public API: what packages hand on"
    return (
        is_page(data)
        or is_manifest(data)
        or data.startswith(beginnings)
        or any(sentence in data for sentence in sentences)
    )


def facts_key_of(facts_key: bytes, summary: bytes) -> bytes:
    """Content and extractor of a source; that of one without pages is on its summary."""
    return facts_key or summaries.decode(summary).facts_key


def explore(number: int, sequences: int) -> None:
    """So many random sequences of 25 steps; the same ones for the same number."""
    run_state_machine_as_test(
        seed(number)(type(f"Repository{number}", (Repository,), {})),
        settings=settings(
            max_examples=sequences,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
            phases=PHASES,
            database=None,
        ),
        _min_steps=25,
    )


@pytest.mark.long
@pytest.mark.parametrize("part", range(8))
def test_every_build_is_exact_and_minimal(part: int) -> None:
    explore(part, 25)

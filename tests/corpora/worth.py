"""How much of what readers look for is on the pages of real projects, beside what griffe finds in their sources.

    python -m tests.corpora.worth httpx django

A count for each project, ``shown / present``. ``--keep FOLDER`` builds in that folder, where the next run finds the
pages; ``-v`` also prints what is missing, the first of each count.
"""

from __future__ import annotations

import argparse
import logging
import re
import shutil
import statistics
import sys
import tempfile
from collections import Counter
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import griffe

from . import fetch
from .built import OUTPUT, build
from .docstrings import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Corpus(NamedTuple):
    """``within``: the folder of the tree that gets the files; ``search``: where its ``package`` is imported from."""

    fetch: Callable[[], Path]
    package: str
    within: str = "."
    search: str = "."


CORPORA = {
    "httpx": Corpus(lambda: fetch.release("httpx", "0.28.1"), "httpx"),
    "opentelemetry-sdk": Corpus(
        lambda: fetch.release("opentelemetry-sdk", "1.45.2"), "opentelemetry.sdk", search="src"
    ),
    "django": Corpus(lambda: fetch.corpus("django"), "django"),
    "pandas": Corpus(lambda: fetch.modules("pandas", "2.2.3"), "pandas", within="pandas"),
    "torch": Corpus(lambda: fetch.corpus("torch"), "torch"),
}

WIDTH = 100
"""Columns beyond which a signature is not read at a glance."""
SHARE, FEWEST = 0.01, 5
"""A sentence is noise on more than this share of the pages, and on more than this many."""
_FENCE = re.compile(r"(`{3,}|~{3,})")
_TARGET = re.compile(r"(\[(?:[^\]\\]|\\.)*\])\([^()\s]*\)")
_ROLE = re.compile(r":(?:py:)?(?:class|func|meth|attr|exc|mod|data|obj|const):`~?\.?([\w.]+)(?:\(\))?`")
OF_TEST = re.compile(r"^\| \*\*Role\*\* \| (?:.*; )?Test module", re.MULTILINE)
"""On the page of a test, which has of what its classes inherit only what they replace."""
_SAID = re.compile(r"\.(?=\s|$)")


class Count:
    """``shown`` of ``present`` things; ``missing``: what is not shown, by where it should be."""

    def __init__(self) -> None:
        self.shown = self.present = 0
        self.missing: list[str] = []

    def add(self, shown: bool, what: str) -> None:
        """Count a thing."""
        self.present += 1
        self.shown += shown
        if not shown:
            self.missing.append(what)

    @property
    def share(self) -> float:
        """Of what is present, the part that is shown."""
        return self.shown / self.present if self.present else 1.0

    def __str__(self) -> str:
        return f"{self.shown:,} / {self.present:,} ({self.share:.3f})"


class Pages:
    """The pages of a tree, read as text."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / OUTPUT

    def source(self, path: str) -> str:
        """The text of a source's page, with its continuations; empty without one."""
        first = self.folder / f"{path}_docs.md"
        parts = [first, *sorted(first.parent.glob(f"{first.stem}.[0-9]*.md"))]
        return "\n".join(each.read_text(errors="replace") for each in parts if each.is_file())

    @cached_property
    def all(self) -> list[Path]:
        """The files of all pages."""
        return sorted(self.folder.rglob("*.md"))


def prose_lines(page: str) -> Iterator[str]:
    """The lines of a page that are neither code, headings, tables nor comments."""
    end = ""
    for line in page.splitlines():
        fence = _FENCE.match(line.strip())
        if end:
            end = "" if line.strip() == end else end
        elif fence:
            end = fence[1]
        elif not line.startswith(("#", "|", "<!--")):
            yield line


def sentences(page: str) -> set[str]:
    """The sentences of a page, without the targets of links: what ends with a full stop."""
    found: set[str] = set()
    for line in prose_lines(page):
        *ended, _ = _SAID.split(_TARGET.sub(r"\1", line))
        found.update(each.strip() for each in ended if len(each.split()) > 1)
    return found


def repeated(pages: Pages) -> list[tuple[int, str]]:
    """The sentences on too many of the pages, the most frequent first; not those that the sources themselves repeat."""
    counts: Counter[str] = Counter()
    for path in pages.all:
        counts.update(sentences(path.read_text(errors="replace")))
    many = max(len(pages.all) * SHARE, FEWEST)
    return [(count, said) for said, count in counts.most_common() if count > many]


def signatures(pages: Pages) -> Iterator[str]:
    """The lines of the declarations below the headings of definitions."""
    for path in pages.all:
        lines = path.read_text(errors="replace").splitlines() if path.name.endswith("_docs.md") else []
        for number, line in enumerate(lines):
            if line.startswith("###") and "<a id=" in line and lines[number + 2 : number + 3] == ["```python"]:
                for each in lines[number + 3 :]:
                    if each == "```":
                        break
                    yield each


def folders(pages: Pages) -> Count:
    """The folders whose index says what they are for."""
    found = Count()
    for path in pages.all:
        if path.name == "index.md" and path.parent != pages.folder:
            said = path.read_text(errors="replace")
            named = path.parent.relative_to(pages.folder).as_posix()
            found.add("\n## Overview\n" in said or "\n## Public Names\n" in said, named)
    return found


def sizes(pages: Pages) -> list[tuple[float, int, int, str]]:
    """(ratio, bytes without the source's text, bytes of the source, path) of each source's page."""
    found = []
    for path in pages.all:
        if not path.name.endswith("_docs.md"):
            continue
        name = path.relative_to(pages.folder).as_posix().removesuffix("_docs.md")
        source = pages.root / name
        if source.is_file() and (size := source.stat().st_size):
            page = pages.source(name)
            before, title, after = page.partition("\n## Original Source\n")
            shown = len(before.encode()) + (len(after.partition("\n## Cross-References\n")[2].encode()) if title else 0)
            found.append((shown / size, shown, size, name))
    return sorted(found)


class Griffe:
    """What griffe finds in the package, and which of that is on the pages."""

    def __init__(self, corpus: Corpus, pages: Pages) -> None:
        self.pages = pages
        self.public, self.inherited = Count(), Count()
        """``inherited``: also what a line counts after the names that it has room for; not of tests,
        and not what the body of a class imports."""
        self.attributes, self.roles = Count(), Count()
        self._root = pages.root
        loader = griffe.GriffeLoader(search_paths=[self._root / corpus.search], allow_inspection=False)
        self._package = loader.load(corpus.package)
        loader.resolve_aliases(implicit=False, external=False)
        self._loader = loader
        self._seen: set[str] = set()
        assert isinstance(self._package, griffe.Module)
        self._module(self._package)

    def _module(self, module: griffe.Module) -> None:
        files = module.filepath if isinstance(module.filepath, list) else [module.filepath]
        path = files[0].relative_to(self._root).as_posix()
        page = self.pages.source(path)
        for name, member in sorted(module.members.items()):
            if isinstance(member, griffe.Alias):
                if self._offered(module, member, name):
                    self.public.add(f"`{name}`" in page, f"{path}: {name}")
            elif isinstance(member, griffe.Module):
                self._module(member)
            else:
                if member.is_public:
                    self.public.add(f"`{name}`" in page, f"{path}: {name}")
                self._member(member, page, path)
        self._said(module, page, path)

    def _offered(self, module: griffe.Module, member: griffe.Alias, name: str) -> bool:
        """Whether an import is a public name of a package, and leads to something of it that is no module."""
        if not (module.is_init_module and member.is_public):
            return False
        try:
            target = member.final_target
        except griffe.GriffeError:
            return False
        return target.path.startswith(f"{self._package.path}.") and not target.is_module

    def _member(self, member: griffe.Object, page: str, path: str) -> None:
        self._said(member, page, path)
        if isinstance(member, griffe.Attribute) and member.docstring and not _private(member):
            first = member.docstring.value.split()
            said = " ".join(re.findall(r"\w+", " ".join(first[:4])))
            inner = member.path.removeprefix(f"{member.module.path}.")
            shown = f'id="{inner}"' in page or f"`{member.name}`" in page
            self.attributes.add(shown and said in " ".join(re.findall(r"\w+", page)), f"{path}: {inner}")
        if isinstance(member, griffe.Class):
            self._inherits(member, page, path)
            for each in member.members.values():
                if isinstance(each, griffe.Object):
                    self._member(each, page, path)

    def _inherits(self, member: griffe.Class, page: str, path: str) -> None:
        if OF_TEST.search(page):
            return
        try:
            inherited = member.inherited_members.items()
            names = [name for name, each in inherited if not name.startswith("_") and not each.target.is_alias]
        except (griffe.GriffeError, ValueError):
            return
        inner = member.path.removeprefix(f"{member.module.path}.")
        _, _, rest = page.partition(f'<a id="{inner}"></a>')
        block = rest.partition("\n### ")[0]
        listed = "\n".join(line for line in block.splitlines() if line.startswith(("Inherited", "- ", "|")))
        more = sum(int(count) for count in re.findall(r"\band (\d+) more\.$", listed, re.MULTILINE))
        for name in names:
            shown = bool(re.search(rf"[`.]{name}`", listed))
            more -= not shown
            self.inherited.add(shown or more >= 0, f"{path}: {inner}.{name}")

    def _said(self, member: griffe.Object, page: str, path: str) -> None:
        """The roles of its documentation that name something of the package."""
        if member.docstring is None:
            return
        for role in _ROLE.finditer(member.docstring.value):
            if (target := self._resolved(member, role[1])) and not target.is_module:
                self.roles.add(
                    bool(re.search(rf"\[`(?:[\w.]+\.)?{target.name}(?:\(\))?`\]\(", page)), f"{path}: {role[0]}"
                )

    def _resolved(self, member: griffe.Object, name: str) -> griffe.Object | None:
        """The object of the package that a name in a documentation means."""
        for path in (name, *self._scoped(member, name)):
            if path.startswith(f"{self._package.path}."):
                try:
                    found: griffe.Object | griffe.Alias = self._package[path.removeprefix(f"{self._package.path}.")]
                    return found.final_target if isinstance(found, griffe.Alias) else found
                except (KeyError, griffe.GriffeError):
                    continue
        return None

    @staticmethod
    def _scoped(member: griffe.Object, name: str) -> Iterator[str]:
        first = name.partition(".")[0]
        scope: griffe.Object | griffe.Alias | None = member
        while scope is not None:
            if first in scope.members:
                yield f"{scope.path}.{name}"
                return
            scope = None if scope.is_module else scope.parent


def _private(member: griffe.Object) -> bool:
    return any(part.startswith("_") for part in member.path.removeprefix(member.module.path).split(".") if part)


def place(name: str, kept: Path) -> Path:
    """The tree of a corpus in ``kept``, copied there once."""
    root = kept / name
    if not root.exists():
        shutil.copytree(CORPORA[name].fetch(), root / CORPORA[name].within, symlinks=True)
    build(root)
    return root


def measure(name: str, kept: Path, verbose: bool) -> None:
    """Print the counts of a corpus."""
    pages = Pages(place(name, kept))
    sections = compare(pages.root / CORPORA[name].search)
    theirs = Griffe(CORPORA[name], pages)
    described = folders(pages)
    wide = [line for line in signatures(pages) if len(line) > WIDTH]
    noise = repeated(pages)
    ratios = sizes(pages)
    total, missing = sections.sections.total(), sections.missing.total()
    print(f"{name}: {len(pages.all):,} pages")
    counts = {
        "public names": theirs.public,
        "inherited members": theirs.inherited,
        "documented attributes": theirs.attributes,
        "roles that lead to their names": theirs.roles,
        "folders with a description": described,
    }
    print(f"  {'sections of docstrings':40}{total - missing:,} / {total:,} ({1 - missing / (total or 1):.3f})")
    for title, count in counts.items():
        print(f"  {title:40}{count}")
        for each in count.missing[:25] if verbose else ():
            print(f"      {each}")
    print(f"  {f'lines of signatures above {WIDTH} columns':40}{len(wide):,}")
    print(f"  {f'sentences on more than {SHARE:.0%} of the pages':40}{len(noise)}")
    print(f"  {'page without source / source, median':40}{statistics.median(ratio for ratio, *_ in ratios):.2f}")
    if verbose:
        print(*(f"      {line}" for line in wide[:10]), sep="\n")
        print(*(f"      {count:6,} {said}" for count, said in noise[:60]), sep="\n")


def main(arguments: list[str]) -> int:
    """Measure the named corpora, or all."""
    logging.disable()
    parser = argparse.ArgumentParser(prog="python -m tests.corpora.worth")
    parser.add_argument("names", nargs="*", choices=[*CORPORA, []])
    parser.add_argument("--keep", type=Path)
    parser.add_argument("-v", action="store_true", dest="verbose")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="incdoc-worth-") as folder:
        for name in chosen.names or CORPORA:
            try:
                measure(name, chosen.keep or Path(folder), chosen.verbose)
            except fetch.FetchError as error:
                print(f"{name}: {error}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

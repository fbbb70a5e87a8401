"""What includes and bases lead to.

The folders in which a compiler searches headers are not in the sources. So ``#include "a/b.h"`` is searched beside the
including file, and then among all headers whose path ends with ``a/b.h``: the name of a header is each end of its path.
Of several, one below a folder that is around the including file is taken, and then the nearest one; where that does
not decide, the include is ambiguous.

C, C++ and CUDA include each other's headers, so they share their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import commonpath, normpath

from incdoc.sources.paths import ancestors, join, parent

from ..facts import Import
from ..linker import Linker, Repository
from ..outline import Outline
from ..resolution import CHAIN, IMPORTS, MENTIONS, Base, Command, Resolution, Target, Usage
from . import runners, testing
from .headers import STANDARD
from .kinds import is_test

FAMILY = "cpp"
_HEADERS = ("h", "hh", "hpp", "hxx", "h++", "cuh")
_INCLUDED = frozenset({*_HEADERS, "inl", "ipp", "tpp", "tcc"})
_SOURCES = ("c", "cc", "cpp", "cxx", "c++", "cu", "mm")
_ROOTS = frozenset({"include", "inc", "includes", "headers", "src", "source", "lib"})
"""What folders are called that are searched for headers."""
_NOT_USED = frozenset((
    "namespace", "namespace alias", "field", "test", "macro call", "extension module", "operator library", "binding",
    "operator",
))  # fmt: skip
"""Kinds of definitions that others do not use by their names, or not without an object."""
_MOST_NAMES = 12
_MOST_BEHIND = 16
"""Files that come through other includes, up to which their names count. Each is a row of the link tables: without a
bound, a source of PyTorch has hundreds. With it, linking 687 of its files takes 0.4 s more and finds 1.6 % more uses,
and leveldb's are 39 % more; 24 would be 0.8 s, 2.7 % and 46 %."""
_MOST_LOOKED_INTO = 24
"""Files in which one source's unknown bases are searched. Each is a row of the link tables."""
_ACCESS = re.compile(r"\A(?:(?:public|protected|private|virtual)\s+)*")
_PLAIN = re.compile(r"(?:::)?([A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)(?:\s*<.*>)?(?:\.\.\.)?\Z", re.DOTALL)


_UNKNOWN = "?"
"""In place of the name of a class: what it has is not known."""


def is_header(path: str) -> bool:
    """Whether the file is made to be included, by its suffix."""
    return path.rpartition(".")[2].lower() in _INCLUDED


class IncludeLinker(Linker):
    """Resolves includes and bases."""

    refers = "includes"

    def __init__(self, repository: Repository) -> None:
        super().__init__(repository)
        self._known: dict[tuple[str, str, str], tuple[Target, tuple[str, ...]]] = {}
        self._classes: dict[str, frozenset[str]] = {}
        self._names: dict[str, frozenset[str]] = {}

    def names(self, path: str) -> list[str]:
        """What an include of the header can say, the most usual first."""
        if not is_header(path):
            return []
        parts = path.split("/")
        ends = ["/".join(parts[start:]) for start in range(len(parts))][-_MOST_NAMES:]
        roots = [at for at, part in enumerate(parts[:-1]) if part in _ROOTS]
        usual = "/".join(parts[roots[-1] + 1 :]) if roots else path
        return list(dict.fromkeys([usual, *ends]))

    def surface(self, outline: Outline) -> object:
        """Its names, classes and includes, and the modules that it makes for other languages."""
        includes = [(each.module, each.style) for each in outline.imports]
        return outline.keywords, outline.classes, includes, outline.modules

    def command(self, path: str, outline: Outline, wants: set[str], looked: set[str]) -> Command | None:
        """By CTest, if CMake builds them."""
        has_tests = is_test(path) or any(kind == "test" for _, kind in outline.keywords)
        return runners.command(self.repository, path, outline, wants, looked) if has_tests else None

    def companions(self, path: str) -> Iterable[tuple[str, str]]:
        """The header of an implementation, the implementation of a header: beside it, or in ``src`` for ``include``."""
        stem, _, suffix = path.rpartition(".")
        word, suffixes = ("implementation", _SOURCES) if suffix in _HEADERS else ("header", _HEADERS)
        if suffix not in _HEADERS and suffix not in _SOURCES:
            return
        for base in (stem, *_across(stem)):
            for each in suffixes:
                yield word, f"{base}.{each}"

    def executed_by(self, path: str) -> Iterable[str]:
        """The header of an implementation, beside it or included by it under the same name: what includes it is linked
        with the implementation."""
        found = {each for word, each in self.companions(path) if word == "header" and self.repository.exists(each)}
        outline = self.repository.outline(path)
        if outline is not None and not is_header(path):
            stem = path.rpartition("/")[2].rpartition(".")[0]
            targets = self._targets(path, outline.imports, set())
            found |= {each.path for each in targets if each.path.rpartition("/")[2].rpartition(".")[0] == stem}
        return found - {path}

    def included(self, path: str) -> Iterator[str]:
        """The files of the repository that a source includes, directly or not."""
        seen = {path}
        waiting = [path]
        while waiting:
            each = waiting.pop()
            outline = self.repository.outline(each) if self.repository.exists(each) else None
            for target in self._targets(each, outline.imports, set()) if outline is not None else ():
                if target.kind == "source" and target.path not in seen:
                    seen.add(target.path)
                    waiting.append(target.path)
                    yield target.path

    def forget_outlines(self) -> None:
        """Drop the names of classes, and of others."""
        self._classes.clear()
        self._names.clear()

    def resolve(self, path: str, outline: Outline) -> Resolution:
        """What the includes and bases of the source at ``path`` lead to."""
        wants: set[str] = set()
        uses: set[tuple[str, int, str]] = set()
        targets = tuple(self._targets(path, outline.imports, wants))
        uses.update((each.path, IMPORTS, "") for each in targets if each.kind == "source" and each.path != path)
        bases = tuple(self._bases(path, outline, targets, wants, uses))
        visible = self._visible_to(path, targets, wants) if outline.uses else {}
        uses.update((each, CHAIN, "") for each, direct in visible.items() if not direct)
        behind, every = self._behind(path, visible, wants) if outline.uses else ([], True)
        uses.update((each, CHAIN, "") for each in behind)
        usages = frozenset(self._usages(path, outline, visible, behind if every else ()))
        return Resolution(targets, bases, frozenset(wants), frozenset(uses), usages=usages)

    # uses

    def _visible_to(self, path: str, targets: Iterable[Target], wants: set[str]) -> dict[str, bool]:
        """The files whose names count for a source, each with whether it includes that itself: those, and what the
        header of the same name includes."""
        found = {each.path: True for each in targets if each.kind == "source" and each.path != path}
        stem = path.rpartition("/")[2].rpartition(".")[0]
        for each in [each for each in found if each.rpartition("/")[2].rpartition(".")[0] == stem]:
            outline = self.repository.outline(each)
            for target in self._targets(each, outline.imports, wants) if outline is not None else ():
                if target.kind == "source" and target.path != path:
                    found.setdefault(target.path, False)
        return found

    def _behind(self, path: str, visible: Iterable[str], wants: set[str]) -> tuple[list[str], bool]:
        """The files that those include, directly or not, whose includes were read; and whether that are all. They are
        not if there are many: then no more are read, so that few decide of it."""
        seen = {path, *visible}
        waiting = list(visible)
        direct = len(waiting)
        for number, each in enumerate(waiting):
            outline = self.repository.outline(each)
            for target in self._targets(each, outline.imports, wants) if outline is not None else ():
                if target.kind == "source" and target.path not in seen:
                    seen.add(target.path)
                    waiting.append(target.path)
            if len(waiting) - direct > _MOST_BEHIND:
                return waiting[direct : number + 1], False
        return waiting[direct:], True

    def _usages(self, path: str, outline: Outline, visible: Iterable[str], behind: Iterable[str]) -> Iterator[Usage]:
        """What its definitions use of the files that are visible to it, or else of those ``behind`` them. A name counts
        that only one of them has, in the innermost scope in which any has it, and the source itself in none."""
        files = [(each, self._names_of(each)) for each in visible]
        further = [(each, self._names_of(each)) for each in behind]
        if not files:
            return
        own = self._names_of(path)
        methods = {name for name, kind in outline.keywords if kind == "method"}
        tests = dict(self._tests(outline, [(path, own), *files, *further]))
        above: dict[str, frozenset[str] | None] = {}
        for use in outline.uses:
            found: list[str] = []
            owner, inside = tests.get(use.owner) or (use.owner, "")
            for name in _visible(owner, use.rest):
                if name in own:
                    break
                found = [file for file, known in files if name in known]
                found = found or [file for file, known in further if name in known]
                if found:
                    break
            if len(found) != 1:
                continue
            if use.owner in methods:
                inside = owner.rpartition("::")[0]
            if use.called and inside and "::" not in use.rest and name.rpartition("::")[0] != inside:
                if inside not in above:
                    above[inside] = self._members_of(inside, [(path, own), *files, *further])
                members = above[inside]
                if members is None or use.rest in members:
                    continue
            yield Usage(found[0], name, "", use.owner, use.called)

    def _tests(
        self, outline: Outline, files: list[tuple[str, frozenset[str]]]
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        """By test, and by each of its parts: a name beside its body, and the class whose members that sees."""
        found: dict[str, tuple[str, str]] = {}
        for each in outline.unscoped:
            written = testing.class_of(each.head).partition("<")[0].strip()
            around = f"{each.around}::test" if each.around else "test"
            names = _visible(around, written) if written not in ("", testing.BASE) else ()
            inside = next((name for name in names if any(name in known for _, known in files)), "")
            place = f"{inside}::test" if inside else around, inside or (written and _UNKNOWN)
            if written == testing.BASE:
                place = around, written
            found[each.name] = place if found.get(each.name, place) == place else ("test", _UNKNOWN)
        yield from found.items()
        for name, kind in outline.keywords if found else ():
            test = name
            while kind == "test" and test and test not in found:
                test = test.rpartition("::")[0]
            if test != name and test in found:
                yield name, found[test]

    def _names_of(self, path: str) -> frozenset[str]:
        """The names of a file that others may use."""
        found = self._names.get(path)
        if found is None:
            outline = self.repository.outline(path)
            keywords = outline.keywords if outline is not None else ()
            named = (name for name, kind in keywords if kind not in _NOT_USED)
            found = self._names[path] = frozenset(name for name in named if not _is_constructor(name))
        return found

    def _members_of(self, name: str, files: list[tuple[str, frozenset[str]]]) -> frozenset[str] | None:
        """The last parts of the names that a class and those above it have; None if not all of them are known."""
        waiting, seen = [name], set[str]()
        members: set[str] = set()
        while waiting:
            each = waiting.pop()
            if each in seen:
                continue
            seen.add(each)
            if each == testing.BASE:
                members |= testing.MEMBERS
                continue
            file = next((file for file, known in files if each in known), "")
            outline = self.repository.outline(file) if file else None
            if outline is None:
                return None
            before = f"{each}::"
            members.update(known.removeprefix(before) for known, _ in outline.keywords if known.startswith(before))
            for text in next((bases for owner, bases in outline.classes if owner == each), ()):
                if testing.is_base(text):
                    waiting.append(testing.BASE)
                    continue
                plain = _PLAIN.match(_ACCESS.sub("", text))
                candidates = list(_visible(each, plain[1])) if plain is not None else []
                base = next((one for one in candidates for _, known in files if one in known), "")
                if not base:
                    return None
                waiting.append(base)
        return frozenset(members)

    # includes

    def _targets(self, path: str, imports: Iterable[Import], wants: set[str]) -> Iterator[Target]:
        folder = parent(path)
        for item in imports:
            key = folder, item.module, item.style
            found = self._known.get(key)
            if found is None:
                looked: list[str] = []
                found = self._known[key] = self._include(folder, item, looked), tuple(looked)
            wants.update(found[1])
            yield found[0]

    def _include(self, folder: str, item: Import, looked: list[str]) -> Target:
        written = item.module.replace("\\", "/")
        if item.style == '""' and not written.startswith("/"):
            beside = normpath(join(folder, written))
            if not beside.startswith(".."):
                looked.append("/" + beside)
                if self.repository.exists(beside):
                    return Target("source", beside)
        if written in STANDARD:
            return Target("stdlib")
        name = normpath(written)
        if name.startswith(("../", "/")) or name in (".", ".."):
            return Target("missing")
        if name.rpartition(".")[2].lower() in _SOURCES:
            return self._above(folder, name, looked)
        looked.append(name)
        return self._choose(folder, name, item.style == '""')

    def _above(self, folder: str, name: str, looked: list[str]) -> Target:
        """An implementation that is included, as one source of many is made of: from a folder around the including one.
        Others are not found by their names."""
        for each in ancestors(folder):
            place = join(each, name)
            looked.append("/" + place)
            if self.repository.exists(place):
                return Target("source", place)
        return Target("missing")

    def _choose(self, folder: str, name: str, quoted: bool) -> Target:
        """The header that an include means among those whose path ends with its name."""
        found = list(self.repository.named(FAMILY, name))
        roots = {each: each[: -len(name)].rstrip("/") for each in found}
        around = [each for each in found if _is_around(roots[each], folder)]
        if not around and "/" not in name:
            # a name of one part is not searched in folders of others, unless they are for headers
            top = folder.partition("/")[0]
            found = [
                each
                for each in found
                if roots[each].rpartition("/")[2] in _ROOTS or (quoted and each.partition("/")[0] == top)
            ]
        chosen = around or _nearest(found, folder)
        if len(chosen) == 1:
            return Target("source", chosen[0])
        if chosen:
            return Target("ambiguous", candidates=tuple(sorted(chosen)))
        return Target("missing")

    # bases

    def _bases(
        self, path: str, outline: Outline, targets: Iterable[Target], wants: set[str], uses: set[tuple[str, int, str]]
    ) -> Iterator[Base]:
        own = frozenset(name for name, _ in outline.classes)
        near: list[str] | None = None
        for owner, bases in outline.classes:
            for text in bases:
                plain = _PLAIN.match(_ACCESS.sub("", text))
                if plain is None or plain[1].startswith("std::"):
                    continue
                names = list(_visible(owner, plain[1]))
                found = next((name for name in names if name in own and name != owner), "")
                if found:
                    yield Base(owner, text, path, found)
                    continue
                if near is None:
                    near = list(self._near(path, targets, wants))
                    uses.update((each, CHAIN, "") for each in near)
                for each in near:
                    classes = self._classes_of(each)
                    found = next((name for name in names if name in classes), "")
                    if found:
                        uses.add((each, MENTIONS, found))
                        yield Base(owner, text, each, found)
                        break

    def _near(self, path: str, targets: Iterable[Target], wants: set[str]) -> Iterator[str]:
        """The files of the repository that a source includes, and then those that they include."""
        direct = list(dict.fromkeys(each.path for each in targets if each.kind == "source" and each.path != path))
        seen = {path, *direct}
        yield from direct[:_MOST_LOOKED_INTO]
        left = _MOST_LOOKED_INTO - len(direct)
        for each in direct[:_MOST_LOOKED_INTO]:
            outline = self.repository.outline(each)
            if left <= 0 or outline is None:
                continue
            for target in self._targets(each, outline.imports, wants):
                if target.kind == "source" and target.path not in seen and left > 0:
                    seen.add(target.path)
                    left -= 1
                    yield target.path

    def _classes_of(self, path: str) -> frozenset[str]:
        found = self._classes.get(path)
        if found is None:
            outline = self.repository.outline(path)
            found = frozenset(name for name, _ in outline.classes) if outline else frozenset()
            self._classes[path] = found
        return found


def _is_constructor(name: str) -> bool:
    """Whether a function has the name of its class."""
    parts = name.split("::")
    return len(parts) > 1 and parts[-1] == parts[-2]


def _is_around(root: str, folder: str) -> bool:
    return not root or folder == root or folder.startswith(root + "/")


def _nearest(found: list[str], folder: str) -> list[str]:
    """Those that share most of their path with a folder."""
    if len(found) < 2 or not folder:
        return found
    shared = {each: len(commonpath([each, folder]).split("/")) if commonpath([each, folder]) else 0 for each in found}
    most = max(shared.values())
    return [each for each in found if shared[each] == most]


def _across(stem: str) -> Iterator[str]:
    """A stem with ``src`` for its last folder ``include``, and the other way round."""
    parts = stem.split("/")
    for at in range(len(parts) - 2, -1, -1):
        other = {"include": "src", "src": "include"}.get(parts[at])
        if other:
            yield "/".join([*parts[:at], other, *parts[at + 1 :]])
            return


def _visible(owner: str, name: str) -> Iterator[str]:
    """The qualified names that a name can mean where ``owner`` is declared, the innermost scope first."""
    scopes = re.sub(r"<.*>", "", owner).split("::")[:-1]
    for count in range(len(scopes), -1, -1):
        yield "::".join([*scopes[:count], name])

"""The module names by which a file can be imported.

A **root** is a folder that Python's import path may hold. A file's roots, nearest first:

1. the folder above its outermost package (its own folder if it is in none): running it, or pytest, adds that. A folder
   without ``__init__`` that is in a package is a part of it, and one below ``src`` a namespace package;
2. each folder above it that declares a project (``pyproject.toml``, ``setup.py``, ``setup.cfg``) and is no package, and
   that folder's ``src``;
3. the repository itself.

The second and third are **declared**: they are on the path for every file of the repository. pytest adds the own folder
of a test, or of a ``conftest.py``, if that has no ``__init__``: then it is the last root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from incdoc.sources.paths import ancestors, join, parent

from .language import PROJECT_FILES, is_test

SUFFIXES = (".py", ".pyi")


def stem(path: str) -> str:
    """A module's path without its suffix; a package's is its folder."""
    base = path[: path.rindex(".")]
    folder, _, name = base.rpartition("/")
    return folder if name == "__init__" else base


def is_module(path: str) -> bool:
    """Whether Python could import the file."""
    return path.endswith(SUFFIXES)


class Layout:
    """The roots of each folder. ``exists``: whether a path is a source."""

    def __init__(self, exists: Callable[[str], bool]) -> None:
        self._exists = exists
        self._roots: dict[str, tuple[str, ...]] = {}
        self._declared: dict[str, bool] = {"": True}

    def roots(self, path: str) -> tuple[str, ...]:
        """The roots of a file, nearest first."""
        folder = parent(path)
        found = self._roots.get(folder)
        if found is None:
            found = self._roots[folder] = self._find(folder)
        return found

    def added(self, path: str) -> str | None:
        """The folder of a test that is no root of its folder, but that pytest adds to the path."""
        folder = parent(path)
        if not (is_test(path) or path.endswith("conftest.py")) or folder in self.roots(path):
            return None
        return None if self.is_package(folder) else folder

    def declared(self, folder: str) -> bool:
        """Whether ``folder`` is a declared root."""
        known = self._declared.get(folder)
        if known is None:
            known = (self._declares_project(folder) and not self.is_package(folder)) or self._is_src(folder)
            self._declared[folder] = known
        return known

    def names(self, path: str) -> list[str]:
        """Every dotted name of the module at ``path``, nearest root first."""
        base = stem(path)
        names = []
        for root in self.roots(path):
            dotted = dotted_name(base, root)
            if dotted and dotted not in names:
                names.append(dotted)
        return names

    def _find(self, folder: str) -> tuple[str, ...]:
        within = []
        """The folder and those above it, below the nearest declared root."""
        for root in ancestors(folder):
            if self.declared(root) and not self.is_package(root):
                break
            within.append(root)
        packages = [each for each in within if each and self.is_package(each)]
        top = parent(packages[-1]) if packages else root if self._is_src(root) else folder
        if not dotted_name(join(folder, "_"), top):
            top = folder  # no name leads there
        above = [each for each in ancestors(folder) if self.declared(each)]
        return tuple(dict.fromkeys([top, *above]))

    def _is_src(self, folder: str) -> bool:
        return folder.rpartition("/")[2] == "src" and self.declared(parent(folder))

    def is_package(self, folder: str) -> bool:
        """Whether ``folder`` has an ``__init__``."""
        return self._exists(join(folder, "__init__.py")) or self._exists(join(folder, "__init__.pyi"))

    def _declares_project(self, folder: str) -> bool:
        return any(self._exists(join(folder, name)) for name in PROJECT_FILES)


def dotted_name(base: str, root: str) -> str:
    """The dotted name of the stem ``base`` below ``root``; empty if it has none."""
    if root:
        if not base.startswith(root + "/"):
            return ""
        base = base[len(root) + 1 :]
    parts = base.split("/")
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""


_TESTS = frozenset(("test", "tests"))
_KINDS = frozenset(("unit", "integration", "functional", "e2e", "system"))
"""Folders that say what tests are, and mirror none of the sources."""
_SRC = "src"


def namesakes(path: str, used: Iterable[str]) -> Iterator[str]:
    """The stems of the modules that a test may have the name of. ``used``: the sources that it uses, which may be in
    packages beside the folder of tests."""
    folder, _, file = path.rpartition("/")
    name = file.removesuffix(".py")
    name = name.removeprefix("test_") if name.startswith("test_") else name.removesuffix("_test")
    if name in _TESTS:
        return
    parts = folder.split("/") if folder else []
    at = next((number for number, part in enumerate(parts) if part in _TESTS), len(parts))
    top = "/".join(parts[:at])
    within = [part.removeprefix("test_") for part in parts[at + 1 :] if part not in _KINDS]
    tops = [top, join(top, _SRC)]
    for each in used:
        inside = each.removeprefix(f"{top}/" if top else "")
        if (each != inside or not top) and "/" in inside:
            first, _, rest = inside.partition("/")
            tops.append(join(top, f"{_SRC}/{rest.partition('/')[0]}" if first == _SRC and "/" in rest else first))
    for each in dict.fromkeys(tops):
        yield "/".join(filter(None, [each, *within, name]))


def companions(path: str) -> list[str]:
    """The paths that a module's stub, or a stub's module, can have."""
    base = path[: path.rindex(".")]
    return [base + suffix for suffix in SUFFIXES if base + suffix != path]

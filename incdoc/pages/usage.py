"""Which definitions use those of a source: the parts of its page that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from msgspec import Struct

from incdoc.links.tables import Tables, Used
from incdoc.pages.markdown import anchor, code, fragment, link
from incdoc.sources.paths import parent

_FEW = 8
"""Users that a definition names itself; of more, the first ones, and a list of files has all."""
_FIRST = 3
_OF_FILE = 5
"""Users that a list names of one file."""

_ANCHOR = "uses-of-{}"
_VERBS = {True: "called", False: "used"}

_Files = dict[str, list[str]]
"""By file, the definitions that use one; an empty name is the module."""


class User(Struct, frozen=True, array_like=True):
    """A source whose definitions use those of another."""

    path: str
    test: bool
    used: tuple[Used, ...]


def users_of(tables: Tables, path: str) -> tuple[User, ...]:
    """Those of the source at ``path``, sorted."""
    return tuple(
        User(user, tables.summaries(parent(user))[user].test, used)
        for user, used in tables.usages(path)
        if user in tables.summaries(parent(user))
    )


class _Users:
    """The users of one definition, by whether they call it, and by whether they are tests."""

    def __init__(self) -> None:
        self.files: dict[tuple[bool, bool], _Files] = {}

    def add(self, called: bool, test: bool, path: str, owner: str) -> None:
        owners = self.files.setdefault((called, test), {}).setdefault(path, [])
        if owner not in owners:
            owners.append(owner)

    def of(self, called: bool) -> tuple[_Files, _Files]:
        """Those that are no tests, and those that are."""
        return self.files.get((called, False), {}), self.files.get((called, True), {})

    def count(self) -> int:
        return sum(len(owners) for files in self.files.values() for owners in files.values())

    def both(self, test: bool) -> _Files:
        """Those that call it and others, by file."""
        found: _Files = {}
        for called in (True, False):
            for path, owners in self.files.get((called, test), {}).items():
                found.setdefault(path, []).extend(owners)
        return {path: sorted(dict.fromkeys(found[path])) for path in sorted(found)}


class Usages:
    """The users of each definition. ``own``: the source itself, as its user; ``place``: the definition of the page that
    a name, and attributes of it, mean; empty if there is none. ``to``: the link to a definition of a source.
    ``derived``: (definition, path, class that derives from it), which are listed elsewhere."""

    def __init__(
        self,
        users: Iterable[User],
        own: User,
        place: Callable[[str, str], str],
        to: Callable[[str, str], str],
        derived: Iterable[tuple[str, str, str]],
    ) -> None:
        self._to = to
        self._users: dict[str, _Users] = {}
        known = set(derived)
        for user in chain([own], users):
            for name, rest, owner, called in user.used:
                found = place(name, rest)
                if found and (found, user.path, owner) not in known:
                    self._users.setdefault(found, _Users()).add(called, user.test, user.path, owner)

    def of(self, name: str) -> Iterator[str]:
        """Which definitions call one, and which use it otherwise: ``called by [f](…)``."""
        users = self._users.get(name)
        if users is None:
            return
        few = users.count() <= _FEW
        for called, verb in _VERBS.items():
            files = users.of(called)
            if any(files):
                yield f"{verb} by {self._few(*files) if few else self._many(name, *files)}"

    def _few(self, files: _Files, tests: _Files) -> str:
        said = ", ".join(self._links(files)) or "tests only"
        between = "; in tests: " if files else ": "
        return f"{said}{between if tests else ''}{', '.join(self._links(tests))}"

    def _many(self, name: str, files: _Files, tests: _Files) -> str:
        counts = " and ".join(
            f"{len(each)} {word}{'' if len(each) == 1 else 's'}"
            for each, word in ((files, "file"), (tests, "test"))
            if each
        )
        first = ", ".join(self._links(files or tests)[:_FIRST])
        return f"{counts}: {first}, [all uses]({fragment(_ANCHOR.format(name))})"

    def _links(self, files: _Files) -> list[str]:
        return [self._to(path, owner) for path, owners in files.items() for owner in owners]

    def listings(self) -> Iterator[str]:
        """The users by file of each definition that has more than it names."""
        for name in sorted(self._users):
            users = self._users[name]
            if users.count() > _FEW:
                title = f"{anchor(_ANCHOR.format(name))}**Uses of** {link(code(name), fragment(name))}, by file:"
                tests = (f"{line} (test)" for line in self._lines(users.both(test=True)))
                yield "\n".join([f"{title}\n", *self._lines(users.both(test=False)), *tests])

    def _lines(self, files: _Files) -> Iterator[str]:
        for path, owners in files.items():
            inner = [owner for owner in owners if owner]
            links = ", ".join(self._to(path, owner) for owner in inner[:_OF_FILE])
            more = f" and {len(inner) - _OF_FILE} more" if len(inner) > _OF_FILE else ""
            yield f"- {self._to(path, '')}{': ' if links else ''}{links}{more}"

"""Which definitions use those of a source: the parts of its page that say so.

The inputs of a page have no user that the page does not show, so that no other one reaches it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from msgspec import Struct

from incdoc.links.tables import Tables, Used
from incdoc.pages.markdown import anchor, code, fragment, link
from incdoc.sources.paths import parent

_FEW = 8
"""Users that a definition names itself; of more, the first ones. A list of files then has as many of each file."""
_FIRST = 3

_ANCHOR = "uses-of-{}"
_VERBS = {True: "called", False: "used"}


class Use(Struct, frozen=True, array_like=True):
    """The definitions of one source, ``owners`` and ``more`` others, that call a definition, or use it otherwise. An
    empty name is the module."""

    name: str
    rest: str
    """Attributes after the name."""
    called: bool
    owners: tuple[str, ...]
    more: int


class User(Struct, frozen=True, array_like=True):
    """A source whose definitions use those of another."""

    path: str
    test: bool
    uses: tuple[Use, ...]

    @staticmethod
    def of(path: str, test: bool, used: Iterable[Used]) -> User:
        """The user at ``path``."""
        found: dict[tuple[str, str, bool], list[str]] = {}
        for name, rest, owner, called in used:
            found.setdefault((name, rest, called), []).append(owner)
        return User(
            path, test, tuple(Use(*key, tuple(each[:_FEW]), len(each[_FEW:])) for key, each in sorted(found.items()))
        )


def users_of(tables: Tables, path: str) -> tuple[User, ...]:
    """Those of the source at ``path``, sorted, without the classes that derive from its own, which it lists anyway."""
    separator = tables.language(path).separator
    derived = set(tables.subclasses(path))
    found = []
    for user, used in tables.usages(path):
        others = [each for each in used if (separator.join(filter(None, each[:2])), user, each[2]) not in derived]
        summary = tables.summaries(parent(user)).get(user)
        if others and summary is not None:
            found.append(User.of(user, summary.test, others))
    return tuple(found)


class _Files(dict[str, tuple[list[str], int]]):
    """By file, the definitions that use one, and how many more there are."""

    def add(self, path: str, use: Use) -> None:
        owners, more = self.get(path, ([], 0))
        self[path] = [*owners, *(each for each in use.owners if each not in owners)], more + use.more

    def count(self) -> int:
        return sum(len(owners) + more for owners, more in self.values())


class _Users:
    """The users of one definition."""

    def __init__(self) -> None:
        self._files: dict[tuple[bool, bool], _Files] = {}
        """By whether they call it, and whether they are tests."""

    def add(self, user: User, use: Use) -> None:
        self._files.setdefault((use.called, user.test), _Files()).add(user.path, use)

    def of(self, called: bool) -> tuple[_Files, _Files]:
        """Those that are no tests, and those that are."""
        return self._files.get((called, False), _Files()), self._files.get((called, True), _Files())

    def count(self) -> int:
        return sum(files.count() for files in self._files.values())


class Usages:
    """The users of each definition. ``own``: the source itself, as its user; ``place``: the definition of the page that
    a name, and attributes of it, mean; empty if there is none. ``to``: the link to a definition of a source."""

    def __init__(
        self, users: Iterable[User], own: User, place: Callable[[str, str], str], to: Callable[[str, str], str]
    ) -> None:
        self._to = to
        self._users: dict[str, _Users] = {}
        for user in chain([own], users):
            for use in user.uses:
                if found := place(use.name, use.rest):
                    self._users.setdefault(found, _Users()).add(user, use)

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
        return [self._to(path, owner) for path, (owners, _) in files.items() for owner in owners]

    def listings(self) -> Iterator[str]:
        """The users by file of each definition that has more than it names."""
        for name in sorted(self._users):
            users = self._users[name]
            if users.count() > _FEW:
                title = f"{anchor(_ANCHOR.format(name))}**Uses of** {link(code(name), fragment(name))}, by file:"
                callers, others = users.of(True), users.of(False)
                lines = self._lines(callers[False], others[False], "")
                tests = self._lines(callers[True], others[True], " (test)")
                yield "\n".join([f"{title}\n", *lines, *tests])

    def _lines(self, callers: _Files, others: _Files, what: str) -> Iterator[str]:
        for path in sorted({*callers, *others}):
            parts = [
                f"{verb} by {self._owners(path, *files[path])}"
                for verb, files in zip(_VERBS.values(), (callers, others), strict=True)
                if path in files
            ]
            yield f"- {self._to(path, '')}{what}: {'; '.join(parts)}"

    def _owners(self, path: str, owners: list[str], more: int) -> str:
        links = [self._to(path, owner) if owner else "the module itself" for owner in owners]
        return ", ".join(links) + (f" and {more} more" if more else "")

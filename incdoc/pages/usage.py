"""Which definitions of other sources use those of one: the parts of its page that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

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


class Usages:
    """The users of each definition. ``place``: the definition of the page that a name, and attributes of it, mean;
    empty if there is none. ``to``: the link to a definition of a source. ``derived``: (definition, path, class that
    derives from it), which are listed elsewhere."""

    def __init__(
        self,
        users: Iterable[User],
        place: Callable[[str, str], str],
        to: Callable[[str, str], str],
        derived: Iterable[tuple[str, str, str]],
    ) -> None:
        self._to = to
        self._users: dict[str, tuple[dict[str, list[str]], dict[str, list[str]]]] = {}
        """By definition, its users by file: not those of tests, those of tests."""
        known = set(derived)
        for user in users:
            for name, rest, owner in user.used:
                found = place(name, rest)
                if not found or (found, user.path, owner) in known:
                    continue
                files = self._users.setdefault(found, ({}, {}))[user.test]
                owners = files.setdefault(user.path, [])
                if owner not in owners:
                    owners.append(owner)

    def of(self, name: str) -> str:
        """Which definitions use one, as the end of a sentence; empty if no other source does."""
        if name not in self._users:
            return ""
        code_, tests = (self._links(files) for files in self._users[name])
        if len(code_) + len(tests) <= _FEW:
            said = ", ".join(code_) or "tests only"
            between = ": " if not code_ else "; in tests: "
            return f"{said}{between if tests else ''}{', '.join(tests)}"
        files = " and ".join(
            f"{len(each)} {word}{'' if len(each) == 1 else 's'}"
            for each, word in zip(self._users[name], ("file", "test"), strict=True)
            if each
        )
        first = ", ".join((code_ or tests)[:_FIRST])
        return f"{files}: {first}, [all uses]({fragment(_ANCHOR.format(name))})"

    def _links(self, files: dict[str, list[str]]) -> list[str]:
        return [self._to(path, owner) for path, owners in files.items() for owner in owners]

    def listings(self) -> Iterator[str]:
        """The users by file of each definition that has more than it names."""
        for name in sorted(self._users):
            code_, tests = self._users[name]
            if sum(map(len, (*code_.values(), *tests.values()))) > _FEW:
                title = f"{anchor(_ANCHOR.format(name))}**Uses of** {link(code(name), fragment(name))}, by file:"
                lines = [*self._lines(code_), *(f"{line} (test)" for line in self._lines(tests))]
                yield title + "\n\n" + "\n".join(lines)

    def _lines(self, files: dict[str, list[str]]) -> Iterator[str]:
        for path, owners in files.items():
            inner = [owner for owner in owners if owner]
            links = ", ".join(self._to(path, owner) for owner in inner[:_OF_FILE])
            more = f" and {len(inner) - _OF_FILE} more" if len(inner) > _OF_FILE else ""
            yield f"- {self._to(path, '')}{': ' if links else ''}{links}{more}"

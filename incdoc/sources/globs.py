"""gitignore-style globs: those of the settings, and those of ignore files if there is no git.

pathspec translates a glob into a regular expression. Here its stars are made possessive: what a star has
passed is not tried again when a later part of the glob fails. That changes no answer (between two stars the
first match leaves the most room for the rest), and the cost of ``a*a*a*a*b`` is linear in the number of its
stars, no longer exponential.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from pathspec import GitIgnoreSpec
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

from incdoc.config import SettingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_ANY = "[^/]"
_STAR = "[^/]*"
_LEAD = "^(?:.+/)?"
_DEEP = "(?:/.+)?"
_FOLDER = "(?P<ps_d>/)"
_OPEN_NEGATION = re.compile(r"(?<![\\[\\])\[\^(?!/)")
_LONGEST = 4096  # characters of one glob: no path is longer


class Glob(GitIgnoreSpecPattern):
    """A glob of bounded cost."""

    __slots__ = ()

    @classmethod
    def pattern_to_regex(cls, pattern: Any) -> tuple[Any, bool | None]:
        if isinstance(pattern, str) and pattern.rstrip().endswith("/**/"):
            pattern = pattern.rstrip() + "*/"  # git matches the folders in a folder, pathspec the folder itself
        regex, include = super().pattern_to_regex(pattern)
        return (_possessive(regex) if isinstance(regex, str) else regex), include


def chooser(patterns: Iterable[str], place: str) -> Callable[[str], bool]:
    """A function that says whether the globs match a path or a folder above it. ``place``: the setting, for
    messages. Raises SettingError."""
    kept = list(patterns)
    for pattern in kept:
        if len(pattern) > _LONGEST:
            raise _wrong(place, pattern, f"is longer than {_LONGEST} characters")
        try:
            meant = Glob(pattern)
        except (ValueError, re.error, OverflowError):
            raise _wrong(place, pattern, "is not a valid .gitignore glob") from None
        if meant.regex is None:
            raise _wrong(place, pattern, "matches nothing")
    return GitIgnoreSpec.from_lines(kept, Glob, backend="simple").match_file


class IgnoreFile:
    """The rules of one ignore file, for paths relative to its folder."""

    __slots__ = ("_all", "_rules")

    def __init__(self, text: str) -> None:
        self._rules = [
            rule
            for line in text.removeprefix("\ufeff").split("\n")
            if (rule := _rule(line.removesuffix("\r"))) is not None
        ]
        self._all = _union([regex.pattern for regex, _ in self._rules])

    def verdict(self, path: str) -> bool | None:
        """True: ignored; False: kept by a ``!`` line; None: no rule matches. A folder's path ends with a slash."""
        if not self._all(path):
            return None
        for regex, ignored in reversed(self._rules):
            if regex.fullmatch(path):
                return ignored
        return None

    def __bool__(self) -> bool:
        return bool(self._rules)


@cache
def path_pattern(pattern: str) -> re.Pattern[str] | None:
    """The expression of a pattern of ``.gitattributes``, for paths of files relative to its folder; None if git would
    not understand it. A pattern means what it matches itself, and not what is below that."""
    escaped = f"\\{pattern}" if pattern.startswith(("#", "!")) else pattern
    bare = escaped.rstrip(" ")
    found = _rule(bare + "\\ " * (len(escaped) - len(bare)))
    return found[0] if found else None


def _rule(line: str) -> tuple[re.Pattern[str], bool] | None:
    if len(line) > _LONGEST:
        return None
    try:
        regex, ignored = Glob.pattern_to_regex(line)
        if regex is None or ignored is None:
            return None
        return re.compile(_itself(regex), re.DOTALL), ignored
    except (ValueError, re.error, OverflowError):
        return None  # git skips such a line too


def _itself(regex: str) -> str:
    """The expression for the path itself: pathspec also matches all paths below a folder, which the walk handles."""
    if regex == ".":  # "*", "**"
        return ".+"
    if not regex.startswith("^"):  # "*/", "**/"
        return ".*/"
    if regex.endswith("/"):  # "a/**"
        return regex + ".+"
    return regex.replace(_FOLDER, "/")


def _union(patterns: list[str]) -> Callable[[str], object]:
    """One expression that rejects most paths with a single match."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns) or "(?!)", re.DOTALL).fullmatch


def _possessive(regex: str) -> str:
    first, *others = regex.split(_STAR)
    for index, part in enumerate(others):
        inner = index < len(others) - 1 and "/" not in part.replace(_ANY, "")
        first += f"(?>{_STAR}?{part})" if inner else _STAR + part
    return _OPEN_NEGATION.sub("[^/", _shallow(first))  # as in git, a bracket never matches a slash


def _shallow(regex: str) -> str:
    """The same for ``**``: the folders between two of them are searched for once, from the top."""
    head, *rest = regex.split(_DEEP)
    if rest and head.startswith(_LEAD):
        head = f"^(?>(?:.+?/)??{head[len(_LEAD) :]}(?=/))"
    middle = [f"(?>(?:/.+?)??{part}(?=/))" for part in rest[:-1]]
    last = [_DEEP + part for part in rest[-1:]]
    return "".join([head, *middle, *last])


def _wrong(place: str, pattern: str, what: str) -> SettingError:
    return SettingError(f'{place}: {pattern!r} {what}; write a glob such as "src/**" or "*.py".')

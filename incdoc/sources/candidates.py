"""Which paths there are: what git lists or the walk finds, and the settings' globs choose.

apart       output and cache of a project below the root that has settings of its own: what is in them is not listed
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from incdoc.config import PINS, SETTINGS_FILES, folders_of_nested
from incdoc.sources import git, names
from incdoc.sources.blob import printable

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterable, Iterator

    from incdoc.config import Config
    from incdoc.sources.entries import Lstat, Problem


TOP_PAGES = ("comprehensive_book.md", "keywords.md", "comprehensive_book.html", "keywords.html")
"""The names of pages that are at the top of every output folder and of every site; few other files have one."""

ENVIRONMENT = "pyvenv.cfg"
"""The file that makes a folder a virtual environment of Python. Files in it are sources only if git tracks them."""

BYPRODUCT = re.compile(r"(?:^|/)(?:__pycache__|\.doit\.db[^/]*|\.git|incdoc-inventories\.json)(?:/|$)|\.pyc$")

_DENIED = re.compile(r"^warning: could not open directory '(.*?)/?': (.*)$", re.MULTILINE)

_LISTING = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")

_WILD = re.compile(r"[\\*?\[]")

_ESCAPED = r"\\\g<0>"

_SETTINGS_BELOW = tuple(f"/{name}" for name in SETTINGS_FILES)

Choice = Callable[[str], bool]


class Candidates(NamedTuple):
    """Sorted paths, and the problems that were met while listing them."""

    paths: list[str]
    problems: list[Problem]
    complete: bool
    nested: frozenset[str] = frozenset()
    """Those of the paths that are folders with a repository of their own, and no submodules."""
    apart: tuple[str, ...] = ()
    top_pages: tuple[str, ...] = ()


def candidates(
    config: Config,
    repository: git.Repository | None,
    lister: subprocess.Popen[bytes] | None,
    folders: Folders,
) -> tuple[Candidates, bool]:
    """The paths, and whether git listed them."""
    trouble, code = "", 0
    if lister is not None and repository is not None:
        code, out, messages = git.finish(lister, partial(_pipe_of_rules, config.root))
        if code == 0:
            found = _by_git(config, out, messages, folders)
            if found.paths or not repository.prefix:
                return found, True
            # a repository above ignores the whole folder: git does not list it
        else:
            trouble = _refusal(messages)
    elif repository is not None:
        trouble = (
            "Git cannot be started, so only .gitignore and .ignore files decide which files are left out. Install git."
        )
    found = _by_walk(config, trouble)
    return found._replace(complete=found.complete and code != git.TOO_SLOW), False


def listing_command(config: Config, repository: git.Repository) -> list[str]:
    """git's command that lists paths that are tracked, or are neither ignored nor below the output or the cache.

    Pages are excluded here because git would otherwise match each of them against all ignore rules.
    """
    own = (repository.prefix + folder for folder in config.own_folders)
    return [*_LISTING, *(f"--exclude=/{_WILD.sub(_ESCAPED, folder)}/" for folder in own)]


def _pipe_of_rules(root: str) -> str:
    """Which ignore file is a pipe or a device, for whose content git waits; empty if none is."""
    for folder, folders, files in os.walk(root):
        folders[:] = [each for each in folders if each != ".git"]
        path = os.path.join(folder, ".gitignore")
        if ".gitignore" in files and stat.S_IFMT(os.lstat(path).st_mode) not in (stat.S_IFREG, stat.S_IFLNK):
            return f"{printable(os.path.relpath(path, root))} is not a regular file, and git waits for its content"
    return ""


def _refusal(messages: str) -> str:
    if "dubious ownership" in messages:
        why = "it belongs to another user; if you trust it, run git config --global --add safe.directory with its path"
    else:
        why = messages.strip().splitlines()[-1].removeprefix("fatal: ") if messages.strip() else "it gave no reason"
    return f"Git does not list this repository ({why}). The files were listed without git."


def _by_git(config: Config, out: bytes, messages: str, folders: Folders) -> Candidates:
    for folder in filter(None, (config.output, config.site)):
        out = _without_block(out, folder)
    text = out.decode("utf-8", "surrogateescape")
    paths = in_order(dict.fromkeys(text.split("\0")[:-1]))  # in a conflict a path is listed once a stage
    problems = []
    if unsafe := set(names.refused(text.replace("/\0", "\0"))):
        paths = [path for path in paths if path.removesuffix("/") not in unsafe]
        problems.append((".", names.refusal(unsafe, "The index of git")))
    paths, nested = _without_slashes(config, paths) if "/\0" in text else (paths, frozenset())
    apart: tuple[str, ...] = ()
    if any(f"/{name}\0" in text for name in SETTINGS_FILES):
        apart = _folders_apart(config, paths)
    marks = ("__pycache__", ".doit.db", ".pyc\0", PINS, *config.own_folders)
    if apart or any(mark in text for mark in marks):
        paths = without_byproducts(config, paths, apart)
    if f"/{ENVIRONMENT}\0" in text:
        paths = without_environments(config.root, paths)
    linked = folders.linked(paths)
    if linked:
        paths = [path for path in paths if not any(folder in linked for folder in folders_above(path))]
    refused = _DENIED.findall(messages)
    top_pages = _top_pages(paths) if any(f"/{name}\0" in text for name in TOP_PAGES) else ()
    return Candidates(paths, problems + _unlisted(refused), not refused, nested, apart, top_pages)


def _without_slashes(config: Config, paths: list[str]) -> tuple[list[str], frozenset[str]]:
    """``paths`` with those that git ends with a slash, as repositories in the repository, named like all others; and
    those. One in which git tracks files is a folder like others."""
    inside = {path.rstrip("/") for path in paths if path.endswith("/")}
    others = [path for path in paths if not path.endswith("/")]
    holding = {folder for path in others for folder in folders_above(path)}
    nested = frozenset(without_byproducts(config, sorted(inside - holding)))
    return in_order({*others, *nested}), nested


def _top_pages(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if path.rpartition("/")[2] in TOP_PAGES)


def _folders_apart(config: Config, paths: Iterable[str]) -> tuple[str, ...]:
    """The output and cache folders of the projects below the root, each with a final slash."""
    files = [path for path in paths if path.endswith(_SETTINGS_BELOW)]
    return tuple(f"{folder}/" for folder in folders_of_nested(config.root, files))


def _without_block(out: bytes, folder: str) -> bytes:
    """Git's list without the paths below ``folder``, which are contiguous: there may be many committed pages."""
    mark = b"\0" + folder.encode() + b"/"
    first, last = out.find(mark), out.rfind(mark)
    if first < 0 or out.count(b"\0", first, last + 1) != out.count(mark, first, last + len(mark)):
        return out
    return out[:first] + out[out.index(b"\0", last + 1) :]


def _by_walk(config: Config, trouble: str) -> Candidates:
    from incdoc.sources.walk import walk

    paths, refused, nested = walk(config.root, frozenset(config.own_folders))
    problems = [(".", trouble)] if trouble else []
    apart = _folders_apart(config, paths)
    kept = without_byproducts(config, in_order([*paths, *nested]), apart)
    return Candidates(kept, problems + _unlisted(refused), not refused, frozenset(nested), apart, _top_pages(kept))


def _unlisted(refused: Iterable[tuple[str, str]]) -> list[Problem]:
    sentence = "{} cannot be listed: {}. The pages of its files are kept. Make the folder readable."
    return [(folder, sentence.format(printable(folder), why)) for folder, why in sorted(refused)]


def in_order(paths: Iterable[str]) -> list[str]:
    """Sort by the bytes of the names: the order of code points, except for surrogates."""
    try:
        "".join(paths).encode()
    except UnicodeEncodeError:
        return sorted(paths, key=os.fsencode)
    return sorted(paths)


def eligible(config: Config, paths: Iterable[str]) -> list[str]:
    """Those of the tracked or formerly tracked paths that are sources if they exist, sorted."""
    chosen = choice(config)
    known = in_order(paths)
    apart = _folders_apart(config, known)
    return without_byproducts(config, [path for path in known if chosen is None or chosen(path)], apart)


def files_below(config: Config, folder: str) -> list[str]:
    """The files below ``folder``, which may be the output, that the settings choose and git does not ignore."""
    found = git.ask(config.root, *_LISTING, "--", folder) if git.find(config.root) else None
    if found:
        paths = in_order(set(found.decode("utf-8", "surrogateescape").split("\0")[:-1]))
    else:
        from incdoc.sources.walk import walk

        paths = in_order(walk(config.root, frozenset((config.cache,))).paths)
    chosen = choice(config)
    inside = [path for path in paths if path.startswith(folder + "/") and not BYPRODUCT.search(path)]
    return [path for path in inside if chosen is None or chosen(path)]


def without_byproducts(config: Config, paths: list[str], apart: tuple[str, ...] = ()) -> list[str]:
    """Drop the pages, the cache, what is in the folders ``apart``, and byproducts of tools."""
    own = (*(f"{folder}/" for folder in config.own_folders), *apart)
    return [path for path in paths if not (path.startswith(own) or BYPRODUCT.search(path) or path + "/" in own)]


def without_environments(root: str, paths: list[str]) -> list[str]:
    """Drop files in virtual environments below the root that git does not track."""
    marks = [path for path in paths if path.endswith("/" + ENVIRONMENT)]
    # git also lists deleted files
    tops = {path.rpartition("/")[0] for path in marks if os.path.lexists(f"{root}/{path}")}
    inside = {path for path in paths if any(folder in tops for folder in folders_above(path))}
    if inside:
        tracked = git.ask(root, "ls-files", "-z", "--cached", "--", *sorted(tops)) or b""
        inside.difference_update(tracked.decode("utf-8", "surrogateescape").split("\0"))
    return [path for path in paths if path not in inside]


class Folders:
    """Folders of tracked paths that were replaced by links: paths behind them are not in the repository.

    Made from the paths of the last scan while git is still listing; `linked` checks the new ones.
    """

    def __init__(self, paths: Iterable[str], lstat: Lstat) -> None:
        self._lstat = lstat
        self._seen = {""}
        self._linked: set[str] = set()
        self._look(paths)

    def linked(self, paths: Iterable[str]) -> set[str]:
        self._look(paths)
        return self._linked

    def _look(self, paths: Iterable[str]) -> None:
        above = {path.rpartition("/")[0] for path in paths}
        while above := above - self._seen:
            self._seen |= above
            self._linked.update(folder for folder in above if self._is_link(folder))
            above = {folder.rpartition("/")[0] for folder in above}

    def _is_link(self, folder: str) -> bool:
        try:
            return stat.S_ISLNK(self._lstat(folder).st_mode)
        except OSError:
            return False  # met again when the path is looked at


def folders_above(path: str) -> Iterator[str]:
    """The folders that contain ``path``, deepest first."""
    while path := path.rpartition("/")[0]:
        yield path


def choice(config: Config) -> Choice | None:
    if not config.include and not config.exclude:
        return None
    from incdoc.sources.globs import chooser

    included = chooser(config.include, config.location("include")) if config.include else None
    excluded = chooser(config.exclude, config.location("exclude")) if config.exclude else None
    return lambda path: (not included or included(path)) and not (excluded and excluded(path))


def nothing_chosen(config: Config, paths: list[str]) -> str:
    """A sentence about the setting that excludes all ``paths``."""
    from incdoc.sources.globs import chooser

    where = config.location("include")
    if not config.include or any(map(chooser(config.include, where), paths)):
        return f"{config.location('exclude')} excludes every file: remove a glob that matches too much."
    globs = ", ".join(repr(glob) for glob in config.include)
    return (
        f"{where} matches none of {len(paths):,} files, so that nothing has pages: {globs}. "
        'Globs are as in .gitignore, relative to the repository, such as "src/**" or "*.py".'
    )

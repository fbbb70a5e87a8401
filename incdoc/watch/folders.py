"""Which folders are armed: those that can hold sources.

Not armed: ``.git`` and other repositories, the output and the cache, folders that Python and doit write, virtual
environments, links, and ignored folders. A folder with a known source in it cannot be ignored, so git is asked only
about the others, one level at a time.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from incdoc.config import Config
from incdoc.sources import git
from incdoc.sources.candidates import ENVIRONMENT
from incdoc.sources.walk import ignored as ignored_by_walk

RULES = frozenset((".gitignore", ".ignore", ".gitmodules", ".git", ENVIRONMENT))
"""Names of files and folders that decide which files are sources."""

_BYPRODUCTS = frozenset((".git", "__pycache__"))


class Folders:
    """The folders of ``config``'s repository."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.repository = git.find(config.root)
        if self.repository and self.repository.prefix and git.ask(config.root, "check-ignore", "-q", ".") is not None:
            self.repository = None  # the repository above ignores all of it: a walk finds its files
        self._never = {*config.own_folders}

    def all(self, sources: Iterable[str]) -> Iterator[str]:
        """The folders that can hold sources, the root first. ``sources``: the paths of the known sources."""
        holding = {""}
        for path in sources:
            while (path := path.rpartition("/")[0]) not in holding:
                holding.add(path)
        level = [""]
        while level:
            yield from level
            inner = [each for folder in level for each in self.inner(folder)]
            asked = [folder for folder in inner if folder not in holding]
            ignored = self.ignored(asked)
            level = [folder for folder in inner if folder not in ignored]
            yield from (folder for folder in level if self.is_repository(folder))  # it may become a folder like others
            level = [folder for folder in level if not self.is_repository(folder)]

    def inner(self, folder: str) -> list[str]:
        """The subfolders of ``folder`` that can hold sources, unless they are ignored."""
        prefix = folder + "/" if folder else ""
        try:
            with os.scandir(f"{self.config.root}/{folder}") as entries:
                found = [prefix + each.name for each in entries if each.is_dir(follow_symlinks=False)]
        except OSError:
            return []
        return [path for path in found if self.may_hold(path)]

    def may_hold(self, folder: str) -> bool:
        """Whether a folder can hold sources, unless it is ignored."""
        name = folder.rpartition("/")[2]
        return name not in _BYPRODUCTS and folder not in self._never

    def is_repository(self, folder: str) -> bool:
        """Whether another repository is there: of its folders only the top one is armed, to notice when its .git is
        deleted."""
        return os.path.lexists(f"{self.config.root}/{folder}/.git")

    def is_own(self, path: str) -> bool:
        """Whether a path is the output or the cache folder, or a file that Python or doit writes."""
        name = path.rpartition("/")[2]
        return path in self._never or name in _BYPRODUCTS or name.endswith(".pyc") or name.startswith(".doit.db")

    def ignored(self, folders: list[str]) -> set[str]:
        """Which of ``folders`` are ignored or are in a virtual environment; none of them may hold a known source."""
        installed = {folder for folder in folders if self._in_environment(folder)}
        asked = [folder for folder in folders if folder not in installed]
        if not asked:
            return installed
        found = _ignored_by_git(self.config.root, asked) if self.repository is not None else None
        return installed | (ignored_by_walk(self.config.root, asked) if found is None else found)

    def _in_environment(self, folder: str) -> bool:
        while folder:
            if os.path.lexists(f"{self.config.root}/{folder}/{ENVIRONMENT}"):
                return True
            folder = folder.rpartition("/")[0]
        return False

    def rules(self) -> dict[str, frozenset[str]]:
        """Folders outside of the tree, absolute, with the names in each that decide which files are sources."""
        if self.repository is None:
            dot_git = os.path.join(self.config.root, ".git")
            return {dot_git: frozenset(("HEAD",))} if os.path.isdir(dot_git) else {}  # it is being made
        top, git_dir = self.repository.top, self.repository.git_dir
        common = os.path.normpath(os.path.join(git_dir, os.fsdecode(git.text(f"{git_dir}/commondir").strip())))
        found = {git_dir: frozenset(("index",)), os.path.join(common, "info"): frozenset(("exclude",))}
        above = self.config.root
        while above != top:
            above = os.path.dirname(above)
            found[above] = frozenset((".gitignore",))
        return found


def _ignored_by_git(root: str, folders: list[str]) -> set[str] | None:
    names = "".join(f"./{folder}/\0" for folder in folders)
    process = git.start(root, "check-ignore", "-z", "--stdin", data=os.fsencode(names))
    if process is None:
        return None
    code, out, _ = git.finish(process)
    if code not in (0, 1):  # 1: none of them is ignored
        return None
    return {name.removeprefix("./").removesuffix("/") for name in os.fsdecode(out).split("\0")[:-1]}

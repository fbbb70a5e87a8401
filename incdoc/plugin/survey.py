"""What ``incdoc init`` finds in a project before it writes. Nothing of the project is run or changed."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote

from incdoc.config import OUTPUT, Config, SettingError, has_settings, read_control_file
from incdoc.sources import git

_DODO = "dodo.py"
_DOIT_FILES = (_DODO, "pyproject.toml", "setup.py", "setup.cfg")
_OUTPUTS = (OUTPUT, "reference", "reference-pages", "incdoc-pages")
"""Folders for the pages; the first one that no generator reads and that has nothing else in it."""
_MOST_FILES = 200_000
"""Files that are looked at to tell what a project is written in."""


_REMOTES = (
    re.compile(r"(?:https?|ssh|git)://(?:[^/@]*@)?([\w.-]+)(?::\d+)?/(.+?)(?:\.git)?/?"),
    re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!/)(.+?)(?:\.git)?/?"),
)
"""A remote's address as a URL, and as ``user@host:path``."""


class Generator(NamedTuple):
    """A generator of sites, and the folder of which it takes each page for its own (``.``: the project)."""

    name: str
    folder: str


class Survey:
    """The project at ``root``, which is listed once."""

    def __init__(self, config: Config) -> None:
        self.root = config.root
        self.files = _files(config)
        self.has_settings = has_settings(self.root)
        self.generators = sorted(set(_generators(self)))

    def read(self, path: str) -> bytes | None:
        """The bytes of a file; None where there is none. Raises SettingError."""
        try:
            return read_control_file(os.path.join(self.root, path), path)
        except FileNotFoundError:
            return None

    def text(self, path: str) -> str:
        """The text of a file that only tells something; empty where it cannot be read."""
        try:
            return (self.read(path) or b"").decode("utf-8", "replace")
        except SettingError:
            return ""

    @property
    def suits_doit(self) -> bool:
        """Whether the project is one in which a ``dodo.py`` is at home, by the files at its top, or by most of its
        sources."""
        if any(os.path.lexists(os.path.join(self.root, name)) for name in _DOIT_FILES):
            return True
        from incdoc.languages import Languages

        languages = Languages.named(())
        code = Counter(
            language.name for path in self.files if (language := languages.language(path)).has_api or language.refers
        )
        return not code or code[languages.language(_DODO).name] == max(code.values())

    def output(self) -> str:
        """The folder for the pages: none that a generator of sites reads, or that has other files."""
        for output in _OUTPUTS:
            read = any(each.folder == "." or f"{output}/".startswith(f"{each.folder}/") for each in self.generators)
            taken = any(path.startswith(f"{output}/") for path in self.files)
            if not taken and (not read or all(each.folder == "." for each in self.generators)):
                return output
        return _OUTPUTS[-1]

    def source_url(self) -> str:
        """The base of links to sources on the host of the remote ``origin``; empty where it is not known."""
        remote = (git.ask(self.root, "config", "--get", "remote.origin.url") or b"").decode("utf-8", "replace").strip()
        head = git.ask(self.root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
        branch = (head or b"").decode("utf-8", "replace").strip().partition("/")[2]
        if not branch:
            current = git.ask(self.root, "symbolic-ref", "--short", "HEAD")
            branch = (current or b"main").decode("utf-8", "replace").strip()
        prefix = (git.ask(self.root, "rev-parse", "--show-prefix") or b"").decode("utf-8", "replace").strip()
        url = blob_url(remote, branch)
        return f"{url}/{quote(prefix.rstrip('/'))}" if url and prefix else url


def blob_url(remote: str, branch: str) -> str:
    """Where a host shows the files of a branch; empty for a remote of an unknown kind. No user, password or port of the
    remote is kept."""
    match = next(filter(None, (form.fullmatch(remote) for form in _REMOTES)), None)
    if not match or not re.fullmatch(r"[\w./~-]+", match[2]) or match[2].count("/") < 1:
        return ""
    host, path = match[1].lower(), match[2]
    for name, middle in (
        ("github", "blob"), ("gitlab", "-/blob"), ("bitbucket", "src"), ("codeberg", "src/branch"),
        ("gitea", "src/branch"), ("forgejo", "src/branch"),
    ):  # fmt: skip
        if name in host:
            return f"https://{host}/{path}/{middle}/{quote(branch)}"
    return ""


def task_names(source: bytes) -> set[str] | None:
    """The tasks that a ``dodo.py`` defines by name, as far as its text tells; None if it cannot be parsed."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                called = isinstance(key, ast.Constant) and key.value == "basename"
                if called and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    names.add(f"task_{value.value}")
    return {name.removeprefix("task_") for name in names if name.startswith("task_")}


def _files(config: Config) -> list[str]:
    """The paths of the files that a build would list."""
    from incdoc.sources import Stamps, scan, start_listing

    listing = scan(config, Stamps(), start_listing(config))
    return [entry.path for entry in listing.entries.values() if entry.kind == "file"][:_MOST_FILES]


def _generators(survey: Survey) -> Iterator[Generator]:
    there = set(survey.files)
    for path in survey.files:
        folder, _, name = path.rpartition("/")
        if name in ("mkdocs.yml", "mkdocs.yaml"):
            match = re.search(r"^docs_dir:[ \t]*['\"]?([^'\"#\n]+)", survey.text(path), re.MULTILINE)
            yield Generator("MkDocs", _join(folder, match[1].strip() if match else "docs"))
        elif name == "zensical.toml":
            yield Generator("Zensical", _join(folder, _docs_dir(survey.text(path))))
        elif name == "conf.py" and _is_sphinx(survey, path, folder, there):
            yield Generator("Sphinx", folder or ".")
        elif re.fullmatch(r"docusaurus\.config\.[cm]?[jt]s", name):
            yield Generator("Docusaurus", _join(folder, "docs"))
        elif folder.rpartition("/")[2] == ".vitepress" and name.startswith("config."):
            yield Generator("VitePress", folder.rpartition("/")[0] or ".")


def _is_sphinx(survey: Survey, path: str, folder: str, there: Iterable[str]) -> bool:
    index = any(path.startswith(_join(folder, "index.")) for path in there)
    return index or re.search(r"^(extensions|html_theme|master_doc)\s*=", survey.text(path), re.MULTILINE) is not None


def _docs_dir(text: str) -> str:
    try:
        table = tomllib.loads(text).get("project", {})
    except (tomllib.TOMLDecodeError, RecursionError):
        table = {}
    found = table.get("docs_dir") if isinstance(table, dict) else None
    return found if isinstance(found, str) else "docs"


def _join(folder: str, name: str) -> str:
    path = os.path.normpath(f"{folder}/{name}" if folder else name).replace(os.sep, "/")
    return path if path != "" else "."

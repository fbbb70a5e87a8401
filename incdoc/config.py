"""[tool.incdoc] -> a frozen Config, or one sentence that says what is wrong and where.

Read from ``incdoc.toml`` (top level) or from ``[tool.incdoc]`` of ``pyproject.toml``. Nothing else is a setting:
no environment variable changes a page.
"""

from __future__ import annotations

import os
import re
import stat
import tomllib
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any

from msgspec import Struct
from msgspec.structs import replace


class IncdocError(Exception):
    """A user's mistake: the message says what is wrong, where, and what to do.

    ::

        IncdocError
        ├── SettingError    a setting is unknown or has a value that is not allowed, or its file cannot be used
        ├── OutputError     a page cannot be written: a file that incdoc did not write is at its path
        ├── BusyError       another process builds this tree
        └── SourceError     a source cannot be read, or changed while it was read
            └── UnsteadyError    a source changed each time it was read
    """


class SettingError(IncdocError):
    """A setting is unknown or has a value that is not allowed, or its file or its cache folder cannot be used."""


class OutputError(IncdocError):
    """A page cannot be written: a file that incdoc did not write is at its path, or the system refuses."""


class BusyError(IncdocError):
    """Another build of the same tree did not end in time."""


class SourceError(IncdocError):
    """A source cannot be read, or changed while it was being read."""


class UnsteadyError(SourceError):
    """A source changed each time it was read."""


OUTPUT, CACHE = "docs/reference", ".incdoc"
"""Where pages and cache are if no setting says otherwise."""
SITE = ":site/"
"""What the paths of pages begin with that are below the folder of the site: no name of a page has a colon."""


class Shared(Struct, frozen=True):
    """A cache of facts that several machines share. Nothing of it reaches a page or a key."""

    url: str
    """Where it is, without a final slash: HTTP, or an object store."""
    namespace: str = "main"
    """Whose entries are read; a build that writes writes there."""
    reads: tuple[str, ...] = ("main",)
    """All namespaces whose entries are read, the first ones first."""
    write: bool = False
    """Whether a build with credentials sends what it has read out of sources."""
    seconds: float = 2.0
    """What the cache may cost a build beyond the time for its bytes."""


class Config(Struct, frozen=True):
    """The settings of one repository. Paths are POSIX style and relative to ``root``."""

    root: str
    """Absolute, without a final slash. Never reaches a page or a key."""
    origin: str = "pyproject.toml"
    """The file that was read, for messages."""
    output: str = OUTPUT
    cache: str = CACHE
    site: str = ""
    """The folder of the pages as HTML; empty: there are none."""
    include: tuple[str, ...] = ()
    """gitignore-style globs; empty: everything."""
    exclude: tuple[str, ...] = ()
    source: str = "full"
    """How a page shows its source's text: ``full``, ``link`` (a link to it), ``none``."""
    source_url: str = ""
    """Base of links to sources, such as ``https://github.com/o/r/blob/main``; empty: relative links."""
    max_page_kb: int = 512
    jobs: int = 0
    """Worker processes; 0: one per core."""
    executor: str = "process"
    """Where sources are read and pages rendered: one of EXECUTORS, or ``dask=ADDRESS``. It reaches no page and no
    key."""
    languages: tuple[str, ...] = ()
    """The languages whose names are read; empty: incdoc's own. If several have a suffix, the last one reads it."""
    templates: str = ""
    """A folder whose files replace incdoc's templates of the same name."""
    docstrings: str = "auto"
    """How docstrings are written: ``auto`` (each as its text shows), one of the styles, or ``plain``: as they are."""
    lines: bool = True
    """Whether pages have numbers of lines: without them an edit changes only what it changes."""
    exports: tuple[str, ...] = ()
    """The files for other programs that are in the output: some of EXPORTS."""
    llms_tokens: int = 32_000
    """What ``llms.txt`` and ``llms-full.txt`` may take, each, counted as one for each 4 bytes."""
    inventories: tuple[str, ...] = ()
    """Where other projects say what they document: URLs, or paths relative to ``root``, which PINS has pinned."""
    generated: str = "mark"
    """Sources that are generated, vendored or minified: ``mark``, or ``leave out``, so that they have no pages."""
    remote: Shared | None = None
    """Where facts are shared."""

    def path(self, relative: str) -> Path:
        """The absolute path of ``relative``."""
        return Path(self.root, relative)

    def place(self, page: str) -> str:
        """The path of a page, relative to ``root``."""
        return place_of(page, self.output, self.site)

    def page_at(self, place: str) -> str:
        """The page at a path, be there one or not; empty of a path that is below neither folder of pages."""
        if place.startswith(f"{self.output}/"):
            return place[len(self.output) + 1 :]
        return SITE + place[len(self.site) + 1 :] if self.site and place.startswith(f"{self.site}/") else ""

    @property
    def own_folders(self) -> tuple[str, ...]:
        """The folders of what incdoc makes, in which no file is a source."""
        return (self.output, self.cache, self.site) if self.site else (self.output, self.cache)

    def key(self, name: str) -> str:
        """A setting as it is written in the file that is read."""
        return name if self.origin == "incdoc.toml" else f"tool.incdoc.{name}"

    def location(self, key: str) -> str:
        """The location of a setting, for messages: the file and the key."""
        return f"{self.origin}: {self.key(key)}"

    @property
    def leaves_out(self) -> bool:
        """Whether sources that are generated, vendored or minified have no pages."""
        return self.generated == _LEAVE_OUT

    @property
    def workers(self) -> int:
        """The number of worker processes: ``jobs``, or the cores that this process may use."""
        if self.jobs:
            return self.jobs
        if hasattr(os, "sched_getaffinity"):
            return len(os.sched_getaffinity(0))
        return os.cpu_count() or 1


def place_of(page: str, output: str, site: str) -> str:
    """The path of a page, relative to the repository."""
    return f"{site}/{page[len(SITE) :]}" if page.startswith(SITE) else f"{output}/{page}"


SETTINGS = frozenset(Config.__struct_fields__) - {"root", "origin"}
SETTINGS_FILES = ("incdoc.toml", "pyproject.toml")
"""The files that can hold settings; the first that does is the only one that is read."""
PINS = "incdoc-inventories.json"
"""The committed file with the inventories of other projects."""
EXPORTS = ("objects.inv", "tags", "etags", "symbols.jsonl", "llms.txt", "llms-full.txt", "index.scip")
"""The files for other programs, by their names."""
SHARED_ON_HTTP = ("http://", "https://")
_SHARED_SCHEMES = (*SHARED_ON_HTTP, "s3://", "gs://", "az://")
_NAMESPACE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_MOST_SECONDS = 600
EXECUTORS = ("process", "serial", "dask")
_LEAVE_OUT = "leave out"
_CHOICES = {
    "executor": EXECUTORS,
    "source": ("full", "link", "none"),
    "generated": ("mark", _LEAVE_OUT),
    "docstrings": ("auto", "google", "numpy", "sphinx", "epydoc", "plain"),
}


_MOST_JOBS = 1024
_DASK = re.compile(r"dask=(?:tcp|tls)://[^\s/]+:\d+")
_LANGUAGE = re.compile(r"(?!(?:text|binary|gitattributes)$)[a-z][a-z0-9_-]*")


def load(root: str | Path, jobs: int | None = None, executor: str | None = None) -> Config:
    """Read the settings of the repository at ``root``.

    ``jobs`` and ``executor``, from the command line, replace what the file says. Only the command line can name the
    address of a scheduler: sources are sent there. Raises SettingError.
    """
    top = Path(root).resolve()
    origin, table = _read(top)
    config = _check(Config(root=str(top), origin=origin), table)
    if executor is not None:
        if executor not in EXECUTORS and not _DASK.fullmatch(executor):
            raise SettingError(
                f"--executor must be {', '.join(EXECUTORS)} or dask=ADDRESS, such as dask=tcp://HOST:PORT or "
                f"dask=tls://HOST:PORT, not {executor!r}."
            )
        config = replace(config, executor=executor)
    if jobs is None:
        return config
    if not 0 <= jobs <= _MOST_JOBS:
        raise SettingError(f"-j {jobs}: the number of worker processes must be from 0 (one per core) to {_MOST_JOBS}.")
    return replace(config, jobs=jobs)


def checked(root: str, table: dict[str, Any]) -> Config:
    """The settings of a table that is to be written for the repository at ``root``. Raises SettingError."""
    return _check(Config(root=root, origin="incdoc.toml"), table)


_LARGEST_CONTROL_FILE = 1 << 20
"""Bytes of a file that controls incdoc: settings, templates, what ``init`` completes."""
_CONTROL_FLAGS = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NONBLOCK", "O_NOFOLLOW", "O_CLOEXEC"))


def control_path(path: str | Path, name: str) -> str:
    """``path``, or where it leads to if it is a symbolic link. Raises SettingError if that is out of its repository or
    in a ``.git``: a clone that is not trusted could have any file read, or completed by ``init``."""
    if not os.path.islink(path):
        return os.fspath(path)
    top = folder = os.path.realpath(os.path.dirname(path))
    while not os.path.lexists(os.path.join(folder, ".git")):
        if folder == os.path.dirname(folder):
            break  # no git: the project is the repository
        folder = os.path.dirname(folder)
    else:
        top = folder
    real = os.path.realpath(path)
    inside = os.path.relpath(real, top).split(os.sep)
    if inside[0] == ".." or any(part.casefold() == ".git" for part in inside):
        raise SettingError(f"{name} is a symbolic link that leads out of the repository. Replace it by a file.")
    return real


def read_control_file(path: str | Path, name: str, most: int = _LARGEST_CONTROL_FILE) -> bytes:
    """The bytes of a settings file or a template. ``name``: what messages call it; ``most``: how many there may be.

    Nothing but a regular file is opened: a pipe can block for ever. Raises FileNotFoundError where there is no file,
    SettingError if it is not a regular file, is too large, cannot be read, or is a link that leads out of the
    repository.
    """
    path = control_path(path, name)
    try:
        found = os.stat(path)
        if stat.S_ISREG(found.st_mode):
            with open(os.open(path, _CONTROL_FLAGS), "rb") as stream:
                found = os.fstat(stream.fileno())
                data = stream.read(most + 1) if stat.S_ISREG(found.st_mode) else b""
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SettingError(f"{name} cannot be read: {error.strerror}. Make it readable.") from None
    if not stat.S_ISREG(found.st_mode):
        raise SettingError(f"{name} is not a regular file. Replace it by a file, or remove it.")
    if len(data) > most:
        raise SettingError(f"{name} is larger than {most >> 20} MiB. Shorten it.")
    return data


def read_template(folder: str, name: str) -> bytes | None:
    """The bytes of a template in the user's folder of templates; None where there is none.

    Raises SettingError where a symbolic link leads out of the folder: a repository that is not trusted could publish
    any file.
    """
    path = os.path.join(folder, name)
    shown = f"the template {ascii(name)[1:-1]}"
    if not os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep):
        raise SettingError(f"{shown} is a symbolic link that leads out of the templates folder. Replace it by a file.")
    try:
        return read_control_file(path, shown)
    except FileNotFoundError:
        return None


def parse_toml(data: bytes, name: str) -> dict[str, Any]:
    """The table that a TOML file holds. Raises SettingError."""
    try:
        return tomllib.loads(data.decode("utf-8"))
    except RecursionError:
        raise SettingError(f"{name} is nested too deeply. Remove nested brackets or dots from it.") from None
    except ValueError as error:  # TOMLDecodeError, UnicodeDecodeError, numbers of too many digits
        raise SettingError(f"{name} is not valid TOML: {error}. Correct it and build again.") from None


def _read(top: Path) -> tuple[str, dict[str, Any]]:
    for name in SETTINGS_FILES:
        try:
            data = parse_toml(read_control_file(top / name, name), name)
        except FileNotFoundError:
            continue
        table: Any = data if name == "incdoc.toml" else _table(data.get("tool"), "tool").get("incdoc")
        if table is None:
            continue
        if not isinstance(table, dict):
            raise SettingError(f"{name}: tool.incdoc must be a table: write [tool.incdoc] on a line of its own.")
        return name, dict(table)
    return "pyproject.toml", {}


def _table(value: Any, key: str) -> dict[str, Any]:
    if value is not None and not isinstance(value, dict):
        raise SettingError(f"pyproject.toml: {key} must be a table.")
    return value or {}


def has_settings(folder: str) -> bool:
    """Whether a folder is a project of its own: it has an ``incdoc.toml``, or a ``pyproject.toml`` that names incdoc.

    What cannot be read or parsed counts where it seems to: ``load`` then says what is wrong with it.
    """
    return any(_table_of(os.path.join(folder, name)) is not None for name in SETTINGS_FILES)


def folders_of_nested(root: str, files: Iterable[str]) -> list[str]:
    """The output and the cache folder of each project below ``root`` whose settings are among ``files`` (relative to
    it). Settings that are wrong count as the defaults: that project's own build says what is wrong."""
    found: dict[str, None] = {}
    tables: dict[str, dict[str, Any]] = {}
    for file in sorted(files):  # incdoc.toml before pyproject.toml
        folder = file.rpartition("/")[0]
        table = _table_of(os.path.join(root, file)) if folder not in tables else None
        if table is not None:
            tables[folder] = table
    for folder, table in tables.items():
        for key, default in (("output", OUTPUT), ("cache", CACHE), ("site", "")):
            value = table.get(key, default)
            if not value and not default:
                continue
            pure = PurePosixPath(value.replace("\\", "/")) if isinstance(value, str) else PurePosixPath()
            inside = pure.parts and not pure.is_absolute() and ".." not in pure.parts
            found[f"{folder}/{pure if inside else default}"] = None
    return list(found)


def _table_of(file: str) -> dict[str, Any] | None:
    """The settings in a file of another project's, empty where they are wrong; None where there are none."""
    own = os.path.basename(file) == SETTINGS_FILES[0]
    try:
        data = read_control_file(file, file)
    except (FileNotFoundError, SettingError):
        return {} if own and os.path.lexists(file) else None
    if not own and b"incdoc" not in data:
        return None
    try:
        table: Any = parse_toml(data, file)
    except SettingError:
        return {} if own or b"tool.incdoc" in data else None
    if not own:
        tool = table.get("tool")
        table = tool.get("incdoc") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None if table is None else {}


def _check(base: Config, table: dict[str, Any]) -> Config:
    def wrong(key: str, what: str) -> SettingError:
        return SettingError(f"{base.location(key)} {what}")

    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in SETTINGS:
            raise wrong(ascii(key)[1:-1], f"is not a setting; the settings are {', '.join(sorted(SETTINGS))}.")
        if any("\0" in text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)):
            raise wrong(key, "must not contain a NUL character.")
        if key in ("include", "exclude"):
            if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
                raise wrong(key, 'must be a list of globs, such as ["src/**"].')
            values[key] = tuple(value)
        elif key == "languages":
            if not isinstance(value, list) or not all(
                isinstance(each, str) and _LANGUAGE.fullmatch(each) for each in value
            ):
                raise wrong(key, 'must be a list of languages, such as ["c", "go"].')
            if len(set(value)) < len(value) or not value:
                raise wrong(key, "must name at least one language, and none twice.")
            values[key] = tuple(value)
        elif key == "exports":
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise wrong(key, 'must be a list of files, such as ["objects.inv", "tags"].')
            for each in value:
                if each not in EXPORTS:
                    raise wrong(key, f"has {each!r}, which is none of {', '.join(EXPORTS)}.{_meant(each, EXPORTS)}")
            if len(set(value)) < len(value):
                raise wrong(key, "must name no file twice.")
            values[key] = tuple(each for each in EXPORTS if each in value)
        elif key == "inventories":
            if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
                raise wrong(key, 'must be a list of URLs or files, such as ["https://example.org/objects.inv"].')
            values[key] = tuple(dict.fromkeys(_source(each, key, base.root, wrong) for each in value))
        elif key == "remote":
            values[key] = _shared(value, base, wrong)
        elif key in _CHOICES:
            if value not in _CHOICES[key]:
                raise wrong(key, f"must be one of {', '.join(_CHOICES[key])}, not {value!r}.")
            values[key] = value
        elif key == "jobs":
            if type(value) is not int or not 0 <= value <= _MOST_JOBS:
                raise wrong(key, f"must be a whole number from 0 (one per core) to {_MOST_JOBS}, not {value!r}.")
            values[key] = value
        elif key == "lines":
            if type(value) is not bool:
                raise wrong(key, f"must be true or false, not {value!r}.")
            values[key] = value
        elif key == "llms_tokens":
            if type(value) is not int or not 1000 <= value <= 10_000_000:
                raise wrong(key, f"must be a whole number of tokens from 1000 to 10000000, not {value!r}.")
            values[key] = value
        elif key == "max_page_kb":
            if type(value) is not int or not 16 <= value <= 102_400:
                raise wrong(key, f"must be a whole number of KiB from 16 to 102400, not {value!r}.")
            values[key] = value
        elif not isinstance(value, str):
            raise wrong(key, f"must be a string, not {value!r}.")
        elif key in ("output", "cache", "site", "templates"):
            values[key] = _inside(value, key, base.root, wrong)
        elif key == "source_url":
            if value and not value.startswith(("https://", "http://")):
                raise wrong(key, f"must begin with https:// or http://, not {value!r}.")
            values[key] = value.rstrip("/")
    output, cache = values.get("output", base.output), values.get("cache", base.cache)
    folders = {"output": output, "cache": cache, "site": values.get("site", base.site)}
    for key, one in folders.items():
        for other in (folders[each] for each in folders if each != key and one and folders[each]):
            if f"{one}/".casefold().startswith(f"{other}/".casefold()):  # where the disk folds case they are one
                raise wrong(key, f"{one!r} must not be {other!r} or be in it; give each a folder of its own.")
    return Config(root=base.root, origin=base.origin, **values)


def _meant(name: str, names: Iterable[str]) -> str:
    from difflib import get_close_matches  # no other run needs it

    near = get_close_matches(name, names, 1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _shared(table: Any, base: Config, wrong: Any) -> Shared:
    if not isinstance(table, dict):
        raise wrong("remote", 'must be a table with a url, such as {url = "https://cache.example.org"}.')
    names = Shared.__struct_fields__
    for key, value in table.items():
        if key not in names:
            raise wrong(f"remote.{ascii(key)[1:-1]}", f"is not a setting; the settings are {', '.join(names)}.")
        if key == "write":
            good, what = type(value) is bool, "must be true or false"
        elif key == "seconds":
            good = type(value) in (int, float) and 0 < value <= _MOST_SECONDS
            what = f"must be a number of seconds, at most {_MOST_SECONDS}"
        elif key == "namespace":
            good = isinstance(value, str) and bool(_NAMESPACE.fullmatch(value))
            what = "must be a name of small letters, digits, dots and hyphens"
        elif key == "reads":
            good = _are_namespaces(value)
            what = 'must be a list of namespaces, such as ["main"]'
        else:
            good = isinstance(value, str) and value.startswith(_SHARED_SCHEMES)
            what = f"must begin with {', '.join(_SHARED_SCHEMES[:-1])} or {_SHARED_SCHEMES[-1]}"
        if not good:
            raise wrong(f"remote.{key}", f"{what}." if key == "url" else f"{what}, not {value!r}.")
    if "url" not in table:
        raise wrong("remote.url", "is missing: say where the shared cache is.")
    _check_url(table["url"], wrong)
    namespace = table.get("namespace", "main")
    reads = tuple(dict.fromkeys(table.get("reads", [namespace])))
    return Shared(
        table["url"].rstrip("/"), namespace, reads, table.get("write", False), float(table.get("seconds", 2.0))
    )


def _are_namespaces(value: Any) -> bool:
    names = value if isinstance(value, list) else []
    return bool(names) and all(isinstance(each, str) and _NAMESPACE.fullmatch(each) for each in names)


def _check_url(url: str, wrong: Any) -> None:
    """No message repeats the URL: it may have a password or a signature, and logs of CI are read by many."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named, parts = False, urlsplit("")
    if not named or not url.isascii() or any(character <= " " for character in url):
        raise wrong("remote.url", "is no URL with a host, such as https://cache.example.org.")
    if "@" in parts.netloc:
        raise wrong("remote.url", "must have no password, which all who have the repository would have, too. Set it in "
                    "INCDOC_REMOTE_CREDENTIALS, or in netrc.")  # fmt: skip
    if parts.query or parts.fragment or "\\" in url or ".." in parts.path.split("/"):
        raise wrong("remote.url", "must have no query, fragment, backslash or '..'.")


def _source(value: str, key: str, root: str, wrong: Any) -> str:
    """Where an inventory is: a URL, or a clean path of a file in the repository."""
    if value.startswith(("https://", "http://")):
        return value
    if "://" in value:
        raise wrong(key, f"has {value!r}; a URL must begin with https:// or http://.")
    folder, slash, name = value.replace("\\", "/").rpartition("/")
    return f"{_inside(folder, key, root, wrong)}/{name}" if slash else name


def _inside(value: str, key: str, root: str, wrong: Any) -> str:
    """``value`` as a clean relative folder below the root; never the root, a .git, behind a link or in a repository
    below the root."""
    if key in ("templates", "site") and not value:
        return ""
    pure = PurePosixPath(value.replace("\\", "/"))
    if pure.is_absolute() or ":" in value[:2] or ".." in pure.parts or value.startswith("~"):
        raise wrong(key, f"must be a folder inside the repository, given relative to it, not {value!r}.")
    if not pure.parts:
        raise wrong(key, 'must not be the repository itself; name a folder in it, such as "docs/reference".')
    if any(part.casefold().rstrip(". ") == ".git" for part in pure.parts):
        raise wrong(key, f"must not be in a .git folder, as {value!r} is.")
    step = root
    for part in pure.parts:
        step = os.path.join(step, part)
        if os.path.islink(step):
            raise wrong(key, f"{value!r} goes through the symbolic link {part!r}; name a real folder.")
        if os.path.exists(step) and not os.path.isdir(step):
            raise wrong(key, f"{value!r} must be a folder, but {part!r} is a file.")
        if key != "templates" and os.path.lexists(os.path.join(step, ".git")):
            raise wrong(key, f"must not be in another repository, as {value!r} is: {part!r} has a .git of its own.")
    return str(pure)

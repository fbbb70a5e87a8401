"""The version of each stage: what its results depend on besides its inputs.

A stage's **version** is a digest of the modules of incdoc that it can run, of the data files beside them, of the
releases of the distributions that they import, and of the Python that runs them, whose Unicode tables decide what is
an identifier and how names are sorted. The modules are found by following imports from the stage's **roots** within
the **rooms** it may use, so that no list has to be kept: a module that is added or imported anew counts at once.

============  ==============================================  ====================================================
stage         roots                                           rooms
============  ==============================================  ====================================================
facts         the module that reads the language              ``languages``
links         all of ``links``, the engine's session, and     ``links``, ``engine``, all before them, and the rooms
              the kinds of pages that there are               of those kinds
pages         all of ``pages``, the session, and those kinds  the same
a language    what it describes itself with                  ``languages``, ``sources``
============  ==============================================  ====================================================

What an earlier stage's results carry is not in a later stage's version: facts are keyed by their version, and the
modules that read them are imported by name. Templates are not in the version of the pages: each reaches one kind
(``keys``).

Every file is read at each start, which takes 2 ms: a cache by size and mtime would believe an installer that
restores both. Files of another project, whose digests are in the code, are only looked for. Imports are matched as
text, because parsing takes 100 ms; a test compares them with ``ast``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Container, Iterable, Iterator, Set
from functools import cache
from hashlib import blake2b, sha1
from itertools import pairwise

from msgspec import msgpack

from incdoc.languages.registry import LEXED, OWN, PLAIN, load
from incdoc.pages.kinds import KINDS

PACKAGE = os.path.dirname(os.path.dirname(__file__))
_NAME = os.path.basename(PACKAGE)
TEMPLATES = "pages/templates/"

_LINK_ROOMS = ("config", "sources", "languages", "store", "links", "engine")
_SESSION = "engine/session.py"
_ALSO = {"jinja2": ("markupsafe",)}
"""Distributions that another one imports for what it returns to incdoc."""
_VENDORED = "site/static/mermaid."
"""What the files of another project begin with."""
_RECORDS_TASKS = ("doit",)
"""Its records, which the store keeps, decide which tasks run."""

_NAMED = re.compile(r'\b(?:linker|view|rules|documentation)="incdoc\.([\w.]+):\w+"')
"""What a language imports by name, but for what reads its facts, which are keyed by that, and what compares APIs."""
_WORDS = bytes(code if code >= 128 or chr(code).isalnum() or code == ord("_") else ord(" ") for code in range(256))
"""What is no part of a name becomes a space."""


@cache
def facts_version(language: str) -> bytes:
    """What the facts of sources in a language depend on besides their bytes."""
    rooms = ("languages",)
    if _is_provided(language):
        shared = [name for name in _modules("languages/") if name.count("/") == 1]
        return _version(f"facts of {language}", shared, rooms, (), provided=[language])
    module = _plain(language) if language in PLAIN else f"languages/{language}/extract.py"
    roots = [module, "languages/language.py"]
    others = {*OWN} - {language} - _owners(follow(roots, rooms)[0])
    return _version(f"facts of {language}", roots, rooms, _data(rooms, others))


@cache
def links_version(languages: tuple[str, ...], kinds: tuple[str, ...], leaves_out: bool = False) -> bytes:
    """What the rows of the link tables depend on besides facts and the listing, and which pages a change of them
    touches: a kind of page that says otherwise is asked about all of them anew. ``languages``: the chosen ones;
    ``kinds``: of the pages that there are; ``leaves_out``: whether generated sources have no pages."""
    roots = [*_modules("links/"), *_languages(languages), _SESSION, "pages/kinds.py", *_of_kinds(kinds)]
    return _version(
        f"links of {languages} for {kinds}{' that leave out' if leaves_out else ''}",
        roots,
        _page_rooms(kinds),
        _data(_LINK_ROOMS, {*OWN}),
        provided=languages,
    )


@cache
def pages_version(kinds: tuple[str, ...]) -> bytes:
    """What every page depends on besides its inputs, its template and settings, and the languages on it. ``kinds``: of
    the pages that there are."""
    rooms = _page_rooms(kinds)
    roots = [*_modules("pages/"), *_of_kinds(kinds), _SESSION]
    return _version("pages", roots, rooms, _data(rooms, {*OWN}), _RECORDS_TASKS)


def _of_kinds(kinds: tuple[str, ...]) -> list[str]:
    """The modules of kinds of pages."""
    return [f"{row.place.partition(':')[0].replace('.', '/')}.py" for row in KINDS if row.name in kinds]


def _page_rooms(kinds: tuple[str, ...]) -> tuple[str, ...]:
    own = [name.partition("/")[0] for name in _of_kinds(kinds)]
    return (*dict.fromkeys((*_LINK_ROOMS, "pages", *own, *(("wire", "site") if "exports" in own else ()))),)


@cache
def language_version(language: str) -> bytes:
    """What a page with sources of a language depends on besides: its description, links, words and rules."""
    rooms = ("config", "sources", "languages")
    roots = _described(language)
    folders = tuple(f"languages/{owner}/" for owner in (language, *_owners(roots)))
    data = [name for name in _data(rooms) if name.startswith(folders)]
    provided = (language,) if _is_provided(language) else ()
    return _version(f"pages of {language}", roots, rooms, data, provided=provided)


def _owners(modules: Iterable[str]) -> set[str]:
    """The languages whose packages have these modules: the rules of one may serve another, too."""
    return {name.split("/")[1] for name in modules if name.startswith("languages/") and name.count("/") > 1}


def _is_provided(language: str) -> bool:
    """Whether another distribution has the language."""
    return language not in (*OWN, *PLAIN, LEXED)


def _plain(language: str) -> str:
    """The module of a language that is always chosen."""
    return f"languages/{PLAIN[language].partition(':')[0]}.py"


@cache
def _described(language: str) -> list[str]:
    """The modules of one of incdoc's languages that it names, as text, for links and pages."""
    if language in PLAIN:
        return [_plain(language)]
    if _is_provided(language):
        return ["languages/text.py"]
    module = f"languages/{language}/language.py"
    named = _NAMED.findall(_bytes(module).decode())
    return [module, *(f"{each.replace('.', '/')}.py" for each in named)]


def _languages(names: Iterable[str]) -> list[str]:
    """What the languages say of themselves, how they link, and what their pages say."""
    return [module for name in (*names, *PLAIN, LEXED) for module in _described(name)]


def _provided_by(language: str) -> list[str]:
    """The top-level modules of a language of another distribution, its own and those that it depends on."""
    found = load(language)
    return [found.extract.partition(".")[0].partition(":")[0], *found.depends]


def _version(
    stage: str,
    roots: Iterable[str],
    rooms: tuple[str, ...],
    data: Iterable[str],
    also: Iterable[str] = (),
    provided: Iterable[str] = (),
) -> bytes:
    modules, imported = follow(roots, rooms)
    distributions = {*imported, *also}
    others = [_provided_by(name) for name in provided if name not in OWN]
    distributions.update(name for own, *depends in others for name in depends)
    distributions.update(other for name in imported for other in _ALSO.get(name, ()))
    parts = (
        stage,
        (sys.implementation.name, *sys.version_info[:2]),
        [(name, read(name).digest) for name in sorted({*modules, *data})],
        [(name, release(name)) for name in sorted(distributions)],
        [(own, _content(own)) for own, *_ in others],
    )
    return blake2b(msgpack.encode(parts), digest_size=16).digest()


# --- incdoc's own files, by their names relative to the package, POSIX style


@cache
def _files() -> frozenset[str]:
    return frozenset(_listed("", PACKAGE))


def _listed(prefix: str, folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name == "__pycache__":
                continue
            if entry.is_dir():
                yield from _listed(f"{prefix}{entry.name}/", entry.path)
            else:
                yield prefix + entry.name


def _modules(folder: str) -> list[str]:
    return [name for name in _files() if name.startswith(folder) and name.endswith(".py")]


def _data(rooms: tuple[str, ...], without: Container[str] = ()) -> list[str]:
    """The files of these rooms that are no modules, and not those of the languages ``without``."""
    return [
        name
        for name in _files()
        if not name.endswith((".py", ".pyc"))
        and name.partition("/")[0] in rooms
        and not name.startswith(TEMPLATES)
        and not any(part in without for part in name.split("/"))
    ]


class File:
    """A file of incdoc's. ``own``: the modules and packages of incdoc that it imports, relative; ``parents``: the
    packages that Python imports on the way; ``others``: top-level names that are neither incdoc's nor the standard
    library's."""

    __slots__ = ("digest", "others", "own", "parents")

    def __init__(self, digest: bytes, own: Set[str], parents: Set[str], others: Set[str]) -> None:
        self.digest = digest
        self.own = own
        self.parents = parents
        self.others = others


@cache
def read(name: str) -> File:
    if name.startswith(_VENDORED):
        return File(b"", frozenset(), frozenset(), frozenset())
    content = _bytes(name)
    digest = sha1(content, usedforsecurity=False).digest()
    if not name.endswith(".py"):
        return File(digest, frozenset(), frozenset(), frozenset())
    own: set[str] = set()
    others: set[str] = set()
    package = (_NAME, *name.split("/")[:-1])
    for before, after in pairwise(content.split(b"import ")):
        imported = after[: after.find(b")")] if after.startswith(b"(") else after.partition(b"\n")[0].partition(b"#")[0]
        for level, dotted, names in _imports(before[before.rfind(b"\n") + 1 :], imported):
            absolute = (*package[: len(package) - level + 1], *dotted) if level else dotted
            if absolute[0] == _NAME:
                own |= _reached(absolute[1:], names)
            else:
                others.add(absolute[0])
    parents = {parent for module in {*own, name} for parent in _parents(module)}
    return File(digest, own, parents - own, others)


def _bytes(name: str) -> bytes:
    file = os.open(f"{PACKAGE}/{name}", os.O_RDONLY | getattr(os, "O_BINARY", 0))  # a third of what open() takes
    try:
        parts = []
        while part := os.read(file, 1 << 20):
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(file)


_Import = tuple[int, tuple[str, ...], tuple[str, ...]]
"""Leading dots, what follows them, the names that are imported from there."""


@cache
def _imports(before: bytes, names: bytes) -> tuple[_Import, ...]:
    """What is imported where ``import`` is between these two; nothing where that is no statement, nor of the standard
    library."""
    words = before.split()
    if not words:
        each_of = filter(None, map(str.split, names.decode("utf-8", "replace").split(",")))
        found: list[_Import] = [(0, tuple(each[0].split(".")), ()) for each in each_of]
    elif len(words) == 2 and words[0] == b"from":
        written = words[1].decode("utf-8", "replace")
        rest = written.lstrip(".")
        dotted = tuple(rest.split(".")) if rest else ()
        found = [(len(written) - len(rest), dotted, tuple(names.translate(_WORDS).decode("utf-8", "replace").split()))]
    else:
        return ()
    return tuple(each for each in found if each[0] or each[1][0] not in sys.stdlib_module_names)


@cache
def _reached(dotted: tuple[str, ...], names: tuple[str, ...]) -> frozenset[str]:
    """The modules that ``from dotted import names`` imports; where all are modules of the package, not its own."""
    found = [module for name in names if (module := _module((*dotted, name)))]
    own = _module(dotted) if len(found) < len(names) or not names else ""
    return frozenset([*found, own] if own else found)


@cache
def _module(dotted: tuple[str, ...]) -> str:
    """The module's file, or empty."""
    path = "/".join(dotted)
    candidates = (f"{path}.py", f"{path}/__init__.py") if path else ("__init__.py",)
    return next((name for name in candidates if name in _files()), "")


@cache
def _parents(name: str) -> tuple[str, ...]:
    folder = name.rpartition("/")[0]
    if not folder:
        return ()
    package = f"{folder}/__init__.py"
    return (package, *_parents(folder)) if package in _files() else _parents(folder)


def follow(roots: Iterable[str], rooms: tuple[str, ...]) -> tuple[set[str], set[str]]:
    """(modules, top-level names of other distributions) that the roots reach by imports within these rooms.

    A package on the way to a module counts itself, and not what it imports: ``languages`` names all languages.
    """
    reached: set[str] = set()
    counted: set[str] = set()
    others: set[str] = set()
    queue = [name for name in roots if name in _files()]
    while queue:
        name = queue.pop()
        if name in reached or name.partition("/")[0].removesuffix(".py") not in rooms:
            continue
        reached.add(name)
        file = read(name)
        counted.update(file.parents)
        others.update(file.others)
        queue.extend(file.own)
    return reached | counted, others


# --- distributions


@cache
def release(name: str) -> str:
    """The release of the distribution that a top-level module is of; where no metadata says it, a digest of its files.

    Read off the names of the metadata's folders: importlib.metadata takes 10 ms and more.
    """
    if (found := _installed().get(name.lower())) is not None:
        return found
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _content(name)


@cache
def _installed() -> dict[str, str]:
    """Releases by lower-case name with underscores, as the first folder of the path has them."""
    found: dict[str, str] = {}
    for folder in sys.path:
        try:
            names = os.listdir(folder or ".")
        except OSError:
            continue
        for name in sorted(names):
            if name.endswith((".dist-info", ".egg-info")):
                distribution, dash, rest = name.rpartition(".")[0].partition("-")
                if dash:
                    found.setdefault(distribution.lower().replace(".", "_"), rest.partition("-")[0])
    return found


def _content(name: str) -> str:
    """A digest of a module that came without metadata: a copy in a project's folder, or in an archive."""
    from importlib.util import find_spec

    spec = find_spec(name)
    if spec is None:
        return "none"
    archive = getattr(spec.loader, "archive", None)
    digest = blake2b(digest_size=16)
    for place in [archive] if archive else spec.submodule_search_locations or filter(None, [spec.origin]):
        for file in sorted(_below(place)):
            with open(file, "rb") as stream:
                digest.update(msgpack.encode((os.path.relpath(file, place), stream.read())))
    return digest.hexdigest()


def _below(place: str) -> Iterator[str]:
    if not os.path.isdir(place):
        yield from [place] if os.path.isfile(place) else []
        return
    for above, folders, names in os.walk(place):
        folders[:] = [folder for folder in folders if folder != "__pycache__"]
        yield from (os.path.join(above, name) for name in names)

"""A language: what incdoc must know of it to read its sources, to show them, and to link them.

A **language** is one module or one package with a value ``LANGUAGE``. Nothing outside it names it, but for the
registry, or the entry point of its distribution.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from .facts import Definition, Facts, Import, Use, too_many
from .marks import marks
from .shebang import program

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tree_sitter import Tree

    from .api import ApiChange, Commit
    from .findings import Rule
    from .linker import Linker, Repository
    from .markup.document import Blocks
    from .outline import Outline
    from .view import View


_ASIDE = frozenset(("test", "tests", "__tests__", "testdata", "examples", "benchmarks", "benches"))
"""Folders of what is not made for users."""


class FileType(Struct, frozen=True):
    """The files that have one label on pages."""

    label: str
    """The type's name on pages: ``Python source``."""
    fence: str = ""
    """The info string of a code fence, such as ``python``; empty if there is nothing to highlight."""
    suffixes: tuple[str, ...] = ()
    """What names end with, without the first dot: ``py``, ``d.ts``; in lower case, or as it is written if no other case
    means the same: ``BUILD``."""
    names: tuple[str, ...] = ()
    """Whole names: in lower case, or as they are written if no other case means the same."""
    patterns: tuple[str, ...] = ()
    """What paths with a suffix end with, in lower case; a star is any part of one name: ``docs/*.txt``. They come
    before suffixes."""
    language: str = "text"
    """The name of the language that reads them."""
    has_api: bool = False
    """Whether others may use what they declare, although the language that reads them cannot compare it."""
    programs: tuple[str, ...] = ()
    """The programs that run such files, in lower case and without a version: ``python``. They decide where the first
    line of a file names one (``#!``) and the name of the file says nothing."""


class Kind(Struct, frozen=True):
    """A kind of definitions, as pages and indexes speak of it."""

    name: str
    """What ``Definition.kind`` is."""
    plural: str = ""
    """Empty: the name and an s."""
    label: str = ""
    """The kind's name where one definition is shown; empty: ``name``."""
    heading: str = ""
    """The heading in keyword indexes under which its names are listed; empty: they are in no index."""
    shown: Literal["block", "value", "row", "member", "place", "no"] = "row"
    """How the page of a source shows a definition: as a block with head, facts and docstring; as a row with its value;
    as a row of the names of a document; as a row in its owner's block; only by its place; not."""
    public: bool = False
    """Whether pages list those at the top level as public names."""
    derives: bool = False
    """Whether it may derive from others, its ``bases``."""
    imported: Literal["no", "module", "member"] = "no"
    """Whether sources of other languages import it: as a module, by its name; as a name in one that is above it."""
    scoped: bool = True
    """Whether its names begin with those of what is around it."""
    role: str = ""
    """What Sphinx calls it in the language's domain; empty: an inventory does not have it."""

    @property
    def words(self) -> str:
        """The plural."""
        return self.plural or f"{self.name}s"


class Language(Struct, frozen=True, kw_only=True):
    """A language. Functions that are needed late are given as ``module:name``, so that a run that does not need them
    imports nothing."""

    name: str
    """Lower case, for settings and keys; what ``Facts.language`` is."""
    title: str = ""
    """Its name on pages; empty for files of which no names are read, which have no chapter either."""
    chapters: bool = True
    """Whether the chapter of a folder has a part for each of its sources: settings have none."""
    files: tuple[FileType, ...] = ()
    kinds: tuple[Kind, ...] = ()
    """In the order in which pages count them."""
    family: str = ""
    """The language whose names it shares, because their sources refer to each other; empty if it has its own."""
    reference: str = "Module"
    """What pages call the first of a source's names."""
    indexed_as: str = ""
    """What the global index calls a source by that name: ``module``; empty if it only has the file."""
    reading: str = ""
    """How its names are read, for keyword pages, as what follows "Names are read"; empty if by a grammar."""
    separator: str = "."
    """Between the parts of qualified names."""
    decorator: str = "@{}"
    """How one of the decorators of a definition is written."""
    depends: tuple[str, ...] = ()
    """The top-level modules, besides the language's own, on whose releases its facts depend: a grammar."""
    describes: tuple[tuple[str, int], ...] = ()
    """(file name, rank) of the files that say what their folder is for. The lowest rank is taken: 0 for the words of
    the code itself, 1 for a read-me, 2 for what replaces the first."""
    extract: str
    """A function, bytes -> Facts: pure, and it raises nothing, whatever the bytes are."""
    linker: str = ""
    """A subclass of ``Linker``; empty if its sources refer to nothing."""
    view: str = ""
    """A subclass of ``View``: what its sources' pages say; empty for the neutral one."""
    documentation: str = ""
    """A function, (documentation, the setting ``docstrings``) -> blocks; empty if it is shown as it is written."""
    rules: str = ""
    """A ``Rules``, with which its sources are searched for findings; empty if there are none."""
    api: str = ""
    """A function that compares the API of two commits, as ``compare``; empty for that of its public kinds by their
    signatures, and if it has none."""
    layout: tuple[str, ...] = ()
    """Names of files whose being there decides under which names the sources beside and below them are found."""
    manifests: tuple[str, ...] = ()
    """Names of files whose content does (``Linker.declares``)."""
    domain: str = ""
    """Sphinx's domain for its names: ``py``; empty: an inventory does not have them."""
    role: str = ""
    """What Sphinx calls a source in it, by the first of the source's names; of prose, by its path."""
    is_test: Callable[[str], bool] = lambda path: False
    """Whether the file at a path is a test by its name."""
    made_for_users: Callable[[str], bool] | None = None
    """Whether the source at a path may be part of an API; None: if it is neither a test nor in a folder of tests,
    examples or benchmarks."""
    is_run_by_tools: Callable[[str, Callable[[str], bool]], bool] = lambda path, exists: False
    """Whether a tool runs the source at a path by its name, to build, test or manage the project: it has no API. The
    second argument tells whether there is a source at a path."""
    has_tests: Callable[[str, Outline], bool] = lambda path, outline: True
    """Whether a runner finds tests in a source that is one by its name."""
    is_entry: Callable[[str], bool] = lambda path: False
    """Whether the file at a path is made to be run, by its name."""
    native: bool = False
    """Whether its sources may be compiled into modules that those of other languages import: then their references do
    not lead to all that use them."""
    prose: bool = False
    """Whether its sources are texts for people, in which a line that begins with ``#`` is no comment."""
    minified: bool = False
    """Whether its sources are made shorter by tools, so that very long lines show that."""
    described_by: str = ""
    """What a file that ``describes`` its folder has, as a page says it: ``package docstring``; empty if nothing."""
    is_public: Callable[[Definition], bool] = lambda definition: True
    """Whether the source says that others see a definition; names that begin with an underscore are left out anyway."""
    hides: Callable[[Definition], bool] = lambda definition: "private" in definition.traits
    """Whether the source says that others do not see a member, or what is not of a public kind."""
    followed: tuple[str, ...] = ()
    """The kinds of definitions all of whose uses by name are read, if no object is before the name."""
    own_uses: str = ""
    """A function, (bytes, a definition of the source that is in no class) -> the uses of that in the source itself,
    with the attributes after its name as ``rest``: facts have only the calls among them. Empty: they are not known."""
    parser: str = ""
    """A function, bytes of UTF-8 -> a tree, in which a node whose type ends with ``identifier`` is a name. Empty: the
    columns of uses are not known."""
    errors: str = ""
    """A function, bytes -> (name, line) of each error that the source throws or returns by a name, where facts do not
    have them in ``Definition.raises``."""
    bodies: tuple[str, ...] = ("function", "method", "constructor")
    """The kinds of definitions with bodies that may throw or return an error."""
    constructors: tuple[str, ...] = ()
    """What the methods are called that a call of a class calls; ``{}`` is the name of the class."""
    reexports: frozenset[str] = frozenset()
    """The styles of the imports that others see as names of the source."""
    is_listed: Callable[[Definition], bool] = lambda definition: True
    """Whether keyword indexes have a definition of a kind with a heading."""

    @property
    def refers(self) -> bool:
        """Whether it is code whose references to other sources are read."""
        return bool(self.linker) and any(kind.shown == "block" for kind in self.kinds)

    @property
    def documents(self) -> bool:
        """Whether chapters have a part for its sources."""
        return bool(self.title) and self.chapters

    def read(self, data: bytes) -> Facts:
        """The facts of ``data``; the module that reads them (and its grammar) is imported at the first source."""
        facts: Facts = resolve(self.extract)(data)
        if refused := too_many(facts.rows):
            facts = Facts(facts.language, facts.lines, refused=facts.refused or refused)
        if facts.binary:
            return facts
        named, found = program(data), marks(data, self.prose, self.minified)
        return replace(facts, program=named, marks=found) if named or found else facts

    def uses_of_own(self, data: bytes, definition: Definition) -> tuple[Use, ...]:
        """The uses of a definition of the source itself that is in no class, with the attributes after its name as
        ``rest``. None are known where sources of the language are not asked."""
        found: tuple[Use, ...] = resolve(self.own_uses)(data, definition) if self.own_uses else ()
        return found

    def brings_all(self, item: Import) -> bool:
        """Whether an import brings all names of a module."""
        return not item.alias and (item.name or item.module.rpartition(self.separator)[2]) == "*"

    def tree(self, data: bytes) -> Tree | None:
        """The syntax of a source in UTF-8 that is not refused, if there is a parser. Raises LimitError."""
        found: Tree | None = resolve(self.parser)(data) if self.parser else None
        return found

    def errors_in(self, data: bytes) -> tuple[tuple[str, int], ...]:
        """(name, line) of each error that a source throws or returns by a name, if facts do not have them."""
        found: tuple[tuple[str, int], ...] = resolve(self.errors)(data) if self.errors else ()
        return found

    def words(self) -> View:
        """What its sources' pages say beside the facts."""
        from .view import View

        made: View = (resolve(self.view) if self.view else View)()
        return made

    def head(self, definition: Definition) -> str:
        """The head of a definition, as its source has it; of a value its name and what it is."""
        shown = next(kind.shown for kind in self.kinds if kind.name == definition.kind)
        last = definition.name.rpartition(self.separator)[2]
        if shown not in ("block", "place") and not definition.declaration:
            value = definition.signature if shown != "row" else ""
            return f"{last}{' ' if value.startswith('=') else ''}{value}"
        return self.words().declaration(definition, last)

    def blocks(self, documentation: str, style: str) -> Blocks:
        """What a documentation says, taken apart."""
        if not self.documentation:
            from .markup.document import plain

            return plain(documentation)
        found: Blocks = resolve(self.documentation)(documentation, style)
        return found

    def tried_rules(self) -> tuple[Rule, ...]:
        """The rules of its findings."""
        from . import findings

        return findings.rules(resolve(self.rules)) if self.rules else ()

    def link(self, repository: Repository) -> Linker:
        """A linker of the language in ``repository``."""
        from .linker import Linker

        made: Linker = (resolve(self.linker) if self.linker else Linker)(repository)
        return made

    @property
    def has_api(self) -> bool:
        """Whether there is something to compare between two commits."""
        return bool(self.api) or any(kind.public for kind in self.kinds)

    def offers(self, path: str, exists: Callable[[str], bool]) -> bool:
        """Whether the source at a path may be part of its API. ``exists``: whether there is a source at a path."""
        if self.is_run_by_tools(path, exists):
            return False
        if self.made_for_users is not None:
            return self.made_for_users(path)
        return not self.is_test(path) and _ASIDE.isdisjoint(path.split("/")[:-1])

    def compare(self, old: Commit, new: Commit, paths: Iterable[str]) -> Iterable[ApiChange]:
        """The changes of its API between two commits, in the sources among ``paths``."""
        if self.api:
            found: Iterable[ApiChange] = resolve(self.api)(old, new, paths)
            return found
        from .declarations import Declarations, compare

        return compare(Declarations(old, self), Declarations(new, self), paths)


@cache
def resolve(reference: str) -> Any:
    """What ``module:name`` refers to."""
    module, _, name = reference.partition(":")
    return getattr(import_module(module), name)

"""What a language says on the pages of its sources beside its facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import ClassVar

from msgspec import Struct

from .facts import Definition, Facts
from .heads import Syntax
from .language import Kind


class Role(Struct, frozen=True):
    """What a source is for, as a sentence with its evidence. ``{code}`` in it becomes ``code``, shown as code, and
    ``{line}`` a link to ``line``."""

    sentence: str
    code: str = ""
    line: int = 0


class HeadParameter(Struct, frozen=True):
    """What the head of a callable says of a parameter, or a statement of a member; ``type`` and ``default``: empty if
    it says none."""

    name: str
    type: str = ""
    default: str = ""
    required: bool = False
    doc: str = ""
    """What the head itself says that it is for."""


class Listing(Struct, frozen=True):
    """A table of the imports of one style, by the titles of its columns. One that is empty in all rows, or has no
    title, is left out."""

    style: str
    module: str
    """What is named, as written."""
    alias: str = ""
    requirement: str = ""
    scope: str = ""
    """The key or the group that has it."""
    leads: str = ""


_LEADS = {
    "stdlib": "standard library",
    "repository": "a repository of its own, in a folder of this one",
    "missing": "not found in this repository",
    "ambiguous": "ambiguous",
    "folders": "folders of this repository",
}


class View:
    """Words for one language. This one is neutral; a language overrides what it says otherwise."""

    values_title: ClassVar[str] = "Name"
    """The title of the names that a page shows with their values."""
    implied: ClassVar[frozenset[str]] = frozenset()
    """Traits that ``label`` or the declaration says already."""
    folder: ClassVar[str] = "a folder of this repository"
    """What an import leads to if it leads to a folder."""
    fence: ClassVar[str] = ""
    """The info string of the fences around heads of definitions; empty for that of the file's type."""
    syntax: ClassVar[Syntax] = Syntax()
    """How heads of definitions are written."""
    comma: ClassVar[bool] = False
    """Whether a comma may follow the last of the parameters."""
    outside: ClassVar[str] = _LEADS["missing"]
    """What an import leads to that is of no file here. Whether another distribution has it is known only where a
    manifest requires one."""
    listings: ClassVar[tuple[Listing, ...]] = ()
    """The tables of what a source refers to, in order; those of other styles are in the common one."""

    def can_be_imported(self, facts: Facts) -> bool:
        """Whether the package that a source says it is of is no program."""
        return True

    def is_code(self, path: str) -> bool:
        """Whether the source at ``path`` is code, as others of its language are; else it is a manifest."""
        return True

    def leads(self, kind: str) -> str:
        """What an import leads to whose target is of this kind, and no source."""
        return {"folder": self.folder, "distribution": self.outside}.get(kind) or _LEADS[kind]

    def label(self, definition: Definition, kind: Kind) -> str:
        """What a definition is called where it is shown: ``async method``."""
        return kind.label or kind.name

    def complete(self, facts: Facts, declared: Iterable[Definition]) -> tuple[Facts, frozenset[str]]:
        """The facts of a source with what ``declared``, the definitions of a companion, say besides, and the names of
        the definitions whose heads are theirs."""
        return facts, frozenset()

    def role(self, definition: Definition, kind: Kind) -> str:
        """What Sphinx calls a definition, in the language's domain; empty if it has no word for it."""
        return kind.role

    def declaration(self, definition: Definition, last: str) -> str:
        """The head of a definition in the syntax of the source, without its decorators. ``last``: the last part of its
        name."""
        return definition.declaration or f"{last}{definition.signature}"

    def parameters(
        self, definition: Definition, members: Sequence[Definition], modules: Mapping[str, str]
    ) -> tuple[tuple[HeadParameter, ...], str]:
        """The parameters of a definition, or of what makes its instances, and the type of its result, as far as its
        head says more of them than its documentation. ``members``, ``modules``: as for ``call``."""
        return (), ""

    def explained(self, definition: Definition) -> tuple[HeadParameter, ...]:
        """The parameters of a definition if its head says what some of them are for."""
        return ()

    def member(self, definition: Definition, members: Sequence[Definition]) -> HeadParameter:
        """The type and value of a member that has no declaration. ``members``: all of its owner."""
        type_, value = self.syntax.cut(definition.signature, "=")
        return HeadParameter(definition.name, type_.removeprefix(":").strip(), value, doc=definition.doc)

    def types(self, written: str) -> Iterable[str]:
        """The names of types in a type."""
        return ()

    def head_types(self, definition: Definition) -> Iterable[str]:
        """The names of types in the head of a callable, in order."""
        return ()

    def roles(self, path: str, name: str, test: bool, facts: Facts) -> Iterator[Role]:
        """What the source at ``path``, found under ``name``, is for; ``test``: it is one by its name."""
        yield from ()

    def call(self, definition: Definition, members: Sequence[Definition], modules: Mapping[str, str]) -> str:
        """How a definition is used, in one line: its head, or what a call of it may pass; empty if that is not known.
        ``members``: what is directly in it; ``modules``: the module from which its source imports each name."""
        return definition.declaration.partition("\n")[0]

    def scope(self, scope: str) -> str:
        """How a page says where an import is (``Import.scope``)."""
        return _SCOPES.get(scope, f"in a {scope}")


_SCOPES: Mapping[str, str] = {
    "type checking": "for type checking only",
    "class": "in a class body",
    "lazy": "when a missing name is asked for",
    "crate": "within the crate only",
    "macros": "with its macros",
}

"""The answers to questions about a repository: plain values, which are shown as text or as JSON.

Constraints: the JSON is for other programs, so a field may be added and none changes its meaning without a new VERSION;
``answers.schema.json`` describes all of it (``python -m tests.query.schema`` writes it). Unlike pages, answers have
lines of other files: they are made when they are asked for.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

VERSION: Final = 1
"""Raise it when a field is removed, or means something else."""

Section = Literal["public", "test", "private"]
"""Whether others are meant to use a name."""


class Hit(Struct, frozen=True):
    """Something that has a name. ``line`` and ``end``: 1-based, 0 for a file or a folder as a whole."""

    name: str
    """Qualified within its file; of a file or folder, the name by which others import it, or the path."""
    kind: str
    path: str
    line: int = 0
    end: int = 0
    signature: str = ""
    """Its head as the source has it, in one line."""
    summary: str = ""
    """The first sentence of its documentation."""
    module: str = ""
    """The name by which others import its file."""
    section: Section = "public"


class Blob(Struct, frozen=True):
    """A file that was read for an answer, with the git object id of the content that it had."""

    path: str
    blob: str


class Answer(Struct, frozen=True, tag_field="answer", kw_only=True):
    """What all answers have. ``blobs``: the files that it tells of, with their contents' ids: it is true of these."""

    version: Literal[1] = VERSION
    blobs: tuple[Blob, ...] = ()


class Found(Answer, frozen=True, tag="find", kw_only=True):
    """The names that are like the sought one, the best first. ``total``: how many there are, of which ``hits`` are
    the first."""

    sought: str
    total: int
    hits: tuple[Hit, ...]
    near: tuple[str, ...] = ()
    """Names that were perhaps meant, where there is none."""


class Choice(Answer, frozen=True, tag="choice", kw_only=True):
    """A name that means several things. Each is asked for as ``path:name``."""

    sought: str
    total: int
    hits: tuple[Hit, ...]


class Nothing(Answer, frozen=True, tag="nothing", kw_only=True):
    """There is no such thing. ``near``: what was perhaps meant."""

    sought: str
    near: tuple[str, ...] = ()


class Member(Struct, frozen=True):
    """A member of a class."""

    name: str
    kind: str
    line: int
    signature: str
    summary: str = ""
    private: bool = False
    """Whether it is not for others, by its name or by what is written before it."""


class Inherits(Struct, frozen=True):
    """What a class takes over of one above it. ``count``: of how many members ``names`` are the first."""

    base: str
    path: str
    names: tuple[str, ...]
    count: int


class Raised(Struct, frozen=True):
    """An error that the body itself raises, throws or returns."""

    name: str
    lines: tuple[int, ...]


class Through(Struct, frozen=True):
    """The errors that come from what a definition calls: its own, not those of what that calls."""

    callee: str
    """As in ``calls``."""
    names: tuple[str, ...]


class UserOf(Struct, frozen=True):
    """A definition that uses another. ``name``: empty for the module itself; ``lines``: where, if that is told."""

    path: str
    name: str
    called: bool
    test: bool
    uses: str = ""
    """The member that it uses, where that is asked of the whole."""
    lines: tuple[int, ...] = ()
    """At most 20."""
    more_lines: int = 0
    """How many there are beside these."""


class Other(Struct, frozen=True):
    """Another definition: a base, a subclass, the definition of what is declared."""

    path: str
    name: str


class Site(Struct, frozen=True):
    """A line of a file."""

    path: str
    line: int


class Naming(Struct, frozen=True):
    """Where a definition is named beside its users. ``how``: ``document`` is a text for people that has the word, of
    which it is not known whether it means the definition; ``word`` a source that defines or uses it and has the word on
    other lines, of which that is not known either; ``exports`` a list of exported names, as ``__all__``."""

    path: str
    how: Literal["import", "re-export", "star", "exports", "word", "document"]
    lines: tuple[int, ...]


class Shown(Answer, frozen=True, tag="definition", kw_only=True):
    """A definition, and what is known of it."""

    hit: Hit
    heads: tuple[str, ...]
    """Its head as the source has it; several if it is defined several times, as overloads are."""
    documentation: str
    """As the source has it, without its indentation."""
    members: tuple[Member, ...] = ()
    decorators: tuple[str, ...] = ()
    """As written, with their signs: ``@property``, ``#[derive(Debug)]``."""
    bases: tuple[str, ...] = ()
    """As written; of a type of Rust, the traits that the file implements for it."""
    inherits: tuple[Inherits, ...] = ()
    subclasses: tuple[Other, ...] = ()
    declared: tuple[Site, ...] = ()
    """Where other files declare what this one defines."""
    defined: tuple[Site, ...] = ()
    """Where other files define it too, as those for several systems do."""
    raises: tuple[Raised, ...] = ()
    through: tuple[Through, ...] = ()
    """By callee, the errors of those that it calls. Which of them it lets out is not known."""
    calls: tuple[str, ...] = ()
    """Definitions that it calls: ``name``, or ``path:name`` of other files."""
    users: tuple[UserOf, ...] = ()
    users_total: int = 0
    unfollowed: str = ""
    """A sentence that says which of its uses are not known."""
    tests: tuple[str, ...] = ()
    """The files with tests that use it, or by name the class that it is in."""
    others: tuple[Other, ...] = ()
    """What else has the name."""
    source: str = ""


class ShownFile(Answer, frozen=True, tag="file", kw_only=True):
    """A file, and what is known of it."""

    path: str
    type: str
    lines: int
    module: str
    summary: str
    documentation: str
    public: tuple[Hit, ...]
    imports: tuple[str, ...]
    """Files of the repository."""
    importers: tuple[str, ...]
    tests: tuple[str, ...]
    source: str = ""


class Users(Answer, frozen=True, tag="uses", kw_only=True):
    """Who uses a definition, or imports a file. ``total``: of ``users`` or ``importers``, of which these are the
    first."""

    subject: Hit
    users: tuple[UserOf, ...]
    total: int
    places: tuple[Site, ...] = ()
    """Where it is defined, and then where it is declared."""
    importers: tuple[str, ...] = ()
    """The files that import the subject by its name, or the file that it is."""
    importers_total: int = 0
    named: tuple[Naming, ...] = ()
    """Where its name is beside its users: what changes too if it is renamed."""
    unfollowed: str = ""
    """A sentence that says which of its uses are not known."""
    subclasses: tuple[Other, ...] = ()


class Line(Struct, frozen=True):
    """A definition in an outline. ``depth``: how many definitions are around it."""

    name: str
    kind: str
    line: int
    end: int
    depth: int
    signature: str
    summary: str = ""


class Outlined(Answer, frozen=True, tag="outline", kw_only=True):
    """The definitions of a file, in its order."""

    path: str
    summary: str
    total: int
    lines: tuple[Line, ...]


class FileLine(Struct, frozen=True):
    """A file or a subfolder in the outline of a folder. ``public``: some public names, of ``count``."""

    path: str
    kind: Literal["file", "folder"]
    summary: str = ""
    public: tuple[str, ...] = ()
    count: int = 0
    """Of a folder, how many files it has."""


class FolderOutlined(Answer, frozen=True, tag="folder", kw_only=True):
    """What is in a folder. ``summary``: what it is for, as its package or read-me says."""

    path: str
    summary: str
    opening: str = ""
    """What a read-me of the folder says between its title and the next heading, as it is written, without pictures: its
    first 12 lines, and how many more there are."""
    contents: str = ""
    """What it has, where nothing says what it is for: its first public names, else its files by type."""
    total: int
    files: tuple[FileLine, ...]


class MappedFile(Struct, frozen=True):
    """A file in a map, with the lines that were chosen."""

    path: str
    summary: str
    lines: tuple[Line, ...]


class Mapped(Answer, frozen=True, tag="map", kw_only=True):
    """The most useful outline within a budget. ``tokens``: of its text, as ``count`` counts them; ``total``: how many
    definitions were candidates."""

    path: str
    budget: int
    count: str
    tokens: int
    total: int
    shown: int
    files: tuple[MappedFile, ...]


AnyAnswer: TypeAlias = Found | Choice | Nothing | Shown | ShownFile | Users | Outlined | FolderOutlined | Mapped

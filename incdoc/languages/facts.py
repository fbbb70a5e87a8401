"""The model of the facts of one source.

**Facts** are a pure function of (bytes, language, extractor version). They never hold the source's path, the
clock, or anything read from another file: two equal files have equal facts, whatever their paths are.

All structs are encoded as MessagePack arrays, so a field may be *added at the end with a default* and never moved.
The store keys facts by a digest of the extractor's code, so a change here invalidates what was stored; nothing
needs to be migrated.

Lines are 1-based and inclusive, counted by LF as git and GitHub count them (a lone CR or a form feed ends no line).
"""

from __future__ import annotations

from msgspec import Struct

MOST_ROWS = 50_000
"""Definitions, imports, findings and remarks of one source, and the exceptions that it raises. Each takes about 3 kB of
memory until it is on its pages, far more than 40 times the bytes of the shortest ones."""

NAMED = "named"
"""The scope of imports that are no statements: a text has the name of what is imported when the program runs."""

DECLARED = "declared"
"""The trait of what has no body or value where it is."""


TEST = "test"
"""The trait of a test."""


class Definition(Struct, frozen=True, array_like=True):
    """A definition in a source: a class, a function, a heading, a key.

    ``kind``: for Python one of ``class``, ``function``, ``method``, ``constant`` (a module-level name in capitals),
    ``variable`` (any other module-level name), ``type alias``, ``attribute`` (bound in a class body, or set by methods
    on instances); for Markdown ``heading``, ``code block``, ``key`` (of the front matter).
    ``name``: qualified within the file, dotted: ``Outer.method.helper``.
    """

    kind: str
    name: str
    line: int
    end: int
    signature: str = ""
    """One line. Callables: type parameters, parameters and return annotation, ``[T](self, x: T = None) -> T``.
    Classes: type parameters only. Variables: ``: int = 3`` (either part may be absent). Headings: ``#`` times level."""
    doc: str = ""
    """The docstring with the indentation of its lines removed (as inspect.cleandoc does), escapes left as written; of
    a name the string below it, or its comments."""
    traits: tuple[str, ...] = ()
    """Sorted: ``abstract``, ``async``, ``classmethod``, ``dataclass``, ``enum``, ``exception``, ``field``,
    ``generator``, ``instance`` (only methods set it), ``member`` (of an enum), ``overload``, ``property``,
    ``protocol``, ``setter``, ``deleter``, ``slot``, ``staticmethod``, ``typeddict``, ``namedtuple``."""
    decorators: tuple[str, ...] = ()
    """As written, without ``@``, white space folded."""
    bases: tuple[str, ...] = ()
    """As written, keywords included: ``Base[int]``, ``metaclass=ABCMeta``."""
    raises: tuple[tuple[str, int], ...] = ()
    """(dotted name, line) of each ``raise`` in the body itself, not in a nested definition."""
    calls: tuple[str, ...] = ()
    """Sorted names of definitions in the same file that the body itself calls."""
    declaration: str = ""
    """Its head as the source has it, in one line; empty where kind, name and signature are the head (Python)."""
    entity: str = ""
    """What a declaration and its definition have in common, as a digest: the one without a body has the trait
    ``declared``. Empty where it has no other place, or where that is not without doubt."""
    condition: str = ""
    """The branch of its scope that it is in, as ``Import.condition``."""


class Import(Struct, frozen=True, array_like=True):
    """One imported name: ``from m import n as k`` has ``module="m"``, ``name="n"``, ``alias="k"``."""

    line: int
    module: str
    """As written, leading dots included: ``a.b``, ``.m``, ``..``."""
    name: str = ""
    """Empty for ``import a.b``; ``*`` for a star."""
    alias: str = ""
    scope: str = ""
    """Where the statement is: empty at module level (``if``, ``with`` and ``else`` change nothing), ``try``,
    ``type checking``, ``class``, ``function``, ``lazy`` (in what the module computes its missing names with),
    ``named``; ``crate``, of a re-export that only the same crate sees; ``macros``, of a module that brings its
    macros."""
    style: str = ""
    """Which of several statements it is: ``mod``, ``pub use``, ``static``, ``type``, ``require``, ``export``,
    ``<>`` or ``""`` (of an include)."""
    within: str = ""
    """The module in the file to which the statement is relative; empty for the file itself."""
    condition: str = ""
    """The branch of its scope that it is in, outer ones first: ``if sys.version_info >= (3, 9)``, ``else of if DEBUG``,
    ``except ImportError``; empty if it is in none."""
    requirement: str = ""
    """Which versions of a distribution a manifest requires, as written."""
    place: str = ""
    """The folder in which a manifest says that a distribution is, as written; that in which a script is run, from the
    top of the repository."""

    @property
    def keyword(self) -> str:
        """The name on the keyword page: ``a.b``, ``m.n``, ``.m.n``, ``..n``, ``m.*``."""
        if not self.name or self.style:  # where there are styles, the module is what is imported
            return self.module
        return f"{self.module}{'' if self.module.endswith('.') else '.'}{self.name}"


FREE = -1
"""In place of the number of an import: no statement of the source binds the name."""


OWN = -2
"""In place of the number of an import: the source itself defines the name. No facts have such uses."""


class Use(Struct, frozen=True, array_like=True, order=True):
    """A definition has in its text a name that an import binds, or that other sources may (``FREE``)."""

    owner: str
    """Qualified name of the innermost definition around it; empty at module level."""
    item: int
    """The number of the import."""
    rest: str = ""
    """The attributes after what it binds, as written: ``Client.get`` of ``httpx.Client.get`` after ``import httpx``. A
    free name is in front of them."""
    called: bool = False


class Finding(Struct, frozen=True, array_like=True):
    """A place where a rule of ``<language>/rules/*.scm`` matched."""

    code: str
    line: int
    end: int
    owner: str = ""
    """Qualified name of the innermost definition around it; empty at module level."""
    text: str = ""
    """The matched code's essential part in one line of at most 120 characters: a callee, a name."""


class ToDo(Struct, frozen=True, array_like=True):
    """A comment that says what is to be done. ``text``: from its tag on, in one line."""

    line: int
    text: str


class Mark(Struct, frozen=True, array_like=True):
    """A place in a source that shows that no person wrote it so. ``kind``: ``generated``, ``minified``; ``text``: the
    words of a generator, or how many characters the line has."""

    kind: str
    line: int
    text: str


class Link(Struct, frozen=True, array_like=True):
    """A link of a document. ``target``: as written."""

    line: int
    target: str


class Example(Struct, frozen=True, array_like=True):
    """The first example (``>>>``) of a docstring. ``owner``: whose docstring; empty for the module's."""

    line: int
    owner: str


class TextFormat(Struct, frozen=True, array_like=True):
    """How bytes are text, as far as that is unusual."""

    bom: bool = False
    cookie: str = ""
    """The encoding that the source declares."""
    cookie_line: int = 0
    line_ends: str = ""
    """``CRLF``, ``CR`` or ``mixed``; empty for LF."""
    undecodable: int = 0
    """The first line with bytes that are not text in its encoding, or 0."""


class Facts(Struct, frozen=True, array_like=True):
    """Everything read out of one source."""

    language: str
    lines: int
    doc: str = ""
    """Module docstring; of a document the first paragraph, with the list that it opens, as plain text."""
    definitions: tuple[Definition, ...] = ()
    """Sorted by line, outer before inner; a name that is defined twice is listed twice."""
    imports: tuple[Import, ...] = ()
    exports: tuple[str, ...] | None = None
    """``__all__`` if it is a literal (``+=``, ``extend`` and ``append`` of literals included); None if it is absent
    or computed."""
    findings: tuple[Finding, ...] = ()
    """Sorted by line, then code."""
    to_do: tuple[ToDo, ...] = ()
    """By line, as all that follow."""
    links: tuple[Link, ...] = ()
    examples: tuple[Example, ...] = ()
    guards: tuple[int, ...] = ()
    """The lines of ``if __name__ == "__main__":``."""
    format: TextFormat = TextFormat()
    errors: tuple[tuple[int, int], ...] = ()
    """(first, last) lines that the grammar could not parse."""
    binary: bool = False
    refused: str = ""
    """Why the source was not parsed, as the end of a sentence: ``larger than 4 MiB``. Facts are then those of text."""
    package: str = ""
    """The package that the source says it belongs to, as Java and Go do; that a manifest names."""
    unsearched: str = ""
    """Why no rule was tried on the source, as the end of a sentence: ``nested deeper than 1,000 levels``."""
    manifest: str = ""
    """What a manifest says that decides how other sources are found, or tests are run, as text in JSON; empty if it is
    none."""
    title: str = ""
    """The title of a document, as plain text."""
    program: str = ""
    """The program that the first line names (``#!``), as it is written there: ``python3.11``."""
    marks: tuple[Mark, ...] = ()
    """By line."""
    uses: tuple[Use, ...] = ()
    """Sorted; each once."""
    spoken: tuple[str, ...] = ()
    """The names in full (``a.b.C``) that its documentation has in roles and as code, sorted."""
    given: tuple[str, ...] = ()
    """Sorted names that others may import although no statement has them: a text has them."""
    open: tuple[int, ...] = ()
    """The lines that may give others names which are not known before it runs. None of a source with ``exports``."""

    @property
    def about(self) -> str:
        """The title and the documentation, whichever it has."""
        return "\n\n".join([part for part in (self.title, self.doc) if part])

    @property
    def rows(self) -> int:
        """How many things are known of the source: what its pages and the link tables have a row or a line for."""
        raised = sum(len(each.raises) for each in self.definitions)
        remarks = len(self.to_do) + len(self.links) + len(self.examples)
        return len(self.definitions) + len(self.imports) + len(self.findings) + remarks + raised


def too_many(rows: int) -> str:
    """Why a source of so many rows is refused; empty if it is not."""
    return f"more than {MOST_ROWS:,} definitions, imports, findings and remarks" if rows > MOST_ROWS else ""

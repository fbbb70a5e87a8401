"""The model of the facts of one source.

**Facts** are a pure function of (bytes, language, extractor version). They never hold the source's path, the
clock, or anything read from another file: two equal files have equal facts, whatever their paths are.

All structs are encoded as MessagePack arrays, so a field may be *added at the end with a default* and never moved.
The store keys facts by a digest of the extractor's code, so a change here invalidates what was stored; nothing
needs to be migrated.

Lines are 1-based and inclusive, counted by LF as git and GitHub count them (a lone CR or a form feed ends no line).
"""

from __future__ import annotations

import re

from msgspec import Struct


class Definition(Struct, frozen=True, array_like=True):
    """A definition in a source: a class, a function, a heading, a key.

    ``kind``: for Python one of ``class``, ``function``, ``method``, ``constant`` (a module-level name in capitals),
    ``variable`` (any other module-level name), ``type alias``, ``attribute`` (bound in a class body); for Markdown
    ``heading``, ``code block``, ``key`` (of the front matter).
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
    """The docstring with the indentation of its lines removed (as inspect.cleandoc does), escapes left as written."""
    traits: tuple[str, ...] = ()
    """Sorted: ``abstract``, ``async``, ``classmethod``, ``dataclass``, ``enum``, ``exception``, ``field``,
    ``generator``, ``member`` (of an enum), ``overload``, ``property``, ``protocol``, ``setter``, ``deleter``,
    ``slot``, ``staticmethod``, ``typeddict``, ``namedtuple``."""
    decorators: tuple[str, ...] = ()
    """As written, without ``@``, white space folded."""
    bases: tuple[str, ...] = ()
    """As written, keywords included: ``Base[int]``, ``metaclass=ABCMeta``."""
    raises: tuple[tuple[str, int], ...] = ()
    """(dotted name, line) of each ``raise`` in the body itself, not in a nested definition."""
    calls: tuple[str, ...] = ()
    """Sorted names of definitions in the same file that the body itself calls."""


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
    ``type checking``, ``class``, ``function``."""

    @property
    def keyword(self) -> str:
        """The name on the keyword page: ``a.b``, ``m.n``, ``.m.n``, ``..n``, ``m.*``."""
        if not self.name:
            return self.module
        return f"{self.module}{'' if self.module.endswith('.') else '.'}{self.name}"


class Finding(Struct, frozen=True, array_like=True):
    """A place where a rule of ``queries/<language>/*.scm`` matched."""

    code: str
    line: int
    end: int
    owner: str = ""
    """Qualified name of the innermost definition around it; empty at module level."""
    text: str = ""
    """The matched code's essential part in one line of at most 120 characters: a callee, a name."""


class Mark(Struct, frozen=True, array_like=True):
    """A single remark with its line.

    ``kind``: ``main guard``, ``encoding`` (text: the cookie), ``bom``, ``line ends`` (text: ``CRLF``, ``CR`` or
    ``mixed``), ``comment`` (text: the to-do comment from its tag on), ``doctest`` (owner in text),
    ``link`` (Markdown; text: the target as written), ``reexport``, ``undecodable`` (bytes that are not text).
    """

    kind: str
    line: int
    text: str = ""


class Facts(Struct, frozen=True, array_like=True):
    """Everything read out of one source."""

    language: str
    lines: int
    doc: str = ""
    """Module docstring; for Markdown the first heading, a blank line, the first paragraph, as plain text."""
    definitions: tuple[Definition, ...] = ()
    """Sorted by line, outer before inner; a name that is defined twice is listed twice."""
    imports: tuple[Import, ...] = ()
    exports: tuple[str, ...] | None = None
    """``__all__`` if it is a literal (``+=``, ``extend`` and ``append`` of literals included); None if it is absent
    or computed."""
    findings: tuple[Finding, ...] = ()
    """Sorted by line, then code."""
    marks: tuple[Mark, ...] = ()
    errors: tuple[tuple[int, int], ...] = ()
    """(first, last) lines that the grammar could not parse."""
    binary: bool = False
    refused: str = ""
    """Why the source was not parsed, as the end of a sentence: ``larger than 4 MiB``. Facts are then those of text."""


def first_sentence(doc: str) -> str:
    """The first sentence of a docstring in one line: up to a full stop before white space, or the first paragraph.

    Examples (``>>>``) are not sentences: empty if there is nothing else.
    """
    paragraphs = (_PROMPT.split(paragraph, maxsplit=1)[0] for paragraph in doc.split("\n\n"))
    words = next((paragraph for paragraph in paragraphs if not paragraph.isspace() and paragraph), "").split()
    for position, word in enumerate(words):
        if word[-1] in ".!?" and not _abbreviation(word):
            return " ".join(words[: position + 1])
    return " ".join(words)


_PROMPT = re.compile(r"^[ \t]*>>>(?=\s|$)", re.MULTILINE)


_ABBREVIATION = re.compile(
    r"""(?:.*[^\w.]|_)?(?:e\.?g|i\.?e|cf|vs|etc|a\.k\.a|al|approx|incl|resp|viz|w\.r\.t)\.|[(\[{"'`*_]*\.{1,3}""",
    re.IGNORECASE | re.DOTALL,
)


def _abbreviation(word: str) -> bool:
    return _ABBREVIATION.fullmatch(word) is not None

"""``tags``: the definitions of all sources, for editors.

Constraints: the format of universal-ctags with extension fields, in which Vim and readtags search by halves: lines are
sorted as bytes, paths are relative to the file, and the characters that end a field are escaped. An address is the
number of a line, so that a tag is as exact as its line and the file changes only if a definition does.

Rejected: a pattern as the address (the line's text would be an input, and the facts do not have it). Emacs reads
``etags``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec import Struct

from incdoc.config import Config
from incdoc.exports.joined import JoinedKind
from incdoc.languages import Languages
from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import Language
from incdoc.languages.public import private_names
from incdoc.links.changes import Change, SourceChanged
from incdoc.links.tables import Tables
from incdoc.pages.markdown import relative
from incdoc.store.fragments import Fragment

_HEAD = (
    ("FILE_FORMAT", "2", "extended format"),
    ("FILE_SORTED", "1", "by bytes"),
    ("OUTPUT_EXCMD", "number", "an address is a line"),
    ("OUTPUT_FILESEP", "slash", ""),
    ("OUTPUT_MODE", "u-ctags", ""),
    ("FILE_ENCODING", "utf-8", ""),
    ("PROGRAM_NAME", "incdoc", "do not edit: a build replaces this file"),
)
_ESCAPED = {code: f"\\x{code:02x}" for code in (*range(32), 127)} | {9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\"}
_LONGEST = 1000
"""Characters of a signature."""


class TagSettings(Struct, frozen=True, array_like=True):
    """``output``: to which paths are relative; ``languages``: decide what language a source is in."""

    output: str
    languages: tuple[str, ...]


class TagKind(JoinedKind[TagSettings]):
    """A kind of tags, of which a part says what one source defines."""

    def settings(self, config: Config) -> TagSettings:
        """Where the file is, and the languages."""
        return TagSettings(config.output, Languages.of(config).names)

    def touches(self, change: Change) -> Iterable[str]:
        """The source itself: no part says anything of another."""
        match change:
            case SourceChanged(path=path, shown=True):
                return (path,)
        return ()

    def place(self, path: str, settings: TagSettings) -> str:
        """A source, relative to the file."""
        return relative(f"{settings.output}/{self.file}", path).removeprefix("./")


class Tags(TagKind):
    """``export_tags:/``."""

    file = "tags"

    def part(self, tables: Tables, path: str, settings: TagSettings) -> bytes | None:
        """Its lines, sorted."""
        facts = tables.facts(path)
        if facts is None:
            return None
        place = _field(self.place(path, settings))
        return b"".join(sorted(_lines(facts, tables.language(path), place)))

    def join(self, parts: Sequence[Fragment], settings: TagSettings) -> bytes:
        """The head, and all lines in order."""
        head = [f"!_TAG_{name}\t{value}\t/{about}/\n".encode() for name, value, about in sorted(_HEAD)]
        lines = sorted(chain.from_iterable(data.splitlines(keepends=True) for _, data in parts))
        return b"".join([*head, *lines])


def _lines(facts: Facts, language: Language, place: str) -> Iterator[bytes]:
    kinds = {kind.name: kind for kind in language.kinds}
    private = private_names(facts, language)
    around = {each.name: each.kind for each in facts.definitions}
    for each in facts.definitions:
        if not kinds[each.kind].heading:
            continue
        outer, _, last = each.name.rpartition(language.separator)
        fields = [_word(each.kind), f"line:{each.line}", f"language:{_field(language.title)}"]
        if outer:
            fields.append(f"{_word(around[outer]) if outer in around else 'scope'}:{_field(outer)}")
        fields += _details(each, (each.name, each.kind) in private)
        fields.append(f"end:{each.end}")
        yield "\t".join([_name(last), place, f'{each.line};"', *fields, ""])[:-1].encode("utf-8", "replace") + b"\n"


def _details(definition: Definition, private: bool) -> Iterator[str]:
    """What is known of a definition beside its place."""
    if definition.signature.startswith(("(", "[")):
        yield f"signature:{_field(definition.signature[:_LONGEST])}"
    if definition.bases:
        yield f"inherits:{_field(','.join(definition.bases)[:_LONGEST])}"
    if private:
        yield "access:private"


def _word(kind: str) -> str:
    """A kind as tags have it, in one word: ``typeAlias``."""
    first, *others = kind.split()
    return first + "".join(each.capitalize() for each in others)


def _name(name: str) -> str:
    """A name as a line begins with it: one with ``!`` would be sorted among the lines of the head."""
    found = _field(name) or "-"
    return f"\\x21{found[1:]}" if found.startswith("!") else found


def _field(text: str) -> str:
    """A text without the characters that end a field or a line."""
    return text.translate(_ESCAPED)

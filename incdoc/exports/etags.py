"""``etags``: the definitions of all sources, for Emacs, which reads no other format of tags.

Constraints: the format of ``etags``: a section for each source, with its path, relative to the file, and the size of
its lines; a line has the text of the source before a name and the name, the name again, and the number of the line. The
offset in bytes that may follow is left out: every edit above would change it. Emacs looks for the text near the line,
so that it finds a definition that has moved since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from incdoc.exports.tags import TagKind, TagSettings
from incdoc.languages.facts import Facts
from incdoc.languages.language import Language
from incdoc.languages.text import characters
from incdoc.links.tables import Tables
from incdoc.store.fragments import Fragment

_LONGEST = 500
"""Characters of the text before a name."""
_CONTROL = dict.fromkeys((*range(9), *range(10, 32), 127))
"""What no line may have: some of these end its parts."""


class Etags(TagKind):
    """``export_etags:/``."""

    file = "etags"

    def part(self, tables: Tables, path: str, settings: TagSettings) -> bytes | None:
        """Its section."""
        facts = tables.facts(path)
        if facts is None or not facts.definitions:
            return None if facts is None else b""
        data = tables.data(path)
        if data is None:
            return None
        lines = "".join(_lines(facts, tables.language(path), data)).encode("utf-8", "replace")
        place = self.place(path, settings).translate(_CONTROL)
        return b"\f\n%s,%d\n%s" % (place.encode("utf-8", "surrogateescape"), len(lines), lines) if lines else b""

    def join(self, parts: Sequence[Fragment], settings: TagSettings) -> bytes:
        """The sections, by source."""
        return b"".join(data for _, data in parts)


def _lines(facts: Facts, language: Language, data: bytes) -> Iterator[str]:
    listed = {kind.name for kind in language.kinds if kind.heading}
    text = characters(data, facts.format.cookie).split("\n")
    for each in facts.definitions:
        last = each.name.rpartition(language.separator)[2].translate(_CONTROL)
        if each.kind in listed and last and each.line <= len(text):
            line = text[each.line - 1]
            before, name, _ = line.partition(last)
            yield f"{(before + name)[:_LONGEST].translate(_CONTROL)}\x7f{last}\x01{each.line},\n"

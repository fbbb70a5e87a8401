"""SQL: bytes -> Facts: what CREATE statements make: tables with their columns, views, indexes, functions, triggers.

Read by its tokens, in no dialect: strings, comments and quoted bodies are skipped as all dialects have them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ..keyed import Source, facts, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..facts import Facts

_TOKEN = re.compile(
    r"""--[^\n]*|/\*.*?(?:\*/|\Z)|\$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)|'(?:[^']|'')*+'?"""
    r"""|"(?:[^"]|"")*+"?|`[^`]*`?|\[[\w $]+\]|[\w$@#]+|\n|[^\S\n]+|.""",
    re.DOTALL,
)
_KINDS = {
    "TABLE": "table", "VIEW": "view", "INDEX": "index", "FUNCTION": "function", "PROCEDURE": "procedure",
    "TRIGGER": "trigger", "TYPE": "type", "SCHEMA": "schema", "SEQUENCE": "sequence", "DOMAIN": "type",
}  # fmt: skip
_NO_COLUMN = {
    "PRIMARY",
    "FOREIGN",
    "UNIQUE",
    "CHECK",
    "CONSTRAINT",
    "KEY",
    "INDEX",
    "EXCLUDE",
    "LIKE",
    "PERIOD",
    "FULLTEXT",
}
_BEFORE = frozenset(
    {
        "OR",
        "REPLACE",
        "ALTER",
        "TEMP",
        "TEMPORARY",
        "GLOBAL",
        "LOCAL",
        "UNIQUE",
        "UNLOGGED",
        "MATERIALIZED",
        "RECURSIVE",
        "VIRTUAL",
        "EXTERNAL",
        "FOREIGN",
        "CONSTRAINT",
        "CLUSTERED",
        "NONCLUSTERED",
        "FULLTEXT",
        "SPATIAL",
        "FORCE",
    }
)


class _Token(NamedTuple):
    text: str
    row: int


def extract(data: bytes) -> Facts:
    """The facts of one SQL source. Pure; never raises, whatever the bytes are."""
    return facts("sql", data, _read)


def _read(source: Source) -> None:
    for statement in _statements(source.text):
        words = [token.text.upper() for token in statement[:12]]
        if not words or words[0] != "CREATE":
            continue
        at = 1
        while at < len(words) and words[at] in _BEFORE:
            at += 1
        if at >= len(words) or words[at] not in _KINDS:
            continue
        kind = _KINDS[words[at]]
        at += 1
        while at < len(words) and words[at] in ("IF", "NOT", "EXISTS", "CONCURRENTLY"):
            at += 1
        name, after = _name(statement, at)
        row, last = statement[0].row, statement[-1].row
        if not name or (kind == "index" and name.upper() == "ON"):
            continue
        source.define(
            kind,
            name,
            row,
            last,
            _signature(statement, after) if kind in ("function", "procedure") else "",
            _above(source, row),
        )
        if kind == "table":
            _columns(source, name, statement, after)


def _name(statement: list[_Token], at: int) -> tuple[str, int]:
    """A name with the names around it, and the place after it."""
    parts = []
    while at < len(statement) and (statement[at].text[0].isalnum() or statement[at].text[0] in '_"`[@#'):
        parts.append(statement[at].text.strip('"`[]'))
        at += 1
        if at < len(statement) and statement[at].text == ".":
            at += 1
            continue
        break
    return ".".join(parts), at


def _signature(statement: list[_Token], at: int) -> str:
    if at >= len(statement) or statement[at].text != "(":
        return "()"
    depth, pieces = 0, []
    for token in statement[at:]:
        depth += (token.text == "(") - (token.text == ")")
        pieces.append(token.text)
        if not depth:
            break
    return shown(_joined(pieces))


def _joined(pieces: list[str]) -> str:
    """Words as they are usually written: no blank before a bracket, or inside it."""
    return re.sub(r" ([,()])", r"\1", " ".join(pieces)).replace("( ", "(")


def _columns(source: Source, table: str, statement: list[_Token], at: int) -> None:
    depth = 0
    new = False
    found: list[list[_Token]] = []
    for token in statement[at:]:
        if token.text == "(":
            depth += 1
            new = new or depth == 1
            if depth == 1:
                continue
        elif token.text == ")":
            depth -= 1
            if depth <= 0:
                break
        elif token.text == "," and depth == 1:
            new = True
            continue
        if not depth:
            if token.text.upper() == "AS":
                return
            continue
        if new:
            found.append([])
            new = False
        found[-1].append(token)
    for column in found:
        if column[0].text.upper() in _NO_COLUMN or not (column[0].text[0].isalpha() or column[0].text[0] in '_"`['):
            continue
        words = shown(_joined([token.text for token in column[1:]]))
        row = column[0].row
        name = f"{table}.{column[0].text.strip(chr(34) + '`[]')}"
        source.define("column", name, row, column[-1].row, f": {words}", "", f"{column[0].text} {words}")


def _above(source: Source, row: int) -> str:
    first = row
    while first > 0 and source.rows[first - 1].lstrip().startswith("--"):
        first -= 1
    return "\n".join(line.lstrip().lstrip("-").strip() for line in source.rows[first:row]).strip()


def _statements(text: str) -> Iterator[list[_Token]]:
    row = 0
    statement: list[_Token] = []
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token == ";":
            if statement:
                yield statement
            statement = []
        elif not token.isspace() and not token.startswith(("--", "/*")):
            statement.append(_Token(token, row))
        row += token.count("\n")
    if statement:
        yield statement

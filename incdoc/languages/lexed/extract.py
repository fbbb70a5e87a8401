"""Text in a language without a grammar: bytes -> Facts, from the tokens of a lexer of Pygments.

What kind of token a name is does not say that it is declared: lexers mark names that are used as well. So a name
counts by what is before it (``RULES``), or by the structure of its file, which the functions below know. Comments and
strings are what the lexer says. It is asked only about what is short: its expressions may look at a line repeatedly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any, NamedTuple

from msgspec import structs
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Error, Keyword, Name, Punctuation, String, Text, Whitespace

from .. import text
from ..facts import Definition, Facts
from ..limits import Budget, LimitError, bounded

MOST_BYTES = 64 * 1024
LONGEST_LINE = 1_000
"""Characters. What is larger, in a line or in all, is refused: time could grow with the square of it."""
MOST_OPEN = 16
"""Comments or here-documents that begin and do not end, after each of which a lexer reads the rest of the file."""
LONGEST_NAME = 200
_WORD = re.compile(r"[^\W\d][\w?!-]*(?:(?:\.|::|:|\\)[^\W\d][\w?!-]*)*\Z")
_JOINS = (".", ":", "::")
_MACRO = re.compile(r"[ \t]*#[ \t]*define[ \t]+(\w+)")


class Token(NamedTuple):
    """A piece of the text that is neither white space nor, if only code is asked for, a comment."""

    type: Any
    text: str
    line: int
    first: bool
    """Whether it is the first one in its line."""


class Names:
    """The definitions that are found in a source."""

    def __init__(self, size: int) -> None:
        self._budget = Budget(size)
        self._seen: set[tuple[str, str]] = set()
        self.definitions: list[Definition] = []

    def add(self, kind: str, name: str, line: int, once: bool = False) -> None:
        """Add a name, if it reads as one; with ``once`` where it is first."""
        if not name or len(name) > LONGEST_NAME or (once and (kind, name) in self._seen):
            return
        self._seen.add((kind, name))
        self.definitions.append(Definition(kind, self._budget.take(name), line, line))


Reader = Callable[[list[Token], Names], None]


def _after(rules: Mapping[str, str]) -> Reader:
    """A reader of the names that are directly behind a word: ``def run``, ``class A``. ``rules``: word -> kind."""

    def read(tokens: list[Token], names: Names) -> None:
        for at, token in enumerate(tokens):
            kind = rules.get(token.text)
            if kind is None or token.type in String or (at and tokens[at - 1].text in _NO_DECLARATION):
                continue
            if name := _name(tokens, at + 1):
                names.add(kind, name, tokens[at + 1].line)

    return read


def _name(tokens: list[Token], at: int) -> str:
    """The name at a place, all its parts; empty if there is none."""
    if at >= len(tokens) or not _is_name(tokens[at]) or tokens[at].line > tokens[at - 1].line + 1:
        return ""
    parts = [tokens[at].text]
    while at + 2 < len(tokens) and tokens[at + 1].text in _JOINS and _is_name(tokens[at + 2]):
        if not _touches(tokens, at):
            break
        parts += [tokens[at + 1].text, tokens[at + 2].text]
        at += 2
    return "".join(parts)


def _touches(tokens: list[Token], at: int) -> bool:
    return tokens[at].line == tokens[at + 2].line and (
        tokens[at + 1].text != ":" or tokens[at + 2].type in Name.Function
    )


def _is_name(token: Token) -> bool:
    return (
        token.type not in String
        and (token.type not in Keyword or token.type in Keyword.Type)
        and _WORD.match(token.text) is not None
    )


def _text(tokens: list[Token], at: int) -> str:
    return tokens[at].text if at < len(tokens) else ""


def _groovy(tokens: list[Token], names: Names) -> None:
    """Also tasks and blocks of Gradle."""
    _after(_GROOVY)(tokens, names)
    depth = 0
    for at, token in enumerate(tokens):
        if token.text in ("def", "void") and token.type not in String:
            if at + 2 < len(tokens) and tokens[at + 2].text == "(" and _is_name(tokens[at + 1]):
                names.add("function", tokens[at + 1].text, tokens[at + 1].line)
        elif token.first and token.text == "task" and not depth:
            names.add("task", _name(tokens, at + 1), token.line)
        elif token.first and not depth and _text(tokens, at + 1) == "{" and _is_name(token):
            names.add("block", token.text, token.line)
        depth += (token.text in _OPEN) - (token.text in _CLOSE)


def _powershell(tokens: list[Token], names: Names) -> None:
    depth = 0
    for at, token in enumerate(tokens):
        word = token.text.lower()
        if token.first and word in _POWERSHELL and at + 1 < len(tokens) and tokens[at + 1].line == token.line:
            name = tokens[at + 1].text
            names.add(_POWERSHELL[word], name if _WORD.match(name) else "", token.line)
        elif token.first and not depth and token.type in Name.Variable and _text(tokens, at + 1) == "=":
            names.add("variable", token.text, token.line, once=True)
        depth += token.text.count("{") + token.text.count("(") - token.text.count("}") - token.text.count(")")


def _batch(tokens: list[Token], names: Names) -> None:
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        if token.type in Name.Label and before is not None and before.first and before.text == ":":
            names.add("label", token.text, token.line)
        elif token.type in Name.Variable and before is not None and before.line == token.line:
            back = at - 1
            while back > 0 and tokens[back].text.startswith(("/", '"')):
                back -= 1
            if tokens[back].text.lower() == "set":
                names.add("variable", token.text, token.line, once=True)


def _asm(tokens: list[Token], names: Names) -> None:
    for at, token in enumerate(tokens):
        word = token.text
        if token.type in Comment:
            if found := _MACRO.match(word):
                names.add("macro", found[1], token.line, once=True)
        elif token.type in Name.Label and not word[0].isdigit():
            if token.first and not word.startswith((".L", "$")):
                names.add("label", word.rstrip(":"), token.line)
        elif token.first and at + 1 < len(tokens) and tokens[at + 1].line == token.line:
            kind = "macro" if word in (".macro", "%macro") else "function" if _FUNCTION.match(word) else ""
            place = at + 2 if kind and tokens[at + 1].text == "(" and at + 2 < len(tokens) else at + 1
            if kind and _WORD.match(tokens[place].text):
                names.add(kind, tokens[place].text, token.line)


def _glsl(tokens: list[Token], names: Names) -> None:
    """The statements at the top: functions, structs, and what is shared with the program and other stages."""
    statement: list[Token] = []
    depth = 0
    for token in tokens:
        if token.type in Comment:
            if found := _MACRO.match(token.text):
                names.add("macro", found[1], token.line, once=True)
            continue
        if token.text == "{" and not depth:
            _glsl_statement(statement, names, block=True)
            statement = []
        depth += (token.text == "{") - (token.text == "}")
        if depth:
            continue
        if token.text == ";":
            _glsl_statement(statement, names, block=False)
            statement = []
        elif token.text not in "{}":
            statement.append(token)
        else:
            statement = []


def _glsl_statement(statement: list[Token], names: Names, block: bool) -> None:
    if statement and statement[0].text == "layout":
        close = next((at for at, token in enumerate(statement) if token.text == ")"), len(statement))
        statement = statement[close + 1 :]
    words = [token for token in statement if token.text not in ("highp", "mediump", "lowp")]
    if len(words) < 2:
        return
    if words[0].text == "struct":
        names.add("struct", words[1].text, words[1].line)
        return
    paren = next((at for at, token in enumerate(words) if token.text == "("), 0)
    if block and paren > 1 and words[paren - 1].type in Name:
        names.add("function", words[paren - 1].text, words[paren - 1].line)
        return
    shared = any(token.text in _QUALIFIERS for token in words)
    end = next((at for at, token in enumerate(words) if token.text in ("[", "=", ",")), len(words))
    if shared and not paren and end > 1 and words[end - 1].type in Name:
        kind = "block" if block else "constant" if words[0].text == "const" else "variable"
        names.add(kind, words[end - 1].text, words[end - 1].line)


def _css(tokens: list[Token], names: Names) -> None:
    """Classes and identifiers of selectors, custom properties, keyframes."""
    for at, token in enumerate(tokens):
        before = tokens[at - 1].text if at else ""
        if token.type in Name.Class and token.text != "." and before == ".":
            names.add("selector", f".{token.text}", token.line, once=True)
        elif token.type in Name.Namespace and before == "#":
            names.add("selector", f"#{token.text}", token.line, once=True)
        elif token.type in Name.Variable and token.text.startswith("--") and _text(tokens, at + 1) == ":":
            names.add("variable", token.text, token.line, once=True)


def _html(tokens: list[Token], names: Names) -> None:
    """Titles, headings, and identifiers that a link can lead to."""
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type in Name.Tag and token.text.lower() in _HEADINGS and tokens[at - 1].text == "<":
            end = at + 1
            words = []
            while end < len(tokens) and end < at + 60:
                if tokens[end].type in Name.Tag and tokens[end].text.lower() == token.text.lower():
                    break
                if tokens[end].type is Text or tokens[end].type in Name.Entity:
                    words.append(tokens[end].text)
                end += 1
            name = " ".join(" ".join(words).split())
            if not re.search(r"[{}<>%]", name):
                names.add("heading", name, token.line)
        elif token.type in Name.Attribute and token.text.lower() == "id" and at + 2 < len(tokens):
            value = tokens[at + 2].text.strip("\"'")
            if tokens[at + 1].text == "=" and tokens[at + 2].type in String and re.fullmatch(r"[\w.:-]+", value):
                names.add("selector", f"#{value}", token.line, once=True)
        at += 1


def _xml(tokens: list[Token], names: Names) -> None:
    """The names and identifiers that attributes give to elements."""
    for at, token in enumerate(tokens):
        value = _text(tokens, at + 1).strip("\"'")
        if token.type in Name.Attribute and token.text.rstrip("= ").rpartition(":")[2] in ("id", "name"):
            names.add("key", value if re.fullmatch(r"[@+\w.:/-]+", value) else "", token.line)


def _ini(tokens: list[Token], names: Names) -> None:
    section = ""
    for token in tokens:
        if token.type in Keyword and token.text.startswith("["):
            section = token.text.strip("[] \t")
            names.add("section", section, token.line, once=True)
        elif token.type in Name.Attribute and token.first and re.match(r"[\w.\-]+\Z", token.text):
            names.add("key", f"{section}.{token.text}" if section else token.text, token.line)


def _hcl(tokens: list[Token], names: Names) -> None:
    """Blocks at the top with their labels, and what is set at the top."""
    depth = 0
    for at, token in enumerate(tokens):
        if token.first and not depth and _WORD.match(token.text):
            end = at + 1
            while end < len(tokens) and tokens[end].line == token.line and tokens[end].text.startswith('"'):
                end += 1
            after = _text(tokens, end)
            if after == "{":
                parts = [token.text, *(each.text.strip('"') for each in tokens[at + 1 : end])]
                names.add("block", ".".join(parts), token.line)
            elif after == "=" and end == at + 1:
                names.add("variable", token.text, token.line)
        depth += (token.text in _OPEN) - (token.text in _CLOSE)


def _lexed(types: Mapping[Any, str]) -> Reader:
    """A reader of lexers that mark declarations, and only these, by these types."""

    def read(tokens: list[Token], names: Names) -> None:
        for token in tokens:
            if (kind := types.get(token.type)) is not None and _WORD.match(token.text):
                names.add(kind, token.text, token.line)

    return read


_NO_DECLARATION = frozenset({".", "::", "->", "?.", "use"})
"""What is before a word that is no keyword there: ``A::class``, ``use function a\\b``."""
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")
_QUALIFIERS = frozenset({"uniform", "buffer", "in", "out", "varying", "attribute", "shared", "const"})
_HEADINGS = frozenset({"title", "h1", "h2", "h3", "h4", "h5", "h6"})
_FUNCTION = re.compile(r"(?!END)[A-Z_]*(?:FUNCTION|FUNC|ENTRY|PROC)(?:_START|_BEGIN)?\Z")
_TYPES = {"class": "class", "interface": "interface", "struct": "struct", "enum": "enum"}
_GROOVY = {"class": "class", "interface": "interface", "enum": "enum", "trait": "interface", "package": "namespace"}
_POWERSHELL = {"function": "function", "filter": "function", "workflow": "function", "class": "class", "enum": "enum"}
RULES: Mapping[str, tuple[str, Reader]] = {
    "asm": ("gas", _asm),
    "awk": ("awk", _after({"function": "function", "func": "function"})),
    "batch": ("batch", _batch),
    "css": ("css", _css),
    "cython": ("cython", _lexed({Name.Class: "class", Name.Function: "function"})),
    "dart": ("dart", _after({"class": "class", "enum": "enum", "mixin": "class"})),
    "elixir": (
        "elixir",
        _after(
            {
                "defmodule": "module",
                "defprotocol": "interface",
                **dict.fromkeys(("def", "defp"), "function"),
                **dict.fromkeys(("defmacro", "defmacrop"), "macro"),
            }
        ),
    ),
    "glsl": ("glsl", _glsl),
    "groovy": ("dart", _groovy),
    "hcl": ("hcl", _hcl),
    "html": ("html", _html),
    "ini": ("ini", _ini),
    "kotlin": (
        "kotlin",
        _after(
            {
                "class": "class",
                "object": "class",
                "interface": "interface",
                "typealias": "type",
                "fun": "function",
                "package": "namespace",
            }
        ),
    ),
    "lua": ("lua", _after({"function": "function"})),
    "perl": ("perl", _after({"package": "namespace", "sub": "function"})),
    "php": ("php", _after({**_TYPES, "trait": "interface", "function": "function", "namespace": "namespace"})),
    "powershell": ("powershell", _powershell),
    "properties": ("properties", _ini),
    "ruby": ("ruby", _after({"module": "module", "class": "class", "def": "function"})),
    "scala": (
        "scala",
        _after({"class": "class", "object": "class", "trait": "interface", "def": "function"}),
    ),
    "swift": (
        "swift",
        _after({**_TYPES, "protocol": "interface", "func": "function", "typealias": "type", "actor": "class"}),
    ),
    "xml": ("xml", _xml),
}
"""By language: the lexer, and how declarations are found among its tokens."""
_BLOCKS = (
    (b"/*", b"*/"),
    (b"<!--", b"-->"),
    (b"<![CDATA[", b"]]>"),
    (b"<?xml", b"?>"),
    (b"--[", b"]"),
    (b"<#", b"#>"),
    (b"=begin", b"=end"),
)
_HERE_DOCUMENT = re.compile(r"<<-?(\w+)")
_COMMENTED = frozenset({"asm", "glsl"})
"""Languages whose preprocessor directives a lexer takes for comments."""


def __getattr__(name: str) -> Callable[[bytes], Facts]:
    """The function ``extract`` of a language of ``RULES``: pure, and it raises nothing, whatever the bytes are."""
    if name not in RULES:
        raise AttributeError(name)
    return partial(_extract, name)


def _extract(name: str, data: bytes) -> Facts:
    def with_names(plain: Facts) -> Facts:
        source = text.characters(data).replace("\r\n", "\n").replace("\r", "\n")
        lines = [
            (number, row.rstrip()) for number, row in enumerate(source.split("\n"), 1) if row and not row.isspace()
        ]
        if refused := _too_much(name, data, [row for _, row in lines]):
            raise LimitError(f"{refused} than a lexer is given")
        alias, read = RULES[name]
        names = Names(len(data))
        try:
            tokens = list(_tokens(_lexer(alias), lines, name in _COMMENTED))
        except Exception as error:
            raise LimitError(f"its lexer fails with {type(error).__name__}") from error
        read(tokens, names)
        found = sorted(names.definitions, key=lambda each: each.line)
        return structs.replace(plain, definitions=tuple(found))

    return bounded(f"{__package__.rpartition('.')[2]}.{name}", data, with_names)


def _too_much(name: str, data: bytes, rows: list[str]) -> str:
    """Why a lexer is not asked; empty if it is."""
    if len(data) > MOST_BYTES:
        return f"more than {MOST_BYTES // 1024} KiB, which is more"
    if any(len(row) > LONGEST_LINE for row in rows):
        return f"a line of more than {LONGEST_LINE:,} characters, which is longer"
    if name == "hcl" and _open_documents(rows) > MOST_OPEN:
        return f"more than {MOST_OPEN} here-documents without an end, which are more"
    for opening, closing in _BLOCKS:
        if data.count(opening, data.rfind(closing) + 1) > MOST_OPEN:
            return f"more than {MOST_OPEN} comments without an end, which are more"
    return ""


def _open_documents(rows: list[str]) -> int:
    last = {row.strip(): at for at, row in enumerate(rows)}
    return sum(last.get(found[1], 0) <= at for at, row in enumerate(rows) for found in _HERE_DOCUMENT.finditer(row))


@cache
def _lexer(alias: str) -> Lexer:
    return get_lexer_by_name(alias)


def _tokens(lexer: Lexer, lines: list[tuple[int, str]], comments: bool) -> Iterator[Token]:
    """The tokens of lines that are not blank: a lexer may look at what is blank again and again."""
    source = "".join(f"{row}\n" for _, row in lines)
    at, last, counted = 0, 0, 0
    found: Iterable[tuple[int, Any, str]] = lexer.get_tokens_unprocessed(source)
    for place, kind, value in found:
        word = value.strip()
        if not word or kind in Whitespace or (kind in Comment and not comments and kind not in Comment.Preproc):
            continue
        start = place + len(value) - len(value.lstrip())
        at += source.count("\n", counted, start)
        counted = start
        line = lines[min(at, len(lines) - 1)][0]
        pieces = [word] if kind not in Punctuation or len(word) == 1 or word in _JOINS else list(word)
        for piece in pieces:
            yield Token(Text if kind is Error else kind, piece, line, line != last)
            last = line

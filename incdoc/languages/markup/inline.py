r"""The text of a paragraph -> spans.

One expression a dialect finds the marks one after the other. What each alternative may take is bounded, so that time is
linear in the text, and what is not closed stays text. An underscore marks nothing: names have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from .document import Span, Spans

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMON = (
    r"(?<!`)``(?!`)(?P<double>(?:[^`]|`(?!`)){1,400}?)``(?!`)",
    r"(?<![`:\w])`(?!`)(?P<quoted>[^`<>]{1,300}?)\s{0,5}<(?P<leads>[^`<>\s]{1,1000})>`(?P<rest>__?)",
    r"(?<!`)`(?!`)(?P<single>[^`]{1,400})`(?!`)(?P<reference>__?(?!\w))?",
    r"(?<![\w*])\*\*(?=[^\s*])(?P<strong>(?:[^*]|\*(?!\*)){1,400}?)(?<=[^\s*])\*\*(?![\w*])",
    r"(?<![\w*])\*(?=[^\s*])(?P<emphasis>[^*]{1,300})(?<=[^\s*])\*(?![\w*])",
    r"!?\[(?P<label>[^\[\]]{1,300})\]\((?P<url>(?:[^()\s]|\([^()\s]{0,100}\)){1,1000})(?:\s{1,9}\"[^\"\n]{0,200}\")?\)",
    r"\[(?P<long>[^\[\]]{1,300})\]\[(?P<key>[^\[\]]{0,300})\]",
    r"<?(?P<auto>https?://[^\s<>\"`\\|]{1,1000})>?",
    r"\\{1,2}(?P<escaped>[*`_|])",  # two in a string that is not raw
)
_BEGINNING = r"(?=[`*!\[<\\:{@]|https?:)"
"""How each of the marks begins, which is found sooner than by trying them all."""
_ROLE = r"(?<![\w:`]):(?P<role>[a-zA-Z](?:[\w+.-]|:(?=\w)){0,40}):`(?P<words>[^`]{1,400})`"
_SHORT = r"(?<![\w\])])\[(?P<short>[^\[\]\n]{1,200})\](?![\w(\[])"
_TAG = r"\{@(?P<tag>[a-zA-Z]{1,20})(?:\s{1,20}(?P<content>(?:[^{}]|\{[^{}]{0,200}\}){0,1000}))?\}"
_BEFORE_TAG = r"\[(?P<before>[^\[\]]{1,300})\]\{@link(?:code|plain)?\s{1,20}(?P<to>[^{}\s]{1,300})\s{0,20}\}"
_COMMAND = (
    r"(?<![\w\\@])[@\\](?P<command>c|p|a|b|e|em|ref|link|sa|n|cite)(?![\w-])"
    r"(?:[ \t]{1,9}(?P<argument>[^\s,;]{1,200}))?(?:[ \t]\"(?P<titled>[^\"\n]{1,200})\")?"
)
_HTML = (
    r"<(?P<element>code|tt|b|strong|i|em|var|dfn|cite|kbd|samp|sub|sup)>(?P<inside>[^<>]{1,400})</(?P=element)>"
    r"|<a\s[^<>]{0,200}?href\s?=\s?[\"']?(?P<href>[^\"'<>\s]{1,1000})[\"']?[^<>]{0,200}>(?P<anchored>[^<>]{1,400})</a>"
)


class Dialect(NamedTuple):
    """What marks spans. ``short``: ``[Name]`` is the name of a definition; ``html``: elements of HTML mark words."""

    pattern: re.Pattern[str]
    html: bool = False
    short: bool = False

    @staticmethod
    def of(
        roles: bool = False, short: bool = False, tags: bool = False, commands: bool = False, html: bool = False
    ) -> Dialect:
        """The dialect with these marks besides the common ones."""
        more = [_ROLE] * roles + [_BEFORE_TAG, _TAG] * tags + [_COMMAND] * commands + [_HTML] * html
        marks = "|".join([*more, *_COMMON, *[_SHORT] * short])
        return Dialect(re.compile(f"{_BEGINNING}(?:{marks})"), html, short)


TEXT = Dialect.of(roles=True, html=False)
"""Of reStructuredText and Markdown: roles are marks in both."""

_BLANKS = re.compile("[\t-\r \x85\u2028\u2029]+")


def _fold(text: str) -> str:
    return _BLANKS.sub(" ", text).strip(" ")


_SUSPECT = re.compile(r"[`*\[\\{@<&]|://")


def spans(text: str, dialect: Dialect = TEXT, targets: Mapping[str, str] | None = None) -> Spans:
    """The spans of a paragraph. ``targets``: the addresses that it names elsewhere, by their names in lower case."""
    if not _SUSPECT.search(text):
        return (Span("text", _fold(text)),) if text.strip() else ()
    found: list[Span] = []
    end = 0
    for match in dialect.pattern.finditer(text):
        if match.start() > end:
            _add(found, text[end : match.start()], dialect)
        for span in _spans_of(match, dialect, targets or {}):
            if span.kind == "text":
                _add(found, span.text, dialect, literal=True)
            else:
                found.append(span)
        end = match.end()
    if end < len(text):
        _add(found, text[end:], dialect)
    return _trimmed(found)


def _add(found: list[Span], text: str, dialect: Dialect, literal: bool = False) -> None:
    """Text with its blanks folded; two after each other are one."""
    text = _BLANKS.sub(" ", unescape(text) if dialect.html and not literal and "&" in text else text)
    if found and found[-1].kind == "text":
        text = found.pop().text + text
    found.append(Span("text", text))


def _trimmed(found: list[Span]) -> Spans:
    if found and found[0].kind == "text":
        found[0] = Span("text", found[0].text.lstrip())
    if found and found[-1].kind == "text":
        found[-1] = Span("text", found[-1].text.rstrip())
    return tuple(span for span in found if span.text)


def _spans_of(match: re.Match[str], dialect: Dialect, targets: Mapping[str, str]) -> Iterator[Span]:
    group = match.lastgroup
    found = match.groupdict()
    if group is None:
        yield Span("text", match[0])
    elif group in _MARKS:
        yield _MARKS[group](found, targets, dialect)
        if left := _left(group, found):
            yield Span("text", left)
    else:
        yield Span("text", match[0])


def _left(group: str, found: _Found) -> str:
    """The punctuation at the end of what was found that is no part of it."""
    if group == "auto":
        return _after_address(found["auto"])
    return found["argument"][len(_argument(found["argument"])) :] if group in ("argument", "titled") else ""


def _argument(argument: str) -> str:
    bare = argument.rstrip(".:)")
    return bare + ")" if bare.count("(") > bare.count(")") else bare


def _code(text: str) -> Span:
    return Span("code", _fold(text))


_Found = Mapping[str, str]


def _double(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    return _code(found["double"])


def _single(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    if found.get("reference"):
        words = _fold(found["single"])
        address = targets.get(words.casefold())
        return Span("link", words, address) if address else Span("text", words)
    text = _fold(found["single"])
    # the default role of reStructuredText has titles too
    title, bracket, target = text.rpartition("<")
    if bracket and title.strip() and target.endswith(">") and _ADDRESS.match(target):
        return Span("link", title.strip(), target[:-1])
    return Span("name", text, _bare(text)) if _NAME.fullmatch(text) else Span("code", text)


def _quoted(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    words, target = _fold(found["quoted"]), found["leads"]
    if _ADDRESS.match(target):
        return Span("link", words, target)
    address = targets.get(target.rstrip("_").casefold())
    return Span("link", words, address) if address else Span("text", words)


def _link(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    label, target = _fold(found["label"]), found["url"].strip("<>")
    if _ADDRESS.match(target):
        return Span("link", _unquoted(label), target)
    return _named(label, target) or Span("text", f"[{label}]({target})")


def _named(label: str, target: str) -> Span | None:
    """A label, quoted as code or not, that leads to a definition; None if ``target`` cannot be the name of one."""
    bare = _unquoted(label)
    if not _NAME.fullmatch(target):
        return None
    return Span("name" if bare != label else "title", bare, _bare(target))


def _unquoted(label: str) -> str:
    return label.strip("`") if label.startswith("`") and label.endswith("`") and len(label) > 2 else label


def _long(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    label = _fold(found["long"])
    key = found["key"] or _unquoted(label)
    if address := targets.get(key.casefold()):
        return Span("link", _unquoted(label), address)
    if not found["key"] and not _NAME.fullmatch(key):
        return Span("text", f"[{label}][]")
    named = _named(label, key) if found["key"] or label != key else Span("name", label, _bare(key))
    return named or Span("text", f"[{label}][{found['key']}]")


def _short(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    label = _fold(found["short"])
    key = _unquoted(label)
    if address := targets.get(key.casefold()):
        return Span("link", key, address)
    target = re.sub(r"^(?:struct|enum|trait|fn|mod|macro|type|const|value|method|field)@", "", key.lstrip("*"))
    if key != label or _NAME.fullmatch(target):
        return Span("name", key, _bare(target)) if _NAME.fullmatch(target) else Span("code", key)
    return Span("text", f"[{label}]")


def _auto(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    address = found["auto"].removesuffix(_after_address(found["auto"]))
    return Span("link", address, address)


def _after_address(address: str) -> str:
    """The punctuation at the end that is no part of an address."""
    bare = address.rstrip(".,;:!?'*_")
    while bare.endswith(")") and bare.count("(") < bare.count(")"):
        bare = bare[:-1].rstrip(".,;:!?'*_")
    return address[len(bare) :]


def _role(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    role, words = found["role"].rpartition(":")[2].lower(), _fold(found["words"])
    title, target = _titled(words)
    if role in ("pep", "rfc"):
        number = target.partition("#")[0].strip()
        if number.isascii() and number.isdigit() and len(number) < 7:
            address = f"https://peps.python.org/pep-{number:0>4}/" if role == "pep" else _RFC.format(number.lstrip("0"))
            return Span("link", title if title != target else f"{role.upper()} {number}", address)
        return Span("text", f"{role.upper()} {title}")
    if role in _NAMING:
        if words.startswith("!"):
            return Span("code", words[1:])
        if title == target:
            title = target.rpartition(".")[2] if target.startswith("~") else target.lstrip(".")
            target = target.lstrip("~")
        return Span("name", title, _bare(target))
    if role in ("strong", "guilabel", "menuselection", "command", "program"):
        return Span("strong", title)
    if role in ("emphasis", "term", "dfn", "title", "title-reference", "t"):
        return Span("emphasis", title)
    if role in ("ref", "doc", "numref", "download", "text", "sub", "sup", "subscript", "superscript", "abbr"):
        return Span("text", title.lstrip("~!"))
    return Span("code", title)


_RFC = "https://datatracker.ietf.org/doc/html/rfc{}"


def _titled(words: str) -> tuple[str, str]:
    """(title, target) of what a role has."""
    title, bracket, target = words.rpartition("<")
    if bracket and title.strip() and target.endswith(">"):
        return title.strip(), target[:-1].strip()
    return words, words


def _tag(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    tag, content = found["tag"].lower(), _fold(found.get("content") or "")
    if tag in ("link", "linkplain", "linkcode", "see", "tutorial"):
        target, _, label = content.partition("|") if "|" in content else content.partition(" ")
        target, label = target.strip(), label.strip()
        if "(" in target and ")" not in target and ")" in label:  # f(a, b) label
            more, _, label = label.partition(")")
            target, label = f"{target} {more})", label.strip()
        if _ADDRESS.match(target):
            return Span("link", label or target, target)
        shown = label or target.replace("#", ".").lstrip(".")
        as_code = tag != "linkplain" and _NAME.fullmatch(shown)
        return Span("name" if as_code else "title", shown, _bare(target))
    if tag in ("code", "value", "systemproperty"):
        return Span("code", content) if content else Span("text", "")
    if tag in ("literal", "index", "summary"):
        return Span("text", content)
    if tag in ("inheritdoc", "docroot"):
        return Span("text", "")
    return Span("code", f"{{@{found['tag']}{f' {content}' if content else ''}}}")


def _before_tag(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    label, target = _fold(found["before"]), found["to"]
    return Span("link", label, target) if _ADDRESS.match(target) else Span("title", label, _bare(target))


def _command(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    command, argument = found["command"], found.get("argument") or ""
    if command == "n" or not argument:
        return Span("text", f" {_argument(argument)}")
    bare = _argument(argument)
    shown = found.get("titled") or bare
    if command in ("ref", "link", "sa"):
        return Span("title" if found.get("titled") else "name", shown, _bare(bare))
    kind = {"b": "strong", "a": "emphasis", "e": "emphasis", "em": "emphasis"}.get(command, "code")
    return Span(kind, bare)


def _element(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    element, inside = found["element"], _fold(unescape(found["inside"]))
    kind = {"b": "strong", "strong": "strong", "sub": "text", "sup": "text"}.get(element, "")
    return Span(kind or ("code" if element in ("code", "tt", "kbd", "samp") else "emphasis"), inside)


def _anchored(found: _Found, targets: _Found, dialect: Dialect) -> Span:
    words, address = _fold(unescape(found["anchored"])), unescape(found["href"])
    return Span("link", words, address) if _ADDRESS.match(address) else Span("text", words)


_ADDRESS = re.compile(r"https?://[^\s/]", re.IGNORECASE)
"""The only addresses that become links."""
_NAME = re.compile(
    r"[~.#]{0,2}[^\W\d]\w{0,100}(?:(?:::|[.#/])[^\W\d]\w{0,100}){0,12}(?:\([^()`]{0,200}\))?!?", re.ASCII
)
"""What may be the name of a definition."""
_PARTS = re.compile(r"::|[#/]")
_NAMING = frozenset(
    [
        "class",
        "func",
        "function",
        "meth",
        "method",
        "attr",
        "attribute",
        "exc",
        "obj",
        "mod",
        "module",
        "data",
        "const",
        "any",
        "property",
        "decorator",
        "deco",
        "type",
        "member",
        "enum",
        "enumerator",
        "struct",
        "macro",
        "var",
        "expr",
        "py-obj",
    ]
)
"""The roles that name a definition."""


def _bare(name: str) -> str:
    """The name of a definition as it would be looked up: its parts with dots, and without parameters."""
    return _PARTS.sub(".", name.partition("(")[0].rstrip("!").lstrip("~")).strip(".")


_MARKS: dict[str, Callable[[_Found, _Found, Dialect], Span]] = {
    "double": _double,
    "rest": _quoted,
    "single": _single,
    "reference": _single,
    "strong": lambda found, targets, dialect: Span("strong", _inner(found["strong"])),
    "emphasis": lambda found, targets, dialect: Span("emphasis", _inner(found["emphasis"])),
    "url": _link,
    "key": _long,
    "auto": _auto,
    "escaped": lambda found, targets, dialect: Span("text", found["escaped"]),
    "words": _role,
    "short": _short,
    "tag": _tag,
    "content": _tag,
    "to": _before_tag,
    "command": _command,
    "argument": _command,
    "titled": _command,
    "inside": _element,
    "anchored": _anchored,
}
"""By the last group that matched."""


def _inner(text: str) -> str:
    """Marked text, without the quotes of code in it."""
    return _fold(_TICKED.sub(r"\2", text))


_TICKED = re.compile(r"(`{1,2})([^`]{1,200})\1")


def words(spans: Spans) -> str:
    """What spans say, without marks."""
    return "".join(span.text for span in spans)

"""Macros that the grammar cannot read, blanked before it is asked.

``struct TORCH_API Foo : B {`` parses as a function, so that the class and all of its members vanish. So what looks like
an attribute (a word in capitals, perhaps with arguments) is replaced by as many blanks: between ``class`` and a name,
before a declaration, between ``)`` and ``{``, between a type and the name of a function. A macro call that is a
statement (``TEST(A, B) {``, ``REGISTER(x)``) keeps its name and loses its arguments.

Only the source itself is looked at, so that facts stay a function of its bytes. Repetitions that may fail are bounded
or possessive: no expression takes more than linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .masking import blanks

if TYPE_CHECKING:
    from collections.abc import Iterable

_ARGUMENTS = rb"\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\))*+\)"
"""Four levels of parentheses."""
_CAPITALS = rb"[A-Z_][A-Z0-9_]{2,}+\b(?![\w<:])"
# Each expression begins with a letter or sign of its own: then the search for it takes a tenth of the time.
_RAW = re.compile(
    rb"_(?<!\w_)(?:_attribute(?:__)?|_declspec|_asm__|_launch_bounds__|_align__|_builtin_align__|Pragma|_pragma)\s*+"
    + _ARGUMENTS +
    rb"|_(?<!\w_)(?:_extension__|_restrict(?:__)?|_forceinline__?|_inline(?:__)?|_noinline__"
    rb"|_(?!global__|device__|host__|constant__|shared__|managed__|grid_constant__|func__)[a-z]\w*__(?=\s+[A-Za-z_])"
    rb"|_(?:cdecl|stdcall|fastcall|thiscall|vectorcall)|Noreturn|_volatile__|_signed__)\b"
)  # fmt: skip
_GUARDED = re.compile(rb"\b(?:[A-Z]{1,12}_){0,3}GUARDED_BY\s*+" + _ARGUMENTS + rb"(?=\s*+[;={])")
"""An attribute of clang's analysis of threads, behind the name of a variable."""
_PYTHON = re.compile(rb"PyObject_(?:VAR_)?HEAD\b")
_INSTANTIATION = re.compile(rb"template\s+(?:class|struct|union)\b[^;{}]{0,1000};")
_LIST_DEFAULT = re.compile(rb"=\s*\{[^{}]{0,200}\}(?=\s*[,)])")
_CLASS_HEAD = re.compile(
    rb"(?:class|struct|union|enum)(?:\s+(?:class|struct)\b)?\s+"
    rb"((?:" + _CAPITALS + rb"(?:\s*" + _ARGUMENTS + rb")?\s+)+)"
    rb"(?=[A-Za-z_]\w*(?:\s*::\s*\w+)*\s*(?:<[^;{}()]{0,300}>)?\s*(?:final\s*)?(?:\{|:(?!:)\s*[^\s\d]|(;)))"
)  # fmt: skip
_SPECIFIERS = (
    rb"\s*+((?:(?:static|inline|extern|virtual|constexpr|friend|explicit|template|typedef)\b\s*+|\"\.\"\s*+)*+)"
)
_FIRST_WORD = _SPECIFIERS + rb"(?=([A-Z_]\w{2,}+)\s*+(" + _ARGUMENTS + rb")?)"
_STATEMENT = re.compile(rb"([;{}>:])" + _FIRST_WORD)
_CONTINUED = re.compile(rb"()" + _FIRST_WORD)
_AFTER_DECLARATOR = re.compile(
    rb"\)((?:\s*+(?:const|noexcept|override|final|volatile|mutable)\b|\s*+&&?)*+)"
    rb"((?:[ \t]*+\s?[ \t]*+" + _CAPITALS + rb"(?:[ \t]*" + _ARGUMENTS + rb")?)+)"
    rb"(?=\s*(?:(?:override|final|const|noexcept)\b\s*)*(?:[{;=]|:(?!:)|->))"
)  # fmt: skip
_BEFORE_NAME = re.compile(
    rb"([A-Z_](?<=\s.)[A-Z0-9_]{2,}+\b(?![\w<:])(?:[ \t]*" + _ARGUMENTS + rb")?)"
    rb"(?=\s+[*&]*\s*[A-Za-z_~][\w:~]*\s*[(;=\[])"
)  # fmt: skip
_TYPE_BEFORE = re.compile(rb"(?:(?<!\w)(\w{1,60})|[*&])\s+\Z")
_NO_TYPES = frozenset(
    b"const static inline extern virtual constexpr friend struct class union enum typename return new else typedef "
    b"explicit register volatile case goto using thread_local namespace __host__ __device__ __global__".split()
)
"""Words after which a word in capitals is a type."""
_ENUM = re.compile(rb"enum\b[^;{}()]{0,200}\{([^{}]*)\}")
_MAKES_ENUMERATORS = re.compile(rb"[A-Z_]\w+\s*+" + _ARGUMENTS)
_AFTER_ENUMERATOR = re.compile(rb"(?<=\w)\s+(" + _CAPITALS + rb"(?:\s*" + _ARGUMENTS + rb")?)(?=\s*[=,}])")
_OF_TYPE = re.compile(
    rb"[;{}>:]\s*+(?:(?:static|inline|extern)\b\s*+)*+([A-Za-z_]\w{0,60}?(?:API|FUNC|DATA|EXTERN|EXPORT|LOCAL|IMPL|INLINE)"
    rb"\s*\()([\w\s*&:<>]{1,200})(\))(?=[ \t]*[*&]*[ \t]*[A-Za-z_][\w:]*\s*[(;=\[])"
)  # fmt: skip
"""``PyAPI_FUNC(PyObject *) f(void)``: the argument is the type."""

_NAMES_CLASS = re.compile(rb"(?:class|struct|union|enum)\s+(?:\w+\s+){0,3}?([A-Z_][A-Z0-9_]+)\b")
_ATTRIBUTE_NAME = re.compile(
    rb"(?:_|\b)(?:API|EXPORTS?|IMPORT|PUBLIC|HIDDEN|VISIB\w*|LOCAL|(?:NO|ALWAYS_?|FORCE_?)?INLINE\w*|DEPRECATED\w*|NODISCARD|UNUSED"
    rb"|NORETURN|NOEXCEPT\w*|CONSTEXPR\w*|ATTR\w*|BOUNDS\w*|DEVICE|HOST\w*|GLOBAL|DLL\w*|DECL\w*|ALIGN\w*|PURE|NONNULL\w*"
    rb"|COLD|HOT|USED|WEAK|EXTERN\w*|LIKELY|WARN_\w+|THREAD_LOCAL|REQUIRES\w*|TARGET\w*|SANITIZE\w*)(?:_\d*)?\Z"
)  # fmt: skip
_WORD = rb"(?:::)?[A-Za-z_]\w*(?:\s*::\s*~?\w+)*"
_DECLARATION = re.compile(
    rb"\s*+()(?:\[\[|(?:static|inline|virtual|constexpr|explicit|extern|friend|typedef|unsigned|signed|struct|class|union|enum"
    rb"|template|using|namespace|void|int|bool|char|float|double|long|short|auto|size_t|typename|mutable|register|public|private"
    rb"|protected|__\w+__)\b"
    rb"|(?:(?:const|volatile)\s+)?(?!const\b|override\b|final\b|noexcept\b|operator\b)" + _WORD +
    rb"(?:\s*<[^;{}()]{0,300}>)?(?:\s*[*&]+\s*|\s+)(?:(?:const\b|[*&])\s*)*(?!const\b)(?:::\s*)?[A-Za-z_~])"
)  # fmt: skip
_CONSTRUCTOR = re.compile(rb"\s*+~?[A-Za-z_]\w*\s*\(|\s*+operator\b")
_ACCESS = re.compile(rb"(?:public|private|protected|signals|slots)\s*\Z")
_KEYWORDS = frozenset({b"NULL", b"TRUE", b"FALSE", b"EOF"})


_LONG_RAW = re.compile(rb'R"([^ ()\\\n]{16})\(')
"""The beginning of a raw string with the longest delimiter, which the grammar takes for the beginning of code."""


class Blanked:
    """``data`` and its ``code`` with blanks in the place of macros."""

    def __init__(self, data: bytes, code: bytes) -> None:
        self.data = bytearray(data)
        self.code = bytearray(code)
        self.calls: dict[int, int] = {}
        """The macro calls whose arguments were blanked: (first byte, byte after the arguments)."""
        self.spans: list[tuple[int, int]] = []
        """What was blanked of attributes, in no order."""

    def blank(self, start: int, end: int) -> None:
        """Replace what is between by blanks."""
        white = blanks(bytes(self.data[start:end]))
        self.data[start:end] = white
        self.code[start:end] = white

    def attribute(self, start: int, end: int) -> None:
        """Blank an attribute."""
        self.blank(start, end)
        self.spans.append((start, end))

    def all(self, spans: Iterable[tuple[int, int]]) -> None:
        """Blank attributes."""
        for start, end in spans:
            self.attribute(start, end)


_OBJECTIVE = re.compile(rb"@(?:class|protocol)\s[\w\s,]*+;|@(?:interface|implementation|protocol|end)\b")
"""What Objective-C declares, whose beginnings and ends have a sign that C++ does not have."""


def blank_objective(text: Blanked) -> None:
    """Blank what Objective-C declares: the grammar would take a base for a variable."""
    begin = -1
    for found in list(_OBJECTIVE.finditer(text.code)):
        if found[0] == b"@end" and begin >= 0:
            text.blank(begin, found.end())
            begin = -1
        elif found[0].endswith(b";"):
            text.blank(*found.span())
        elif begin < 0 and found[0] != b"@end":
            begin = found.start()


def blank_macros(text: Blanked) -> None:
    """Blank the macros of a source."""
    if b"@" in text.code:
        blank_objective(text)
    text.all([found.span() for found in _RAW.finditer(text.code)])
    if b'R"' in text.code:
        for found in list(_LONG_RAW.finditer(text.data)):
            if text.code[found.start() : found.start() + 2] != b'R"':
                continue
            start = found.start() + 2
            last = text.code.find(b'"', start)
            if last < 0:
                break
            if text.data[last - 17 : last] == b")" + found[1]:
                text.data[start : last + 1] = b"(" + blanks(bytes(text.data[start + 1 : last - 1])) + b')"'
    if b"GUARDED_BY" in text.code:
        text.all([found.span() for found in _GUARDED.finditer(text.code)])
    if b"PyObject_" in text.code:
        text.all([found.span() for found in _PYTHON.finditer(text.code)])
    for found in list(_INSTANTIATION.finditer(text.code)):
        start = _extern(text.code, found.start())
        text.blank(start, found.end())
    for found in list(_LIST_DEFAULT.finditer(text.code)):
        text.blank(*found.span())
    known: set[bytes] = set()
    for found in list(_CLASS_HEAD.finditer(text.code)):
        names = re.findall(rb"[A-Z_]\w+", found[1])
        if found[2] is None:
            known.add(names[0])
        elif not (names[0] in known or _ATTRIBUTE_NAME.search(names[0])):
            continue
        text.attribute(*found.span(1))
    for found in list(_ENUM.finditer(text.code)):
        begin = found.start(1)
        for each in list(_MAKES_ENUMERATORS.finditer(text.code, begin, found.end(1))):
            if bytes(text.code[max(begin - 1, each.start() - 200) : each.start()]).rstrip()[-1:] in (b"{", b",", b""):
                text.attribute(*each.span())
        text.all([each.span(1) for each in _AFTER_ENUMERATOR.finditer(text.code, begin, found.end(1) + 1)])
    for found in list(_OF_TYPE.finditer(text.code)):
        text.attribute(*found.span(1))
        text.attribute(*found.span(3))
    _statements(text, known)
    text.all([found.span(2) for found in _AFTER_DECLARATOR.finditer(text.code)])
    text.all([each.span(1) for each in _BEFORE_NAME.finditer(text.code) if _follows_type(text.code, each.start(1))])


def _extern(code: bytearray, at: int) -> int:
    """Where an ``extern`` begins directly before a byte; the byte itself without one."""
    before = bytes(code[max(0, at - 60) : at]).rstrip()
    return at - len(code[max(0, at - 60) : at]) + len(before) - len(b"extern") if before.endswith(b"extern") else at


def _follows_type(code: bytearray, at: int) -> bool:
    """Whether what is before a byte can be the end of a type."""
    found = _TYPE_BEFORE.search(code, max(0, at - 80), at)
    return found is not None and found[1] not in _NO_TYPES


def _statements(text: Blanked, known: set[bytes]) -> None:
    """Blank attributes and the arguments of macro calls at the beginning of statements."""
    code = text.code
    classes = set(_NAMES_CLASS.findall(code))
    found = _CONTINUED.match(code) or _STATEMENT.search(code)
    before = b""
    while found:
        before = found[1] or before
        start = found.end()
        end = found.end(4) if found[4] is not None else start + len(found[3])
        kind = "" if _within(code, found.start(), before) else _kind(code, found, end, before, known, classes)
        continued = None
        if kind == "attribute":
            known.add(found[3])
            text.attribute(start, end)
            continued = _CONTINUED.match(code, end)
        elif kind == "call":
            _call(text, start, start + len(found[3]), end)
        found = continued or _STATEMENT.search(code, start)


def _within(code: bytearray, at: int, before: bytes) -> bool:
    """Whether what follows the byte is no statement: it is in an initializer or after a colon that is no label."""
    if before == b":":
        return not _ACCESS.search(code, max(0, at - 20), at)
    return before == b"{" and code[max(0, at - 50) : at].rstrip().endswith((b"=", b",", b"(", b"{", b"["))


def _kind(
    code: bytearray, found: re.Match[bytes], end: int, before: bytes, known: set[bytes], classes: set[bytes]
) -> str:
    """What a word at the beginning of a statement is: an attribute, a macro call or neither."""
    specifiers, arguments = found[2], found[4]
    name = bytes(found[3])
    if name in classes or name in _KEYWORDS:
        return ""
    capitals = name.isupper()
    attribute = capitals and (name in known or _ATTRIBUTE_NAME.search(name) is not None)
    if capitals and (declares := _DECLARATION.match(code, end)):
        new_line = b"\n" in code[end : declares.start(1)]
        if arguments is None or attribute or not new_line or before == b">" or specifiers:
            return "attribute"
        return "call"
    if attribute and arguments is None and _CONSTRUCTOR.match(code, end):
        return "attribute"
    if arguments is not None and not specifiers and before != b">" and _MACRO_CALL.match(name):
        follows = _AFTER_CALL.match(code, end)
        return "call" if follows and (before != b"{" or not follows[0].endswith(b"}")) else ""
    return ""


_MACRO_CALL = re.compile(rb"[A-Z][A-Z0-9]*(?:_\w*+)?\Z")
"""``TEST``, ``C10_DEFINE_int``."""
_AFTER_CALL = re.compile(rb"\s*+(?:[;{}=]|\Z|[A-Za-z_~]|\[\[|::)")


_VALUE = re.compile(rb"[^;{}]{0,500}(?=;)")


def _call(text: Blanked, start: int, named: int, end: int) -> None:
    """Blank the arguments of a macro call, so that it is a statement or the head of a function."""
    code = text.code
    follows = bytes(code[end : end + 200]).lstrip()[:1]
    text.calls[start] = end
    open_at = code.index(b"(", named)
    text.blank(open_at + 1, end - 1)
    if follows == b"=":
        value = _VALUE.match(code, end)
        if value:
            text.blank(*value.span())
    elif follows not in (b"{", b";"):
        text.data[open_at:end] = text.code[open_at:end] = blanks(bytes(text.code[open_at : end - 1])) + b";"

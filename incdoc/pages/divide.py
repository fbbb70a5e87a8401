"""A page that is too long -> parts with links both ways.

A page is divided between blocks, at blank lines outside of code. A block that is too long itself is divided inside: a
fence or an indented block into several, a table into tables with the same header, a list between its items, and a
word that is longer than a part within the word. Nothing is left out. Links to anchors of the page still work: the
first part lists the anchors that moved to other parts, and a link between two parts leads to the other part. Until
that part is known, every link keeps room for the longest name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator

from incdoc.pages.markdown import INDENTED, LONGEST_FENCE, code, fence_for, href, identified, slug
from incdoc.pages.paths import part_path

_ANCHOR = re.compile(r'<a id="([^"]*)"></a>')
_SECTION = re.compile(r'#{2,6} (?:<a id="([^"]*)"></a>)?([^\[\]<>`\\]+)')
"""A heading of plain text: it is linked to by its slug, and has an anchor only where readers disagree on that."""
_LINK = re.compile(r"\\.|(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)|\]\((#[^)\s]*\))")
"""A link within the page; escaped text and spans of code are skipped."""
_OPEN = re.compile(r"\]\(\0+#([^)\s]*)\)")
"""Such a link with room before the ``#``. No page holds a NUL."""
_ROOM = 4096
"""Bytes that a part keeps for its head and its links."""
_HEADING = 1024
"""Bytes that a part keeps for a heading that goes before a piece as large as a part."""


def divide_page(page: str, whole: str, limit: int) -> list[tuple[str, str]]:
    """(path, text) of the parts of a page of at most ``limit`` bytes each; mostly the page itself."""
    if len(whole) * 4 <= limit or len(whole.encode()) <= limit:
        return [(page, whole)]
    title, mark, rest = whole.split("\n", 2) if whole.startswith("# ") else ("", *whole.split("\n", 1))
    room = limit - _ROOM
    rest = _opened(rest, len(_target(page, len(rest)).encode()))
    bodies = list(_pack(_blocks(rest), room, room))
    moved = _moved(page, bodies, _led_by_name)
    if len((bodies[0] + moved).encode()) > room:
        bodies, moved = _with_names(page, rest, room)
    if len(bodies) == 1:
        return [(page, whole)]
    of_all = title or next((line for line in rest.split("\n") if line.startswith("# ")), "#")
    head = f"{title}\n{mark}" if title else mark
    places: dict[str, int] = {}
    for number, body in enumerate(bodies, 1):
        for name in _names(body):
            places.setdefault(name, number)
    parts = []
    for number, body in enumerate(bodies, 1):
        links = _links(page, number, len(bodies))
        # Without the blank line Python-Markdown takes a table or a list for more of the paragraph.
        top = f"{of_all} (part {number})\n{mark}\n\n{links}\n" if number > 1 else head
        bottom = (moved if number == 1 else "") + "\n\n" + links
        text = _closed(body.strip("\n"), page, number, places)
        parts.append((part_path(page, number), f"{top}\n{text}{bottom}\n"))
    return parts


def _opened(whole: str, width: int) -> str:
    """The page with room for the longest target, of ``width`` bytes, in each link to itself."""
    space = "](" + "\0" * width

    def wider(match: re.Match[str]) -> str:
        return space + match[2] if match[2] else match[0]

    return "\n".join(line if fenced or "](#" not in line else _LINK.sub(wider, line) for line, fenced in _lines(whole))


def _closed(body: str, page: str, number: int, places: dict[str, int]) -> str:
    """Part ``number`` with the target of each link to the page; an anchor that no part has is left as it was."""

    def lead(match: re.Match[str]) -> str:
        place = places.get(match[1], number)
        return f"]({'' if place == number else _target(page, place)}#{match[1]})"

    return _OPEN.sub(lead, body)


def _links(page: str, number: int, count: int) -> str:
    links = []
    if number > 1:
        links.append(f"[← part {number - 1}]({_target(page, number - 1)})")
    if number < count:
        links.append(f"[part {number + 1} →]({_target(page, number + 1)})")
    return " · ".join(links)


def _target(page: str, number: int) -> str:
    return href("./" + part_path(page, number).rpartition("/")[2])


def _with_names(page: str, rest: str, room: int) -> tuple[list[str], str]:
    """A first part that is short enough to lead to the names of all others, in as few words as that takes."""
    names, number = _names(rest), 2 + 4 * len(rest) // room
    for form in (_led_by_name, _led, _led_together):
        size = len(form(_target(page, number), number, names).encode())
        if form is _led_together:
            size += number * len(form(_target(page, number), number, {}).encode())
        size += _HEADING
        if size <= room * 3 // 4:
            bodies = list(_pack(_blocks(rest), room - size, room))
            return bodies, _moved(page, bodies, form)
    bodies = list(_pack(_blocks(rest), room // 4, room))
    return bodies, _moved(page, bodies, _led_together, room - len(bodies[0].encode()))


def _moved(page: str, bodies: list[str], form: _Form, room: int = sys.maxsize) -> str:
    """Anchors of the later parts, on the first, leading on; where ``room`` ends, it is said how many are left out."""
    size, left, rows = 200, 0, []
    seen = set(_names(bodies[0]))
    for number, body in enumerate(bodies[1:], 2):
        names = {name: label for name, label in _names(body).items() if name not in seen}
        seen.update(names)
        row = form(_target(page, number), number, names) if names else ""
        size += len(row.encode()) + 2
        if size > room:
            left += len(names)
        elif row:
            rows.append(row)
    if left:
        rows.append(f"and {left} more, to be found on the parts themselves")
    return "\n\nNames on the later parts: " + ", ".join(rows) if rows else ""


def _names(body: str) -> dict[str, str]:
    """What can be linked to, in order, each with how it is shown."""
    names: dict[str, str] = {}
    for line, fenced in _lines(body):
        if fenced:
            continue
        if line.startswith("##") and (section := _SECTION.fullmatch(line)):
            names.setdefault(section[1] or slug(section[2]), section[2])
        elif '<a id="' in line:
            for name in _ANCHOR.findall(line):
                names.setdefault(name, code(identified(name)))
    return names


_Form = Callable[[str, int, dict[str, str]], str]


def _led_by_name(target: str, number: int, names: dict[str, str]) -> str:
    return ", ".join(f'<a id="{name}"></a>[{label}]({target}#{name})' for name, label in names.items())


def _led(target: str, number: int, names: dict[str, str]) -> str:
    return ", ".join(f'<a id="{name}"></a>[{number}]({target}#{name})' for name in names)


def _led_together(target: str, number: int, names: dict[str, str]) -> str:
    return "".join(f'<a id="{name}"></a>' for name in names) + f"[{number}]({target})"


def _pack(blocks: Iterator[str], first: int, later: int) -> Iterator[str]:
    """Blocks together, as many as fit into ``first`` bytes and then into ``later`` each; a heading goes with what
    it is of."""
    limit = first
    part: list[str] = []
    size = 0
    for block in blocks:
        for piece in _pieces(block, limit - _HEADING):
            length = len(piece.encode()) + 2
            if size + length > limit:
                end = _without_headings(part) or (len(part) if size > _HEADING else 0)
                if end:
                    yield "\n\n".join(part[:end])
                    part, limit = part[end:], later
                    size = sum(len(each.encode()) + 2 for each in part)
            part.append(piece)
            size += length
    if part:
        yield "\n\n".join(part)


def _without_headings(part: list[str]) -> int:
    """How many blocks come before the headings at the end."""
    end = len(part)
    while end and part[end - 1].startswith("#"):
        end -= 1
    return end


def _blocks(whole: str) -> Iterator[str]:
    block: list[str] = []
    for line, fenced in _lines(whole):
        if line or fenced:
            block.append(line)
        elif block:
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def _lines(whole: str) -> Iterator[tuple[str, bool]]:
    """(line, whether it is of a block of code)."""
    ticks = ""
    indented = False
    for line in whole.split("\n"):
        indented = line == INDENTED if not indented else line.startswith("    ")
        if ticks:
            yield line, True
            if line == ticks:
                ticks = ""
        elif indented:
            yield line, True
        elif line.startswith("```"):
            ticks = line[: len(line) - len(line.lstrip("`"))]
            yield line, True
        else:
            yield line, False


def _pieces(block: str, limit: int) -> Iterator[str]:
    if len(block) * 4 <= limit or len(block.encode()) <= limit:
        yield block
        return
    lines = block.split("\n")
    if lines[0].startswith("```"):
        yield from _fenced(lines, limit)
    elif lines[0] == INDENTED:
        yield from _indented([line[4:] for line in lines[1:]], limit)
    elif lines[0].startswith("|"):
        yield from _wrapped(lines[2:], lines[:2], [], limit)
    else:
        yield from _wrapped(lines, [], [], limit)


def _fenced(lines: list[str], limit: int) -> Iterator[str]:
    """A fence as several. Where a long line is cut, a piece of it may close the fence, which no whole line does."""
    ticks = lines[-1]
    room = limit - len(lines[0].encode()) - 2 * LONGEST_FENCE - 2
    cut = [list(_cut(line, room)) for line in lines[1:-1]]
    pieces = [piece for each in cut for piece in each]
    needed = fence_for("\n".join(pieces)) if len(pieces) > len(cut) else ticks
    if len(needed) > LONGEST_FENCE:
        yield from _indented(lines[1:-1], limit)
        return
    yield from _wrapped(_said_of(cut), [], [], limit)
    ticks = max(ticks, needed, key=len)
    yield from _wrapped(pieces, [ticks + lines[0].lstrip("`")], [ticks], limit)


def _indented(lines: list[str], limit: int) -> Iterator[str]:
    """Lines as several indented blocks."""
    room = limit - len(INDENTED) - 10
    cut = [list(_cut(line, room)) for line in lines]
    yield from _wrapped(_said_of(cut), [], [], limit)
    yield from _wrapped(("    " + piece for each in cut for piece in each), [INDENTED], [], limit)


def _said_of(cut: list[list[str]]) -> list[str]:
    """A sentence on the lines of a block that are shown in several pieces, because what is shown is then not what the
    source has; empty without one."""
    places = [
        f"line {number} is shown in {len(pieces):,} pieces" for number, pieces in enumerate(cut, 1) if len(pieces) > 1
    ]
    return [f"Too long for one page: {'; '.join(places)}."] if places else []


def _wrapped(lines: Iterable[str], before: list[str], after: list[str], limit: int) -> Iterator[str]:
    room = limit - sum(len(line.encode()) + 1 for line in (*before, *after))
    chunk: list[str] = []
    size = 0
    for line in lines:
        for piece in _shorter(line, room):
            length = len(piece.encode()) + 1
            if chunk and size + length > room:
                yield "\n".join([*before, *chunk, *after])
                chunk, size = [], 0
            chunk.append(piece)
            size += length
    if chunk:
        yield "\n".join([*before, *chunk, *after])


def _shorter(line: str, room: int) -> Iterator[str]:
    """A row, an item or a paragraph that is longer than a page: the same again for what does not fit."""
    if len(line) * 4 < room or len(line.encode()) < room:
        yield line
    elif line.startswith("| "):
        cells = line[2:-2].split(" | ")
        longest = max(range(len(cells)), key=lambda index: len(cells[index]))
        used = len(line.encode()) - len(cells[longest].encode())
        for piece in _phrases(cells[longest], room - used):
            yield f"| {' | '.join([*cells[:longest], piece, *cells[longest + 1 :]])} |"
            cells = [""] * len(cells)
    else:
        start = "- " if line.startswith("- ") else ""
        for piece in _phrases(line.removeprefix(start), room - 2):
            yield start + piece


def _phrases(text: str, room: int) -> Iterator[str]:
    """Pieces that end between two things of an enumeration, else between two words, else within a word."""
    step = max(1, room // 4 - 1)
    start = 0
    while len(text) - start > step and len(text[start : start + room + 1].encode()) > room:
        head = text[start : start + (room if text.isascii() else step)]
        end = _phrase_end(head) or _word_end(head, text[start + len(head) : start + len(head) + 1])
        if not end:
            break
        yield head[:end].rstrip()
        start += end
    yield text[start:]


def _phrase_end(head: str) -> int:
    """Where the last whole phrase of ``head`` ends; 0 where there is none."""
    for pattern in (_BETWEEN, _SPACE):
        end = at = ticks = 0
        for match in pattern.finditer(head):
            ticks += head.count("`", at, match.end())
            at = match.end()
            if ticks % 2 == 0:
                end = at
        if end:
            return end
    return 0


def _word_end(head: str, following: str) -> int:
    """Where a word that is longer than a page can be cut: before a letter, an escape or an entity, so that what follows
    begins no heading or list; 0 where code, a tag or a link comes first."""
    end = at = 0
    for match in _ATOM.finditer(head):
        if match.start() != at:
            break
        at = match.end()
        after = head[at : at + 1] or following
        if after.isalpha() or after in ("\\", "&"):
            end = at
    return end


_ATOM = re.compile(r"\\.|&#?\w+;|[^\\&`<\[\]*_~]")
_BETWEEN = re.compile(r"[,;] (?=[\[`<]|lines? \[)")
_SPACE = re.compile(r" +(?=\S)")


def _cut(line: str, room: int) -> Iterator[str]:
    """Divide a line that is longer than a page into several."""
    step = max(1, room // 4 - 1)
    if len(line.encode()) < room:
        yield line
        return
    for start in range(0, len(line), step):
        yield line[start : start + step]

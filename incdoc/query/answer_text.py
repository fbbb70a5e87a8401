"""Answers as text: short lines, each with the place of what it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from textwrap import wrap
from typing import NamedTuple

from incdoc.query.answers import (
    AnyAnswer,
    Choice,
    FolderOutlined,
    Found,
    Hit,
    Line,
    Mapped,
    MappedFile,
    Nothing,
    Outlined,
    Shown,
    ShownFile,
    UserOf,
    Users,
)
from incdoc.sources.paths import parent

_WIDTH = 160
"""Characters of a list in a line, after which it is continued in the next."""
_DOCUMENTED = 8
"""Lines of documentation of which all paragraphs are shown; the first one is always."""
_FEW_TESTS = 3
"""Tests of which each is told by its name."""
_HINTED = 2
"""Lines of documentation that are no longer than to say how many there are."""
_NAMED_LINES = 20
"""Lines of a file that has a name."""
_FEW_PRIVATE = 3
"""Private members of a class, of which each has a line of its own."""
_MANY = 24
"""Public names of a file, of which each has a line of its own."""
_LISTED = 100
"""Characters of a signature or a sentence in a long list."""
_FEW_MEMBERS = 8
_BRIEF = 60
"""Characters of the sentence of a member of a class with more than a few, and of its signature where those of all are
too long: to show the member tells the rest."""
_FEW_FILES = 8
"""Files in each list of what is shown; JSON has all, and a question for the uses has the tests."""
_WHOLE_SIGNATURES = 2_000
"""Characters of the signatures of all members of a class up to which they are whole."""
_LONGEST_HEAD = 1_000
_LONGEST = 160
"""Characters of a signature or a sentence in a list; JSON has all."""


class Cut(NamedTuple):
    """Where a text is cut. ``files``: of each list; ``hint``: how to see the rest of what the answer does not have;
    ``documented``: whether documentation is whole; ``more_documented``: how to see the rest of it."""

    files: int = 40
    hint: str = "ask for less, or raise --limit"
    documented: bool = False
    more_documented: str = "add --docs"


def text_of(answer: AnyAnswer, cut: Cut) -> Iterator[str]:
    """The lines of an answer, without characters that control a terminal."""
    return (safe(line) for line in _lines(answer, cut))


def safe(line: str) -> str:
    """A line without characters that control a terminal, end it or reorder what it shows."""
    return line if line.isprintable() else "".join(c if c == "\t" or c.isprintable() else ascii(c)[1:-1] for c in line)


def _lines(answer: AnyAnswer, cut: Cut) -> Iterator[str]:
    match answer:
        case Found():
            yield from _found(answer, cut)
        case Choice():
            yield f"{answer.sought} means {answer.total:,} things. Choose one by its path, as {_place(answer.hits[0])}:"
            for hit in answer.hits:
                yield from _hit(hit)
            yield from _more(answer.total - len(answer.hits), cut)
        case Nothing():
            yield f"There is no {answer.sought}.{_near(answer.near)}"
        case Shown():
            yield from _shown(answer, cut)
        case ShownFile():
            yield from _shown_file(answer, cut)
        case Users():
            yield from _users(answer, cut)
        case Outlined():
            yield _about(answer.path, answer.summary)
            for line in answer.lines:
                yield f"{'  ' * (line.depth + 1)}{_outlined(line, ends=True)}"
            yield from _more(answer.total - len(answer.lines), cut)
        case FolderOutlined():
            yield from _folder(answer, cut)
        case Mapped():
            for file in answer.files:
                yield from mapped(file)
            yield (
                f"{answer.shown:,} of {answer.total:,} public definitions and their members, {answer.tokens:,} of "
                f"{answer.budget:,} tokens ({answer.count})."
            )


def mapped(file: MappedFile) -> Iterator[str]:
    """The lines of a map for a file; the first is its head."""
    yield _about(file.path, file.summary)
    for line in file.lines:
        yield f"{'  ' * (line.depth + 1)}{_outlined(line, ends=False)}"


def _outlined(line: Line, ends: bool) -> str:
    until = f"-{line.end}" if ends and line.end > line.line else ""
    return f"{line.line}{until}: {_short(line.signature)}{_said(line.summary)}"


def _about(path: str, said: str) -> str:
    return f"{path or '.'}{_said(said)}"


def _said(sentence: str, most: int = _LONGEST) -> str:
    return f" — {_short(sentence, most)}" if sentence else ""


def _short(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _place(hit: Hit) -> str:
    return f"{hit.path}:{hit.name}" if hit.line else hit.path


def _near(near: Iterable[str]) -> str:
    names = " or ".join(near)
    return f" Did you mean {names}?" if names else ""


def _more(count: int, cut: Cut) -> Iterator[str]:
    if count > 0:
        yield f"and {count:,} more: {cut.hint}"


def _found(answer: Found, cut: Cut) -> Iterator[str]:
    if not answer.hits:
        yield f"No name that is asked for is like {answer.sought}.{_near(answer.near)}"
    for hit in answer.hits:
        yield from _hit(hit)
    yield from _more(answer.total - len(answer.hits), cut)


def _hit(hit: Hit) -> Iterator[str]:
    line = f":{hit.line}" if hit.line else ""
    where = f", {hit.section}" if hit.section != "public" else ""
    yield f"{hit.path}{line}: {hit.name} ({hit.kind}{where})"
    if hit.signature and hit.signature != hit.name:
        yield f"    {_short(hit.signature)}"
    if hit.summary:
        yield f"    {_short(hit.summary)}"


def _shown(answer: Shown, cut: Cut) -> Iterator[str]:
    hit = answer.hit
    module = f", in {hit.module}" if hit.module else ""
    yield f"{hit.path}:{hit.line}-{hit.end}: {hit.name} ({hit.kind}{module})"
    yield from (f"    {_short(each)}" for each in answer.decorators)
    for head in answer.heads:
        yield from (f"    {line}" for line in head.split("\n"))
    yield from _documentation(answer.documentation, cut)
    if answer.members:
        yield ""
        yield "Members:"
        private = [f"{each.name} ({each.line})" for each in answer.members if each.private]
        listed = [each for each in answer.members if not each.private or len(private) <= _FEW_PRIVATE]
        whole = sum(len(each.signature) for each in listed) <= _WHOLE_SIGNATURES
        most = _LISTED if len(listed) <= _FEW_MEMBERS else _BRIEF
        for member in listed:
            head = _short(member.signature or member.name, _LONGEST_HEAD if whole else _BRIEF)
            yield f"  {member.line}: {head}{_said(member.summary, most)}"
        if len(private) > _FEW_PRIVATE:
            yield from wrap(
                f"Private members (line): {', '.join(private)}", _WIDTH, initial_indent="  ", subsequent_indent="    "
            )
    facts = list(_facts(answer, cut))
    if facts:
        yield ""
        yield from facts
    if answer.source:
        yield ""
        yield "Source:"
        yield from answer.source.split("\n")


def _documentation(text: str, cut: Cut) -> Iterator[str]:
    """The first paragraphs, or all."""
    lines = text.split("\n") if text else []
    ends = [at for at, line in enumerate(lines) if at and not line.strip()]
    last = next((at for at in reversed(ends) if at <= _DOCUMENTED), ends[0] if ends else len(lines))
    if cut.documented or len(lines) <= _DOCUMENTED or len(lines) - last <= _HINTED:
        last = len(lines)
    if lines:
        yield ""
        yield from lines[:last]
    if left := len([line for line in lines[last:] if line.strip()]):
        yield f"({left:,} more {'line' if left == 1 else 'lines'} of documentation: {cut.more_documented})"


def _facts(answer: Shown, cut: Cut) -> Iterator[str]:
    implemented = [each for each in answer.bases if not any(_has_word(head, each) for head in answer.heads)]
    if implemented:
        yield f"Implements: {', '.join(implemented)}"
    for each in answer.inherits:
        names = f"{', '.join(each.names)}{_rest(each.count - len(each.names))}"
        yield from wrap(f"Inherited from {each.base} ({each.path}): {names}", _WIDTH, subsequent_indent="  ")
    if answer.subclasses:
        yield from _files("Subclasses", [f"{each.path}:{each.name}" for each in answer.subclasses], cut)
    few = cut._replace(files=min(cut.files, _FEW_FILES))
    for title, sites in (("Declared in", answer.declared), ("Defined also in", answer.defined)):
        if sites:
            yield from _files(title, [f"{each.path}:{each.line}" for each in sites], cut)
    if answer.raises:
        yield f"Errors (lines): {', '.join(f'{each.name} ({_numbers(each.lines)})' for each in answer.raises)}"
    if answer.through:
        through = [f"{each.callee}: {', '.join(each.names)}" for each in answer.through]
        yield from wrap(
            f"Errors of what it calls: {'; '.join(through)}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False
        )
    if answer.calls:
        yield from _gathered("Calls", [_callee(each) for each in answer.calls], ":", few)
    shown = answer.users
    if sum(each.test for each in shown) > _FEW_TESTS:  # their files are below
        shown = tuple(each for each in shown if not each.test)
    for called, title in ((True, "Called by"), (False, "Used by")):
        users = [each for each in shown if each.called == called]
        if users:
            yield f"{title}:"
            for path, several in groupby(users, key=lambda each: each.path):
                yield f"  {path}: {', '.join(map(_user, several))}"
    if more := answer.users_total - len(shown):
        counted = f"{more:,} {'more ' if shown else ''}{'user' if more == 1 else 'users'}"
        yield f"{'and ' if shown else ''}{counted}: ask for the uses of {_place(answer.hit)}"
    if answer.unfollowed and not answer.users:
        yield answer.unfollowed
    if answer.tests:
        yield from _gathered("Tests", [(parent(each), _last(each)) for each in answer.tests], "/", few)
    if answer.others:
        yield from _files(
            "Also of this name", [":".join(filter(None, (each.path, each.name))) for each in answer.others], cut
        )


def _gathered(title: str, listed: list[tuple[str, str]], sign: str, cut: Cut) -> Iterator[str]:
    """Names by the file or folder that they are in, each of which is said once: ``a.py: f, g; b.py:h``."""
    words = []
    for where, several in groupby(listed[: cut.files], key=lambda each: each[0]):
        names = [name for _, name in several]
        before = f"{where}{sign}" if where else ""
        words.append(f"{before.removesuffix(':')}: {', '.join(names)}" if before and names[1:] else before + names[0])
    text = f"{title}: {'; '.join(words)}{_rest(len(listed) - cut.files)}"
    yield from wrap(text, _WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)


def _callee(called: str) -> tuple[str, str]:
    """(path, name) of ``path:name``, or an empty path."""
    path, colon, name = called.partition(":")
    return (path, name) if colon and not name.startswith(":") else ("", called)


def _has_word(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def _numbers(lines: Iterable[int]) -> str:
    return ", ".join(map(str, lines))


def _user(user: UserOf) -> str:
    uses = f" (of {user.uses})" if user.uses else ""
    return f"{user.name or 'the module'}{uses}"


def _rest(count: int) -> str:
    return f" and {count:,} more" if count > 0 else ""


def _files(title: str, paths: Iterable[str], cut: Cut, total: int = 0) -> Iterator[str]:
    listed = list(paths)
    line = f"{title}:"
    for path in listed[: cut.files]:
        if len(line) + len(path) > _WIDTH:
            yield line
            line = " "
        line += f" {path}"
    more = max(total, len(listed)) - len(listed[: cut.files])
    yield line + _rest(more)


def _shown_file(answer: ShownFile, cut: Cut) -> Iterator[str]:
    module = f", {answer.module}" if answer.module and answer.module != answer.path else ""
    yield f"{answer.path} ({answer.type}{module}, {answer.lines:,} lines)"
    yield from _documentation(answer.documentation, cut)
    if answer.public:
        yield ""
        yield "Public names:"
        yield from _public(answer)
    for title, paths in (("Imports", answer.imports), ("Imported by", answer.importers), ("Tests", answer.tests)):
        if paths:
            yield ""
            yield from _files(title, paths, cut._replace(files=min(cut.files, _FEW_FILES)))
    if answer.source:
        yield ""
        yield "Source:"
        yield from answer.source.split("\n")


def _public(answer: ShownFile) -> Iterator[str]:
    """The public names of a file: of many, the names alone, by kind."""
    if len(answer.public) > _MANY:
        for kind in sorted({hit.kind for hit in answer.public}):
            names = [hit.name for hit in answer.public if hit.kind == kind]
            named = f"{kind} ({len(names):,}): {', '.join(names)}"
            yield from wrap(named, _WIDTH, initial_indent="  ", subsequent_indent="    ")
        return
    for hit in answer.public:
        where = f"{hit.line}" if hit.path == answer.path else f"{hit.path}{f':{hit.line}' if hit.line else ''}"
        yield f"  {where}: {_short(hit.signature or hit.name, _LISTED)}{_said(hit.summary, _LISTED)}"


def _users(answer: Users, cut: Cut) -> Iterator[str]:
    hit = answer.subject
    counted = f"{answer.total:,} {'user' if answer.total == 1 else 'users'}"
    files = f"{answer.importers_total:,} {'file' if answer.importers_total == 1 else 'files'}"
    known = [counted] if answer.total or not (answer.unfollowed or answer.importers_total) else []
    known += [f"imported by {files}"] if answer.importers_total else []
    yield f"{_place(hit)}{_places(answer)}: {', '.join(known) or 'no user is known'}. {answer.unfollowed}".rstrip()
    imports = {each.path: each.lines for each in answer.named if each.how == "import"}
    for test, users in groupby(answer.users, key=lambda each: each.test):
        yield "Lines of tests:" if test else "Users (lines):"
        by_file = {path: list(several) for path, several in groupby(users, key=lambda each: each.path)}
        yield from _by_folder({path: _users_in(each, imports.get(path, ()), test) for path, each in by_file.items()})
    yield from _more(answer.total - len(answer.users), cut)
    if answer.named:
        yield from _named(answer, cut)
    elif answer.importers:
        yield from _files("Imported by", answer.importers, cut, answer.importers_total)
    if answer.subclasses:
        yield from _files("Subclasses", [f"{each.path}:{each.name}" for each in answer.subclasses], cut)


def _places(answer: Users) -> str:
    """The lines of a definition, and of its declarations elsewhere."""
    own = [each.line for each in answer.places if each.path == answer.subject.path]
    if not own:
        return ""
    others = [f"{each.path}:{each.line}" for each in answer.places if each.path != answer.subject.path]
    also = f"; also {', '.join(others)}" if others else ""
    return f" ({'line' if len(own) == 1 else 'lines'} {_numbers(own)}{also})"


def _by_folder(files: Mapping[str, str]) -> Iterator[str]:
    """What is said of each file; the folder of several is said once."""
    for folder, paths in groupby(files, key=parent):
        several = list(paths)
        together = len(several) > 2 and folder
        if together:
            yield f"  {folder}/"
        yield from (f"    {_last(each)}: {files[each]}" if together else f"  {each}: {files[each]}" for each in several)


def _users_in(users: list[UserOf], imports: tuple[int, ...], test: bool) -> str:
    """The users in one file: those that call it, and the others; of a test the lines alone."""
    if test:
        lines = sorted({*imports, *(line for each in users for line in each.lines)})
        return f"{_numbers(lines)}{_rest(sum(each.more_lines for each in users))}"
    parts = []
    for called in (True, False):
        several = [_lined(each) for each in users if each.called == called]
        parts += [f"{'called' if called else 'used'} by {', '.join(several)}"] if several else []
    return "; ".join([*parts, *([f"imported ({_numbers(imports)})"] if imports else [])])


def _lined(user: UserOf) -> str:
    lines = f" {_numbers(user.lines)}{_rest(user.more_lines)}" if user.lines else ""
    return f"{_user(user)} ({lines.lstrip()})" if lines else _user(user)


_NAMINGS = {
    "import": "Also imported in",
    "re-export": "Re-exported in",
    "star": "Imported with all names in",
    "exports": "In the list of exports of",
    "word": "The word is also in",
    "document": "Documents with the word",
}


def _named(answer: Users, cut: Cut) -> Iterator[str]:
    using = {each.path for each in answer.users}
    for how, title in _NAMINGS.items():
        found = [each for each in answer.named if each.how == how and not (how == "import" and each.path in using)]
        total = len(found) + (answer.importers_total - len(answer.importers) if how == "import" else 0)
        if total:
            yield from _files(title, [f"{each.path}{_at(each.lines)}" for each in found], cut, total)


def _at(lines: tuple[int, ...]) -> str:
    more = len(lines) - _NAMED_LINES
    return f":{','.join(map(str, lines[:_NAMED_LINES]))}{f',… ({more} more)' if more > 0 else ''}" if lines else ""


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _folder(answer: FolderOutlined, cut: Cut) -> Iterator[str]:
    yield f"{answer.path or '.'}/"
    if answer.opening:
        yield from (f"    {line}".rstrip() for line in answer.opening.split("\n"))
    elif answer.summary or answer.contents:
        yield f"    {answer.summary or answer.contents}"
    for each in answer.files:
        if each.kind == "folder":
            counted = f"{each.count:,} {'file' if each.count == 1 else 'files'}"
            yield f"  {_last(each.path)}/ ({counted}){_said(each.summary)}"
            continue
        repeated = each.summary and answer.summary.startswith(each.summary)
        names = f": {', '.join(each.public)}{_rest(each.count - len(each.public))}" if each.public else ""
        yield f"  {_last(each.path)}{names}{'' if repeated else _said(each.summary)}"
    yield from _more(answer.total - len(answer.files), cut)

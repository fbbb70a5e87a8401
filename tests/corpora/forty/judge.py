"""Whether a text has what is true.

A place is named where a line has the path, and on that line, or anywhere below if the path is on the first line, the
number. incdoc says a folder once above its files: its name is put before theirs. Texts of sources have no numbers, so
there a place is named if the text of the line is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .questions import OR, Question

_FOLDER = re.compile(r"( *)([\w./-]+)/(?: \(.*)?$")
_FILE = re.compile(r"( +)([\w.-]+)(.*)$")


def missing(question: Question, answer: str) -> list[str]:
    """What an answer should have and has not, or has and should not."""
    lines = list(_with_folders(answer))
    places = [each for each in question.at if not any(_names(lines, place) for place in each.split(OR))]
    return [*places, *_texts(question, answer), *(f"not: {each}" for each in question.lacks if _has(answer, each))]


def missing_in_sources(question: Question, root: Path, text: str, sections: dict[str, str] | None = None) -> list[str]:
    """What a text of sources should have and has not. ``sections``: the text of each file, if it is known; the person
    who reads finds out what is wrong."""
    found = [
        each
        for each in question.at
        if not any(_is_in(place, root, text, sections) for place in each.split(OR))
    ]  # fmt: skip
    return [*found, *_texts(question, text)]


def _texts(question: Question, text: str) -> list[str]:
    return [each for each in question.has if not any(_has(text, one) for one in each.split(OR))]


def _has(text: str, wanted: str) -> bool:
    """Whether a text has another one as whole words, whatever is the space between them."""
    words = r"\s+".join(map(re.escape, wanted.split()))
    before = r"(?<![\w$])" if re.match(r"[\w$]", wanted) else ""
    after = r"(?![\w$])" if re.search(r"[\w$]$", wanted) else ""
    return re.search(f"{before}{words}{after}", text) is not None


def _with_folders(answer: str) -> Iterator[str]:
    """The lines, with the folder that is said above some files before the names of these."""
    folder, depth = "", -1
    for line in answer.split("\n"):
        if found := _FOLDER.fullmatch(line):
            if depth < len(found[1]) and folder:  # a folder in the outline of one
                yield line
                continue
            folder, depth = found[2], len(found[1])
        elif folder and (file := _FILE.match(line)) and len(file[1]) > depth:
            yield f"{file[1]}{folder}/{file[2]}{file[3]}"
            continue
        else:
            folder, depth = "", -1
        yield line


def _names(lines: list[str], place: str) -> bool:
    path, _, number = place.partition(":")
    whole = re.compile(rf"(?:^|\./|[^\w./-]){re.escape(path)}(?![\w/-])")
    said = [line for line in lines if whole.search(line)]
    if not said or not number:
        return bool(said)
    if whole.search(lines[0]):
        said = lines
    return any(re.search(rf"(?<!\d){number}(?!\d)", whole.sub("", line)) for line in said)


def _is_in(place: str, root: Path, text: str, sections: dict[str, str] | None) -> bool:
    path, _, number = place.partition(":")
    if not number:
        return path in text
    line = (root / path).read_text(encoding="utf-8").split("\n")[int(number) - 1]
    where = text if sections is None else sections.get(path, "")
    return line.strip().rstrip("{ :;") in where

"""The forty questions: what the judge takes for right, and how many answers of incdoc are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.support import write

from .forty.judge import missing, missing_in_sources
from .forty.projects import prepare
from .forty.questions import KINDS, Question, questions
from .forty.ways import ask_incdoc, sections

AT_LEAST = 38


def question(at: tuple[str, ...] = (), has: tuple[str, ...] = (), lacks: tuple[str, ...] = ()) -> Question:
    return Question("p", "users", "?", ("f",), ("grep f",), at, has, lacks)


def test_ten_of_each_project_and_five_of_each_kind() -> None:
    every = questions()
    assert set(Counter(each.project for each in every).values()) == {10}
    assert Counter(each.kind for each in every) == dict.fromkeys(KINDS, 5)
    assert all(each.at or each.has for each in every)


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("src/a.py: called by f (12)", True),
        ("src/a.py: called by f (112, 120)", False),
        ("./src/a.py:12: f()", True),
        ("lib/src/a.py: called by f (12)", False),
        ("src/a.pyi: called by f (12)", False),
        ("src/a.py:9-20: f (function)\nErrors (lines): E (12)", True),
        ("f: 1 user\nsrc/a.py: called by g (3)\nsrc/b.py: called by f (12)", False),
        ("Users:\n  src/\n    a.py: called by f (12)", True),
        ("Users:\n  lib/\n    a.py: called by f (12)", False),
        ("Users:\n  lib/\n    b.py: called by f (12)\n  src/\n    a.py: called by f (12)", True),
        ("src/\n  a.py: f, 12\n  inner/ (12 files)", True),
    ],
)
def test_a_place_is_a_path_and_a_line_of_it(answer: str, right: bool) -> None:
    assert missing(question(at=("src/a.py:12",)), answer) == ([] if right else ["src/a.py:12"])


def test_texts_are_whole_words_whatever_the_space_between_them() -> None:
    asked = question(has=("int n", "get || put"))
    assert missing(asked, "f(int\n  n); put()") == []
    assert missing(asked, "f(print n); putter()") == ["int n", "get || put"]


def test_what_is_not_so_makes_an_answer_wrong() -> None:
    assert missing(question(has=("a",), lacks=("b",)), "a b") == ["not: b"]


def test_sources_have_a_place_if_they_have_its_line(tmp_path: Path) -> None:
    root = write(tmp_path / "p", {"a.py": "x = 1\n\ndef f():\n    return x\n"})
    asked = question(at=("a.py:3",))
    assert missing_in_sources(asked, root, "def f():\n") == []
    assert missing_in_sources(asked, root, "def g():\n") == ["a.py:3"]
    packed = sections('<file path="a.py">\nx = 1\n</file>\n\n<file path="b.py">\ndef f():\n</file>\n')
    assert missing_in_sources(asked, root, "def f():\n", packed) == ["a.py:3"]


@pytest.mark.corpora
def test_incdoc_answers_nearly_all(tmp_path: Path) -> None:
    projects = prepare(tmp_path)
    wrong = {each.asks: ask_incdoc(each, projects[each.project]).wrong for each in questions()}
    wrong = {asks: found for asks, found in wrong.items() if found}
    assert len(wrong) <= 40 - AT_LEAST, wrong

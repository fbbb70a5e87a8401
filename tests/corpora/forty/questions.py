"""The questions, with what a right answer has."""

from __future__ import annotations

from pathlib import Path

import msgspec

KINDS = ("where", "users", "tests", "inherited", "api", "rename", "errors", "folder")
OR = " || "


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``questions.toml`` describes the fields."""

    project: str
    kind: str
    asks: str
    subjects: tuple[str, ...]
    reading: tuple[str, ...]
    at: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()


class _File(msgspec.Struct, forbid_unknown_fields=True):
    question: tuple[Question, ...]


def questions() -> tuple[Question, ...]:
    """All, in the order of the file."""
    data = Path(__file__).with_name("questions.toml").read_bytes()
    return msgspec.toml.decode(data, type=_File).question

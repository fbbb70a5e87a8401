"""The program that runs a script, by the ``#!`` on its first line.

It is the last part of the path there: ``/usr/bin/python3.11`` names ``python3.11``. After ``env`` it is the first word
that is neither an option nor a variable: ``/usr/bin/env -S -i LC_ALL=C node --no-warnings`` names ``node``.
"""

from __future__ import annotations

import re

_LONGEST = 4096
"""Bytes; a longer first line names nothing. Linux itself looks at 256."""
_LINE = re.compile(rb"#![ \t]*([^\s\x00]+)[ \t]*([^\x00]*)")
_NAME = re.compile(r"[A-Za-z_][\w.+-]*\Z", re.ASCII)
_VARIABLE = re.compile(r"[A-Za-z_]\w*=", re.ASCII)
_VERSION = re.compile(r"-?[\d.]+\Z")
_WITH_VALUE = ("-u", "--unset", "-C", "--chdir", "-a", "--argv0", "-P")
"""The options of ``env`` whose value is the next word."""
_SPLIT = re.compile(r"(?:-[0iv]*S|--split-string(?:=|\Z))")
"""How the option of ``env`` begins that holds the words."""


def program(data: bytes) -> str:
    """The program that the first line names, as it is written there; empty if it names none."""
    if not data.startswith(b"#!"):
        return ""
    line = data[:_LONGEST].partition(b"\n")[0]
    found = _LINE.match(line) if len(line) < _LONGEST else None
    if found is None:
        return ""
    name = _last(found[1])
    words = found[2].decode("utf-8", "replace").split()
    while name == "env":
        name, words = _after_env(words)
    return name


def plain_name(written: str) -> str:
    """A program's name without a version: ``python`` for ``python3.11``."""
    return _VERSION.sub("", written.lower().removesuffix(".exe"))


def _last(path: bytes) -> str:
    name = path.decode("utf-8", "replace").replace("\\", "/").rpartition("/")[2]
    return name if _NAME.match(name) else ""


def _after_env(words: list[str]) -> tuple[str, list[str]]:
    """The program that ``env`` runs with these words, and its own words."""
    waiting = list(words)
    while waiting:
        word = waiting.pop(0).strip("\"'")
        if split := _SPLIT.match(word):
            waiting[:0] = [rest] if (rest := word[split.end() :]) else []
        elif word in _WITH_VALUE:
            del waiting[:1]
        elif word and not word.startswith("-") and not _VARIABLE.match(word):
            return _last(word.encode()), waiting
    return "", []

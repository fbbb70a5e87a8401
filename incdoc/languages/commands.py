"""The scripts that a text of shell commands runs by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator

_LONGEST = 2_000
"""Characters of a line that is looked at."""
_ENDS = re.compile(r"&&|\|\||[;|]|\$\(")
_NOTHING = re.compile(r"""\w+=\S*|sudo|time|exec|env|-|["']?\|?[>-]?|then|do|else""")
"""What may be before a command: the value of a variable, a word that runs what follows, the mark of a list."""
_INTERPRETERS = frozenset(
    ("sh", "bash", "zsh", "dash", "python", "python3", "node", "ruby", "perl", "pwsh", "source", ".")
)
_MOVES = frozenset(("cd", "pushd", "popd"))
_FOLDER = re.compile(r"[\w.+-]+(?:/[\w.+-]+)*")
_SCRIPT = re.compile(
    r"(?:\./)?[\w.+-]+(?:/[\w.+-]+)*\.(?:sh|bash|py|js|mjs|cjs|ts|rb|pl|ps1)|\./[\w.+-]+(?:/[\w.+-]+)*"
)


def scripts(text: str) -> Iterator[tuple[int, str]]:
    """(row in the text, path) of each; names of commands, and paths with variables, are none. After ``cd``, paths are
    in its folder; those in a folder that is not known are left out."""
    folder: str | None = ""
    outer: list[str | None] = []
    for row, line in enumerate(text.split("\n")):
        for command in _ENDS.split(line[:_LONGEST].partition(" #")[0]):
            words = command.replace("run:", " ").split()
            while words and _NOTHING.fullmatch(words[0]):
                words.pop(0)
            if words and words[0].startswith("("):
                outer.append(folder)
                words[0] = words[0].lstrip("(")
                words = words if words[0] else words[1:]
            if words and words[0] in _MOVES:
                folder = _moved(folder, words)
            elif folder is not None and (path := _script(words)):
                yield row, folder + path.removeprefix("./") if folder else path
            if outer and command.rstrip().endswith(")"):
                folder = outer.pop()


def _moved(folder: str | None, words: list[str]) -> str | None:
    """The folder after a command that changes it, with a slash; None if it is not known."""
    place = words[1].strip("\"')").rstrip("/") if len(words) > 1 else ""
    if words[0] != "cd" or folder is None or not _FOLDER.fullmatch(place):
        return None
    return f"{folder}{place}/"


def _script(words: list[str]) -> str:
    """The path of the script that a command runs; empty if there is none."""
    if words and words[0].strip("\"'") in _INTERPRETERS:
        words.pop(0)
        while words and words[0].startswith("-") and words[0] not in ("-c", "-m", "-e"):
            words.pop(0)
    elif words and "/" not in words[0]:
        return ""
    path = words[0].strip("\"')") if words else ""
    return path if _SCRIPT.fullmatch(path) else ""

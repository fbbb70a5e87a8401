"""Text for terminals: no name in a repository may control the terminal, or reorder what it shows.

Two texts are made safe: a whole one, whose lines and tabs stay (``SafeStream``, in front of every stream that incdoc
and doit write to), and a name within a line (``one_line``). The output of a project's own tasks is theirs and passes
as it is: under ``doit`` the process's own streams are replaced only where no task of the project runs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any


def for_terminal(text: str) -> str:
    """Text that may have lines, without characters that control a terminal or reorder what it shows."""
    if text.replace("\n", "").isprintable():
        return text
    return "".join(c if c in "\n\t" or c.isprintable() else ascii(c)[1:-1] for c in text)


def one_line(text: str) -> str:
    """The same for a text that must not begin a line of its own."""
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


class SafeStream:
    """A text stream that escapes what would control a terminal. ``raw`` is the stream that is written to."""

    def __init__(self, raw: Any) -> None:
        self.raw = raw

    def write(self, text: str) -> int:
        """Write the escaped text; returns the length of ``text``."""
        self.raw.write(for_terminal(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of ``lines``."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.raw, name)


class LineStream(SafeStream):
    """For doit's commands, which write a line, or its beginning, at a time: a name with a newline stays one line."""

    def write(self, text: str) -> int:
        """Write the escaped text; returns the length of ``text``."""
        begin = len(text) - len(text.lstrip("\n"))
        body = text.strip("\n")
        if "\n" in body and not body.startswith(" * "):  # the reasons of doit's ``info`` are several lines
            text = f"{text[:begin]}{one_line(body)}{text[begin + len(body) :]}"
        return super().write(text)


_STYLES = {"bold": "1", "red": "31", "green": "32", "yellow": "33", "cyan": "36"}


def is_colored(stream: Any, when: str = "auto") -> bool:
    """Whether what is written to ``stream`` may have colors. ``when``: the option ``--color``."""
    if when != "auto":
        return when == "always"
    plain = os.environ.get("NO_COLOR") or os.environ.get("CI") or os.environ.get("TERM") == "dumb"
    return not plain and bool(stream.isatty())


def show(*parts: str | tuple[str, str], colored: bool) -> None:
    """Print a text on standard output. A part is a text, or (style, text), which only has a style if ``colored``."""
    painted = []
    for part in parts:
        style, text = part if isinstance(part, tuple) else ("", part)
        text = for_terminal(text)
        painted.append(f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if style and text and colored else text)
    safe(sys.stdout).raw.write(f"{''.join(painted)}\n")


def safe(stream: Any) -> SafeStream:
    """``stream`` with characters escaped that control a terminal or that its encoding does not have."""
    if isinstance(stream, SafeStream):
        return stream
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")
    return SafeStream(stream)


def protect() -> None:
    """Escape everything that this process prints from now on."""
    sys.stdout, sys.stderr = safe(sys.stdout), safe(sys.stderr)


@contextmanager
def protected_errors() -> Iterator[None]:
    """Escape the message of an error that ends the command and that doit prints."""
    try:
        yield
    except Exception:
        protect()
        raise

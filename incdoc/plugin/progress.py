"""How far a read-only command is, on standard error: one line that is replaced on a terminal, lines elsewhere.

A build shows its progress through doit's reporter.
"""

from __future__ import annotations

import os
import sys
import time

from incdoc.plugin.terminal import safe

_AFTER = 1.0
"""Seconds before anything is shown."""
_EACH, _PLAIN_EACH = 0.1, 5.0
"""Seconds between two lines, on a terminal and elsewhere."""
_LONG = 1000
"""A stage that is known to take so many steps, or that follows one that did, is shown at once: it may take seconds."""


class Progress:
    """The state of one command. ``step`` has the signature of ``Workspace.progress``."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        plain = os.environ.get("CI") or os.environ.get("TERM") == "dumb"
        self._terminal = not plain and sys.stderr.isatty()
        self._started = time.monotonic()
        self._shown = self._started if not self._terminal else 0.0
        self._stage = ""
        self._large = False
        self._is_visible = False

    def step(self, stage: str, done: int, total: int) -> None:
        """``done`` of ``total`` steps of a stage are done; 0 of 0 where they are not counted. An empty stage: what is
        shown is taken away, because the command is about to print."""
        if self._quiet:
            return
        if not stage:
            self.clear()
            return
        now = time.monotonic()
        began, self._stage = stage != self._stage, stage
        self._large |= total > _LONG
        late = now - self._started > _AFTER
        each = _EACH if self._terminal else _PLAIN_EACH
        if (late and now - self._shown >= each) or (self._terminal and began and (late or self._large)):
            self._shown = now
            self._show(f"{stage}: {done:,} of {total:,}" if total else f"{stage}...")

    def _show(self, text: str) -> None:
        if self._terminal:
            safe(sys.stderr).raw.write(f"\r{text}\x1b[K")
            self._is_visible = True
        else:
            sys.stderr.write(f"incdoc: {text}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take away the line on a terminal."""
        if self._is_visible:
            safe(sys.stderr).raw.write("\r\x1b[K")
            sys.stderr.flush()
            self._is_visible = False

"""The memory of a source is bounded by its size; what is just below a limit is read, what is above it is refused."""

from __future__ import annotations

import subprocess
import sys

import pytest

from incdoc.languages import extract
from incdoc.languages.markdown import LARGEST, MOST_LINES
from incdoc.languages.python.limits import MAX_BYTES, MAX_TOKENS

FAMILIES = {
    "variables": ("python", "{}", "a=1\n", 4),
    "calls": ("python", "{}", "f()\n", 4),
    "tuples": ("python", "x=[{}]\n", "(),", 3),
    "attributes": ("python", "x=[{}]\n", "a.b,", 4),
    "numbers": ("python", "x=[{}]\n", "1,", 2),
    "classes": ("python", "{}", "class A:\n    x = 1\n", 8),
    "headings": ("markdown", "{}", "# a\n", 1),
    "paragraphs": ("markdown", "{}", "a\n\n", 2),
    "blocks of code": ("markdown", "{}", "```\n\n```\n", 3),
    "list items": ("markdown", "{}", "- a\n", 1),
    "links in a line": ("markdown", "{}", "[a](b) ", 0),
    "emphasis": ("markdown", "{}", "*a* ", 0),
}
"""Language, frame, what is repeated, and how much of the limited (tokens, lines) it has."""

_CHILD = """
import resource, sys
from incdoc.languages import extract
language, data = sys.argv[1], sys.stdin.buffer.read()
extract(language, b"# a\\n")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(extract(language, data).refused)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def source(family: str, more: int = 0) -> bytes:
    _, frame, unit, counted = FAMILIES[family]
    largest, most = (MAX_BYTES, MAX_TOKENS) if FAMILIES[family][0] == "python" else (LARGEST, MOST_LINES)
    n = min((largest - len(frame)) // len(unit), (most - 10) // counted if counted else largest)
    return frame.format(unit * (n + more)).encode()


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux")
@pytest.mark.parametrize("family", FAMILIES)
def test_memory_is_at_most_forty_times_the_size_and_200_mb(family: str) -> None:
    data = source(family)
    command = [sys.executable, "-c", _CHILD, FAMILIES[family][0]]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    refused, grown = done.stdout.decode().split("\n")[:2]
    assert not refused
    assert int(grown) * 1024 <= 40 * len(data) + 200_000_000


@pytest.mark.parametrize("family", FAMILIES)
def test_more_is_refused(family: str) -> None:
    facts = extract(FAMILIES[family][0], source(family, more=20))
    assert facts.refused.startswith(("larger than", "more than"))
    assert not facts.definitions

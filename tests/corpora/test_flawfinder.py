"""flawfinder as the judge of the findings in C and C++: calls of functions that both have a rule for, on each line.

flawfinder searches the text for names. Left out is what it finds that is no call: variables and parameters of the same
name, methods of an object, and macros, which are no calls until they are used.
"""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from incdoc.languages.c.extract import extract as c
from incdoc.languages.cpp.extract import extract as cpp

from . import debian

pytestmark = [
    pytest.mark.corpora,
]

NAMES = {
    "ENV33-C": ("system", "popen"),
    "ERR34-C": ("atoi", "atol"),
    "FIO21-C": ("tmpnam", "tempnam", "mktemp"),
    "FIO45-C": ("access",),
    "MSC24-C": ("gets",),
    "MSC30-C": ("drand48", "lrand48"),
    "POS33-C": ("vfork",),
    "STR31-C": ("strcpy", "strcat", "sprintf", "vsprintf", "wcscpy", "wcscat"),
}
_SUFFIXES = (".c", ".cc", ".cpp", ".cxx")
_CALL = re.compile(r"(?<![\w.>])\w+\s*\(")


def test_calls_are_those_of_flawfinder() -> None:
    known = {name: code for code, names in NAMES.items() for name in names}
    tops = [debian.source(name) for name in ("dracut", "pytorch")]
    files = sorted(path for top in tops for path in top.rglob("*") if path.suffix in _SUFFIXES and path.is_file())
    ours: Counter[tuple[str, str, int]] = Counter()
    read = set()
    for path in files:
        facts = (c if path.suffix == ".c" else cpp)(path.read_bytes())
        if facts.refused or facts.errors:
            continue
        read.add(str(path))
        for each in facts.findings:
            name = each.text.rpartition("::")[2]
            if name in known:
                ours[name, str(path), each.line] += 1
    command = [sys.executable, "-m", "flawfinder", "--csv", "--minlevel=0", "--neverignore", "--quiet", "--dataonly"]
    done = subprocess.run([*command, *sorted(read)], capture_output=True, text=True, check=False)
    theirs: Counter[tuple[str, str, int]] = Counter()
    texts: dict[str, list[str]] = {}
    for row in csv.DictReader(done.stdout.splitlines()):
        rows = texts.setdefault(row["File"], Path(row["File"]).read_text("utf-8", "replace").split("\n"))
        number, column = int(row["Line"]), int(row["Column"])
        if row["Name"] in known and _CALL.match(rows[number - 1], column - 1) and not _is_macro(rows, number - 1):
            theirs[row["Name"], row["File"], number] += 1
    assert theirs, done.stderr
    missing = sorted((theirs - ours).elements())
    extra = sorted((ours - theirs).elements())
    print(theirs.total(), len(missing), len(extra))
    assert theirs.total() >= 40
    assert not missing, missing[:20]
    assert not extra, extra[:20]


def _is_macro(rows: list[str], at: int) -> bool:
    while at and rows[at - 1].endswith("\\"):
        at -= 1
    return rows[at].lstrip().startswith("#")

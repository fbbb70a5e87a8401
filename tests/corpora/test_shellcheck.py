"""ShellCheck as the judge of the findings in shell: each rule on each line, as often.

What its directives (``# shellcheck disable=``) suppress is in neither.
"""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from incdoc.languages.bash.extract import extract
from incdoc.languages.bash.ruleset import RULES
from incdoc.languages.findings import rules

from . import debian

pytestmark = [
    pytest.mark.corpora,
]

DIFFERENT: dict[tuple[str, str, int], str] = {}
"""(code, name of the file, line): why the two differ."""
_MOST_BYTES = 200_000
_DIALECT = re.compile(rb"#!.*\b(?:sh|bash|dash|ksh)\b")


def scripts() -> list[Path]:
    """The scripts of projects, whatever their names."""
    found = []
    for name in ("bash-completion", "dracut", "pytorch", "restic"):
        for path in sorted(debian.source(name).rglob("*")):
            if path.is_file() and not path.is_symlink() and path.stat().st_size < _MOST_BYTES:
                first = path.read_bytes().partition(b"\n")[0]
                if _DIALECT.match(first) or (path.suffix in (".sh", ".bash") and not first.startswith(b"#!")):
                    found.append(path)
    return found


def test_findings_are_those_of_shellcheck(tmp_path: Path) -> None:
    codes = [rule.code for rule in rules(RULES)]
    copies = {}
    for number, path in enumerate(scripts()):
        copy = tmp_path / f"{number}.sh"
        copy.write_bytes(path.read_bytes())
        copies[str(copy)] = path
    command = ["shellcheck", "--format", "json", "--shell", "bash", "--severity", "style", "--norc", *copies]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    theirs: Counter[tuple[str, str, int]] = Counter()
    broken = set()
    for each in json.loads(done.stdout):
        code = f"SC{each['code']}"
        if each["level"] == "error" and each["code"] < 2000:
            broken.add(each["file"])
        elif code in codes:
            theirs[code, each["file"], each["line"]] += 1
    ours: Counter[tuple[str, str, int]] = Counter()
    for name, path in copies.items():
        facts = extract(path.read_bytes())
        if facts.errors or facts.refused:
            broken.add(name)
        ours.update((finding.code, name, finding.line) for finding in facts.findings)
    assert len(copies) - len(broken) >= 400

    def judged(counter: Counter[tuple[str, str, int]]) -> Counter[tuple[str, str, int]]:
        return Counter(
            {
                (code, str(copies[file]), line): n
                for (code, file, line), n in counter.items()
                if file not in broken and (code, copies[file].name, line) not in DIFFERENT
            }
        )

    missing, extra = judged(theirs - ours), judged(ours - theirs)
    for code in codes:
        counts = [
            sum(n for key, n in counter.items() if key[0] == code) for counter in (judged(theirs), missing, extra)
        ]
        print(f"{code} {counts[0]:6} {counts[1]:6} {counts[2]:6}")
    assert ours.total() >= 150
    assert not missing, list(missing)[:30]
    assert not extra, list(extra)[:30]

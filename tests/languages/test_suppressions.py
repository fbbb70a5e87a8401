"""Findings that comments suppress: those that the tools suppress whose comments they are.

``tests/corpora/test_eslint.py`` judges the case of JavaScript, which needs npm.
"""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from incdoc.languages.bash.extract import extract as bash
from incdoc.languages.c.extract import extract as c
from incdoc.languages.cpp.extract import extract as cpp
from incdoc.languages.facts import Facts
from incdoc.languages.findings import rules
from incdoc.languages.javascript.extract import extract as javascript
from incdoc.languages.python.extract import extract as python
from incdoc.languages.python.ruleset import RULES
from incdoc.languages.suppressions import Names
from incdoc.languages.typescript.extract import extract as typescript

RUFF = '''\
exec(a)  # found
exec(a)  # noqa
exec(a)  # NoQA
exec(a)  #noqa
exec(a)  # noqa because
exec(a)  # noqa - S307
exec(a)  # noqa# because
exec(a)  # noqa : S102
exec(a)  # noqa:S307 ,S102
exec(a)  # noqa: S307 S102
exec(a)  # noqa: S307S102
exec(a)  # type: ignore # noqa: S102 because
exec(a); eval(a)  # noqa: S102
exec(a)  # noqa: S307
exec(a)  # noqa: S
exec(a)  # noqa: B102
exec(a)  # noqa:
exec(a)  # noqa: s102
exec(a)  # noqa: S102: because
exec(a)  # noqa: S307;S102
exec(a)  # noqa: S307 # noqa: S102
exec(a)  # noqa, S102
exec(a)  # noqax
exec(a)  # xnoqa
exec(a)  # because noqa
text = " # noqa"; exec(a)
exec("""
""")  # noqa
exec("""  # noqa
""")
exec(  # noqa
    a
)
exec(
    a  # noqa
)
x = exec(a), \\
    3  # noqa
x = exec(a), "a\\
    3"  # noqa
x = [exec(a), """
 # noqa
""", exec(a), exec(b), \\
    """
""", exec(c)]  # noqa
x = f"{exec(a)} \\
 b"  # noqa
exec(a)  # ruff: ignore[S102]
exec(a)  # ruff: ignore[S307]
exec(a)  # ruff: ignore
# ruff: ignore[S102] because
# and more

exec(
    exec(a)
)
exec(a)
# ruff: ignore[S102]
if exec(a):
    exec(a)
x = [
    # ruff: ignore[S102]
    exec(a),
    exec(a),
]
# ruff: ignore[S102]
@exec(a)
def decorated(x=exec(a)):
    exec(a)


def function(x=1):
    # ruff: disable[S102]
    exec(a)
    if x:
        exec(a)


exec(a)
# ruff: disable[S307, S102]
exec(a)
if x:
    exec(a)
    # ruff: enable[S307, S102]
exec(a)
# ruff: enable[S102]
exec(a)
# ruff: enable[S307, S102]
exec(a)
'''
WHOLE = (
    "exec(a)\n# ruff: noqa\n",
    "exec(a)\n# ruff : NOQA\n",
    "exec(a)\ndef f():\n    # flake8: noqa: S102\n    pass\n",
    "exec(a); eval(a)\n#ruff:noqa: S102\n",
    "exec(a)\n# because # ruff: noqa\n",
    "# ruff: file-ignore[S102]\nexec(a)\n",
    "exec(a)\nx = 1  # ruff: noqa\n",
    "exec(a)\n# ruff: noqa: s102\n",
    "exec(a)\n# ruff: noqa: S307\n",
    "exec(a)\n# noqa\n",
)
"""Comments about a whole file."""

BANDIT = """\
exec(a)  # found
exec(a)  # nosec
exec(a)  #nosec
exec(a)  # nosec: because it is safe
exec(a)  # nosec B102
exec(a)  # nosec: exec_used, B307
exec(a)  # nosec B307
exec(a)  # nosec B307 # B102
exec(a)  # NOSEC
exec(a)  # noqa: S307 # nosec
exec(
    a,
    b,  # nosec
)
exec(
    a,
)  # nosec
exec(
    # nosec B307
    a,
)
text = "# nosec"; exec(a)
"""
SHELL = """\
#!/bin/bash
# What it does.
# shellcheck disable=SC2162

cd a
# shellcheck disable=SC2164
cd a
cd a
# shellcheck disable=SC2006,SC2164 # because
# more words
cd a && x=`date`
cd a
# shellcheck disable=SC2000-SC2999
cd a
# shellcheck disable=2164
cd a
# shellcheck disable=all
cd a
# shellcheck source=a disable=SC2164
cd a
# shellcheck disable=SC2006
cd a
# shellcheck disable=SC2164
if [ -f a -a -f b ]; then
    cd a
fi
f() {
    # shellcheck disable=SC2164
    cd a
    cd b
}
true; # shellcheck disable=SC2164
cd a
# Shellcheck disable=SC2164
cd a
read line
"""
SCRIPT = """\
eval(a) // found
eval(a) // eslint-disable-line
eval(a) // eslint-disable-line no-eval
eval(a) /* eslint-disable-line no-eval -- because */
eval(a) // eslint-disable-line eqeqeq, no-eval
eval(a) // eslint-disable-line eqeqeq
eval(a) // eslint-disable-line -- no-eval
eval(a) // eslint-disable-lines
eval(a) // because eslint-disable-line
// eslint-disable-next-line
eval(a)
/* eslint-disable-next-line no-eval
   -- because */
eval(a)
// eslint-disable-next-line no-eval

eval(a)
eval(a); /* eslint-disable no-eval */ eval(b)
eval(a); x == y
/* eslint-enable no-eval */
eval(a)
/* eslint-disable */
eval(a); x == y
/* eslint-enable eqeqeq */
eval(a); x == y
/* eslint-enable */
eval(a)
// eslint-disable no-eval
eval(a)
/* eslint no-debugger: "off", "no-proto": 0, no-with: [0] */
debugger
x.__proto__
/* eslint-disable no-eval */
eval(a)
"""
FLAWFINDER = """\
void f(void) {
    strcpy(a, b); // found
    strcpy(a, b); // Flawfinder: ignore
    strcpy(a, b); /* Flawfinder: ignore */
    strcpy(a, b); /* RATS: ignore */
    strcpy(a, b); /* ITS4: ignore */
    strcpy(a, b); // flawfinder: IGNORE because
    // Flawfinder: ignore
    strcpy(a, b);
    strcpy(a, b);
    strcpy(a, b); // because Flawfinder: ignore
    strcpy(a, " // Flawfinder: ignore ");
}
"""
TIDY = """\
#include <stdlib.h>
void f(const char *a) {
    system(a); // found
    system(a); // NOLINT
    system(a); /* NOLINT */
    system(a); // because NOLINT: because
    system(a); // NOLINT(cert-env33-c)
    system(a); // NOLINT(cert-err34-c, cert-env33-c)
    system(a); // NOLINT(cert-*)
    system(a); // NOLINT(*)
    system(a); // NOLINT(cert-err34-c)
    system(a); // NOLINT()
    system(a); // NOLINT (cert-err34-c)
    system(a); // NOLINTS
    system(a); // nolint
    // NOLINTNEXTLINE
    system(a);
    // NOLINTNEXTLINE(cert-env33-c)
    system(a);
    // NOLINTNEXTLINE(cert-err34-c)
    system(a);
    // NOLINTBEGIN
    system(a);
    // NOLINTBEGIN(cert-env33-c)
    system(a);
    // NOLINTEND(cert-env33-c)
    // NOLINTEND
    system(a);
    /* because
       NOLINTNEXTLINE
    */
    system(a);
}
"""


def found(facts: Facts, *codes: str) -> list[tuple[int, str]]:
    """(line, code) of the findings with these codes."""
    assert not facts.refused
    return [(finding.line, finding.code) for finding in facts.findings if finding.code in codes]


def ran(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout, done.stderr
    return done.stdout


@pytest.mark.parametrize("text", [RUFF, *WHOLE])
def test_as_ruff(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(text, encoding="utf-8")
    options = ["--isolated", "--no-cache", "--exit-zero", "--select", "S102,S307", "--output-format", "json"]
    rows = json.loads(ran([sys.executable, "-P", "-m", "ruff", "check", *options, "a.py"], tmp_path))
    theirs = sorted((row["location"]["row"], row["code"]) for row in rows)
    assert found(python(text.encode()), "S102", "S307") == theirs


def test_as_bandit(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BANDIT, encoding="utf-8")
    rows = json.loads(ran([sys.executable, "-P", "-m", "bandit", "--quiet", "--format", "json", "a.py"], tmp_path))
    theirs = sorted((row["line_number"], row["test_id"].replace("B", "S")) for row in rows["results"])
    assert found(python(BANDIT.encode()), "S102", "S307") == theirs
    assert len(theirs) == 6


def test_every_test_of_bandit_has_its_names() -> None:
    known = Names(rules(RULES))
    for rule in rules(RULES):
        if re.fullmatch(r"S\d+", rule.code):
            assert known.called([rule.code.replace("S", "B")]) == {rule.code}
            assert len(rule.also) == 2


def test_patterns_are_not_suppressed() -> None:
    text = b"import enum\n# ruff: noqa\nclass A(enum.Enum):  # noqa\n    B = 1\nexec(a)\n"
    assert [finding.code for finding in python(text).findings] == ["enum"]


def test_as_shellcheck(tmp_path: Path) -> None:
    (tmp_path / "a.sh").write_text(SHELL, encoding="utf-8")
    codes = ("SC2006", "SC2162", "SC2164", "SC2166")
    rows = json.loads(ran(["shellcheck", "--format", "json", "--norc", "a.sh"], tmp_path))
    theirs = sorted((row["line"], f"SC{row['code']}") for row in rows)
    theirs = [each for each in theirs if each[1] in codes]
    assert found(bash(SHELL.encode()), *codes) == theirs
    assert len(theirs) == 7


def test_a_directive_behind_a_command_suppresses_nothing() -> None:
    # ShellCheck reads no further than such a line
    assert found(bash(b"cd a # shellcheck disable=SC2164\ncd b\n"), "SC2164") == [(1, "SC2164"), (2, "SC2164")]


@pytest.mark.parametrize("extract", [javascript, typescript])
def test_as_eslint(extract: object) -> None:
    assert callable(extract)
    codes = ("eqeqeq", "no-debugger", "no-eval", "no-proto")
    assert found(extract(SCRIPT.encode()), *codes) == SCRIPT_FOUND


SCRIPT_FOUND = [
    (1, "no-eval"), (6, "no-eval"), (8, "no-eval"), (9, "no-eval"), (17, "no-eval"), (18, "no-eval"), (19, "eqeqeq"),
    (21, "no-eval"), (25, "eqeqeq"), (27, "no-eval"), (29, "no-eval"),
]  # fmt: skip


@pytest.mark.parametrize("extract", [c, cpp])
def test_as_flawfinder(extract: object, tmp_path: Path) -> None:
    assert callable(extract)
    (tmp_path / "a.c").write_text(FLAWFINDER, encoding="utf-8")
    output = ran([sys.executable, "-m", "flawfinder", "--csv", "--quiet", "--dataonly", "a.c"], tmp_path)
    theirs = sorted((int(row["Line"]), "STR31-C") for row in csv.DictReader(output.splitlines()))
    assert found(extract(FLAWFINDER.encode()), "STR31-C") == theirs
    assert len(theirs) == 4


@pytest.mark.parametrize(("extract", "name"), [(c, "a.c"), (cpp, "a.cpp")])
def test_as_clang_tidy(extract: object, name: str, tmp_path: Path) -> None:
    assert callable(extract)
    (tmp_path / name).write_text(TIDY, encoding="utf-8")
    tidy = str(Path(sys.executable).with_name("clang-tidy"))
    output = ran([tidy, "--quiet", "--checks=-*,cert-env33-c", name, "--"], tmp_path)
    theirs = sorted(
        (int(line), "ENV33-C") for line in re.findall(rf"{name}:(\d+):\d+: warning.*\[cert-env33-c", output)
    )
    assert found(extract(TIDY.encode()), "ENV33-C") == theirs
    assert len(theirs) == 8


def test_ranges_within_ranges() -> None:
    inner = "# shellcheck disable=SC2164\n    cd a\n    cd b\n"
    text = f"true\n# shellcheck disable=SC2164\nif a; then\n    {inner}fi\ncd c\n".encode()
    assert found(bash(text), "SC2164") == [(8, "SC2164")]


def test_tens_of_thousands_of_comments_above_one_command() -> None:
    # each must not be searched along the whole row
    many = 40_000
    assert found(bash(b"cd a\n" + b"# shellcheck disable=SC2164\n" * many + b"cd a\n"), "SC2164") == [(1, "SC2164")]
    assert found(python(b"# ruff: ignore[S102]\n" * many + b"exec(a)\n"), "S102") == []
    assert found(c(b"void f(){strcpy(a,b);//" + b"NOLINT(" * many + b"\n}"), "STR31-C") == []

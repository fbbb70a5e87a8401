"""clang-tidy and clang as the judges of the findings in C: each call of the functions that both have a rule for.

A compiler sees macros and types, of which incdoc reads neither. Left out is what it finds in the text of a macro, or
says of functions that no rule of incdoc is about, and ``system(NULL)``, which the rule allows and clang-tidy takes
for a command where NULL is a cast. Sources that it cannot compile here are not compared.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from incdoc.languages.c.extract import extract

from . import debian

pytestmark = [
    pytest.mark.corpora,
]

CHECKS = {
    "cert-env33-c": "ENV33-C",
    "cert-err34-c": "ERR34-C",
    "cert-msc30-c": "MSC30-C",
    "cert-msc32-c": "MSC32-C",
    "clang-analyzer-security.insecureAPI.gets": "MSC24-C",
    "clang-analyzer-security.insecureAPI.mktemp": "FIO21-C",
    "clang-analyzer-security.insecureAPI.strcpy": "STR31-C",
    "clang-analyzer-security.insecureAPI.vfork": "POS33-C",
    "clang-diagnostic-format-security": "FIO30-C",
    "concurrency-mt-unsafe": "CON33-C",
}
"""By the name of a check, our rule."""
NAMES = {
    "CON33-C": ("strtok", "asctime", "ctime", "gmtime", "localtime"),
    "ENV33-C": ("system", "popen"),
    "ERR34-C": ("atoi", "atol", "atoll", "atof"),
    "FIO21-C": ("mktemp",),
    "FIO30-C": ("printf", "fprintf", "sprintf", "snprintf", "syslog"),
    "MSC24-C": ("gets",),
    "MSC30-C": ("rand",),
    "MSC32-C": ("srand",),
    "POS33-C": ("vfork",),
    "STR31-C": ("strcpy", "strcat"),
}
"""The functions that both sides have a rule for."""
PROJECTS = ("bzip2", "figlet")
SMALL = """\
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>
char *gets(char *);
char *same(const char *) __attribute__((format_arg(1)));
#define _(x) same(x)
void f(char *a, char *b, char **c, struct { char *text; } *d) {
    strcpy(a, b); strcat(a, b); strncpy(a, b, 3); gets(a); mktemp(a); mkstemp(a); vfork(); fork();
    system(a); system(0); popen(a, "r");
    atoi(a); atol(a); atof(a); atoll(a); strtol(a, 0, 10);
    rand(); random(); srand(1); srand(-1); srand(1 + 2); srandom(1); srand(time(NULL)); srand((unsigned)time(0));
    srand(getpid());
    strtok(a, b); asctime(0); ctime(0); gmtime(0); localtime(0);
    printf(a); printf("a"); printf("%s", a); printf(c[0]); printf(d->text); printf(a ? a : b); printf(a ? "a" : "b");
    printf(gets(a)); printf(_("a")); printf(_(a)); printf("a" "b"); printf((a)); printf(a + 1); printf(*c);
    printf((const char *)a); printf(a, b);
    fprintf(stderr, a); fprintf(stderr, "a"); fprintf(stderr, gets(a)); fprintf(stderr, _("a"));
    sprintf(a, b); snprintf(a, 3, b); snprintf(a, 3, gets(a)); syslog(1, a);
    // strcpy(a, b);
}
"""
OLD = ("-Wno-implicit-function-declaration", "-Wno-implicit-int", "-Wno-int-conversion")
"""Old projects declare less than a compiler of today asks for."""
Place = tuple[str, str, int]
"""Rule, file, line."""
_WARNING = re.compile(r"^(/[^:\n]+):(\d+):(\d+): (?:warning|error): (.*) \[([\w.,-]+)\]$", re.MULTILINE)


def tidy(files: list[Path], *options: str) -> tuple[Counter[Place], set[str]]:
    """What the checks find, and the files that cannot be compiled."""
    command = [str(Path(sys.executable).with_name("clang-tidy")), "--quiet", f"--checks=-*,{','.join(CHECKS)}"]
    done = subprocess.run(
        [*command, *map(str, files), "--", "-std=gnu11", "-Wformat-security", *options],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    texts = {str(path): path.read_text("utf-8", "replace").split("\n") for path in files}
    found: Counter[Place] = Counter()
    broken = set()
    for path, line, column, _, checks in set(_WARNING.findall(done.stdout)):
        if "clang-diagnostic-error" in checks:
            broken.add(path)
        for check in checks.split(","):
            if (code := CHECKS.get(check)) and path in texts:
                row = int(line) - 1
                if code == "FIO30-C" or re.match(
                    rf"(?:{'|'.join(NAMES[code])})\b", texts[path][row][int(column) - 1 :]
                ):
                    found[code, path, int(line)] += 1
    # an error in a header is one of what includes it
    broken.update(re.findall(r"^Error while processing (.*)\.$", done.stderr, re.MULTILINE))
    return found, broken


def ours(path: Path) -> Counter[Place]:
    return Counter(
        (each.code, str(path), each.line)
        for each in extract(path.read_bytes()).findings
        if each.code in NAMES and each.text in NAMES[each.code]
    )


def test_small_cases(tmp_path: Path) -> None:
    path = tmp_path / "a.c"
    path.write_text(SMALL, encoding="utf-8")
    theirs, broken = tidy([path])
    assert not broken
    assert theirs.total() > 40
    assert sorted((theirs - ours(path)).elements()) == []
    assert sorted((ours(path) - theirs).elements()) == []


def test_projects() -> None:
    files = sorted(path for name in PROJECTS for path in debian.source(name).rglob("*.c"))
    own: Counter[Place] = Counter()
    theirs, broken = tidy(files, *OLD)
    for path in files:
        own += ours(path)
    theirs, own = (Counter({key: n for key, n in each.items() if key[1] not in broken}) for each in (theirs, own))
    missing, extra = sorted((theirs - own).elements()), sorted((own - theirs).elements())
    for code in NAMES:
        print(code, *(sum(each[0] == code for each in found) for found in (theirs.elements(), missing, extra)))
    print(len(files), len(broken & {str(path) for path in files}))
    assert not broken
    assert theirs.total() >= 20
    assert not missing, missing[:30]
    assert not extra, extra[:30]

"""The rebuilds of a watch, as other programs than the command get them: nothing is printed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import ENVIRONMENT, pages, write

PROGRAM = """
import os, sys
from incdoc.plugin.main import Main
from incdoc.plugin.rebuilds import Rebuilds
from incdoc.plugin.watch import Watch

rebuilds = None

def watch(self, made, params):
    global rebuilds
    rebuilds = made
    self.loader.setup(params)
    os.write(9, repr(made.start(self.loader.root, 300.0).statistics.sources).encode() + b"\\n")
    edits = iter(("def a(): ...\\n", "def b(): ...\\n"))
    edit(next(edits))
    for rebuilt in made:
        os.write(9, f"{rebuilt.cause} {rebuilt.pages > 0} {rebuilt.milliseconds > 0} {rebuilt.problem}\\n".encode())
        text = next(edits, None)
        if text is None:
            return
        edit(text)

def edit(text):
    with open("m.py", "w") as stream:
        stream.write(text)

Watch._watch = watch
os.dup2(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT), 9)
Main().run(["watch"])
"""


def test_rebuilds_are_a_generator_that_prints_nothing(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"m.py": "x = 1\n"})
    notes = tmp_path / "notes"
    command = [sys.executable, "-c", PROGRAM, str(notes)]
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("", "")
    assert notes.read_text() == "1\nm.py True True \nm.py True True \n"
    assert b"`b`" in pages(folder)["m.py_docs.md"] or b"b()" in pages(folder)["m.py_docs.md"]

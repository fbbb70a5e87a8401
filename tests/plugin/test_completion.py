"""The script of ``incdoc tabcompletion`` in real shells on a terminal: keys are typed, and what appears is read."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import ENVIRONMENT, build, run, write

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(incdoc tabcompletion)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -U compinit; compinit -u -D; eval "$(incdoc tabcompletion -s zsh)"'),
}


class Shell:
    """A shell on a terminal. ``see`` waits for a text."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.parent, child = pty.openpty()
        environment = ENVIRONMENT | {"TERM": "dumb", "PS1": "> ", "HOME": str(folder), "ZDOTDIR": str(folder)}
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=child, stdout=child, stderr=child, env=environment, start_new_session=True
        )
        os.close(child)
        self.shown = ""

    def type(self, keys: str) -> None:
        self.shown = ""
        os.write(self.parent, keys.encode())

    def see(self, text: str) -> None:
        deadline = time.monotonic() + 60
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} does not appear in {self.shown!r}"
            if select.select([self.parent], [], [], 1)[0]:
                self.shown += os.read(self.parent, 65536).decode("utf-8", "replace")
                self.shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x07|.\x08", "", self.shown)

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.parent)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shell]:
    command, setup = SHELLS[request.param]
    assert shutil.which(command[0]), f"Install {command[0]}: sh .ci/setup test"
    folder = write(tmp_path / "p", {"pkg/core.py": "", "pkg/$(touch owned).py": "", "pkg/two words.py": ""})
    build(folder)
    found = Shell(command, folder)
    found.type(f"{setup}; echo re''ady\n")
    found.see("ready")
    yield found
    found.close()


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("incdoc chec\t", "incdoc check "),
        ("incdoc check --form\t", "--format"),
        ("incdoc check --format gi\t", "github "),
        ("incdoc check --format=gi\t", "--format=github"),
        ("incdoc tabcompletion -s z\t", "-s zsh "),
        ("incdoc keyw\t", "incdoc keywords "),
        ("incdoc docs:pkg/co\t", "docs:pkg/core.py "),
        ("incdoc why pkg/co\t", "why pkg/core.py "),
        ("incdoc -d pk\t", "-d pkg/"),
    ],
)
def test_what_is_begun_is_completed(shell: Shell, typed: str, shown: str) -> None:
    shell.type(typed)
    shell.see(shown)


def test_names_of_files_are_not_run(shell: Shell) -> None:
    """And what is inserted is quoted, so that it is not run later either."""
    shell.type("incdoc kw:pkg/\t\t")
    shell.see("core.py")
    shell.type("\x15incdoc kw:pkg/\\$\t")
    shell.see("\\ owned\\).py")
    shell.type("\n")
    shell.see("0 written")
    assert not (Path(f"/proc/{shell.process.pid}/cwd").resolve() / "owned").exists()


def test_every_command_and_option_is_known(tmp_path: Path) -> None:
    for name, (command, _) in SHELLS.items():
        script = run(tmp_path, "incdoc", "tabcompletion", "-s", name)
        if shutil.which(command[0]):
            run(tmp_path, command[0], "-n", "-c", script)
        commands = run(tmp_path, "incdoc", "--help")
        for each in re.findall(r"^  incdoc ([a-z-]+)", commands, re.MULTILINE):
            row = next(line for line in script.splitlines() if line.strip().startswith(f"{each}) "))
            options = re.findall(r" (--[a-z-]+)", run(tmp_path, "incdoc", each, "--help").partition("Examples:")[0])
            assert set(options) - {"--all,"} <= set(re.findall(r"--[a-z-]+", row)) | {"--help"}, each

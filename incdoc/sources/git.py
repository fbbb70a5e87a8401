"""Where a repository is, and git's commands with all settings disabled that could run a program.

A clone has no configuration of its origin, but an unpacked archive or a shared folder can have one, and git runs
programs that it names. The commands used here (`ls-files`, `check-attr`, `check-ignore`, `cat-file`, `config`,
`rev-parse`, `ls-tree`) can start:

core.fsmonitor      run by commands that read the index: off
hooks               post-index-change, when an index is written: none is written, and hooks are disabled
promisor remotes    git fetches a missing object through an ssh, a helper or an uploadpack that the
                    configuration names: no lazy fetch, and, for older versions of git, no protocol
core.pager          not used by these commands, and off

Filters (`filter.*.clean`) are run by none of them. A repository of another owner is refused by git itself
(`safe.directory`). Variables such as GIT_DIR that would name another repository are dropped; those that say
where git's own settings are stay.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator

PATIENCE = 60.0
"""Seconds that a git command may take: a pipe named ``.gitignore`` would block it for ever."""
SOON = 1.0
"""Those after which it is asked what a command may be waiting for."""
TOO_SLOW = -1000

_KEEP = (
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_EXEC_PATH",
)
_SET = {
    "LC_ALL": "C",  # its messages are parsed
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_TERMINAL_PROMPT": "0",
}
_OPTIONS = (
    "--no-pager",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.untrackedCache=false",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "safe.bareRepository=explicit",
)
_LITERAL = "--literal-pathspecs"
_NOT_LITERAL = frozenset(("check-ignore",))
"""Commands that take names literally and reject the option for that; a name that begins with a colon needs ``./``."""
_SMALL = 1 << 20
_SHA256 = re.compile(rb"^\s*objectformat\s*=\s*\"?sha256\b", re.IGNORECASE | re.MULTILINE)


class Repository(Struct, frozen=True):
    """A git work tree, found without starting git."""

    top: str
    """The folder that has ``.git``."""
    git_dir: str
    """The folder that holds this work tree's index."""
    algorithm: str
    """``sha1`` or ``sha256``."""
    prefix: str
    """The folder that ``find`` was called for, relative to ``top``: empty, or with a final slash."""


def find(root: str) -> Repository | None:
    """The repository whose work tree contains ``root`` or is ``root``; None if there is none."""
    here = Path(root)
    for top in (here, *here.parents):
        git_dir = _git_dir(os.path.join(top, ".git"))
        if git_dir is not None:
            prefix = here.relative_to(top).as_posix() + "/" if top != here else ""
            return Repository(str(top), git_dir, _algorithm(git_dir), prefix)
    return None


def start(root: str, *arguments: str, data: bytes | None = None) -> subprocess.Popen[bytes] | None:
    """Start a git command in ``root`` that reads ``data``; None if it cannot be started."""
    import subprocess

    command = _command(root, arguments)
    if command is None:
        return None
    try:
        with _spool(data) as given:
            return subprocess.Popen(
                command,
                cwd=root,
                env=_environment(),
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
    except OSError:
        return None


def converse(root: str, *arguments: str) -> subprocess.Popen[bytes] | None:
    """Start a git command that answers requests on its standard input; None if it cannot be started."""
    import subprocess

    command = _command(root, arguments)
    if command is None:
        return None
    pipe = subprocess.PIPE
    try:
        return subprocess.Popen(
            command, cwd=root, env=_environment(), stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, bufsize=0
        )
    except OSError:
        return None


def _command(root: str, arguments: tuple[str, ...]) -> list[str] | None:
    program = _program()
    if program is None or program.startswith(root + os.sep):
        return None  # a git program inside the tree belongs to the repository, which is not trusted
    return [program, *_OPTIONS, *(() if arguments[0] in _NOT_LITERAL else (_LITERAL,)), *arguments]


@contextmanager
def _spool(data: bytes | None) -> Iterator[IO[bytes] | int]:
    """A file to read ``data`` from: megabytes through a pipe take as long as git's own work."""
    import subprocess

    if data is None:
        yield subprocess.DEVNULL
        return
    from tempfile import TemporaryFile

    with TemporaryFile() as file:
        file.write(data)
        file.seek(0)
        yield file


def finish(process: subprocess.Popen[bytes], hindrance: Callable[[], str] | None = None) -> tuple[int, bytes, str]:
    """Exit code, output and messages. The code is TOO_SLOW if the command was killed: after PATIENCE seconds, or after
    the first of them if ``hindrance`` says what git would wait for."""
    import subprocess

    said = ""
    for seconds in (SOON, PATIENCE - SOON):
        try:
            out, err = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            if hindrance is not None and (said := hindrance()):
                break
        else:
            return process.returncode, out, err.decode("utf-8", "replace")
    process.kill()
    process.communicate()
    return TOO_SLOW, b"", said or f"git did not answer in {PATIENCE:.0f} seconds"


def ask(root: str, *arguments: str, data: bytes | None = None) -> bytes | None:
    """The output of a git command, None if it failed."""
    return answer(root, *arguments, data=data)


def answer(root: str, *arguments: str, data: bytes | None = None, allowed: tuple[int, ...] = (0,)) -> bytes | None:
    """The output of a git command whose exit status is one of ``allowed``, else None."""
    process = start(root, *arguments, data=data)
    if process is None:
        return None
    code, out, _ = finish(process)
    return out if code in allowed else None


def wait_for_lock(repository: Repository, seconds: float = 2.0) -> bool:
    """Wait while another git command changes the index; False if it has not finished after ``seconds``."""
    lock = os.path.join(repository.git_dir, "index.lock")
    end = time.monotonic() + seconds
    while os.path.lexists(lock):
        if time.monotonic() >= end:
            return False
        time.sleep(0.02)
    return True


@cache
def _program() -> str | None:
    found = shutil.which("git")
    return None if found is None else str(Path(found).absolute())


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEEP}
    return kept | _SET


def _git_dir(dot_git: str) -> str | None:
    link = text(dot_git)
    if link.startswith(b"gitdir:"):  # a second work tree or a submodule: the file names the real folder
        named = os.fsdecode(link[len(b"gitdir:") :].strip())
        dot_git = os.path.normpath(os.path.join(dot_git, "..", named))
    return dot_git if os.path.lexists(os.path.join(dot_git, "HEAD")) else None


def _algorithm(git_dir: str) -> str:
    common = os.fsdecode(text(os.path.join(git_dir, "commondir")).strip())
    config = text(os.path.join(git_dir, common, "config"))
    return "sha256" if _SHA256.search(config) else "sha1"


def text(path: str) -> bytes:
    """The bytes of a small regular file; empty if it is missing or is not one."""
    try:
        if stat.S_ISREG(os.stat(path).st_mode):  # opening a pipe would block
            with open(path, "rb") as file:
                return file.read(_SMALL)
    except OSError:
        pass
    return b""

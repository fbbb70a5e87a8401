"""No command runs a program that a repository names in its settings, its hooks or its attributes."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import PROJECT, build, pages, run, write
from tests.watch.support import watching

PROGRAMS = (
    "core.fsmonitor",
    "core.pager",
    "core.editor",
    "core.askPass",
    "core.sshCommand",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "credential.helper",
    "credential.https://example.org.helper",
    "diff.external",
    "diff.trap.command",
    "diff.trap.textconv",
    "difftool.trap.cmd",
    "filter.trap.clean",
    "filter.trap.smudge",
    "filter.trap.process",
    "gpg.program",
    "gpg.ssh.program",
    "gpg.ssh.defaultKeyCommand",
    "gpg.x509.program",
    "interactive.diffFilter",
    "merge.trap.driver",
    "mergetool.trap.cmd",
    "pager.cat-file",
    "pager.config",
    "pager.ls-files",
    "pager.ls-tree",
    "pager.rev-parse",
    "remote.origin.uploadpack",
    "remote.origin.receivepack",
    "remote.origin.vcs",
    "sendemail.smtpServer",
    "sequence.editor",
    "ssh.variant",
    "trailer.trap.command",
    "uploadpack.packObjectsHook",
    "web.browser",
)
SETTINGS = {
    "core.checkStat": "minimal",
    "core.trustctime": "false",
    "core.untrackedCache": "true",
    "core.commitGraph": "true",
    "core.repositoryFormatVersion": "1",
    "extensions.partialClone": "origin",
    "remote.origin.promisor": "true",
    "remote.origin.partialCloneFilter": "blob:none",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "diff.ignoreSubmodules": "none",
    "status.submoduleSummary": "true",
    "submodule.recurse": "true",
    "submodule.sub.update": "!touch",
    "fetch.recurseSubmodules": "true",
    "log.showSignature": "true",
    "commit.gpgSign": "true",
    "gc.auto": "1",
    "maintenance.auto": "true",
}
HOOKS = (
    "fsmonitor-watchman",
    "post-checkout",
    "post-index-change",
    "pre-auto-gc",
    "pre-commit",
    "query-watchman",
    "reference-transaction",
)
ALIASES = (
    "cat-file",
    "check-attr",
    "check-ignore",
    "config",
    "diff",
    "diff-index",
    "log",
    "ls-files",
    "ls-tree",
    "status",
)
COMMANDS = (
    ("run",),
    ("run", "--always"),
    ("run", "--verify", "100"),
    ("check",),
    ("check", "--diff"),
    ("check", "--format", "json"),
    ("why", "pkg/core.py"),
    ("why", "ignored.log"),
    ("why", "sub/inner.py"),
    ("affected",),
    ("affected", "--sources"),
    ("affected", "--tests"),
    ("affected", "--pages"),
    ("affected", "--json", "--since", "HEAD~1"),
    ("diff", "HEAD~1"),
    ("diff", "HEAD~1", "HEAD"),
    ("list", "--all", "--status"),
    ("info", "docs:pkg/core.py"),
    ("forget", "docs:pkg/core.py"),
    ("clean", "--dry-run"),
    ("clean",),
    ("init",),
)


def git(folder: Path, *arguments: str, status: int | None = 0) -> str:
    return run(folder, "git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments, status=status)


class Trapped:
    """A repository with traps: programs that write down that they ran."""

    def __init__(self, tmp_path: Path) -> None:
        self.top = write(
            tmp_path / "top",
            PROJECT | {".gitattributes": "*.py filter=trap diff=trap merge=trap\n", ".gitignore": "*.log\n.incdoc/\n"},
        )
        self.witness = tmp_path / "ran"
        self.trap = tmp_path / "trap"
        self.trap.write_text(f'#!/bin/sh\necho "$0 $*" >> {self.witness}\nexit 1\n')
        self.trap.chmod(0o755)
        inner = write(tmp_path / "inner", {"inner.py": ""})
        self._commit(inner, "-q")
        git(self.top, "init", "-q", "-b", "main")
        git(self.top, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "sub")
        self._commit(self.top)
        (self.top / "pkg/fast.py").write_text("fast = 1\n")
        self._commit(self.top)
        build(self.top)
        write(self.top, {"ignored.log": "", "pkg/core.py": "class Engine:\n    speed = 1\n"})
        self._arm(tmp_path)

    def _commit(self, folder: Path, *init: str) -> None:
        if init:
            git(folder, "init", *init)
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "more")

    def _arm(self, tmp_path: Path) -> None:
        missing = git(self.top, "rev-parse", "HEAD:pkg/__init__.py").strip()  # would be fetched from a program
        (self.top / ".git/objects" / missing[:2] / missing[2:]).unlink()
        hooks = tmp_path / "hooks"
        for folder in (self.top / ".git/hooks", hooks):
            folder.mkdir(exist_ok=True)
            for hook in HOOKS:
                shutil.copy(self.trap, folder / hook)
        included = tmp_path / "included"
        trap = str(self.trap)
        settings = dict.fromkeys(PROGRAMS, trap) | SETTINGS | {f"alias.{name}": f"!{trap}" for name in ALIASES}
        settings |= {"remote.origin.url": f"ext::{trap}", "core.hooksPath": str(hooks), "include.path": str(included)}
        settings |= {"core.attributesFile": str(tmp_path / "attributes"), "submodule.sub.url": f"ext::{trap}"}
        (tmp_path / "attributes").write_text("* filter=trap diff=trap\n")
        for file in (self.top / ".git/config", included):
            for key, value in settings.items():
                if file != included or key != "include.path":
                    git(tmp_path, "config", "-f", str(file), key, value)
        self.disturb()
        self.witness.unlink(missing_ok=True)

    def disturb(self) -> None:
        """Make git unsure of every file: it would have to read them, through the filter."""
        index = self.top / ".git/index"
        for name in PROJECT:
            if (self.top / name).exists():
                os.utime(self.top / name, ns=(index.stat().st_mtime_ns + 10**9,) * 2)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Trapped:
    return Trapped(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_nothing_of_the_repository_s_runs(trapped: Trapped, command: tuple[str, ...]) -> None:
    trapped.disturb()
    said = run(trapped.top, "incdoc", *command, status=None)
    assert "Traceback" not in said
    assert not trapped.witness.exists(), trapped.witness.read_text()


def test_nothing_runs_under_doit(trapped: Trapped) -> None:
    dodo = "import incdoc\n\nglobals().update(incdoc.tasks())\n"
    write(trapped.top, {"dodo.py": dodo, "pyproject.toml": '[tool.doit]\nloader = "incdoc"\n'})
    run(trapped.top, "doit", status=None)
    assert "pkg/core.py_docs.md" in pages(trapped.top)
    for arguments in ((), ("list",), ("info", "docs:pkg/core.py"), ("clean", "docs"), ("forget", "--all")):
        trapped.disturb()
        run(trapped.top, "doit", *arguments, status=None)
        assert not trapped.witness.exists(), trapped.witness.read_text()


def test_nothing_runs_under_a_watch(trapped: Trapped) -> None:
    with watching(trapped.top):
        trapped.disturb()
    assert not trapped.witness.exists(), trapped.witness.read_text()


def test_nothing_runs_where_the_work_tree_is_said_to_be_elsewhere(trapped: Trapped, tmp_path: Path) -> None:
    top = tmp_path / "top"
    shutil.copytree(trapped.top, top, symlinks=True)
    write(tmp_path / "elsewhere", {"secret.py": "SECRET = 1\n"})
    git(tmp_path, "config", "-f", str(top / ".git/config"), "core.worktree", str(tmp_path / "elsewhere"))
    for command in (("run",), ("check",), ("affected",), ("why", "pkg/core.py")):
        run(top, "incdoc", *command, status=None)
    assert not trapped.witness.exists(), trapped.witness.read_text()
    assert not any(b"SECRET" in page for page in pages(top).values())


def test_the_traps_are_real(trapped: Trapped) -> None:
    for command in (["diff-index", "HEAD"], ["status"], ["cat-file", "-e", "HEAD:pkg/__init__.py"]):
        trapped.disturb()
        subprocess.run(["git", *command], cwd=trapped.top, capture_output=True, check=False)
        assert str(trapped.trap) in trapped.witness.read_text()
        trapped.witness.unlink()

"""The output on a terminal and in a log: lines, the bar, and one sentence for each error."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import threading
from pathlib import Path

import pytest

from tests.support import DODO, ENVIRONMENT, PROJECT, UNPRIVILEGED, WITH_LOADER, build, pages, run, write


def terminal(folder: Path, *command: str, status: int = 0, **environment: str) -> str:
    """Run a command with both streams on a terminal; what it prints."""
    parent, child = pty.openpty()
    settings = {key: value for key, value in ENVIRONMENT.items() if key != "CI"} | {"TERM": "xterm", **environment}
    printed = bytearray()

    def read() -> None:
        while True:
            try:
                data = os.read(parent, 65536)
            except OSError:
                return
            if not data:
                return
            printed.extend(data)

    reader = threading.Thread(target=read)
    process = subprocess.Popen(command, cwd=folder, stdin=child, stdout=child, stderr=child, env=settings)
    os.close(child)
    reader.start()
    assert process.wait(120) == status
    reader.join(10)
    os.close(parent)
    return printed.decode("utf-8", "replace")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A second of work: enough for a bar."""
    body = "".join(f'def f{n}(a, b=1):\n    """Doc {n}."""\n    return a + b\n\n\n' for n in range(60))
    return write(tmp_path / "large", {f"p{n}/m{m}.py": f"# {n} {m}\n{body}" for n in range(16) for m in range(50)})


def test_bar_on_a_terminal(large: Path) -> None:
    shown = terminal(large, "incdoc")
    assert "Writing" in shown and "/s" in shown
    assert "\x1b[" in shown
    assert "800 sources, 800 parsed" in shown.splitlines()[-2]
    assert (
        shown.splitlines()[-1] == "incdoc: to read the pages, begin with docs/reference/index.md, or run incdoc serve"
    )


def test_no_colour(large: Path) -> None:
    shown = terminal(large, "incdoc", NO_COLOR="1")
    assert "Writing" in shown
    assert "\x1b[3" not in shown and "\x1b[1;3" not in shown


def test_plain_lines_in_ci(large: Path) -> None:
    shown = terminal(large, "incdoc", CI="true")
    assert "\x1b[" not in shown
    assert shown.count("incdoc: ") >= 1


def test_a_read_only_command_says_how_far_it_is(large: Path) -> None:
    shown = terminal(large, "incdoc", "check", status=1, CI="")
    assert "making pages: " in shown  # so many are shown at once, whatever the time
    last = shown.splitlines()[-1]
    assert "missing. Run incdoc" in last and "making" not in last.rpartition("\x1b[K")[2]
    assert shown.count("\x1b[K") >= 2
    (large / ".incdoc").rename(large / ".cache")
    assert "making pages" not in terminal(large, "incdoc", "check", "-q", status=1, CI="")
    said = run(large, "incdoc", "check", status=1)
    assert "\r" not in said and "\x1b" not in said


def test_the_last_line_says_how_to_read_the_pages(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    run(folder, "git", "init", "-q")
    last = run(folder / "pkg", "incdoc").splitlines()[-1]
    assert last == "incdoc: to read the pages, begin with ../docs/reference/index.md, or run incdoc serve"
    assert "to read" not in run(folder, "incdoc")
    assert "to read" not in run(folder, "incdoc", "-a", "-q")


def test_warnings_are_counted_and_repeated(large: Path) -> None:
    folder = write(large, {"dodo.py": DODO, "pyproject.toml": WITH_LOADER, "setup.cfg": ""})
    run(folder, "doit")
    (folder / "docs/reference/p1/index.md").unlink()
    (folder / "docs/reference/p2/index.md").write_text("")
    lines = run(folder, "incdoc").splitlines()
    assert "incdoc: 2 warnings" in lines, "they are on the lines above"
    assert sum("p1/index.md was deleted; it is restored." in line for line in lines) == 1
    (folder / "docs/reference/p1/index.md").unlink()
    (folder / "own.txt").unlink()
    (folder / "p3/m1.py").chmod(0)
    said = run(folder, *UNPRIVILEGED, "doit", status=None)
    end = said.partition("incdoc: 1 error and 1 warning:\n")[2]
    assert "p3/m1.py" in end.splitlines()[0] and "p1/index.md was deleted" in end.splitlines()[1]


def test_silent(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    assert run(folder, "incdoc", "-v0") == ""
    assert run(folder, "incdoc", "run", "-v", "0") == ""


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('output = "."', "tool.incdoc.output"),
        ('output = "/"', "tool.incdoc.output"),
        ('output = "../out"', "tool.incdoc.output"),
        ('output = "~/out"', "tool.incdoc.output"),
        ('output = ".git/x"', "tool.incdoc.output"),
        ('output = "pkg/core.py"', "tool.incdoc.output"),
        ('output = "link"', "tool.incdoc.output"),
        ('output = ".incdoc/pages"', "tool.incdoc.output"),
        ('source = "some"', "full, link, none"),
        ("jobs = -1", "tool.incdoc.jobs"),
        ("max_page_kb = 1", "tool.incdoc.max_page_kb"),
        ('include = "src"', "tool.incdoc.include"),
        ('source_url = "javascript:x"', "tool.incdoc.source_url"),
        ('outptu = "x"', "tool.incdoc.outptu"),
        ("output = ", "pyproject.toml is not valid TOML"),
    ],
)
def test_wrong_setting_is_one_sentence(tmp_path: Path, settings: str, words: str) -> None:
    folder = write(tmp_path / "p", PROJECT | {"pyproject.toml": f"[tool.incdoc]\n{settings}\n"})
    (folder / "link").symlink_to(tmp_path)
    before = sorted(str(path) for path in folder.rglob("*"))
    said = run(folder, "incdoc", status=3)
    assert words in said and "pyproject.toml" in said
    assert "Traceback" not in said and len(said.strip().splitlines()) == 1
    assert sorted(str(path) for path in folder.rglob("*")) == before


def test_hand_written_file_in_the_place_of_a_page(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT | {"docs/reference/pkg/index.md": "# Mine\n"})
    said = run(folder, "incdoc", status=3)
    assert "docs/reference/pkg/index.md" in said and "set another `output`" in said
    assert pages(folder) == {"pkg/index.md": b"# Mine\n"}


def test_a_wrong_number_of_workers_is_the_option_s(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    for command in ((), ("check",), ("watch",)):
        said = run(folder, "incdoc", *command, "-j", "-1", status=3)
        assert "-j -1: the number of worker processes must be from 0" in said and "pyproject.toml" not in said


def test_pages_that_cannot_be_written_or_deleted_are_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    run(folder, *UNPRIVILEGED, "incdoc")
    (folder / "pkg/core.py").write_text("changed = 1\n")
    (folder / "pkg/fast.py").unlink()
    (folder / "docs/reference/pkg").chmod(0o555)
    before = {name: page for name, page in pages(folder).items() if name.startswith("pkg/")}
    for command in (["incdoc"], ["incdoc", "clean", "docs:README.md", "kw:pkg/core.py"]):
        said = run(folder, *UNPRIVILEGED, *command, status=1 if command == ["incdoc"] else 3)
        assert "Traceback" not in said
        assert "docs/reference/pkg/core.py_kw.md cannot be " in said
        assert {name: page for name, page in pages(folder).items() if name.startswith("pkg/")} == before
    assert "README.md_docs.md" not in pages(folder)
    (folder / "docs/reference/pkg").chmod(0o777)
    run(folder, *UNPRIVILEGED, "incdoc")
    assert run(folder, *UNPRIVILEGED, "incdoc", "check") and "pkg/fast.py_docs.md" not in pages(folder)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    run(folder, *UNPRIVILEGED, "incdoc")
    (folder / "pkg/core.py").write_text("changed = 1\n")
    for path in (folder / ".incdoc").iterdir():
        path.chmod(0o555 if path.is_dir() else 0o444)
    (folder / ".incdoc").chmod(0o555)
    for command in ("run", "watch", "forget docs:pkg/core.py", "clean docs:pkg/core.py"):
        said = run(folder, *UNPRIVILEGED, "incdoc", *command.split(), status=3)
        assert "cannot be written" in said and "/.incdoc" in said and "Traceback" not in said
    assert "pkg/core.py changed" in run(folder, *UNPRIVILEGED, "incdoc", "check", status=1)
    assert "R docs:pkg/core.py" in run(folder, *UNPRIVILEGED, "incdoc", "list", "--all", "--status")
    assert "docs:pkg/core.py" in run(folder, *UNPRIVILEGED, "incdoc", "info", "docs:pkg/core.py", status=None)
    assert "Traceback" not in run(folder, *UNPRIVILEGED, "incdoc", "--stats", "pkg/core.py/x", status=3)
    (folder / ".incdoc").chmod(0o777)
    shutil.rmtree(folder / ".incdoc")
    folder.chmod(0o555)
    assert "R docs" in run(folder, *UNPRIVILEGED, "incdoc", "list", "--status")
    for command in ("run", "init"):
        said = run(folder, *UNPRIVILEGED, "incdoc", *command.split(), status=3)
        assert "written: Permission denied" in said and "Traceback" not in said
    folder.chmod(0o777)


@pytest.mark.parametrize("blocks", [0, 1, 16, 200])
def test_a_full_disk_is_reported(tmp_path: Path, blocks: int) -> None:
    """A limit on the size of files fails as a full disk does, at another place."""
    folder = write(tmp_path / "p", PROJECT)
    said = run(folder, "sh", "-c", f"ulimit -f {blocks}; exec incdoc", status=None)
    assert "cannot be written" in said and "Traceback" not in said
    build(folder)
    run(folder, "incdoc", "check")


@pytest.mark.parametrize("command", ["list --all", "check", "why pkg/core.py", "help", "run"])
def test_the_output_is_a_closed_pipe(tmp_path: Path, command: str) -> None:
    folder = write(tmp_path / "p", PROJECT | {f"m{number}.py": "" for number in range(800)})
    process = subprocess.Popen(
        ["incdoc", *command.split()],
        cwd=folder, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout and process.stderr
    process.stdout.close()
    said = process.stderr.read().decode().splitlines()
    assert not [line for line in said if not line.startswith(("incdoc: ", "There was no cache"))]
    assert process.wait() == (0 if command == "run" else 141)
    assert command != "run" or len(pages(folder)) > 1600


def test_unreadable_source_keeps_its_page(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    run(folder, *UNPRIVILEGED, "incdoc")
    before = pages(folder)
    (folder / "pkg/core.py").write_text("changed = 1\n")
    (folder / "pkg/core.py").chmod(0)
    said = run(folder, *UNPRIVILEGED, "incdoc", status=1)
    assert "pkg/core.py" in said and "Traceback" not in said
    assert pages(folder) == before


def test_counts(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    counts = build(folder)
    assert set(counts) == {
        "sources", "hashed", "parsed", "fetched", "reused", "pages", "rendered", "written", "removed", "seconds",
    }  # fmt: skip
    core = folder / "pkg/core.py"
    text = core.read_text()
    for content, parsed in ((text + "x = 1\n", 1), (text, 0)):
        core.write_text(content)
        counts = build(folder)
        assert (counts["parsed"], counts["reused"]) == (parsed, 1 - parsed)
    (folder / "pkg/fast.py").unlink()
    counts = build(folder)
    assert counts["removed"] >= 2
    assert not any("fast" in page for page in pages(folder))

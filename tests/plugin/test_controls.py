"""What a repository names never controls the terminal: not under ``incdoc``, not under ``doit``, in no command."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from doit.cmd_run import Run

from incdoc.plugin.loader import BareLoader, _Loader
from tests.plugin.test_terminal import terminal
from tests.support import ENVIRONMENT, WITH_LOADER, build, pages, write
from tests.watch.support import watching

EVIL = "\x1b]0;owned\x07\r\n\u202e\u2028\x9b2J"
"""A terminal's title, a bell, line ends, a text turned round and a C1 control."""
ALLOWED = "\n\t"
guard = _Loader._guard
WHO = ("-c", "user.name=\x1b[31mA\x07", "-c", "user.email=a@example.org")


def test_a_command_is_guarded_once() -> None:
    """A watch loads the tasks again for each of thousands of rebuilds, with one command."""
    command = Run(task_loader=BareLoader())
    guard(command)
    once = command._execute
    guard(command)
    assert command._execute is once


def evil(name: str) -> str:
    return f"{name}{EVIL}"


def undecodable(name: str) -> str:
    """With a byte that is not UTF-8, too."""
    return f"{name}{EVIL}\udcff"


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *WHO, *arguments], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True)


def printed(folder: Path, *command: str, **environment: str) -> tuple[int, str]:
    """The exit status and what was printed, as it was printed."""
    done = subprocess.run(
        command, cwd=folder, env=ENVIRONMENT | environment, capture_output=True, check=False, timeout=120
    )
    said = (done.stdout + done.stderr).decode("utf-8", "surrogateescape")
    return done.returncode, said


def assert_safe(said: str) -> None:
    controls = {c for c in said if c not in ALLOWED and not c.isprintable()}
    assert not controls, said
    assert "Traceback" not in said


def assert_names_are_within_lines(said: str) -> None:
    assert not [line for line in said.split("\n") if line.startswith("\\u202e")], said


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose pages were built, and then its sources changed."""
    top = tmp_path / "top"
    code = '"""Doc."""\n\nimport os\n\n\ndef run(a, b=1):\n    """Run \x1b[31m\x07\u202e."""\n'
    write(
        top,
        {
            "pyproject.toml": WITH_LOADER
            + '[tool.incdoc]\noutput = "out\\u001b[2J\\u202e"\nexclude = ["no\\u001b*"]\ntemplates = "tpl"\n',
            "dodo.py": "import incdoc\n\nglobals().update(incdoc.tasks())\n",
            "tpl/base\x1b[2J.txt": "x",
            "b.py": f"from a import run\n{code}",
            "README.md": f"# Title {EVIL}\n\n[x](a.py)\n",
        },
    )
    for name in (
        evil("a") + ".py",
        f"{evil('dir')}/{evil('c')}.py",
        f"{evil('dir')}/tests/test_{evil('t')}.py",
        undecodable("u") + ".py",
        f"{undecodable('w')}/v.py",
    ):
        path = top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    (top / evil("link")).symlink_to(evil("nowhere"))
    os.mkfifo(top / evil("pipe.py"))
    git(top, "init", "-q", "-b", "main")
    git(top, "add", "-A")
    git(top, "commit", "-qm", f"one {EVIL}")
    git(top, "branch", "b\u202e")
    build(top)
    for path in (top / (evil("a") + ".py"), top / evil("dir") / (evil("c") + ".py")):
        path.write_text(code.replace("b=1", "b") + "\nX = '\x1b[31m\u202e'\n")
    (top / (evil("new") + ".py")).write_text(code)
    return top


def names(project: Path) -> list[str]:
    """The names of the tasks of the sources that ``list`` prints."""
    listed = printed(project, "incdoc", "list", "--all")[1]
    return [line.split("  ")[0].strip() for line in listed.split("\n") if "owned" in line]


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("check",),
    ("check", "--diff"),
    ("check", "--format", "json", "--diff"),
    ("check", "--format", "github", "--diff"),
    ("why", f"{evil('a')}.py"),
    ("why", f"{evil('a')}.py", "--format", "json"),
    ("why", evil("dir")),
    ("why", evil("link")),
    ("why", evil("pipe.py")),
    ("why", evil("missing")),
    ("why", undecodable("u") + ".py"),
    ("why", undecodable("missing")),
    ("info", undecodable("x")),
    (f"docs:{undecodable('x')}",),
    ("diff", undecodable("x")),
    ("affected",),
    *(("affected", f"--{option}") for option in ("sources", "tests", "pages", "json")),
    ("affected", "--since", evil("x")),
    ("affected", "--since", "b\u202e"),
    ("diff", "HEAD", evil("x")),
    ("diff", "b\u202e", "HEAD"),
    *(("diff", "HEAD~0", "--format", each) for each in ("text", "markdown", "json")),
    ("list", "--all", "--status"),
    ("list", "--all", "--deps"),
    ("list", evil("x")),
    ("info", evil("x")),
    ("forget", evil("x")),
    ("clean", evil("x")),
    ("run", evil("x")),
    (f"docs:{evil('x')}",),
    ("--stats", f"{evil('none')}/x"),
    ("-d", evil("none")),
    ("run", "-r", "console"),
    ("clean", "-n"),
    ("init",),
    ("run", "--verify", "100"),
    ("run", "-a", "-r", "console"),
    ("run", "-a", "-r", "json"),
    ("forget", "-a"),
    ("clean",),
)


def test_no_command_prints_a_control_character(project: Path) -> None:
    for command in COMMANDS:
        status, said = printed(project, "incdoc", *command)
        assert status in (0, 1, 3), (command, said)
        assert_safe(said)
        if "x" + EVIL not in command[-1]:  # doit repeats what it was asked
            assert_names_are_within_lines(said)
        if "json" in command or "--json" in command:
            json.loads(said[: said.rindex("}") + 1])


def test_tasks_can_be_named_as_they_are_listed(project: Path) -> None:
    tasks = names(project)
    assert len(tasks) >= 10
    assert all(task.isprintable() for task in tasks)
    source = next(task for task in tasks if task.startswith("docs:a"))
    for command in ("info", "forget", "list", "run", "why", "clean"):
        status, said = printed(project, "incdoc", command, source)
        assert status in (0, 1) and "not a task" not in said, said
        assert "owned" in said or command == "run"
        assert_safe(said)


def test_nor_under_doit(project: Path) -> None:
    commands = [
        ("list", "--all", "--status"),
        ("list", "--all", "--deps"),
        ("clean", "-n"),
        (),
        ("-r", "console", "-a"),
    ]
    commands += [("info", name) for name in names(project)[:3]]
    commands += [("info", evil("x")), ("run", evil("x")), ("forget", evil("x")), ("forget", "docs"), ("clean",)]
    for command in commands:
        status, said = printed(project, "doit", *command)
        assert status in (0, 1, 3), (command, said)
        assert_safe(said)


def test_the_output_of_a_project_s_own_task_is_its_own(project: Path) -> None:
    with (project / "dodo.py").open("a") as stream:
        stream.write(
            "def task_own():\n    return {'actions': [r\"printf '\\033[31mred\\r'; printf '\\033[32merr' >&2\", say],"
            " 'verbosity': 2}\n\n\ndef say():\n    print('\\033[33mpython')\n"
        )
    said = printed(project, "doit")[1]
    for text in ("\x1b[31mred\r", "\x1b[32merr", "\x1b[33mpython"):
        assert text in said


def test_failures_are_printed_without_control_characters(project: Path) -> None:
    page = next(path for path in project.glob("out*") if path.is_dir())
    write(project, {"tpl/docs.md.jinja": "{{ page.nothing\u202e }}{% include 'base\x1b[2J.txt' %}"})
    for command in (("incdoc",), ("incdoc", "check"), ("doit",)):
        status, said = printed(project, *command)
        assert status in (1, 2), said
        assert_safe(said)
    (project / "tpl/docs.md.jinja").unlink()
    (page / (evil("new") + ".py_kw.md")).write_text("mine")
    for command in (("incdoc",), ("incdoc", "check"), ("doit",)):
        assert_safe(printed(project, *command)[1])


@pytest.mark.parametrize("text", ['output = "a\\u001b\\u202e/../.."', 'source = "\\u001b[2J"', '"\\u202e\\u0007" = 1'])
def test_nor_does_a_setting_that_is_refused(project: Path, text: str) -> None:
    (project / "incdoc.toml").write_text(text)
    for command in ((), ("check",), ("watch",), ("init",)):
        assert_safe(printed(project, "incdoc", *command)[1])


def test_nor_a_watch(project: Path) -> None:
    with watching(project) as watch:
        (project / (evil("a") + ".py")).write_text("changed = 1\n")
        watch.wait_for("written")
        write(project, {"tpl/docs.md.jinja": "{{ page.nothing\u202e }}"})
        watch.wait_for("fails")
    assert_safe(watch.output)


def test_a_terminal_gets_the_sequences_of_the_bar_and_no_other(project: Path) -> None:
    folder = project / evil("many")
    body = "".join(f'def f{n}(a, b=1):\n    """Doc {n}."""\n    return a + b\n\n\n' for n in range(60))
    folder.mkdir()
    for number in range(600):
        (folder / f"{evil(str(number))}.py").write_text(f"# {number}\n{body}")
    shown = terminal(project, "incdoc")
    assert "\x1b[" in shown and "Writing" in shown
    assert not set(shown) & set("\x07\u202e\u2028\x9b")
    assert "\x1b]" not in shown and "\x1b[2J" not in shown
    assert len(pages(project, next(p.name for p in project.glob("out*")))) > 1200

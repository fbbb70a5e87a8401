"""``--help`` everywhere, the front page, and wrong names and options: what is printed is for users."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.plugin.test_terminal import terminal
from tests.support import DODO, ENVIRONMENT, PROJECT, REFUSED, WITH_LOADER, build, pages, run, write

OWN = (
    "init",
    "check",
    "watch",
    "serve",
    "why",
    "affected",
    "diff",
    "find",
    "show",
    "uses",
    "outline",
    "map",
    "mcp",
    "inventories",
    "merge",
)
OF_DOIT = ("clean", "forget", "help", "ignore", "info", "list", "reset-dep", "run", "tabcompletion")
INTERNAL = ("CmdOption", "Traceback", ".doit.db", "dbm", "md5", "(config:", "dodo")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "p", PROJECT)


def printed(folder: Path, *command: str) -> str:
    """What a command prints that succeeds and has nothing to say on standard error."""
    done = subprocess.run(command, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("command", (*OWN, *OF_DOIT))
def test_every_command_has_help(project: Path, command: str) -> None:
    said = printed(project, "incdoc", command, "--help")
    assert said == printed(project, "incdoc", command, "-h") == printed(project, "incdoc", "help", command)
    assert said.startswith(f"Usage: incdoc {command} [OPTION...]")
    assert "-h, --help" in said
    assert not [word for word in INTERNAL if word in said and (command, word) != ("init", "dodo")]
    assert max(map(len, said.splitlines())) <= 100
    assert sorted(path.name for path in project.iterdir()) == sorted({name.partition("/")[0] for name in PROJECT})


@pytest.mark.parametrize("command", [("why", "a", "--help"), ("-j", "1", "-h"), ("-q", "--help"), ("docs", "--help")])
def test_help_is_found_among_others(project: Path, command: tuple[str, ...]) -> None:
    assert printed(project, "incdoc", *command).startswith("Usage: incdoc ")


@pytest.mark.parametrize("command", [("--help",), ("-h",), ("help",)])
def test_the_front_page_is_incdoc_s(project: Path, command: tuple[str, ...]) -> None:
    said = printed(project, "incdoc", *command)
    assert said.startswith("incdoc keeps complete Markdown reference pages")
    listed = re.findall(r"^  incdoc ([a-z-]+)", said, re.MULTILINE)
    assert listed == [*OWN, *OF_DOIT]
    assert not [word for word in INTERNAL if word in said.replace("dodo.py", "")]


def test_examples_are_true(project: Path) -> None:
    """Each example of a command that reads, run on a project in which its names exist."""
    write(project, {"src/a.py": "x = 1\n"})
    commit = ("commit", "-qm", "1", "--allow-empty")
    for arguments in (("init", "-q", "-b", "main"), ("add", "-A"), commit, ("tag", "v1.0"), ("tag", "v2.0"), commit):
        run(project, "git", "-c", "user.name=a", "-c", "user.email=a@b", *arguments)
    build(project)
    read = ("run", "check", "why", "affected", "diff", "outline", "map", "list", "info")
    for command in (*read, "clean", "forget", "ignore"):
        said = printed(project, "incdoc", command, "--help").partition("Examples:\n")[2]
        examples = re.findall(rf"^  incdoc ({command}\b.*?)(?:  +.*)?$", said, re.MULTILINE)
        assert examples
        for example in examples:
            run(project, "sh", "-c", f"incdoc {example}")
            (project / "counts.json").unlink(missing_ok=True)


def test_doit_s_help_knows_the_commands(project: Path) -> None:
    write(project, {"dodo.py": DODO, "pyproject.toml": WITH_LOADER})
    for name in (*OWN[1:], "init"):
        said = printed(project, "doit", f"incdoc-{name}", "--help")
        own = "watch" if name == "watch" else f"incdoc-{name}"  # as pyproject.toml names it
        assert said.startswith(f"Usage: doit {own} [OPTION...]")
        assert said == printed(project, "doit", "help", f"incdoc-{name}")


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("dcos",), "Did you mean docs?"),
        (("chekc",), "Did you mean check?"),
        (("a.py",), "Did you mean docs:a.py?"),
        (("docs:pkg/croe.py",), "Did you mean docs:pkg/core.py?"),
        (("list", "kw:pkg/fats.py"), "Did you mean kw:pkg/fast.py?"),
        (("info", "kw:./a.py"), "Did you mean kw:a.py?"),
        (("clean", "idnex"), "Did you mean index?"),
        (("forget", "boko"), "Did you mean book?"),
        (("help", "chek"), "Did you mean check?"),
        (("check", "--formt", "json"), "Did you mean --format?"),
        (("check", "--format", "jsno"), "--format must be text, json or github, not 'jsno'. Did you mean json?"),
        (("check", "--wrong"), "incdoc check has no option --wrong. See: incdoc check --help"),
        (("check", "--format"), "The option --format needs a value."),
        (("run", "--job", "x"), "--jobs must be a whole number"),
        (("run", "--color", "yes"), "--color must be auto, always or never"),
        (("tabcompletion", "-s", "fish"), "--shell must be bash or zsh"),
        (("list", "--srot"), "Did you mean --sort?"),
        (("info",), "info takes the name of one task, not 0."),
        (("ignore",), "ignore takes the names of tasks."),
        (("help", "a", "b"), "help takes one command or task, not 2."),
        (("dumpdb",), '"dumpdb" is not a command'),
        (("strace", "docs:a.py"), '"strace" is not a command'),
        (("docs/reference/none.md",), '"docs/reference/none.md" is not a command, a task or a page.'),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)  # fmt: skip
def test_a_mistake_is_one_sentence(project: Path, command: tuple[str, ...], words: str) -> None:
    write(project, {"a.py": ""})
    said = run(project, "incdoc", *command, status=REFUSED)
    assert words in said and said.count("\n") == 1 and "CmdOption" not in said
    assert not (project / "docs").exists()


@pytest.mark.parametrize("command", ["--help", "help", "check --help", "list --help", "tabcompletion"])
def test_the_reader_of_a_help_text_closes_the_pipe(project: Path, command: str) -> None:
    said = run(project, "bash", "-c", f"incdoc {command} | true; exit ${{PIPESTATUS[0]}}", status=None)
    assert said == ""


def test_a_page_is_a_name_of_its_task(project: Path) -> None:
    run(project, "git", "init", "-q")
    first = run(project, "incdoc", "docs/reference/pkg/core.py_docs.md")
    assert "1 page rendered" in first and set(pages(project)) == {"pkg/core.py_docs.md"}
    build(project)
    assert run(project, "incdoc", "list", "-q", "docs/reference/pkg/index.md").split() == ["index:pkg"]
    run(project / "docs", "incdoc", "forget", "./reference/keywords.md")
    assert build(project)["rendered"] == 1
    run(project, "incdoc", "clean", str(project / "docs/reference/pkg/sub.md"))
    assert "pkg/sub.md" not in pages(project)
    write(project, {"dodo.py": DODO, "pyproject.toml": WITH_LOADER})
    run(project, "doit", "docs/reference/pkg/sub.md")
    assert "pkg/sub.md" in pages(project)
    assert 'xy.md" is not a command' in run(project, "incdoc", "docs/reference/xy.md", status=REFUSED)


def test_quiet(project: Path) -> None:
    assert run(project, "incdoc", "-q") == run(project, "incdoc", "run", "--quiet", "-a") == ""
    assert run(project, "incdoc", "check", "-q") == ""
    (project / "pkg/core.py").write_text("x = 1\n")
    assert run(project, "incdoc", "check", "-q", status=1) == ""
    (project / "docs/reference/pkg/sub.md").unlink()
    assert run(project, "incdoc", "-q") == ""
    assert "output" in run(write(project, {"incdoc.toml": "outptu = 1\n"}), "incdoc", "-q", status=REFUSED)


def test_colors(project: Path) -> None:
    build(project)
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "get\x1bpid"))
    plain = run(project, "incdoc", "check", "--diff", status=1)
    assert "\x1b" not in plain and "\n+" in plain
    colored = run(project, "incdoc", "check", "--diff", "--color", "always", status=1)
    assert "\x1b[32m+" in colored and "\x1b[31m-" in colored and "\x1b[33mstale\x1b[0m" in colored
    assert re.sub(r"\x1b\[\d*m", "", colored) == plain
    assert "\x1b[" not in run(project, "incdoc", "check", "--format", "json", "--color", "always", status=1)

    def shown(*options: str, **environment: str) -> str:
        return terminal(project, "incdoc", "check", "--diff", *options, status=1, **{"CI": "", **environment})

    assert "\x1b[32m+" in shown()
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"CI": "1"}):
        assert "\x1b[3" not in shown(**environment)
    assert "\x1b[3" not in shown("--color", "never")

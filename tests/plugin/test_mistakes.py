"""Slips of a user and odd files: each command ends soon, with a sentence."""

from __future__ import annotations

import os
import shutil
import socket
from contextlib import chdir
from pathlib import Path

import pytest

from tests.bench.measure import timed
from tests.support import BIN, REFUSED, build, pages, run, write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", {"a.py": "x = 1\n"})
    run(folder, "git", "init", "-q")
    return folder


def refused(folder: Path, *command: str) -> str:
    """What is printed by a command that must not begin."""
    said = run(folder, *command, status=REFUSED)
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize("name", ["incdoc.toml", "pyproject.toml"])
@pytest.mark.parametrize("command", [(), ("check",), ("why", "a.py"), ("list",), ("init",)])
def test_a_pipe_is_no_settings_file(project: Path, name: str, command: tuple[str, ...]) -> None:
    os.mkfifo(project / name)
    if command != ("init",) or name == "pyproject.toml":
        assert f"{name} is not a regular file" in refused(project, "incdoc", *command)


@pytest.mark.parametrize(
    "text",
    [
        "include = " + "[" * 5000,
        "output = " + "{a = " * 5000,
        "jobs = " + "9" * 10_000,
        "a." * 20_000 + "b = 1",
        "# " + "x" * (1 << 20),
        "[output]\na = 1",
        'output = "a\\u0000b"',
        'include = ["a\\u0000b"]',
        '"\\u001b]0;x\\u0007" = 1',
    ],
    ids=lambda text: text[:12],
)
def test_settings_that_cannot_be_used_are_refused(project: Path, text: str) -> None:
    (project / "incdoc.toml").write_text(text)
    said = refused(project, "incdoc")
    assert "incdoc.toml" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("text", ["tool = 1", "[tool]\ndoit = 1", "x = " + "[" * 5000])
def test_init_refuses_a_project_file_that_it_cannot_complete(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text)
    assert "pyproject.toml" in refused(project, "incdoc", "init")


@pytest.mark.parametrize("name", ["dodo.py", ".gitignore", ".gitattributes"])
def test_init_opens_no_pipe(project: Path, name: str) -> None:
    os.mkfifo(project / name)
    assert f"{name} is not a regular file" in refused(project, "incdoc", "init")


@pytest.mark.parametrize("name", [".gitignore", "deep/down/.gitignore"])
def test_a_pipe_in_the_place_of_ignore_rules_is_said(project: Path, name: str) -> None:
    write(project, {"deep/down/b.py": ""})
    os.mkfifo(project / name)
    said = run(project, "incdoc", status=1)
    assert f"({name} is not a regular file, and git waits for its content)" in said
    assert list(project.rglob("deep/down/b.py_docs.md"))


@pytest.mark.parametrize("name", ["dodo.py", "pyproject.toml", ".gitignore"])
@pytest.mark.parametrize(
    "target", ["../secret", "../none", ".git/config", ".git/hooks/pre-commit", "/dev/zero", "folder"]
)
def test_init_completes_no_file_of_another_s(project: Path, name: str, target: str) -> None:
    (project.parent / "secret").write_text("hunter2")
    (project / "folder").mkdir()
    (project / name).symlink_to(target)
    config = (project / ".git/config").read_bytes()
    said = refused(project, "incdoc", "init")
    assert f"{name} is " in said and ("leads out of the repository" in said) is (target != "folder")
    assert (project.parent / "secret").read_text() == "hunter2"
    assert (project / ".git/config").read_bytes() == config
    assert not (project.parent / "none").exists() and not (project / ".git/hooks/pre-commit").exists()


def test_init_completes_the_file_that_a_link_within_the_repository_leads_to(project: Path) -> None:
    project = write(project / "below", {"a.py": "", "../dodo.txt": "# own\n"})
    (project / "dodo.py").symlink_to("../dodo.txt")
    run(project, "incdoc", "init", "-d", ".")
    assert (project / "dodo.py").is_symlink()
    assert (project / "../dodo.txt").read_text().startswith("# own\n\n\nimport incdoc\n")


@pytest.mark.parametrize("name", ["incdoc.toml", "pyproject.toml"])
def test_settings_behind_a_link_are_read_within_the_repository_only(project: Path, name: str) -> None:
    settings = 'output = "pages"\n' if name == "incdoc.toml" else '[tool.incdoc]\noutput = "pages"\n'
    write(project, {"../outside.toml": settings, "etc/inside.toml": settings})
    for target in ("../outside.toml", "/etc/passwd", "../none.toml"):
        (project / name).symlink_to(target)
        for command in ((), ("check",), ("list",), ("watch",), ("init",)):
            said = refused(project, "incdoc", *command) if command != ("init",) or name == "pyproject.toml" else name
            assert name in said and "root:" not in said
        (project / name).unlink()
    assert not (project / "pages").exists()
    (project / name).symlink_to("etc/inside.toml")
    build(project)
    assert (project / "pages/a.py_docs.md").exists()


@pytest.mark.parametrize("name", ["", "^HEAD", "HEAD..HEAD", "-x", "\n"])
def test_what_is_no_commit_is_said(project: Path, name: str) -> None:
    run(project, "git", "add", ".")
    run(project, "git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one")
    said = refused(project, "incdoc", "diff", "--", name)
    assert ("is not a commit" if name else "is empty. Name a commit") in said


@pytest.mark.parametrize(
    "command",
    [
        ("why", ""), ("why", "/"), ("why", ".."), ("why", "/etc/passwd"), ("why", "x" * 5000), ("why", "%FF"),
        ("affected", "--since", ""), ("affected", "--since", "-x"), ("affected", "--since=@{-9}"), ("affected", "x"),
        ("diff", "HEAD", ""), ("diff",), ("check", "-j", "x"), ("check", "-d", ""), ("check", "--format", "x"),
        ("why", "a.py", "-d", ""), ("init", "-d", ""), ("run", "-d", ""), ("list", "-d", ""), ("watch", "-d", ""),
        ("-d", ""), ("-d", "a.py"), ("-d", "x" * 5000), ("-j", "x"), ("--stats", ""), ("--stats", "/"),
        ("list", "--stats", "."), ("watch", "--stats", "."), ("run", "-o", "/"), ("run", "-o", ""),
        ("run", "-o", "n/x"), ("run", "--backend", "json"), ("list", "--db-file", "x"), ("list", "--template", "{x}"),
        ("list", "--template", "{"), ("list", "--template", "{}"), ("watch", "--every", "0"),
        ("watch", "--every", "nan"), ("watch", "--every", "x"), ("info", "a.py"), ("forget", ""), ("clean", "/"),
        ("list", ""), ("run", "--bogus"), ("run", "-v", "x"), ("run", "--verify", "101"), ("init", ""),
    ],
    ids=lambda command: " ".join(command)[:40],
)  # fmt: skip
def test_an_argument_that_cannot_be_used_is_one_sentence(project: Path, command: tuple[str, ...]) -> None:
    said = refused(project, "incdoc", *command)
    assert len(said.strip().split("\n")) == 1 and "CmdOption" not in said
    assert not (project / "docs").exists()


@pytest.mark.parametrize(
    "kind", ["pipe", "socket", "folder", "full folder", "dangling link", "link out", "link to a page"]
)
def test_what_is_in_the_place_of_a_page_stays(project: Path, kind: str) -> None:
    page = project / "docs/reference/a.py_docs.md"

    def put() -> tuple[int, int]:
        page.parent.mkdir(parents=True, exist_ok=True)
        page.unlink(missing_ok=True)
        match kind:
            case "pipe":
                os.mkfifo(page)
            case "socket":
                with socket.socket(socket.AF_UNIX) as server, chdir(page.parent):
                    server.bind(page.name)
            case "dangling link":
                page.symlink_to("nowhere")
            case "link out":
                page.symlink_to("/etc/passwd")
            case "link to a page":
                page.symlink_to("index.md")
            case _:
                page.mkdir()
        if kind == "full folder":
            (page / "mine.txt").write_text("mine")
        return page.lstat().st_ino, page.lstat().st_mode

    found = put()
    assert "a.py_docs.md is not a regular file and is left alone" in refused(project, "incdoc")
    assert (page.lstat().st_ino, page.lstat().st_mode) == found
    assert len(list(page.parent.iterdir())) == 1
    shutil.rmtree(project / "docs")
    build(project)
    found = put()
    (project / "a.py").write_text("changed = 1\n")
    for command in ((), ("check",), ("list", "--status"), ("why", "a.py"), ("clean",)):
        assert "Traceback" not in run(project, "incdoc", *command, status=None if command else 1)
    assert (page.lstat().st_ino, page.lstat().st_mode) == found


def test_forget_without_a_name_forgets_all(project: Path) -> None:
    build(project)
    run(project, "incdoc", "forget")
    assert build(project)["parsed"] == 1


def test_dumpdb_is_no_command(project: Path) -> None:
    assert "dumpdb" in refused(project, "incdoc", "dumpdb")


# --- templates


def with_template(project: Path, text: str) -> Path:
    return write(project, {"incdoc.toml": 'templates = "tpl"\noutput = "out"\n', "tpl/docs.md.jinja": text})


def test_a_template_that_leads_out_of_its_folder_is_refused(project: Path) -> None:
    with_template(project, "{% include 'more.txt' %}")
    (project.parent / "secret").write_text("hunter2")
    for target, name in (("../../secret", "more.txt"), ("..", "folder"), ("/etc/passwd", "docs.md.jinja")):
        (project / "tpl" / name).unlink(missing_ok=True)
        (project / "tpl" / name).symlink_to(target)
    assert "leads out of the templates folder" in refused(project, "incdoc")
    assert not (project / "out").exists()


def test_a_link_within_the_folder_is_a_template(project: Path) -> None:
    with_template(project, "unused")
    (project / "tpl/docs.md.jinja").rename(project / "tpl/base.txt")
    (project / "tpl/docs.md.jinja").symlink_to("base.txt")
    build(project)
    assert b"unused" in pages(project, "out")["a.py_docs.md"]


def test_a_template_that_is_a_pipe_is_refused(project: Path) -> None:
    with_template(project, "")
    (project / "tpl/docs.md.jinja").unlink()
    os.mkfifo(project / "tpl/docs.md.jinja")
    assert "is not a regular file" in refused(project, "incdoc")


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ 'x' * 10**10 }}",
        "{{ [1] * 10**10 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 10**(10**9) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include 'docs.md.jinja' %}",
        "{% for i in range(99999) %}{{ 'x' * 1000 }}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) %}{% if range(99999)|map('string')|join|length == 0 %}x{% endif %}{% endfor %}",
        "{% for i in range(9) recursive %}{{ loop(range(9)) if loop.depth < 20 }}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% set n = namespace(x='xx') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}",
        "{% set n = namespace(x='xx') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
        "{% set n = namespace(x='x') %}{% for i in range(60) %}{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}{% endfor %}",
        "{{ 'x'|center(10**10) }}",
        "{{ 'x'.center(10**10) }}",
        "{{ 'x\\nx'|indent(10**10) }}",
        "{{ ('x' * 10**6)|replace('x', 'x' * 10**6) }}",
        "{{ ('x' * 10**6)|list|join('x' * 10**6) }}",
        "{{ '%10000000000d'|format(1) }}",
        "{{ '{:10000000000}'.format(1) }}",
        "{{ '\\t'.expandtabs(10**10) }}",
    ],
)
def test_a_template_that_grows_without_end_fails_its_page(project: Path, text: str) -> None:
    with_template(project, text)
    said = run(project, "incdoc", "-j", "1", status=1)
    assert "docs.md.jinja, line 1" in said or "docs.md.jinja fails" in said
    assert "Traceback" not in said
    assert "a.py_kw.md" in pages(project, "out")


def test_what_a_template_computes_while_it_is_compiled_is_limited_too(project: Path) -> None:
    with_template(project, "{{ '%10000000000d'|format(1) }}")
    assert timed([str(BIN / "incdoc"), "-j", "1"], project, statuses=(1,)).megabytes < 2_000


def test_clean_shows_the_controls_in_the_names_of_pages(project: Path) -> None:
    name = "\x1b]0;owned\x07\r\u202e.py"
    write(project, {name: "x = 1\n", "incdoc.toml": 'output = "out"\n'})
    build(project)
    cleaned = run(project, "incdoc", "clean").split("\n")
    said = "".join(line for line in cleaned if "removing file" in line)
    assert "owned" in said
    assert not set(said) & set("\x1b\x07\r\u202e")

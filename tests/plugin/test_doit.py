"""incdoc as a doit user sees it: real doit, real projects."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from incdoc.store import Lock
from tests.support import BIN, DODO, ENVIRONMENT, PROJECT, WITH_LOADER, build, pages, run, stored, write

EXCLUDE = '[tool.incdoc]\nexclude = ["own.txt"]\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", PROJECT | {"dodo.py": DODO, "pyproject.toml": WITH_LOADER + EXCLUDE})


@pytest.fixture
def clean(tmp_path: Path) -> dict[str, bytes]:
    """Build the same project with the ``incdoc`` command; its pages."""
    folder = write(tmp_path / "clean", PROJECT | {"dodo.py": DODO, "pyproject.toml": WITH_LOADER + EXCLUDE})
    build(folder)
    return pages(folder)


def test_doit_and_incdoc_make_the_same_pages(project: Path, clean: dict[str, bytes]) -> None:
    counts = build(project, command="doit")
    assert pages(project) == clean
    assert counts["sources"] == counts["parsed"] == 8
    assert counts["pages"] == counts["rendered"] == counts["written"] == len(clean)
    assert (project / "own.txt").read_text() == "own\n"


def test_a_second_run_does_nothing(project: Path) -> None:
    build(project, command="doit")
    before = {path: path.stat().st_mtime_ns for path in (project / "docs").rglob("*.md")}
    counts = build(project, command="doit")
    assert (counts["hashed"] <= 8, counts["parsed"], counts["rendered"], counts["written"]) == (True, 0, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in (project / "docs").rglob("*.md")} == before


def test_a_run_with_nothing_to_do_loads_nothing_that_makes_pages(project: Path) -> None:
    run(project, "incdoc")
    said = run(project, sys.executable, "-X", "importtime", str(BIN / "incdoc"))
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines() if line.startswith("import time:")}
    assert "0 pages rendered" in said
    assert "incdoc.engine.session" in loaded
    assert not {"jinja2", "tree_sitter", "incdoc.pages.render", "incdoc.engine.plan"} & loaded


def test_a_body_edit_reaches_its_own_pages_only(project: Path) -> None:
    build(project, command="doit")
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("os.getpid()", "os.getppid()"))
    counts = build(project, command="doit")
    assert (counts["parsed"], counts["rendered"], counts["written"]) == (1, 1, 1)


def test_default_loader(project: Path, clean: dict[str, bytes]) -> None:
    (project / "pyproject.toml").write_text(EXCLUDE)
    run(project, "doit")
    made = pages(project)
    differ = {name for name in clean.keys() | made.keys() if clean.get(name) != made.get(name)}
    of_settings = {name for name in clean if "pyproject" in name}
    assert differ <= of_settings | {"sub.md", "keywords.md"}  # which list the keys of the settings
    core = project / "pkg/core.py"
    core.write_text(core.read_text() + "\n\ndef added():\n    pass\n")
    run(project, "doit")
    assert b"`added`" in pages(project)["pkg/core.py_docs.md"]


def test_list_shows_groups_and_all_tasks(project: Path) -> None:
    groups = run(project, "doit", "list")
    for name in ("parse", "docs", "kw", "index", "doc", "sub", "book", "keywords", "rules", "prune", "own"):
        assert f"\n{name} " in "\n" + groups
    names = run(project, "doit", "list", "--all", "-q").split()
    for name in (
        "parse:pkg/core.py",
        "docs:pkg/core.py",
        "kw:README.md",
        "index:.",
        "doc:pkg",
        "sub:tests",
        "book:pkg",
    ):
        assert name in names
    assert not (project / "docs").exists()


def test_status_and_info(project: Path) -> None:
    build(project, command="doit")
    status = run(project, "doit", "list", "--all", "--status")
    runs = {line.split()[1] for line in status.splitlines() if line.startswith("R ")}
    assert runs == set()
    assert "R docs " not in run(project, "doit", "list", "--status")
    assert "status     : up-to-date" in run(project, "doit", "info", "docs:pkg/core.py")
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "getppid"))
    status = run(project, "doit", "list", "--status")
    assert {line.split()[1] for line in status.splitlines() if line.startswith("R ")} == {"parse", "docs"}
    (project / "pkg/fast.py").unlink()
    assert "R prune" in run(project, "doit", "list", "--status"), "pages would be deleted"
    info = run(project, "doit", "info", "docs:pkg/core.py", status=1)
    assert "status     : run" in info
    assert "docs/reference/pkg/core.py_docs.md" in info
    assert "status     : up-to-date" in run(project, "doit", "info", "kw:pkg/core.py")
    assert b"getppid" not in pages(project)["pkg/core.py_docs.md"]


def test_read_only_commands_do_not_report_restored_pages(project: Path) -> None:
    build(project, command="doit")
    page = project / "docs/reference/pkg/core.py_docs.md"
    page.unlink()
    assert "restored" not in run(project, "doit", "list", "--all", "-q")
    assert not page.exists()
    build(project, command="doit")
    assert page.exists()


def test_one_page_by_name_and_by_target(project: Path) -> None:
    run(project, "doit", "docs:pkg/core.py")
    assert set(pages(project)) == {"pkg/core.py_docs.md"}
    run(project, "doit", "docs/reference/pkg/index.md", status=None)
    run(project, "doit", "index:pkg")
    assert set(pages(project)) == {"pkg/core.py_docs.md", "pkg/index.md"}
    run(project, "doit", "docs")
    assert {name for name in pages(project) if name.endswith("_docs.md")} >= {
        "pkg/fast.py_docs.md",
        "README.md_docs.md",
    }


@pytest.mark.parametrize("command", ["doit", "incdoc"])
def test_a_misspelt_task_is_an_error(project: Path, command: str) -> None:
    for name in ("docs:nope", "docs:pkg", "index:pkg/core.py", "keywords:qq", "parse:nope", "nope:x"):
        assert f'"{name}"' in run(project, command, name, status=3)
    assert not (project / "docs").exists()
    build(project, command=command)
    for options in ((), ("-n", "2"), ("-n", "2", "-P", "thread")):
        said = run(project, command, "run", *options, "docs:nope", "kw:pkg/core.py", status=3)
        assert '"docs:nope"' in said and "Traceback" not in said
    for asking in ("list", "info", "forget", "clean"):
        assert "docs:nope" in run(project, command, asking, "docs:nope", status=3)
    assert "incdoc" in run(project, command, "docs:pkg/core.py")


def test_the_default_loader_says_a_misspelt_page(project: Path) -> None:
    (project / "pyproject.toml").unlink()
    run(project, "doit", "docs:pkg/core.py")
    assert set(pages(project)) == {"pkg/core.py_docs.md"}
    for name in ("docs:nope", "index:pkg/core.py", "keywords:qq", "parse:nope", "nope:x"):
        assert f'"{name}"' in run(project, "doit", name, status=3)
    assert '"kw:nope"' in run(project, "doit", "docs:pkg/core.py", "kw:nope", status=3)
    run(project, "doit", "kw", "docs:README.md")
    assert "pkg/fast.py_kw.md" in pages(project) and "README.md_docs.md" in pages(project)


@pytest.mark.parametrize("loader", [WITH_LOADER, ""])
def test_a_prefix_leaves_the_project_its_names(project: Path, loader: str) -> None:
    """Tasks of the same names are the project's own, with both loaders and in every command of doit's."""
    own = "def task_docs():\n    return {'actions': ['echo mine >> mine.txt']}\n"
    dodo = f"import incdoc\n\n{own}\nglobals().update(incdoc.tasks(prefix='ref-'))\n"
    write(project, {"dodo.py": dodo, "pyproject.toml": f'{loader}[tool.incdoc]\nexclude = ["mine.txt"]\n'})
    run(project, "doit")
    assert (project / "mine.txt").read_text() == "mine\n"
    expected = pages(project)
    run(project, "incdoc", "check")
    run(project, "doit", "docs")
    assert (project / "mine.txt").read_text() == "mine\nmine\n" and pages(project) == expected
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "getppid"))
    run(project, "doit", "ref-docs:pkg/core.py")
    assert b"getppid" in pages(project)["pkg/core.py_docs.md"]
    assert '"ref-docs:nope"' in run(project, "doit", "ref-docs:nope", status=3)
    names = run(project, "doit", "list", "--all", "-q").split()
    assert {"docs", "ref-docs", "ref-docs:pkg/core.py", "ref-parse:README.md", "ref-prune"} <= set(names)
    if loader:
        run(project, "doit", "forget", "ref-docs:pkg/core.py", "ref-parse:README.md")
        assert "status     : run" in run(project, "doit", "info", "ref-docs:pkg/core.py", status=1)
        assert build(project, command="doit")["parsed"] == 1
        run(project, "doit", "clean", "ref-index:pkg")
        assert "pkg/index.md" not in pages(project)
        assert "bar" not in run(project, "bash", "-c", "doit list --all | head -n 1; exit ${PIPESTATUS[1]}")
    assert "must be of letters" in run(write(project, {"dodo.py": dodo.replace("ref-", "a:b")}), "doit", status=3)


def test_a_setting_among_the_arguments_of_tasks_is_said(project: Path) -> None:
    """``check`` reads no dodo.py: a build would write pages that it does not know of."""
    (project / "pyproject.toml").unlink()
    for given, expected in (
        ('output="pages"', "output is a setting. Set it in [tool.incdoc] of pyproject.toml: incdoc check"),
        ("outptu=1", "incdoc.tasks() takes root and prefix, not outptu."),
    ):
        write(project, {"dodo.py": f"import incdoc\n\nglobals().update(incdoc.tasks({given}))\n"})
        said = run(project, "doit", status=3)
        assert expected in said and "Traceback" not in said
    write(project, {"incdoc.toml": "", "dodo.py": 'import incdoc\n\nglobals().update(incdoc.tasks(output="x"))\n'})
    assert "Set it in incdoc.toml:" in run(project, "doit", status=3)
    assert not pages(project, "x") and not pages(project)


def test_a_monorepo_with_two_outputs(tmp_path: Path) -> None:
    """Each project has its settings; one ``dodo.py`` builds both, and each alone."""
    own = "\n\ndef task_mine():\n    return {'actions': ['echo mine'], 'verbosity': 2}\n"
    dodo = (
        "import incdoc\n\n\ndef task_reference():\n    for folder in ('packages/a', 'packages/b'):\n"
        "        yield incdoc.project(folder)\n"
    )
    files = {
        "dodo.py": dodo + own,
        "packages/a/one.py": "x = 1\n",
        "packages/a/incdoc.toml": 'output = "pages"\n',
        "packages/b/two.py": "y = 1\n",
        "packages/b/incdoc.toml": 'output = "reference"\n',
    }
    folder = write(tmp_path / "mono", files)
    said = run(folder, "doit")
    assert said.count("2 parsed") == 2 and "mine" in said
    assert "one.py_docs.md" in pages(folder / "packages/a", "pages")
    assert "two.py_docs.md" in pages(folder / "packages/b", "reference")
    run(folder / "packages/b", "incdoc", "check")
    write(folder, {"packages/b/two.py": "y = 2\n"})
    assert "1 parsed" in run(folder, "doit", "reference:packages/b")
    assert "build the reference pages of packages/b" in run(folder, "doit", "list", "--all")
    write(folder, {"packages/a/incdoc.toml": "outptu = 1\n"})
    said = run(folder, "doit", "-c", status=2)
    assert "outptu is not a setting" in said and "2 sources, 0 parsed" in said and "mine" in said
    twice = (
        "import incdoc\n\nglobals().update(incdoc.tasks('packages/a'))\nglobals().update(incdoc.tasks('packages/b'))\n"
    )
    assert "incdoc.project(" in run(write(folder, {"dodo.py": twice}), "doit", status=3)


def test_a_task_whose_source_is_gone_removes_its_page_once(project: Path) -> None:
    build(project, command="doit")
    (project / "pkg/fast.py").unlink()
    run(project, "doit", "docs:pkg/fast.py")
    assert "pkg/fast.py_docs.md" not in pages(project) and "pkg/fast.py_kw.md" in pages(project)
    run(project, "doit", "docs:pkg/fast.py", status=3)
    run(project, "doit")
    assert "pkg/fast.py_kw.md" not in pages(project)


def test_own_task_alone_builds_no_page(project: Path) -> None:
    assert "own" in run(project, "doit", "own")
    assert not (project / "docs").exists()


def test_forget_and_always(project: Path) -> None:
    build(project, command="doit")
    run(project, "doit", "forget", "docs:pkg/core.py")
    assert build(project, command="doit")["rendered"] == 1
    run(project, "doit", "forget", "parse:pkg/core.py")
    assert build(project, command="doit")["parsed"] == 1
    run(project, "doit", "forget", "--all")
    counts = build(project, command="doit")
    assert counts["parsed"] == 8
    assert counts["rendered"] == counts["pages"]
    assert counts["written"] == 0
    assert build(project, "-a", command="doit")["rendered"] == counts["pages"]


def test_clean_takes_generated_pages_only(project: Path, clean: dict[str, bytes]) -> None:
    build(project, command="doit")
    mine = project / "docs/reference/pkg/notes.md"
    mine.write_text("mine\n")
    run(project, "doit", "clean", "-n")
    assert len(pages(project)) == len(clean) + 1
    run(project, "doit", "clean", "--clean-all")
    assert pages(project) == {"pkg/notes.md": b"mine\n"}
    build(project, command="doit")
    assert pages(project) == clean | {"pkg/notes.md": b"mine\n"}


@pytest.mark.parametrize("kind", ["process", "thread"])
def test_parallel_doit(project: Path, clean: dict[str, bytes], kind: str) -> None:
    counts = build(project, "-n", "2", "-P", kind, command="doit")
    assert pages(project) == clean
    assert (counts["parsed"], counts["written"]) == (8, len(clean))
    core = project / "pkg/core.py"
    core.write_text(core.read_text().replace("getpid", "getppid"))
    counts = build(project, "-n", "2", "-P", kind, command="doit")
    assert (counts["parsed"], counts["rendered"], counts["written"]) == (1, 1, 1)


def test_parallel_doit_removes_orphans(project: Path, clean: dict[str, bytes]) -> None:
    """``prune`` runs in a process that doit forked; the build removes orphans all the same."""
    build(project, command="doit")
    page = project / "docs/reference/pkg/core.py_docs.md"
    (page.parent / "gone.py_docs.md").write_bytes(page.read_bytes())
    assert build(project, "-n", "2", command="doit")["removed"] == 1
    assert pages(project) == clean


def test_a_project_without_incdoc_is_left_alone(tmp_path: Path) -> None:
    tasks = "".join(
        f"def task_{name}():\n    return {{'actions': ['echo {name}']}}\n\n"
        for name in ("check", "why", "docs", "init", "incdoc", "parse")
    )
    folder = write(tmp_path / "other", {"dodo.py": tasks})
    output = run(folder, "doit")
    assert ".  why" in output and ".  incdoc" in output
    there = {path.name for path in folder.iterdir()}
    assert {name for name in there if not name.startswith(".doit.db")} - {"__pycache__"} == {"dodo.py"}
    said = run(folder, sys.executable, "-X", "importtime", str(BIN / "doit"))
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines() if line.startswith("import time:")}
    assert not {"msgspec", "incdoc.config", "incdoc.sources"} & loaded
    (folder / "pyproject.toml").write_text('[tool.doit]\nloader = "incdoc"\n')
    assert ".  check" in run(folder, "doit")


def test_init_sets_a_project_up(tmp_path: Path) -> None:
    folder = write(tmp_path / "new", {"a.py": "x = 1\n"})
    run(folder, "incdoc", "init")
    first = {path.name: path.read_text() for path in folder.iterdir() if path.is_file()}
    build(folder, command="doit")
    assert "a.py_docs.md" in pages(folder)
    run(folder, "incdoc", "init")
    assert {name: (folder / name).read_text() for name in first} == first


def test_init_adds_to_what_is_there(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "old",
        {
            "dodo.py": "def task_own():\n    return {'actions': ['echo own']}\n",
            "pyproject.toml": '[project]\nname = "old"\n',
            ".gitignore": "build",
        },
    )
    run(folder, "incdoc", "init")
    assert (folder / ".gitignore").read_text() == "build\n.incdoc/\n"
    assert (folder / "pyproject.toml").read_text().startswith('[project]\nname = "old"\n')
    assert "own" in run(folder, "doit", "own")
    build(folder, command="doit")
    assert "dodo.py_docs.md" in pages(folder)


def test_names_that_doit_cannot_use(tmp_path: Path) -> None:
    folder = write(tmp_path / "odd", {"a=b.py": "x = 1\n", "c*d.py": "y = 1\n", "e%f.py": "z = 1\n", "g h.py": ""})
    build(folder)
    names = set(pages(folder))
    assert {"a=b.py_docs.md", "c%2Ad.py_docs.md", "e%25f.py_docs.md", "g h.py_docs.md"} <= names
    assert "docs:a%3Db.py" in run(folder, "incdoc", "list", "--all", "-q").split()
    run(folder, "incdoc", "forget", "docs:c%2Ad.py")
    assert build(folder)["rendered"] == 1


def test_untrusted_clone_runs_no_code(tmp_path: Path) -> None:
    evil = "open('ran', 'w')\n"
    folder = write(
        tmp_path / "evil",
        {
            "dodo.py": evil,
            "evil.py": evil + "class Loader: pass\n",
            "setup.py": evil,
            "conftest.py": evil,
            "sitecustomize.py": evil,
            "pyproject.toml": '[tool.doit]\nloader = "x"\n[tool.doit.plugins.loader]\nx = "evil:Loader"\n'
            '[tool.doit.plugins.command]\ny = "evil:Loader"\n',
        },
    )
    build(folder)
    run(folder, "incdoc", "list", "--all")
    assert not (folder / "ran").exists()


def test_version(tmp_path: Path) -> None:
    assert run(tmp_path, "incdoc", "--version").startswith("incdoc 0.")


def test_started_from_elsewhere(project: Path, clean: dict[str, bytes]) -> None:
    run(project.parent, "incdoc", "run", "-d", "project")
    assert pages(project) == clean
    assert not (project.parent / "docs").exists()


def test_sources_are_never_touched(project: Path) -> None:
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in project.rglob("*") if path.is_file()}
    build(project)
    for path, (content, time) in before.items():
        assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, time)
    assert os.listdir(project / ".incdoc")


def test_a_task_that_reads_what_another_wrote_in_the_same_run(project: Path) -> None:
    """Its file_dep is compared when the task runs, not as it was when the run began."""
    (project / "dodo.py").write_text(
        DODO
        + """

def task_first():
    return {"actions": ["cp setup.cfg made.ini"], "file_dep": ["setup.cfg"], "targets": ["made.ini"]}


def task_second():
    return {"actions": ["cat made.ini >> read.txt"], "file_dep": ["made.ini"], "task_dep": ["first"]}
"""
    )
    run(project, "doit")
    run(project, "doit")
    (project / "setup.cfg").write_text("[metadata]\nname = changed\n")
    run(project, "doit")
    assert (project / "read.txt").read_text().endswith("name = changed\n")


def rows(project: Path) -> list[str]:
    """All rows of the store."""
    with stored(project) as db:
        return list(db.iterdump())


def test_read_only_commands_change_nothing(project: Path) -> None:
    """Neither the store nor any file that git lists."""
    asked = ("list", "list --all", "list --all --status", "info docs:pkg/core.py")
    run(project, "git", "init", "-q")
    (project / ".gitignore").write_text("__pycache__/\n")
    before = run(project, "git", "status", "--porcelain", "-uall")
    for command in asked:
        run(project, "doit", *command.split(), status=None)
        assert run(project, "git", "status", "--porcelain", "-uall") == before, command
    build(project, command="doit")
    (project / "docs/reference/index.md").unlink()
    (project / "setup.cfg").unlink()
    known = rows(project)
    for command in asked:
        run(project, "doit", *command.split(), status=None)
        assert rows(project) == known, command


def test_forgetting_waits_for_a_build(project: Path) -> None:
    build(project, command="doit")
    lock = Lock(str(project / ".incdoc/lock"))
    lock.acquire(lambda line: None)
    with subprocess.Popen(
        ["doit", "forget", "docs:pkg/core.py"], cwd=project, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    ) as forget:
        assert forget.stderr is not None
        said = forget.stderr.readline()
        assert said.endswith("which builds this tree (up to 60 s).\n")
        with stored(project) as db:
            assert not db.execute("SELECT * FROM pending").fetchall()
        lock.release()
    assert forget.returncode == 0
    assert build(project, command="doit")["rendered"] == 1


def test_workers_of_doit_finish_tasks_that_are_up_to_date(project: Path) -> None:
    """Otherwise every run would check it again."""
    build(project, "-n", "2", command="doit")
    with open(project / "pkg/core.py", "a") as core:
        core.write("# a remark\n")
    assert build(project, "-n", "2", command="doit")["written"] == 1
    with stored(project) as db:
        assert not db.execute("SELECT * FROM pending").fetchall()

"""``incdoc init`` looks before it writes: what it finds, what it adds, what it leaves to the user."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
import yaml

from incdoc.plugin.ci_files import ci_file, installed
from incdoc.plugin.survey import blob_url, task_names
from tests.support import ENVIRONMENT, REFUSED, build, pages, run, write

PYTHON = {"a.py": "x = 1\n", "pyproject.toml": '[project]\nname = "a"'}
TYPESCRIPT = {"package.json": "{}\n", "src/a.ts": "export const a = 1;\n", "tool.py": "", "src/b.ts": ""}


def project(folder: Path, files: dict[str, str], remote: str = "") -> Path:
    run(write(folder, files), "git", "init", "-q", "-b", "main")
    if remote:
        run(folder, "git", "remote", "add", "origin", remote)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file that is not git's."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


def added(before: dict[str, bytes], after: dict[str, bytes]) -> dict[str, str]:
    """What was added at the end of each file. No byte that was there may have changed."""
    assert before.keys() <= after.keys()
    assert all(after[name].startswith(data) for name, data in before.items())
    return {
        name: data[len(before.get(name, b"")) :].decode() for name, data in after.items() if before.get(name) != data
    }


def left(said: str) -> str:
    return said.partition("Left to do:\n")[2]


def test_a_project_that_is_not_python_s_gets_settings_only(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", TYPESCRIPT)
    before = contents(folder)
    said = run(folder, "incdoc", "init")
    assert added(before, contents(folder)) == {"incdoc.toml": 'output = "docs/reference"\n'}
    assert left(said).startswith("- Build the pages:\n      incdoc\n")
    build(folder)
    assert run(folder, "git", "status", "--porcelain", "-unormal").count(".incdoc") == 0
    assert run(folder, "incdoc", "init").startswith("incdoc.toml: nothing to add\n")


@pytest.mark.parametrize(
    ("files", "read"),
    [
        ({"mkdocs.yml": "site_name: x\n", "docs/index.md": ""}, "MkDocs makes a site of docs"),
        ({"mkdocs.yml": "docs_dir: 'docs/en'\n", "docs/en/index.md": ""}, None),
        ({"zensical.toml": '[project]\nsite_name = "x"\n', "docs/index.md": ""}, "Zensical makes a site of docs"),
        ({"docs/conf.py": "extensions = []\n", "docs/index.rst": ""}, "Sphinx makes a site of docs"),
        ({"docs/source/conf.py": "project = 'x'\n", "docs/source/index.rst": ""}, None),
        ({"docs/.vitepress/config.mts": "", "docs/index.md": ""}, "VitePress makes a site of docs"),
        ({"docusaurus.config.ts": "", "docs/index.md": ""}, "Docusaurus makes a site of docs"),
        ({"reference/x.md": "", "mkdocs.yml": "x: 1\n"}, "the pages are in reference-pages"),
        ({"conf.py": "x = 1\n"}, None),
        ({"mkdocs.yml": "docs_dir: .\n"}, "MkDocs makes a site of the project itself: it reads the pages too."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else "",
)
def test_pages_are_not_put_where_a_site_takes_them(tmp_path: Path, files: dict[str, str], read: str | None) -> None:
    folder = project(tmp_path / "p", PYTHON | files, "https://github.com/o/r.git")
    said = run(folder, "incdoc", "init")
    settings = (folder / "pyproject.toml").read_text()
    expected = "docs/reference"
    if read is not None:
        assert read in said
        expected = "reference-pages" if "reference/x.md" in files else "reference"
        expected = "docs/reference" if "itself" in read else expected
    assert f'output = "{expected}"\n' in settings
    assert settings.endswith('\nsource_url = "https://github.com/o/r/blob/main"\n') is ("makes a site" in said)
    build(folder)
    assert "a.py_docs.md" in pages(folder, expected)


def test_a_site_may_have_the_pages_where_the_user_asks(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", PYTHON | {"mkdocs.yml": "", "docs/index.md": ""})
    assert "it reads the pages too" in run(folder, "incdoc", "init", "--output", "docs/api")
    assert 'output = "docs/api"' in (folder / "pyproject.toml").read_text()
    for wrong in ("/", ".", "../x", ".git/x", "a\0b"[:1] + "/../.."):
        other = project(tmp_path / f"w{len(wrong)}{ord(wrong[0])}", PYTHON)
        run(other, "incdoc", "init", "--output", wrong, status=REFUSED)
        assert contents(other).keys() == PYTHON.keys()


@pytest.mark.parametrize(
    ("remote", "url"),
    [
        ("git@github.com:o/r.git", "https://github.com/o/r/blob/main"),
        ("https://user:secret@github.com/o/r", "https://github.com/o/r/blob/main"),
        ("ssh://git@gitlab.com:2222/g/sub/r.git", "https://gitlab.com/g/sub/r/-/blob/main"),
        ("https://gitlab.example.org/g/r.git/", "https://gitlab.example.org/g/r/-/blob/main"),
        ("https://bitbucket.org/o/r.git", "https://bitbucket.org/o/r/src/main"),
        ("https://codeberg.org/o/r", "https://codeberg.org/o/r/src/branch/main"),
        ("https://example.org/o/r", ""),
        ("../elsewhere", ""),
        ("/srv/git/github.com/r.git", ""),
        ("https://github.com/o/r\n[x]", ""),
        ("https://github.com/o/r)<script>", ""),
        ("ext::sh -c x github.com:a/b", ""),
        ("", ""),
    ],
)
def test_where_the_host_shows_sources(remote: str, url: str) -> None:
    assert blob_url(remote, "main") == url


def test_source_url_is_offered_where_there_is_no_site(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", PYTHON, "git@github.com:o/r.git")
    run(folder, "incdoc", "init")
    assert '\n# source_url = "https://github.com/o/r/blob/main"  #' in (folder / "pyproject.toml").read_text()


OWN = "def task_docs():\n    return {'actions': ['echo mine'], 'verbosity': 2}\n\n\ntask_index = task_docs\n"


def test_tasks_of_the_user_s_stay(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", PYTHON | {"dodo.py": OWN})
    before = contents(folder)
    said = run(folder, "incdoc", "init")
    assert "dodo.py has tasks of its own called docs, index: they stay." in said
    assert added(before, contents(folder))["dodo.py"] == (
        '\n\nimport incdoc\n\nglobals().update(incdoc.tasks(prefix="incdoc-"))\n'
    )
    assert "mine" in run(folder, "doit", "docs") and "mine" in run(folder, "doit", "index")
    assert "mine" in run(folder, "doit") and "a.py_docs.md" in pages(folder)
    run(folder, "doit", "incdoc-docs:a.py")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (OWN, {"docs", "index"}),
        ("from x import task_kw as task_parse, task_book", {"parse", "book"}),
        ("def task_x():\n yield {'basename': 'sub', 'actions': []}", {"x", "sub"}),
        ("class A:\n task_doc = 1", {"doc"}),
        ("def (", None),
        ("", set()),
    ],
)
def test_names_of_tasks_are_read_and_not_run(text: str, names: set[str] | None) -> None:
    assert task_names(text.encode()) == names


def test_a_task_that_would_be_replaced_ends_the_run(tmp_path: Path) -> None:
    """However it came to its name: ``init`` may not have seen it."""
    dodo = 'import incdoc\n\nglobals()["task_" + "docs"] = dict\nglobals().update(incdoc.tasks())\n'
    folder = write(tmp_path / "p", {"dodo.py": dodo})
    said = run(folder, "doit", status=REFUSED)
    assert "dodo.py has tasks of its own called docs." in said and 'prefix="incdoc-"' in said
    assert "Traceback" not in said


def test_dry_run_writes_nothing_and_shows_what_init_writes(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", PYTHON | {"dodo.py": OWN, ".gitignore": "x"})
    before = contents(folder)
    said = run(folder, "incdoc", "init", "--dry-run", "--ci", "github")
    assert contents(folder) == before
    patch = said.partition("dodo.py has tasks")[0]
    assert "Nothing was written. Left to do then:\n" in said
    run(folder, "incdoc", "init", "--ci", "github")
    written = contents(folder)
    other = project(tmp_path / "q", PYTHON | {"dodo.py": OWN, ".gitignore": "x"})
    (tmp_path / "patch").write_text(patch)
    run(other, "git", "apply", "../patch")
    assert contents(other) == written


def test_what_is_left_is_said_last_with_the_exact_lines(tmp_path: Path) -> None:
    doit = "[tool.doit]\nverbosity = 2\n"
    folder = project(tmp_path / "p", {"a.py": "", "pyproject.toml": doit, ".pre-commit-config.yaml": "repos: []\n"})
    said = run(folder, "incdoc", "init", "--ci", "pre-commit")
    assert added({"pyproject.toml": doit.encode()}, contents(folder))["pyproject.toml"] == (
        '\n[tool.incdoc]\noutput = "docs/reference"\n'
    )
    todo = left(said)
    assert '      loader = "incdoc"\n' in todo
    assert '      [tool.doit.plugins.command]\n      watch = "incdoc.plugin.watch:Watch"\n' in todo
    assert "      /docs/reference/** linguist-generated=true\n" in todo
    assert ".pre-commit-config.yaml exists. Add to it:\n        - repo: local\n" in todo
    write(folder, {".gitattributes": "/docs/reference/** linguist-generated=true\n"})
    assert "linguist" not in run(folder, "incdoc", "init")


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("github", {".github/workflows/incdoc.yml"}),
        ("gitlab", {".gitlab-ci.yml", ".gitlab/incdoc.yml"}),
        ("pre-commit", {".pre-commit-config.yaml"}),
    ],
)
def test_ci_files_are_written_once(tmp_path: Path, kind: str, files: set[str]) -> None:
    folder = project(tmp_path / "p", TYPESCRIPT)
    before = contents(folder)
    run(folder, "incdoc", "init", "--ci", kind)
    after = contents(folder)
    assert added(before, after).keys() == {"incdoc.toml", *files}
    assert all(yaml.safe_load(after[name]) for name in files)
    run(folder, "incdoc", "init", "--ci", kind)
    assert contents(folder) == after


_GIT = '{"url": "https://host/o/incdoc.git", "vcs_info": {"vcs": "git", "commit_id": "0123456789abcdef"}}'


@pytest.mark.parametrize(
    ("direct_url", "version", "requirement", "source"),
    [
        (None, "1.2", "incdoc==1.2", ""),
        (_GIT, "1.2-0123456789ab", "incdoc@git+https://host/o/incdoc.git@0123456789abcdef", ""),
        ('{"url": "https://host/incdoc-1.2.zip", "archive_info": {}}', "1.2", "incdoc@https://host/incdoc-1.2.zip", ""),
        ('{"url": "file:///home/me/a%20b", "dir_info": {"editable": true}}', "1.2", "incdoc==1.2", "/home/me/a b"),
        ('{"url": "https://host/$(x)", "archive_info": {}}', "1.2", "incdoc==1.2", "https://host/$(x)"),
    ],
)
def test_ci_installs_the_incdoc_that_wrote_its_file(
    direct_url: str | None, version: str, requirement: str, source: str
) -> None:
    found = installed("1.2", direct_url)
    assert found == (version, requirement, source)
    for kind in ("github", "gitlab", "pre-commit"):
        text = ci_file(kind, found, "main", ".incdoc").text
        assert yaml.safe_load(text) and requirement in text
        assert kind == "pre-commit" or f"incdoc-{version}-python3.12" in text


def test_what_ci_cannot_install_is_said(tmp_path: Path) -> None:
    """The tests run an editable installation."""
    folder = project(tmp_path / "p", TYPESCRIPT)
    todo = left(run(folder, "incdoc", "init", "--ci", "github"))
    assert "which CI does not have" in todo and "in the place of incdoc==" in todo
    assert "      incdoc@git+https://HOST/OWNER/incdoc@COMMIT\n" in todo


def test_a_gitlab_file_of_the_user_s_stays(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", TYPESCRIPT | {".gitlab-ci.yml": "stages: [x]\n"})
    before = contents(folder)
    said = run(folder, "incdoc", "init", "--ci", "gitlab")
    assert added(before, contents(folder)).keys() == {"incdoc.toml", ".gitlab/incdoc.yml"}
    assert ".gitlab-ci.yml exists. Add to it:\n      include:\n        - local: .gitlab/incdoc.yml\n" in left(said)


def test_no_folder_leads_out(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", TYPESCRIPT)
    (tmp_path / "out").mkdir()
    (folder / ".github").symlink_to(tmp_path / "out")
    assert "leads out of the repository" in run(folder, "incdoc", "init", "--ci", "github", status=REFUSED)
    assert not list((tmp_path / "out").iterdir())


def test_the_project_above_is_set_up(tmp_path: Path) -> None:
    folder = project(tmp_path / "p", TYPESCRIPT)
    said = run(folder / "src", "incdoc", "init")
    assert said.startswith(f"The project is {folder}.\n") and (folder / "incdoc.toml").exists()
    subprocess.run(["incdoc", "init", "-d", "."], cwd=folder / "src", env=ENVIRONMENT, check=True)
    assert (folder / "src/incdoc.toml").exists()

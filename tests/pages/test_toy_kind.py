"""A kind of page that is one module and one row: it is built, explained, cleaned and protected as all others are.

The kind is ``toy``. A copy of incdoc has it; its files are JSON, so they have no mark.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from incdoc.pages import kinds
from incdoc.pages.manifest import decode, encode, is_manifest
from incdoc.sources import blob_id
from incdoc.sources.mark import MANIFEST
from tests.sources.support import git
from tests.support import REFUSED, changed, pages, run, write

ROW = '    Row("outline", "the outline of each source, as JSON", "pages.toy:Outlines"),\n'
FILES = {"a.py": "def one():\n    pass\n", "pkg/b.py": "class Two:\n    pass\n"}
OUTPUT = "docs/reference"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with incdoc and the toy kind: the module, and one row."""
    folder = tmp_path_factory.mktemp("library")
    package = Path(kinds.__file__).parents[1]
    shutil.copytree(package, folder / "incdoc", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(__file__).with_name("toy.py"), folder / "incdoc/pages/toy.py")
    registry = folder / "incdoc/pages/kinds.py"
    text = registry.read_text()
    assert text.count('\n)\n"""All of them') == 1
    registry.write_text(text.replace('\n)\n"""All of them', f'\n{ROW})\n"""All of them'))
    return folder


class Project:
    """A repository in ``folder`` that the incdoc in ``library`` documents."""

    def __init__(self, folder: Path, library: Path) -> None:
        self.folder = folder
        self.output = folder / OUTPUT
        self._library = str(library)

    def incdoc(self, *arguments: str, status: int = 0, before: str = "", **environment: str) -> str:
        """Run ``incdoc``, after some code of a test; what it says."""
        code = f"{before}\nimport sys; sys.argv[0] = 'incdoc'; from incdoc.plugin.main import main; main()"
        environment["PYTHONPATH"] = environment.get("PYTHONPATH", self._library)
        return run(self.folder, sys.executable, "-c", code, *arguments, status=status, **environment)

    def lose_cache(self) -> None:
        shutil.rmtree(self.folder / ".incdoc")

    def outlines(self) -> list[str]:
        return sorted(name for name in pages(self.folder) if name.endswith(".json"))

    def is_right(self) -> None:
        """The output is that of a build from nothing."""
        other = Project(self.folder.with_name("clean"), Path(self._library))
        shutil.rmtree(other.folder, ignore_errors=True)
        shutil.copytree(self.folder, other.folder, ignore=shutil.ignore_patterns("docs", ".incdoc"))
        other.incdoc()
        assert pages(self.folder) == pages(other.folder)
        self.incdoc("check")
        assert "0 pages rendered, 0 written" in self.incdoc()


@pytest.fixture
def project(tmp_path: Path, library: Path) -> Project:
    folder = write(tmp_path / "project", FILES)
    git(folder, "init", "-q", ".")
    made = Project(folder, library)
    made.incdoc()
    return made


def test_it_is_built_with_a_manifest_and_is_current_then(project: Project) -> None:
    assert project.outlines() == [MANIFEST, "a.py_outline.json", "pkg/b.py_outline.json"]
    data = (project.output / "pkg/b.py_outline.json").read_bytes()
    assert b'"Two"' in data
    manifest = (project.output / MANIFEST).read_bytes()
    assert is_manifest(manifest)
    assert decode(manifest)["pkg/b.py_outline.json"] == {blob_id(data)}
    project.incdoc("check")
    before = pages(project.folder)
    assert "0 pages rendered" in project.incdoc()
    assert pages(project.folder) == before


def test_an_edit_changes_what_it_reaches(project: Project) -> None:
    before = pages(project.folder)
    write(project.folder, {"a.py": "# a remark\n" + FILES["a.py"]})
    assert "a.py_outline.json is up to date" in project.incdoc("why", "outline:a.py")
    project.incdoc()
    found = changed(before, pages(project.folder))
    assert "a.py_docs.md" in found
    assert not any(name.endswith(".json") for name in found)
    before = pages(project.folder)
    write(project.folder, {"a.py": "def other():\n    pass\n"})
    project.incdoc()
    found = {name for name in changed(before, pages(project.folder)) if name.endswith(".json")}
    assert found == {MANIFEST, "a.py_outline.json"}
    project.is_right()


def test_why_and_list_know_it(project: Project) -> None:
    write(project.folder, {"a.py": "def other():\n    pass\n"})
    said = project.incdoc("why", "docs/reference/a.py_outline.json")
    assert "a.py_outline.json would be written" in said
    assert "names[0]" in said
    assert "a.py_outline.json" in project.incdoc("why", "a.py")
    assert "the outline of each source, as JSON" in project.incdoc("list")
    assert "outline:pkg/b.py" in project.incdoc("list", "--all")
    assert "a.py_outline.json" in project.incdoc("check", status=1)
    assert "outline page of a.py" in project.incdoc("info", "outline:a.py", status=1)


def test_clean_removes_its_files_and_the_manifest(project: Project) -> None:
    project.incdoc("clean", "outline:a.py")
    assert project.outlines() == [MANIFEST, "pkg/b.py_outline.json"]
    assert list(decode((project.output / MANIFEST).read_bytes())) == ["pkg/b.py_outline.json"]
    project.incdoc("clean", "outline")
    assert project.outlines() == []
    project.incdoc()
    project.is_right()


def test_the_file_of_a_removed_source_goes(project: Project) -> None:
    (project.folder / "pkg/b.py").unlink()
    project.incdoc()
    assert project.outlines() == [MANIFEST, "a.py_outline.json"]
    project.is_right()


@pytest.mark.parametrize("cache", [True, False], ids=["cache kept", "cache lost"])
def test_what_git_brings_back_is_deleted(project: Project, cache: bool) -> None:
    git(project.folder, "add", "-A")
    git(project.folder, "commit", "-qm", "x")
    (project.folder / "pkg/b.py").unlink()
    project.incdoc()
    git(project.folder, "checkout", "-q", "--", OUTPUT)
    if not cache:
        project.lose_cache()
    assert f"{OUTPUT}/pkg/b.py_outline.json" in project.incdoc("check", status=1)
    project.incdoc()
    assert project.outlines() == [MANIFEST, "a.py_outline.json"]
    project.is_right()


def test_a_clone_without_a_cache_knows_its_files(project: Project) -> None:
    project.lose_cache()
    before = pages(project.folder)
    write(project.folder, {"a.py": "def other():\n    pass\n"})
    project.incdoc()
    assert "a.py_outline.json" in changed(before, pages(project.folder))
    project.is_right()


def test_a_manifest_that_is_lost_or_edited_is_written_again(project: Project) -> None:
    before = pages(project.folder)
    manifest = project.output / MANIFEST
    for text in (None, manifest.read_text().replace("b.py", "c.py")):
        if text is None:
            manifest.unlink()
        else:
            manifest.write_text(text)
        assert MANIFEST in project.incdoc("check", status=1)
        assert MANIFEST in project.incdoc("check", "--diff", status=1)
        project.incdoc()
        assert pages(project.folder) == before
        project.incdoc("check")


def test_a_file_that_the_user_wrote_anew_stays(project: Project) -> None:
    mine = project.output / "a.py_outline.json"
    mine.write_text("{}\n")
    assert "was not written by incdoc and is left alone" in project.incdoc(status=1)
    (project.folder / "a.py").unlink()
    project.incdoc()
    assert mine.read_text() == "{}\n"
    assert list(decode((project.output / MANIFEST).read_bytes())) == ["pkg/b.py_outline.json"]


@pytest.mark.parametrize("name", ["new.py_outline.json", MANIFEST])
def test_a_user_s_file_in_the_place_of_a_new_one_refuses_the_build(project: Project, name: str) -> None:
    (project.output / name).unlink(missing_ok=True)
    write(project.folder, {"new.py": "x = 1\n", f"{OUTPUT}/{name}": "{}\n"})
    before = pages(project.folder)
    assert f"{OUTPUT}/{name} was not written by incdoc" in project.incdoc(status=REFUSED)
    assert pages(project.folder) == before
    (project.output / name).unlink()
    project.incdoc()
    project.is_right()


def test_processes_of_doit_s_own_note_their_files(project: Project) -> None:
    write(project.folder, {"a.py": "def other():\n    pass\n", "c.py": "x = 1\n"})
    (project.folder / "pkg/b.py").unlink()
    project.incdoc("-n", "2")
    assert project.outlines() == [MANIFEST, "a.py_outline.json", "c.py_outline.json"]
    assert sorted(decode((project.output / MANIFEST).read_bytes())) == ["a.py_outline.json", "c.py_outline.json"]
    project.is_right()


KILL = """
import os
from incdoc.pages.write import Writer
replace = Writer._replace
def killed(self, handle, name, data):
    found = replace(self, handle, name, data)
    if name == "a.py_outline.json":
        os._exit(9)
    return found
Writer._replace = killed
"""


def test_a_killed_build_knows_its_files(project: Project) -> None:
    write(project.folder, {"a.py": "def other():\n    pass\n"})
    project.incdoc("-j1", status=9, before=KILL)
    write(project.folder, {"a.py": "def third():\n    pass\n"})
    project.incdoc()
    assert b'"third"' in (project.output / "a.py_outline.json").read_bytes()
    assert not (project.folder / ".incdoc/files").exists()
    project.is_right()


@pytest.mark.parametrize("cache", [True, False], ids=["cache kept", "cache lost"])
def test_a_moved_output_takes_its_files_along(project: Project, cache: bool) -> None:
    git(project.folder, "add", "-A")
    write(project.folder, {"incdoc.toml": 'output = "out"\n'})
    if not cache:
        project.lose_cache()
    project.incdoc()
    assert pages(project.folder) == {}
    assert (project.folder / "out" / MANIFEST).exists()
    assert (project.folder / "out/a.py_outline.json").exists()


def test_the_files_of_a_kind_that_is_removed_go(project: Project) -> None:
    own = str(Path(kinds.__file__).parents[2])
    project.incdoc(PYTHONPATH=own)
    assert project.outlines() == []
    project.incdoc("check", PYTHONPATH=own)


def test_the_registry_is_the_only_file_that_names_it(library: Path) -> None:
    original = Path(kinds.__file__).parents[1]
    for path in (library / "incdoc").rglob("*.py"):
        before = original / path.relative_to(library / "incdoc")
        same = before.exists() and before.read_bytes() == path.read_bytes()
        assert same or path.name in ("toy.py", "kinds.py"), path


def test_a_manifest_with_the_conflicts_of_a_merge_lists_both_sides() -> None:
    ours, theirs = encode({"a.json": b"\1" * 20, "b.json": b"\2" * 20}), encode({"a.json": b"\3" * 20})
    head, line, *rest = ours.splitlines(keepends=True)[1:]
    text = (
        "{\n"
        + head
        + line
        + "<<<<<<< ours\n"
        + "".join(rest[:1])
        + "=======\n"
        + theirs.splitlines()[3]
        + "\n>>>>>>>\n"
    )
    assert decode(text.encode())["a.json"] == {b"\1" * 20, b"\3" * 20}
    assert decode(text.replace("\n", "\r\n").encode())["a.json"] == {b"\1" * 20, b"\3" * 20}


def test_no_manifest_leads_into_a_repository_of_git() -> None:
    names = {"sub/.git/config": b"\1" * 20, "x/.GIT/y": b"\1" * 20, 'é\n"b': b"\2" * 20}
    assert decode(encode(names).encode()) == {'é\n"b': {b"\2" * 20}}
    assert decode(b'{"a.json": "00"}') == {}

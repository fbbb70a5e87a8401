"""``incdoc why`` names the inputs that differ and the chain to the source that changed; the build then agrees."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incdoc.languages.resolution import Target
from incdoc.pages.differences import differences
from incdoc.pages.keyword_page import ImportLine, KeywordLine, KeywordPage
from incdoc.pages.kind import encode
from tests.support import DODO, PROJECT, build, changed, pages, run, stored, tree, write

FILES = PROJECT | {"pkg/deep/far.py": "from pkg.fast import FastEngine\n\n\nclass Far(FastEngine):\n    pass\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "project", FILES)
    build(folder)
    return folder


def edit(folder: Path, name: str, old: str, new: str) -> None:
    (folder / name).write_text((folder / name).read_text().replace(old, new))


def why(folder: Path, path: str) -> dict[str, Any]:
    before = tree(folder)
    answer: dict[str, Any] = json.loads(run(folder, "incdoc", "why", path, "--format", "json"))
    assert tree(folder) == before
    return answer


def ways(answer: dict[str, Any], task: str) -> list[list[str]]:
    """The chains of a task, as paths."""
    reason = next(each for each in answer["tasks"] if each["task"] == task)
    return [[source["path"] for source in chain] for chain in reason["chains"]]


def places(answer: dict[str, Any], task: str) -> set[str]:
    reason = next(each for each in answer["tasks"] if each["task"] == task)
    return {each["place"] for each in reason["differences"]}


def test_nothing_changed(project: Path) -> None:
    said = run(project, "incdoc", "why", "pkg/core.py")
    assert "pkg/core.py did not change\n" in said
    assert "docs/reference/pkg/core.py_docs.md is up to date: its " in said and "inputs did not change" in said


def test_a_source_that_changed(project: Path) -> None:
    edit(project, "pkg/core.py", "The core", "The heart")
    answer = why(project, "pkg/core.py")
    assert answer["source"]["state"] == "changed" and answer["source"]["parsed"]
    assert {each["task"]: each["state"] for each in answer["tasks"]} == {
        "docs:pkg/core.py": "written",
        "kw:pkg/core.py": "current",
    }
    assert places(answer, "docs:pkg/core.py") == {"content", "summary.size", "summary.first_sentence"}
    explained = {page for each in answer["tasks"] if each["state"] == "written" for page in each["pages"]}
    explained |= {page for each in answer["reaches"] for page in each["pages"]}
    before = pages(project)
    build(project)
    assert {page.removeprefix("docs/reference/") for page in explained} == changed(before, pages(project))


def test_a_content_seen_before_is_not_parsed(project: Path) -> None:
    text = (project / "pkg/core.py").read_text()
    (project / "pkg/core.py").write_text(text + "\nX = 1\n")
    build(project)
    (project / "pkg/core.py").write_text(text)
    assert "this content was parsed before" in run(project, "incdoc", "why", "pkg/core.py")


def test_the_chain_goes_through_re_exports_to_the_source(project: Path) -> None:
    edit(project, "pkg/core.py", "class Engine", "class Motor")
    answer = why(project, "docs/reference/pkg/fast.py_docs.md")
    assert ways(answer, "docs:pkg/fast.py") == [["pkg/fast.py", "pkg/core.py"]]
    assert {"bases[0]", "targets[0].definer"} <= places(answer, "docs:pkg/fast.py")
    said = run(project, "incdoc", "why", "docs/reference/pkg/fast.py_docs.md")
    assert "pkg/fast.py uses pkg/" in said and "which changed" in said
    far = why(project, "pkg/deep/far.py")  # which inherits what the class had
    assert far["tasks"][0]["state"] == "written"
    assert why(project, "README.md")["tasks"][0]["state"] == "current"


def test_the_other_side_of_an_import(project: Path) -> None:
    edit(project, "pkg/fast.py", "class FastEngine(Engine)", "class FastEngine")
    answer = why(project, "pkg/core.py")
    assert answer["source"]["state"] == "unchanged"
    assert places(answer, "docs:pkg/core.py") == {"subclasses[0]"}
    assert ways(answer, "docs:pkg/core.py") == [["pkg/fast.py"]]


def test_a_new_module_that_was_looked_for(project: Path) -> None:
    write(project, {"pkg/user.py": "from .later import thing\n"})
    build(project)
    write(project, {"pkg/later.py": "def thing():\n    pass\n"})
    answer = why(project, "pkg/user.py")
    assert ways(answer, "docs:pkg/user.py") == [["pkg/user.py", "pkg/later.py"]]
    assert "pkg/user.py uses pkg/later.py, which was added" in run(project, "incdoc", "why", "pkg/user.py")


@pytest.mark.parametrize("name", ["pkg", "docs/reference/pkg/index.md", "index:pkg", "pkg/index.md"])
def test_a_folder_by_any_name(project: Path, name: str) -> None:
    edit(project, "pkg/core.py", "The core", "The heart")
    answer = why(project, name)
    reason = next(each for each in answer["tasks"] if each["task"] == "index:pkg")
    assert reason["differences"] == [{"place": "files[1].summary", "before": ["The core."], "after": ["The heart."]}]
    assert ways(answer, "index:pkg") == [["pkg/core.py"]]


def test_the_pages_of_a_removed_source(project: Path) -> None:
    (project / "pkg/fast.py").unlink()
    answer = why(project, "pkg/fast.py")
    assert answer["source"]["state"] == "removed"
    assert {each["state"] for each in answer["tasks"]} == {"removed"}
    reached = {page for each in answer["reaches"] for page in each["pages"]}
    assert {"docs/reference/keywords.md", "docs/reference/pkg/core.py_docs.md"} <= reached


def test_settings_pages_edited_by_hand_and_forgotten_tasks(project: Path) -> None:
    (project / "docs/reference/pkg/core.py_kw.md").write_text("<!-- Generated by incdoc from x -->\n")
    assert "pkg/core.py_kw.md was edited by hand" in run(project, "incdoc", "why", "kw:pkg/core.py")
    write(project, {"incdoc.toml": 'source = "none"\n'})
    said = run(project, "incdoc", "why", "README.md")
    assert "README.md_docs.md would be written: settings, template or incdoc itself changed" in said
    assert "README.md_kw.md is up to date" in said
    build(project)
    run(project, "incdoc", "forget", "index:pkg")
    said = run(project, "incdoc", "why", "index:pkg")
    assert (
        "with the same text: it was forgotten" in said and "what its inputs were in the last build is not known" in said
    )


def test_a_build_that_was_killed_has_lost_the_inputs(project: Path) -> None:
    edit(project, "pkg/core.py", "The core", "The heart")
    run(project, "incdoc", "docs:README.md")
    with stored(project) as store:
        left = {task for (task,) in store.execute("SELECT task FROM pending")}
    assert "index:pkg" in left
    said = run(project, "incdoc", "why", "index:pkg")
    assert (
        "would be written: pkg/core.py changed" in said
        and "what its inputs were in the last build is not known" in said
    )


def test_without_a_cache(tmp_path: Path) -> None:
    folder = write(tmp_path / "new", PROJECT)
    assert why(folder, "pkg/core.py")["source"]["state"] == "added"
    assert not (folder / ".incdoc").exists()


def test_a_path_that_is_no_source_and_no_page(project: Path) -> None:
    write(project, {".gitignore": "junk.py\n", "junk.py": ""})
    said = run(project, "incdoc", "why", "junk.py", status=3)
    assert "junk.py is neither a source nor a page" in said and "ignores it" in said
    assert "takes one path" in run(project, "incdoc", "why", status=3)
    assert "docs/reference/pkg/core.py_docs.md" in run(project, "incdoc", "why", str(project / "pkg/core.py"))


def test_as_a_command_of_doit(project: Path) -> None:
    write(project, {"dodo.py": DODO})
    assert "was added" in run(project, "doit", "incdoc-why", "dodo.py")
    assert os.listdir(project / "docs/reference")


texts = st.text("ab", max_size=2)
targets = st.builds(Target, kind=texts, path=texts, candidates=st.lists(texts, max_size=2).map(tuple))
lines = st.lists(st.integers(1, 3), max_size=3).map(tuple)
keyword_pages = st.builds(
    KeywordPage,
    path=texts,
    keywords=st.lists(st.builds(KeywordLine, name=texts, kind=texts, lines=lines), max_size=3).map(tuple),
    imports=st.lists(
        st.builds(ImportLine, name=texts, targets=st.lists(targets, max_size=2).map(tuple), lines=lines), max_size=3
    ).map(tuple),
    sections=st.just(()),
    unread=texts,
)


@given(keyword_pages, keyword_pages)
def test_a_difference_is_named_exactly_where_the_key_differs(one: KeywordPage, other: KeywordPage) -> None:
    found = list(differences(one, other))
    assert bool(found) is (encode(one) != encode(other))
    assert all(each.before != each.after for each in found)

"""What the documents for users say of commands, settings and templates, compared with a build."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from incdoc.config import Config
from incdoc.pages import render
from incdoc.pages.book import Chapter, Contents
from incdoc.pages.folder_index import FolderIndex, FrontPage
from incdoc.pages.folder_page import FolderPage
from incdoc.pages.keyword_index import IndexPart, KeywordIndex
from incdoc.pages.keyword_page import KeywordPage
from incdoc.pages.kinds import KINDS, Row
from incdoc.pages.rules_page import RulesPage
from incdoc.pages.subtree_page import SubtreePage
from tests.support import PROJECT, build, pages, write

ROOT = Path(__file__).parents[2]
COMMANDS, SETTINGS = ((ROOT / "docs" / name).read_text() for name in ("commands.md", "settings.md"))
TEMPLATES = re.findall(r"^\| `(\w+)\.md\.jinja` \| (.*) \| ?(.*)\|$", SETTINGS, re.MULTILINE)
INPUTS = {
    "kw": KeywordPage,
    "front": FrontPage,
    "index": FolderIndex,
    "doc": FolderPage,
    "sub": SubtreePage,
    "rules": RulesPage,
    "letters": KeywordIndex,
    "letter": IndexPart,
    "contents": Contents,
    "chapter": Chapter,
}
_MACROS = {"macros", "files", "entries"}
_NAME = re.compile(r"`(\w+)`")
_EVERYWHERE = ("root", "keywords", "book", "index", "doc", "sub", "above", "name", "crumbs")


def unlisted(readme: str, rows: Iterable[Row]) -> dict[str, str]:
    """The kinds of pages that the table does not have, each with what it should say."""
    listed = dict(re.findall(r"^\| `(\w+):[^|]*\| (.*) \|$", readme, re.MULTILINE))
    return {row.name: row.help for row in rows if listed.get(row.name) != row.help}


def test_every_kind_of_page_is_there() -> None:
    assert unlisted(COMMANDS, KINDS) == {}


def test_one_that_is_not_there_is_found() -> None:
    assert unlisted(COMMANDS, (*KINDS, Row("outline", "as JSON", "toy:Outlines"))) == {"outline": "as JSON"}


def test_every_setting_is_there_and_no_other() -> None:
    table = SETTINGS.partition("| key | default | meaning |")[2].partition("\n\n")[0]
    keys = [key for row in table.splitlines()[2:] for key in _NAME.findall(row.split("|")[1])]
    assert sorted(keys) == sorted(set(Config.__struct_fields__) - {"root", "origin"})


def test_templates_have_what_is_said(tmp_path: Path) -> None:
    """Templates that use every variable of the table, in a build."""
    files = {}
    for name, page, beside in TEMPLATES:
        if name in _MACROS:
            continue
        asked = [*(f"page.{each}" for each in _NAME.findall(page)), *_NAME.findall(beside), *_EVERYWHERE]
        assert len(set(asked)) == len(asked)
        missing = "".join(f"{{% if {each} is not defined %}}{each} is missing{{% endif %}}" for each in asked)
        files[f"look/{name}.md.jinja"] = f"{missing} {{{{ {asked[0]} }}}} {name}\n"
    assert len(files) == len(list(Path(render.TEMPLATES).iterdir())) - len(_MACROS)
    many = {"many.md": "".join(f"# {'x' * 80}{number}\n" for number in range(99))}  # for an index of several parts
    settings = {"incdoc.toml": 'templates = "look"\nmax_page_kb = 16\n'}
    folder = write(tmp_path / "p", PROJECT | files | many | settings)
    build(folder)
    made = pages(folder)
    assert not [name for name, page in made.items() if b"is missing" in page]
    assert {page.split()[-1].decode() for page in made.values()} == {name for name, _, _ in TEMPLATES} - _MACROS


@pytest.mark.parametrize(
    ("name", "page"), [(name, page) for name, page, _ in TEMPLATES if name not in {"docs", *_MACROS}]
)
def test_nothing_of_a_page_is_left_out(name: str, page: str) -> None:
    assert _NAME.findall(page) == list(INPUTS[name].__struct_fields__)


def test_links_between_the_documents_lead_somewhere() -> None:
    documents = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert len(documents) > 5
    for document in documents:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"

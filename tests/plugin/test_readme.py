"""What the README says of settings and templates, compared with a build."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from incdoc.config import Config
from incdoc.pages import inputs
from tests.support import PROJECT, build, pages, write

README = (Path(__file__).parents[2] / "README.md").read_text()
TEMPLATES = re.findall(r"^\| `(\w+)\.md\.jinja` \| (.*) \| ?(.*)\|$", README, re.MULTILINE)
_NAME = re.compile(r"`(\w+)`")
_EVERYWHERE = ("root", "keywords", "book", "index", "doc", "sub", "above", "name", "crumbs")


def test_every_setting_is_there_and_no_other() -> None:
    table = README.partition("| key | default | meaning |")[2].partition("\n\n")[0]
    keys = [key for row in table.splitlines()[2:] for key in _NAME.findall(row.split("|")[1])]
    assert sorted(keys) == sorted(set(Config.__struct_fields__) - {"root", "origin"})


def test_templates_have_what_is_said(tmp_path: Path) -> None:
    """Templates that use every variable of the table, in a build."""
    files = {}
    for name, page, beside in TEMPLATES:
        if name == "macros":
            continue
        asked = [*(f"page.{each}" for each in _NAME.findall(page)), *_NAME.findall(beside), *_EVERYWHERE]
        assert len(set(asked)) == len(asked)
        missing = "".join(f"{{% if {each} is not defined %}}{each} is missing{{% endif %}}" for each in asked)
        files[f"look/{name}.md.jinja"] = f"{missing} {{{{ {asked[0]} }}}} {name}\n"
    assert len(files) == len(list((Path(inputs.__file__).parent / "templates").iterdir())) - 1
    folder = write(tmp_path / "p", PROJECT | files | {"incdoc.toml": 'templates = "look"\n'})
    build(folder)
    made = pages(folder)
    assert not [name for name, page in made.items() if b"is missing" in page]
    assert {page.split()[-1].decode() for page in made.values()} == {name for name, _, _ in TEMPLATES} - {"macros"}


@pytest.mark.parametrize(
    ("name", "page"), [(name, page) for name, page, _ in TEMPLATES if name not in ("docs", "macros")]
)
def test_nothing_of_a_page_is_left_out(name: str, page: str) -> None:
    assert _NAME.findall(page) == list(getattr(inputs, name.capitalize()).__struct_fields__)

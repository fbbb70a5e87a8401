"""Every name has a part of the global keyword index, whatever it begins with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

from incdoc.pages.kinds import kind_of, path_of, split, task_of
from tests import inprocess
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("prefix", ["", "a", "/", "//", "///", "a/", "."])
def test_a_prefix_is_spelled_in_one_way(prefix: str) -> None:
    task = task_of("keywords", prefix)
    assert split(task) == ("keywords", prefix)
    assert path_of(task) == kind_of("keywords").path(prefix)


def test_the_spellings_differ() -> None:
    assert [task_of("keywords", prefix) for prefix in ("", "/", "//", "a")] == [
        "keywords:/",
        "keywords://",
        "keywords:///",
        "keywords:a",
    ]


def test_names_that_begin_with_a_slash_have_their_part(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", {"a.md": "# API\n\n## /users\n\n## //cdn\n"})
    assert inprocess.run(folder).status == 0
    made = pages(folder)
    linked = {unquote(link) for link in re.findall(r"\]\(\./(keywords\.[^)]*)\)", made["keywords.md"].decode())}
    assert linked == {name for name in made if name.startswith("keywords.") and name != "keywords.md"}
    part = made[path_of("keywords://")].decode()
    assert "**`/users`**" in part
    assert "**`//cdn`**" in part
    write(folder, {"a.md": "# API\n"})
    assert inprocess.run(folder).status == 0
    assert path_of("keywords://") not in pages(folder)
    assert inprocess.run(folder, "check").status == 0


def test_a_part_with_a_slash_is_divided_and_joined_again(tmp_path: Path) -> None:
    headings = "".join(f"## /{letter}{n:04} {'x' * 40}\n\n" for letter in "ab" for n in range(150))
    folder = write(tmp_path / "p", {"a.md": headings, "incdoc.toml": "max_page_kb = 16\n"})
    assert inprocess.run(folder).status == 0
    assert path_of("keywords://a") in pages(folder)
    write(folder, {"a.md": "## /a\n"})
    assert inprocess.run(folder).status == 0
    assert path_of("keywords://") in pages(folder)
    assert path_of("keywords://a") not in pages(folder)
    assert inprocess.run(folder, "check").status == 0

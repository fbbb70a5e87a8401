"""A document's relative links -> paths of the repository, and what is at each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from incdoc.languages.markdown.linker import address
from tests.links.support import LINK, Repository

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = """
[page](../pkg/core.py#L3) [late](late.md) ![picture](a%20b.png) [folder](../pkg/) [top](..)
[site](https://example.org) [place](#here) [out](../../x) <a@b.c> [linked](linked.md)
"""


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("guide.md", "docs/guide.md"),
        ("./guide.md#Part", "docs/guide.md"),
        ("../README.md?plain=1", "README.md"),
        ("..", ""),
        ("../pkg/", "pkg"),
        ("a%20b.png", "docs/a b.png"),
        ("a&amp;b\\_c.md", "docs/a&b_c.md"),
        ("%ff.md", "docs/\ufffd.md"),
        ("", None),
        ("#part", None),
        ("/README.md", None),
        ("//example.org/x", None),
        ("https://example.org/x", None),
        ("mailto:a@b.c", None),
        ("data:" + "x" * 9000, None),
        ("x" * 9000, None),
        ("../../x.md", None),
        ("../..", None),
    ],
)
def test_addresses(written: str, path: str | None) -> None:
    assert address("docs/x.md", written) == path


def test_a_document_in_the_root_links_below_it() -> None:
    assert address("README.md", "docs/guide.md") == "docs/guide.md"
    assert address("README.md", ".") == ""
    assert address("README.md", "..") is None


def test_links_lead_to_the_page_of_their_target(tmp_path: Path) -> None:
    files = {"docs/x.md": DOCUMENT, "pkg/core.py": "", "docs/a b.png": "\0\0", "docs/linked.md": LINK + "x.md"}
    links = Repository(tmp_path / "links.db", files).resolve("docs/x.md").links
    assert [(target.kind, target.path) for target in links] == [
        ("source", "pkg/core.py"),
        ("missing", ""),
        ("plain", "docs/a b.png"),
        ("folder", "pkg"),
        ("folder", ""),
        ("elsewhere", ""),
        ("elsewhere", ""),
        ("elsewhere", ""),
        ("missing", ""),
        ("plain", "docs/linked.md"),
    ]


@pytest.mark.parametrize("late", ["docs/late.md", "docs/late.md/x.py"])
def test_a_file_that_is_added_or_deleted_reaches_the_documents_that_link_to_it(tmp_path: Path, late: str) -> None:
    found = Repository(tmp_path / "links.db", {"docs/x.md": DOCUMENT, "docs/y.md": "# Y\n", "pkg/core.py": ""})
    pending = found.edit(**{late: "text\n"})
    assert pending["docs:docs/x.md"] == "links to docs/late.md, which appeared or went"
    assert "kw:docs/x.md" not in pending
    assert "docs:docs/y.md" not in pending
    assert found.resolve("docs/x.md").links[1].kind in ("source", "folder")
    assert "docs:docs/x.md" in found.edit(**{late: None})
    assert found.resolve("docs/x.md").links[1].kind == "missing"


def test_a_file_that_becomes_binary_reaches_them_too(tmp_path: Path) -> None:
    found = Repository(tmp_path / "links.db", {"docs/x.md": DOCUMENT, "docs/late.md": "# Late\n"})
    assert "docs:docs/x.md" not in found.edit(**{"docs/late.md": "# Later\n"})
    assert "docs:docs/x.md" in found.edit(**{"docs/late.md": "\0\0"})
    assert found.resolve("docs/x.md").links[1].kind == "plain"

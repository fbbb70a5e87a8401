"""The sections of real docstrings, with the names in them, are those that griffe finds."""

from __future__ import annotations

import pytest

from .docstrings import PROJECTS, compare

pytestmark = pytest.mark.corpora


@pytest.mark.parametrize(
    ("project", "style"),
    [
        ("torch 2.13.0", "google"),
        ("scipy 1.17.1", "numpy"),
        ("sqlalchemy 2.1.9", "sphinx"),
        ("twisted 26.10.0", "epydoc"),
    ],
)
def test_the_sections_are_those_of_griffe(project: str, style: str) -> None:
    found = compare(PROJECTS[project]())
    assert found.docstrings[style] >= 300
    assert found.sections[style] >= 300
    assert found.missing[style] <= found.sections[style] // 100, found.unlike[:3]

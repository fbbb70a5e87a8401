"""Names in full in documentation lead to what they mean, without an import, as long as they mean it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from tests.inprocess import run
from tests.links.support import Pair, Repository
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "pkg/__init__.py": "from .core import Engine as Motor\n",
    "pkg/core.py": "class Engine:\n    def start(self): ...\n",
    "guide.py": '''\
"""Runs a :class:`~pkg.Motor`, see :py:meth:`pkg.core.Engine.start`, `pkg.core.Nothing` and [the core][pkg.core]."""


def go():
    """Uses :func:`text <pkg.core.Engine>` and `elsewhere.Thing`."""
''',
    "test_guide.py": "import guide\n\n\ndef test_it(): ...\n",
}


def test_they_lead_to_the_definitions(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    assert run(folder).status == 0
    page = pages(folder)["guide.py_docs.md"].decode()
    engine = "./pkg/core.py_docs.md#Engine"
    for link in (
        f"[`Motor`]({engine})",
        f"[`pkg.core.Engine.start`]({engine})",
        "[the core](./pkg/core.py_docs.md)",
        f"[`text`]({engine})",
    ):
        assert link in page, link
    assert "`pkg.core.Nothing`" in page and "[`pkg.core.Nothing`]" not in page
    assert "[`elsewhere.Thing`]" not in page


def test_an_edit_of_what_is_named_reaches_the_page_and_no_test(tmp_path: Path) -> None:
    found = Repository(tmp_path / "store.sqlite", FILES)
    renamed = {"pkg/core.py": "class Machine: ...\n"}
    assert "docs:guide.py" in found.edit(**renamed)
    assert "docs:guide.py" in found.edit(**{"pkg/core.py": FILES["pkg/core.py"]})
    assert "guide.py" not in found.tables.executing("pkg/core.py")
    assert "docs:pkg/core.py" not in found.edit(**{"guide.py": '"""Nothing."""\n'})


def test_random_edits_equal_a_clean_build(tmp_path: Path) -> None:
    texts = {path: [text, text, *FILES.values()] for path, text in FILES.items()}
    Pair(tmp_path, FILES).edit_at_random(random.Random(3), texts, steps=60)

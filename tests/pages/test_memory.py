"""What is left of a page when it is made: the collector of garbage is off while a build runs."""

from __future__ import annotations

import gc
from pathlib import Path

from incdoc.pages.source_view import SourceView
from tests.links.support import Repository
from tests.pages.support import Rendering

SOURCES = {
    "a.py": 'def f(x: int) -> int:\n    """Does `g`."""\n    return g(x)\n\n\ndef g(x):\n    return x\n',
    "b.py": "from a import f\n\n\ndef h():\n    return f(1)\n",
}


def test_the_page_of_a_source_is_freed_without_the_collector(tmp_path: Path) -> None:
    tables = Repository(tmp_path / "store", SOURCES)
    planned = tables.planner().page("docs:a.py")
    assert planned is not None
    rendering = Rendering()
    was = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        ((_, text),) = rendering.render(planned.inputs, tables.tables.facts("a.py"), SOURCES["a.py"])
        left = [each for each in gc.get_objects() if type(each) is SourceView]
    finally:
        if was:
            gc.enable()
    assert "called by [`h`](./b.py_docs.md#h)" in text.replace("Called", "called")
    assert not left

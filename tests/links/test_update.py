"""After any edits in any order, the link tables are those of a clean build, and every page whose inputs changed is
pending."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from incdoc.links.update import LINK_TABLES
from incdoc.sources.paths import join
from tests.links.support import LINK, Pair, Repository

if TYPE_CHECKING:
    from pathlib import Path

# --- random repositories: few names, so that they meet

_NAMES = ("a", "b", "c", "A", "B")
_FOLDERS = ("", "a", "b", "src", "src/a", "a/b", "a/b/c", "lib", "lib/src", "lib/src/b", "tests", "a.d")
_FILES = (
    *("__init__.py", "a.py", "b.py", "c.py", "os.py"),
    *("__init__.pyi", "a.pyi", "b.pyi"),
    *("pyproject.toml", "setup.py", "README.md", "test_a.py", "data.bin", "a-b.py"),
)
_LIKELY = st.sampled_from(("__init__.py", "a.py", "b.py", "c.py"))
paths = st.builds(join, st.sampled_from(_FOLDERS), _LIKELY | st.sampled_from(_FILES))

_name = st.sampled_from(_NAMES)
_MODULES = """
a b c a.b a.a a.b.c b.a b.b src.a lib.src.b os os.path tests.test_a numpy
. .. ... .a .b .c ..a ..b.c .b.c ..a.b
"""
_module = st.sampled_from(_MODULES.split())
_absolute = _module.filter(lambda text: not text.startswith("."))
_as = st.just("") | _name.map(" as {}".format)
_INDENTS = (
    "try:\n    {}\nexcept ImportError:\n    pass",
    "try:\n    {}\nexcept ImportError:\n    from c import A",
    "if TYPE_CHECKING:\n    {}",
    "if x:\n    from a import A, B\nelse:\n    {}",
    "def f():\n    {}",
    "def __getattr__(name):\n    {}",
)
_indent = st.just("{}") | st.sampled_from(_INDENTS)
_statement = st.one_of(
    st.builds("import {}{}".format, _absolute, _as),
    st.builds("from {} import {}{}".format, _module, _name, _as),
    st.builds("from {} import {}{}".format, _module, _name, _as),
    st.builds("from {} import *".format, _module),
    st.builds(
        "class {}({}):\n    pass".format,
        _name,
        st.sampled_from(("", "A", "B", "a.A", "a.b.A", "b.B", "a.b.c.B", "c.b.A[int]", "A, B", "metaclass=A")),
    ),
    st.builds("class {0}:\n    def {1}(self): ...\n    class {1}({0}): ...".format, _name, _name),
    st.builds("def {}(): ...".format, _name),
    st.builds("{} = 1".format, _name),
    st.builds("__all__ = {!r}".format, st.lists(_name, max_size=3)),
    st.builds("type {} = int".format, _name),
    st.just("if __name__ == '__main__':\n    pass"),
    st.builds('"""{}."""'.format, st.sampled_from(("One", "Two"))),
    st.builds("# {}".format, st.sampled_from(("x", "TODO: y"))),
)


@st.composite
def _source(draw: st.DrawFn) -> str:
    lines = draw(st.lists(st.tuples(_statement, _indent), max_size=5))
    text = ""
    for statement, indent in lines:
        text += indent.format(statement.replace("\n", "\n    " if indent != "{}" else "\n")) + "\n"
    return text


# the same with four modules side by side and two names: everything is handed on from everywhere
_near = st.sampled_from(("a", "b", "c", "pkg", "pkg.a"))
_word = st.sampled_from(("x", "y"))
_dense_statement = st.one_of(
    st.builds("from {} import *".format, _near),
    st.builds("from {} import {}".format, _near, _word),
    st.builds("from {} import {} as {}".format, _near, _word, _word),
    st.builds("import {}".format, _near),
    st.builds("class {}({}): ...".format, _word, st.sampled_from(("", "x", "y", "a.x", "pkg.a.x", "pkg.y", "y.x"))),
    st.builds("if x:\n    from {} import {}".format, _near, _word),
    st.builds("def __getattr__(name):\n    from {} import {}".format, _near, _word),
    st.builds("{} = 1".format, _word),
    st.builds("__all__ = {!r}".format, st.lists(_word, max_size=2, unique=True)),
)
_dense_paths = st.sampled_from(("a.py", "b.py", "c.py", "pkg/__init__.py", "pkg/a.py"))
_dense_files = st.dictionaries(_dense_paths, st.lists(_dense_statement, min_size=1, max_size=3), min_size=2)


@st.composite
def dense_histories(draw: st.DrawFn) -> list[dict[str, str]]:
    """States of a repository of five modules; each edit touches a line, or a whole file."""
    files = draw(_dense_files)
    states = [_texts(files)]
    for _ in range(draw(st.integers(1, 4))):
        files = {path: list(lines) for path, lines in files.items()}
        path = draw(st.sampled_from(sorted(files)) | _dense_paths if files else _dense_paths)
        lines = files.setdefault(path, [])
        place = draw(st.integers(0, max(len(lines) - 1, 0)))
        kind = draw(st.sampled_from(("replace", "replace", "insert", "delete", "drop")))
        if kind == "drop":
            del files[path]
        elif kind == "delete":
            del lines[place : place + 1]
        else:
            lines[place : place + (kind == "replace")] = [draw(_dense_statement)]
        states.append(_texts(files))
    return states


def _texts(files: dict[str, list[str]]) -> dict[str, str]:
    return {path: "".join(f"{line}\n" for line in lines) for path, lines in files.items()}


_linked = st.sampled_from(("a.py", "b", "b/", "../a/README.md", "data.bin", "../..", "src/a", "a/b/c/a.py#L1", "x:y"))
_markdown = st.one_of(
    st.sampled_from(("", "# One\n\nText.\n", "# Two\n\nText.\n", "plain\n", "---\ntitle: x\n---\n# One\n")),
    st.lists(_linked.map("[x]({})\n".format), min_size=1, max_size=3).map("\n".join),
)
_odd = st.sampled_from((LINK + "a.py", LINK + "b", "\0\0binary"))


@st.composite
def content_of(draw: st.DrawFn, path: str) -> str:
    if draw(st.integers(0, 11)) == 11:
        return draw(_odd)
    if path.endswith((".py", ".pyi")):
        return draw(_source())
    return draw(_markdown) if path.endswith(".md") else draw(st.sampled_from(("", "x", "[project]\n")))


@st.composite
def repositories(draw: st.DrawFn) -> dict[str, str]:
    files: dict[str, str] = {}
    for path in draw(st.lists(paths, max_size=9, unique=True)):
        files[path] = draw(content_of(path))
    return possible(files)


def possible(files: dict[str, str]) -> dict[str, str]:
    """Without files at paths where another file has a folder."""
    folders = {path.rpartition("/")[0] for path in files}
    folders |= {up for folder in folders for up in (folder.rpartition("/")[0],)}
    return {path: text for path, text in files.items() if path not in folders}


_EDITS = ("write", "write", "change", "change", "append", "shorten", "drop", "rename", "move", "copy")


@st.composite
def edits(draw: st.DrawFn, files: dict[str, str]) -> dict[str, str]:
    """The files after one edit."""
    after = dict(files)
    old = sorted(files)
    kind = draw(st.sampled_from(_EDITS))
    if kind == "write" or not old:
        path = draw(paths)
        after[path] = draw(content_of(path))
        return possible(after)
    path = draw(st.sampled_from(old))
    if kind == "change":
        after[path] = draw(content_of(path))
    elif kind == "append":
        after[path] += draw(_statement) + "\n" if path.endswith((".py", ".pyi")) else "\nmore\n"
    elif kind == "shorten":
        after[path] = after[path].rpartition("\n")[0].rpartition("\n")[0] + "\n"
    elif kind == "drop":
        del after[path]
    elif kind == "rename":
        after[draw(paths)] = after.pop(path)
    elif kind == "copy":
        after[draw(paths)] = after[path]
    else:
        folder, to = path.rpartition("/")[0], draw(st.sampled_from(_FOLDERS))
        if folder:
            for each in old:
                if each.startswith(folder + "/"):
                    after[(to + each[len(folder) :]).lstrip("/")] = after.pop(each)
    return possible(after)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, str]]:
    """States of one repository, each some edits after the last."""
    states = [draw(repositories())]
    for _ in range(draw(st.integers(1, 4))):
        files = states[-1]
        for _ in range(draw(st.integers(1, 3))):
            files = draw(edits(files))
        states.append(files)
    return states


def check(pair: Pair, states: list[dict[str, str]]) -> None:
    """Each state after the other: as one that is built from nothing, and each page that differs is looked at."""
    pair.live.empty()
    pair.live.become(states[0])
    for files in states[1:]:
        touched = pair.become(files)
        event(f"{min(len(touched) // 10, 9)}0 or more pages differ")


@pytest.fixture(scope="module", params=[(512, 400), (1, 0)], ids=["few at a time", "whole tables, short index pages"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    page_kb, many = request.param
    return Pair(tmp_path_factory.mktemp("stores"), page_kb=page_kb, many=many)


@settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(states=histories())
def test_incremental_equals_clean(pair: Pair, states: list[dict[str, str]]) -> None:
    check(pair, states)


@settings(deadline=None, suppress_health_check=list(HealthCheck), print_blob=True)
@given(states=dense_histories())
def test_incremental_equals_clean_where_all_is_handed_on(pair: Pair, states: list[dict[str, str]]) -> None:
    check(pair, states)


def test_the_tables_compared_are_all_that_links_fill(tmp_path: Path) -> None:
    repository = Repository(tmp_path / "store.db")
    tables = {name for (name,) in repository.store.query("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {*LINK_TABLES, "meta", "stamp", "fact", "fragment", "page", "pending", "doit"}

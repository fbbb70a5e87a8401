"""A user's templates replace incdoc's of the same name, in a sandbox; an error in them is one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest

from incdoc import languages
from incdoc.config import IncdocError
from incdoc.languages.resolution import Target
from incdoc.links import summary as summaries
from incdoc.links.tables import PUBLIC, Entry
from incdoc.pages.book import Chapter, Contents
from incdoc.pages.keyword_index import IndexPart, KeywordIndex
from incdoc.pages.render import TemplateError
from incdoc.pages.source_page import SourcePage
from incdoc.sources.mark import MARK
from tests.pages.support import Rendering
from tests.support import LANGUAGES

if TYPE_CHECKING:
    from pathlib import Path

    from msgspec import Struct

LETTERS = KeywordIndex((("a-m", "A–M"), ("n-z", "N–Z")), ())
CHAPTER = Chapter("src", "About.", "python", (), (), "", None, None)
SOURCE = b'"""A module."""\n\nimport os\n\n\ndef f(a, b=1):\n    """Does."""\n'
HEAD = "{% from 'macros.md.jinja' import head %}{{ head('x') }}\n"


def docs(path: str = "src/m.py") -> SourcePage:
    facts = languages.load("python").read(SOURCE)
    made = summaries.make(LANGUAGES, path, len(SOURCE), languages.outline_of(facts))
    return SourcePage(path, b"", made, "python", "m", (), (), (), (), (), (), used_as="imports")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "templates"
    made.mkdir()
    return made


# --- every page


def test_a_page_is_a_function_of_its_inputs() -> None:
    facts = languages.load("python").read(SOURCE)
    first = Rendering().render(docs(), facts, SOURCE.decode())
    renderer = Rendering()
    renderer.render(LETTERS)
    renderer.render(docs("other/n.py"), facts, SOURCE.decode())
    assert renderer.render(docs(), facts, SOURCE.decode()) == first


@pytest.mark.parametrize(
    ("candidates", "said"),
    [
        (("a/os.py",), "perhaps [`a/os.py`](../a/os.py_docs.md): nothing says that its folder is searched"),
        (("a/os.py", "b.py"), "ambiguous: [`a/os.py`](../a/os.py_docs.md) or [`b.py`](../b.py_docs.md)"),
    ],
)
def test_an_import_that_may_lead_to_one_file_is_not_ambiguous(candidates: tuple[str, ...], said: str) -> None:
    facts = languages.load("python").read(SOURCE)
    page = msgspec.structs.replace(docs(), targets=(Target("ambiguous", candidates=candidates),))
    ((_, text),) = Rendering().render(page, facts, SOURCE.decode())
    assert f"| `os` | {said} |" in text


@pytest.mark.parametrize("value", [LETTERS, CHAPTER, Contents("", "", (), (), (), ()), IndexPart("a", "A", ())])
def test_each_begins_with_its_title_and_the_mark_and_ends_with_one_newline(value: Struct) -> None:
    title, mark, text = Rendering().one(value).split("\n", 2)
    assert title.startswith("# ")
    assert mark.startswith(MARK)
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\r" not in text
    assert not re.search(r"\n\n\n", text)


def test_a_page_that_is_too_long_is_divided() -> None:
    names = tuple(Entry(PUBLIC, f"name{n}", f"name{n}", "function", "src/m.py", "") for n in range(1000))
    parts = Rendering(max_page_kb=16).render(IndexPart("n", "N", names))
    assert [path for path, _ in parts[:2]] == ["keywords.n.md", "keywords.n.2.md"]
    assert all(len(text.encode()) <= 16 * 1024 for _, text in parts)


@pytest.mark.parametrize(
    ("source", "said"),
    [("full", "```python\n"), ("link", "## Original Source\n\n[`src/m.py`]"), ("none", "")],
)
def test_the_source_is_shown_where_the_settings_say(source: str, said: str) -> None:
    ((_, text),) = Rendering(source=source).render(docs(), languages.load("python").read(SOURCE), SOURCE.decode())
    assert ("## Original Source" in text) == (source != "none")
    assert ("import os\n" in text) == (source == "full")
    assert said in text


def test_links_to_sources_lead_to_the_url_of_the_settings() -> None:
    url = "https://example.org/blob/main"
    ((_, text),) = Rendering(source_url=url).render(docs(), languages.load("python").read(SOURCE), "")
    assert f"]({url}/src/m.py#L6-L7)" in text
    assert "../../../../src/m.py" not in text


@pytest.mark.parametrize(("files", "tests"), [(0, 0), (1, 0), (2, 0), (0, 1), (2, 1)])
def test_each_importer_is_listed_once_and_nothing_where_there_is_none(files: int, tests: int) -> None:
    value = msgspec.structs.replace(
        docs(),
        importers=tuple(f"src/f{n}.py" for n in range(files)),
        tests=tuple(f"t/test_{n}.py" for n in range(tests)),
    )
    ((_, page),) = Rendering().render(value, languages.load("python").read(SOURCE), SOURCE.decode())
    assert page.count("\n- [`src/f") == files
    assert page.count("\n- [`t/test_") == tests
    assert ("**Imported by**" in page) == (files > 0)
    assert ("Testing & Usage" in page) == (tests > 0)
    assert "No file" not in page


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (Target("source", "docs/a b.md"), "[`x y`](./a%20b.md_docs.md)"),
        (Target("source", "docs/m.md"), "[`x y`](./m.md_docs.md)"),
        (Target("folder", "src"), "[`x y`](../src/index.md)"),
        (Target("folder", ""), "[`x y`](../index.md)"),
        (Target("plain", "logo.png"), "[`x y`](../../../logo.png)"),
        (Target("missing"), "`x y`"),
        (Target("elsewhere"), "`x y`"),
    ],
)
def test_a_document_s_link_leads_to_the_page_of_its_target(target: Target, said: str) -> None:
    source = b"# M\n\n[m](<x y>)\n"
    facts = languages.load("markdown").read(source)
    made = summaries.make(LANGUAGES, "docs/m.md", len(source), languages.outline_of(facts))
    value = SourcePage("docs/m.md", b"", made, "markdown", "", (), (), (), (), (), (), (target,))
    ((_, page),) = Rendering().render(value, facts, source.decode())
    assert f"](../../m.md#L3): {said}\n" in page


# --- templates of the user's


def test_a_template_replaces_the_one_of_its_name_and_no_other(folder: Path) -> None:
    (folder / "letters.md.jinja").write_text(HEAD + "# Mine: {{ page.parts|map(attribute=1)|join(', ') }}\n")
    renderer = Rendering(str(folder))
    assert renderer.one(LETTERS).endswith("\n# Mine: A–M, N–Z\n")
    assert renderer.one(CHAPTER) == Rendering().one(CHAPTER)


def test_macros_may_be_replaced_too(folder: Path) -> None:
    (folder / "macros.md.jinja").write_text(
        "{% macro head(origin) %}<!-- Generated by incdoc from {{ origin|comment }}. Mine. -->{% endmacro %}\n"
        "{% macro trail(crumbs) %}{% endmacro %}\n"
    )
    assert (
        Rendering(str(folder))
        .one(LETTERS)
        .startswith("# Keywords\n<!-- Generated by incdoc from all sources. Mine. -->\n")
    )


def test_a_folder_without_templates_changes_nothing(folder: Path) -> None:
    assert Rendering(str(folder)).one(LETTERS) == Rendering().one(LETTERS)


@pytest.mark.parametrize(
    "attack",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ page.__class__ }}",
        "{{ page.__init__.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ lipsum.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ ''|attr('__class__') }}",
        "{{ '{0.__class__.__mro__}'.format(page) }}",
        "{{ page['__class__'] }}",
        "{{ ('{x.__' ~ 'class__}').format_map({'x': page}) }}",
        "{% include '../../../../../../../../etc/passwd' %}",
        "{% include '/etc/passwd' %}",
    ],
)
def test_nothing_is_executed_or_read_by_a_template(folder: Path, attack: str) -> None:
    (folder / "letters.md.jinja").write_text(HEAD + attack)
    with pytest.raises(TemplateError) as caught:
        Rendering(str(folder)).render(LETTERS)
    assert "letters.md.jinja" in str(caught.value)
    assert "root:" not in str(caught.value)


def test_a_template_does_not_change_what_others_see(folder: Path) -> None:
    (folder / "letters.md.jinja").write_text(HEAD + "{% set x = {'a': 1} %}{{ x.update({'b': 2}) }}")
    with pytest.raises(TemplateError):
        Rendering(str(folder)).render(LETTERS)


def test_a_syntax_error_names_template_line_and_page(folder: Path) -> None:
    (folder / "letters.md.jinja").write_text("one\ntwo\n{% for x in %}\n")
    with pytest.raises(TemplateError) as caught:
        Rendering(str(folder)).render(LETTERS)
    assert isinstance(caught.value, IncdocError)
    assert "letters.md.jinja, line 3 fails on keywords.md" in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{% nope %}", ": Encountered unknown tag 'nope'. Fix it in the templates folder."),
        ("{% for %}", ": Expected an expression, got 'end of statement block'. Fix it in the templates folder."),
        ("{{ page.nothing }}", "has no attribute 'nothing'. Fix it in the templates folder."),
    ],
)
def test_an_error_ends_in_one_full_stop(folder: Path, wrong: str, said: str) -> None:
    (folder / "letters.md.jinja").write_text(HEAD + wrong)
    with pytest.raises(TemplateError) as caught:
        Rendering(str(folder)).render(LETTERS)
    assert said in str(caught.value)


def test_a_name_that_is_not_there_is_an_error(folder: Path) -> None:
    (folder / "letters.md.jinja").write_text(HEAD + "{{ page.nothing }}")
    with pytest.raises(TemplateError, match=r"letters\.md\.jinja.* fails on keywords\.md: .*nothing"):
        Rendering(str(folder)).render(LETTERS)


def test_an_error_at_run_time_names_its_line(folder: Path) -> None:
    (folder / "letters.md.jinja").write_text("one\ntwo\n{{ page.nothing }}\n")
    with pytest.raises(TemplateError, match=r"letters\.md\.jinja, line 3 fails"):
        Rendering(str(folder)).render(LETTERS)


@pytest.mark.parametrize("wrong", ["{{ 1 / 0 }}", "{{ page.parts + 1 }}", "{% for i in range(10**9) %}{% endfor %}"])
def test_an_error_of_python_s_in_a_template_is_a_sentence(folder: Path, wrong: str) -> None:
    (folder / "letters.md.jinja").write_text(HEAD + wrong)
    with pytest.raises(TemplateError, match=r"letters\.md\.jinja"):
        Rendering(str(folder)).render(LETTERS)


def test_a_page_keeps_its_mark_whatever_the_template_says(folder: Path) -> None:
    for template, expected in (("# Mine\n\nText.\n", "# Mine\n{}\n\nText.\n"), ("Mine.\n", "{}\nMine.\n")):
        (folder / "letters.md.jinja").write_text(template)
        text = Rendering(str(folder)).one(LETTERS)
        assert text == expected.format(f"{MARK}a template of this repository. -->")

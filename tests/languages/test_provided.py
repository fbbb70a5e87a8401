"""A language that another distribution provides: INI, installed in a folder on Python's path."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support import pages, run, write

LANGUAGE = '''\
"""The keys of INI files."""

import re

from incdoc.languages.facts import Definition, Facts
from incdoc.languages.language import FileType, Kind, Language
from incdoc.languages.text import characters, count_lines, look, to_do

_SECTION = re.compile(r"\\s*\\[([^\\]]+)\\]")
_KEY = re.compile(r"\\s*([\\w.-]+)\\s*=\\s*(.*)")


def extract(data: bytes) -> Facts:
    definitions = []
    section = ""
    for number, line in enumerate(characters(data).split("\\n"), 1):
        if found := _SECTION.match(line):
            section = found[1].strip()
            definitions.append(Definition("section", section, number, number))
        elif found := _KEY.match(line):
            name = f"{section}.{found[1]}" if section else found[1]
            definitions.append(Definition("key", name, number, number, f" = {found[2]}"))
    return Facts("ini", count_lines(data), definitions=tuple(definitions), to_do=to_do(data), format=look(data))


LANGUAGE = Language(
    name="ini",
    title="INI",
    files=(FileType("INI", "ini", suffixes=("ini", "cfg")),),
    kinds=(
        Kind("section", heading="Sections", shown="row"),
        Kind("key", heading="Keys", shown="value"),
    ),
    extract="incdoc_ini:extract",
)
'''
ENTRY_POINTS = "[incdoc.languages]\nini = incdoc_ini:LANGUAGE\n"
PROJECT = {
    "conf/settings.ini": '[project]\nname = "x"\nversion = "1"\n',
    "conf/a.py": "def f(): ...\n",
    "README.md": "# Project\n",
}
CHOSEN = {"incdoc.toml": 'languages = ["python", "markdown", "ini"]\n'}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder in which the distribution is installed."""
    return write(
        tmp_path / "site",
        {
            "incdoc_ini.py": LANGUAGE,
            "incdoc_ini-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: incdoc-ini\nVersion: 1.0\n",
            "incdoc_ini-1.0.dist-info/entry_points.txt": ENTRY_POINTS,
        },
    )


def test_it_is_short() -> None:
    assert len(LANGUAGE.splitlines()) < 60


def test_its_names_are_read_listed_and_searched(tmp_path: Path, site: Path) -> None:
    folder = write(tmp_path / "p", PROJECT | CHOSEN)
    run(folder, "incdoc", PYTHONPATH=str(site))
    made = {name: page.decode() for name, page in pages(folder).items()}
    keywords = made["conf/settings.ini_kw.md"]
    assert "Names are not read" not in keywords
    assert "### Sections" in keywords
    assert "**`project.version`**" in keywords
    page = made["conf/settings.ini_docs.md"]
    assert "| **Language** | INI |" in page
    assert "| **Defines** | 1 section, 2 keys |" in page
    assert "project.version" in made["conf/sub.md"]
    assert any("project.version" in text for name, text in made.items() if name.startswith("keywords"))
    assert "settings.ini" in made["book/conf_chapter.md"]
    assert "are up to date" in run(folder, "incdoc", "check", PYTHONPATH=str(site))


def test_it_is_used_only_where_it_is_chosen(tmp_path: Path, site: Path) -> None:
    one, other = write(tmp_path / "one" / "p", PROJECT), write(tmp_path / "other" / "p", PROJECT)
    run(one, "incdoc", PYTHONPATH=str(site))
    run(other, "incdoc")
    assert pages(one) == pages(other)
    write(one, CHOSEN)
    assert "settings.ini" in run(one, "incdoc", "check", status=1, PYTHONPATH=str(site))
    run(one, "incdoc", PYTHONPATH=str(site))
    assert b"project.version" in pages(one)["conf/settings.ini_kw.md"]
    (one / "incdoc.toml").unlink()
    run(one, "incdoc", PYTHONPATH=str(site))
    assert pages(one) == pages(other)


def test_another_version_of_it_reads_its_sources_again(tmp_path: Path, site: Path) -> None:
    folder = write(tmp_path / "p", PROJECT | CHOSEN)
    run(folder, "incdoc", PYTHONPATH=str(site))
    module = site / "incdoc_ini.py"
    module.write_text(LANGUAGE.replace('Kind("section", heading="Sections"', 'Kind("section", heading="Parts"'))
    assert "settings.ini_kw.md is stale" in run(folder, "incdoc", "check", status=1, PYTHONPATH=str(site))
    run(folder, "incdoc", PYTHONPATH=str(site))
    assert b"### Parts" in pages(folder)["conf/settings.ini_kw.md"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('languages = ["ini"]', "languages: no installed distribution provides the language 'ini'. Install"),
        ('languages = ["python", "python"]', "must name at least one language, and none twice"),
        ("languages = []", "must name at least one language, and none twice"),
        ('languages = ["text"]', "must be a list of languages, such as"),
        ('languages = "python"', "must be a list of languages, such as"),
    ],
)
def test_a_setting_that_cannot_be_used(tmp_path: Path, text: str, said: str) -> None:
    folder = write(tmp_path / "p", PROJECT | {"incdoc.toml": text + "\n"})
    assert said in run(folder, "incdoc", status=3)
    assert not pages(folder)


def test_what_is_no_language(tmp_path: Path, site: Path) -> None:
    folder = write(tmp_path / "p", PROJECT | CHOSEN)
    module = site / "incdoc_ini.py"
    module.write_text("LANGUAGE = 1\n")
    assert "incdoc_ini:LANGUAGE is not the language 'ini'" in run(folder, "incdoc", status=3, PYTHONPATH=str(site))
    module.write_text("import nowhere\n")
    assert "the language 'ini' cannot be imported: No module named 'nowhere'" in run(
        folder, "incdoc", status=3, PYTHONPATH=str(site)
    )


def test_a_kind_that_is_not_described_is_an_error(tmp_path: Path, site: Path) -> None:
    folder = write(tmp_path / "p", PROJECT | CHOSEN)
    (site / "incdoc_ini.py").write_text(LANGUAGE.replace('Definition("section"', 'Definition("part"'))
    said = run(folder, "incdoc", status=1, PYTHONPATH=str(site))
    assert "conf/settings.ini could not be read" in said
    assert "the language 'ini' describes no kind 'part'" in said
    assert "conf/a.py_docs.md" in pages(folder)


def test_a_run_with_nothing_to_do_imports_no_language(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", PROJECT)
    run(folder, "incdoc")
    run(folder, "incdoc")  # which reads again what was written just before the first
    script = "from incdoc.plugin.main import main; main()"
    said = run(folder, sys.executable, "-X", "importtime", "-c", script)
    imported = {line.rpartition("|")[2].strip() for line in said.splitlines() if "|" in line}
    assert {name for name in imported if name.startswith("incdoc.languages")} == {
        "incdoc.languages",
        "incdoc.languages.registry",
    }

"""Facts and pages of small sources, read once by eye and kept in ``expected/``."""

from __future__ import annotations

import difflib
import re
from functools import cache

import pytest

from tests.golden.rewrite import COMMAND, EXPECTED, make, repositories

_AGAIN = f"If the new ones are right, `{COMMAND}` rewrites the golden files; read what it changed."

made = cache(make)


def _kept(repository: str) -> list[str]:
    top = EXPECTED / repository
    return sorted(file.relative_to(top).as_posix() for file in top.rglob("*") if file.is_file())


@pytest.mark.parametrize("repository", repositories())
def test_every_source_has_its_facts_and_pages(repository: str) -> None:
    new, kept = made(repository).keys(), set(_kept(repository))
    assert not new - kept, f"made, but no golden file: {sorted(new - kept)}. {_AGAIN}"
    assert not kept - new, f"golden files that nothing makes: {sorted(kept - new)}. {_AGAIN}"


@pytest.mark.parametrize(("repository", "path"), [(each, path) for each in repositories() for path in _kept(each)])
def test_golden(repository: str, path: str) -> None:
    expected = (EXPECTED / repository / path).read_bytes().decode()
    found = made(repository).get(path)
    if found is not None and found != expected:
        lines = difflib.unified_diff(
            expected.splitlines(), found.splitlines(), f"expected/{repository}/{path}", "made", lineterm=""
        )
        pytest.fail("\n".join([*lines, _AGAIN]), pytrace=False)


def test_every_expected_folder_has_a_repository() -> None:
    assert sorted(folder.name for folder in EXPECTED.iterdir()) == repositories()


def test_the_counts_of_a_source_agree_on_its_pages() -> None:
    """The page counts every kind of names, the keyword page those that it lists."""
    compared = 0
    for page in sorted(EXPECTED.rglob("*_kw.md")):
        listed = re.search(r"#detailed-analysis\): (.*)", page.read_text(encoding="utf-8"))
        if listed is not None:
            docs = page.with_name(page.name.replace("_kw.md", "_docs.md")).read_text(encoding="utf-8")
            defined = docs.partition("\n| **Defines** | ")[2].partition(" |\n")[0]
            assert set(listed[1].split(", ")) <= set(defined.split(", ")), page
            compared += 1
    assert compared > 50

"""Keyword pages without a keyword: all of PyTorch, by the facts of its text files.

Files without a line are not counted, since nothing can have a name in them. At most 5 % of the others have no keyword:
recorded outputs (`.expect`) are half of these, then templates, notes of one paragraph, rules for git, and modules that
only run something.
"""

from __future__ import annotations

import pytest

from incdoc.languages.registry import Languages, kinds_of

from . import debian

pytestmark = pytest.mark.corpora

AT_MOST = 5.0
"""Per cent."""


def test_few_text_files_have_no_keyword() -> None:
    top = debian.source("pytorch")
    languages = Languages.named(())
    without: list[str] = []
    count = 0
    for path in sorted(each for each in top.rglob("*") if each.is_file() and not each.is_symlink()):
        name = path.relative_to(top).as_posix()
        facts = languages.language(name).read(path.read_bytes())
        if facts.binary or not facts.lines:
            continue
        kinds = kinds_of(facts.language)
        count += 1
        if not facts.imports and not any(kinds[each.kind].heading and each.name for each in facts.definitions):
            without.append(name)
    share = 100 * len(without) / count
    print(f"{len(without):,} of {count:,}: {share:.2f} %")
    assert count > 10_000
    assert share <= AT_MOST, without

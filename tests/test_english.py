"""Plain English: words that hide who does something are not used in code, messages and documents.

Texts of pages are left out (templates, rules, golden files): a reworded page is a change of every user's pages.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
WORDS = "somebody whoever nobody mend mends mended heal heals healed healing"
AVOIDED = re.compile(rf"\b({WORDS.replace(' ', '|')}|stands|only asks|looks of)\b", re.IGNORECASE)
EXAMPLE = re.compile(r"^ +; why: .*$", re.MULTILINE)
"""A rule quoted in a docstring."""


def texts() -> list[Path]:
    """The files of the code and the documents, without those that are page texts or this one."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "dodo.py", ROOT / "action.yml", *ROOT.glob("ci/*.yml")]
    found += [*ROOT.glob("incdoc/**/*.py"), *ROOT.glob("tests/**/*.py"), *ROOT.glob("tests/scenarios/*.txt")]
    return sorted({path for path in found if "golden" not in path.parts and path != Path(__file__)})


def avoided(text: str) -> list[str]:
    return [match[0].lower() for match in AVOIDED.finditer(EXAMPLE.sub("", text))]


def test_no_avoided_word_is_used() -> None:
    found = {path.relative_to(ROOT).as_posix(): avoided(path.read_text("utf-8")) for path in texts()}
    assert {path: words for path, words in found.items() if words} == {}


def test_an_avoided_word_is_found() -> None:
    assert avoided("Whoever only asks; it understands.") == ["whoever", "only asks"]

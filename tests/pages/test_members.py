"""What pages say of the members of classes and of the types in heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests import inprocess
from tests.support import pages, write

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "day.py": "class Day: ...\n",
    "plan.py": "from typing import Literal\n\nfrom day import Day\n\n\nclass Plan:\n"
    '    """A plan.\n\n    Attributes:\n        Day: Its day.\n        left: How many are left.\n'
    '        past: Of no statement.\n    """\n\n'
    "    Day: Day\n    days: \"list[Day]\"\n    left = 3\n    word: Literal['Day'] = 'Day'\n\n"
    "    def on(self, day: Day, other: 'Plan', word: Literal['Plan'] = 'Day') -> None: ...\n",
}


def test_types_lead_to_their_definitions(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    assert inprocess.run(folder).status == 0
    page = pages(folder)["plan.py_docs.md"].decode()
    day = "[`Day`](./day.py_docs.md#Day)"
    assert f'<a id="Plan.Day"></a>`Day` | {day} |' in page, "not to the attribute of that name"
    assert f'`days` | `"list[Day]"` ({day}) |' in page
    assert "`word` | `Literal['Day']` |" in page
    assert page.count(f" · types {day}\n") == 1, "of the class itself and of texts nothing is said"


def test_what_a_docstring_says_of_attributes_is_in_their_rows(tmp_path: Path) -> None:
    folder = write(tmp_path / "p", FILES)
    assert inprocess.run(folder).status == 0
    page = pages(folder)["plan.py_docs.md"].decode()
    assert page.count("How many are left.") == 2, "once in the table, once in the source"
    assert "`left` |  | `3` | How many are left. |" in page
    assert "| `past` | Of no statement. |" in page


def test_names_that_no_statement_has_are_said_with_what_is_not_known(tmp_path: Path) -> None:
    code = 'globals()["Made"] = 1\n\n\ndef __getattr__(name):\n    if name == "Old":\n        return 3\n'
    code += "    return get(name)\n"
    known = code.replace("return get(name)", "raise AttributeError(name)")
    folder = write(tmp_path / "p", {"some.py": code, "known.py": known})
    assert inprocess.run(folder).status == 0
    made = {name: page.decode() for name, page in pages(folder).items()}
    said = "It also gives `Made`, `Old`: names that texts in its code have."
    assert f"{said} It may give any other name (line [4](../../some.py#L4))." in made["some.py_docs.md"]
    assert said in made["known.py_docs.md"] and "any other name" not in made["known.py_docs.md"]

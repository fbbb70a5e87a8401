"""What a document in reStructuredText says it is about."""

import pytest

from incdoc.languages.rst.extract import extract


@pytest.mark.parametrize(
    ("source", "title", "doc"),
    [
        ("The App\n=======\n\n.. image:: logo.png\n\nIt does one thing.\n\nUse\n---\n\nRun it.\n",
         "The App", "It does one thing."),
        ("It does one thing.\n\nUse\n---\n\nRun it.\n", "", "It does one thing."),
        # badges, raw HTML, fields and links alone are no prose; below fields no heading is the title
        ("|build| |docs|\n\nApp\n===\n\n.. raw:: html\n\n   <b>x</b>\n\n`Docs <a>`_ | `Chat <b>`_\n\nGood.\n",
         "App", "Good."),
        (":Version: 1.0\n:Web: https://x.org\n\nDonations\n=========\n\nGive.\n", "", ""),
        # what is below another section does not describe the document
        ("App\n===\n\nInstall\n-------\n\nRun it.\n", "App", ""),
        ("App\n===\n\nInstall\n-------\n\nRun it.\n\nAbout\n-----\n\nGood.\n", "App", "Good."),
        # references and footnotes as a reader sees them
        ("App\n===\n\nApp_ is good [#]_, see `docs`__ and snake_case.\n",
         "App", "App is good, see docs and snake_case."),
        # the list that a colon opens
        ("App\n===\n\nIt has:\n\n- ``one``\n  thing\n- two\n\n  more\n\nEnd.\n",
         "App", "It has:\n\n- one thing\n- two"),
        ("It has::\n\n   code\n", "", "It has::"),
    ],
)  # fmt: skip
def test_a_document_describes_itself(source: str, title: str, doc: str) -> None:
    facts = extract(source.encode())
    assert (facts.title, facts.doc) == (title, doc)

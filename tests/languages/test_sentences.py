"""The first sentence of a documentation: where it ends, and what it is in all the forms that documentation has."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incdoc.languages.facts import Facts
from incdoc.languages.sentences import first_paragraph, first_sentence, summary


@pytest.mark.parametrize(
    "sentence",
    [
        "One.",
        "Is it one?",
        "Stop!",
        "Set up A. O. Smith integration.",
        "Dr. Smith's method.",
        "As Prof. Knuth and Mrs. Liskov say it.",
        "Compare with Fig. 3 of the paper.",
        "See sec. IV and no. 7, pp. 3 (eq. (2)).",
        "Return version 1.2 of it.",
        "Needs v. 3 of approx. Everything.",
        "Reads a file/e.g. A, or a list—i.e. B.",
        "As Knuth et al. (1) say, approx. so, w.r.t. It.",
        "Names (“ie. This”, or eg. That).",
        "Reads pkg.etc.",
        "Signs it with a seal.",
        "Ends (e.g. Here, i.e. not *etc.* there) late.",
        "Of the U.S. Army and J.R.R. Tolkien.",
        "Made by Acme Inc. Tools.",
        "Renders CREATE TABLE ... AS, or DELETE .. USING.",
        "Waits for it... Then goes on.",
        "Calls `f. G` and ``Stop. Now``.",
        'Says "No. Try again" to all (once. Or twice).',
        "Sets x. numpy does the rest.",
        "読み込む。",
        "Shows a sentence.)",
        "It has a footnote.",
    ],
)
def test_where_a_sentence_ends(sentence: str) -> None:
    assert first_sentence(f"{sentence} The next one. And more.") == sentence
    assert first_sentence(f"{sentence}\nThe next one.") == sentence
    assert first_sentence(f"{sentence}\n\nThe next one.") == sentence


@pytest.mark.parametrize(
    ("doc", "sentence"),
    [
        ("One\nline\n\nmore.", "One line"),
        ("f(a, *, b=(1, 2)) -> list\n\nDoes it. More.", "Does it."),
        ("a, b = pkg.f(c)\n\nDoes it.", "Does it."),
        ("f(a) -> list", "f(a) -> list"),
        ("f(a) -> makes it.\n\nMore.", "f(a) -> makes it."),
        ("f(a) is called.\n\nMore.", "f(a) is called."),
        ("These work:\n\nIn [1]: !echo a\na\n\nMore.", "These work"),
        ('!!! abstract "Usage"\n    [x](y)\n\nMakes it. More.', "Makes it."),
        ("??? note\n    More.\n\nMakes it.", "Makes it."),
        ("Checks it\nNotes:\n* one\n* two", "Checks it"),
        ("Inserts Ctrl-Z. (In a shell it stops.)", "Inserts Ctrl-Z."),
        ("By J-P. Sartre. More.", "By J-P. Sartre."),
        ("By J. P. Morgan. See p. 3. More.", "By J. P. Morgan."),
        ("1. One thing. Two.", "One thing."),
        ("From the U.S. The rest.", "From the U.S."),
        ("By Acme Inc. It works.", "By Acme Inc."),
        ("Handles csv, json, etc. Returns a list.", "Handles csv, json, etc."),
        ("Sets x. `f` reads it.", "Sets x."),
        ("Sets x. read_it() reads it.", "Sets x."),
        ("Opened ( here. More text.", "Opened ( here."),
        ('A 3" pipe. More text.', 'A 3" pipe.'),
        ("A tick ` here. More text.", "A tick ` here."),
        ("See http://x.org/ . It is there.", "See http://x.org/ ."),
        ("Shifts x>>>y at once", "Shifts x>>>y at once"),
        ("", ""),
        # code and what is for tools
        (">>> f()\n1", ""),
        (">>> f()\n1\n\nProse. More.", "Prose."),
        ("Prose:\n>>> f()\n1", "Prose"),
        ("Run it with::\n\n    f()", "Run it with"),
        ("Example:\n\n    f()", ""),
        ("```\nOne. Two.\n```\n\nThree.", "Three."),
        ("-*- coding: utf-8 -*-\n\nOne.", "One."),
        ("Copyright (c) 2020 by X. All.\n\nOne.", "One."),
        ("Created on Mon Jul 3\n\n@author: me", ""),
        (".. module:: x\n   :platform: Unix\n\nOne.", "One."),
        ("+---+\n| a |\n+---+\n\nOne.", "One."),
        # titles
        ("pkg.app\n~~~~~~~\n\nRun the app. More.", "Run the app."),
        ("=====\nTitle\n=====\n\nText.", "Text."),
        ("# Title\n\nText.", "Text."),
        ("Only a title\n============", "Only a title"),
        ("Title\n=====\n\nUsage\n-----\n\nRun it.", "Title"),
        ("Title\n=====\n\n- item", "Title"),
        # lists that a colon opens
        ("Options:\n\n- a\n", "Options: a."),
        ("Options:\n- a.\n- b c\n  d;\n\nMore.", "Options: a; b c d."),
        ("It has two features:\n\n1. One (1).\n2. Two.\n\nMore.", "It has two features: One (1); Two."),
        ("Note:\n\nIt is old. Use y.", "Note: It is old."),
        ("Note:\n    It is old.", "Note: It is old."),
        ("It has:\n\n" + "- item\n" * 9, "It has: " + "item; " * 8 + "…"),
        ("It has:\n\n- " + "word " * 70, "It has: " + "word " * 69 + "word; …"),
        ("It is done. It has:\n\n- a", "It is done."),
        ("Do it\n- a\n- b", "Do it"),
        ("Do it - now\n3. of it", "Do it - now 3. of it"),
        # parameters and results are no sentences; where there is nothing else, the result is one
        ("Do it\nArgs:\n    x: An x.", "Do it"),
        ("Do it\n:param x: An x.", "Do it"),
        ("Do it\n@param x An x.", "Do it"),
        ("Do it\n\nParameters\n----------\nx : int", "Do it"),
        ("Args:\n    x: An x.", ""),
        ("Parameters\n----------\nx : int", ""),
        (":param x: An x.\n:return: a list\n   of x. More.\n:rtype: list", "Returns: a list of x."),
        ("Returns:\n    a list. More.", "Returns: a list."),
        (":class:`A` does it. More.", ":class:`A` does it."),
        ("@brief One. Two.", "One."),
    ],
)  # fmt: skip
def test_the_first_sentence(doc: str, sentence: str) -> None:
    assert first_sentence(doc) == sentence


def test_the_first_paragraph_has_all_of_its_list() -> None:
    doc = "One. It has:\n\n" + "- item\n" * 30 + "\nMore."
    assert first_paragraph(doc) == "One. It has: " + "item; " * 29 + "item."


@pytest.mark.parametrize(
    ("title", "doc", "said"),
    [
        ("Parts", "Fast parts. More.", "Parts: Fast parts."),
        ("Parts", "Parts is fast. More.", "Parts is fast."),
        ("Part", "Parts are fast.", "Part: Parts are fast."),
        ("What?", "Fast parts.", "What? Fast parts."),
        ("Parts", "", "Parts"),
        ("", "Fast parts.", "Fast parts."),
    ],
)
def test_a_line_has_the_title_and_the_first_sentence(title: str, doc: str, said: str) -> None:
    assert summary(Facts("markdown", 1, doc, title=title)) == said


_PIECES = st.sampled_from(
    ["One", "two", ".", ". ", "...", "! ", "e.g. ", "A. ", "(", ")", '"', "`", "``", "\n", "\n\n", "- ", "1. ", ":",
     "::", ">>> ", "===\n", "# ", ":param x: ", "Returns:\n", "    ", "…", "。", "| ", "@"]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=25).map("".join))
def test_any_documentation_has_a_sentence_in_one_line(doc: str) -> None:
    for said in (first_sentence(doc), first_paragraph(doc)):
        assert said == " ".join(said.split())
        assert {*said} - {*"Returns: Yields; ….", *doc} == set()


def test_hostile_documentation_takes_little_time() -> None:
    start = time.process_time()
    for piece in (
        "a. ",
        ".",
        ".'",
        "(",
        "`",
        '"',
        "- a\n",
        "a:\n\n",
        "A. ",
        "===\n",
        "\n===\n",
        "[^",
        ">>> \n",
        "| \n",
    ):
        first_sentence(piece * 100_000)
        first_sentence("One " + piece * 100_000)
    first_sentence(" ".join("`" * n for n in range(600)))
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    ("doc", "said"),
    [
        ("Makes {@link Money}. More.", "Makes `Money`."),
        ("Calls {@link #find(String, int) the search} of it.", "Calls the search of it."),
        ("See {@link Account#put(int)} and {@link a.B | the other}.", "See `Account.put(int)` and the other."),
        ("A {@code List<String>}, not {@literal <b>}.", "A `List<String>`, not <b>."),
        ("Left {@alone so} and {@link `x`}.", "Left {@alone so} and {@link `x`}."),
    ],
)
def test_tags_in_a_sentence_are_what_they_mean(doc: str, said: str) -> None:
    assert first_sentence(doc) == said

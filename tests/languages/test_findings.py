"""Findings: one case a rule, and what the engine promises for any rules.

A case is ``findings/<code>.txt``: Python in which ``#! text`` ends each line where the rule has to be found, with the
text that the finding quotes. Nothing else in it may be found.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import tree_sitter_python
from tree_sitter import Language, Parser

from incdoc import languages
from incdoc.languages.facts import Finding
from incdoc.languages.findings import Matcher, RuleError, find, needles, read, rules
from incdoc.languages.predicates import MODULE, Imported
from incdoc.languages.python.extract import extract
from incdoc.languages.python.ruleset import RULES
from incdoc.languages.words import Words

CASES = Path(__file__).parent / "findings"
PARSER = Parser(Language(tree_sitter_python.language()))
WORDS = Words(needles(RULES))


def found(text: str | bytes, **names: str) -> tuple[Finding, ...]:
    source = text.encode() if isinstance(text, str) else text
    bound = {local: [Imported(-1, MODULE, origin)] for local, origin in names.items()}
    return find(RULES, PARSER.parse(source), source, WORDS.places(source), bound, lambda _: "")


def imports(text: str) -> dict[str, str]:
    """The names that the import lines of a case bind."""
    names: dict[str, str] = {}
    for line in text.splitlines():
        module, _, rest = line.removeprefix("from ").partition(" import ")
        if line.startswith("from "):
            for part in rest.split(", "):
                name, _, alias = part.partition(" as ")
                names[alias or name] = f"{module}.{name}"
        elif line.startswith("import "):
            name, _, alias = line.removeprefix("import ").partition(" as ")
            names[alias or name.partition(".")[0]] = name if alias else name.partition(".")[0]
    return names


def expected(text: str) -> list[tuple[int, str]]:
    return [
        (number, quoted.strip()) for number, line in enumerate(text.splitlines(), 1) for quoted in line.split("#!")[1:]
    ]


@pytest.mark.parametrize("code", sorted(rule.code for rule in rules(RULES)))
def test_a_rule_finds_its_places_and_no_others(code: str) -> None:
    text = (CASES / f"{code}.txt").read_text(encoding="utf-8")
    findings = [f for f in extract(text.encode()).findings if f.code == code]
    assert sorted((f.line, f.text) for f in findings) == sorted(expected(text))


def with_in_lists(source: bytes, added: bytes) -> bytes:
    """A source with text behind each bracket and comma of its lists that have elements."""
    waiting, places = [PARSER.parse(source).root_node], []
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if node.type in RULES.lists and node.named_children and node.children[0].type in ("(", "[", "{"):
            places += [each.end_byte for each in node.children if each.type in ("(", "[", "{", ",")]
    for place in sorted(places, reverse=True):
        source = source[:place] + added + source[place:]
    return source


@pytest.mark.parametrize("code", sorted(rule.code for rule in rules(RULES)))
def test_comments_in_lists_hide_nothing(code: str) -> None:
    text = (CASES / f"{code}.txt").read_bytes()
    text = b"\n".join(line.partition(b"#!")[0].rstrip() for line in text.split(b"\n"))
    plain = extract(with_in_lists(text, b"     \n")).findings
    assert code in {each.code for each in plain}
    assert extract(with_in_lists(text, b"  # c\n")).findings == plain


def test_every_case_belongs_to_a_rule() -> None:
    assert {path.stem for path in CASES.iterdir()} == {rule.code for rule in rules(RULES)}


def test_findings_are_sorted_and_name_their_definition() -> None:
    source = b"def f():\n    eval(a); exec(b)\n\nexec(\n    c\n)\n"
    findings = find(
        RULES,
        PARSER.parse(source),
        source,
        WORDS.places(source),
        {},
        lambda at: "f" if at < source.index(b"\n\n") else "",
    )
    assert findings == (
        Finding("S102", 2, 2, "f", "exec"),
        Finding("S307", 2, 2, "f", "eval"),
        Finding("S102", 4, 6, "", "exec"),
    )


def test_the_order_does_not_depend_on_the_process() -> None:
    script = (
        "import tree_sitter, tree_sitter_python as g; from incdoc.languages.findings import find, needles;"
        "from incdoc.languages.python.ruleset import RULES;"
        "from incdoc.languages.words import Words;"
        "s = b'try:\\n  exec(eval(a))\\nexcept Exception: pass\\nfor x in y.keys():\\n  yield any([x for x in y])\\n';"
        "t = tree_sitter.Parser(tree_sitter.Language(g.language())).parse(s);"
        "print(find(RULES, t, s, Words(needles(RULES)).places(s), {}, str))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(outputs) == 1
    assert outputs.pop().count(b"Finding(") == 5


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("import pickle\npickle.loads(x)", ["S301"]),
        ("pickle.loads(x)", []),
        ("def f(pickle):\n    pickle.loads(x)", []),
        ("def f():\n    pickle = mine\n    return lambda: pickle.loads(x)", []),
        ("def f():\n    for pickle in mine: pass\ndef g():\n    pickle.loads(x)", ["S301"]),
        ("# pickle.loads(x)\n'pickle.loads(x)'", []),
        ("pickle.loads", []),
        ("class A:\n    pickle = mine\n    def f(self):\n        pickle.loads(x)", ["S301"]),
        ("def f():\n    pickle = 1\nclass A:\n    pickle = 1\npickle.loads(x)", ["S301"]),
        ("def pickle(): ...\npickle.loads(x)", []),
        ("def f():\n    pickle.loads(x)\npickle = None", []),
        ("pickle.loads(x)\npickle = None", ["S301"]),
        ("unpickle.loads(x); my.pickle.loads(x); pickle.loads_all(x)", []),
    ],
)
def test_a_name_means_what_its_import_and_its_scope_say(text: str, codes: list[str]) -> None:
    names = {"pickle": "pickle"} if text != "pickle.loads(x)" else {}
    assert [f.code for f in found(text, **names)] == codes


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "def a():\n    from pickle import loads\n    loads(s)\ndef b():\n    from json import loads\n    loads(s)",
            [3],
        ),
        ("def a(s):\n    from pickle import loads\n    return lambda: loads(s)\nloads(s)", [3]),
        ("class A:\n    from pickle import loads\n    x = loads(s)\n    def f(self):\n        loads(s)", [3]),
        ("from json import loads\ndef a(s):\n    from pickle import loads\n    loads(s)\nloads(s)", [4]),
        ("from pickle import loads\ndef a(s):\n    from .mine import loads\n    loads(s)\nloads(s)", [5]),
        ("try:\n    from mine import loads\nexcept ImportError:\n    from pickle import loads\nloads(s)", [5]),
        ("try:\n    from pickle import loads\nexcept ImportError:\n    from mine import loads\nloads(s)", []),
        ("import pickle\ndef f(pickle=pickle.loads(s)):\n    pickle.loads(s)", [2]),
        ("import pickle\ndef f(x: pickle.loads(s)) -> pickle.loads(s):\n    pickle = 1", [2, 2]),
    ],
)
def test_an_import_binds_its_name_in_its_scope(text: str, lines: list[int]) -> None:
    assert [f.line for f in extract(text.encode()).findings if f.code == "S301"] == lines


def test_a_quoted_text_is_one_short_line() -> None:
    findings = found("a.b" + ".c" * 100 + "(shell=True)\nif x:\n  [\n    x for x in\n    y][0]\n")
    (long,) = (f.text for f in findings if f.code == "S604")
    assert len(long) == 120 and long.startswith("a.b.c.c") and long.endswith("…")
    assert [f.text for f in findings if f.code == "RUF015"] == ["[ x for x in y]"]


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"exec(",
        b"exec",
        b"\xff\xfe exec(x)",
        "exec('é', exec('ü'))  # é".encode(),
        b"(" * 900 + b"exec(x)" + b")" * 900,
        b"x = exec" + b".a" * 900 + b"(1)",
    ],
)
def test_unusual_sources_do_no_harm(source: bytes) -> None:
    assert all(f.line >= 1 for f in found(source))


def test_bytes_before_a_needle_do_not_move_it() -> None:
    assert [(f.code, f.line) for f in found("'é' * 3; exec('ü'); \u2028\nexec(x)\n")] == [
        ("S102", 1),
        ("S102", 2),
    ]


# --- the files of rules -----------------------------------------------------------------------------------------------

ENTRY = "; X1 · A message\n; why: A reason.\n; needles: word\n(call) @finding\n"


def test_an_entry_is_read_as_written() -> None:
    text = "; About the file.\n\n" + ENTRY.replace("A reason.", "A reason\n; in two lines.")
    (rule,) = read(text, "security", "file.scm", RULES.predicates)
    assert (rule.code, rule.message, rule.reason) == ("X1", "A message", "A reason in two lines.")
    assert (rule.category, rule.needles, rule.place) == ("security", ("word",), "file.scm:7")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(call) @finding\n", "file.scm:1: expected '; CODE · message'"),
        (ENTRY.replace("; why: A reason.\n", ""), "file.scm:1: X1 has no '; why: ...'"),
        (
            ENTRY.replace("; needles: word\n", ""),
            "file.scm:1: X1 has neither '; needles: ...' nor an #origin?",
        ),
        (ENTRY.replace("@finding", "@found"), "file.scm:1: X1 captures no @finding"),
        (ENTRY.replace("(call)", "call"), "file.scm:1: X1 has no pattern"),
        (
            ENTRY + "; X2 - no dot\n(call) @finding\n",
            "file.scm:5: expected '; CODE · message', found '; X2 - no dot'",
        ),
        (ENTRY + "\n" + ENTRY, "file.scm:6: X1 is defined twice"),
        (ENTRY.replace("@finding", "@finding (#orign? @finding)"), "file.scm:1: X1 asks #orign?, which there is not"),
    ],
)
def test_a_malformed_entry_is_named(text: str, message: str) -> None:
    with pytest.raises(RuleError) as error:
        read(text, "security", "file.scm", RULES.predicates)
    assert str(error.value).startswith(message)


def test_a_pattern_that_the_grammar_does_not_know_is_named_with_its_line() -> None:
    (rule,) = read(ENTRY.replace("(call)", "(call\n  (no_such_node))"), "security", "file.scm", RULES.predicates)
    with pytest.raises(RuleError, match=r"^file\.scm:5: X1: .*no_such_node"):
        _ = Matcher(RULES, rule).query


def test_a_pattern_without_a_root_is_named() -> None:
    (rule,) = read(ENTRY.replace("(call)", "((call) . (call))"), "security", "file.scm", RULES.predicates)
    with pytest.raises(RuleError, match=r"^file\.scm:4: X1: a pattern must begin with one named node"):
        _ = Matcher(RULES, rule).query


def test_rules_are_listed_without_the_parser() -> None:
    script = (
        "import sys; from incdoc.languages.python.language import LANGUAGE; LANGUAGE.tried_rules();"
        "print('tree_sitter' in sys.modules)"
    )
    output = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True).stdout
    assert output.strip() == "False"


def test_every_rule_says_what_and_why() -> None:
    categories = [rule.category for rule in rules(RULES)]
    assert categories.count("security") >= 20
    assert categories.count("performance") >= 6
    assert categories.count("pattern") >= 12
    for rule in rules(RULES):
        assert rule.message[0].isupper(), rule.code
        assert rule.reason.endswith(".") and rule.reason.count(". ") == 0, rule.code


def test_a_language_without_rules_has_no_findings() -> None:
    assert languages.load("text").tried_rules() == ()

"""The rules of C, C++ and CUDA: for each what it finds, and what looks like it.

``//! text`` ends each line where the rule has to be found, with the text that the finding quotes.
"""

from __future__ import annotations

import pytest

from incdoc.languages.cpp.reading import read
from incdoc.languages.cpp.ruleset import C_RULES, RULES
from incdoc.languages.findings import rules

CASES = {
    "CON33-C": """
        char *a = strtok(text, ","); //! strtok
        struct tm *t = localtime(&now); //! localtime
        b = strtok_r(text, ",", &at);
        localtime();
        other.localtime(x);
    """,
    "ENV33-C": """
        system("ls"); //! system
        FILE *f = popen(command, "r"); //! popen
        system(NULL);
        system();
        file.system(1);
        ecosystem("ls");
        char *s = "system(x)"; // system(x)
    """,
    "ERR34-C": """
        x = atoi(text); //! atoi
        y = 2 * atof(argv[1]); //! atof
        z = strtol(text, 0, 10);
        this->atoi(text);
    """,
    "FIO06-C": """
        chmod(path, 0777); //! chmod
        mkdir("a", 0666); //! mkdir
        open(path, O_CREAT | O_WRONLY, 0622); //! open
        chmod(path, 0755);
        chmod(path, mode);
        open(path, 2);
        file.open(path, 0777);
    """,
    "FIO21-C": """
        char *name = tmpnam(0); //! tmpnam
        mktemp(pattern); //! mktemp
        mkstemp(pattern);
    """,
    "FIO30-C": """
        printf(text); //! printf
        printf(texts[1]); //! printf
        fprintf(stderr, text->words); //! fprintf
        snprintf(buffer, 10, text); //! snprintf
        printf(/* what it is */ text); //! printf
        snprintf(buffer, /* its size */ 10, text /* so far */); //! snprintf
        printf("text");
        printf(/* text */ "text");
        printf("%s", text);
        fprintf(stderr, "text");
        log.printf(text);
        printf(a ? text : other); //! printf
        printf(*texts); //! printf
        printf((char *)text + 1); //! printf
        fprintf(stderr, read(x)); //! fprintf
        printf(_("text"));
        printf("text" PRIu64);
        printf(FORMAT);
        printf(a ? "text" : "other");
    """,
    "FIO45-C": """
        if (access(path, R_OK) == 0) { } //! access
        access(path);
        data.access(path, 1);
    """,
    "MEM05-C": """
        char *a = alloca(n); //! alloca
        char *b = malloc(n);
    """,
    "MSC24-C": """
        gets(line); //! gets
        fgets(line, 10, stdin);
        stream.gets(line);
    """,
    "MSC30-C": """
        x = rand() % 6; //! rand
        y = rand(2, 3);
        z = random.rand();
    """,
    "MSC32-C": """
        srand(1); //! srand
        srand(-1 + (0x2u * 3)); //! srand
        srand((unsigned)time(NULL)); //! srand
        srand(seed);
    """,
    "POS33-C": """
        pid = vfork(); //! vfork
        pid = fork();
    """,
    "STR31-C": """
        strcpy(to, from); //! strcpy
        sprintf(buffer, "%d", x); //! sprintf
        strlcpy(to, from, 10);
        snprintf(buffer, 10, "%d", x);
        text.strcpy(to, from);
    """,
}


@pytest.mark.parametrize("language", ["c", "cpp", "cuda"])
@pytest.mark.parametrize("code", CASES)
def test_a_rule_finds_its_places_and_no_others(code: str, language: str) -> None:
    source = f"int around(int x) {{{CASES[code]}}}\n"
    if language == "c":
        source = source.replace("this->", "that->")
    found = [each for each in read(language, source.encode()).findings if each.code == code]
    expected = [
        (number, line.split("//!")[1].strip()) for number, line in enumerate(source.splitlines(), 1) if "//!" in line
    ]
    assert [(each.line, each.text) for each in found] == expected
    assert {each.owner for each in found} == {"around"}


def test_every_rule_has_a_case_and_both_grammars_have_all() -> None:
    assert [rule.code for rule in rules(RULES)] == list(CASES) == [rule.code for rule in rules(C_RULES)]


def test_names_of_the_standard_namespace_and_owners() -> None:
    source = (
        b"namespace a { struct B { int c() { return std::rand() + ::rand(); } int d = rand(); }; }\nint e = rand();\n"
    )
    found = read("cpp", source).findings
    assert sorted((each.text, each.owner) for each in found) == [
        ("::rand", "a::B::c"),
        ("rand", "a::B::d"),
        ("rand", "e"),
        ("std::rand", "a::B::c"),
    ]

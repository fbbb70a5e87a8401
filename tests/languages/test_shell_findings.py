"""The rules of shell: for each what it finds, and what looks like it.

``#! text`` ends each line where the rule has to be found, with the text that the finding quotes.
"""

from __future__ import annotations

import pytest

from incdoc.languages.bash.extract import extract
from incdoc.languages.bash.ruleset import RULES
from incdoc.languages.findings import rules
from tests.support import marked

CASES = {
    "SC2115": """
        rm -rf "$folder/" #! "$folder/"
        rm -r $root/usr /tmp/x #! $root/usr
        rm --recursive "${a}/${b}" #! "${a}/${b}"
        rm -rf "${folder:?}/"
        rm -rf "$folder/build"
        rm "$folder/"
        rm -rf "$(pwd)/"
    """,
    "SC2164": """
        cd build #! cd
        pushd "$folder" > /dev/null #! pushd
        cd build || exit
        cd build && make
        if cd build; then make; fi
        while ! true || cd build; do make; done
        true && cd build #! cd
        cd ..
        (cd build || exit; make)
        echo cd build
    """,
    "SC2002": """
        cat file | sort #! file
        cat "$file" 2> /dev/null | sort | uniq #! "$file"
        cat one two | sort
        cat -n file | sort
        cat $files | sort
        cat *.txt | sort
        sort file | cat
        cat file
    """,
    "SC2003": """
        n=$(expr $n + 1) #! expr $n + 1
        expr "$a" : '[0-9]*'
        expr length "$a"
        n=$((n + 1))
    """,
    "SC2006": """
        now=`date` #! `date`
        echo "it is `date`" #! `date`
        now=$(date)
        echo 'it is `date`'
        # now=`date`
    """,
    "SC2155": """
        local now=$(date) #! now
        export now="it is $(date)" #! now
        local -r fixed=$(date)
        local now
        now=$(date)
        local name="$1"
    """,
    "SC2162": """
        while read line; do echo "$line"; done #! read
        read -p "name? " name #! read
        read -r line
        IFS= read -rs secret
        read -t 0 || exit
    """,
    "SC2166": """
        if [ "$a" = b -a "$c" = d ]; then :; fi #! -a
        if [ -f x ] && [ -f y ]; then :; fi
        if [[ -a x ]]; then :; fi
        set -o noglob
    """,
    "SC2196": """
        egrep 'a|b' file #! egrep
        grep -E 'a|b' file
        echo egrep
    """,
    "SC2197": """
        /bin/fgrep a file #! /bin/fgrep
        grep -F a file
    """,
}


@pytest.mark.parametrize("code", CASES)
def test_a_rule_finds_its_places_and_no_others(code: str) -> None:
    source = f"#!/bin/bash\naround() {{{CASES[code]}}}\n"
    found = [each for each in extract(source.encode()).findings if each.code == code]
    assert [(each.line, each.text) for each in found] == marked(source, "#! ")
    assert {each.owner for each in found} == {"around"}


def test_every_rule_has_a_case() -> None:
    assert [rule.code for rule in rules(RULES)] == list(CASES)


@pytest.mark.parametrize("ends", ["#!/bin/sh -e\n", "set -eu\n", "set -o errexit\n"])
def test_a_script_that_ends_at_the_first_failure_notices_a_folder_that_is_not_there(ends: str) -> None:
    assert not [each for each in extract(f"{ends}cd build\n".encode()).findings if each.code == "SC2164"]
    assert [each for each in extract(b"set -u\ncd build\n").findings if each.code == "SC2164"]


def test_a_constant_outside_of_functions_is_found() -> None:
    found = extract(b"declare -r a=$(x)\nf() { declare -r b=$(x); declare -gr c=$(x); }\n").findings
    assert [(each.code, each.text, each.owner) for each in found] == [("SC2155", "a", ""), ("SC2155", "c", "f")]

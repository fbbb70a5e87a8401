"""Print a row a question, and the sums: ``python -m tests.corpora.forty [WORD...]`` for those that have a word.

With words, what is wrong and the answers of incdoc are printed too.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.corpora.fetch import FetchError

from .projects import prepare
from .questions import questions
from .ways import Answer, ask_incdoc, pack, read, search_packed

_WAYS = ("incdoc", "grep and reading", "repomix --compress")


def main(words: list[str]) -> int:
    """0; 1 where a project cannot be had."""
    chosen = [each for each in questions() if not words or any(word in f"{each.project} {each.kind}" for word in words)]
    with tempfile.TemporaryDirectory() as folder:
        try:
            projects = prepare(Path(folder))
            packed = {name: pack(project) for name, project in projects.items()}
        except FetchError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"{'project':8} {'kind':9}" + "".join(f"{way:>20}" for way in _WAYS) + "  question")
        rows: list[tuple[Answer, ...]] = []
        for each in chosen:
            project = projects[each.project]
            answers = ask_incdoc(each, project), read(each, project), search_packed(each, project, packed[each.project])
            rows.append(answers)
            print(f"{each.project:8} {each.kind:9}" + "".join(map(_cell, answers)) + f"  {each.asks}")
            for way, answer in zip(_WAYS, answers, strict=True) if words else ():
                print(f"    {way}: {', '.join(answer.wrong) or 'right'}")
            print(*([answers[0].text] if words else []), end="")
    print(f"{'right of ' + str(len(rows)):18}" + "".join(map(_sum, zip(*rows, strict=True))))
    return 0


def _cell(answer: Answer) -> str:
    return f"{'right' if not answer.wrong else 'WRONG':>11}{answer.bytes:9,}"


def _sum(answers: tuple[Answer, ...]) -> str:
    return f"{sum(not each.wrong for each in answers):>8}{sum(each.bytes for each in answers):12,}"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

"""``incdoc find``, ``show``, ``uses``, ``outline`` and ``map``: what the repository says now, as text or as JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build
from incdoc.plugin.query_command import COMMON, QueryCommand, dry_run, flag
from incdoc.plugin.terminal import one_line
from incdoc.plugin.why import below

if TYPE_CHECKING:
    from incdoc.query.answers import AnyAnswer
    from incdoc.query.repository import Repository

NOTHING = 1
"""The exit status where nothing was found."""
_TOKENS = 4000

opt_json = flag("json", "print the answer as JSON (docs/programs.md describes it)")


def _limit(default: int) -> dict[str, Any]:
    return {
        "name": "limit",
        "short": "",
        "long": "limit",
        "type": int,
        "default": default,
        "metavar": "N",
        "help": "how many are shown at the most; the answer ends with how many more there are [default: %(default)s]",
    }


def _text(name: str, metavar: str, meaning: str) -> dict[str, Any]:
    return {"name": name, "short": "", "long": name, "type": str, "default": "", "metavar": metavar, "help": meaning}


class Question(QueryCommand):
    """A command that answers from the link tables as they are after a look at what changed."""

    argument = "NAME"
    optional = False

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0; 1 if nothing was found."""
        if len(arguments) > 1 or not (self.optional or (arguments and arguments[0])):
            raise InvalidCommand(f"{self.name} takes one {self.argument}. See: {self.typed} --help")
        if options.get("limit", 1) < 1 or options.get("tokens", 1) < 1:
            raise InvalidCommand(f"--{'limit' if 'limit' in options else 'tokens'} takes a number from 1.")
        from incdoc.query.answers import Nothing
        from incdoc.query.repository import Repository
        from incdoc.sources.blob import escape_non_utf8

        given = escape_non_utf8(arguments[0]) if arguments else "."
        with dry_run(options) as found:
            repository = Repository(found)
            for problem in repository.problems:
                active_build.say(problem)
            path = below(arguments[0] if arguments else ".", found.config.root)
            answer = self.ask(repository, given, path and escape_non_utf8(path), options)
            kept = found.keep()
            if kept:
                active_build.note(
                    f"There was no cache: what was read of {kept:,} {'source' if kept == 1 else 'sources'} is kept in "
                    f"{one_line(found.config.cache)}. After a build ({self.bin_name}), questions are answered at once."
                )
            print("\n".join(_written(answer, options["json"], options.get("docs", False))))
        return NOTHING if isinstance(answer, Nothing) or not getattr(answer, "hits", True) else 0

    def ask(self, repository: Repository, given: str, path: str | None, options: dict[str, Any]) -> AnyAnswer:
        """The answer about ``given``, which as a path is ``path``."""
        raise NotImplementedError


def _written(answer: AnyAnswer, as_json: bool, documented: bool) -> list[str]:
    if as_json:
        import json

        from msgspec import to_builtins

        return [json.dumps(to_builtins(answer), indent=2)]
    from incdoc.query.answer_text import Cut, text_of

    return list(text_of(answer, Cut(documented=documented)))


class Find(Question):
    """Names like the sought one."""

    name = "find"
    doc_purpose = "find names: definitions, files, folders, headings"
    doc_usage = "NAME"
    doc_description = (
        "First what has the name, then what begins with it, what has a word that does (`client` in HTTPClient and "
        "http_client), and what has it anywhere. A name may be qualified: Client.get."
    )
    cmd_options = (
        _text("kind", "KIND", "only this kind, as class or function"),
        _text("path", "PATH", "only in this file or folder, or where a pattern as '*/api/*.py' matches the path"),
        _text("language", "LANGUAGE", "only in this language"),
        _limit(20),
        opt_json,
        *COMMON,
    )
    examples = (
        ("Client", "where Client is defined, and what has a similar name"),
        ("parse --kind function --path src", "functions below src"),
        ("Client --json", "the same for a program"),
    )

    def ask(self, repository: Repository, given: str, path: str | None, options: dict[str, Any]) -> AnyAnswer:
        """The names, in order."""
        from incdoc.query.find import find

        return find(repository, given, options["kind"], options["path"], options["language"], options["limit"])


class Show(Question):
    """A definition or a file."""

    name = "show"
    argument = "NAME or PATH"
    doc_purpose = "show a definition, or what a file is for, and who uses it"
    doc_usage = "NAME|PATH"
    doc_description = (
        "NAME may be what users import (httpx.Client), a member (Client.get), or in a file (src/a.py:Client). Of a "
        "name that means several things, all are listed."
    )
    cmd_options = (
        flag("source", "add its text"),
        flag("docs", "print its documentation whole, not only the first paragraphs"),
        _limit(20),
        opt_json,
        *COMMON,
    )
    examples = (
        ("Client.get", "its signature, documentation, users and tests"),
        ("src/a.py", "what the file is for, its names, imports and importers"),
        ("Client --source", "also its text"),
    )

    def ask(self, repository: Repository, given: str, path: str | None, options: dict[str, Any]) -> AnyAnswer:
        """What it is."""
        from incdoc.query.ask import ask_show

        return ask_show(repository, given, path, options["source"], options["limit"])


class Uses(Question):
    """The users of a definition or a file."""

    name = "uses"
    argument = "NAME or PATH"
    doc_purpose = "list who uses a definition, by file, with the lines; tests last"
    doc_usage = "NAME|PATH"
    doc_description = (
        "A use is where a name is in the text that leads to the definition, by an import or in one package. "
        "Attributes of objects are not followed."
    )
    cmd_options = (_limit(100), opt_json, *COMMON)
    examples = (
        ("Client", "who uses it or a member of it, its importers and subclasses"),
        ("src/a.py", "who imports the file"),
    )

    def ask(self, repository: Repository, given: str, path: str | None, options: dict[str, Any]) -> AnyAnswer:
        """The users."""
        from incdoc.query.ask import ask_uses

        return ask_uses(repository, given, path, options["limit"])


class Outline(Question):
    """What is in a file or a folder."""

    name = "outline"
    argument = "PATH"
    doc_purpose = "list what a file defines, or what is in a folder"
    doc_usage = "PATH"
    cmd_options = (_limit(400), opt_json, *COMMON)
    examples = (
        ("src/a.py", "its definitions, nested, with signatures and lines"),
        ("src", "its files, with what they are for and their public names"),
    )

    def ask(self, repository: Repository, given: str, path: str | None, options: dict[str, Any]) -> AnyAnswer:
        """The outline."""
        from incdoc.query.ask import ask_outline

        return ask_outline(repository, given, path, options["limit"])


class Map(Question):
    """The most useful outline within a budget."""

    name = "map"
    argument = "FOLDER"
    optional = True
    doc_purpose = "print the most useful outline of the project or a folder within a budget of tokens"
    doc_usage = "[FOLDER]"
    doc_description = (
        "First what packages hand on to their users, then what most files import, then the other public names, and "
        "last their members. The order is always the same."
    )
    cmd_options = (
        {
            "name": "tokens",
            "short": "",
            "long": "tokens",
            "type": int,
            "default": _TOKENS,
            "metavar": "N",
            "help": "the budget [default: %(default)s]",
        },
        {
            "name": "count",
            "short": "",
            "long": "count",
            "type": str,
            "choices": (("bytes", "one for each 4 bytes"), ("tiktoken", "those of the encoding o200k_base")),
            "default": "bytes",
            "help": "how tokens are counted [default: %(default)s]",
        },
        opt_json,
        *COMMON,
    )
    examples = (
        ("--tokens 2000", "an overview of the project"),
        ("--tokens 8000 src", "a larger one of a folder"),
    )

    def ask(self, repository: Repository, given: str, path: str | None, options: dict[str, Any]) -> AnyAnswer:
        """The map."""
        from incdoc.pages.useful import approximate
        from incdoc.query.ask import APPROXIMATION, ask_map

        if options["count"] == "tiktoken":
            return ask_map(repository, given, path, options["tokens"], _tiktoken(), "tiktoken o200k_base")
        return ask_map(repository, given, path, options["tokens"], approximate, APPROXIMATION)


def _tiktoken() -> Callable[[str], int]:
    """What counts tokens with tiktoken. Raises InvalidCommand where it cannot."""
    try:
        import tiktoken
    except ImportError:
        raise InvalidCommand("--count tiktoken needs a package that is not installed: pip install tiktoken") from None
    try:
        encoding = tiktoken.get_encoding("o200k_base")
    except Exception as error:  # noqa: BLE001 - it downloads its table when it is first used, with any error of that
        said = one_line(f"{type(error).__name__}: {error}")[:200]
        raise InvalidCommand(f"--count tiktoken could not load the encoding o200k_base: {said}") from None
    return lambda text: len(encoding.encode(text, disallowed_special=()))

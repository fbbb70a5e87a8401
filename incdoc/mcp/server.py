"""The server: tools that ask the repository as it is at the moment of the question, and pages as resources.

Each call looks at what changed, as a build does, in a snapshot of its own. So an answer is never stale, and calls share
nothing; one is answered after the other. Nothing of the repository is written or run, and only listed sources are read;
an empty cache keeps what was read.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from incdoc.config import IncdocError
from incdoc.mcp.bounds import TOKENS, bounded
from incdoc.pages.kinds import split, task_of
from incdoc.query.affected import Affected
from incdoc.query.answer_text import Cut, safe, text_of
from incdoc.query.answers import AnyAnswer, Blob
from incdoc.query.ask import ask_map, ask_outline, ask_show, ask_uses
from incdoc.query.dry_run import DryRun
from incdoc.query.find import find
from incdoc.query.repository import Repository

_INSTRUCTIONS = (
    "Facts about the code of one repository, from its syntax trees. Each answer is read from the files as they are "
    "now, so ask again instead of remembering. Begin with `map` for an overview or `find` for a name; `show` tells all "
    "of one definition or file, cheaper than reading the file; `uses` before you change or rename something; `changed` "
    "for what a change reaches and which tests to run. Long answers end with a cursor."
)
_MOST = 500
"""Rows of one answer, of which the cursor gives all; the answer says how many more there are."""
_CUT = Cut(files=sys.maxsize, hint="ask for a part of it, as a member or a folder", more_documented="ask with docs")
"""Lists are whole: the cursor divides them."""

Cursor = Annotated[
    str, Field(description="From the end of the former part of the same answer; empty: from its beginning")
]
Tokens = Annotated[int, Field(description="How long the answer may be, in tokens of 4 bytes: 300 to 20,000")]
Opener = Callable[[], AbstractContextManager[DryRun]]
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Service:
    """What the tools do. ``open``: a dry run of the repository, which is new for each call."""

    def __init__(self, open: Opener) -> None:
        self._open = open
        self._lock = threading.Lock()

    def find(
        self,
        name: Annotated[str, Field(description="A name or a part of one; may be qualified: Client.get")],
        kind: Annotated[str, Field(description="Only this kind: class, function, method, struct, heading")] = "",
        path: Annotated[str, Field(description="Only this file or folder, or a pattern: */api/*.py")] = "",
        language: Annotated[str, Field(description="Only this language, by its name")] = "",
        cursor: Cursor = "",
        max_tokens: Tokens = TOKENS,
    ) -> str:
        """Where is something defined? Names that are, begin with, or have what you seek, the best first, each with its
        kind, path and line, signature and first sentence. Use it when you know a name or a part of it."""
        return self._answer(lambda asked: find(asked, name, kind, path, language, _MOST), cursor, max_tokens)

    def show(
        self,
        name: Annotated[str, Field(description="httpx.Client, Client.get, src/a.py, or src/a.py:Client")],
        source: Annotated[bool, Field(description="With its text")] = False,
        docs: Annotated[bool, Field(description="With all of its documentation, not the first part")] = False,
        cursor: Cursor = "",
        max_tokens: Tokens = TOKENS,
    ) -> str:
        """All of one definition: signature, documentation, members with the inherited ones, what it raises and calls,
        who uses it, its tests. Or of one file: purpose, public names, imports, importers, tests. A name with several
        meanings lists them; ask for one as path:name."""
        cut = _CUT._replace(documented=docs)
        return self._answer(lambda asked: ask_show(asked, name, None, source, _MOST), cursor, max_tokens, cut)

    def uses(
        self,
        name: Annotated[str, Field(description="As for show: a name, a path, or path:name")],
        cursor: Cursor = "",
        max_tokens: Tokens = TOKENS,
    ) -> str:
        """Who uses a definition, by file with the lines, tests apart; who imports it, or a file; which classes derive
        from it. Ask before you change, rename or remove something. Calls of methods on objects are not followed."""
        return self._answer(lambda asked: ask_uses(asked, name, None, _MOST), cursor, max_tokens)

    def outline(
        self,
        path: Annotated[str, Field(description="A file or a folder, relative to the repository; . for its top")],
        cursor: Cursor = "",
        max_tokens: Tokens = TOKENS,
    ) -> str:
        """What a file defines, nested, with signatures and lines; or which files and subfolders a folder has, with what
        they are for and their public names. Use it instead of reading a file or listing a folder."""
        return self._answer(lambda asked: ask_outline(asked, path, None, _MOST), cursor, max_tokens)

    def map(
        self,
        folder: Annotated[str, Field(description="A folder, relative to the repository; . for all")] = ".",
        cursor: Cursor = "",
        max_tokens: Tokens = TOKENS,
    ) -> str:
        """An overview of the repository or a folder within a budget: the public names that matter most, by file, with
        signatures. Use it first in a repository that you do not know."""
        budget = max(100, min(max_tokens, 20_000) - 250)
        return self._answer(lambda asked: ask_map(asked, folder, None, budget), cursor, max_tokens)

    def changed(
        self,
        since: Annotated[str, Field(description="A commit, branch or tag")] = "HEAD",
        cursor: Cursor = "",
        max_tokens: Tokens = TOKENS,
    ) -> str:
        """What differs between a commit and the files now, and what that reaches: sources that import a changed one,
        directly or not, the tests among them, and the pages that differ. Use it to choose which tests to run."""

        def ask(run: DryRun) -> tuple[Iterable[str], tuple[Blob, ...]]:
            asked = Repository(run)
            reach = Affected(run, since)
            lines = [
                f"Changed since {reach.commit[:12]}:",
                *(f"  {each.path} ({each.state})" for each in reach.changed),
            ]
            for title, paths in (("Reached sources", reach.sources), ("Tests", reach.tests), ("Pages", reach.pages)):
                lines += [f"{title}: {len(paths):,}", *(f"  {path}" for path in paths)]
            if reach.not_followed:
                lines += ["Not followed by imports, so that any test may depend on them:"]
                lines += [f"  {path}" for path in reach.not_followed]
            return [safe(line) for line in (*asked.problems, *lines)], asked.blobs(each.path for each in reach.changed)

        return self._run(ask, cursor, max_tokens)

    def page(self, path: str, cursor: str = "") -> str:
        """The page at ``path`` in the output, or that of the source at ``path``, as a build would make it now."""

        def ask(run: DryRun) -> tuple[Iterable[str], tuple[Blob, ...]]:
            asked = Repository(run)
            row = asked.tables.store.pages.get(path)
            task = str(row[0]) if row is not None else task_of("docs", path)
            workspace = run.session.workspace
            planned = workspace.planner.page(task)
            texts = dict(workspace.maker.texts(planned) or ()) if planned is not None else {}
            text = texts.get(path) if row is not None else next(iter(texts.values()), None)
            if not isinstance(text, str):
                raise ToolError(f"There is no page and no source {safe(path)}.")
            lines = (*asked.problems, *text.split("\n"))
            return [safe(line) for line in lines], asked.blobs([split(task)[1]])

        return self._run(ask, cursor, TOKENS)

    def _answer(self, ask: Callable[[Repository], AnyAnswer], cursor: str, tokens: int, cut: Cut = _CUT) -> str:
        def answer(run: DryRun) -> tuple[Iterable[str], tuple[Blob, ...]]:
            asked = Repository(run)
            found = ask(asked)
            return [*map(safe, asked.problems), *text_of(found, cut)], found.blobs

        return self._run(answer, cursor, tokens)

    def _run(
        self, ask: Callable[[DryRun], tuple[Iterable[str], tuple[Blob, ...]]], cursor: str, tokens: int
    ) -> str:  # fmt: skip
        try:
            with self._lock, self._open() as run:
                lines, blobs = ask(run)
                text = bounded(lines, blobs, tokens, cursor)
                run.keep()
                return text
        except IncdocError as error:
            raise ToolError(safe(str(error))) from None


def make_server(open: Opener, version: str) -> MCPServer[Any]:
    """A server with the tools and the pages."""
    service = Service(open)
    server: MCPServer[Any] = MCPServer("incdoc", version=version, instructions=_INSTRUCTIONS, log_level="ERROR")
    for tool in (service.find, service.show, service.uses, service.outline, service.map, service.changed):
        server.add_tool(tool, annotations=_READS, structured_output=False)
    described = server.resource(
        "incdoc://page/{+path}{?cursor}",
        name="page",
        description="The reference page of a source, by the source's path or the page's, as it would be built now",
        mime_type="text/markdown",
    )
    described(service.page)
    return server

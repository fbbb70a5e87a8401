"""The live reader: an application for an ASGI server. It reads pages and sources when they are asked for.

A page that any web site can ask for must not give away a repository: only requests to the names of this server and of
its own pages are answered (`Host`, `Origin`), and only with GET. Paths are followed step by step without links, below
the output folder for pages; the text of a file is only given where it is a source.

Builds are made in another thread, which hands over what changed and waits for no client: one that is slow gets the sum
of what it missed.
"""

from __future__ import annotations

import asyncio
import mimetypes
import os
import re
import stat
import sys
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from hashlib import blake2b
from html import escape
from itertools import count
from typing import Any

from msgspec import Struct, json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from incdoc.pages import paths
from incdoc.pages.markdown import fragment
from incdoc.sources.mark import is_page

from . import assets, described, html, places, shell, views
from .names import Names, Row

_KEPT = 8 << 20
"""Bytes of the pages whose HTML is kept: those that were asked for last."""
_MOST_CLIENTS = 64
_LARGEST_SOURCE = 8 << 20
_SECONDS = 60.0
"""How long a command may take that answers a request."""
_BEAT = 15.0
"""Seconds after which a silent stream says something, so that a client that is gone is noticed."""
_HEADERS = (
    (
        b"content-security-policy",
        f"{shell.POLICY}; frame-ancestors 'none'".encode(),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_REVISION = re.compile(r"(?!-)[\w./@{}^~+-]{1,200}")


class Built(Struct):
    """What a build did. ``pages``: those that were written, ``gone``: whether pages came or went; ``failed``: why, by
    page; ``problem``: why there is no build; ``output``: the folder of the pages, if it is known."""

    cause: str = ""
    pages: tuple[str, ...] = ()
    gone: bool = False
    failed: Mapping[str, str] = {}
    problem: str = ""
    output: str = ""


class Reader:
    """What the application answers from. ``root``, ``output``: of the repository; ``names``: its search; ``label``:
    the label of a source for fences, None of what is no source."""

    def __init__(self, root: str, output: str, names: Names, label: Callable[[str], str | None]) -> None:
        self._root = root
        self._turn_to(output)
        self._names = names
        self._label = label
        self._kept: OrderedDict[str, tuple[bytes, bytes]] = OrderedDict()
        """By page, the digest of its Markdown, and its HTML."""
        self._clients: set[_Client] = set()
        self._causes: dict[str, str] = {}
        self._failed: dict[str, str] = {}

    # ------------------------------------------------------------------ what a build says

    def publish(self, built: Built) -> None:
        """Tell every client. In the thread of the server."""
        if built.output not in ("", self._output):
            self._kept.clear()
            self._turn_to(built.output)
        for page in built.pages:
            self._causes[page] = built.cause
        if not built.problem:
            for page in built.pages:
                self._failed.pop(page, None)
        self._failed.update(built.failed)
        for client in self._clients:
            client.add(built)

    def _turn_to(self, output: str) -> None:
        self._output = output
        self._addresses = places.Addresses(output, places.source_path)

    # ------------------------------------------------------------------ answers

    def application(self, hosts: Iterable[str]) -> ASGIApp:
        """The application. ``hosts``: the values of ``Host`` that are answered."""
        own = f"/{places.OWN}"
        routes = [
            Route(f"{own}/find", self._find),
            Route(f"{own}/kinds", self._kinds),
            Route(f"{own}/events", self._events),
            Route(f"{own}/why", self._why),
            Route(f"{own}/changed", self._changed),
            Route(f"{own}/tree/{{path:path}}", self._tree),
            Route(f"{own}/source/{{path:path}}", self._source),
            Route(f"{own}/{{name}}", self._file),
            Route("/{path:path}", self._page),
        ]
        return _Guard(Starlette(routes=routes), frozenset(hosts))

    async def _page(self, request: Request) -> Response:
        path = request.path_params["path"] or "index.html"
        if path.endswith("/"):
            path += "index.html"
        if not path.endswith(".html"):
            return _missing()
        page = places.page_of(path)
        data = self._read(f"{self._output}/{page}")
        if data is None or not is_page(data):
            return self._not_made(path, page)
        digest = blake2b(data, digest_size=16).digest()
        kept = self._kept.get(page)
        if kept is None or kept[0] != digest:
            body = html.body(data.decode("utf-8", "replace"), self._addresses.of(page))
            kept = digest, shell.page(page, body).encode("utf-8", "replace")
            self._keep(page, kept)
        self._kept.move_to_end(page)
        data = kept[1]
        if page in self._failed:
            note = f'<p class="problem">{escape(self._failed[page])}</p>\n'
            data = data.replace(shell.MAIN.encode(), f"{shell.MAIN}{note}".encode("utf-8", "replace"), 1)
        return _tagged(request, data, "text/html")

    def _keep(self, page: str, kept: tuple[bytes, bytes]) -> None:
        self._kept.pop(page, None)
        self._kept[page] = kept
        size = sum(len(data) for _, data in self._kept.values())
        while size > _KEPT and len(self._kept) > 1:
            _, (_, gone) = self._kept.popitem(last=False)
            size -= len(gone)

    def _not_made(self, path: str, page: str) -> Response:
        if page not in self._failed:
            return _missing()
        said = f'<h1>This page could not be made</h1>\n<p class="problem">{escape(self._failed[page])}</p>\n'
        text = shell.document(path, "Not made", said, "")
        return Response(text, 500, media_type="text/html", headers={"cache-control": "no-store"})

    async def _source(self, request: Request) -> Response:
        path = request.path_params["path"].removesuffix(".html")
        label = self._label(path)
        data = self._read(path, _LARGEST_SOURCE) if label is not None else None
        if data is None or label is None:
            return _missing()
        text = data.decode("utf-8", "replace")
        here = places.source_path(path)
        return _html(request, shell.source(here, path, text, paths.docs_path(path), label))

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        data = assets.read(name)
        return _missing() if data is None else _tagged(request, data, mimetypes.guess_type(name)[0])

    async def _tree(self, request: Request) -> Response:
        folder = places.page_of(request.path_params["path"].strip("/") + "/x.html").removesuffix("/x.md").strip("/")
        listed = self._list(f"{self._output}/{folder}" if folder else self._output)
        if not folder and self._read(f"{self._output}/{paths.folder_page('book', paths.INDEX)}") is None:
            listed = [each for each in listed if each[0] != "book"]  # there are but chapters in it
        return _json(shell.tree(folder, listed))

    async def _find(self, request: Request) -> Response:
        began = time.perf_counter()
        asked = request.query_params
        found = self._names.search(
            asked.get("q", ""), asked.get("kind", ""), asked.get("language", ""), asked.get("folder", "")
        )
        answer = _json({"found": [self._entry(row, number < 20) for number, row in enumerate(found)]})
        answer.headers["server-timing"] = f"find;dur={(time.perf_counter() - began) * 1000:.2f}"
        return answer

    async def _kinds(self, request: Request) -> Response:
        return _json({"kinds": self._names.kinds, "languages": self._names.languages})

    def _entry(self, row: Row, described_too: bool) -> dict[str, Any]:
        """An entry for the script; of the best ones also what their page says of them."""
        page = page_of_row(row)
        signature, sentence = self._said(page, row.name) if described_too and not row.place else ("", "")
        return {
            "name": row.name,
            "kind": row.kind,
            "path": row.path,
            "page": places.link("index.html", places.html_path(page)) + ("" if row.place else fragment(row.name)),
            "signature": signature,
            "sentence": sentence,
        }

    def _said(self, page: str, name: str) -> tuple[str, str]:
        """(signature, sentence) of a definition, on the part of its page that has it."""
        for number in count(1):
            data = self._read(f"{self._output}/{paths.part_path(page, number)}")
            if data is None:
                break
            if any(found := described.find(data, name)):
                return found
        return "", ""

    async def _why(self, request: Request) -> Response:
        path = request.query_params.get("page", "")
        page = places.page_of(path) if path.endswith(".html") else ""
        data = self._read(f"{self._output}/{page}") if page else None
        if data is None or not is_page(data):
            return _missing()
        said = await self._command("why", f"{self._output}/{page}")
        named = html.body(data.decode("utf-8", "replace"), self._addresses.of(page)).links
        return _html(request, views.why(page, said, self._causes.get(page), named))

    async def _changed(self, request: Request) -> Response:
        since = request.query_params.get("since", "HEAD")
        if not _REVISION.fullmatch(since):
            return Response("since takes a branch, a tag or a commit.", 400, media_type="text/plain")
        said = await self._command("affected", "--since", since, "--json")
        return _html(request, views.changed(since, said, self._output))

    async def _command(self, *arguments: str) -> str:
        """What a read-only command of incdoc says, in a process of its own."""
        start = "from incdoc.plugin.main import main; main()"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", start, *arguments),
            cwd=self._root,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=os.environ | {"NO_COLOR": "1"},
        )
        try:
            out, _ = await asyncio.wait_for(process.communicate(), _SECONDS)
        except TimeoutError:
            return "This takes too long here; run the command in a terminal."
        finally:
            if process.returncode is None:
                process.kill()
        return out.decode("utf-8", "replace")

    async def _events(self, request: Request) -> Response:
        if len(self._clients) >= _MOST_CLIENTS:
            return Response("There are too many open pages; close some.", 503, media_type="text/plain")
        client = _Client()
        self._clients.add(client)
        headers = {"cache-control": "no-store"}
        return StreamingResponse(self._stream(client), media_type="text/event-stream", headers=headers)

    async def _stream(self, client: _Client) -> AsyncIterator[bytes]:
        try:
            yield b"retry: 1000\n\n"
            while True:
                built = await client.next()
                said = b": alive" if built is None else b"event: built\ndata: " + json.encode(_event(built))
                yield said + b"\n\n"
        finally:
            self._clients.discard(client)

    # ------------------------------------------------------------------ the disk

    def _read(self, path: str, most: int = 64 << 20) -> bytes | None:
        return read_below(self._root, path, most)

    def _list(self, folder: str) -> list[tuple[str, bool]]:
        """(name, whether it is a folder) of what is in a folder."""
        handle = _open_below(self._root, folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        if handle is None:
            return []
        try:
            with os.scandir(handle) as entries:
                return sorted((each.name, each.is_dir(follow_symlinks=False)) for each in entries)
        except OSError:
            return []
        finally:
            os.close(handle)


class _Client:
    """A client and what it has not heard yet."""

    def __init__(self) -> None:
        self._waiting: Built | None = None
        self._told = asyncio.Event()

    def add(self, built: Built) -> None:
        before = self._waiting or Built()
        self._waiting = Built(
            built.cause,
            tuple(dict.fromkeys((*before.pages, *built.pages))),
            before.gone or built.gone,
            {**before.failed, **built.failed},
            built.problem,
            built.output,
        )
        self._told.set()

    async def next(self) -> Built | None:
        """The sum of what is new; None after a while without anything."""
        try:
            await asyncio.wait_for(self._told.wait(), _BEAT)
        except TimeoutError:
            return None
        self._told.clear()
        built, self._waiting = self._waiting, None
        return built


class _Guard:
    """Answers only what this server's own pages may ask, and adds the headers of every answer."""

    def __init__(self, inner: ASGIApp, hosts: frozenset[str]) -> None:
        self._inner = inner
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        problem = self._problem(scope)
        answer: Callable[[Scope, Receive, Send], Awaitable[None]] = (
            Response(problem[1], problem[0], media_type="text/plain") if problem else self._inner
        )
        await answer(scope, receive, with_headers)

    def _problem(self, scope: Scope) -> tuple[int, str] | None:
        if scope["method"] not in ("GET", "HEAD"):
            return 405, "Only GET is answered."
        found: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            found.setdefault(name, []).append(value.decode("latin-1").lower())
        hosts, origins = found.get(b"host", []), found.get(b"origin", [])
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return 421, "This server has another name."
        if any(each.partition("://")[2] not in self._hosts for each in origins):
            return 403, "Pages of other sites may not ask."
        if any(each not in ("same-origin", "none") for each in found.get(b"sec-fetch-site", [])) and (
            found.get(b"sec-fetch-mode") != ["navigate"]
        ):
            return 403, "Pages of other sites may not ask."
        return None


def page_of_row(row: Row) -> str:
    """The page that an entry leads to."""
    return paths.folder_page(row.path, paths.INDEX) if row.place == "folder" else paths.docs_path(row.path)


def read_below(root: str, path: str, most: int) -> bytes | None:
    """The content of a regular file below a folder, reached without following a link; None where there is none."""
    handle = _open_below(root, path, os.O_RDONLY)
    if handle is None:
        return None
    with open(handle, "rb") as stream:
        found = os.fstat(handle)
        return stream.read() if stat.S_ISREG(found.st_mode) and found.st_size <= most else None


def _open_below(root: str, path: str, flags: int) -> int | None:
    parts = path.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        return None
    flags |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    if os.open not in os.supports_dir_fd:
        whole = os.path.join(os.path.realpath(root), *parts)
        try:
            return os.open(whole, flags) if os.path.realpath(whole) == whole else None
        except OSError:
            return None
    handle = -1
    try:
        handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
        for part in parts[:-1]:
            inner = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
            os.close(handle)
            handle = inner
        return os.open(parts[-1], flags, dir_fd=handle)
    except (OSError, ValueError):
        return None
    finally:
        if handle >= 0:
            os.close(handle)


def _event(built: Built) -> dict[str, Any]:
    return {
        "pages": [places.html_path(page) for page in built.pages],
        "tree": built.gone,
        "failed": {places.html_path(page): why for page, why in built.failed.items()},
        "problem": built.problem,
    }


def _html(request: Request, text: str) -> Response:
    return _tagged(request, text.encode("utf-8", "replace"), "text/html")


def _tagged(request: Request, data: bytes, kind: str | None) -> Response:
    """An answer that a browser asks for again, and gets only if it differs."""
    tag = f'"{blake2b(data, digest_size=12).hexdigest()}"'
    headers = {"etag": tag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(data, media_type=kind, headers=headers)


def _json(value: object) -> Response:
    return Response(json.encode(value), media_type="application/json", headers={"cache-control": "no-store"})


def _missing() -> Response:
    return Response("There is no such page.", 404, media_type="text/plain")

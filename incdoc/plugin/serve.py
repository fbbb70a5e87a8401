"""doit's COMMAND ``serve``: a watch whose pages are read in a browser.

Builds are made in this thread, as in a watch; the server has one of its own.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.config import SITE
from incdoc.plugin.watch import Watch, say

if TYPE_CHECKING:
    import asyncio

    import uvicorn

    from incdoc.engine.session import Session
    from incdoc.engine.workspace import Workspace
    from incdoc.plugin.rebuilds import Rebuilt
    from incdoc.site.names import Names, Row
    from incdoc.site.reader import Built, Reader

FIRST_PORT = 8137
_PORTS = 20
"""How many are tried if none is given."""

opt_port = {
    "name": "port",
    "short": "",
    "long": "port",
    "type": int,
    "default": 0,
    "metavar": "PORT",
    "help": f"the port; without it, the first free one from {FIRST_PORT}",
}
opt_host = {
    "name": "host",
    "short": "",
    "long": "host",
    "type": str,
    "default": "127.0.0.1",
    "metavar": "ADDRESS",
    "help": "the address to listen on; others than this machine can only ask if it is another one [default: 127.0.0.1]",
}
opt_open = {
    "name": "open",
    "short": "",
    "long": "open",
    "type": bool,
    "default": False,
    "help": "open the pages in a browser",
}


class Serve(Watch):
    """``watch``, with a reader for the pages."""

    name = "serve"
    doc_purpose = "build, watch, and show the pages in a browser, with search, until Ctrl-C"
    doc_usage = ""
    doc_description = (
        "Prints the address when it is ready. A page changes in the browser when its source is saved. It needs the "
        "packages of incdoc[web]."
    )
    cmd_options = (*Watch.cmd_options, opt_port, opt_host, opt_open)
    examples = (("", "print the address"), ("--open", "open the pages in a browser"), ("--port 8000", "at this port"))

    def __init__(self, task_loader: Any, **kwargs: Any) -> None:
        super().__init__(task_loader, **kwargs)
        self._names: Names | None = None
        self._workspace: Workspace | None = None
        self._server: _Server | None = None
        self._written: list[str] = []
        """The pages that were written since the open pages were told."""
        self._failed: dict[str, str] = {}
        """Why pages could not be made, since then."""
        self._output = ""
        self._socket: socket.socket | None = None
        self._open = False

    def execute(self, params: Any, args: list[str]) -> int:
        """Build, watch and serve. The exit status is 0 after Ctrl-C."""
        if args:
            raise InvalidCommand(f"serve takes no arguments, not {args[0]!r}.")
        _require_packages()
        self._socket = listen(params["host"], params["port"])
        self._host, self._open = params["host"], params["open"]
        try:
            return super().execute(params, args)
        finally:
            self._socket.close()

    # ------------------------------------------------------------------ what the watch calls

    def look(self, session: Session) -> None:
        """Bring the search up to date, and note what was written."""
        workspace = session.workspace
        if self._names is None or workspace is not self._workspace:
            self._fill(session)
        else:
            self._names.update(workspace.indexed)
        workspace.indexed.clear()
        self._output = workspace.config.output
        written = (page for page, _ in session.page_builder.written)
        self._written += [page for page in written if not page.startswith(SITE)]
        self._failed.update(session.page_builder.failed.values())

    def begin(self, root: str) -> None:
        """Start to serve."""
        from incdoc.site.reader import Reader

        assert self._names is not None
        assert self._socket is not None
        reader = Reader(root, self._output, self._names, self._label)
        reader.publish(self._news())
        self._server = _Server(reader, self._socket, self._host)
        address = self._server.start()
        say(f"the pages are at {address}")
        if self._open:
            import webbrowser

            webbrowser.open(address)

    def built(self, rebuilt: Rebuilt) -> None:
        """Tell the open pages."""
        if self._server is not None:
            self._server.publish(self._news(rebuilt))

    def _news(self, rebuilt: Rebuilt | None = None) -> Built:
        """What was built since the last time; of the first build without what was written."""
        from incdoc.site.reader import Built

        pages, failed = tuple(self._written), self._failed
        self._written, self._failed = [], {}
        if rebuilt is None:
            return Built(failed=failed)
        grown = bool(rebuilt.removed or rebuilt.pages)
        return Built(rebuilt.cause, pages, grown, failed, rebuilt.problem, self._output)

    def end(self) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.stop()

    # ------------------------------------------------------------------ search

    def _fill(self, session: Session) -> None:
        from incdoc.site.names import Names

        self._workspace = session.workspace
        names = self._names or Names(lambda path: self._rows("WHERE path = ?", path), self._language)
        names.fill(self._rows("ORDER BY path"))
        self._names = names

    def _rows(self, which: str, *values: str) -> Iterator[Row]:
        from incdoc.site.names import Row

        assert self._workspace is not None
        query = f"SELECT DISTINCT name, kind, path, place, section FROM keyword {which}"
        return (Row(*row) for row in self._workspace.store.query(query, *values))

    def _language(self, path: str) -> str:
        assert self._workspace is not None
        return self._workspace.languages.detect(path).label

    def _label(self, path: str) -> str | None:
        """The label of a source for fences; None of what is none."""
        assert self._workspace is not None
        listing = self._workspace.listing
        entry = listing.entries.get(path) if listing is not None else None
        return self._workspace.languages.detect(path).fence if entry is not None and entry.kind == "file" else None


def _require_packages() -> None:
    """Raise InvalidCommand where a package of the extra is missing."""
    from incdoc.site import RENDERER, missing

    if problem := missing(("starlette", "uvicorn", *RENDERER)):
        raise InvalidCommand(f"serve {problem}")


def listen(host: str, port: int) -> socket.socket:
    """A socket on the port, or on the first free one. Raises InvalidCommand."""
    if not 0 <= port < 1 << 16:
        raise InvalidCommand(f"--port takes a number from 1 to 65535, not {port}.")
    problem: OSError | None = None
    for each in [port] if port else range(FIRST_PORT, FIRST_PORT + _PORTS):
        try:
            found = socket.getaddrinfo(host, each, type=socket.SOCK_STREAM)[0]
            listener = socket.socket(found[0], socket.SOCK_STREAM)
            try:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                listener.bind(found[4])
                listener.listen(128)
            except OSError:
                listener.close()
                raise
            return listener
        except OSError as error:
            problem = error
    where = f"port {port}" if port else f"any port from {FIRST_PORT} to {FIRST_PORT + _PORTS - 1}"
    why = problem.strerror if problem is not None else ""
    raise InvalidCommand(f"Nothing can listen on {where} of {host}: {why}. Choose another with --port or --host.")


class _Server:
    """The server and its thread."""

    def __init__(self, reader: Reader, listener: socket.socket, host: str) -> None:
        self._reader = reader
        self._socket = listener
        self._host = host
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> str:
        """Serve; returns the address, which answers."""
        import uvicorn

        port = self._socket.getsockname()[1]
        names = {"localhost", "127.0.0.1", "[::1]", f"[{self._host}]" if ":" in self._host else self._host}
        if self._host in ("0.0.0.0", "::"):
            names |= {socket.gethostname(), *_own_addresses()}
        config = uvicorn.Config(
            self._reader.application({f"{name.lower()}:{port}" for name in names}),
            http="h11",
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=1,
            limit_concurrency=256,
            h11_max_incomplete_event_size=32 << 10,
        )
        self._server = uvicorn.Server(config)
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="incdoc-serve", daemon=True)
        self._thread.start()
        ready.wait()
        shown = "127.0.0.1" if self._host == "0.0.0.0" else f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{shown}:{port}/"

    def _run(self, ready: threading.Event) -> None:
        import asyncio  # other commands import this module too, and need not wait for it

        async def serve() -> None:
            assert self._server is not None
            self._loop = asyncio.get_running_loop()
            self._loop.call_soon(ready.set)
            await self._server._serve([self._socket])  # not serve(): signals are the watch's

        try:
            asyncio.run(serve())
        finally:
            ready.set()

    def publish(self, built: Built) -> None:
        """Hand over what a build did, without waiting for clients."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._reader.publish, built)

    def stop(self) -> None:
        """End at once."""
        if self._server is not None:
            self._server.should_exit = self._server.force_exit = True
        if self._thread is not None:
            self._thread.join(3)


def _own_addresses() -> set[str]:
    try:
        found = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        return set()
    return {f"[{each[4][0]}]" if each[0] == socket.AF_INET6 else str(each[4][0]) for each in found}

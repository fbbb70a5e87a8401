"""``incdoc mcp``: the questions as tools for a model, on standard streams or on a port of this computer."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build
from incdoc.plugin.query_command import COMMON, QueryCommand, dry_run, flag
from incdoc.plugin.serve import FIRST_PORT, listen

_HOST = "127.0.0.1"


class Mcp(QueryCommand):
    """A server of the Model Context Protocol."""

    name = "mcp"
    doc_purpose = "answer questions of coding agents by the Model Context Protocol"
    doc_usage = ""
    doc_description = (
        "Reads requests on standard input until that ends, or with --http on a port that only this computer reaches, "
        "until Ctrl-C. It is read-only, and each answer is of the files as they are then. It needs the extra: "
        "pip install 'incdoc[mcp]'"
    )
    cmd_options = (
        flag("http", "streamable HTTP on this computer in place of standard input and output"),
        {
            "name": "port",
            "short": "",
            "long": "port",
            "type": int,
            "default": 0,
            "metavar": "PORT",
            "help": f"the port of --http; without it, the first free one from {FIRST_PORT}",
        },
        *COMMON,
    )
    examples = (
        ("", "what a client starts"),
        ("--http --port 8000", "at http://127.0.0.1:8000/mcp"),
    )

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """Serve; 0 at the end of input, or after Ctrl-C."""
        from incdoc.site import missing

        self.reject_arguments(arguments)
        if problem := missing(("mcp", "uvicorn"), "mcp"):
            raise InvalidCommand(f"mcp {problem}")
        if options["port"] and not options["http"]:
            raise InvalidCommand("--port needs --http: standard input and output have no port.")
        from incdoc.config import load
        from incdoc.mcp.server import make_server

        # a wrong setting is said now, not at each question
        load(options["dir"], options.get("jobs"), options.get("executor"))
        active_build.options.quiet = True
        server = make_server(partial(dry_run, options), version("incdoc"))
        try:
            if options["http"]:
                self._serve(server, options["port"])
            else:
                server.run("stdio")
        except KeyboardInterrupt:
            pass
        return 0

    @staticmethod
    def _serve(server: Any, port: int) -> None:
        import sys

        import uvicorn

        with listen(_HOST, port) as listener:
            address = f"http://{_HOST}:{listener.getsockname()[1]}/mcp"
            print(f"the questions are answered at {address}", file=sys.stderr, flush=True)
            application = server.streamable_http_app(host=_HOST)
            uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="on")).run(sockets=[listener])

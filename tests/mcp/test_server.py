"""``incdoc mcp`` with the client of the protocol's own SDK, over standard streams and over HTTP, each in a process."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from incdoc.mcp.bounds import LEAST, bounded
from incdoc.pages.useful import approximate
from incdoc.query.answers import Blob
from tests.query.test_questions import FILES
from tests.support import BIN, ENVIRONMENT, build, run, tree, write

TOOLS = {"find", "show", "uses", "outline", "map", "changed"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write(tmp_path / "p", FILES | {".gitignore": ".incdoc/\n"})
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b")
    run(folder, *git, "init", "-q", "-b", "main")
    build(folder)
    run(folder, *git, "add", "-A")
    run(folder, *git, "commit", "-qm", "1")
    return folder


@contextmanager
def http(folder: Path) -> Iterator[str]:
    """The address of a server on a port."""
    server = subprocess.Popen(
        [BIN / "incdoc", "mcp", "--http"], cwd=folder, env=ENVIRONMENT, stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+/mcp", server.stderr.readline())
        assert found
        yield found[0]
    finally:
        server.terminate()
        server.wait(20)
        server.stderr.close()


@asynccontextmanager
async def connected(folder: Path, transport: str) -> AsyncIterator[Client]:
    """A client of a server in a process."""
    if transport == "stdio":
        command = StdioServerParameters(command=str(BIN / "incdoc"), args=["mcp"], cwd=folder, env=ENVIRONMENT)
        async with Client(command) as client:
            yield client
    else:
        with http(folder) as address:
            async with Client(address) as client:
                yield client


async def ask(client: Client, tool: str, **arguments: Any) -> str:
    """The text of an answer."""
    result = await client.call_tool(tool, arguments)
    text = "\n".join(each.text for each in result.content if each.type == "text")
    assert not result.is_error, text
    return text


@pytest.mark.parametrize("transport", ["stdio", "http"])
def test_every_tool_answers_over_both_transports(project: Path, transport: str) -> None:
    async def use() -> None:
        async with connected(project, transport) as client:
            listed = (await client.list_tools()).tools
            assert {tool.name for tool in listed} == TOOLS
            assert all(tool.description and tool.annotations and tool.annotations.read_only_hint for tool in listed)
            assert "shop/_cart.py:17: Cart (class)" in await ask(client, "find", name="Cart")
            assert "Inherited from Basket" in await ask(client, "show", name="shop.Cart")
            assert "called by order (6, 8)" in await ask(client, "uses", name="Cart")
            assert "Orders." in await ask(client, "outline", path="shop")
            assert "class Cart(Basket)" in await ask(client, "map", max_tokens=500)
            assert "There is no Nothing." in await ask(client, "show", name="Nothing")
            page = await client.read_resource("incdoc://page/shop/order.py")
            assert "Order something." in str(page.contents[0])

    asyncio.run(use())


def test_an_answer_is_of_the_files_as_they_are_and_nothing_is_written(project: Path) -> None:
    async def use() -> None:
        async with connected(project, "stdio") as client:
            before = await ask(client, "show", name="order")
            write(project, {"shop/order.py": "def order(number: int) -> int:\n    return number\n"})
            files = tree(project)
            after = await ask(client, "show", name="order")
            assert "def order(name: str) -> Cart" in before
            assert "def order(number: int) -> int" in after
            blob = run(project, "git", "hash-object", "shop/order.py")[:12]
            assert f"[current as of this answer: shop/order.py {blob}]" in after
            changed = await ask(client, "changed", since="HEAD")
            assert "  shop/order.py (changed)" in changed
            page = await client.read_resource("incdoc://page/shop/order.py_docs.md")
            assert "number: int" in str(page.contents[0])
            now = tree(project)
            cache = (".incdoc", ".git")
            assert {name for name in files if now.get(name) != files[name] and not name.startswith(cache)} <= {"."}

    asyncio.run(use())


def test_an_answer_is_bounded_and_its_parts_are_the_whole(project: Path) -> None:
    source = "".join(
        f"def function_{number}(argument: int) -> int:\n    return {number}\n\n\n" for number in range(400)
    )
    write(project, {"many.py": source})

    async def use() -> None:
        async with connected(project, "stdio") as client:
            whole, cursor, rounds = [], "", 0
            while True:
                text = await ask(client, "outline", path="many.py", cursor=cursor, max_tokens=1000)
                assert approximate(text) <= 1000
                whole += re.findall(r"function_(\d+)", text)
                rounds += 1
                more = re.search(r"ask again with cursor (\S+)\]", text)
                if more is None:
                    break
                cursor = more[1]
            assert rounds > 3
            assert whole == [str(number) for number in range(400)]
            write(project, {"many.py": "x = 1\n"})
            moved = await ask(client, "outline", path="many.py", cursor=cursor)
            assert moved.startswith("The files changed since that cursor was given.")

    asyncio.run(use())


def test_nothing_outside_of_the_repository_is_told(project: Path, tmp_path: Path) -> None:
    write(tmp_path, {"secret.py": "password = 1\n"})
    (project / "link.py").symlink_to(tmp_path / "secret.py")

    async def use() -> None:
        async with connected(project, "stdio") as client:
            for path in ("../secret.py", str(tmp_path / "secret.py"), "link.py", "shop/../../secret.py"):
                assert "password" not in await ask(client, "show", name=path, source=True)
                assert "password" not in await ask(client, "outline", path=path)
            for path in ("..%2Fsecret.py", "link.py", ".git/config"):
                with pytest.raises(Exception, match=r"(?s)."):
                    await client.read_resource(f"incdoc://page/{path}")
            result = await client.call_tool("changed", {"since": "--output=x"})
            assert result.is_error

    asyncio.run(use())


def test_another_site_s_request_is_refused(project: Path) -> None:
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    with http(project) as address:
        for header in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}):
            request = Request(address, b"{}", {"Content-Type": "application/json", **header})
            with pytest.raises(HTTPError) as refused:
                urlopen(request, timeout=20)
            assert refused.value.code in (403, 421)


@pytest.mark.parametrize("protocol", ["2025-11-25", "2025-06-18", "2025-03-26"])
def test_a_client_that_greets_with_an_older_protocol_is_answered_in_it(project: Path, protocol: str) -> None:
    greeting = {"protocolVersion": protocol, "capabilities": {}, "clientInfo": {"name": "old", "version": "1"}}
    question = {"name": "show", "arguments": {"name": "Cart"}}
    server = subprocess.Popen(
        [BIN / "incdoc", "mcp"], cwd=project, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None and server.stdout is not None

    def call(number: int, method: str, params: dict[str, Any]) -> dict[str, Any]:
        assert server.stdin is not None and server.stdout is not None
        print(
            json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}),
            file=server.stdin,
            flush=True,
        )
        answered = json.loads(server.stdout.readline())
        assert answered["id"] == number
        result: dict[str, Any] = answered["result"]
        return result

    with server:
        assert call(1, "initialize", greeting)["protocolVersion"] == protocol
        print(json.dumps({"jsonrpc": "2.0", "method": "notifications/initialized"}), file=server.stdin, flush=True)
        assert "class Cart(Basket)" in call(2, "tools/call", question)["content"][0]["text"]
        server.stdin.close()
        assert server.wait() == 0


def test_what_is_answered_does_not_control_a_terminal(project: Path) -> None:
    write(project, {"a.py": 'def f():\n    """One \x1b[31m \u202e red."""\n'})

    async def use() -> None:
        async with connected(project, "stdio") as client:
            text = await ask(client, "show", name="f")
            assert "\x1b" not in text and "\u202e" not in text

    asyncio.run(use())


def test_a_part_keeps_to_its_budget_with_the_longest_of_everything() -> None:
    blobs = [Blob("x" * 300, "a" * 64)] * 100
    for tokens in (0, LEAST, 1000):
        for lines in (["é" * 100_000] * 9, ["a line"] * 9000):
            assert approximate(bounded(lines, blobs, tokens)) <= max(tokens, LEAST)


def test_the_parts_of_an_answer_are_the_whole_whatever_its_lines() -> None:
    for lines in (["é" * 10_000, "b"], ["x" * 800, "b"], ["漢" * 300] * 5, ["a line"] * 300):
        given, cursor = [], ""
        while True:
            part = bounded(lines, [], LEAST, cursor).split("\n")
            more = re.search(r"cursor (\S+)\]", part[-2]) if len(part) > 1 else None
            given += part[: -2 if more else -1]
            if more is None:
                break
            assert more[1] != cursor
            cursor = more[1]
        assert "".join(given) == "".join(lines)


def test_a_missing_package_is_one_sentence(project: Path) -> None:
    code = (
        "import sys\nfrom importlib import util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, *rest: None if name == 'mcp' else find(name, *rest)\n"
        "sys.argv = ['incdoc', 'mcp']\nfrom incdoc.plugin.main import main\nmain()\n"
    )
    said = run(project, sys.executable, "-c", code, status=3)
    assert "mcp needs mcp. Run: pip install 'incdoc[mcp]'" in said
    assert "Traceback" not in said

"""What ``incdoc serve`` says where it cannot serve, and how it ends."""

from __future__ import annotations

import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from tests.support import run, write

from .support import serving, until

WITHOUT = """import importlib.util as util
found = util.find_spec
util.find_spec = lambda name, *rest: None if name in ("nh3", "pyromark") else found(name, *rest)
from incdoc.plugin.main import main
main()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return write(tmp_path / "repository", {"a.py": '"""Read me."""\n'})


def test_a_port_that_is_in_use_is_one_sentence(root: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = run(root, "incdoc", "serve", "--port", str(port), status=3)
    assert said.count("\n") <= 2
    assert f"Nothing can listen on port {port} of 127.0.0.1: Address already in use. Choose another" in said
    assert not (root / "docs").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--port", "70000"), "--port takes a number from 1 to 65535, not 70000."),
        (("--host", "no.such.host.invalid"), "of no.such.host.invalid"),
        (("docs",), "serve takes no arguments, not 'docs'."),
    ],
)
def test_what_cannot_be_used_is_said(root: Path, arguments: tuple[str, ...], said: str) -> None:
    output = run(root, "incdoc", "serve", *arguments, status=3)
    assert said in output
    assert "Traceback" not in output


def test_missing_packages_are_named_with_what_installs_them(root: Path) -> None:
    output = run(root, sys.executable, "-c", WITHOUT, "serve", status=3)
    assert "serve needs nh3, pyromark. Run: pip install 'incdoc[web]'" in output


def test_two_readers_take_two_ports_and_end_by_a_signal(tmp_path: Path) -> None:
    one = write(tmp_path / "one", {"a.py": '"""First."""\n'})
    two = write(tmp_path / "two", {"b.py": '"""Second."""\n'})
    with serving(one) as first, serving(two) as second:
        assert first.port != second.port
        assert b"a.py" in first.get("/")[2]
        assert b"b.py" in second.get("/")[2]
        stream = socket.create_connection(("127.0.0.1", first.port))
        stream.sendall(f"GET /-/events HTTP/1.1\r\nHost: localhost:{first.port}\r\n\r\n".encode())
        assert b"200 OK" in stream.recv(100)
        assert first.watch.interrupt() == 0  # with a stream that is open
        assert second.watch.interrupt(signal.SIGTERM) == 128 + signal.SIGTERM
        stream.close()


def test_pages_are_those_of_an_output_that_moves_while_it_serves(root: Path) -> None:
    with serving(root) as served:
        assert served.get("/a.py_docs.html")[0] == 200
        write(root, {"incdoc.toml": 'output = "out"\nsite = "www"\n'})
        until((root / "out/a.py_docs.md").is_file, "nothing was built")
        until(lambda: served.get("/incdoc.toml_docs.html")[0] == 200, "the reader still reads the former output")
        write(root, {"a.py": '"""Read me again."""\n'})
        until(lambda: b"Read me again." in served.get("/a.py_docs.html")[2], "the page stays as it was")
        assert (root / "www/a.py_docs.html").is_file()


def test_a_search_describes_what_is_on_a_later_part_of_a_page(tmp_path: Path) -> None:
    many = "".join(
        f'def each_{number}(x: int) -> int:\n    """Says {number}."""\n    return x\n\n\n' for number in range(400)
    )
    root = write(tmp_path / "repository", {"a.py": many, "incdoc.toml": "max_page_kb = 16\n"})
    with serving(root) as served:
        assert (root / "docs/reference/a.py_docs.2.md").exists()
        _, headers, answer = served.get("/-/find?q=each_399")
    (found,) = json.loads(answer)["found"]
    assert headers["server-timing"].startswith("find;dur=")
    assert (found["signature"], found["sentence"]) == ("def each_399(x: int) -> int", "Says 399.")

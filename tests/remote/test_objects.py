"""A shared cache in an object store: against moto's server, which speaks S3's protocol."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from incdoc.remote.connection import Connection
from tests.inprocess import run
from tests.remote.support import clone, project
from tests.support import pages
from tests.support import run as run_command

_KEYS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "a-secret-word", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    """The address of a running store."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(6000):
            try:
                urllib.request.urlopen(f"{url}/moto-api/", timeout=10).close()
                break
            except OSError:
                assert server.poll() is None
                time.sleep(0.01)
        yield url
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def bucket(store: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The URL of an empty bucket, for a machine with credentials."""
    for name, value in (_KEYS | {"AWS_ENDPOINT_URL": store, "AWS_ALLOW_HTTP": "true"}).items():
        monkeypatch.setenv(name, value)
    name = f"b-{os.getpid()}-{abs(hash(tmp_path)) % 10**8}"
    urllib.request.urlopen(urllib.request.Request(f"{store}/{name}", method="PUT"), timeout=30).close()
    return f"s3://{name}/facts"


def objects(bucket: str) -> set[str]:
    """The names of what is in a bucket."""
    name = bucket.split("/")[2]
    with urllib.request.urlopen(f"{os.environ['AWS_ENDPOINT_URL']}/{name}?list-type=2", timeout=30) as answer:
        return {*re.findall(r"<Key>(.*?)</Key>", answer.read().decode())}


def test_a_fresh_clone_reads_no_source(bucket: str, tmp_path: Path) -> None:
    origin = project(tmp_path / "origin", bucket, "write = true\nseconds = 60\n")
    done = run(origin)
    assert done.status == 0
    assert "bytes were sent to the shared cache s3://" in done.said
    assert {each.split("/")[2] for each in objects(bucket)} == {"ac", "cas"}
    copy = clone(origin, tmp_path / "copy")
    done = run(copy)
    assert done.counts["parsed"] == 0, done.said
    assert pages(copy) == pages(origin)


def test_what_is_there_is_not_replaced(bucket: str) -> None:
    connection = Connection(bucket, 60.0)
    for data in (b"first", b"second"):
        assert connection.put("main", [("ac/1", data)])
    assert connection.get("main", [("ac/1", 100), ("ac/2", 100)]) == {"ac/1": b"first", "ac/2": None}
    connection.close()


def test_an_object_that_is_too_large(bucket: str) -> None:
    connection = Connection(bucket, 60.0)
    assert connection.put("main", [("cas/1", bytes(1000))])
    assert connection.get("main", [("cas/1", 999)]) == {}
    assert connection.refused == {"cas/1": "is said to have 1,000 bytes"}
    connection.close()


def test_a_store_that_is_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (_KEYS | {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ALLOW_HTTP": "true"}).items():
        monkeypatch.setenv(name, value)
    root = project(tmp_path / "project", "s3://nothing/facts", "write = true\n")
    done = run(root)
    assert done.status == 0
    assert done.said.count("The shared cache s3://nothing/facts ") == 1
    assert "a-secret-word" not in done.said


def test_a_bucket_that_there_is_not(bucket: str, tmp_path: Path) -> None:
    root = project(tmp_path / "project", f"{bucket.rpartition('/')[0]}x/y", "write = true\nseconds = 60\n")
    done = run(root)
    assert done.status == 0
    assert done.said.count("The shared cache") == 1


def test_without_the_extra(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "s3://bucket/facts")
    (tmp_path / "without/obstore").mkdir(parents=True)
    (tmp_path / "without/obstore/__init__.py").write_text("raise ImportError\n")
    said = run_command(root, "incdoc", PYTHONPATH=str(tmp_path / "without"))
    assert "The shared cache s3://bucket/facts needs the extra incdoc[objects]: pip install 'incdoc[objects]'." in said

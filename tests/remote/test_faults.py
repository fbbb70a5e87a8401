"""Servers that are down, slow, cut, lying: a build is right, and does not wait long."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from incdoc.config import Shared
from incdoc.remote.cache import SharedCache
from tests.inprocess import run
from tests.remote.faults import FAULTS, Server, serving
from tests.remote.support import clone, project
from tests.support import pages, write

_AT_MOST = 20.0
"""Seconds for what is given 0.2: a loaded machine takes longer, but what hangs takes for ever."""
_FACTS = {f"{folder}/{number}.py": os.urandom(28) for folder in "abc" for number in range(30)}


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("NETRC", os.devnull)
    yield


def shared(server: Server, seconds: float = 2.0) -> Shared:
    return Shared(server.url, "main", ("main",), True, seconds)


def filled(server: Server, monkeypatch: pytest.MonkeyPatch) -> dict[bytes, bytes]:
    """Facts that the cache has, by their keys."""
    monkeypatch.setenv("INCDOC_REMOTE_CREDENTIALS", server.url.replace("//", "//:token@"))
    right = {key: key * 40 for key in _FACTS.values()}
    cache = SharedCache(shared(server), _FACTS)
    assert cache.send(right.get)
    cache.close()
    return right


@pytest.mark.parametrize("kind", FAULTS)
def test_faults(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten times each: from another request on, once or for the rest, reading and writing."""
    with serving() as server:
        right = filled(server, monkeypatch)
        entries = dict(server.entries)
        for number in range(10):
            random = Random(f"{kind} {number}")
            server.asked, server.fault = 0, FAULTS[kind]
            server.begins, server.lasts = random.randrange(4), random.choice((1, 1 << 30))
            cache = SharedCache(shared(server, 0.2), _FACTS)
            start = time.monotonic()
            if number < 7:
                found = cache.offers({*right})
                assert all(right[key] == offer.facts for key, offer in found.items())
            else:
                server.entries = {}
                cache.send(right.get)
                server.entries = entries
            cache.close()
            assert time.monotonic() - start < _AT_MOST
            server.fault = None
            again = SharedCache(shared(server), _FACTS)
            assert {key: offer.facts for key, offer in again.offers({*right}).items()} == right
            again.close()


def test_a_cache_that_failed_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        right = filled(server, monkeypatch)
        server.asked, server.fault = 0, FAULTS["500"]
        cache = SharedCache(shared(server), _FACTS)
        assert cache.offers({*right}) == {}
        assert not cache.send(right.get)
        cache.close()
        assert server.asked == 1


@pytest.mark.parametrize("kind", ["never answers", "sends its body byte by byte", "500", "flips a bit", "closes"])
def test_a_build_beside_a_fault(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setenv("INCDOC_REMOTE_CREDENTIALS", server.url.replace("//", "//:token@"))
        origin = project(tmp_path / "origin", server.url, "write = true\nseconds = 0.2\n")
        assert run(origin).status == 0
        assert server.entries
        copy = clone(origin, tmp_path / "copy")
        server.asked, server.fault = 0, FAULTS[kind]
        done = run(copy)
        assert done.status == 0
        assert done.said.count(f"The shared cache {server.url} ") == 1, done.said
        assert pages(copy) == pages(origin)


def test_a_server_that_is_down(tmp_path: Path) -> None:
    with serving() as server:
        url = server.url
    root = project(tmp_path / "project", url)
    done = run(root)
    assert done.status == 0
    assert f"The shared cache {url} cannot be reached (Connection refused). This run does without it." in done.said


def test_a_host_that_there_is_not(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "https://cache.invalid/a")
    done = run(root)
    assert done.status == 0
    assert done.said.count("The shared cache https://cache.invalid/a cannot be reached") == 1


def test_few_edits_ask_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setenv("INCDOC_REMOTE_CREDENTIALS", server.url.replace("//", "//:token@"))
        root = project(tmp_path / "project", server.url)
        run(root)
        server.asked = 0
        write(root, {"big/part1/m3.py": "def other(): ...\n"})
        assert run(root).counts["parsed"] == 1
        assert server.asked == 0

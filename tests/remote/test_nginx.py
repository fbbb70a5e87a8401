"""A shared cache on nginx, with a user who may write and machines that only read."""

from __future__ import annotations

import http.server
import shutil
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import msgpack

from incdoc.remote import actions, packs
from tests.inprocess import run
from tests.remote.nginx import Nginx, nginx
from tests.remote.support import FILES, clone, commit, git, project
from tests.support import pages, write
from tests.support import run as run_command

WRITE = "write = true\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """A server for all tests; each begins with an empty cache."""
    with nginx(tmp_path_factory.mktemp("nginx")) as found:
        yield found


@pytest.fixture
def cache(server: Nginx, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Nginx:
    """An empty cache, for a machine without credentials."""
    for entry in server.entries():
        entry.unlink()
    server.requests()
    monkeypatch.delenv("INCDOC_REMOTE_CREDENTIALS", raising=False)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    return server


def written(cache: Nginx, folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "", user: str = "writer") -> Path:
    """A project that one build with credentials has sent to the cache; they are gone afterwards."""
    root = project(folder, cache.url, WRITE + more)
    for name, value in cache.credentials(user).items():
        monkeypatch.setenv(name, value)
    assert run(root).status == 0
    monkeypatch.delenv("INCDOC_REMOTE_CREDENTIALS")
    return root


def test_a_fresh_clone_reads_no_source(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    cache.requests()
    copy = clone(origin, tmp_path / "copy")
    done = run(copy)
    assert (done.status, done.counts["parsed"]) == (0, 0)
    assert done.counts["fetched"] == len({*FILES.values()}) + 1  # and the settings
    assert pages(copy) == pages(origin)
    asked = cache.requests()
    assert [each.split("/")[2] for each in asked[:1]] == ["ac"]
    assert sum("/ac/" in each for each in asked) == 1
    assert sum("/cas/" in each for each in asked) == len(list((cache.data / "main/cas").iterdir()))


def test_requests_grow_with_the_folders_that_changed(
    cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    copy = clone(origin, tmp_path / "copy")
    write(copy, {"big/part1/m3.py": "def other(): ...\n"})
    commit(copy)
    cache.requests()
    done = run(copy)
    assert (done.counts["parsed"], done.counts["fetched"]) == (30, 64)  # one folder is read
    asked = [each for each in cache.requests() if "/ac/" in each]
    assert sorted(each.rsplit(" ", 1)[1] for each in asked) == ["200", "200", "200", "404", "404", "404"]


def test_only_what_changed_is_sent(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    before = {each.name for each in cache.entries()}
    write(origin, {"big/part1/m3.py": "def other(): ...\n"})
    commit(origin)
    monkeypatch.setenv(*next(iter(cache.credentials("writer").items())))
    assert run(origin).status == 0
    after = {each.name for each in cache.entries()}
    assert before < after
    assert len(after - before) == 4  # a pack, and the keys of its unit, of big, and of the root
    again = clone(origin, tmp_path / "again")
    assert run(again).counts["parsed"] == 0


def test_a_run_with_nothing_to_do_asks_nothing(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    cache.requests()
    monkeypatch.setenv(*next(iter(cache.credentials("writer").items())))
    said = run_command(origin, "python", "-X", "importtime", "-m", "incdoc")
    assert "incdoc.plugin" in said
    assert "incdoc.remote" not in said
    assert "http.client" not in said
    assert cache.requests() == []


def test_without_credentials_nothing_is_sent(cache: Nginx, tmp_path: Path) -> None:
    root = project(tmp_path / "project", cache.url, WRITE)
    done = run(root)
    assert done.status == 0
    assert cache.entries() == []
    assert all(each.startswith("GET") for each in cache.requests())


@pytest.mark.parametrize("given", ["wrong", "another host", "another port"])
def test_credentials_that_the_server_refuses(
    cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    root = project(tmp_path / "project", cache.url, WRITE)
    for name, value in cache.credentials("writer", "hunter2" if given == "wrong" else "secret-word").items():
        other = {"another host": value.replace("127.0.0.1", "127.0.0.2"), "another port": value + "1"}
        monkeypatch.setenv(name, other.get(given, value))
    done = run(root)
    assert done.status == 0
    assert cache.entries() == []
    assert "hunter2" not in done.said
    assert "secret-word" not in done.said
    assert ("does not allow it (401)" in done.said) == (given == "wrong")
    assert pages(root)


def test_netrc(cache: Nginx, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login writer password secret-word\n")
    root = project(tmp_path / "project", cache.url, WRITE)
    assert run(root).status == 0
    assert cache.entries()


def test_the_server_decides_who_writes_where(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = project(tmp_path / "project", cache.url, WRITE)
    monkeypatch.setenv(*next(iter(cache.credentials("fork").items())))
    done = run(root)
    assert done.status == 0
    assert "does not allow it (40" in done.said
    assert not (cache.data / "main").exists() or not any((cache.data / "main").rglob("*/*"))


def test_a_trusted_build_reads_no_other_namespace(
    cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork = written(cache, tmp_path / "fork", monkeypatch, 'namespace = "pr"\n', "fork")
    assert (cache.data / "pr/ac").exists()
    assert run(clone(fork, tmp_path / "again")).counts["parsed"] == 0
    trusted = project(tmp_path / "trusted", cache.url)
    cache.requests()
    assert run(trusted).counts["fetched"] == 0
    assert all("/main/" in each for each in cache.requests())


def test_an_untrusted_build_may_read_the_trusted_one(
    cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(cache, tmp_path / "trusted", monkeypatch)
    fork = project(tmp_path / "fork", cache.url, 'namespace = "pr"\nreads = ["pr", "main"]\n')
    done = run(fork)
    assert done.counts["parsed"] == 4  # its settings are others, and are in one unit with what is beside them
    assert done.counts["fetched"] == 90


def test_nothing_that_git_ignores_or_does_not_know_is_sent(
    cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = project(tmp_path / "origin", cache.url, WRITE)
    write(origin, {".gitignore": "/private/\n*.local.py\n", "small/a.py": "def hidden_edit(): ...\n"})
    write(origin, {"private/k.py": "def hidden_ignored(): ...\n", "small/x.local.py": "def hidden_local(): ...\n"})
    write(origin, {"small/new.py": "def hidden_untracked(): ...\n"})
    monkeypatch.setenv(*next(iter(cache.credentials("writer").items())))
    assert run(origin).status == 0
    sent = b"".join(map(unpacked, (cache.data / "main/cas").iterdir()))
    assert b"f1_7" in sent
    assert b"hidden" not in sent


def unpacked(pack: Path) -> bytes:
    return zlib.decompress(pack.read_bytes()[40:])


def test_facts_are_of_one_release_of_incdoc(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    monkeypatch.setattr("incdoc.engine.keys.version_of", lambda language: b"another!")
    copy = clone(origin, tmp_path / "copy")
    assert run(copy).counts["fetched"] == 0


# --- wrong entries


def spoil(cache: Nginx, name: bytes, other: bytes) -> str:
    """Replace a name in the facts of the pack that has it, with digests and keys that are right; the new entry."""
    pack = next(each for each in (cache.data / "main/cas").iterdir() if name in unpacked(each))
    old = bytes.fromhex(pack.name)
    rows = msgpack.decode(unpacked(pack), type=list[tuple[bytes, bytes]])
    assert len(name) == len(other)
    for action in (cache.data / "main/ac").iterdir():
        listed = actions.decode(action.read_bytes())
        if all(each.digest != old for each in listed):
            continue
        found = next(each for each in listed if each.digest == old)
        data = packs.encode(found.unit, [(key, facts.replace(name, other)) for key, facts in rows], b"")
        digest = sha256(data).digest()
        (cache.data / "main/cas" / digest.hex()).write_bytes(data)
        action.write_bytes(
            actions.encode([each._replace(digest=digest, size=len(data)) if each == found else each for each in listed])
        )
    return f"cas/{digest.hex()}"


def test_a_sample_finds_wrong_facts(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    entry = spoil(cache, b"Module 7 of part 1", b"Module 1 of part 7")  # words that the source has
    copy = clone(origin, tmp_path / "copy")
    said = run_command(copy, "incdoc", "--verify", "100", status=1)
    assert f"big/part1/m7.py: the facts that {cache.url} has in {entry} are wrong" in said
    assert pages(copy) == pages(origin)


def test_an_entry_with_another_digest(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    old = next(each for each in (cache.data / "main/cas").iterdir() if b"Module 7 of part 1" in unpacked(each))
    actions_before = {each: each.read_bytes() for each in (cache.data / "main/ac").iterdir()}
    new = spoil(cache, b"Module 7 of part 1", b"Module 1 of part 7")
    for path, data in actions_before.items():
        path.write_bytes(data)
    (cache.data / "main" / new).rename(old)
    done = run(clone(origin, tmp_path / "copy"))
    assert f"cas/{old.name} has another digest than its name says" in done.said or " bytes" in done.said
    assert pages(tmp_path / "copy") == pages(origin)


def test_pages_are_verified_without_the_cache(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finding less agrees with any source: pages that are made again from the sources show it."""
    origin = written(cache, tmp_path / "origin", monkeypatch)
    copy = clone(origin, tmp_path / "copy")
    spoil(cache, b"Module 7 of part 1", b"Module 1 of part 7")
    run(copy)
    cache.requests()
    said = run_command(copy, "incdoc", "--verify", "100", status=1)
    assert "big/part1/m7.py_docs.md differs from a build without the cache" in said
    assert cache.requests() == []


def test_wrong_facts_of_an_unsigned_pack(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    origin = written(cache, tmp_path / "origin", monkeypatch)
    spoil(cache, b"f1_7", b"evil")
    copy = clone(origin, tmp_path / "copy")
    assert run(copy).counts["parsed"] == 1
    assert pages(copy) == pages(origin)


def test_what_is_not_signed_is_not_used(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCDOC_REMOTE_SIGNING_KEY", "a long and secret key")
    origin = written(cache, tmp_path / "origin", monkeypatch)
    copy = clone(origin, tmp_path / "copy")
    assert run(copy).counts["parsed"] == 0
    spoil(cache, b"Module 7 of part 1", b"Module 1 of part 7")
    other = clone(origin, tmp_path / "other")
    done = run(other)
    assert "has wrong entries, which are not used: cas/" in done.said
    assert "is not signed by INCDOC_REMOTE_SIGNING_KEY" in done.said
    assert pages(other) == pages(origin)
    monkeypatch.setenv("INCDOC_REMOTE_SIGNING_KEY", "another key")
    assert run(clone(origin, tmp_path / "third")).counts["fetched"] == 0


# --- other hosts


@contextmanager
def redirecting(to: str) -> Iterator[tuple[str, list[str]]]:
    """A server that sends everybody elsewhere; its URL, and the headers that it got."""
    got: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            got.append(str(self.headers))
            self.send_response(307)
            self.send_header("Location", to + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_PUT = do_GET  # noqa: N815 - the name that the server looks for

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", got
        server.shutdown()


def test_a_redirect_is_not_followed(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with redirecting(cache.url) as (url, _):
        monkeypatch.setenv("INCDOC_REMOTE_CREDENTIALS", url.replace("//", "//writer:secret-word@"))
        done = run(project(tmp_path / "project", url, WRITE))
    assert done.status == 0
    assert f"The shared cache {url} answers with a redirect (307), which is not followed" in done.said
    assert done.said.count("shared cache") == 1
    assert cache.requests() == []


def test_credentials_go_to_no_other_host(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*next(iter(cache.credentials("writer").items())))
    with redirecting(cache.url) as (url, got):
        assert run(project(tmp_path / "project", url, WRITE)).status == 0
    assert got
    assert all("Authorization" not in each for each in got)


def test_a_project_without_git_shares_nothing(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(*next(iter(cache.credentials("writer").items())))
    root = write(tmp_path / "project", FILES | {"incdoc.toml": f'[remote]\nurl = "{cache.url}"\n{WRITE}'})
    assert run(root).status == 0
    assert cache.requests() == []


def test_a_project_below_the_repository(cache: Nginx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outer = tmp_path / "outer"
    project(outer / "inner", cache.url, WRITE)
    shutil.rmtree(outer / "inner/.git")
    git(outer, "init", "-q")
    commit(outer)
    monkeypatch.setenv(*next(iter(cache.credentials("writer").items())))
    assert run(outer / "inner").status == 0
    monkeypatch.delenv("INCDOC_REMOTE_CREDENTIALS")
    copy = clone(outer, tmp_path / "copy")
    assert run(copy / "inner").counts["parsed"] == 0

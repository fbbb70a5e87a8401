"""``incdoc inventories update``: names of other projects lead to where they are documented, and no build fetches."""

from __future__ import annotations

import json
import shutil
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from incdoc.config import PINS
from tests.exports.support import FILES, inventory, is_right
from tests.exports.support import project as exporting
from tests.support import build, changed, pages, run, write

SOURCE = '''"""Runs work, as `sched.Queue` says."""
import sched
import sched.pool as p
import json
from sched import run as start
from clock import clock
from other import Unknown


class Worker(p.Thread):
    """Works."""

    def when(self, at: sched.Queue, pool: p.Thread, what: clock, other: Unknown) -> "sched.Queue":
        """Like :class:`sched.pool.Thread`."""
'''
NAMES = {
    "sched": ("module", "sched.html#module-$"),
    "sched.Queue": ("class", "sched.html#$"),
    "sched.run": ("function", "sched.html#$"),
    "sched.pool": ("module", "pool.html#module-$"),
    "sched.pool.Thread": ("class", "pool(1).html#$"),
    "clock.clock": ("class", "clock.html#$"),
    "json": ("module", "javascript:alert(1)"),
}


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server of files; its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """One that names an inventory that is not there any more when it is built."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served/objects.inv").write_bytes(inventory(NAMES))
    root = write(tmp_path / "project", {"work.py": SOURCE, "apart.py": "import json\n"})
    run(root, "git", "init", "-q")
    with served(tmp_path / "served") as top:
        (root / "incdoc.toml").write_text(f'inventories = ["{top}/objects.inv"]\n')
        assert "Sched 2, 7 names" in run(root, "incdoc", "inventories", "update")
    return root


def page(root: Path) -> str:
    return (root / "docs/reference/work.py_docs.md").read_text()


def test_imports_types_and_documentation_lead_there(project: Path) -> None:
    build(project)
    top = json.loads((project / PINS).read_text())["inventories"][0]["source"].removesuffix("objects.inv")
    text = page(project)
    assert f"| `sched` | [`sched`]({top}sched.html#module-sched)," in text
    assert f"[`run`]({top}sched.html#sched.run)" in text
    assert f"as [`sched.Queue`]({top}sched.html#sched.Queue) says" in text
    types = next(line for line in text.splitlines() if " · types " in line).partition(" · types ")[2]
    assert types == (
        f"[`sched.Queue`]({top}sched.html#sched.Queue), [`p.Thread`]({top}pool%281%29.html#sched.pool.Thread), "
        f"[`clock`]({top}clock.html#clock.clock)"
    )
    assert f"Like [`sched.pool.Thread`]({top}pool%281%29.html#sched.pool.Thread)" in text
    assert "javascript" not in text
    assert not (project / f"docs/reference/{PINS}_docs.md").exists()
    assert run(project, "incdoc", "check")


def test_an_update_writes_the_pages_that_name_what_changed(project: Path) -> None:
    build(project)
    before = pages(project)
    with served(project.parent / "served") as top:
        (project / "incdoc.toml").write_text(f'inventories = ["{top}/objects.inv"]\n')
        (project.parent / "served/objects.inv").write_bytes(
            inventory(NAMES | {"sched.run": ("function", "new.html#$")})
        )
        run(project, "incdoc", "inventories", "update")
        known = (project / PINS).stat()
        assert "as it was" in run(project, "incdoc", "inventories", "update")
        assert (project / PINS).stat().st_mtime_ns == known.st_mtime_ns
    assert "work.py" in run(project, "incdoc", "check", status=1)
    build(project)
    assert "new.html" in page(project)
    assert {name for name in changed(before, pages(project)) if not name.startswith("incdoc.toml")} == {
        "work.py_docs.md"
    }
    is_right(project)
    (project / "incdoc.toml").write_text("")
    build(project)
    assert "http://" not in page(project)


def test_a_file_that_was_pinned_anew_is_work(project: Path) -> None:
    """As after a pull, with the same settings."""
    build(project)
    (pin,) = json.loads((project / PINS).read_text())["inventories"]
    data = inventory(NAMES | {"sched.run": ("function", "new.html#$")})
    content = {"sha256": sha256(data).hexdigest(), "content": b64encode(data).decode()}
    (project / PINS).write_text(json.dumps({"version": 1, "inventories": [pin | content]}))
    assert "work.py_docs.md" in run(project, "incdoc", "check", status=1)
    assert build(project)["written"] == 1
    assert "new.html" in page(project)
    is_right(project)


def test_the_inventory_of_a_project_beside_leads_to_its_pages(tmp_path: Path) -> None:
    shop = exporting(tmp_path / "all/shop", "objects.inv", files=FILES)
    shutil.rmtree(shop / ".git")
    source = "from shop import Cart\n\n\ndef pay(cart: Cart) -> None: ...\n"
    root = write(
        tmp_path / "all",
        {"till.py": source, "incdoc.toml": 'inventories = ["shop/docs/reference/objects.inv"]\nexclude = ["shop"]\n'},
    )
    run(root, "git", "init", "-q")
    run(root, "incdoc", "inventories", "update")
    build(root)
    text = (root / "docs/reference/till.py_docs.md").read_text()
    target = text.partition("types [`Cart`](")[2].partition(")")[0]
    there, _, anchor = target.partition("#")
    assert f'<a id="{anchor}"></a>' in (root / "docs/reference" / there).resolve().read_text()


@pytest.mark.parametrize(
    ("pins", "said"),
    [
        (None, "needs incdoc-inventories.json"),
        ("{", "is damaged"),
        ('{"version": 2, "inventories": []}', "version 2"),
        ('{"version": 1, "inventories": []}', "lacks"),
        ("digest", "is not the one that its digest names"),
        ("content", "is a damaged inventory"),
    ],
)
def test_a_file_that_does_not_fit_is_a_sentence(project: Path, pins: str | None, said: str) -> None:
    (pin,) = json.loads((project / PINS).read_text())["inventories"]
    damaged = inventory(NAMES)[:150] + b"\0" * 20
    if pins == "digest":
        pins = json.dumps({"version": 1, "inventories": [pin | {"sha256": "0" * 64}]})
    elif pins == "content":
        content = {"sha256": sha256(damaged).hexdigest(), "content": b64encode(damaged).decode()}
        pins = json.dumps({"version": 1, "inventories": [pin | content]})
    (project / PINS).unlink() if pins is None else (project / PINS).write_text(pins)
    found = run(project, "incdoc", status=3)
    assert said in found and "incdoc inventories update" in found and "Traceback" not in found


@pytest.mark.parametrize("data", [b"<html>not found</html>", b"", b"# Sphinx inventory version 2\n# Project: x\n"])
def test_what_is_no_inventory_changes_nothing(project: Path, data: bytes) -> None:
    before = (project / PINS).read_bytes()
    (project.parent / "served/objects.inv").write_bytes(data)
    with served(project.parent / "served") as top:
        (project / "incdoc.toml").write_text(f'inventories = ["{top}/objects.inv"]\n')
        assert "inventory" in run(project, "incdoc", "inventories", "update", status=3)
        (project / "incdoc.toml").write_text(f'inventories = ["{top}/none.inv"]\n')
        assert "could not be fetched: File not found" in run(project, "incdoc", "inventories", "update", status=3)
    assert "could not be fetched" in run(project, "incdoc", "inventories", "update", status=3)
    assert (project / PINS).read_bytes() == before


def test_a_file_of_the_users_is_left_alone(project: Path) -> None:
    (project / PINS).write_text("mine")
    assert "Move it away" in run(project, "incdoc", "inventories", "update", status=3)
    assert (project / PINS).read_text() == "mine"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('inventories = "x"', "must be a list"),
        ('inventories = ["ftp://x/objects.inv"]', "must begin with https:// or http://"),
        ('inventories = ["../objects.inv"]', "inventories"),
        ('inventories = ["none.inv"]', "none.inv, which does not exist"),
        ("", "names none"),
    ],
)
def test_a_wrong_setting_is_a_sentence(project: Path, settings: str, said: str) -> None:
    (project / "incdoc.toml").write_text(settings + "\n")
    found = run(project, "incdoc", "inventories", "update", status=3)
    assert said in found and "Traceback" not in found

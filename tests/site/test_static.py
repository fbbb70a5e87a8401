"""The static site: in a real browser from a plain file server and from a disk, and as pages that a build keeps true."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from tests.support import build, run, write

from .support import Driver, browser, complaints, until
from .test_reader import CORE, FILES, search, text

SETTINGS = {"incdoc.toml": 'site = "public/site"\n'}
ODD = {
    "-/dash.py": "X = 1\n",
    "a.html/inner.py": "Y = 2\n",
    "book/novel.py": "Z = 3\n",
    "book/deep/x.py": '"""A thing."""\n',
    "f.x/é ü.py": "def größe():\n    pass\n",
    "a#b/c?d.py": "W = 4\n",
}
"""Names that a site could confuse with its own, or an address with its parts."""


def project(folder: Path, more: dict[str, str] | None = None) -> Path:
    root = write(folder, FILES | SETTINGS | (more or {}))
    run(root, "git", "init", "-q")
    return root


@contextmanager
def plain_server(folder: Path) -> Iterator[str]:
    """The address of a server of files."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = project(tmp_path_factory.mktemp("static") / "motor", ODD)
    build(folder)
    return folder


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with browser() as found:
        yield found


@pytest.fixture(scope="module", params=["server", "disk"])
def top(request: pytest.FixtureRequest, root: Path) -> Iterator[str]:
    """The address of the site: below a path of a plain server, and on the disk."""
    if request.param == "disk":
        yield f"{root.as_uri()}/public/site/"
        return
    with plain_server(root) as address:
        yield f"{address}public/site/"


def test_search_leads_to_a_definition(top: str, driver: Driver) -> None:
    driver.get(f"{top}motor/deep/index.html")
    until(lambda: search(driver, "Engi")[:1] == ["class Engine"], "a class was not found")
    until(lambda: search(driver, "base")[:1] == ["def wheelBase()"], "a word of a name was not found")
    until(lambda: search(driver, "größe")[:1] == ["def größe()"], "a name in other letters was not found")
    until(lambda: search(driver, "c?d.py")[:1] == ["a#b/c?d.py"], "a file was not found")
    driver.find_element(By.CSS_SELECTOR, "#found li").click()
    until(lambda: "File Metadata" in text(driver), driver.current_url)
    driver.get(f"{top}motor/deep/index.html")
    until(lambda: search(driver, "arse_u")[:1] == ["def parse_url(text: str) -> str"], "a part of a name was not found")
    until(lambda: "Read an address. · motor/core.py" in results(driver), results(driver))
    driver.find_element(By.CSS_SELECTOR, "#found li").click()
    until(lambda: driver.current_url.endswith("motor/core.py_docs.html#parse_url"), driver.current_url)
    assert "Read an address." in text(driver)
    assert not complaints(driver)


def results(driver: Driver) -> str:
    return driver.find_element(By.ID, "found").text


def test_what_is_chosen_stays_while_the_search_says_more(top: str, driver: Driver) -> None:
    driver.get(f"{top}index.html")
    search(driver, "ar")
    status = driver.find_element(By.CSS_SELECTOR, "dialog [role=status]")
    until(lambda: re.fullmatch(r"[3-9]\d* found", status.text), "not enough was found")
    driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    until(lambda: "def " in results(driver), results(driver))
    assert driver.find_element(By.CSS_SELECTOR, "#found [aria-selected=true]").get_attribute("id") == "found-1"
    assert not complaints(driver)


def choose(driver: Driver, filter: int, value: str) -> None:
    shown = driver.find_elements(By.CSS_SELECTOR, "dialog select")[filter]
    Select(shown).select_by_visible_text(value)


def test_search_can_be_narrowed(top: str, driver: Driver) -> None:
    driver.get(f"{top}index.html")
    search(driver, "cart")
    driver.execute_script("document.querySelector('dialog select').focus()")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "dialog select option:nth-child(3)"), "no kinds")
    choose(driver, 1, "TypeScript")
    choose(driver, 0, "class")

    def names() -> list[str]:
        return [each.text for each in driver.find_elements(By.CSS_SELECTOR, "#found li code")]

    until(lambda: names() == ["export class Cart"], str(names()))
    choose(driver, 1, "Python")
    until(lambda: names() == [], str(names()))


def test_folders_open_and_sources_show_lines(top: str, driver: Driver) -> None:
    driver.get(f"{top}motor/core.py_docs.html")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#tree [aria-current=page]"), "the page is not in the tree")
    for summary in driver.find_elements(By.CSS_SELECTOR, "#tree summary"):
        if summary.text in ("a.html", "-", "f.x", "book", "a#b"):
            summary.click()
    names = ("inner.py", "dash.py", "é ü.py", "novel.py", "c?d.py")
    until(lambda: all(name in driver.find_element(By.ID, "tree").text for name in names), "a folder stays shut")
    for address in [driver.find_element(By.LINK_TEXT, name).get_attribute("href") for name in names]:
        assert address
        driver.get(address)
        assert unquote(address).rpartition("/")[2].removesuffix("_docs.html") in unquote(driver.current_url)
        assert "File Metadata" in text(driver)
    driver.get(f"{top}motor/core.py_kw.html")
    driver.find_element(By.CSS_SELECTOR, 'main a[href*="_text.html#L"]').click()
    until(lambda: driver.find_elements(By.CSS_SELECTOR, ".numbers .here"), "no line is marked")
    first = driver.current_url.partition("#L")[2].partition("-")[0]
    assert driver.find_element(By.CSS_SELECTOR, ".numbers .here").text == first
    assert not complaints(driver)


def test_folders_and_pages_never_meet(tmp_path: Path) -> None:
    root = project(tmp_path / "motor", {"a": "text\n", "a_docs.html/b.py": "X = 1\n", "a_text.HTML/c.py": "Y = 1\n"})
    build(root)
    site = root / "public/site"
    assert (site / "a_docs.html").is_file()
    assert len(list(site.rglob("b.py_docs.html"))) == len(list(site.rglob("c.py_docs.html"))) == 1


HREF = re.compile(r'<(?:a|link|script)\b[^>]*? (?:href|src)="([^"]*)"')
ID = re.compile(r' id="([^"]*)"')


def test_every_link_leads_to_a_file_and_a_place_in_it(root: Path) -> None:
    site = root / "public/site"
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    ids = {path: {unescape(each) for each in ID.findall(found)} for path, found in pages.items()}
    lost = []
    for path, found in pages.items():
        for href in map(unescape, HREF.findall(found)):
            parts = urlsplit(href)
            if parts.scheme:
                continue
            target = Path(os.path.normpath(path.parent / unquote(parts.path))) if parts.path else path
            place = unquote(parts.fragment)
            known = not place or re.fullmatch(r"L\d+(-L\d+)?", place) or place in ids.get(target, ())
            if not target.is_file() or not known:
                lost.append((str(path.relative_to(site)), href))
    assert len(pages) > 60
    assert lost == []


def test_every_entry_of_the_search_leads_to_a_place(root: Path) -> None:
    site = root / "public/site"
    count = 0
    for shard in (site / "-/find").iterdir():
        data = json.loads(shard.read_text(encoding="utf-8").split(",\n", 1)[1].removesuffix(");\n"))
        for name, _, at, _, *anchor in data["names"]:
            _, page, _, place = data["places"][at]
            found = (site / unquote(page)).read_text(encoding="utf-8")
            assert place or f'id="{(anchor[0] if anchor else "#" + name)[1:]}"' in found, (name, page)
            count += 1
    assert count > 30


def said(root: Path, name: str) -> dict[str, list[str]]:
    """What the search says of the definitions of a source."""
    text = (root / "public/site/-/about" / name).read_text(encoding="utf-8")
    found: dict[str, list[str]] = json.loads(text.split(",\n", 1)[1].removesuffix(");\n"))
    return found


def test_the_search_says_what_the_live_reader_says(root: Path) -> None:
    assert said(root, "f.motor/d.core.py_docs.js") == {
        "Engine": ["class Engine", "Turns things."],
        "Engine.start": ["def start(self, speed: int = 3) -> bool", "Start to turn."],
        "parse_url": ["def parse_url(text: str) -> str", "Read an address."],
    }
    assert said(root, "f.motor/f.deep/d.wheel.py_docs.js") == {"wheelBase": ["def wheelBase()", ""]}
    assert "größe" in str(said(root, "f.f.x/d.é ü.py_docs.js"))


def stamps(folder: Path) -> dict[str, tuple[int, int]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.stat().st_ino)
        for path in folder.rglob("*")
        if path.is_file()
    }


def written(root: Path, before: dict[str, tuple[int, int]]) -> set[str]:
    now = stamps(root / "public/site")
    return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}


def test_an_edit_writes_its_pages_and_shards_alone(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    build(root)
    before = stamps(root / "public/site")
    build(root)
    assert written(root, before) == set()

    (root / "motor/core.py").write_text(CORE.replace("speed > 2", "speed > 3"))
    build(root)
    assert written(root, before) == {"motor/core.py_docs.html", "motor/core.py_text.html"}

    before = stamps(root / "public/site")
    (root / "motor/core.py").write_text(CORE + "\n\ndef zebra():\n    pass\n")
    build(root)
    changed = written(root, before)
    assert {name for name in changed if name.startswith("-/about/")} == {"-/about/f.motor/d.core.py_docs.js"}
    assert {"motor/core.py_docs.html", "motor/core.py_kw.html", "-/find/index.js"} <= changed
    assert not {name for name in changed if name.startswith(("web/", "-/tree/", "tests/", "README"))}

    before = stamps(root / "public/site")
    (root / "motor/new.py").write_text("Q = 1\n")
    build(root)
    assert {name for name in written(root, before) if name.startswith("-/tree/")} == {"-/tree/f.motor/index.js"}


def test_check_names_files_of_the_site(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    build(root)
    run(root, "incdoc", "check")
    page = root / "public/site/motor/core.py_docs.html"
    page.write_text(page.read_text() + "<p>mine</p>")
    (root / "public/site/-/tree/index.js").unlink()
    found = run(root, "incdoc", "check", status=1)
    assert "public/site/motor/core.py_docs.html" in found
    assert "public/site/-/tree/index.js" in found
    said = "public/site/motor/core.py_docs.html was edited by hand"
    assert said in run(root, "incdoc", "why", "public/site/motor/core.py_docs.html")
    build(root)
    assert "mine" not in page.read_text()
    run(root, "incdoc", "check")


def test_a_site_that_moves_or_ends_leaves_nothing_but_the_users_files(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    build(root)
    first = {path.relative_to(root / "public/site") for path in (root / "public/site").rglob("*")}
    write(root, {"public/site/mine.html": "<!doctype html>\n<p>mine</p>\n", "public/site/-/own.js": "1;\n"})
    (root / "incdoc.toml").write_text('site = "www"\n')
    build(root)
    now = {path.relative_to(root / "www") for path in (root / "www").rglob("*")}
    assert first < now  # what is left in the former folder has pages
    assert all("public" in str(path) for path in now - first)
    left = {str(path.relative_to(root)) for path in (root / "public").rglob("*") if path.is_file()}
    assert left == {"public/site/mine.html", "public/site/-/own.js"}
    (root / "incdoc.toml").write_text("")
    build(root)
    assert not [path for path in (root / "www").rglob("*") if path.is_file()]
    (root / "incdoc.toml").write_text('site = "www"\n')
    build(root)
    assert {path.relative_to(root / "www") for path in (root / "www").rglob("*")} == now
    run(root, "incdoc", "check")


def test_orphans_are_found_in_a_site_that_came_later_or_was_deleted(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    (root / "incdoc.toml").write_text("")
    build(root)
    write(root, SETTINGS)
    build(root)
    lost = (root / "public/site/web/cart.ts_docs.html").read_text()
    for _ in range(2):
        write(root, {"public/site/web/gone.ts_docs.html": lost})
        assert "gone.ts_docs.html" in run(root, "incdoc", "check", status=1)
        build(root)
        assert not (root / "public/site/web/gone.ts_docs.html").exists()
        run(root, "rm", "-r", "public/site")
        build(root)


def test_a_page_that_fails_keeps_its_files(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    build(root)
    before = {path for path in (root / "public/site").rglob("*") if path.is_file()}
    write(
        root, {"incdoc.toml": f'{SETTINGS["incdoc.toml"]}templates = "look"\n', "look/docs.md.jinja": "{{ nothing }}"}
    )
    run(root, "rm", "-r", ".incdoc")
    build(root, status=1)
    assert not {path for path in before if "_docs." in path.name and not path.exists()}


def test_a_template_writes_no_script_before_the_policy(tmp_path: Path) -> None:
    template = "# {{ page.path }}\n<!-- Generated by incdoc from x. --><script>alert(1)</script>\n\ntext\n"
    settings = f'{SETTINGS["incdoc.toml"]}templates = "look"\n'
    root = project(tmp_path / "motor", {"incdoc.toml": settings, "look/kw.md.jinja": template})
    build(root)
    assert "alert" not in (root / "public/site/motor/core.py_kw.html").read_text()


def test_a_former_site_that_git_ignores_goes(tmp_path: Path) -> None:
    root = project(tmp_path / "motor", {".gitignore": "/public/\n"})
    build(root)
    (root / "incdoc.toml").write_text("")
    build(root)
    assert not [path for path in (root / "public").rglob("*") if path.is_file()]


def test_orphans_of_the_site_go_and_a_lost_cache_costs_no_page(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    build(root)
    old = (root / "public/site/web/cart.ts_docs.html").read_text()
    (root / "web/cart.ts").unlink()
    build(root)
    assert not (root / "public/site/web").exists()
    write(root, {"public/site/web/cart.ts_docs.html": old})
    run(root, "incdoc", "check", status=1)
    run(root, "rm", "-r", ".incdoc")
    before = stamps(root / "public/site")
    build(root)
    assert written(root, before) == {"web/cart.ts_docs.html"}


@pytest.mark.parametrize("name", ["-/reader.js", "-/find/index.js", ".nojekyll"])
def test_a_first_build_that_was_killed_is_followed_by_another(tmp_path: Path, name: str) -> None:
    root = project(tmp_path / "motor")
    build(root)
    before = {path: path.read_bytes() for path in (root / "public/site").rglob("*") if path.is_file()}
    for path in before:
        if path != root / "public/site" / name:
            path.unlink()
    run(root, "rm", "-r", ".incdoc")
    build(root)
    assert {path: path.read_bytes() for path in (root / "public/site").rglob("*") if path.is_file()} == before


def test_a_committed_site_whose_files_were_deleted_is_made_again(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    build(root)
    run(root, "git", "add", "--all", "--force", ".", ":!.incdoc")
    for path in (root / "public/site").rglob("*"):
        if path.is_file():
            path.unlink()
    run(root, "rm", "-r", ".incdoc")
    build(root)
    assert (root / "public/site/index.html").exists()


def test_a_file_of_the_users_is_never_replaced(tmp_path: Path) -> None:
    root = project(tmp_path / "motor", {"public/site/index.html": "<!doctype html>\n<p>mine</p>\n"})
    found = run(root, "incdoc", status=3)
    assert "public/site/index.html was not written by incdoc" in found
    assert "mine" in (root / "public/site/index.html").read_text()


@pytest.mark.parametrize("page", ["docs/reference/motor/core.py_docs.md", "public/site/motor/core.py_docs.html"])
def test_a_page_that_the_user_replaces_is_said_until_it_is_gone(tmp_path: Path, page: str) -> None:
    root = project(tmp_path / "motor")
    build(root)
    written = (root / page).read_text()
    (root / page).write_text("mine\n")
    for _ in range(2):
        assert page in run(root, "incdoc", "check", status=1)
        assert page in run(root, "incdoc", status=1)
    assert (root / page).read_text() == "mine\n"
    (root / page).unlink()
    build(root)
    assert (root / page).read_text() == written


def test_a_missing_renderer_is_a_sentence(tmp_path: Path) -> None:
    root = project(tmp_path / "motor")
    write(tmp_path / "broken", {"sitecustomize.py": HIDES})
    for command in ("incdoc", "incdoc check"):
        said = run(root, *command.split(), status=3, PYTHONPATH=str(tmp_path / "broken"))
        assert "incdoc.toml: site needs nh3. Run: pip install 'incdoc[web]'" in said
        assert "Traceback" not in said


HIDES = """\
import importlib.util
_found = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "nh3" else _found(name, package)
"""


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ('site = "docs/reference/site"', "must not be"),
        ('site = "docs"', "must not be"),
        ('site = "../site"', "inside the repository"),
        ('site = "motor"', "contains the source"),
    ],
)
def test_a_wrong_folder_is_a_sentence(tmp_path: Path, settings: str, said: str) -> None:
    root = project(tmp_path / "motor")
    (root / "incdoc.toml").write_text(settings + "\n")
    found = run(root, "incdoc", status=3)
    assert said in found
    assert "Traceback" not in found

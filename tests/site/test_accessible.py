"""axe-core as the judge of each kind of page of the live reader, dark and light; and diagrams, which are drawn."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By

from tests.corpora.fetch import cache, unpacked
from tests.corpora.test_typescript import _download
from tests.support import run, write

from .support import Driver, browser, complaints, serving, until
from .test_reader import FILES

pytestmark = [pytest.mark.corpora]

AXE = "axe-core-4.10.3"
PAGES = (
    "index.html",
    "motor/index.html",
    "motor/doc.html",
    "motor/sub.html",
    "motor/core.py_docs.html",
    "motor/core.py_kw.html",
    "README.md_docs.html",
    "keywords.html",
    "comprehensive_book.html",
    "rules.html",
    "-/source/motor/core.py.html",
    "-/why?page=motor/core.py_docs.html",
    "-/changed",
)
RUN = """const done = arguments[0];
axe.run(document, {resultTypes: ['violations']}).then((found) => done(JSON.stringify(found.violations)))"""


def violations(driver: Driver) -> list[str]:
    """What axe finds that is serious or critical: rule, element."""
    found = json.loads(driver.execute_async_script(RUN))
    return [
        f"{each['id']}: {node['html'][:120]}"
        for each in found
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_serious(tmp_path: Path, dark: bool) -> None:
    script = (unpacked(cache() / f"npm-{AXE}", lambda folder: _download(AXE, folder)) / "axe.min.js").read_text()
    root = write(tmp_path / "motor", FILES)
    run(root, "git", "init", "-q")
    found: dict[str, list[str]] = {}
    with serving(root) as served, browser(dark=dark) as driver:
        driver.set_script_timeout(60)
        for page in PAGES:
            driver.get(served.address + page)
            until(lambda: driver.find_elements(By.CSS_SELECTOR, "#tree li"), "no tree")
            assert driver.find_element(By.TAG_NAME, "main").text
            driver.execute_script(script)
            if serious := violations(driver):
                found[page] = serious
        driver.get(served.address)
        driver.find_element(By.TAG_NAME, "body").send_keys("/")
        driver.switch_to.active_element.send_keys("engine")
        until(lambda: driver.find_elements(By.CSS_SELECTOR, "#found li"), "no result")
        driver.execute_script(script)
        found["search"] = violations(driver)
    assert {page: each for page, each in found.items() if each} == {}


def test_diagrams_are_drawn(tmp_path: Path) -> None:
    root = write(tmp_path / "motor", FILES)
    run(root, "git", "init", "-q")
    with serving(root) as served, browser() as driver:
        driver.get(f"{served.address}motor/core.py_docs.html")
        until(lambda: driver.find_elements(By.CSS_SELECTOR, "main figure svg"), "no diagram")
        assert "core.py" in driver.find_element(By.CSS_SELECTOR, "main figure").text
        assert complaints(driver) == []

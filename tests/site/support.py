"""A real server and a real browser. Debian's Chromium is driven through its own driver."""

from __future__ import annotations

import http.client
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import NoSuchElementException, StaleElementReferenceException
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from tests.watch.support import PATIENCE, Watching, watching

Driver = webdriver.Chrome
ADDRESS = re.compile(r"the pages are at (http://127\.0\.0\.1:(\d+)/)")


class Serving:
    """A running ``incdoc serve``."""

    def __init__(self, watch: Watching) -> None:
        self.watch = watch
        found = ADDRESS.search(watch.output)
        assert found is not None
        self.address, self.port = found[1], int(found[2])

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body) of an answer. ``path`` is sent as it is."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest("GET", path, skip_host="host" in headers)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()


@contextmanager
def serving(root: Path, *arguments: str) -> Iterator[Serving]:
    """The pages of a repository, served."""
    with watching(root, *arguments, command=("incdoc", "serve")) as watch:
        watch.wait_for("the pages are at")
        yield Serving(watch)


@contextmanager
def browser(width: int = 1400, height: int = 900, dark: bool = False) -> Iterator[Driver]:
    """A browser, without a window."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium, "Install chromium: sh .ci/setup test"
    assert driver, "Install chromium-driver: sh .ci/setup test"
    options = Options()
    options.binary_location = chromium
    with tempfile.TemporaryDirectory(prefix="incdoc-browser-") as own:
        for each in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"):
            options.add_argument(each)
        options.add_argument(f"--user-data-dir={own}")
        options.add_argument(f"--window-size={width},{height}")
        if dark:
            options.add_argument("--force-dark-mode")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        found = webdriver.Chrome(options=options, service=Service(driver))
        try:
            yield found
        finally:
            found.quit()


def until(what: Callable[[], object], said: str) -> None:
    """Wait until something is so; an element that is not there yet, or is being replaced, is not."""
    end = time.monotonic() + PATIENCE
    while not _is_so(what):
        assert time.monotonic() < end, said
        time.sleep(0.02)


def _is_so(what: Callable[[], object]) -> bool:
    try:
        return bool(what())
    except (NoSuchElementException, StaleElementReferenceException):
        return False


def log(found: Driver, name: str) -> list[dict[str, str]]:
    """What a log of the browser has since it was last asked for."""
    entries: list[dict[str, str]] = found.get_log(name)  # type: ignore[no-untyped-call]
    return entries


def complaints(found: Driver) -> list[str]:
    """What the browser's console says, of errors and forbidden things."""
    return [each["message"] for each in log(found, "browser") if each["level"] == "SEVERE"]

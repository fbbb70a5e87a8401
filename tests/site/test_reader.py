"""The live reader in a real browser: read, search, follow, and see a page change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.support import run, write

from .support import Driver, Serving, browser, complaints, log, serving, until

CORE = '''"""The core."""


class Engine:
    """Turns things.

    See also `parse_url`.
    """

    def start(self, speed: int = 3) -> bool:
        """Start to turn."""
        return speed > 2


def parse_url(text: str) -> str:
    """Read an address."""
    return text
'''
FILES = {
    "README.md": "# Motor\n\nA motor for tests.\n\n## Use\n\nTurn it.\n",
    "motor/__init__.py": '"""A motor."""\n\nfrom motor.core import Engine\n\n__all__ = ["Engine"]\n',
    "motor/core.py": CORE,
    "motor/deep/__init__.py": "",
    "motor/deep/wheel.py": "from motor.core import Engine\n\n\ndef wheelBase():\n    return Engine().start()\n",
    "web/cart.ts": "export class Cart {\n  total(): number { return 1; } // sum\n}\n",
    "tests/test_core.py": "from motor.core import Engine\n\n\ndef test_engine():\n    assert Engine()\n",
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("served") / "motor", FILES)
    run(folder, "git", "init", "-q")
    return folder


@pytest.fixture(scope="module")
def served(root: Path) -> Iterator[Serving]:
    with serving(root) as found:
        yield found


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    with browser() as found:
        yield found


def text(driver: Driver) -> str:
    return driver.find_element(By.ID, "main").text


def search(driver: Driver, words: str) -> list[str]:
    """Type into the search; the names that it shows."""
    driver.find_element(By.TAG_NAME, "body").send_keys("/")
    until(lambda: driver.find_element(By.CSS_SELECTOR, "dialog[open]"), "no search")
    field = driver.find_element(By.CSS_SELECTOR, "dialog input[type=search]")
    field.clear()
    field.send_keys(words)
    until(lambda: driver.find_element(By.CSS_SELECTOR, "dialog [role=status]").text, "no answer")
    return [each.text for each in driver.find_elements(By.CSS_SELECTOR, "#found li code")]


def test_search_leads_to_a_definition_with_the_keyboard_alone(served: Serving, driver: Driver) -> None:
    driver.get(served.address)
    assert "A motor for tests." in text(driver)
    assert search(driver, "engine")[0] == "class Engine"
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    until(lambda: "core.py_docs.html#Engine" in driver.current_url, driver.current_url)
    assert "Turns things." in text(driver)
    assert complaints(driver) == []


def test_search_finds_parts_of_names_and_moves_by_arrows(served: Serving, driver: Driver) -> None:
    driver.get(served.address)
    assert search(driver, "base") == ["def wheelBase()"]
    field = driver.switch_to.active_element
    field.send_keys(Keys.ESCAPE)
    assert not driver.find_elements(By.CSS_SELECTOR, "dialog[open]")
    found = search(driver, "e")
    assert found[0] == "class Engine"
    driver.switch_to.active_element.send_keys(Keys.ARROW_UP)
    chosen = driver.find_element(By.CSS_SELECTOR, "#found [aria-selected=true]")
    assert chosen.get_attribute("id") == f"found-{len(found) - 1}"
    driver.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    chosen = driver.find_element(By.CSS_SELECTOR, "#found [aria-selected=true]")
    assert chosen.get_attribute("id") == "found-0"


def test_the_tree_opens_folder_by_folder_and_leads_on(served: Serving, driver: Driver) -> None:
    driver.get(served.address)
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#tree summary"), "no tree")
    tree = driver.find_element(By.ID, "tree")
    assert "core.py" not in tree.text
    next(each for each in tree.find_elements(By.TAG_NAME, "details") if each.text == "motor").find_element(
        By.TAG_NAME, "summary"
    ).send_keys(Keys.ENTER)
    until(lambda: "core.py" in tree.text, tree.text)
    tree.find_element(By.LINK_TEXT, "core.py").click()
    until(lambda: driver.current_url.endswith("/motor/core.py_docs.html"), driver.current_url)
    until(lambda: "core.py" in driver.find_element(By.CSS_SELECTOR, "#tree [aria-current=page]").text, "not marked")
    assert "Detailed Analysis" in driver.find_element(By.ID, "outline").text
    assert driver.find_element(By.CSS_SELECTOR, "header .crumbs").text == "index / motor"


def test_lines_of_a_source_are_marked_and_its_names_lead_to_definitions(served: Serving, driver: Driver) -> None:
    driver.get(f"{served.address}motor/deep/wheel.py_docs.html")
    line = driver.find_element(By.CSS_SELECTOR, 'main a[href*="/source/"][href*="#L4"]')
    line.click()
    until(lambda: driver.find_elements(By.CSS_SELECTOR, ".numbers .here"), "no line is marked")
    assert [each.text for each in driver.find_elements(By.CSS_SELECTOR, ".numbers .here")] == ["4", "5"]
    assert driver.find_elements(By.CSS_SELECTOR, "main code .k")[0].text == "from"
    driver.get(f"{served.address}motor/core.py_docs.html")
    driver.execute_script("document.querySelector('main pre').scrollIntoView()")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "main pre .k"), "no colours")


def test_a_page_changes_in_its_place_when_its_source_is_saved(root: Path, served: Serving, driver: Driver) -> None:
    driver.set_window_size(1000, 500)
    driver.get(f"{served.address}motor/core.py_docs.html")
    driver.execute_script("document.getElementById('parse_url').scrollIntoView()")
    before = driver.execute_script("return document.getElementById('parse_url').getBoundingClientRect().top")
    driver.execute_script("window.kept = true")
    changed = CORE.replace("Turns things.", "Turns things quickly.\n\n    It has\n\n    more\n\n    lines.")
    (root / "motor/core.py").write_text(changed)
    until(lambda: "Turns things quickly." in text(driver), text(driver))
    assert driver.execute_script("return window.kept") is True
    after = driver.execute_script("return document.getElementById('parse_url').getBoundingClientRect().top")
    assert abs(after - before) < 3
    marked = [each.text for each in driver.find_elements(By.CSS_SELECTOR, "main .changed")]
    assert "Turns things quickly." in marked
    assert "Read an address." not in marked
    (root / "motor/core.py").write_text(CORE)
    until(lambda: "Turns things quickly." not in text(driver), text(driver))
    driver.set_window_size(1400, 900)


def test_what_is_added_is_found_at_once_and_what_is_removed_is_not(root: Path, served: Serving, driver: Driver) -> None:
    driver.get(served.address)
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#tree summary"), "no tree")
    (root / "extra.py").write_text("def brand_new():\n    pass\n")
    until(lambda: "extra.py" in driver.find_element(By.ID, "tree").text, "not in the tree")
    assert search(driver, "brand") == ["def brand_new()"]
    driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    driver.get(f"{served.address}extra.py_docs.html")
    (root / "extra.py").unlink()
    until(lambda: json.loads(served.get("/-/find?q=brand")[2])["found"] == [], "it is still found")


def test_a_page_that_cannot_be_made_says_so_in_its_place(root: Path, driver: Driver) -> None:
    templates = root / "templates"
    write(root, {"incdoc.toml": 'templates = "templates"\n', "templates/doc.md.jinja": "{{ name }}\n"})
    try:
        with serving(root) as served:
            driver.get(f"{served.address}motor/doc.html")
            assert text(driver) == "motor"
            (templates / "doc.md.jinja").write_text("{{ nothing.at_all }}\n")
            until(lambda: "doc.md.jinja" in driver.find_element(By.TAG_NAME, "body").text, "the failure is not shown")
    finally:
        (root / "incdoc.toml").unlink()
        (templates / "doc.md.jinja").unlink()


def test_many_open_pages_leave_room_for_a_search(served: Serving, driver: Driver) -> None:
    driver.get(served.address)
    first = driver.current_window_handle
    for _ in range(8):
        driver.switch_to.new_window("tab")
        driver.get(f"{served.address}motor/core.py_docs.html")
        until(lambda: driver.find_elements(By.CSS_SELECTOR, "#tree li"), "no tree")
    assert "def wheelBase()" in search(driver, "wheel")
    for handle in driver.window_handles:
        driver.switch_to.window(handle)
        if handle != first:
            driver.close()
    driver.switch_to.window(first)


def test_dark_and_light(served: Serving, driver: Driver) -> None:
    def dark() -> bool:
        colour = driver.execute_script("return getComputedStyle(document.body).backgroundColor")
        return sum(map(int, colour.removeprefix("rgb(").rstrip(")").split(","))) < 200

    driver.get(served.address)
    first = dark()
    toggle = driver.find_element(By.CSS_SELECTOR, "button[aria-label='Dark or light']")
    toggle.click()
    assert dark() is not first
    driver.get(f"{served.address}motor/index.html")
    assert dark() is not first  # it is remembered
    driver.find_element(By.CSS_SELECTOR, "button[aria-label='Dark or light']").click()
    assert dark() is first


def test_on_a_wide_screen_the_page_is_beside_the_tree_and_lines_beside_their_numbers(
    served: Serving, driver: Driver
) -> None:
    driver.get(f"{served.address}-/source/motor/core.py.html")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#tree li"), "no tree")
    tree, main = driver.find_element(By.ID, "tree").rect, driver.find_element(By.ID, "main").rect
    assert main["x"] == tree["x"] + tree["width"]
    assert main["width"] > 600
    numbers, code = (driver.find_element(By.CSS_SELECTOR, f"pre.lined {each}").rect for each in (".numbers", "code"))
    assert abs(numbers["height"] - code["height"]) < 2
    assert not driver.find_element(By.CSS_SELECTOR, "button.fold").is_displayed()


def test_on_a_narrow_screen_nothing_is_wider_than_the_screen(served: Serving) -> None:
    with browser(width=500, height=800) as narrow:
        for page in ("", "motor/core.py_docs.html", "-/source/motor/core.py.html", "keywords.html"):
            narrow.get(served.address + page)
            wide = narrow.execute_script("return document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, page
        assert not narrow.find_element(By.ID, "tree").is_displayed()
        narrow.find_element(By.CSS_SELECTOR, "button.fold").click()
        assert narrow.find_element(By.ID, "tree").is_displayed()


def test_why_and_what_changed_are_pages(root: Path, served: Serving, driver: Driver) -> None:
    names = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    run(root, "git", "add", "-A")
    run(root, "git", *names, "commit", "-qm", "all")
    driver.get(f"{served.address}motor/core.py_docs.html")
    driver.find_element(By.LINK_TEXT, "Why").click()
    until(lambda: "is up to date" in text(driver), text(driver))
    (root / "motor/core.py").write_text(CORE + "\n\ndef more():\n    pass\n")
    driver.find_element(By.LINK_TEXT, "Changes").click()
    until(lambda: "changed: motor/core.py" in text(driver), text(driver))
    (root / "motor/core.py").write_text(CORE)


def test_no_request_leaves_the_machine(served: Serving, driver: Driver) -> None:
    log(driver, "performance")
    driver.get(f"{served.address}motor/core.py_docs.html")
    until(lambda: driver.find_elements(By.CSS_SELECTOR, "#tree summary"), "no tree")
    asked = [json.loads(each["message"])["message"] for each in log(driver, "performance")]
    urls = [str(each["params"]["request"]["url"]) for each in asked if each["method"] == "Network.requestWillBeSent"]
    assert urls
    assert [url for url in urls if not url.startswith((served.address, "data:"))] == []

"""``objects.inv``, read by sphobjinv and by a real build of Sphinx that links into the pages."""

from __future__ import annotations

import re
import sys
import zlib
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest
from sphobjinv import Inventory

from incdoc.exports.inventory import stored
from tests import inprocess
from tests.exports.support import FILES, OUTPUT, is_right, project
from tests.support import run, write

RST = "Title\n=====\n\n.. _the label:\n\nPart\n----\n\nText.\n"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = FILES | {"guide/more.rst": RST, "src/web/a.ts": "export class Page { open(): void {} }\n"}
    return project(tmp_path_factory.mktemp("inventory") / "project", "objects.inv", files=files)


def entries(root: Path, output: str = OUTPUT) -> dict[tuple[str, str], str]:
    """Addresses by name and role, as sphobjinv reads them."""
    found = Inventory(str(root / output / "objects.inv"))
    return {(each.name, f"{each.domain}:{each.role}"): each.uri_expanded for each in found.objects}


def test_sphobjinv_reads_what_there_is(root: Path) -> None:
    found = Inventory(str(root / OUTPUT / "objects.inv"))
    assert found.project == "shop"
    listed = entries(root)
    assert len(listed) == found.count
    cart = "src/shop/_cart.py_docs.md#Cart"
    expected = {
        ("shop", "py:module"): "src/shop/__init__.py_docs.md",
        ("shop.Cart", "py:class"): cart,
        ("shop.Cart.add", "py:method"): f"{cart}.add",
        ("shop._cart.Cart", "py:class"): cart,
        ("shop._cart.Cart.is_full", "py:property"): f"{cart}.is_full",
        ("shop._cart.Cart.limit", "py:attribute"): f"{cart}.limit",
        ("shop._cart.FullError", "py:exception"): "src/shop/_cart.py_docs.md#FullError",
        ("shop._cart.total", "py:function"): "src/shop/_cart.py_docs.md#total",
        ("box::open", "cpp:function"): "engine/box.cpp_docs.md#box~3a~~3a~open",
        ("Page.open", "js:method"): "src/web/a.ts_docs.md#Page.open",
        ("guide/start", "std:doc"): "guide/start.md_docs.md",
        ("the label", "std:label"): "guide/more.rst_docs.md#the+label",
    }
    assert {key: listed.get(key) for key in expected} == expected
    names = {name for name, _ in listed}
    assert not {name for name in names if "_check" in name or "test_total" in name}, "private or a test"


def test_every_address_is_an_anchor_of_a_page(root: Path) -> None:
    for (name, role), address in entries(root).items():
        page, _, anchor = unquote(address).partition("#")
        text = (root / OUTPUT / page).read_text()
        assert not anchor or f'<a id="{anchor}"></a>' in text, (name, role)


def test_sphobjinv_writes_what_it_read(root: Path, tmp_path: Path) -> None:
    data = (root / OUTPUT / "objects.inv").read_bytes()
    plain = zlib.decompress(data.split(b"\n", 4)[4])
    assert Inventory(zlib=data).data_file().split(b"\n", 4)[4].strip() == plain.strip()


DOCUMENT = """
Title
=====

:py:class:`shop.Cart` and :py:func:`shop._cart.total` and :py:meth:`shop.Cart.add` and :py:exc:`shop._cart.FullError`
and :doc:`shop:guide/start` and :ref:`shop:the label` and :cpp:func:`box::open` and :js:class:`Page`
"""


@pytest.mark.parametrize("site", ["", 'site = "www"\n'], ids=["Markdown", "site"])
def test_a_document_of_sphinx_links_into_the_pages(root: Path, tmp_path: Path, site: str) -> None:
    if site:
        files = FILES | {"guide/more.rst": RST, "src/web/a.ts": "export class Page { open(): void {} }\n"}
        root = project(tmp_path / "project", "objects.inv", more=site, files=files)
    inventory = root / OUTPUT / "objects.inv"
    conf = f"""
extensions = ["sphinx.ext.intersphinx"]
intersphinx_mapping = {{"shop": ("https://example.org/ref/", {str(inventory)!r})}}
nitpicky = True
"""
    source = write(tmp_path / "source", {"conf.py": conf, "index.rst": DOCUMENT})
    run(source, sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(tmp_path / "made"))
    html = (tmp_path / "made/index.html").read_text()
    found = {unescape(each) for each in re.findall(r'href="https://example\.org/ref/([^"]*)"', html)}
    cart = "src/shop/_cart.py_docs.md#"
    pages = {
        *(f"{cart}{name}" for name in ("Cart", "Cart.add", "total", "FullError")),
        "guide/start.md_docs.md",
        "guide/more.rst_docs.md#the+label",
        "engine/box.cpp_docs.md#box~3a~~3a~open",
        "src/web/a.ts_docs.md#Page",
    }
    assert found == ({page.replace("_docs.md", "_docs.html") for page in pages} if site else pages)
    for page in found if site else ():
        name, _, anchor = page.partition("#")
        assert not anchor or f'id="{anchor}"' in (root / "www" / name).read_text()


USER = '''"""Buys with a [Cart][shop.Cart], by [shop.Cart.add][]."""

from shop import Cart


def buy(cart: Cart) -> Cart:
    """See [shop._cart.total][]."""
'''
SITE = """
site_name: Users
theme: null
plugins:
  - mkdocstrings:
      handlers:
        python:
          paths: [code]
          inventories:
            - url: {inventory}
              base_url: https://example.org/ref/
"""


def test_a_site_of_mkdocstrings_links_into_the_pages(root: Path, tmp_path: Path) -> None:
    settings = SITE.format(inventory=(root / OUTPUT / "objects.inv").as_uri())
    files = {"mkdocs.yml": settings, "docs/index.md": "# Users\n\n::: user\n", "code/user.py": USER}
    site = write(tmp_path / "site", files)
    run(site, sys.executable, "-m", "mkdocs", "build", "--strict", "-q")
    html = (site / "site/index.html").read_text()
    found = {unescape(each) for each in re.findall(r'href="https://example\.org/ref/([^"]*)"', html)}
    assert found == {f"src/shop/_cart.py_docs.md#{name}" for name in ("Cart", "Cart.add", "total")}


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 200_000])
def test_the_stream_is_one_of_zlib(size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    assert zlib.decompress(stored(data)) == data


def test_what_a_package_hands_on_follows_its_definition(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "objects.inv")
    assert ("shop.Cart.take", "py:method") not in entries(root)
    write(root, {"src/shop/_cart.py": FILES["src/shop/_cart.py"].replace("def add", "def take")})
    inprocess.run(root)
    assert ("shop.Cart.take", "py:method") in entries(root)
    assert ("shop.Cart.add", "py:method") not in entries(root)
    is_right(root)
    write(root, {"src/shop/__init__.py": "from shop._cart import FullError as Full\n\n__all__ = ['Full']\n"})
    inprocess.run(root)
    assert ("shop.Cart", "py:class") not in entries(root)
    assert entries(root)["shop.Full", "py:exception"] == "src/shop/_cart.py_docs.md#FullError"
    is_right(root)


def test_names_follow_the_layout(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "objects.inv")
    write(root, {"src/__init__.py": ""})
    inprocess.run(root)
    assert ("src.shop._cart.total", "py:function") in entries(root)
    is_right(root)

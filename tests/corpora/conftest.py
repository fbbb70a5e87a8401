"""The two code bases with their pages, built once for all tests that read them."""

from __future__ import annotations

import pytest

from . import fetch
from .built import Built, copy_and_build


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of one code base run in one process of pytest-xdist, which builds its pages once."""
    for item in items:
        for name in fetch.CORPORA:
            if name in item.nodeid or f"{name}_pages" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(name))


@pytest.fixture(scope="session")
def django_pages(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Django's release."""
    return copy_and_build(fetch.corpus("django"), tmp_path_factory.mktemp("django") / "django")


@pytest.fixture(scope="session")
def torch_pages(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The Python files of torch's release."""
    return copy_and_build(fetch.corpus("torch"), tmp_path_factory.mktemp("torch") / "torch")

"""The two code bases with their pages, built once for all tests that read them."""

from __future__ import annotations

import pytest

from . import fetch
from .built import Built, copy_and_build


@pytest.fixture(scope="session")
def django_pages(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Django's release."""
    return copy_and_build(fetch.corpus("django"), tmp_path_factory.mktemp("django") / "django")


@pytest.fixture(scope="session")
def torch_pages(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The Python files of torch's release."""
    return copy_and_build(fetch.corpus("torch"), tmp_path_factory.mktemp("torch") / "torch")

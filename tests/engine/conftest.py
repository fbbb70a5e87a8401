"""Run code in the middle of a build, at the moment when it opens a file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

import pytest

from tests.engine.support import Opened

_listeners: list[Opened] = []
_hooks: list[object] = []


def _hook(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _listeners and isinstance(arguments[0], str):
        listener = _listeners.pop()  # it opens files itself
        if listener(arguments[0]):
            _listeners.append(listener)


@pytest.fixture
def opened() -> Iterator[Callable[[Opened], None]]:
    """Call a function with the path of each file that is opened from now on."""
    if _hook not in _hooks:
        _hooks.append(_hook)
        sys.addaudithook(_hook)  # an audit hook cannot be removed
    yield lambda listener: _listeners.__setitem__(slice(None), [listener])
    _listeners.clear()

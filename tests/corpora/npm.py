"""Tools of npm, installed in the cache of the corpora."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from . import fetch
from .fetch import FetchError, cache


def installed(name: str, *packages: str) -> Path:
    """The folder ``npm-tools-NAME`` of the cache, into which npm has installed the packages and what they need, without
    running their scripts. Raises FetchError."""
    assert fetch.allowed, f"a test that uses {name} needs the mark corpora"
    place = cache() / f"npm-tools-{name}"
    if not place.is_dir():
        with tempfile.TemporaryDirectory(prefix=".npm-", dir=cache()) as folder:
            new = Path(folder) / "new"
            new.mkdir()
            options = "--silent", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(new)
            command = ["npm", "install", *options, *packages]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise FetchError(f"{name} cannot be installed with npm: {done.stderr.strip()[-200:]}")
            new.rename(place)
    return place

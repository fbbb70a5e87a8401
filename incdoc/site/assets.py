"""The files that all pages use. The renderer of diagrams is of another project; ``doit vendor`` puts it there."""

from __future__ import annotations

import os
from hashlib import sha256

PACKAGE = "@mermaid-js/tiny-11.17.2"
DIGEST = "7a644017d37f93c8359790884e6b67fb1f747c78eb20475952404bd87190a3f8"
"""SHA-256 of the renderer."""
STATIC = os.path.join(os.path.dirname(__file__), "static")
"""Their folder."""
_RENDERER = "mermaid.js"
FILES = ("reader.css", "reader.js", _RENDERER)


def read(name: str) -> bytes | None:
    """One of the files; None where incdoc was installed without it, so that pages show diagrams as text."""
    if name not in FILES:
        return None
    try:
        with open(os.path.join(STATIC, name), "rb") as stream:
            data = stream.read()
    except OSError:
        return None
    return data if name != _RENDERER or sha256(data).hexdigest() == DIGEST else None

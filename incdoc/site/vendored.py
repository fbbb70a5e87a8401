"""What all pages use; among it the renderer of diagrams, a file of another project that ``doit vendor`` puts there."""

from __future__ import annotations

import os
from hashlib import sha256

PACKAGE = "@mermaid-js/tiny-11.17.2"
DIGEST = "7a644017d37f93c8359790884e6b67fb1f747c78eb20475952404bd87190a3f8"
"""SHA-256 of the script."""
STATIC = os.path.join(os.path.dirname(__file__), "static")
"""The folder of what all pages use."""


def mermaid() -> bytes | None:
    """The script; None where incdoc was installed without it, so that pages show diagrams as text."""
    try:
        with open(os.path.join(STATIC, "mermaid.js"), "rb") as stream:
            data = stream.read()
    except OSError:
        return None
    return data if sha256(data).hexdigest() == DIGEST else None

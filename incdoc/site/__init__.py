"""Pages in a browser: Markdown as HTML, search over all names, and the live reader, which serves both."""

from __future__ import annotations

RENDERER = ("nh3", "pyromark")
"""The packages that make HTML; they come with the extra ``web``."""


def missing(packages: tuple[str, ...], extra: str = "web") -> str:
    """A sentence's end about packages of an extra that are not installed; empty where all are."""
    from importlib.util import find_spec

    found = [name for name in packages if find_spec(name) is None]
    return f"needs {', '.join(found)}. Run: pip install 'incdoc[{extra}]'" if found else ""

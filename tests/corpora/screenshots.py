"""Six pages of a real project as GitHub would show them, to look at.

    python -m tests.corpora.screenshots FOLDER

Writes ``front.png`` and others to the folder: rendered by markdown-it, with GitHub's style sheet (the package
``github-markdown-css`` of npm), by Chromium. Diagrams are shown as their text.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from . import fetch, worth
from .test_typescript import package

STYLE = "github-markdown-css-5.9.0"
PROJECT = "httpx"
PAGES = {
    "front": "index.md",
    "package": "httpx/index.md",
    "source": "httpx/_config.py_docs.md",
    "test": "tests/test_auth.py_docs.md",
    "folder": "httpx/doc.md",
    "keywords": "httpx/_config.py_kw.md",
}
"""By the name of the picture."""
WIDTH, HEIGHT = 1012, 2600
"""GitHub's column, and as much of a page as is looked at."""


def shown(page: str, style: str) -> str:
    """A page as HTML, in GitHub's frame. Anchors in headings are kept, as GitHub keeps them."""
    body = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(page)
    frame = "body { margin: 0 } .markdown-body { padding: 32px }"
    head = f'<meta charset="utf-8"><style>{style}\n{frame}</style>'
    return f'<!doctype html>{head}<article class="markdown-body">{body}</article>'


def main(arguments: list[str]) -> int:
    """Write the pictures."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None or len(arguments) != 1:
        print("usage: python -m tests.corpora.screenshots FOLDER, where chromium is installed", file=sys.stderr)
        return 2
    target = Path(arguments[0])
    target.mkdir(parents=True, exist_ok=True)
    style = (package(STYLE) / "github-markdown-light.css").read_text()
    with tempfile.TemporaryDirectory(prefix="incdoc-screenshots-") as folder:
        pages = worth.Pages(worth.place(PROJECT, Path(folder)))
        for name, path in PAGES.items():
            html = Path(folder) / f"{name}.html"
            html.write_text(shown((pages.folder / path).read_text(), style))
            picture = target / f"{name}.png"
            options = [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                f"--user-data-dir={folder}/own",
            ]
            options += [f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={picture.absolute()}"]
            subprocess.run([browser, *options, html.as_uri()], check=True, capture_output=True, timeout=120)
            print(picture)
    return 0


if __name__ == "__main__":
    try:
        raise SystemExit(main(sys.argv[1:]))
    except fetch.FetchError as error:
        raise SystemExit(str(error)) from None

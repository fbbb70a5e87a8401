"""What is around a page in a browser: its head, the way to it, and where the script puts tree, outline and search."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from msgspec import json

from incdoc.pages import paths
from incdoc.sources.mark import CODE_MARK

from .places import DOCUMENTATION, OWN, html_folder, html_path, link, root_of

if TYPE_CHECKING:
    from .html import Body

_CHAPTER = re.compile(r"book/(?:.*_chapter|repository)(?:\.\d+)?\.html")
MAIN = '<main id="main" tabindex="-1">\n'
"""What a page begins with."""
_DOCUMENT = """<!doctype html>
{mark}<html lang="en">
<head>
<meta charset="utf-8">
{policy}<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{root}{own}/reader.css">
<script src="{root}{own}/reader.js" defer></script>
</head>
<body data-root="{root}" data-page="{page}"{static}>
<a class="skip" href="#main">Skip to the page</a>
<header><nav class="crumbs" aria-label="Breadcrumbs">{crumbs}</nav></header>
{main}{content}</main>
</body>
</html>
"""


POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'"
)
"""What a page may load: nothing from elsewhere, and no script in the page."""
_POLICY = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'


def document(path: str, title: str, content: str, crumbs: str, mark: str = "") -> str:
    """A whole file of the site. ``path``: its own; ``mark``: the line that marks a file of a static site, which is
    served without headers and cannot ask for anything but files."""
    return _DOCUMENT.format(
        mark=mark,
        policy=_POLICY if mark else "",
        static=" data-static" if mark else "",
        title=escape(title),
        root=root_of(path),
        own=OWN,
        main=MAIN,
        page=escape(path),
        crumbs=crumbs,
        content=content,
    )


def page(page: str, body: Body, mark: str = "") -> str:
    """A page of Markdown that ``body`` was made of."""
    path = html_path(page)
    return document(path, body.title or page, body.html, _crumbs(path), mark)


def source(here: str, path: str, text: str, documentation: str, label: str, mark: str = "") -> str:
    """The text of a source, at ``here``. ``documentation``: its page; ``label``: of its language, as fences have it."""
    back = f'<p><a href="{escape(link(here, html_path(documentation)))}">Documentation of this file</a></p>\n'
    named = f' class="language-{escape(label)}"' if label else ""
    code = f'<pre data-first="1"><code{named}>{escape(text)}</code></pre>\n'
    content = f"<h1><code>{escape(path)}</code></h1>\n{back}{code}"
    return document(here, path, content, f'<a href="{root_of(here)}index.html">index</a>', mark)


def tree(folder: str, entries: Iterable[tuple[str, bool]]) -> dict[str, list[Any]]:
    """A folder for the tree. ``entries``: (name, whether it is a folder) of what is in its output."""
    top = f"{folder}/" if folder else ""
    folders = [html_folder(f"{top}{name}/")[len(html_folder(top)) : -1] for name, is_folder in entries if is_folder]
    files = [
        (name.removesuffix(DOCUMENTATION), html_path(name))
        for name, is_folder in entries
        if not is_folder and name.endswith(DOCUMENTATION)
    ]
    return {"folders": folders, "files": files}


def _crumbs(path: str) -> str:
    """Links to the folders above a page; of a chapter to the book."""
    root = root_of(path)
    steps = [f'<a href="{root}index.html">index</a>']
    if _CHAPTER.fullmatch(path):
        return " / ".join((*steps, f'<a href="{root}{html_path(paths.BOOK)}">book</a>'))
    parts = path.split("/")[:-1]
    for depth, part in enumerate(parts, 1):
        steps.append(f'<a href="{"../" * (len(parts) - depth) or "./"}index.html">{escape(part)}</a>')
    return " / ".join(steps)


def script(name: str, data: object) -> str:
    """A file of the site that hands over data under its own path."""
    return f"{CODE_MARK}the sources. */\nincdoc.put({json.encode(name).decode()},\n{json.encode(data).decode()});\n"

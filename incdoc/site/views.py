"""Pages of the live reader that are made of what commands of incdoc say."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from msgspec import DecodeError, Struct, json

from incdoc.pages import paths

from . import places, shell

_WHY, _CHANGED = f"{places.OWN}/why", f"{places.OWN}/changed"
_SINCE = (
    '<p>Changed since: <a href="?since=HEAD">HEAD</a> · <a href="?since=main">main</a>. '
    "Any other branch or commit: add <code>?since=NAME</code> to the address.</p>"
)


class _Source(Struct):
    path: str
    state: str


class _Affected(Struct):
    """What ``incdoc affected --json`` says."""

    changed: list[_Source]
    pages: list[str]


def why(page: str, said: str, cause: str | None, named: Iterable[str]) -> str:
    """What a page depends on. ``said``: by the command; ``cause``: of the last build that wrote it; ``named``:
    the files that it leads to."""
    last = f"<p>Since the reader started, it was last written because of: {escape(cause)}</p>" if cause else ""
    content = (
        f"<h1>Why this page: <code>{escape(page)}</code></h1>{last}<pre>{escape(said)}</pre>"
        f"<h2>Pages that it names</h2>{_list(_link(_WHY, each, escape(each)) for each in named)}"
    )
    back = _link(_WHY, places.html_path(page), "back to the page")
    return shell.document(_WHY, f"Why {page}", content, back)


def changed(since: str, said: str, output: str) -> str:
    """What changed since a commit. ``said``: by the command; ``output``: the folder of the pages."""
    try:
        found = json.decode(said, type=_Affected)
    except DecodeError:
        shown = f"<pre>{escape(said)}</pre>"
    else:
        sources = _list(
            f"{escape(each.state)}: "
            + _link(_CHANGED, places.html_path(paths.docs_path(each.path)), f"<code>{escape(each.path)}</code>")
            for each in found.changed
        )
        top = f"{output}/"
        pages = _list(
            _link(_CHANGED, places.html_path(each.removeprefix(top)), escape(each))
            for each in found.pages
            if each.startswith(top) and each.endswith(".md")
        )
        shown = f"<h2>Sources</h2>{sources}<h2>Pages that differ</h2>{pages}"
    content = f"<h1>Changed since <code>{escape(since)}</code></h1>{_SINCE}{shown}"
    index = _link(_CHANGED, "index.html", "index")
    return shell.document(_CHANGED, f"Changed since {since}", content, index)


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def _link(here: str, file: str, label: str) -> str:
    return f'<a href="{escape(places.link(here, file))}">{label}</a>'

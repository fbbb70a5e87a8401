"""The lines of keywords on the pages that list those of many sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from incdoc.languages import Languages
from incdoc.languages.language import Kind
from incdoc.languages.registry import kinds_of
from incdoc.links.tables import Entry
from incdoc.pages import paths
from incdoc.pages.markdown import code, fragment
from incdoc.pages.render import Renderer


def index_lines(entries: Iterable[Entry], renderer: Renderer) -> Iterator[str]:
    """A line for each name that is listed, with every file that defines it, and every file and folder that has it."""
    found: dict[str, list[str]] = {}
    pages: dict[str, tuple[str, str]] = {}
    for _, listed, name, kind, path, place in entries:
        if place:
            page = paths.docs_path(path) if place == "source" else paths.folder_page(path, paths.INDEX)
            found.setdefault(listed, []).append(f"[{kind} {code(name)}]({renderer.href(page)})")
            continue
        if path not in pages:
            pages[path] = code(path), renderer.href(paths.docs_path(path))
        label, page = pages[path]
        owner = name.removesuffix(listed).rstrip(".:")
        of = f" of {code(owner)}" if owner else ""
        found.setdefault(listed, []).append(f"[{kind}{of} in {label}]({page}{fragment(name)})")
    for listed, places in found.items():
        yield f"- **{code(listed)}**: {', '.join(dict.fromkeys(places))}"


def keyword_lines(
    names: Iterable[tuple[str, str, str]],
    renderer: Renderer,
    languages: Languages,
    scripts: Mapping[str, str],
) -> Iterator[tuple[str, str]]:
    """(heading of the kind, line) of each (name, kind, path): one line for each name, with every file that defines it.
    ``scripts``: the languages of the files whose names do not tell theirs."""
    found: dict[tuple[str, str], list[str]] = {}
    sources: dict[str, tuple[str, str, Mapping[str, Kind]]] = {}
    for name, kind, path in names:
        source = sources.get(path)
        if source is None:
            kinds = kinds_of(scripts[path]) if path in scripts else languages.kinds(path)
            source = sources[path] = code(path), renderer.href(paths.docs_path(path)), kinds
        label, page, kinds = source
        found.setdefault((kinds[kind].heading, name), []).append(f"[{label}]({page}{fragment(name)})")
    for (title, name), places in found.items():
        links = places[0] if len(places) == 1 else ", ".join(dict.fromkeys(places))
        yield title, f"- **{code(name)}**: {links}"

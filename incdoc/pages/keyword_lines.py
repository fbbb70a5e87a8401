"""The lines of keywords on the pages that list those of many sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from incdoc.languages import Languages
from incdoc.languages.language import Kind
from incdoc.languages.registry import kinds_of
from incdoc.pages import paths
from incdoc.pages.markdown import code, fragment
from incdoc.pages.render import Renderer


def keyword_lines(
    names: Iterable[tuple[str, str, str]],
    renderer: Renderer,
    languages: Languages,
    by_kind: bool,
    scripts: Mapping[str, str] | None = None,
) -> Iterator[tuple[str, str]]:
    """(heading, line) of each (name, kind, path): one line for each name, with every file that defines it. With
    ``by_kind``, names of one kind have one heading; else the line says the kind. ``scripts``: the languages of the
    files whose names do not tell theirs."""
    found: dict[tuple[str, str], list[str]] = {}
    sources: dict[str, tuple[str, str, Mapping[str, Kind]]] = {}
    for name, kind, path in names:
        source = sources.get(path)
        if source is None:
            language = scripts.get(path) if scripts else None
            kinds = kinds_of(language) if language else languages.kinds(path)
            source = sources[path] = code(path), renderer.href(paths.docs_path(path)), kinds
        label, page, kinds = source
        title, words = (kinds[kind].heading, "") if by_kind else ("", f"{kind} in ")
        found.setdefault((title, name), []).append(f"[{words}{label}]({page}{fragment(name)})")
    for (title, name), places in found.items():
        links = places[0] if len(places) == 1 else ", ".join(dict.fromkeys(places))
        yield title, f"- **{code(name)}**: {links}"

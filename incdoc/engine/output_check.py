"""Whether a folder may be the output: what is in it has no pages, so it must hold no sources.

A person's documents, data and images may be beside the pages; they stay as they are and are no sources. A folder in
which incdoc has no page yet and that holds a file of a programming language is one of sources, chosen by mistake. Asked
before the first build into a folder, from the disk alone, so that with and without a cache the answer is the same.
"""

from __future__ import annotations

import os

from incdoc import languages
from incdoc.config import OUTPUT, Config, SettingError
from incdoc.sources.blob import printable
from incdoc.sources.candidates import files_below
from incdoc.sources.mark import is_page_file, may_be_page

_SUCH = {"output": OUTPUT, "site": "site"}
_BESIDE_PAGES = frozenset(
    (
        *("markdown", "rst", "asciidoc", "org", "tex", "bibtex", "po", "mermaid", "dot"),
        *("json", "json5", "jsonc", "yaml", "toml", "ini", "properties", "xml", "csv", "diff"),
        *("html", "css", "scss", "sass", "less", "jinja"),
    )
)
"""Languages of documents, of data, and of what a site looks like."""


def refuse_sources(config: Config) -> None:
    """Raise SettingError where the output folder, or that of the site, holds sources."""
    for key, folder in (("output", config.output), ("site", config.site)):
        if folder:
            _refuse(config, key, folder)


def _refuse(config: Config, key: str, own: str) -> None:
    top = f"{config.root}/{own}"
    if not os.path.isdir(top):
        return
    for folder, _, names in os.walk(top):  # mostly the first file is one
        if any(may_be_page(path) and is_page_file(path) for path in (f"{folder}/{name}" for name in names)):
            return
    detect = languages.Languages.of(config).detect
    for path in files_below(config, own):
        found = detect(path)
        is_source = found.language != "binary" and found.fence and found.fence not in _BESIDE_PAGES
        if is_source and os.path.lexists(f"{config.root}/{path}"):  # git lists what was deleted, too
            raise SettingError(
                f"{config.location(key)}: {own!r} contains the source {printable(path)!r}, and files in the {key} "
                f"folder have no pages. Choose a folder for the pages alone, such as {_SUCH[key]!r}."
            )

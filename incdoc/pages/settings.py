"""The settings that pages receive: for each kind one value, which inputs and renderer get and which the key digests."""

from __future__ import annotations

from typing import Self

from msgspec import Struct
from msgspec.structs import replace

from incdoc.config import Config
from incdoc.links.inventories import Inventories
from incdoc.pages.markdown import href, relative


class PageSettings(Struct, frozen=True, array_like=True):
    """What every page depends on."""

    max_page_kb: int

    @property
    def limit(self) -> int:
        """The most bytes of a page; a longer one is divided."""
        return self.max_page_kb * 1024

    @classmethod
    def of(cls, config: Config) -> Self:
        """The settings of a project that have the names of the fields. No page sees others."""
        return cls(**{name: getattr(config, name) for name in cls.__struct_fields__})


class FolderSettings(PageSettings, frozen=True, array_like=True):
    """Also of the page on what a folder is for. ``docstrings``: as in ``Config``."""

    docstrings: str


class KeywordSettings(PageSettings, frozen=True, array_like=True):
    """Also of a page with keywords of many sources, under the headings of their languages."""

    languages: tuple[str, ...]


class SourceLinks(PageSettings, frozen=True, array_like=True):
    """Also of a page with links to lines of sources."""

    lines: bool
    """Whether pages have numbers of lines."""
    source_url: str
    output: str
    """Empty where ``source_url`` is set: the links are not relative to the page then."""

    @classmethod
    def of(cls, config: Config) -> Self:
        """As ``PageSettings.of``, without what ``source_url`` replaces."""
        values = {name: getattr(config, name) for name in cls.__struct_fields__}
        return cls(**values | {"output": "" if config.source_url else config.output})

    def source_href(self, page: str, path: str, line: int = 0, end: int = 0) -> str:
        """The target of a link from ``page`` to lines of a source."""
        if self.source_url:
            target = f"{self.source_url}/{href(path)}"
        else:
            target = href(relative(f"{self.output}/{page}", path))
        if line:
            target += f"#L{line}-L{end}" if end > line else f"#L{line}"
        return target


class KeywordLinks(SourceLinks, frozen=True, array_like=True):
    """Also of the page with a source's keywords."""

    languages: tuple[str, ...]


class SourceSettings(SourceLinks, frozen=True, array_like=True):
    """Also of a source's own page. ``source``: how it shows the text, ``docstrings``: how documentation is written, as
    in ``Config``."""

    source: str
    docstrings: str = "auto"
    inventories: bytes = b""
    """The digest of what other projects document."""

    @classmethod
    def of(cls, config: Config) -> Self:
        """As ``SourceLinks.of``. Raises SettingError where the inventories are not there."""
        return replace(super().of(config), inventories=Inventories.of(config).digest)

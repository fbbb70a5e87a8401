"""What a build shares with other machines: facts of the contents that git has, and nothing else.

A file that git does not track has no part in it, nor has an edit that is in no index; so nothing that git ignores
leaves the machine.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from incdoc.config import Config, Shared
from incdoc.engine.changes import is_parsed
from incdoc.engine.keys import facts_key
from incdoc.languages import Languages
from incdoc.sources import Entry, Listing, git, index
from incdoc.sources.blob import printable
from incdoc.thresholds import SOURCES_ASKED_FOR

if TYPE_CHECKING:
    from incdoc.remote.cache import Offer, SharedCache


class Sharing:
    """The shared cache of a workspace. ``note`` gets lines about the run; ``percent``: how many of each hundred sources
    whose facts it has are read all the same."""

    def __init__(self, config: Config, languages: Languages, note: Callable[[str], None], percent: int = 0) -> None:
        assert config.remote is not None
        self._config = config
        self._settings: Shared = config.remote
        self._languages = languages
        self._note = note
        self.percent = percent
        self._cache: SharedCache | None = None
        self._listing: Listing | None = None
        """The one that ``_cache`` is about."""
        self._failed = False
        self._said: set[str] = set()
        """The wrong entries that were said."""
        self._random = random.SystemRandom()

    def offers(self, listing: Listing, wanted: Collection[bytes]) -> dict[bytes, Offer]:
        """What the cache has of the wanted facts, by facts key; nothing of a few of many."""
        if not wanted or (len(wanted) <= SOURCES_ASKED_FOR and len(wanted) < len(listing.entries) // 2):
            return {}
        cache = self._opened(listing)
        if cache is None:
            return {}
        found = cache.offers(wanted)
        self._say()
        return found

    def samples(self) -> bool:
        """Whether the next source whose facts are offered is read all the same."""
        return self._random.random() * 100 < self.percent

    def refuted(self, path: str, offer: Offer) -> str:
        """The sentence about facts that are not those of their source."""
        return (
            f"{printable(path)}: the facts that {self._settings.url} has in {offer.entry} are wrong. They were not "
            "used. Find out who writes to the cache, delete the entry there, and set another `remote.namespace`."
        )

    def send(self, listing: Listing, facts: Callable[[bytes], bytes | None]) -> None:
        """Give the cache what it does not have. ``facts``: gives those of a facts key."""
        cache = self._opened(listing)
        if cache is not None:
            cache.send(facts)
            if cache.connection.sent:
                self._note(f"{cache.connection.sent:,} bytes were sent to the shared cache {self._settings.url}.")
            self._say()

    def _opened(self, listing: Listing) -> SharedCache | None:
        """None once the cache has failed: a watch does not wait for it again."""
        if self._failed:
            return None
        if self._cache is None or self._listing is not listing:
            from incdoc.remote.cache import SharedCache

            self.close()
            self._cache, self._listing = SharedCache(self._settings, self._shareable(listing)), listing
        return self._cache

    def _shareable(self, listing: Listing) -> dict[str, bytes]:
        """The facts keys of the sources whose content is in git's index, by path; none without git."""
        repository = git.find(self._config.root)
        known = index.read(repository.git_dir, repository.algorithm, repository.prefix) if repository else None
        if known is None:
            return {}
        return {
            path: facts_key(self._languages, path, entry.blob)
            for path, entry in listing.entries.items()
            if path in known.raw and self._is_shareable(known, entry)
        }

    def _is_shareable(self, known: index.Index, entry: Entry) -> bool:
        if not is_parsed(self._languages, entry) or known.blob(entry.path) != entry.blob:
            return False
        return known.plain(entry.path) or entry.stored

    def _say(self) -> None:
        """One line if the cache failed, and one if it has entries that are wrong."""
        cache, url = self._cache, self._settings.url
        if cache is None:
            return
        new = {entry: why for entry, why in cache.wrong.items() if entry not in self._said}
        if new:
            entry, why = next(iter(new.items()))
            more = f", and {len(new) - 1:,} more" if len(new) > 1 else ""
            self._note(f"The shared cache {url} has wrong entries, which are not used: {entry} {why}{more}.")
            self._said.update(new)
        if cache.connection.failed:
            self._failed = True
            self._note(f"The shared cache {url} {cache.connection.failed}. This run does without it.")

    def close(self) -> None:
        """End the connection."""
        if self._cache is not None:
            self._cache.close()
            self._cache = None

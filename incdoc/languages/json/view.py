"""What pages of JSON say beside their facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ..facts import Facts
from ..manifests import PACKAGE
from ..packages import LISTINGS
from ..view import Listing, Role, View

_SENTENCES = {"name": "Manifest of the npm package {code} ({line}).", "version": "Version {code} ({line})."}


class ManifestView(View):
    """Words for JSON."""

    listings: ClassVar[tuple[Listing, ...]] = LISTINGS

    def roles(self, path: str, name: str, test: bool, facts: Facts) -> Iterator[Role]:
        """The name and version of a package."""
        if path.rpartition("/")[2] != PACKAGE:
            return
        said = {each.name: each for each in reversed(facts.definitions)}
        for key, sentence in _SENTENCES.items():
            value = said[key].signature.removeprefix(": ") if key in said else ""
            if value[:1] == '"':
                yield Role(sentence, value[1:-1], said[key].line)

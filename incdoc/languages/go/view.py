"""What the pages of Go sources say beside their facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ..facts import Facts
from ..packages import LISTINGS
from ..view import Listing, Role, View
from .language import MANIFEST


class GoView(View):
    """Words for Go."""

    listings: ClassVar[tuple[Listing, ...]] = LISTINGS

    def is_code(self, path: str) -> bool:
        """All but the manifest."""
        return path.rpartition("/")[2] != MANIFEST

    def can_be_imported(self, facts: Facts) -> bool:
        """All but a program."""
        return facts.package != "main"

    def roles(self, path: str, name: str, test: bool, facts: Facts) -> Iterator[Role]:
        """What a manifest is for."""
        for each in facts.definitions if not self.is_code(path) else ():
            yield Role("Manifest of the Go module {code} ({line}).", each.name, each.line)

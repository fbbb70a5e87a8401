"""What pages of TOML say beside their facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from ..facts import Facts
from ..packages import LISTINGS
from ..view import Listing, Role, View
from .language import CRATE, PROJECT

_SENTENCES = {
    PROJECT: (
        (("project.name", "tool.poetry.name"), "Manifest of the Python project {code} ({line})."),
        (("project.version", "tool.poetry.version"), "Version {code} ({line})."),
        (("build-system.build-backend",), "Built by {code} ({line})."),
    ),
    CRATE: (
        (("package.name",), "Manifest of the crate {code} ({line})."),
        (("package.version",), "Version {code} ({line})."),
    ),
}
"""By manifest, (keys, the first of which is said, the sentence)."""


class ManifestView(View):
    """Words for TOML."""

    listings: ClassVar[tuple[Listing, ...]] = LISTINGS

    def roles(self, path: str, name: str, test: bool, facts: Facts) -> Iterator[Role]:
        """The name and version of a package."""
        said = {each.name: each for each in reversed(facts.definitions)}
        for keys, sentence in _SENTENCES.get(path.rpartition("/")[2], ()):
            for key in keys:
                value = said[key].signature.removeprefix(" = ") if key in said else ""
                if value[:1] in ('"', "'"):
                    yield Role(sentence, value[1:-1], said[key].line)
                    break

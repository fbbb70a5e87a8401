"""Comments of JavaScript and TypeScript, as JSDoc and TSDoc read them."""

from __future__ import annotations

from ..markup.document import Blocks
from ..markup.inline import Dialect
from ..markup.tagged import Tags
from ..markup.tagged import read as read_tagged

_TAGS = Tags(Dialect.of(tags=True), literal="ts", braced=True)


def read(text: str, style: str) -> Blocks:
    """The blocks of a comment."""
    return read_tagged(text, style, _TAGS)

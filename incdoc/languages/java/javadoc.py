"""Comments of Java, as Javadoc reads them."""

from __future__ import annotations

from ..markup.document import Blocks
from ..markup.inline import Dialect
from ..markup.tagged import Tags
from ..markup.tagged import read as read_tagged

_TAGS = Tags(Dialect.of(tags=True, html=True), literal="java", html=True)


def read(text: str, style: str) -> Blocks:
    """The blocks of a comment."""
    return read_tagged(text, style, _TAGS)

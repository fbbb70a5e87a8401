"""Inputs -> texts: the part of making a page that needs neither tables nor a disk, so that any machine can do it.

An **order** is what the texts of one page are made from. Workers that share the disk make orders, texts and files; for
others the process that builds makes the orders and writes the files (``PageBuilder``). The texts are made here in both.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from incdoc.config import Config, IncdocError
from incdoc.engine.garbage import uncollected
from incdoc.pages.kind import SourceText
from incdoc.pages.kinds import kind_of, split
from incdoc.store.fragments import Fragment

if TYPE_CHECKING:
    from incdoc.pages.render import Renderer, UserTemplates
    from incdoc.site.static_pages import StaticPages

Texts = Sequence[tuple[str, str | bytes]]
"""(page, content) of each file that a task makes."""


class Order(Struct, frozen=True):
    """What the texts of a task's page are made from. ``source``: what its kind reads; ``made``: see ``Outcome``."""

    task: str
    key: bytes
    inputs: Struct
    settings: Struct
    source: SourceText | None
    made: tuple[Fragment, ...] = ()


class TextMaker:
    """Makes the texts of pages with the settings ``config``, of which the root is not used. ``templates``: those of the
    user, as a folder or as texts."""

    def __init__(self, config: Config, templates: str | UserTemplates) -> None:
        self._config = config
        self._user = templates

    def texts(self, order: Order) -> Texts:
        """The texts of an order. Raises TemplateError."""
        name, subject = split(order.task)
        parts = kind_of(name).make(subject, order.inputs, order.settings, self.renderer, order.source)
        return [*parts, *self._html.beside(parts)] if self._config.site else parts

    @cached_property
    def renderer(self) -> Renderer:
        """Keeps compiled templates."""
        from incdoc.pages.render import Renderer

        return Renderer(self._user)

    @cached_property
    def _html(self) -> StaticPages:
        from incdoc.site.static_pages import StaticPages

        return StaticPages(self._config)


def work_for(config: Config) -> Callable[[list[Any]], list[Any]]:
    """Makes the texts of each Order of a batch, in a process that sees neither the repository nor this one's memory; or
    the sentence that says why it cannot. It carries settings and templates: a few KB where the user has any."""
    from incdoc.pages.render import user_templates

    templates = user_templates(f"{config.root}/{config.templates}") if config.templates else ""
    return partial(_make, pickle.dumps((replace(config, root="", jobs=0, executor="", remote=None), templates)))


@lru_cache(1)
def _text_maker(setup: bytes) -> TextMaker:
    return TextMaker(*pickle.loads(setup))


def _make(setup: bytes, batch: list[Order]) -> list[Texts | str]:
    maker = _text_maker(setup)
    with uncollected():
        return [_texts(maker, order) for order in batch]


def _texts(maker: TextMaker, order: Order) -> Texts | str:
    try:
        return maker.texts(order)
    except IncdocError as error:
        return str(error)

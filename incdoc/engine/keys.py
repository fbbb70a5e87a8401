"""What a task's key depends on besides its inputs: settings, template, code.

Apart from the plan, because a run that has nothing to make asks for these alone.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b

from msgspec import msgpack

from incdoc import languages
from incdoc.config import Config
from incdoc.engine.tasks import KINDS

_PACKAGE = os.path.dirname(os.path.dirname(__file__))
_CODE = ("pages", "links")
_TEMPLATES = {
    "docs": ("docs",),
    "kw": ("kw",),
    "index": ("index",),
    "doc": ("doc",),
    "sub": ("sub",),
    "book": ("chapter", "contents"),
    "keywords": ("letter", "letters"),
}


VERSION_BYTES = 8
"""An identity's end: the extractor and its version; before it stands the blob id."""


@cache
def version_of(extractor: str) -> bytes:
    """The end of the identities of what an extractor reads."""
    return blake2b(f"{extractor} {languages.version(extractor)}".encode(), digest_size=VERSION_BYTES).digest()


def identity(path: str, blob: bytes) -> bytes:
    """What a source's facts depend on: its content, and the extractor that its name asks for."""
    return blob + version_of(languages.detect(path).extractor)


def digests(config: Config) -> dict[str, bytes]:
    """``kind_digest`` of every kind."""
    return {kind: kind_digest(kind, config) for kind in KINDS}


def kind_digest(kind: str, config: Config) -> bytes:
    """What every page of a kind depends on besides its inputs: settings, template, code."""
    reach: tuple[object, ...] = (config.max_page_kb,)
    if kind in ("docs", "kw"):
        reach += (config.source_url, "" if config.source_url else config.output)
    if kind == "docs":
        reach += (config.source,)
    digest = blake2b(digest_size=16)
    digest.update(msgpack.encode(reach))
    digest.update(_code_digest())
    for name in (*_TEMPLATES[kind], "macros"):
        digest.update(_template(config, name))
    return digest.digest()


def _template(config: Config, name: str) -> bytes:
    file = f"{name}.md.jinja"
    if config.templates:
        own = os.path.join(config.root, config.templates, file)
        if os.path.isfile(own):
            return _user_templates(os.path.dirname(own))
    with open(os.path.join(_PACKAGE, "pages", "templates", file), "rb") as stream:
        return stream.read()


def _user_templates(folder: str) -> bytes:
    """All of them: one may include another."""
    digest = blake2b(digest_size=16)
    files = [os.path.join(above, name) for above, _, names in os.walk(folder) for name in names]
    for path in sorted(files):
        if os.path.isfile(path):
            with open(path, "rb") as stream:
                content = stream.read()
            digest.update(msgpack.encode((os.path.relpath(path, folder), content)))
    return digest.digest()


@cache
def _code_digest() -> bytes:
    digest = blake2b(digest_size=16)
    for folder in _CODE:
        where = os.path.join(_PACKAGE, folder)
        for name in sorted(os.listdir(where)):
            if name.endswith(".py"):
                with open(os.path.join(where, name), "rb") as stream:
                    digest.update(stream.read())
    return digest.digest()

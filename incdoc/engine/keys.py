"""What a task's key depends on besides its inputs: settings, template, the version of the pages.

Separate from the plan, because a run that has nothing to make needs only these.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b

from msgspec import msgpack

from incdoc import languages
from incdoc.config import Config, read_template
from incdoc.engine.tasks import KINDS
from incdoc.engine.versions import PACKAGE, TEMPLATES, facts_version, pages_version

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
"""The length of a facts key's end: the extractor and its version. The blob id comes before it."""


@cache
def version_of(extractor: str) -> bytes:
    """The end of the facts keys of sources that this extractor reads."""
    return blake2b(extractor.encode() + facts_version(extractor), digest_size=VERSION_BYTES).digest()


def facts_key(path: str, blob: bytes) -> bytes:
    """What a source's facts depend on: its content, and the extractor that its name selects."""
    return blob + version_of(languages.detect(path).extractor)


def digests(config: Config) -> dict[str, bytes]:
    """``kind_digest`` of every kind."""
    return {kind: kind_digest(kind, config) for kind in KINDS}


def kind_digest(kind: str, config: Config) -> bytes:
    """What every page of a kind depends on besides its inputs: settings, templates, the version of the pages."""
    reach: tuple[object, ...] = (config.max_page_kb,)
    if kind in ("docs", "kw"):
        reach += (config.source_url, "" if config.source_url else config.output)
    if kind == "docs":
        reach += (config.source,)
    digest = blake2b(digest_size=16)
    digest.update(msgpack.encode(reach))
    digest.update(pages_version())
    for name in _TEMPLATES[kind]:
        digest.update(_template(config, f"{name}.md.jinja"))
    return digest.digest()


def templates_of(kind: str) -> frozenset[str]:
    """The names of incdoc's templates that reach the pages of a kind."""
    return frozenset[str]().union(*(_including(f"{name}.md.jinja") for name in _TEMPLATES[kind]))


def _template(config: Config, file: str) -> bytes:
    """A template with all that it may include. One of the user's may include any, of incdoc's own too."""
    own = os.path.join(config.root, config.templates) if config.templates else ""
    reached = _including(file)
    if own and any(os.path.lexists(os.path.join(own, each)) for each in reached):
        return _user_templates(own) + b"".join(map(_own_template, _own_templates()))
    return b"".join(_own_template(each) for each in sorted(reached))


@cache
def _including(file: str) -> frozenset[str]:
    """One of incdoc's templates, and those that it names, directly or through others."""
    reached: set[str] = set()
    queue = [file]
    while queue:
        each = queue.pop()
        if each not in reached:
            reached.add(each)
            text = _own_template(each)
            queue += [name for name in _own_templates() if f'"{name}"'.encode() in text or f"'{name}'".encode() in text]
    return frozenset(reached)


@cache
def _own_template(file: str) -> bytes:
    with open(os.path.join(PACKAGE, TEMPLATES, file), "rb") as stream:
        return stream.read()


@cache
def _own_templates() -> list[str]:
    return sorted(os.listdir(os.path.join(PACKAGE, TEMPLATES)))


def _user_templates(folder: str) -> bytes:
    """A digest of all user templates: one may include another."""
    digest = blake2b(digest_size=16)
    files = [os.path.join(above, name) for above, _, names in os.walk(folder) for name in names]
    for path in sorted(files):
        content = read_template(folder, os.path.relpath(path, folder))
        if content is not None:
            digest.update(msgpack.encode((os.path.relpath(path, folder), content)))
    return digest.digest()

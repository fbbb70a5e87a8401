"""What a task's key depends on besides its inputs: settings, template, the version of the pages.

Separate from the plan, because a run that has nothing to make needs only these.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from msgspec import msgpack
from msgspec.structs import replace

from incdoc.config import Config, read_template
from incdoc.engine.versions import PACKAGE, TEMPLATES, facts_version, language_version, pages_version
from incdoc.languages import Languages
from incdoc.languages.registry import package_of
from incdoc.pages.kinds import active, joined, kind_of
from incdoc.store.facts import VERSION_BYTES, pack_key

if TYPE_CHECKING:
    from incdoc.links.tables import Tables


@cache
def version_of(language: str) -> bytes:
    """The end of the facts keys of sources in this language."""
    version = facts_version(package_of(language))
    return blake2b(language.encode() + version, digest_size=VERSION_BYTES).digest()


def facts_key(languages: Languages, path: str, blob: bytes) -> bytes:
    """What a source's facts depend on: its content, and the language that its name selects. If the name says nothing,
    the content selects one of all."""
    if languages.is_open(path):
        return pack_key(blob, open_version(languages.names))
    return pack_key(blob, version_of(languages.detect(path).language))


@cache
def open_version(names: tuple[str, ...]) -> bytes:
    """The end of the facts keys of sources whose names say nothing, where these languages are chosen."""
    languages = Languages.named(names)
    selected = [(program, version_of(language)) for program, language in languages.open_languages]
    return blake2b(version_of("text") + msgpack.encode(selected), digest_size=VERSION_BYTES).digest()


def digests(config: Config) -> dict[str, bytes]:
    """What the pages of each group depend on besides their inputs: their kind, and the languages on them.

    A **group** is a kind whose pages are about many sources, or ``KIND:LANGUAGE`` of one whose pages are about one: a
    change of a language leaves the pages of other languages' sources alone.
    """
    languages = Languages.of(config)
    versions = {name: language_version(name) for name in languages.every}
    found = {}
    for name in active(config):
        of_kind = kind_digest(name, config)
        if kind_of(name).by_language:
            for language, version in versions.items():
                found[f"{name}:{language}"] = blake2b(of_kind + version, digest_size=16).digest()
        else:
            found[name] = blake2b(of_kind + b"".join(versions.values()), digest_size=16).digest()
    return found


def group_of(tables: Tables, name: str, subject: str) -> str:
    """The group of a page; ``name``: its kind."""
    return f"{name}:{package_of(tables.language(subject).name)}" if kind_of(name).by_language else name


def kind_digest(name: str, config: Config) -> bytes:
    """What every page of a kind depends on besides inputs and languages: settings, templates, the pages' version."""
    kind = kind_of(name)
    digest = blake2b(digest_size=16)
    digest.update(msgpack.encode(kind.settings(config)))
    if config.site:  # which has each page as HTML, and the text that it is about
        digest.update(msgpack.encode((config.site, config.output, config.source, config.source_url)))
    others = {*joined(config)} - {name}  # whose code makes nothing but their own files
    digest.update(pages_version(tuple(each for each in active(config) if each not in others)))
    for template in kind.templates:
        digest.update(_template(config, f"{template}.md.jinja"))
    return digest.digest()


def reach(config: Config) -> bytes:
    """A digest of everything that ``digests`` are made from, and more: if it is equal, so are they. Imports no kind."""
    digest = blake2b(digest_size=16)
    versions = [pages_version(active(config)), *map(language_version, Languages.of(config).every)]
    digest.update(msgpack.encode((replace(config, root="", jobs=0, executor="", remote=None), versions)))
    digest.update(_all_templates(os.path.join(config.root, config.templates) if config.templates else ""))
    if config.inventories:
        from incdoc.links.inventories import pinned

        digest.update(pinned(config))
    return digest.digest()


def templates_of(name: str) -> frozenset[str]:
    """The names of incdoc's templates that reach the pages of a kind."""
    return frozenset[str]().union(*(_including(f"{template}.md.jinja") for template in kind_of(name).templates))


def _template(config: Config, file: str) -> bytes:
    """A template with all that it may include. One of the user's may include any, of incdoc's own too."""
    own = os.path.join(config.root, config.templates) if config.templates else ""
    reached = _including(file)
    if own and any(os.path.lexists(os.path.join(own, each)) for each in reached):
        return _all_templates(own)
    return b"".join(_own_template(each) for each in sorted(reached))


def _all_templates(own: str) -> bytes:
    return (_user_templates(own) if own else b"") + b"".join(map(_own_template, _own_templates()))


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

"""What workers do: bytes -> facts, inputs -> pages on disk. Plain functions of plain values, so that any executor
can run them; each worker process makes its parser, templates and folder handles once."""

from __future__ import annotations

import gc
from functools import lru_cache

from msgspec import Struct, msgpack

from incdoc import languages
from incdoc.config import IncdocError
from incdoc.languages.facts import Facts
from incdoc.pages.paths import Style
from incdoc.pages.write import Writer, Written
from incdoc.sources import read_file

encode_facts = msgpack.Encoder().encode
decode_facts = msgpack.Decoder(Facts).decode


def extract(batch: list[tuple[str, bytes]]) -> list[bytes]:
    """Encoded facts of each (extractor, bytes)."""
    gc.disable()  # trees and facts have no cycles; a collection would walk them all
    return [encode_facts(languages.extract(extractor, data)) for extractor, data in batch]


class Place(Struct, frozen=True, array_like=True):
    """Where pages go, and how they look: the same for every page of a build."""

    root: str
    output: str
    cache: str
    templates: str
    style: Style


class Job(Struct, frozen=True, array_like=True):
    """One page to render: encoded inputs; for a source's page also its encoded facts and, to read its text, its path
    and blob id."""

    task: str
    inputs: bytes
    facts: bytes = b""
    path: str = ""
    blob: bytes = b""


class Outcome(Struct, frozen=True, array_like=True):
    """What became of a job. ``moved``: the source has other bytes than its inputs, and nothing was written."""

    task: str
    pages: tuple[Written, ...] = ()
    problem: str = ""
    moved: bool = False


def render(place: Place, batch: list[Job]) -> list[Outcome]:
    """Render and write each job's page; a page that fails leaves the others alone."""
    gc.disable()
    return [_render(place, job) for job in batch]


def _render(place: Place, job: Job) -> Outcome:
    from incdoc.pages import inputs

    renderer, writer = _tools(place)
    try:
        facts, body = None, ""
        if job.facts:
            facts = decode_facts(job.facts)
            moved, body = _text(place, job, facts)
            if moved:
                return Outcome(job.task, moved=True)
        parts = renderer.render(inputs.decode(job.inputs), facts, body)
        return Outcome(job.task, tuple(writer.write(page, content) for page, content in parts))
    except IncdocError as error:
        return Outcome(job.task, problem=str(error))


def _text(place: Place, job: Job, facts: Facts) -> tuple[bool, str]:
    """(whether the source changed, its text as a page shows it)."""
    from incdoc.languages.text import decode

    if place.style.source != "full":
        return False, ""
    algorithm = "sha256" if len(job.blob) == 32 else "sha1"
    try:
        data, blob, _ = read_file(f"{place.root}/{job.path}", algorithm, job.path)
    except IncdocError:
        return True, ""
    if blob != job.blob:
        return True, ""
    cookie = next((mark.text for mark in facts.marks if mark.kind == "encoding"), "")
    return False, decode(data, cookie)


@lru_cache(maxsize=2)
def _tools(place: Place):  # type: ignore[no-untyped-def]  # Renderer's import is heavy, so its name is not here
    from incdoc.pages.render import Renderer

    templates = f"{place.root}/{place.templates}" if place.templates else ""
    return Renderer(place.style, templates), Writer(place.root, place.output, place.cache)

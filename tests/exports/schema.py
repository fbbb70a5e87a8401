"""Writes the JSON Schema of a line of ``symbols.jsonl``: ``python -m tests.exports.schema``."""

from __future__ import annotations

from pathlib import Path

from msgspec import json

import incdoc
from incdoc.exports.symbols import Symbol

FILE = Path(incdoc.__file__).parent / "exports/symbols.schema.json"


def schema() -> str:
    """The schema."""
    found = {"$schema": "https://json-schema.org/draft/2020-12/schema", **json.schema(Symbol)}
    return json.format(json.encode(found)).decode() + "\n"


if __name__ == "__main__":
    FILE.write_text(schema())

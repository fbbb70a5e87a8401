"""Write the JSON Schema of all answers: ``python -m tests.query.schema``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

import incdoc.query
from incdoc.query.answers import AnyAnswer

SCHEMA = Path(incdoc.query.__file__).parent / "answers.schema.json"


def schema() -> dict[str, Any]:
    """The schema that the types of the answers say."""
    found = msgspec.json.schema(AnyAnswer)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Answers of incdoc, version 1"} | found


def text() -> str:
    """As it is in the package."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(text(), encoding="utf-8")

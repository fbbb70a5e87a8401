"""The manifests of JavaScript and TypeScript: which files they are, and what an outline has of them."""

from __future__ import annotations

import json
from typing import Any

from .outline import Outline

PACKAGE = "package.json"
CONFIGURATIONS = ("tsconfig.json", "jsconfig.json")
"""In a folder with both the first counts."""
PNPM = "pnpm-workspace.yaml"


def values(outline: Outline | None) -> dict[str, Any]:
    """What a manifest says; nothing if it is none."""
    found = json.loads(outline.manifest) if outline is not None and outline.manifest else {}
    return found if isinstance(found, dict) else {}

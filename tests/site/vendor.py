"""``doit vendor``: fetch the renderer of diagrams, which a wheel holds and the repository does not."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

from incdoc.site.assets import DIGEST, PACKAGE, STATIC
from tests.corpora.fetch import FetchError
from tests.corpora.test_typescript import package


def main() -> int:
    """Put the script and its licence beside the reader's own."""
    try:
        found = package(PACKAGE)
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    script = (found / "dist/mermaid.tiny.js").read_bytes()
    if hashlib.sha256(script).hexdigest() != DIGEST:
        print(f"{PACKAGE} has another content than was expected; nothing was written.", file=sys.stderr)
        return 1
    Path(STATIC, "mermaid.js").write_bytes(script)
    Path(STATIC, "mermaid.LICENSE").write_bytes((found / "LICENSE").read_bytes())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

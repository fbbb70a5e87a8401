"""``doit vendor``: fetch the renderer of diagrams, which a wheel holds and the repository does not.

``npm pack`` fetches the package; its content must have the digest that is written here.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from incdoc.site.reader import STATIC

PACKAGE = "@mermaid-js/tiny@11.17.2"
DIGEST = "7a644017d37f93c8359790884e6b67fb1f747c78eb20475952404bd87190a3f8"
"""SHA-256 of the script."""
FILES = {"package/dist/mermaid.tiny.js": "mermaid.js", "package/LICENSE": "mermaid.LICENSE"}


def main() -> int:
    """Put the script and its licence beside the reader's own."""
    target = Path(STATIC)
    script = target / "mermaid.js"
    if script.is_file() and digest(script.read_bytes()) == DIGEST:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        archive = next(Path(folder).glob("*.tgz")).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(archive)) as pack:
        for name, own in FILES.items():
            member = pack.extractfile(name)
            assert member is not None
            data = member.read()
            if own == script.name and digest(data) != DIGEST:
                print(f"{PACKAGE} has another content than was expected; nothing was written.", file=sys.stderr)
                return 1
            (target / own).write_bytes(data)
    return 0


def digest(data: bytes) -> str:
    """SHA-256, in hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


if __name__ == "__main__":
    raise SystemExit(main())

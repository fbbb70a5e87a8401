"""``doit picture``: the picture of README, of a build in a terminal and of a page in the reader."""

from __future__ import annotations

import base64
import shutil
import tempfile
import time
from html import escape
from pathlib import Path

from tests.corpora import fetch
from tests.support import run

from .support import browser, serving, until

PROJECT = "httpx", "0.28.1"
TARGET = Path(__file__).parents[2] / "docs/picture.webp"
PAGE = "httpx/_config.py_docs.html#Limits"
EDITED = "httpx/_config.py"
_FRAME = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; width: 1200px; height: 420px; display: grid; grid-template-columns: 430px 1fr }}
body {{ background: #0d1117 }}
pre {{ margin: 0; padding: 16px; color: #e6edf3; font: 12px/1.5 monospace; white-space: pre-wrap }}
b {{ color: #79b8ff }}
img {{ width: 770px; height: 420px; object-fit: cover; object-position: top left }}
</style><pre>{terminal}</pre><img src="data:image/png;base64,{page}">"""


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "httpx"
        shutil.copytree(fetch.release(*PROJECT), root)
        run(root, "git", "init", "-q")
        terminal = _typed(root, "incdoc")
        (root / EDITED).write_text((root / EDITED).read_text() + "\n# a comment\n")
        terminal += _typed(root, "incdoc check") + _typed(root, "incdoc") + _typed(root, "incdoc")
        with serving(root) as served, browser(1100, 740) as driver:
            driver.get(served.address + PAGE)
            until(lambda: driver.find_elements("css selector", "#tree li"), "no tree")
            time.sleep(1)  # for the colours of the code
            page = driver.get_screenshot_as_base64()
        frame = Path(folder) / "frame.html"
        frame.write_text(_FRAME.format(terminal=terminal, page=page), encoding="utf-8")
        with browser(1200, 420 + 143) as driver:  # the window has a frame of its own
            driver.get(frame.as_uri())
            made = driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "webp", "quality": 60})
            TARGET.write_bytes(base64.b64decode(made["data"]))


def _typed(root: Path, command: str) -> str:
    """A command and what it says, as HTML."""
    said = run(root, *command.split(), status=None)
    return f"<b>$ {escape(command)}</b>\n{escape(said.strip())}\n\n"


if __name__ == "__main__":
    main()

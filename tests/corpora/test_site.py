"""This repository's own pages as a site: MkDocs and Zensical in strict mode find no link or anchor that leads nowhere.

The sources are not part of a site, so that relative links to them would lead nowhere: ``source_url`` is set.

    python -m tests.corpora.test_site httpx django

does the same with the pages of other projects: 174 of httpx, and 21,479 of Django, which take minutes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from . import fetch
from .built import OUTPUT, Built, build

ROOT = Path(__file__).parents[2]
SETTINGS = f"""\
site_name: Reference
docs_dir: {OUTPUT}
site_dir: site
exclude_docs: |
  !.*
plugins: [{{search: {{enabled: false}}}}]
markdown_extensions: [tables, fenced_code]
validation:
  nav: {{omitted_files: ignore, not_found: warn, absolute_links: warn}}
  links: {{not_found: warn, anchors: warn, absolute_links: warn, unrecognized_links: warn}}
"""
"""Zensical reads them too. ``!.*`` takes in the pages of ``.gitignore`` and its like, which both leave out else. There
is no search: Zensical's index has no room for all sources on Django's pages (4,096 words a section)."""
TOOLS = {"mkdocs": (), "zensical": ("--clean",)}
PROJECTS = {"httpx": "0.28.1", "django": "5.2"}
ONE_ENTRY = "nav: [index.md]\n"
"""Else each page has a list of all pages: gigabytes of Django's. The other pages are made and tried as well."""
SOURCE_URL = 'source_url = "https://github.com/example/project/blob/main"\n'


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The files that git tracks, without those of tests, as they are on disk, with their pages."""
    place = tmp_path_factory.mktemp("site") / "incdoc"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for path in filter(None, listed.split("\0")):
        if (ROOT / path).is_file() and not path.startswith("tests/"):
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, place / path)
    (place / "incdoc.toml").write_text(SOURCE_URL)
    return build(place)


def strict_build(root: Path, tool: str, more: str = "") -> subprocess.CompletedProcess[str]:
    """Not ``--quiet``: MkDocs then counts no warning, and passes."""
    (root / "mkdocs.yml").write_text(SETTINGS + more)
    command = [sys.executable, "-m", tool, "build", "--strict", "--config-file", "mkdocs.yml", *TOOLS[tool]]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_the_pages_are_those_of_this_repository(pages: Built) -> None:
    assert pages.stats["pages"] > 300
    assert (pages.pages / "incdoc/pages/markdown.py_docs.md").exists()
    assert (pages.pages / ".gitignore_docs.md").exists()


@pytest.mark.parametrize("tool", TOOLS)
def test_strict_build(pages: Built, tool: str) -> None:
    done = strict_build(pages.root, tool)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert (pages.root / "site/incdoc/pages/markdown.py_docs/index.html").exists()
    assert (pages.root / "site/.gitignore_docs/index.html").exists()


@pytest.mark.parametrize("link", ["./nowhere.md", "./b.md#nowhere"])
@pytest.mark.parametrize("tool", TOOLS)
def test_a_planted_link_is_noticed(tmp_path: Path, tool: str, link: str) -> None:
    folder = tmp_path / OUTPUT
    folder.mkdir(parents=True)
    (folder / "index.md").write_text("# A\n\n[b](./b.md#b)\n")
    (folder / "b.md").write_text("# B\n")
    assert strict_build(tmp_path, tool).returncode == 0
    (folder / "index.md").write_text(f"# A\n\n[b]({link})\n")
    assert strict_build(tmp_path, tool).returncode != 0


def main(names: list[str]) -> int:
    """Try the pages of the named projects, or of all, with both tools; 1 if one of them warns."""
    failed = 0
    for name in names or PROJECTS:
        with tempfile.TemporaryDirectory(prefix="incdoc-site-") as folder:
            root = Path(folder) / name
            shutil.copytree(fetch.release(name, PROJECTS[name]), root, symlinks=True)
            (root / "incdoc.toml").write_text(SOURCE_URL)
            made = build(root)
            for tool in TOOLS:
                begun = time.monotonic()
                done = strict_build(root, tool, ONE_ENTRY)
                said = done.stdout + done.stderr
                seconds = time.monotonic() - begun
                print(f"{name}, {tool}: {made.stats['pages']:,} pages, {seconds:.0f} s, exit status {done.returncode}")
                print(*(line for line in said.splitlines() if "WARN" in line.upper()), sep="\n", end="")
                failed |= done.returncode
    return int(bool(failed))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

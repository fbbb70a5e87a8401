"""The static site beside what other tools make of the same: a clean build, nothing changed, and one edit.

incdoc makes pages and site from the sources; MkDocs with the theme Material and Zensical make a site of incdoc's pages,
which are already there; pdoc makes pages of the modules, which it imports. Material and pdoc are no packages of the
tests: pip install mkdocs-material pdoc
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

from tests.bench.measure import Run, timed
from tests.bench.trees import released
from tests.corpora.test_site import ONE_ENTRY, SETTINGS, SOURCE_URL

PROJECTS = {"sphinx": ("8.2.3", "sphinx/util/__init__.py"), "django": ("5.2", "django/utils/timesince.py")}
"""By name: the release, and the source that is edited."""
NEEDED = {"mkdocs": "material", "zensical": "zensical", "pdoc": "pdoc"}
FLAT = "use_directory_urls: false\n"
"""Else ``doc.md`` and the page of a folder called ``doc`` have one address."""
LONG = ("django",)
"""Of these MkDocs takes minutes; only incdoc and Zensical build them."""


def main() -> None:
    """Print a block for each project."""
    for name, root, edited in released(PROJECTS):
        (root / ".gitignore").write_text("/site/\n/docs/reference/\n/mkdocs*\n/pdoc/\n")
        _measure(root, edited, name)


def _measure(root: Path, edited: str, name: str) -> None:
    (root / "incdoc.toml").write_text(SOURCE_URL + 'site = "site"\n')
    incdoc = [sys.executable, "-m", "incdoc", "-q"]
    clean = timed(incdoc, root)
    nothing = min(timed(incdoc, root).seconds for _ in range(3))
    _edit(root / edited)
    edit = timed(incdoc, root)
    pages = sum(1 for _ in (root / "docs/reference").rglob("*.md"))
    size = sum(path.stat().st_size for path in (root / "site").rglob("*") if path.is_file())
    print(f"{name}: {pages:,} pages; the site has {size / 1e6:.0f} MB", flush=True)
    print(f"  {'':<28}{'clean':>9}{'one edit':>10}")
    _row("incdoc, pages and site", clean, edit.seconds)
    print(f"  {'nothing changed':<28}{nothing:>9.2f}; one edit takes {edit.seconds - nothing:+.2f} s (+ 0.10)")
    (root / "mkdocs.yml").write_text(SETTINGS.replace("site_dir: site", "site_dir: mkdocs-site") + ONE_ENTRY + FLAT)
    commands = {
        "mkdocs": ["mkdocs", "build", "-q", "-f", "mkdocs.yml", "-t", "material"],
        "zensical": ["zensical", "build", "--clean", "-f", "mkdocs.yml"],
        "pdoc": ["pdoc", "-o", "pdoc", name],
    }
    for tool, command in commands.items():
        if find_spec(NEEDED[tool]) is None:
            print(f"  {tool} is not installed")
        elif tool == "zensical" or name not in LONG:
            try:
                whole = timed([sys.executable, "-m", *command], root)
            except SystemExit:
                print(f"  {tool} fails; pdoc does where a module that the project needs is not installed", flush=True)
                continue
            _edit(root / edited)
            timed(incdoc, root)
            again = timed([sys.executable, "-m", *command], root)
            _row(tool, whole, again.seconds)
            print(f"  {'':<28}{whole.seconds / clean.seconds:>8.1f}x{again.seconds / edit.seconds:>9.1f}x", flush=True)


def _row(what: str, clean: Run, edit: float) -> None:
    print(f"  {what:<28}{clean.seconds:>7.1f} s{edit:>8.2f} s; {clean.megabytes:,.0f} MB", flush=True)


def _edit(source: Path) -> None:
    number = source.read_text().count("added_by_the_benchmark")
    with source.open("a") as stream:
        stream.write(f'\n\ndef added_by_the_benchmark_{number}():\n    """Something new."""\n')

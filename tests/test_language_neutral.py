"""Nothing outside ``incdoc/languages`` knows a language of incdoc's by name."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import incdoc
from incdoc.languages.registry import OWN

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(incdoc.__file__).parent
NAMES = [name for name in OWN if name not in ("c", "go", "make", "json", "toml", "yaml", "sql")]
"""Without those that are words, or formats of incdoc's settings and outputs."""
NAMED = re.compile(rf"\b({'|'.join(NAMES)})\b|__(init|main|all)__\.?|\bconftest\b|\.pyi\b", re.IGNORECASE)
ALLOWED = {
    ("__main__.py", "__main__"): "the module's own name",
    ("engine/output_check.py", "markdown"): "a folder of pages may also hold other documents",
    ("engine/output_check.py", "rst"): "as above",
    ("engine/versions.py", "/__init__.py"): "the versions are of incdoc's own modules, which are Python",
    ("engine/versions.py", "__init__.py"): "as above",
    ("engine/releases.py", "Python"): "what runs incdoc",
    ("executors/children.py", "__main__"): "the module's own name",
    ("plugin/diff.py", "markdown"): "the format of an output",
    ("plugin/diff.py", "v1.0 v2.0 --format markdown"): "as above",
    (
        "plugin/help.py",
        "incdoc keeps complete Markdown reference pages of a repository up to date. A build costs as much as the "
        "change, not as much as the repository.",
    ): "what incdoc writes",
    ("mcp/server.py", "text/markdown"): "what incdoc writes",
    (
        "sources/absence.py",
        "it is a file that git, Python or doit writes",
    ): "what Python writes, as byte code, is never a source",
}
"""(file, text) that may have a name, and why: none is about a language whose sources are documented."""

ABOUT_OTHERS = {
    "plugin/ci_files.py": "how services install incdoc, which is in Python",
    "plugin/completion.py": "the shells that complete",
}
"""Modules that may have names, and why."""


def outside() -> Iterator[Path]:
    """The modules and templates that know no language."""
    for path in sorted(ROOT.rglob("*")):
        if path.suffix in (".py", ".jinja") and "languages" not in path.relative_to(ROOT).parts:
            yield path


def texts(path: Path) -> Iterator[str]:
    """The texts of a module that are no docstrings, and the modules of languages that it imports; a whole template."""
    source = path.read_text(encoding="utf-8")
    if path.suffix == ".jinja":
        yield source
        return
    tree = ast.parse(source)
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("incdoc.languages"):
            yield f"{node.module} {' '.join(alias.name for alias in node.names)}"


def test_nothing_outside_names_a_language() -> None:
    found = {
        (path.relative_to(ROOT).as_posix(), text) for path in outside() for text in texts(path) if NAMED.search(text)
    }
    there = {name for name, _ in found}
    assert ABOUT_OTHERS.keys() <= there
    found = {each for each in found if each[0] not in ABOUT_OTHERS}
    assert found - ALLOWED.keys() == set()
    assert ALLOWED.keys() <= found, "an exception that nothing needs"

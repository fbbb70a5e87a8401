"""The golden files: ``sources/`` and ``escaped.py`` -> ``expected/``; ``python -m tests.golden.rewrite`` writes them.

Each folder of ``sources`` is a repository. The pages are what the ``incdoc`` command makes of it; the facts are one
JSON object a source, in which a field that has its default is left out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from msgspec import Struct

from tests.golden.escaped import SOURCES as ESCAPED
from tests.support import LANGUAGES

HERE = Path(__file__).parent
EXPECTED = HERE / "expected"
WHOLE = "shop"
"""The repository of which every page is kept; of the others, those of the sources."""
ALSO = frozenset({"deep/index.md"})
"""And this one: its folder has binary files."""
COMMAND = "doit golden"


def repositories() -> list[str]:
    """The names of the repositories."""
    return sorted(["bytes", *(folder.name for folder in (HERE / "sources").iterdir())])


def sources(repository: str) -> dict[str, bytes]:
    """Path -> bytes of a repository's sources."""
    if repository == "bytes":
        return ESCAPED
    top = HERE / "sources" / repository
    return {
        path.relative_to(top).as_posix(): path.read_bytes()
        for path in sorted(top.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def make(repository: str) -> dict[str, str]:
    """Path below ``expected/<repository>`` -> text: the facts and the pages."""
    files = sources(repository)
    made = {}
    for path, data in files.items():
        language = LANGUAGES.of_content(path, data)
        if language.name != "binary":
            made[f"{path}.facts.json"] = as_json(language.read(data))
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for path, data in files.items():
            (top / path).parent.mkdir(parents=True, exist_ok=True)
            (top / path).write_bytes(data)
        command = [sys.executable, "-c", "from incdoc.plugin.main import main; main()", "run", "-j", "1"]
        subprocess.run(command, cwd=top, check=True, capture_output=True)
        output = top / "docs" / "reference"
        for page in sorted(output.rglob("*.md")):
            if (
                repository == WHOLE
                or page.name.endswith(("_docs.md", "_kw.md"))
                or page == output / "deep" / "index.md"
            ):
                made[page.relative_to(output).as_posix()] = page.read_bytes().decode()
    return made


def as_json(facts: Struct) -> str:
    """One field a line, one item of a list of structs a line."""
    lines = []
    for name, value in _fields(facts).items():
        if isinstance(value, tuple) and value and isinstance(value[0], Struct):
            items = ",\n".join(f"    {_dump(_fields(item))}" for item in value)
            lines.append(f'  "{name}": [\n{items}\n  ]')
        else:
            lines.append(f'  "{name}": {_dump(_fields(value) if isinstance(value, Struct) else value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _fields(value: Struct) -> dict[str, Any]:
    """Fields without defaults, and those that differ from theirs."""
    names, defaults = value.__struct_fields__, value.__struct_defaults__
    default = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    return {name: found for name in names if (found := getattr(value, name)) != default.get(name, object())}


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def main() -> None:
    """Write all of them again."""
    if EXPECTED.exists():
        shutil.rmtree(EXPECTED)
    for repository in repositories():
        for path, text in make(repository).items():
            file = EXPECTED / repository / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())


if __name__ == "__main__":
    main()

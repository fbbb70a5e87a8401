"""Changes one file of incdoc after another, and builds with each over the cache that incdoc left.

    python -m tests.engine.upgrades LIBRARY WORK TRIES VISIBLE < NAMES

``LIBRARY``: a folder with a copy of the package, which must be the one that Python imports; ``WORK``: a folder with
the repository ``base/project``, built by it. ``TRIES``: changes of a
file at the most; ``VISIBLE``: how many of them are to be seen on pages. Prints a line of JSON for each file named on
the standard input.

Every build is one of a process that imports the changed package; it is forked from this one, which has imported what
incdoc imports and nothing of incdoc.
"""

from __future__ import annotations

import json
import os
import pkgutil
import shutil
import signal
import sys
import traceback
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import Any

import ahocorasick_rs  # noqa: F401 - for the forked processes, as all that follow
import doit.doit_cmd  # noqa: F401
import jinja2.sandbox  # noqa: F401
import msgspec  # noqa: F401
import pathspec  # noqa: F401
import rich.progress  # noqa: F401
import tree_sitter  # noqa: F401

from tests.engine.mutations import harmless, mutations

for each in pkgutil.iter_modules():
    if each.name.startswith("tree_sitter"):
        import_module(each.name)

SECONDS = 20
"""No build of so small a repository takes as long: one that does has been made endless."""
COMMENT = "a comment"
SITE = "www"
CONTENT = (
    "languages/",
    "links/",
    "pages/",
    "exports/",
    *(f"site/{name}.py" for name in ("files", "html", "kinds", "places", "shell")),
)
"""The rooms whose changes can be seen on pages. Others decide when something is made, and not what."""
_WRITER = "pages/write.py"
"""One that is changed writes elsewhere, or something else than it was given."""
_COPIED = "site/static/"
"""Files that the site has as they are."""
_TRACKER = "links/update.py"
"""One that is changed does not note all that it changes, and so does not make all pages that it has planned."""


def main() -> None:
    """Read the names, print what became of each."""
    library, work = Path(sys.argv[1]), Path(sys.argv[2])
    sys.dont_write_bytecode = True
    for line in sys.stdin:
        print(json.dumps(of_file(library / "incdoc", work, line.strip(), *map(int, sys.argv[3:]))), flush=True)


def of_file(package: Path, work: Path, name: str, tries: int, visible: int) -> dict[str, Any]:
    """What became of upgrades to an incdoc in which only this file differs.

    ``upgrades``: how many were tried whose own pages can be made; ``visible``: those whose pages are not the former
    ones; ``faults``: what is wrong, in sentences.
    """
    path = package / name
    stat, text = path.stat(), path.read_text(encoding="utf-8")
    found: dict[str, Any] = {"name": name, "upgrades": 0, "visible": [], "faults": []}
    changes = name.startswith(CONTENT) and name not in (_WRITER, _TRACKER)
    tried = islice(mutations(name, text), tries) if changes else ()
    try:
        for what, changed in chain([(COMMENT, harmless(name, text))], tried):
            path.write_text(changed, encoding="utf-8")
            said = _in_child(work, what == COMMENT and not name.startswith(_COPIED))
            if said is None:
                continue
            found["upgrades"] += 1
            found["faults"] += [f"{name}, {what}: {fault}" for fault in said["faults"]]
            found["visible"] += [what] if said["visible"] else []
            if len(found["visible"]) >= visible:
                break
    finally:
        path.write_text(text, encoding="utf-8")
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    return found


def _in_child(work: Path, same: bool) -> dict[str, Any] | None:
    """What ``_upgrade`` says in a process of its own; None where the changed incdoc makes no pages at all."""
    result = work / "result"
    result.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        signal.alarm(SECONDS)
        try:
            quiet = os.open(os.devnull, os.O_WRONLY)
            os.dup2(quiet, 1)
            os.dup2(quiet, 2)
            if (said := _upgrade(work, same)) is not None:
                result.write_text(json.dumps(said))
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return json.loads(result.read_text()) if result.exists() else None


def _upgrade(work: Path, same: bool) -> dict[str, Any] | None:
    """Build from nothing; ``check`` and build where the former incdoc built; compare. ``same``: a build from nothing
    is known to make the pages there are."""
    from tests import inprocess
    from tests.support import would_change

    base = work / "base" / "project"
    clean, old = work / "clean" / "project", work / "old" / "project"
    for folder in (clean, old):
        shutil.rmtree(folder, ignore_errors=True)
    if not same:
        shutil.copytree(base, clean, ignore=shutil.ignore_patterns("reference", ".incdoc", SITE))
        try:
            if inprocess.run(clean).status != 0:
                return None
            would_change(clean)
        except Exception:  # noqa: BLE001 - an incdoc that cannot be used
            return None
    before = pages(base)
    right = before if same else pages(clean)
    if not right:
        return None
    if right == before and not same:  # the change of the digest alone is tried with the comment
        return {"visible": False, "faults": []}
    shutil.copytree(base, old)
    differing = {name for name in before.keys() | right.keys() if before.get(name) != right.get(name)}
    faults = []
    try:
        if (listed := would_change(old)) != differing:
            faults.append(f"check lists {sorted(listed or ())} and not {sorted(differing)}")
        status = inprocess.run(old).status
        after = pages(old)
        wrong = sorted(name for name in after.keys() | right.keys() if after.get(name) != right.get(name))
        if status > 1 and not same:
            return None  # its SQL or its imports are broken, which it says: no page is called what it is not
        if status or wrong:
            faults.append(f"the build ends with {status}, and {wrong} are not those of a build from nothing")
        if listed := would_change(old):
            faults.append(f"check still lists {sorted(listed)} after the build")
    except Exception:  # noqa: BLE001 - a fault to be reported
        faults.append(traceback.format_exc())
    return {"visible": bool(differing), "faults": faults}


def pages(folder: Path) -> dict[str, bytes]:
    """The pages, and those of the site, as ``would_change`` names them."""
    from tests import support

    return support.pages(folder) | {f"{SITE}/{page}": data for page, data in support.pages(folder, SITE).items()}


if __name__ == "__main__":
    main()

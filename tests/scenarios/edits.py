"""The edits of scenarios between two builds, by the verb in their headings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import incdoc
from incdoc.store import file_name
from tests import inprocess
from tests.support import ENVIRONMENT

if TYPE_CHECKING:
    from tests.scenarios.reading import Edit

OUTPUT = "docs/reference"
_GIT = {f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
_SETTLED = 0.15
"""Seconds after which a file's stamp is believed."""


class Place:
    """The folder of a scenario. ``options``: those of the next build; ``command``: how builds are run.

    ``upgrade``: folders before all others on the path of builds, which then run in processes of their own.
    """

    def __init__(self, folder: Path, command: str = "") -> None:
        self.root = folder / "here"
        self.root.mkdir()
        self.options: list[str] = []
        self.command = command
        self.upgrade: list[Path] = []

    def do(self, edit: Edit) -> None:
        """Perform one edit."""
        VERBS[edit.verb](self, edit.body, *edit.arguments)

    @property
    def page(self) -> Path:
        """The output folder."""
        return self.root / OUTPUT

    @property
    def cache(self) -> Path:
        """The one database of the cache."""
        return next(self.root.glob(f"**/{file_name()}"))


def _write(place: Place, body: str, name: str) -> None:
    path = place.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(body, encoding="utf-8", newline="")


def _append(place: Place, body: str, name: str) -> None:
    with open(place.root / name, "a", encoding="utf-8", newline="") as stream:
        stream.write(body)


def _replaced(body: str, text: str) -> str:
    old, arrow, new = body.partition("\n=>\n")
    assert arrow and text.count(old) == 1, f"{old!r} is {text.count(old)} times in the file"
    return text.replace(old, new.removesuffix("\n"))


def _replace(place: Place, body: str, name: str) -> None:
    """Write in place: the inode stays, as with a shell's ``>``; most editors replace the file."""
    path = place.root / name
    path.write_text(_replaced(body, path.read_text(encoding="utf-8")), encoding="utf-8", newline="")


def _replace_unnoticed(place: Place, body: str, name: str) -> None:
    """An edit that keeps size and mtime."""
    path = place.root / name
    before = path.stat()
    _replace(place, body, name)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (before.st_size, before.st_mtime_ns, before.st_ino) == (after.st_size, after.st_mtime_ns, after.st_ino)


def _replace_by_older(place: Place, body: str, name: str) -> None:
    """Replace a file by another with an older mtime, as ``tar`` and ``cp -p`` do."""
    path = place.root / name
    other = path.with_name(path.name + ".new")
    other.write_text(_replaced(body, path.read_text(encoding="utf-8")), encoding="utf-8", newline="")
    os.utime(other, ns=(10**18, 10**18))
    other.replace(path)


def _delete(place: Place, _: str, name: str) -> None:
    path = place.root / name
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _move(place: Place, _: str, old: str, to: str, new: str) -> None:
    assert to == "to"
    (place.root / new).parent.mkdir(parents=True, exist_ok=True)
    (place.root / old).rename(place.root / new)


def _swap(place: Place, _: str, one: str, with_: str, other: str) -> None:
    assert with_ == "with"
    aside = place.root / (one + ".aside")
    (place.root / one).rename(aside)
    (place.root / other).rename(place.root / one)
    aside.rename(place.root / other)


def _copy(place: Place, _: str, old: str, to: str, new: str) -> None:
    """Copy with the times, like ``cp -p``."""
    assert to == "to"
    shutil.copy2(place.root / old, place.root / new)


def _touch(place: Place, _: str, *names: str) -> None:
    for name in names or [str(path.relative_to(place.root)) for path in place.root.rglob("*.py")]:
        (place.root / name).touch()


def _chmod(place: Place, _: str, mode: str, name: str) -> None:
    (place.root / name).chmod(int(mode, 8))


def _link(place: Place, _: str, name: str, to: str, target: str) -> None:
    assert to == "to"
    (place.root / name).symlink_to(target)


def _binary(place: Place, body: str, name: str) -> None:
    (place.root / name).write_bytes(bytes.fromhex(body))


def _settings(place: Place, body: str) -> None:
    _write(place, body, "incdoc.toml")


def _git(place: Place, _: str, *arguments: str) -> None:
    done = subprocess.run(["git", *arguments], cwd=place.root, env=ENVIRONMENT | _GIT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def _sleep(place: Place, _: str) -> None:
    """Wait until the stamps of all files are believed, and a build has recorded that."""
    time.sleep(_SETTLED)
    inprocess.run(place.root)


def _relocate(place: Place, _: str) -> None:
    """Move the whole checkout to another path."""
    there = place.root.with_name("elsewhere")
    place.root.rename(there)
    place.root = there


def _another_machine(place: Place, _: str) -> None:
    """Replace everything by a copy with new inodes and times."""
    there = place.root.with_name("machine")
    shutil.copytree(place.root, there, symlinks=True, copy_function=shutil.copy)
    shutil.rmtree(place.root)
    place.root = there


def _delete_cache(place: Place, _: str) -> None:
    shutil.rmtree(place.root / ".incdoc")


def _cut_cache(place: Place, _: str) -> None:
    os.truncate(place.cache, place.cache.stat().st_size // 2)


def _garble_cache(place: Place, _: str) -> None:
    place.cache.write_bytes(b"\xff" * place.cache.stat().st_size)


def _age_cache(place: Place, _: str) -> None:
    """Make the cache that of another version."""
    place.cache.rename(place.cache.with_name("store-0.db"))


def _delete_page(place: Place, _: str, *names: str) -> None:
    for name in names:
        (place.page / name).unlink()


def _append_page(place: Place, body: str, name: str) -> None:
    with open(place.page / name, "a", encoding="utf-8") as stream:
        stream.write(body)


def _write_page(place: Place, body: str, name: str) -> None:
    path = place.page / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text(body, encoding="utf-8")


def _command(place: Place, _: str, *arguments: str) -> None:
    """Run an ``incdoc`` or ``doit`` command that does not build."""
    if place.command:
        subprocess.run([place.command, *arguments], cwd=place.root, env=ENVIRONMENT, check=True, capture_output=True)
    else:
        assert inprocess.run(place.root, *arguments).status == 0


def _options(place: Place, _: str, *arguments: str) -> None:
    place.options = list(arguments)


def _upgrade(place: Place, body: str, name: str) -> None:
    """Build from now on with a copy of incdoc in which one file differs."""
    folder = place.root.with_name(f"upgrade-{len(place.upgrade)}")
    source = place.upgrade[0] / "incdoc" if place.upgrade else Path(str(incdoc.__file__)).parent
    shutil.copytree(source, folder / "incdoc", ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / "incdoc" / name
    path.write_text(_replaced(body, path.read_text(encoding="utf-8")), encoding="utf-8")
    place.upgrade.insert(0, folder)


def _upgrade_grammar(place: Place, _: str, distribution: str, release: str) -> None:
    """Build from now on with the same grammar under another version number."""
    installed = next(Path(sysconfig.get_paths()["purelib"]).glob(f"{distribution}-*.dist-info"))
    folder = place.root.with_name("grammar")
    shutil.copytree(installed, folder / f"{distribution}-{release}.dist-info")
    place.upgrade.insert(0, folder)


VERBS: dict[str, Callable[..., None]] = {
    "write": _write,
    "append": _append,
    "replace": _replace,
    "replace-unnoticed": _replace_unnoticed,
    "replace-by-older": _replace_by_older,
    "delete": _delete,
    "move": _move,
    "swap": _swap,
    "copy": _copy,
    "touch": _touch,
    "chmod": _chmod,
    "link": _link,
    "binary": _binary,
    "settings": _settings,
    "git": _git,
    "settle": _sleep,
    "relocate": _relocate,
    "another-machine": _another_machine,
    "delete-cache": _delete_cache,
    "cut-cache": _cut_cache,
    "garble-cache": _garble_cache,
    "age-cache": _age_cache,
    "delete-page": _delete_page,
    "append-page": _append_page,
    "write-page": _write_page,
    "command": _command,
    "options": _options,
    "upgrade": _upgrade,
    "upgrade-grammar": _upgrade_grammar,
}

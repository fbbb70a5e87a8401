"""Damage the cache at random places, edit a source, build: how often is a page wrong?

    python -m tests.corpora.damage [FLIPS [LARGE [SEED]]]

Flips of single bits, and larger damages, of all files of the cache, also of one that a killed build left with a log.
After each the sources change, and at most two builds follow. Prints a table of what was damaged and what came of it.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from incdoc.store.cache import CacheFolder
from incdoc.store.database import file_name
from incdoc.store.sums import Sums
from tests import inprocess
from tests.support import PROJECT, pages, write
from tests.tally import count

PAGE = 4096
STATES: tuple[dict[str, str | None], ...] = (
    {"pkg/core.py": PROJECT["pkg/core.py"], "pkg/more.py": None},
    {
        "pkg/core.py": PROJECT["pkg/core.py"].replace("Engine", "Motor"),
        "pkg/more.py": "from pkg.fast import FastEngine\n",
    },
    {
        "pkg/core.py": '"""The heart."""\n\nfrom pkg import fast\n',
        "pkg/more.py": "class More:\n    def canter(self): ...\n",
    },
)
FILES = PROJECT | {
    f"lib/part{number}.py": f'"""Part {number}."""\n\nimport pkg.core\n\nX{number} = 1\n' for number in range(20)
}


class Outcome(NamedTuple):
    """What came of one damage. ``check``: it called pages current that were not."""

    what: str
    builds: int
    wrong: bool
    traceback: bool
    check: bool

    @property
    def good(self) -> bool:
        """Whether the damage cost time alone."""
        return self.builds < 3 and not (self.wrong or self.traceback or self.check)


class Damages:
    """A repository in ``work``, an empty folder, whose cache is damaged again and again."""

    def __init__(self, work: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.live = write(work / "live", FILES)
        self.clean = []
        self.state = 0
        for number in range(len(STATES)):
            self._become(self.live, number)
            made = write(work / f"clean{number}", FILES)
            self._become(made, number)
            assert inprocess.run(made).status == 0
            self.clean.append(pages(made))
        self._become(self.live, 0)
        inprocess.run(self.live)
        self.cache = self.live / ".incdoc"
        self.older = work / "older"
        shutil.copytree(self.cache, self.older)

    @staticmethod
    def _become(folder: Path, number: int) -> None:
        for name, text in STATES[number].items():
            if text is None:
                (folder / name).unlink(missing_ok=True)
            else:
                (folder / name).write_text(text)

    def _edit(self) -> None:
        self.state = (self.state + self.chance.randint(1, len(STATES) - 1)) % len(STATES)
        self._become(self.live, self.state)

    def leave_log(self) -> None:
        """A build of an edit is killed."""
        self._edit()
        inprocess.run_killed(self.live, self.chance.randint(40, 600))

    def files(self) -> list[Path]:
        """The files of the cache that hold anything."""
        return sorted(path for path in self.cache.rglob("*") if path.is_file() and path.stat().st_size)

    def after(self, what: str) -> Outcome:
        """Edit, check, build until a build succeeds, compare."""
        if self.chance.random() < 0.7:
            self._edit()
        traceback = lied = False
        before = pages(self.live)
        if self.chance.random() < 0.3:
            ran = inprocess.run(self.live, "check")
            traceback |= "Traceback" in ran.said
            lied = ran.status == 0 and before != self.clean[self.state]
        for builds in (1, 2, 3):  # noqa: B007 - it is looked at below
            ran = inprocess.run(self.live)
            traceback |= "Traceback" in ran.said
            if ran.status == 0:
                break
        else:
            shutil.rmtree(self.cache)  # or all that follow fail for this one
            inprocess.run(self.live)
        wrong = pages(self.live) != self.clean[self.state]
        if wrong:
            shutil.rmtree(self.cache)
            inprocess.run(self.live)
        count("damages")
        return Outcome(what, builds, wrong, traceback, lied)

    # ------------------------------------------------------------------ damages

    def flip(self, hidden: str = "") -> str:
        """One bit, anywhere in the cache. ``hidden``: ``mtime`` is as before, or the whole ``stat``, as if a disk had
        failed."""
        files = self.files()
        path = self.chance.choices(files, [path.stat().st_size for path in files])[0]
        if self.chance.random() < 0.3:
            path = self.chance.choice(files)
        if hidden == "stat":
            path = self.cache / file_name()
        found = path.stat()
        place = self.chance.randrange(found.st_size)
        with open(path, "r+b") as stream:
            stream.seek(place)
            byte = stream.read(1)[0] ^ (1 << self.chance.randrange(8))
            stream.seek(place)
            stream.write(bytes([byte]))
        if hidden:
            os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        if hidden == "stat":
            self._note_stat(path)
        return f"bit of {path.name}"

    def _note_stat(self, path: Path) -> None:
        cache = CacheFolder.at(str(self.cache))
        sums = Sums.decode(cache.read(path.stem + ".sum"))
        if sums is not None:
            cache.replace(path.stem + ".sum", sums.sealed(path.stat()).encode())

    def large(self) -> str:
        """A part of a file, or several files."""
        return self.chance.choice([self.part, self.part, self._delete, self._older])()

    def part(self) -> str:
        """A part of a file."""
        kinds: list[Callable[[], str]] = [self._zero, self._swap, self._cut, self._cut_log, self._sums, self._tag]
        return self.chance.choice(kinds)()

    def _zero(self) -> str:
        path = self.chance.choice(self.files())
        size = path.stat().st_size
        start = self.chance.randrange(size)
        with open(path, "r+b") as stream:
            stream.seek(start)
            stream.write(bytes(min(size - start, self.chance.choice((16, 512, PAGE, 3 * PAGE)))))
        return f"zeros in {path.name}"

    def _swap(self) -> str:
        path = next(path for path in (self.cache / file_name(), *self.files()) if path.exists())
        data = bytearray(path.read_bytes())
        if len(data) >= 2 * PAGE:
            one, other = (PAGE * number for number in self.chance.sample(range(len(data) // PAGE), 2))
            data[one : one + PAGE], data[other : other + PAGE] = data[other : other + PAGE], data[one : one + PAGE]
        with open(path, "r+b") as stream:
            stream.write(data)
        return "pages swapped"

    def _cut(self) -> str:
        path = self.chance.choice(self.files())
        os.truncate(path, self.chance.randrange(path.stat().st_size))
        return f"cut {path.name}"

    def _cut_log(self) -> str:
        self.leave_log()
        log = self.cache / f"{file_name()}-wal"
        if log.exists() and log.stat().st_size:
            os.truncate(log, self.chance.randrange(log.stat().st_size))
        return "log cut"

    def _sums(self) -> str:
        path = (self.cache / file_name()).with_suffix(".sum")
        if path.exists():
            data = bytearray(path.read_bytes())
            data[self.chance.randrange(len(data))] ^= 255
            path.write_bytes(self.chance.choice((bytes(data), b"", bytes(data[: len(data) // 2]))))
        return "sums"

    def _tag(self) -> str:
        (self.cache / "CACHEDIR.TAG").write_bytes(self.chance.choice((b"", b"Signature: other\n", b"\xff" * 200)))
        return "tag"

    def _delete(self) -> str:
        files = self.files()
        if self.chance.random() < 0.3:
            self.leave_log()
            files = self.files()
        gone = self.chance.sample(files, self.chance.randint(1, min(2, len(files))))
        if any(path.name == "CACHEDIR.TAG" for path in gone):  # the store is then all that shows whose folder it is
            gone = [path for path in gone if path.suffix != ".db"]
        for path in gone:
            path.unlink()
        return "deleted " + ", ".join(sorted(path.name for path in gone))

    def _older(self) -> str:
        """Files of an earlier moment: all of them, or some."""
        files = [path for path in self.older.iterdir() if path.is_file()]
        chosen = self.chance.sample(files, self.chance.randint(1, len(files)))
        if self.chance.random() < 0.5:
            self.leave_log()
        now = self.cache.with_name("now")
        shutil.copytree(self.cache, self.older.with_name("next"))
        for path in chosen:
            shutil.copy2(path, self.cache / path.name)
        shutil.rmtree(self.older)
        self.older.with_name("next").rename(self.older)
        assert not now.exists()
        return "older files"


def trials(damages: Damages, flips: int, large: int) -> list[Outcome]:
    """So many of each."""
    found = []
    for number in range(flips):
        kind = ("", "mtime", "log")[number % 3]
        if kind == "log":
            damages.leave_log()
        what = damages.flip("mtime" if kind == "mtime" else "")
        found.append(damages.after(f"{what}{' (mtime restored)' if kind == 'mtime' else ''}"))
    found += [damages.after(damages.large()) for _ in range(large)]
    return found


def run(flips: int, large: int, seed: int) -> tuple[list[Outcome], list[Outcome]]:
    """So many of each, with a table of what came of them: the damages, and some flips that changed no stat. The second
    kind is found when the damaged part is read; it is no promise, and is printed alone."""
    with tempfile.TemporaryDirectory(prefix="incdoc-damage-") as folder:
        damages = Damages(Path(folder), seed)
        found = trials(damages, flips, large)
        unseen = [damages.after(damages.flip("stat") + " (stat as before)") for _ in range(min(flips, 100))]
    rows = Counter(each.what for each in found)
    print(f"{'damage':44} {'times':>6} {'wrong':>6} {'trace':>6} {'check':>6} {'failed once':>12} {'twice':>6}")
    for what in sorted(rows):
        _print(what, [each for each in found if each.what == what])
    _print("all", found)
    _print("bits that changed no stat", unseen)
    return found, unseen


def main(flips: int = 1000, large: int = 300, seed: int = 0) -> int:
    """Print the table; 1 where a damage cost more than time."""
    found, _ = run(flips, large, seed)
    return 0 if all(each.good for each in found) else 1


def _print(what: str, found: list[Outcome]) -> None:
    if not found:
        return
    counts = [
        len(found),
        *(sum(bits) for bits in zip(*[(each.wrong, each.traceback, each.check) for each in found], strict=True)),
    ]
    failed = sum(each.builds > 1 for each in found), sum(each.builds > 2 for each in found)
    print(f"{what:44} {counts[0]:>6} {counts[1]:>6} {counts[2]:>6} {counts[3]:>6} {failed[0]:>12} {failed[1]:>6}")


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))

"""What the watcher hands on, in this process: folders, limits, clocks, the feed of other systems."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from incdoc.config import load
from incdoc.watch import Hints, Timing, Watcher
from incdoc.watch.anywhere import Anywhere
from incdoc.watch.writers import is_being_written
from tests.support import write
from tests.watch.support import until

QUICK = Timing(rest=0.05)


class Listening:
    """Collect a watcher's hints in a thread."""

    def __init__(self, root: Path, timing: Timing = QUICK, **parts: object) -> None:
        self.said: list[str] = []
        self.hints: list[Hints] = []
        self.watcher = Watcher(load(root), self.said.append, timing=timing, **parts)  # type: ignore[arg-type]
        self._end = False
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for hints in self.watcher:
            if self._end:
                return
            self.hints.append(hints)

    @property
    def paths(self) -> set[str]:
        return {path for hints in self.hints for path in hints.paths}

    @property
    def reasons(self) -> set[str]:
        return {hints.everything for hints in self.hints if hints.everything}

    def hear(self, *paths: str) -> None:
        until(lambda: set(paths) <= self.paths, lambda: f"{set(paths) - self.paths} of {self.hints}")

    def hear_reason(self, word: str) -> None:
        until(lambda: any(word in reason for reason in self.reasons), lambda: f"no {word!r} in {self.hints}")

    def close(self) -> None:
        self._end = True
        self.watcher.close()


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    folder = write(
        tmp_path / "repo",
        {
            "a.py": "", "pkg/b.py": "", "pkg/deep/c.py": "", "node_modules/x/index.js": "", "docs/reference/p.md": "",
            ".incdoc/store": "", "sub/.git/HEAD": "", "sub/s.py": "", "pkg/__pycache__/b.pyc": "",
            ".gitignore": "node_modules/\n",
        },
    )  # fmt: skip
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    yield folder


def watched_by_inotify() -> int:
    """How many inotify watches this process has, from the kernel."""
    count = 0
    for info in Path("/proc/self/fdinfo").iterdir():
        try:
            count += info.read_text().count("inotify wd:")
        except OSError:
            continue
    return count


def test_ignored_folders_output_and_cache_are_not_watched(root: Path) -> None:
    before = watched_by_inotify()
    watcher = Watcher(load(root), print)
    # the root, docs, pkg, pkg/deep, and of another repository its top; and .git and .git/info for the rules
    assert (len(watcher), watched_by_inotify() - before) == (5, 7)
    watcher.close()
    assert watched_by_inotify() == before


def test_virtual_environments_are_watched_where_git_tracks_a_file(root: Path) -> None:
    write(root, {".venv/pyvenv.cfg": "", ".venv/lib/x.py": "", "pkg/env/pyvenv.cfg": "", "pkg/env/lib/y.py": ""})
    watcher = Watcher(load(root), print, lambda: ["a.py", "pkg/env/pyvenv.cfg"])
    assert len(watcher) == 6  # and not pkg/env/lib
    (root / ".venv/pyvenv.cfg").unlink()
    watcher.arm()
    assert len(watcher) == 8
    watcher.close()


def test_without_git_ignore_files_count_as_well(tmp_path: Path) -> None:
    files = {"a/b.py": "", "out/x.py": "", "a/tmp/y.py": "", "a/.ignore": "tmp/\n", ".gitignore": "/out\n"}
    folder = write(tmp_path / "plain", files)
    watcher = Watcher(load(folder), print)
    assert len(watcher) == 2
    watcher.close()


def test_reading_and_own_writing_make_no_hint(root: Path) -> None:
    listening = Listening(root)
    for path in (root / "a.py", root / "pkg/b.py"):
        path.read_text()
    (root / "docs/reference/p.md").write_text("changed")
    (root / ".incdoc/store").write_text("changed")
    (root / "node_modules/x/index.js").write_text("changed")
    (root / "pkg/__pycache__/b.pyc").write_text("changed")
    (root / "pkg/b.py").write_text("x = 1")
    listening.hear("pkg/b.py")
    assert listening.paths == {"pkg/b.py"} and not listening.reasons
    listening.close()


def test_what_is_not_closed_is_not_handed_on(root: Path) -> None:
    listening = Listening(root)
    with open(root / "a.py", "w") as file, open(root / "new.py", "w") as new:
        file.write("x")
        file.flush()
        new.write("x")
        new.flush()
        (root / "pkg/b.py").write_text("y = 1")
        listening.hear("pkg/b.py")
        assert listening.paths == {"pkg/b.py"}
    listening.hear("a.py", "new.py")
    listening.close()


def test_a_save_that_begins_while_the_one_before_is_handed_on_is_waited_for(root: Path) -> None:
    listening = Listening(root, Timing(quiet=0.05, patience=60))
    (root / "a.py").write_text("x = 1")
    with open(root / "a.py", "w"):
        (root / "pkg/b.py").write_text("y = 1")
        listening.hear("pkg/b.py")
        assert "a.py" not in listening.paths
    listening.hear("a.py")
    listening.close()


def test_a_writer_is_noticed_and_not_disturbed(tmp_path: Path) -> None:
    path = tmp_path / "f"
    with open(path, "w"):
        assert is_being_written(str(path))
    assert not is_being_written(str(path))
    with open(path):
        assert not is_being_written(str(path))
    assert not is_being_written(str(tmp_path)) and not is_being_written(str(tmp_path / "none"))
    end = time.monotonic() + 0.5
    writer = threading.Thread(target=lambda: [path.write_text("x") for _ in range(2000)])
    writer.start()
    while writer.is_alive() and time.monotonic() < end:
        is_being_written(str(path))  # a broken lease would end this process with a signal
    writer.join()


def test_a_pipe_in_place_of_a_file_holds_nothing_up(root: Path) -> None:
    listening = Listening(root)
    os.mkfifo(root / "pipe")
    listening.hear("pipe")
    listening.close()


def test_a_root_that_was_gone_when_it_was_armed_is_waited_for(root: Path) -> None:
    """The deletion of its ignore rules, which came first, arms the folders again."""
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        root.mkdir()

    watcher = Watcher(load(root), say, timing=QUICK)
    shutil.rmtree(root)
    watcher.arm()
    hints = next(iter(watcher))
    assert said == [f"{root} was deleted or moved; nothing is built until it exists again."]
    assert hints.everything == "the root folder was replaced"
    watcher.close()


def test_the_machine_slept(root: Path) -> None:
    asleep = [0.0]
    listening = Listening(root, slept=lambda: asleep[0])
    asleep[0] = 3600.0
    (root / "a.py").write_text("x = 1")
    listening.hear_reason("slept")
    assert len([hints for hints in listening.hints if hints.everything]) == 1
    listening.close()


def test_all_files_are_checked_regularly(root: Path) -> None:
    listening = Listening(root, Timing(idle=0.2, rest=0.05))
    listening.hear_reason("regular check")
    listening.close()


def test_an_empty_hint_comes_once_when_nothing_happens(root: Path) -> None:
    listening = Listening(root)
    (root / "a.py").write_text("x = 1")
    until(lambda: [bool(hints) for hints in listening.hints][-2:] == [True, False], lambda: str(listening.hints))
    time.sleep(0.2)
    assert [bool(hints) for hints in listening.hints].count(False) <= 2
    listening.close()


def test_git_at_work_is_waited_for_but_not_a_stale_lock(root: Path) -> None:
    listening = Listening(root)
    lock = root / ".git/index.lock"
    lock.touch()
    (root / "a.py").write_text("x = 1")
    time.sleep(0.2)
    assert "a.py" not in listening.paths
    os.utime(lock, (1, 1))
    listening.hear("a.py")
    listening.close()


def test_the_index_and_the_rules_of_ignoring(root: Path) -> None:
    listening = Listening(root)
    subprocess.run(["git", "add", "-f", "node_modules/x/index.js"], cwd=root, check=True)
    listening.hear_reason("index")
    (root / ".git/info/exclude").write_text("a.py\n")
    listening.hear_reason("ignore rules")
    listening.close()


def test_rules_above_the_root_count(root: Path) -> None:
    listening = Listening(root / "pkg")
    (root / "a.py").write_text("not below the root")
    (root / ".gitignore").write_text("deep/\n")
    listening.hear_reason("ignore rules")
    assert "a.py" not in listening.paths and len(listening.watcher) == 1
    listening.close()


def test_a_folder_that_is_no_longer_ignored_is_armed(root: Path) -> None:
    listening = Listening(root)
    (root / ".gitignore").write_text("\n")
    listening.hear_reason("ignore rules")
    (root / "node_modules/x/index.js").write_text("z")
    listening.hear("node_modules/x/index.js")
    listening.close()


def test_unarmed_folders_are_polled(root: Path) -> None:
    """With a limit of three watches, in a user namespace if the system allows one."""
    if not may_limit():
        pytest.skip("no user namespaces here, so the limit would be everybody's")
    script = (
        "import sys; from incdoc.config import load; from incdoc.watch import Watcher, Timing\n"
        f"watcher = Watcher(load({str(root)!r}), lambda line: print(line, flush=True), timing=Timing(poll=0.05))\n"
        "print('ready', len(watcher), flush=True)\n"
        "for hints in watcher: print(sorted(hints.paths), hints.everything, flush=True)\n"
    )
    command = ["unshare", "-Ur", "sh", "-c", 'echo 3 > /proc/sys/user/max_inotify_watches; exec "$@"', "sh"]
    process = subprocess.Popen([*command, sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    lines: list[str] = []
    assert process.stdout is not None
    threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True).start()  # type: ignore[arg-type]

    def hear(text: str) -> None:
        until(lambda: any(text in line for line in lines), lambda: f"no {text!r} in {lines}")

    hear("ready 5")
    assert sum("max_user_watches" in line for line in lines) == 1
    for name in ("pkg/deep/c.py", "pkg/deep/new.py", "a.py", "pkg/b.py"):
        (root / name).write_text("x = 2")
        hear(repr(name))
    write(root, {"pkg/deep/er/still/d.py": ""})
    hear("'pkg/deep/er/still/d.py'")
    (root / "pkg/deep/new.py").unlink()
    until(lambda: sum("pkg/deep/new.py" in line for line in lines) >= 2, lambda: str(lines))
    process.kill()
    process.wait()


def may_limit() -> bool:
    command = "echo 50 > /proc/sys/user/max_inotify_watches"
    return subprocess.run(["unshare", "-Ur", "sh", "-c", command], capture_output=True, check=False).returncode == 0


def test_the_feed_of_other_systems(root: Path, tmp_path: Path) -> None:
    heard: list[str] = []
    feed = Anywhere(str(root), lambda event: heard.extend(f"{e.kind.name} {e.path}" for e in feed.translate(event)))
    for folder in ("", "pkg"):
        assert feed.arm(folder)
    (root / "pkg/b.py").write_text("x = 1")
    (root / "pkg/deep/c.py").write_text("not armed")
    os.rename(root / "a.py", root / "pkg/a.py")
    (root / "later").mkdir()
    (root / "pkg/b.py").unlink()
    wanted = {"WRITTEN pkg/b.py", "GONE a.py", "WRITTEN pkg/a.py", "FOLDER later", "GONE pkg/b.py"}
    until(lambda: wanted <= set(heard), lambda: str(heard))
    assert not any("deep/c.py" in line for line in heard)
    feed.disarm("pkg")
    assert feed.folders == {""}
    feed.close()

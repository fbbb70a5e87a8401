"""The command: what it prints and does, how it ends, and other builds beside it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support import BIN, DODO, PROJECT, REFUSED, WITH_LOADER, build, run, write
from tests.watch.support import OWN, Watching, clean, git, pages_of, until, watching
from tests.watch.test_watcher import may_limit

BIG = {f"big/p{n // 50}/m{n}.py": f'"""Module {n}."""\n\n\ndef f{n}(x):\n    return x\n' for n in range(400)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = write(tmp_path / "repo", PROJECT | {".gitignore": "docs/\nnode_modules/\n"})
    git(folder, "init", "-q")
    return folder


@pytest.fixture
def watch(root: Path) -> Iterator[Watching]:
    with watching(root) as running:
        yield running
        assert "Traceback" not in running.output


def page(root: Path, source: str) -> Path:
    return root / "docs/reference" / f"{source}_docs.md"


# what it prints


def test_one_line_when_ready_and_one_a_rebuild(watch: Watching) -> None:
    ready = [line for line in watch.lines if "watching" in line]
    assert ready == [f"incdoc: watching {watch.root} (3 folders); Ctrl-C ends it"]
    assert watch.rebuilds() == []
    (watch.root / "pkg/core.py").write_text((watch.root / "pkg/core.py").read_text().replace("getpid", "getppid"))
    watch.wait_for("pkg/core.py: 1 page written, ")
    (watch.root / "pkg/fast.py").unlink()
    watch.wait_for("pkg/fast.py: ")
    assert " removed, " in watch.rebuilds()[-1]
    watch.settle()
    assert len(watch.rebuilds()) == 2


def test_reading_and_a_save_without_a_change_rebuild_nothing(watch: Watching) -> None:
    run(watch.root, "grep", "-r", "Engine", ".")
    source = watch.root / "pkg/core.py"
    source.write_text(source.read_text())
    (watch.root / "node_modules").mkdir()
    (watch.root / "node_modules/a.js").write_text("ignored")
    (watch.root / "pkg/fast.py").write_text("x = 1\n")
    watch.settle()
    assert [line.partition(": ")[2].partition(":")[0] for line in watch.rebuilds()] == ["pkg/fast.py"]


def test_a_checkout_of_many_files_is_one_rebuild(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-qm", "one")
    git(root, "checkout", "-qb", "many")
    write(root, BIG)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "many")
    git(root, "checkout", "-q", "main")
    with watching(root) as watch:
        git(root, "checkout", "-q", "many")
        watch.settle()
        until(lambda: bool(watch.rebuilds()), lambda: watch.output)  # the line follows the pages
        first = len(watch.rebuilds())
        assert first <= 2, watch.output  # on a busy machine some may come after the pause
        git(root, "checkout", "-q", "main")
        watch.settle()
        until(lambda: len(watch.rebuilds()) > first, lambda: watch.output)
        assert len(watch.rebuilds()) - first <= 2, watch.output


def test_the_empty_file_of_a_save_is_never_published(watch: Watching) -> None:
    """In pieces, again and again, beside other saves: a reader of the page sees only whole texts."""
    source, other = watch.root / "pkg/core.py", watch.root / "pkg/fast.py"
    whole = [f'"""Text {n}."""\n' + "x = 1\n" * 50 + f"end_{n} = 1\n" for n in range(8)]
    source.write_text(whole[0])
    watch.settle()
    seen: set[str] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.add(page(watch.root, "pkg/core.py").read_text().partition("## Original Source")[2])

    reader = threading.Thread(target=look)
    reader.start()
    for number, text in enumerate(whole):
        with open(source, "w") as file:
            time.sleep(0.03)
            other.write_text(f"y = {number}\n")
            time.sleep(0.03)
            for start in range(0, len(text), 100):
                file.write(text[start : start + 100])
                file.flush()
                time.sleep(0.005)
        # a second save begins at once, perhaps while the first is read
        source.write_text(text)
        watch.wait_for("pkg/core.py", number + 1)
    watch.settle()
    stop.set()
    reader.join()
    torn = [text for text in seen if text and not any(f"end_{n}" in text for n in range(8))]
    assert not torn


# failures, settings


def test_a_failure_is_shown_and_watching_goes_on(watch: Watching) -> None:
    page(watch.root, "pkg/new.py").write_text("by hand")
    (watch.root / "pkg/new.py").write_text("x = 1\n")
    watch.wait_for("was not written by incdoc")
    (watch.root / "pkg/core.py").write_text("y = 1\n")
    watch.wait_for("pkg/core.py: ")
    page(watch.root, "pkg/new.py").unlink()
    (watch.root / "pkg/new.py").write_text("x = 2\n")
    watch.settle()


def test_settings_templates_and_ignore_files_take_effect(watch: Watching) -> None:
    root = watch.root
    (root / "pyproject.toml").write_text('[tool.incdoc]\nexclude = ["tests/"]\n')
    watch.settle()
    assert not page(root, "tests/test_core.py").exists()
    (root / "pyproject.toml").write_text("[tool.incdoc]\nexclude = 3\n")
    watch.wait_for("tool.incdoc.exclude must be a list")
    (root / "pkg/core.py").write_text("x = 1\n")
    watch.wait_for("tool.incdoc.exclude must be a list", 2)
    (root / "pyproject.toml").write_text('[tool.incdoc]\ntemplates = "own"\n')
    watch.settle()
    write(root, {"own/kw.md.jinja": "# Mine\n"})
    watch.settle()
    assert "# Mine" in (root / "docs/reference/pkg/core.py_kw.md").read_text()
    (root / "own/kw.md.jinja").write_text("# Yours\n")
    watch.settle()
    assert "# Yours" in (root / "docs/reference/pkg/core.py_kw.md").read_text()
    (root / "own/kw.md.jinja").write_text("{{ nonsense(\n")
    watch.wait_for("kw.md.jinja")
    shutil.rmtree(root / "own")
    watch.settle()
    (root / ".gitignore").write_text("docs/\npkg/fast.py\n")
    watch.settle()
    assert not page(root, "pkg/fast.py").exists()
    (root / "incdoc.toml").write_text('output = "pages"\n')
    until((root / "pages/index.md").exists, lambda: watch.output)
    (root / "pkg/core.py").write_text("z = 1\n")
    until(lambda: "z = 1" in (root / "pages/pkg/core.py_docs.md").read_text(), lambda: watch.output)


# what events do not report


def test_twenty_overflows(root: Path) -> None:
    """Stop it, flood the queue, let it continue: a save among the lost events is found."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with watching(root, "--every", "600") as watch:
        for number in range(20):
            watch.process.send_signal(signal.SIGSTOP)
            until(lambda: _state(watch.process.pid) == "T", lambda: watch.output)
            (root / "pkg/core.py").write_text(f"before = {number}\n")
            scratch = root / "pkg/scratch"
            for _ in range(limit // 3 + 10):  # created, closed, deleted
                os.close(os.open(scratch, os.O_CREAT | os.O_WRONLY))
                os.unlink(scratch)
            (root / "pkg/fast.py").write_text(f"lost = {number}\n")
            write(root, {f"pkg/new{number}/lost.py": f"also_lost = {number}\n"})
            watch.process.send_signal(signal.SIGCONT)
            watch.wait_for("events were lost: ", number + 1)
            (root / f"pkg/new{number}/later.py").write_text("x = 1\n")
            until(page(root, f"pkg/new{number}/later.py").exists, lambda: watch.output)
        watch.settle()


def test_a_limit_of_fifty_watches(root: Path) -> None:
    if not may_limit():
        pytest.skip("no user namespaces here, so the limit would be everybody's")
    files = {f"pkg/f{n}/m.py": f"x = {n}\n" for n in range(200)}
    write(root, files)
    limited = 'echo 50 > /proc/sys/user/max_inotify_watches; exec "$@"'
    watch = Watching(root, ["unshare", "-Ur", "sh", "-c", limited, "sh", str(BIN / "incdoc"), "watch"])
    try:
        watch.wait_for("watching")
        assert watch.output.count("sysctl fs.inotify.max_user_watches") == 1
        for name in files:
            (root / name).write_text("changed = 1\n")
        watch.settle()
        write(root, {"pkg/f199/deeper/still/new.py": "new = 1\n"})
        shutil.rmtree(root / "pkg/f150")
        watch.settle()
        assert watch.output.count("sysctl fs.inotify.max_user_watches") == 1
    finally:
        watch.process.kill()
        watch.process.wait()


def test_all_files_are_checked_regularly(root: Path) -> None:
    with watching(root, "--every", "0.3") as watch:
        page(root, "pkg/core.py").unlink()  # the output is not watched
        watch.wait_for("was deleted; it is restored")
        watch.settle()


@pytest.mark.parametrize("how", ["deleted", "moved"])
def test_the_root_is_moved_away_and_back(root: Path, how: str) -> None:
    with watching(root) as watch:
        if how == "deleted":
            # first the pages, so that none is written while the rest is deleted
            shutil.rmtree(root)
        else:
            os.rename(root, root.parent / "elsewhere")
        watch.wait_for("was deleted or moved; nothing is built until it exists again")
        assert not root.exists()  # nothing is written at its former path
        root.mkdir()
        write(root, {"a.py": "again = 1\n", "pkg/b.py": "x = 1\n", ".gitignore": "docs/\n"})
        watch.settle()
        write(root, {"pkg/b.py": "y = 1\n", "later/c.py": "z = 1\n"})
        watch.settle()
        git(root, "init", "-q")
        (root / ".git/info/exclude").write_text("later/\n")
        watch.settle()
        assert "Traceback" not in watch.output
    assert not watch.process.returncode or watch.process.returncode == -signal.SIGKILL


def _gone(folder: Path) -> bool:
    """Whether a folder is deleted, in which others may create and delete files."""
    shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def test_the_root_is_deleted_after_its_sources(root: Path) -> None:
    """No event reports it: the watch has the root as its current folder, and the rest is not watched."""
    with watching(root) as watch:
        for path in root.iterdir():
            if path.name not in OWN:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        until(lambda: not pages_of(root).get("pkg/core.py_docs.md"), lambda: watch.output)
        watch.process.send_signal(signal.SIGSTOP)  # what it writes now would keep the folder from being deleted
        until(lambda: _gone(root), lambda: watch.output)  # its workers may still write
        watch.process.send_signal(signal.SIGCONT)
        watch.wait_for("was deleted or moved; nothing is built until it exists again")
        assert not root.exists()
        write(root, {"a.py": "again = 1\n", ".gitignore": "docs/\n"})
        watch.settle()
        assert "Traceback" not in watch.output


@pytest.mark.parametrize("watched", [False, True], ids=["run", "watch"])
def test_the_root_is_deleted_while_a_build_is_under_way(root: Path, watched: bool) -> None:
    """The build has begun and waits for another one's lock."""
    build(root)
    if watched:
        with watching(root) as watch, holding(root) as holder:
            (root / "pkg/core.py").write_text("waits = 1\n")
            watch.wait_for("Waiting for ")
            shutil.rmtree(root)
            holder.kill()
            watch.wait_for("nothing is built")
            assert not root.exists()
            assert watch.interrupt() == 0
            assert "Traceback" not in watch.output
    else:
        with holding(root) as holder:
            (root / "pkg/core.py").write_text("waits = 1\n")
            begun = Watching(root, [str(BIN / "incdoc")])
            begun.wait_for("Waiting for ")
            shutil.rmtree(root)
            holder.kill()
            assert begun.process.wait() == REFUSED
            until(lambda: "does not exist" in begun.output, lambda: begun.output)
            assert "Traceback" not in begun.output
    assert not root.exists()


def test_three_hundred_random_edits(root: Path) -> None:
    chance = random.Random(4)
    write(root, {f"pkg/s{n % 4}/m{n}.py": f"from pkg import core\nx{n} = {n}\n" for n in range(16)})
    with watching(root) as watch:
        for number in range(300):
            _edit(root, chance, number)
            if chance.random() < 0.5:
                time.sleep(chance.random() * 0.06)
            if number % 100 == 99:
                watch.settle()
        assert "Traceback" not in watch.output and watch.interrupt() == 0
    assert build(root)["rendered"] == 0


def _edit(root: Path, chance: random.Random, number: int) -> None:
    """One edit of one file or folder below pkg."""
    files = sorted(path for path in (root / "pkg").rglob("*.py") if path.is_file())
    path = chance.choice(files)
    imported = f"from pkg.{chance.choice(files).stem} import thing{number}\n"
    text = f'"""Edit {number}."""\n{imported}\n\nclass C{number}:\n    x = 1\n'
    match chance.randrange(9):
        case 0 | 1 | 2:
            path.write_text(text)
        case 3:
            (path.parent / "t.tmp").write_text(text)
            os.replace(path.parent / "t.tmp", path)
        case 4:
            with open(path, "a") as file:
                file.write(f"\n\ndef more{number}():\n    pass\n")
        case 5:
            write(root, {f"pkg/s{number % 7}/n{number}.py": text})
        case 6 if len(files) > 8:
            path.unlink()
        case 7:
            os.rename(path, path.with_name(f"r{number}.py"))
        case 8:
            folder = root / f"pkg/s{number % 4}"
            if folder.exists():
                os.rename(folder, root / f"pkg/d{number}")


# not alone, not for ever


def test_changes_made_while_it_was_not_running_are_built(root: Path) -> None:
    build(root)
    (root / "pkg/core.py").write_text("meanwhile = 1\n")
    (root / "pkg/fast.py").unlink()
    with watching(root) as watch:
        assert pages_of(root) == clean(root)
        assert watch.interrupt() == 0
    assert build(root)["rendered"] == 0


def test_a_build_beside_it_is_safe(root: Path) -> None:
    with watching(root) as watch:
        for number in range(6):
            (root / "pkg/core.py").write_text(f"one = {number}\n")
            build(root)
            (root / "pkg/fast.py").write_text(f"two = {number}\n")
        watch.settle()
        run(root, "incdoc", "forget", "-a")
        (root / "pkg/core.py").write_text("last = 1\n")
        watch.settle()
        shutil.rmtree(root / ".incdoc")
        (root / "pkg/core.py").write_text("store_is_gone = 1\n")
        watch.settle()
        assert "Traceback" not in watch.output


@contextmanager
def holding(root: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that holds the tree's lock, as a build does; it is killed afterwards."""
    holder = subprocess.Popen(
        [sys.executable, "-c", f"import fcntl, sys; f = open({str(root / '.incdoc/lock')!r}, 'r+');"
         "fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        assert holder.stdout is not None and holder.stdout.readline()
        yield holder
    finally:
        holder.kill()
        holder.wait()


def test_it_waits_for_a_build_that_is_under_way(root: Path) -> None:
    with watching(root) as watch, holding(root) as holder:
        (root / "pkg/core.py").write_text("waits = 1\n")
        watch.wait_for("Waiting for ")
        assert "waits = 1" not in page(root, "pkg/core.py").read_text()
        holder.kill()
        holder.wait()
        watch.settle()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly(root: Path, number: int) -> None:
    with watching(root) as watch:
        (root / "pkg/core.py").write_text("x = 1\n")
        watch.wait_for("pkg/core.py: ")
        assert watch.interrupt(number) == (0 if number == signal.SIGINT else 128 + number)
        assert "Traceback" not in watch.output
    assert build(root)["rendered"] == 0


@contextmanager
def watching_busily(root: Path) -> Iterator[tuple[Watching, list[int]]]:
    """A watch in the middle of a large rebuild, and its workers."""
    write(root, BIG)
    with watching(root) as watch:
        for path in BIG:
            (root / path).write_text("changed = 1\n")
        until(lambda: bool(watch.workers()), lambda: watch.output)
        yield watch, watch.workers()


def test_interrupted_twice_in_the_midst_of_a_rebuild(root: Path) -> None:
    with watching_busily(root) as (watch, workers):
        watch.process.send_signal(signal.SIGINT)
        assert watch.interrupt() == 0
        assert "Traceback" not in watch.output
        assert not [pid for pid in workers if _runs(pid)]
    build(root)
    assert pages_of(root) == clean(root)


def test_killed_in_the_midst_of_a_rebuild(root: Path) -> None:
    with watching_busily(root) as (watch, workers):
        watch.process.kill()
        watch.process.wait()
        until(lambda: not [pid for pid in workers if _runs(pid)], lambda: f"workers of {watch.process.pid} live on")
    with watching(root) as watch:
        assert pages_of(root) == clean(root)


def _runs(pid: int) -> bool:
    return _state(pid) not in ("", "Z")


def _state(pid: int) -> str:
    """A process's state as proc(5) has it; empty where there is none."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return ""


# as a doit command


def test_as_a_command_of_doit(root: Path) -> None:
    write(root, {"dodo.py": DODO, "pyproject.toml": WITH_LOADER})
    with watching(root, command=("doit", "watch")) as watch:
        until((root / "own.txt").exists, lambda: watch.output)
        watch.settle()
        (root / "pkg/core.py").write_text("x = 1\n")
        watch.settle()
        assert (root / "own.txt").read_text() == "own\n"
        (root / "setup.cfg").write_text("[metadata]\nname = other\n")
        until(lambda: (root / "own.txt").read_text() == "own\nown\n", lambda: watch.output)
        until(lambda: "other" in page(root, "setup.cfg").read_text(), lambda: watch.output)
        watch.settle()  # own.txt is a source too
        assert watch.interrupt() == 0
    assert build(root, command="doit")["rendered"] == 0


def test_with_the_loader_that_doit_has_by_itself(root: Path) -> None:
    write(root, {"dodo.py": DODO})
    with watching(root, command=("doit", "incdoc-watch")) as watch:
        (root / "pkg/core.py").write_text("x = 1\n")
        watch.settle()


def test_only_the_tasks_that_are_named(root: Path) -> None:
    with watching(root, "kw") as watch:
        assert not page(root, "pkg/core.py").exists()
        (root / "pkg/core.py").write_text("named = 1\n")
        keywords = root / "docs/reference/pkg/core.py_kw.md"
        until(lambda: "named" in keywords.read_text(), lambda: watch.output)
        assert not page(root, "pkg/core.py").exists()


def test_a_named_task_whose_source_is_deleted_and_restored(root: Path) -> None:
    with watching(root, "docs:pkg/core.py") as watch:
        core = page(root, "pkg/core.py")
        (root / "pkg/core.py").unlink()
        until(lambda: not core.exists(), lambda: watch.output)
        (root / "pkg/other.py").write_text("x = 1\n")
        watch.wait_for("pkg/other.py: 0 pages written")
        (root / "pkg/core.py").write_text("back = 1\n")
        until(core.exists, lambda: watch.output)
        assert "Invalid" not in watch.output


def test_a_virtual_environment_that_is_made_has_no_pages(root: Path) -> None:
    with watching(root) as watch:
        write(root, {".venv/pyvenv.cfg": "home = /\n"} | {f".venv/lib/m{n}.py": "" for n in range(20)})
        (root / "pkg/core.py").write_text("after = 1\n")
        watch.wait_for("pkg/core.py")
        (root / ".venv/lib/late.py").write_text("x = 1\n")
        watch.settle()
        assert not list((root / "docs/reference").glob(".venv*"))


def test_an_error_at_the_start_is_one_sentence(root: Path) -> None:
    assert "ERROR" in run(root, "incdoc", "watch", "nonsense", status=3)
    assert '"docs:nope"' in run(root, "incdoc", "watch", "docs:nope", status=3)
    (root / "incdoc.toml").write_text("jobs = -1\n")
    assert "jobs must be a whole number" in run(root, "incdoc", "watch", status=3)
    (root / "incdoc.toml").unlink()
    (root / "dodo.py").write_text("def task_own():\n    return {'actions': []}\n")
    assert "does not have incdoc's tasks" in run(root, "doit", "incdoc-watch", status=3)

"""All the ways in which editors and tools save: afterwards the pages are those of a clean build."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import PROJECT, run, write
from tests.watch.support import Watching, git, until, watching

TEXT = '"""Text number {}."""\n\nimport os\n\n\ndef work_{}():\n    """Work."""\n    return os.getpid()\n'
SCRIPTS: list[Callable[[Path], None]] = []


def script(function: Callable[[Path], None]) -> Callable[[Path], None]:
    """One way to save. It gets its own folder with ``a.py``, ``b.py`` and ``deep/c.py`` in a watched repository."""
    SCRIPTS.append(function)
    return function


def text(number: int = 1) -> str:
    return TEXT.format(number, number)


def outside(folder: Path, name: str) -> Path:
    """A path on the same disk that is not watched."""
    place = folder.parent.parent / "outside" / folder.name / name
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


# in place


@script
def in_place(folder: Path) -> None:
    (folder / "a.py").write_text(text())


@script
def truncated_then_in_pieces(folder: Path) -> None:
    with open(folder / "a.py", "w") as file:
        for line in text().splitlines(keepends=True):
            file.write(line)
            file.flush()
            time.sleep(0.03)


@script
def appended(folder: Path) -> None:
    with open(folder / "a.py", "a") as file:
        file.write("\n\ndef last():\n    pass\n")


@script
def overwritten_without_truncation(folder: Path) -> None:
    with open(folder / "a.py", "r+") as file:
        file.write('"""Other')


@script
def equal_size(folder: Path) -> None:
    (folder / "a.py").write_text((folder / "a.py").read_text().replace("work", "walk"))


@script
def equal_size_and_times(folder: Path) -> None:
    found = os.stat(folder / "a.py")
    (folder / "a.py").write_text((folder / "a.py").read_text().replace("work", "wink"))
    os.utime(folder / "a.py", ns=(found.st_atime_ns, found.st_mtime_ns))


@script
def twenty_times_in_a_row(folder: Path) -> None:
    for number in range(20):
        (folder / "a.py").write_text(text(number))


@script
def several_files_at_once(folder: Path) -> None:
    for name in ("a.py", "b.py", "deep/c.py", "new.py", "deep/new.py"):
        (folder / name).write_text(text())


@script
def by_a_shell(folder: Path) -> None:
    run(folder, "sh", "-c", "echo 'def by_shell(): pass' > a.py; echo 'x = 1' >> b.py; cat a.py b.py | tee d.py")


@script
def emptied(folder: Path) -> None:
    (folder / "a.py").write_text("")


@script
def emptied_and_filled_by_two_programs(folder: Path) -> None:
    os.truncate(folder / "a.py", 0)
    (folder / "a.py").write_text(text())


@script
def two_handles_at_once(folder: Path) -> None:
    with open(folder / "a.py", "a") as one:
        with open(folder / "a.py", "a") as other:
            other.write("\nother = 1\n")
        time.sleep(0.05)
        one.write("\none = 1\n")


# written, then renamed


@script
def renamed_over(folder: Path) -> None:
    (folder / "a.py.tmp").write_text(text())
    os.replace(folder / "a.py.tmp", folder / "a.py")


@script
def as_vim_does(folder: Path) -> None:
    (folder / "4913").touch()
    (folder / "4913").unlink()
    os.rename(folder / "a.py", folder / "a.py~")
    (folder / "a.py").write_text(text())
    (folder / "a.py~").unlink()


@script
def as_vim_does_on_a_slow_disk(folder: Path) -> None:
    os.rename(folder / "a.py", folder / "a.py~")
    with open(folder / "a.py", "w") as file:
        time.sleep(0.1)
        file.write(text())
        file.flush()
        time.sleep(0.1)
    (folder / "a.py~").unlink()


@script
def as_vim_does_with_a_copy(folder: Path) -> None:
    shutil.copy2(folder / "a.py", folder / "a.py~")
    (folder / "a.py").write_text(text())
    (folder / "a.py~").unlink()


@script
def as_emacs_does(folder: Path) -> None:
    os.symlink("user@host.1234:1", folder / ".#a.py")
    (folder / "#a.py#").write_text("autosaved")
    os.rename(folder / "a.py", folder / "a.py~")
    (folder / "a.py").write_text(text())
    (folder / "#a.py#").unlink()
    (folder / ".#a.py").unlink()


@script
def as_jetbrains_does(folder: Path) -> None:
    (folder / "a.py___jb_tmp___").write_text(text())
    os.rename(folder / "a.py", folder / "a.py___jb_old___")
    os.rename(folder / "a.py___jb_tmp___", folder / "a.py")
    (folder / "a.py___jb_old___").unlink()


@script
def as_vs_code_does(folder: Path) -> None:
    with open(folder / "a.py", "r+") as file:
        file.truncate()
        file.write(text())
        os.fsync(file.fileno())


@script
def as_gnome_does(folder: Path) -> None:
    (folder / ".goutputstream-X1Y2Z3").write_text(text())
    os.rename(folder / ".goutputstream-X1Y2Z3", folder / "a.py")


@script
def as_kde_does(folder: Path) -> None:
    file = os.open(folder, os.O_TMPFILE | os.O_RDWR)
    os.write(file, text().encode())
    # os.link follows the link in /proc only with a folder's descriptor
    here = os.open(folder, os.O_RDONLY)
    os.link(f"/proc/self/fd/{file}", folder / "a.py.KxYz", src_dir_fd=here, follow_symlinks=True)
    os.close(here)
    os.close(file)
    os.rename(folder / "a.py.KxYz", folder / "a.py")


@script
def sed_in_place(folder: Path) -> None:
    run(folder, "sed", "-i", "s,work,sedded,", "a.py", "b.py")


@script
def renamed_in_from_outside(folder: Path) -> None:
    place = outside(folder, "a.py")
    place.write_text(text())
    os.replace(place, folder / "a.py")


@script
def a_patch(folder: Path) -> None:
    first = text(0).splitlines()[0]
    lines = ("--- a/b.py", "+++ b/b.py", "@@ -1,4 +1,4 @@", f"-{first}", "+'''Patched.'''", " ", " import os", " ")
    outside(folder, "patch").write_text("\n".join(lines) + "\n")
    git(folder, "apply", "--unsafe-paths", str(outside(folder, "patch")))


# files are added, renamed and deleted


@script
def renamed(folder: Path) -> None:
    os.rename(folder / "a.py", folder / "other.py")


@script
def moved_to_another_folder(folder: Path) -> None:
    os.rename(folder / "a.py", folder / "deep" / "a.py")


@script
def two_files_exchanged(folder: Path) -> None:
    (folder / "b.py").write_text(text(7))
    os.rename(folder / "a.py", folder / "c.tmp")
    os.rename(folder / "b.py", folder / "a.py")
    os.rename(folder / "c.tmp", folder / "b.py")


@script
def deleted(folder: Path) -> None:
    (folder / "a.py").unlink()


@script
def deleted_and_made_again(folder: Path) -> None:
    (folder / "a.py").unlink()
    (folder / "a.py").write_text(text())


@script
def deleted_and_made_again_later(folder: Path) -> None:
    (folder / "a.py").unlink()
    time.sleep(0.3)
    (folder / "a.py").write_text(text())


@script
def made_and_deleted(folder: Path) -> None:
    (folder / "short.py").write_text(text())
    (folder / "short.py").unlink()


@script
def copied_with_its_times(folder: Path) -> None:
    os.utime(folder / "b.py", (1_000_000_000, 1_000_000_000))
    shutil.copy2(folder / "b.py", folder / "copied.py")


@script
def hard_link(folder: Path) -> None:
    os.link(folder / "a.py", folder / "second_name.py")


@script
def link_to_a_file(folder: Path) -> None:
    os.symlink("a.py", folder / "link.py")


@script
def links_exchanged(folder: Path) -> None:
    os.symlink("a.py", folder / "current.py")
    os.symlink("b.py", folder / "next.py")
    os.replace(folder / "next.py", folder / "current.py")


@script
def folder_links_exchanged(folder: Path) -> None:
    for name in ("v1", "v2"):
        (folder / name).mkdir()
        (folder / name / "x.py").write_text(text())
    os.symlink("v1", folder / "current")
    os.symlink("v2", folder / "next")
    os.replace(folder / "next", folder / "current")


@script
def file_becomes_a_link(folder: Path) -> None:
    (folder / "a.py").unlink()
    os.symlink("b.py", folder / "a.py")


@script
def link_becomes_a_file(folder: Path) -> None:
    os.symlink("a.py", folder / "d.py")
    time.sleep(0.1)
    (folder / "d.py").unlink()
    (folder / "d.py").write_text(text())


@script
def pipe(folder: Path) -> None:
    os.mkfifo(folder / "pipe")


@script
def name_that_is_no_text(folder: Path) -> None:
    with open(os.fsencode(folder) + b"/odd\xff.py", "w") as file:
        file.write(text())


@script
def name_that_is_no_text_goes(folder: Path) -> None:
    with open(os.fsencode(folder) + b"/odd\xfe.py", "w") as file:
        file.write(text())
    time.sleep(0.1)
    os.unlink(os.fsencode(folder) + b"/odd\xfe.py")


# folders


@script
def nested_folders_faster_than_watches(folder: Path) -> None:
    for number in range(5):
        deep = folder / "/".join(f"n{number}{level}" for level in range(8))
        deep.mkdir(parents=True)
        (deep / "bottom.py").write_text(text(number))


@script
def nested_folders_by_several_threads(folder: Path) -> None:
    def make(number: int) -> None:
        for level in range(6):
            place = folder / "shared" / f"{level}" / f"t{number}"
            place.mkdir(parents=True, exist_ok=True)
            (place / "f.py").write_text(text(level))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@script
def empty_folder_filled_later(folder: Path) -> None:
    (folder / "empty" / "inner").mkdir(parents=True)
    time.sleep(0.2)
    (folder / "empty" / "inner" / "late.py").write_text(text())


@script
def folder_renamed(folder: Path) -> None:
    os.rename(folder / "deep", folder / "deeper")


@script
def folder_renamed_and_written_under_its_new_name(folder: Path) -> None:
    os.rename(folder / "deep", folder / "deeper")
    time.sleep(0.2)
    (folder / "deeper" / "c.py").write_text(text())


@script
def folders_exchanged(folder: Path) -> None:
    (folder / "wide").mkdir()
    (folder / "wide" / "w.py").write_text(text(3))
    time.sleep(0.1)
    os.rename(folder / "deep", folder / "t")
    os.rename(folder / "wide", folder / "deep")
    os.rename(folder / "t", folder / "wide")
    (folder / "deep" / "w.py").write_text(text(4))


@script
def folder_moved_out_and_written_there(folder: Path) -> None:
    os.rename(folder / "deep", outside(folder, "deep"))
    (outside(folder, "deep") / "c.py").write_text(text())


@script
def folder_moved_out_and_back(folder: Path) -> None:
    os.rename(folder / "deep", outside(folder, "deep"))
    (outside(folder, "deep") / "c.py").write_text(text())
    os.rename(outside(folder, "deep"), folder / "deep")


@script
def folder_moved_in(folder: Path) -> None:
    write(outside(folder, "tree"), {"x.py": text(1), "y/z.py": text(2)})
    os.rename(outside(folder, "tree"), folder / "tree")


@script
def folder_deleted(folder: Path) -> None:
    shutil.rmtree(folder / "deep")


@script
def folder_deleted_and_made_again(folder: Path) -> None:
    shutil.rmtree(folder / "deep")
    (folder / "deep").mkdir()
    (folder / "deep" / "c.py").write_text(text())


@script
def folder_deleted_and_made_again_three_times(folder: Path) -> None:
    for number in range(3):
        shutil.rmtree(folder / "deep")
        (folder / "deep").mkdir()
        (folder / "deep" / "c.py").write_text(text(number))
        time.sleep(0.05)


@script
def file_becomes_a_folder(folder: Path) -> None:
    (folder / "a.py").unlink()
    (folder / "a.py").mkdir()
    (folder / "a.py" / "inner.py").write_text(text())


@script
def folder_becomes_a_file(folder: Path) -> None:
    shutil.rmtree(folder / "deep")
    (folder / "deep").write_text("now a file\n")


@script
def archive_unpacked(folder: Path) -> None:
    tree = write(outside(folder, "tree"), {f"p{n}/m{n}.py": text(n) for n in range(20)})
    archive = outside(folder, "t.tar")
    run(tree.parent, "tar", "-cf", str(archive), "--transform=s/^tree/unpacked/", "tree")
    run(folder, "tar", "-xf", str(archive))


@script
def tree_copied(folder: Path) -> None:
    shutil.copytree(folder / "deep", folder / "copy_of_deep")


# git


@script
def git_checkout(folder: Path) -> None:
    top = folder.parent
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    git(top, "checkout", "-qb", f"branch_{folder.name}")
    for number in range(30):
        (folder / f"m{number}.py").write_text(text(number))
    (folder / "a.py").unlink()
    git(top, "add", "-A")
    git(top, "commit", "-qm", "two")
    git(top, "checkout", "-q", "-")
    git(top, "checkout", "-q", "-")


@script
def git_stash(folder: Path) -> None:
    git(folder.parent, "add", "-A")
    git(folder.parent, "commit", "-qm", "before the stash")
    (folder / "a.py").write_text(text())
    git(folder.parent, "stash")
    time.sleep(0.1)
    git(folder.parent, "stash", "pop")


@script
def git_reset(folder: Path) -> None:
    git(folder.parent, "add", "-A")
    git(folder.parent, "commit", "-qm", "before the reset")
    (folder / "a.py").write_text(text())
    time.sleep(0.1)
    git(folder.parent, "reset", "-q", "--hard")


@script
def git_adds_what_is_ignored(folder: Path) -> None:
    (folder / ".gitignore").write_text("hidden.py\n")
    (folder / "hidden.py").write_text(text())
    time.sleep(0.1)
    git(folder.parent, "add", "-f", str(folder / "hidden.py"))


@script
def git_makes_a_repository_within(folder: Path) -> None:
    git(folder / "deep", "init", "-q")


# ignored files


@script
def ignore_file_made(folder: Path) -> None:
    (folder / ".gitignore").write_text("deep/\nb.py\n")


@script
def ignore_file_removed(folder: Path) -> None:
    (folder / ".gitignore").write_text("deep/\n")
    time.sleep(0.2)
    (folder / ".gitignore").unlink()
    time.sleep(0.2)
    (folder / "deep" / "c.py").write_text(text())


@script
def ignored_by_the_exclude_file(folder: Path) -> None:
    (folder.parent / ".git" / "info" / "exclude").write_text(f"{folder.name}/b.py\n")


@script
def ignored_folder_written(folder: Path) -> None:
    (folder / ".gitignore").write_text("node_modules/\n")
    time.sleep(0.1)
    write(folder, {f"node_modules/p{n}/index.py": text(n) for n in range(20)})
    (folder / "a.py").write_text(text())


# links between files


@script
def import_added(folder: Path) -> None:
    (folder / "a.py").write_text(f"from {folder.name} import b\n" + text())
    (folder / "__init__.py").touch()


@script
def module_appears_that_was_looked_for(folder: Path) -> None:
    (folder / "a.py").write_text(f"from {folder.name}.wanted import it\n")
    time.sleep(0.1)
    (folder / "wanted.py").write_text("it = 1\n")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    root = write(tmp_path_factory.mktemp("saves") / "repo", PROJECT | {".gitignore": "docs/\n"})
    git(root, "init", "-q")
    (root.parent / "outside").mkdir()
    with watching(root, "--every", "600") as watch:
        yield watch
        assert watch.interrupt() == 0
        assert "Traceback" not in watch.output


@pytest.mark.parametrize("function", SCRIPTS, ids=lambda function: function.__name__)
def test_pages_equal_a_clean_build_after(shared: Watching, function: Callable[[Path], None]) -> None:
    folder = shared.root / function.__name__
    write(folder, {"a.py": text(0), "b.py": text(0), "deep/c.py": text(0)})
    page = shared.root / "docs/reference" / folder.name / "deep/c.py_docs.md"
    until(page.exists, lambda: f"{page} does not come:\n{shared.output}")
    function(folder)
    shared.settle()
    shutil.rmtree(folder)

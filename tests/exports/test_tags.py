"""``tags``, read by Vim, by readtags and beside universal-ctags."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import inprocess
from tests.exports.support import FILES, OUTPUT, is_right, project
from tests.support import pages, run, write


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    odd = {"odd.md": "# A\\b\n\n## !first\n", "we ird/é.py": "def größe(): ...\n"}
    return project(tmp_path_factory.mktemp("tags") / "project", "tags", files=FILES | odd)


def vim(root: Path, *commands: str) -> list[str]:
    """What Vim echoes after these commands."""
    said = root.parent / "said"
    said.unlink(missing_ok=True)
    typed = [f"set tags={OUTPUT}/tags", f"redir! > {said}", *commands, "redir END", "qall!"]
    run(
        root,
        "vim",
        "-N",
        "-u",
        "NONE",
        "-i",
        "NONE",
        "-es",
        *(part for each in typed for part in ("-c", each)),
        status=None,
    )
    return said.read_text().split("\n")[1:]


def test_vim_jumps_to_the_definition(root: Path) -> None:
    assert vim(root, "tag FullError", "echo expand('%')", "echo line('.')")[-2:] == ["src/shop/_cart.py", "23"]
    assert vim(root, "tag größe", "echo expand('%')", "echo getline('.')")[-2:] == ["we ird/é.py", "def größe(): ..."]
    assert vim(root, "tag Lid", "echo expand('%:t') line('.')")[-1] == "box.cpp 2"


def test_vim_chooses_between_several(root: Path) -> None:
    found = vim(root, "echo map(taglist('^add$'), 'v:val.filename . \" \" . v:val.kind . \" \" . v:val.line')")
    assert "src/shop/_cart.py method 10" in found[0]
    assert "src/shop/till.py function 5" in found[0]
    listed = "\n".join(vim(root, "tselect add"))
    assert "class:Cart" in listed
    assert "src/shop/till.py" in listed
    jumps = [vim(root, f"{number}tag add", "echo expand('%:t')") for number in (1, 2)]
    assert {name for jump in jumps for name in jump if name.endswith(".py")} == {"till.py", "_cart.py"}


def test_readtags_finds_fields_and_takes_the_file_for_sorted(root: Path) -> None:
    tags = f"{OUTPUT}/tags"
    line = run(root, "readtags", "-e", "-t", tags, "add").split("\n")[0].split("\t")
    assert line[:2] == ["add", "../../src/shop/_cart.py"]
    assert {"kind:method", "language:Python", "class:Cart", "end:12"} <= set(line)
    assert "signature:(self, name: str, count: int = 1) -> None" in line
    assert "access:private" in run(root, "readtags", "-e", "-t", tags, "_check")
    names = [each.split("\t")[0] for each in run(root, "readtags", "-t", tags, "-l").splitlines()]
    assert {"total", "Cart", "A\\b", "How to start", "Lid"} <= set(names)
    for name in (each for each in names if not each.startswith("!")):  # each is found by halves
        assert run(root, "readtags", "-t", tags, name) != "", name
    assert run(root, "readtags", "-t", tags, "-Q", '(eq? $inherits "ValueError")', "-l").startswith("FullError")


def test_lines_are_those_of_universal_ctags(root: Path) -> None:
    ours = run(root, "readtags", "-e", "-t", f"{OUTPUT}/tags", "-l").splitlines()
    found = {(a, Path(b).name, c.rstrip(';"')) for a, b, c in (line.split("\t")[:3] for line in ours)}
    made = root.parent / "ctags.tags"
    run(root, "ctags", "--excmd=number", "--languages=Python,C++", "-R", "-f", str(made), "src", "engine")
    theirs = run(root, "readtags", "-t", str(made), "-l").splitlines()
    wanted = {(a, Path(b).name, c) for a, b, c in (line.split("\t")[:3] for line in theirs)}
    wanted -= {("__all__", "__init__.py", "4")} - found
    assert len(wanted) > 8
    assert wanted <= found


def test_a_body_changes_no_byte_and_a_new_line_changes_what_follows(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "tags")
    tags = root / OUTPUT / "tags"
    before = tags.stat(), tags.read_text()
    write(root, {"src/shop/_cart.py": FILES["src/shop/_cart.py"].replace("return 0", "return 1")})
    assert inprocess.run(root).counts["written"] == 1  # the page that shows the source
    assert (tags.stat().st_mtime_ns, tags.stat().st_ino) == (before[0].st_mtime_ns, before[0].st_ino)
    write(root, {"src/shop/_cart.py": FILES["src/shop/_cart.py"].replace("def total", "\ndef total")})
    inprocess.run(root)
    old, new = set(before[1].splitlines()), set(tags.read_text().splitlines())
    assert {line.split("\t")[0] for line in old ^ new} == {"total"}
    is_right(root)


def test_paths_follow_the_output(tmp_path: Path) -> None:
    root = project(tmp_path / "project", "tags")
    write(root, {"incdoc.toml": 'exports = ["tags"]\noutput = "deep/er/pages"\n'})
    inprocess.run(root)
    assert "\t../../../src/shop/till.py\t" in (root / "deep/er/pages/tags").read_text()
    assert pages(root) == {}
    shutil.rmtree(root / ".incdoc")
    assert inprocess.run(root).counts["written"] == 0


def test_names_that_end_a_field_are_escaped(root: Path) -> None:
    lines = (root / OUTPUT / "tags").read_text().splitlines()
    assert "A\\\\b" in {line.split("\t")[0] for line in lines}
    assert "\\x21first" in {line.split("\t")[0] for line in lines}
    head = [line for line in lines if line.startswith("!")]
    assert all(line.startswith("!_TAG_") for line in head)
    assert lines == sorted(lines, key=str.encode)

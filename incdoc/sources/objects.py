"""What a commit holds, from git's objects alone: nothing is checked out, and no filter is run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from incdoc.config import SourceError
from incdoc.sources import git, names
from incdoc.sources.blob import printable

_KINDS = {b"100644": "file", b"100755": "file", b"100664": "file", b"120000": "link", b"160000": "submodule"}
_BATCH = 500
"""Contents that are asked for at once."""


class Item(NamedTuple):
    """One path of a commit. ``kind``: as an Entry's."""

    kind: str
    blob: bytes


def commit(root: str, name: str) -> str:
    """The full id, in hex, of the commit that ``name`` means. Raises SourceError."""
    if git.find(root) is None:
        raise SourceError("There is no git repository here, and so no commit to compare with.")
    found = git.ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    if found is None:
        raise SourceError(
            f"{printable(name)} is no commit of this repository; fetch it (a shallow clone has few), or name another."
        )
    return found.decode().strip()


def tree(root: str, commit: str, say: Callable[[str], None]) -> dict[str, Item]:
    """Every path of a commit below ``root``, relative to it, by name; ``say`` is told of names that are refused.

    Raises SourceError.
    """
    out = git.ask(root, "ls-tree", "-r", "-z", commit)
    if out is None:
        raise SourceError(f"The files of commit {commit[:12]} cannot be listed; fetch it whole.")
    found = {}
    for line in out.split(b"\0")[:-1]:
        head, _, name = line.partition(b"\t")
        mode, _, blob = head.split()
        path = name.decode("utf-8", "surrogateescape")
        found[path] = Item(_KINDS.get(mode, "special"), bytes.fromhex(blob.decode()))
    if unsafe := names.refused("".join(f"{path}\0" for path in found)):
        say(names.refusal(unsafe, f"Commit {commit[:12]}"))
        for path in unsafe:
            del found[path]
    return found


def contents(root: str, blobs: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(blob id, bytes) of each of ``blobs``. Raises SourceError where one is not there."""
    wanted = list(dict.fromkeys(blobs))
    for start in range(0, len(wanted), _BATCH):
        chunk = wanted[start : start + _BATCH]
        out = git.ask(root, "cat-file", "--batch", data="".join(f"{blob.hex()}\n" for blob in chunk).encode())
        yield from _contents(out or b"", chunk)


def _contents(out: bytes, wanted: list[bytes]) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for blob in wanted:
        end = out.find(b"\n", at)
        head = out[at:end].split()
        if end < 0 or len(head) != 3 or head[1] != b"blob":
            raise SourceError(f"Git has not the content {blob.hex()[:12]}; fetch the commit whole.")
        size = int(head[2])
        yield blob, out[end + 1 : end + 1 + size]
        at = end + 2 + size

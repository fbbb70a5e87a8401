"""The paths and contents of a commit, from git's objects alone: nothing is checked out, and no filter is run."""

from __future__ import annotations

import os
import re
import select
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from incdoc.config import SourceError
from incdoc.sources import git, names
from incdoc.sources.blob import EntryKind, algorithm_of, blob_id, printable

if TYPE_CHECKING:
    import subprocess

_KINDS: dict[bytes, EntryKind] = {
    b"100644": "file",
    b"100755": "file",
    b"100664": "file",
    b"120000": "link",
    b"160000": "submodule",
}
_BATCH = 500
"""How many contents are requested at once."""


class Item(NamedTuple):
    """One path of a commit. ``kind``: as an Entry's."""

    kind: EntryKind
    blob: bytes


_ID = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")


def commit(root: str, name: str) -> str:
    """The full id, in hex, of the commit that ``name`` names. Raises SourceError."""
    if git.find(root) is None:
        raise SourceError(f"{printable(root)} is in no git repository, so there is no commit to compare with.")
    if not name:
        raise SourceError("The name of the commit to compare with is empty. Name a commit, a branch or a tag.")
    found = git.ask(root, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}")
    if found is None or not _ID.fullmatch(found.strip()):  # git answers "^a" with what it excludes
        raise SourceError(
            f"{printable(name)} is not a commit of this repository. Fetch it (in a shallow clone: "
            "git fetch --unshallow), or name another commit."
        )
    return found.decode().strip()


def tree(root: str, commit: str, say: Callable[[str], None]) -> dict[str, Item]:
    """Every path of a commit below ``root``, relative to it, by name; ``say`` gets a line about names that are refused.

    Raises SourceError.
    """
    out = git.ask(root, "ls-tree", "-r", "-z", commit)
    if out is None:
        raise SourceError(
            f"Git does not have all objects of commit {commit[:12]}. Fetch them: git fetch --refetch --no-filter."
        )
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


def sizes(root: str, blobs: Iterable[bytes]) -> dict[bytes, int]:
    """How many bytes each of ``blobs`` has; those that are not there are left out."""
    wanted = list(dict.fromkeys(blobs))
    if not wanted:
        return {}
    asked = "".join(f"{blob.hex()}\n" for blob in wanted).encode()
    answer = git.ask(root, "cat-file", "--buffer", "--batch-check=%(objecttype) %(objectsize)", data=asked)
    lines = (answer or b"").splitlines()
    if len(lines) != len(wanted):
        return {}
    heads = zip(wanted, (line.split() for line in lines), strict=True)
    return {blob: int(size) for blob, (kind, size) in heads if kind == b"blob"}


class Objects:
    """Contents by blob id, one after the other, from one git process that keeps running; to be closed.

    After a fork the copy starts a git of its own.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None
        self._pid = 0

    def read(self, blob: bytes) -> bytes | None:
        """The bytes of a blob, None if git does not have it: nothing is fetched."""
        if self._process is None or self._pid != os.getpid():
            if git.find(self._root) is None:
                return None
            self._process, self._pid = git.converse(self._root, "cat-file", "--batch"), os.getpid()
        try:
            data = self._ask(blob)
        except (OSError, ValueError):
            self.close()
            return None
        return data if data is not None and blob_id(data, algorithm_of(blob)) == blob else None

    def _ask(self, blob: bytes) -> bytes | None:
        """Raises OSError, ValueError if git has ended or its answer is malformed."""
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            return None
        os.write(process.stdin.fileno(), blob.hex().encode() + b"\n")
        head, rest = b"", b""
        while b"\n" not in head:
            head += self._some(process)
        head, _, rest = head.partition(b"\n")
        _, kind, *size = head.split()
        if kind == b"missing":
            return None
        parts, left = [rest], int(size[0]) + 1 - len(rest)
        while left > 0:
            parts.append(self._some(process))
            left -= len(parts[-1])
        return b"".join(parts)[:-1] if kind == b"blob" else None

    @staticmethod
    def _some(process: subprocess.Popen[bytes]) -> bytes:
        assert process.stdout is not None
        handle = process.stdout.fileno()
        if os.name == "posix" and not select.select([handle], [], [], git.PATIENCE)[0]:
            raise TimeoutError  # a pipe in the place of an object
        data = os.read(handle, 1 << 20)
        if not data:
            raise OSError("git ended")
        return data

    def close(self) -> None:
        """End git."""
        process, self._process = self._process, None
        if process is not None and self._pid == os.getpid():
            process.kill()  # a worker that was forked since may hold its pipe open
            process.communicate()


def absent(path: str) -> SourceError:
    """The error for a source that is neither on disk nor in git."""
    return SourceError(
        f"{printable(path)} is left out of the sparse checkout, and git does not have its content: "
        "its page is kept as it is. Fetch it: git fetch --refetch --no-filter."
    )


def contents(root: str, blobs: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """(blob id, bytes) of each of ``blobs``. Raises SourceError if one is missing."""
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
            raise SourceError(f"Git does not have object {blob.hex()[:12]}. Fetch it: git fetch --refetch --no-filter.")
        size = int(head[2])
        yield blob, out[end + 1 : end + 1 + size]
        at = end + 2 + size

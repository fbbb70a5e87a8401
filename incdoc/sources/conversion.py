"""Whether git would store a file on disk as a given blob, without running a program.

Git converts some contents on their way into its objects: line ends, ``$Id$``, encodings, and whatever a filter's
program does. If a file's bytes differ from a blob, git may still have made that blob from them:

believed    git's index has the blob for the path and the file's stat: git read it, and it has not changed since
normalised  git's own conversions, done again here

A filter's program is never run: if a file has a filter and the index does not vouch for it, the file counts as
different. The answer may name too many files, never too few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from incdoc.config import SourceError
from incdoc.sources import git, index
from incdoc.sources.blob import algorithm_of, blob_id, read_file

_NAMES = frozenset(("text", "eol", "crlf", "ident", "filter", "working-tree-encoding"))
_OFF = frozenset(("unset", "unspecified"))
_ID = re.compile(rb"\$Id:[^$\n]*\$")
_LONE_CR = re.compile(rb"\r(?!\n)")
_NON_PRINTABLE = bytes({*range(32), 127} - {*b"\b\t\n\r\f\033"})
_MOST_PRINTABLE = 128
"""To git a file is binary if more than one in so many of its characters cannot be printed."""


class Differing(NamedTuple):
    """A file whose bytes are not those of ``blob``."""

    path: str
    blob: bytes


def unchanged(root: str, files: Iterable[Differing]) -> set[str]:
    """The paths of those ``files`` that git would store as their blobs."""
    wanted = {path: blob for path, blob in files if git.find(root) is not None}
    if not wanted:
        return set()
    believed = _believed(root, wanted)
    rest = [path for path in wanted if path not in believed]
    attributes = index.attributes(root, rest) if rest else {}
    if attributes is None:
        return believed
    lines = index.line_ends(root)
    for path in rest:
        rules = {name: value for name, value in attributes.get(path, {}).items() if name in _NAMES}
        if lines is not None and _stored_as(root, path, rules, lines, wanted[path]):
            believed.add(path)
    return believed


def _believed(root: str, wanted: Mapping[str, bytes]) -> set[str]:
    from incdoc.sources.entries import lstat_below

    repository = git.find(root)
    known = index.read(repository.git_dir, repository.algorithm, repository.prefix) if repository else None
    if known is None:
        return set()
    found = []
    with lstat_below(root) as lstat:
        for path in wanted:
            try:
                found.append((path, lstat(path)))
            except OSError:
                continue
    return {path for path, blob in known.trusted(found).items() if blob == wanted[path]}


def _stored_as(root: str, path: str, rules: Mapping[str, str], lines: bool, blob: bytes) -> bool:
    if rules.get("filter", "unset") not in _OFF:
        return False
    if not lines and all(value in _OFF for value in rules.values()):
        return False  # nothing is converted, so different bytes are a different content
    try:
        data = read_file(f"{root}/{path}", algorithm_of(blob), path)[0]
        return blob_id(_normalised(data, rules, lines), algorithm_of(blob)) == blob
    except (SourceError, LookupError, UnicodeError):
        return False


def _normalised(data: bytes, rules: Mapping[str, str], lines: bool) -> bytes:
    """``data`` as git stores it, by convert.c: the encoding, line ends, ``$Id$``. Raises LookupError, UnicodeError."""
    encoding = rules.get("working-tree-encoding", "unset")
    if encoding not in _OFF:
        data = data.decode(encoding).encode()
    if _converts_lines(data, rules, lines):
        data = data.replace(b"\r\n", b"\n")
    return _ID.sub(b"$Id$", data) if rules.get("ident") == "set" else data


def _converts_lines(data: bytes, rules: Mapping[str, str], lines: bool) -> bool:
    text = rules.get("text", rules.get("crlf", "unspecified"))
    if text == "unset":
        return False
    if text in ("set", "input"):
        return True
    if text == "unspecified" and rules.get("eol", "unset") in ("lf", "crlf"):
        return True
    return (text == "auto" or lines) and not _is_binary(data)


def _is_binary(data: bytes) -> bool:
    control = len(data) - len(data.translate(None, _NON_PRINTABLE))
    return b"\0" in data or _LONE_CR.search(data) is not None or control > (len(data) - control) // _MOST_PRINTABLE

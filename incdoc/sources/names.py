"""Which of the names that git lists can be files in a work tree.

Git checks a name when it adds it to its index, not when it reads the index: an index or a commit that was made by
hand can name ``../../x``, ``/etc/passwd`` or ``.git/config``. The names that git itself refuses to check out are
refused (``verify_path`` in read-cache.c, ``is_ntfs_dotgit`` and ``is_hfs_dotgit``): names that are absolute or have a
drive, components that are empty, ``.``, ``..`` or ``.git`` in any case, and names that a file system takes for
``.git``: on NTFS ``git~1``, trailing dots and spaces, a stream's name behind a colon; on HFS+ characters that are
ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from incdoc.sources.blob import printable

_IGNORED_ON_HFS = "\u200c\u200d\u200e\u200f\u202a-\u202e\u206a-\u206f\ufeff"
_DOT_GIT = re.compile(r"(?:\.git|git~1)[ .]*(?::.*)?", re.IGNORECASE | re.DOTALL)
_HFS = re.compile(f"[{_IGNORED_ON_HFS}]")
_DRIVE = re.compile(r"[A-Za-z]:(?:[/\\]|$)")
_STREAM = re.compile(r"[/\\]")
_SUSPECT = ("//", "/./", "/../", "/.git/", "/.git.", "/.git ", "/.git:", "/.git\\", "/git~1", "/\\", ":/", ":\\")
"""Every refused name contains one of these texts: searching all names for them takes 2 ms for a megabyte."""
_SHOWN = 5


def safe(path: str) -> bool:
    """Whether ``path``, relative and with slashes, can be a file of a work tree."""
    if not path or "\0" in path or path.startswith(("/", "\\")) or _DRIVE.match(path):
        return False
    return all(map(_is_safe, path.split("/")))


def _is_safe(component: str) -> bool:
    if component in ("", ".", ".."):
        return False
    if not component.isascii():
        component = _HFS.sub("", component)
    return _DOT_GIT.fullmatch(_STREAM.split(component, maxsplit=1)[0]) is None


def refused(text: str) -> list[str]:
    """Those names in ``text`` that are not `safe`, in order. Each name in it ends with a NUL."""
    joined = (text if text.isascii() else _HFS.sub("", text)).replace("\0", "/")
    folded = f"/{joined.lower()}"
    if not any(map(folded.__contains__, _SUSPECT)):
        return []
    return [path for path in text.split("\0")[:-1] if not safe(path)]


def refusal(names: Iterable[str], where: str) -> str:
    """A sentence about names that are not `safe`; ``where`` is what holds them, such as ``The index of git``."""
    several = sorted(set(names))
    shown = ", ".join(f'"{printable(name)}"' for name in several[:_SHOWN])
    more = f" and {len(several) - _SHOWN:,} more" if len(several) > _SHOWN else ""
    return (
        f"{where} has names that no file of the repository can have, which are left out: {shown}{more}. "
        "Do not trust this repository unless you know where they come from."
    )

"""Keys and strings of TOML."""

from __future__ import annotations

_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", '"': '"', "\\": "\\"}


def string(written: str) -> str:
    """What a string says, in one paragraph."""
    inner = written[3:-3] if written.startswith(('"""', "'''")) else written[1:-1]
    return " ".join((_unescaped(inner) if written.startswith('"') else inner).split())


def key(written: str) -> str:
    """What a part of a key says."""
    if written[:1] not in ("'", '"'):
        return written
    inner = written[1:-1]
    if written.startswith("'") or "\\" not in inner:
        return inner
    return "\\".join([_unescaped(piece) for piece in inner.split("\\\\")])


def _unescaped(piece: str) -> str:
    first, *rest = piece.split("\\")
    found = [first]
    for each in rest:
        letter = each[:1]
        digits = {"u": 4, "U": 8}.get(letter, 0)
        if digits:
            try:
                found.append(chr(int(each[1 : 1 + digits], 16)) + each[1 + digits :])
            except (ValueError, OverflowError):
                found.append("\\" + each)
        else:
            found.append(_ESCAPES.get(letter, "\\" + letter) + each[1:])
    return "".join(found)

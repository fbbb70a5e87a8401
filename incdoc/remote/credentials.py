"""Who this machine is for an HTTP server: credentials that belong to one host, and are sent to no other.

``INCDOC_REMOTE_CREDENTIALS`` is a URL with a name and a password, ``https://NAME:PASSWORD@HOST:PORT``, or with a token
in place of both, ``https://:TOKEN@HOST``. A repository that names another host as its cache does not get them. Else
netrc is asked for the host, if the connection to it is encrypted or stays on this machine, of which netrc says nothing.
"""

from __future__ import annotations

import base64
import os
from urllib.parse import SplitResult, unquote, urlsplit

VARIABLE = "INCDOC_REMOTE_CREDENTIALS"
SIGNING_KEY = "INCDOC_REMOTE_SIGNING_KEY"
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
_PORTS = {"http": 80, "https": 443}


def authorization(url: str) -> str:
    """The header ``Authorization`` for a URL; empty if there are no credentials for its host."""
    asked = urlsplit(url)
    given = os.environ.get(VARIABLE, "")
    try:
        known = urlsplit(given)
        if given and _place(known) == _place(asked) and known.password is not None:
            return _header(unquote(known.username or ""), unquote(known.password))
    except ValueError:
        pass  # it names no host
    host = asked.hostname or ""
    return _of_netrc(host) if asked.scheme == "https" or host in _THIS_MACHINE else ""


def signing_key() -> bytes:
    """The key by which packs are signed; empty if there is none."""
    return os.environ.get(SIGNING_KEY, "").encode()


def _place(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme)


def _of_netrc(host: str) -> str:
    from netrc import NetrcParseError, netrc

    file = os.environ.get("NETRC") or os.path.expanduser("~/.netrc")
    try:
        found = netrc(file).hosts.get(host)  # not ``authenticators``, whose default is for every host
    except (OSError, NetrcParseError, UnicodeDecodeError):
        return ""
    return _header(found[0], found[2] or "") if found else ""


def _header(name: str, password: str) -> str:
    if not name:
        return f"Bearer {password}"
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"

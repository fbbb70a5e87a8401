"""Entries of a shared cache on an HTTP server, in the layout of Bazel's caches: one connection, kept open.

A redirect is not followed: it could lead credentials, or what is believed, to another host.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import quote, urlsplit

from incdoc.remote.credentials import authorization
from incdoc.remote.storage import Moved, RefusedError, StorageError

SECONDS = 10.0
"""For one answer of the server to begin, or to go on. The build waits less long."""
_TRIES = 2
"""A server may close a connection that it kept: then the request is sent again."""
_REDIRECTS = range(300, 400)
_PIECE = 1 << 16


class HttpStorage:
    """Entries below one URL."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        self._path = quote(parts.path.rstrip("/"), safe="/%")
        self._authorization = authorization(url)

    def get(self, name: str, most: int, moved: Moved) -> bytes | None:
        """An entry; None if there is none. Raises RefusedError if it has more than ``most`` bytes; StorageError."""
        status, data = self._ask("GET", name, None, most, moved)
        if status == http.client.NOT_FOUND:
            return None
        if status != http.client.OK:
            raise StorageError(_said(status))
        return data

    def put(self, name: str, data: bytes, moved: Moved) -> None:
        """Keep an entry. Raises StorageError."""
        status, _ = self._ask("PUT", name, data, 0, moved)
        if status not in (200, 201, 202, 204):
            raise StorageError(_said(status))

    def may_write(self) -> bool:
        """Whether there are credentials for the host."""
        return bool(self._authorization)

    def _ask(self, method: str, name: str, body: bytes | None, most: int, moved: Moved) -> tuple[int, bytes]:
        headers = {"Accept-Encoding": "identity"}
        if self._authorization:
            headers["Authorization"] = self._authorization
        if body is not None:
            headers |= {"Content-Type": "application/octet-stream", "Content-Length": str(len(body))}
        for left in reversed(range(_TRIES)):
            try:
                pieces = _pieces(body, moved) if body is not None else None
                self._connection.request(method, f"{self._path}/{name}", pieces, headers)
                return self._answer(most, moved)
            except StorageError:
                self._connection.close()
                raise
            except TimeoutError:
                self._connection.close()
                raise StorageError("did not answer in time") from None
            except (OSError, http.client.HTTPException) as error:
                self._connection.close()
                if not left:
                    raise StorageError(_about(error)) from None
            except ValueError:
                self._connection.close()
                raise StorageError("cannot be asked: its URL or the credentials for it have odd characters") from None
        raise AssertionError("the last try raises")

    def _answer(self, most: int, moved: Moved) -> tuple[int, bytes]:
        answer = self._connection.getresponse()
        if answer.status != http.client.OK or not most:
            with suppress(OSError, http.client.HTTPException):
                if (answer.length or 0) > most or answer.length is None:
                    self._connection.close()  # nothing of it is needed
                answer.read(most)
            if not answer.isclosed():
                self._connection.close()
            return answer.status, b""
        if answer.length is not None and answer.length > most:
            raise RefusedError(f"is said to have {answer.length:,} bytes")
        data = bytearray()
        while len(data) <= most and (piece := answer.read(min(_PIECE, most + 1 - len(data)))):
            data += piece
            moved(len(piece))
        if len(data) > most:
            raise RefusedError(f"has more than {most:,} bytes")
        if answer.length:  # ``read`` with a number of bytes does not say that some are missing
            raise http.client.IncompleteRead(bytes(data), answer.length)
        if not answer.isclosed():
            answer.read()
        return answer.status, bytes(data)


def _pieces(body: bytes, moved: Moved) -> Iterator[bytes]:
    for start in range(0, len(body), _PIECE):
        yield body[start : start + _PIECE]
        moved(min(_PIECE, len(body) - start))


def _said(status: int) -> str:
    if status in (http.client.UNAUTHORIZED, http.client.FORBIDDEN):
        return f"does not allow it ({status}): see INCDOC_REMOTE_CREDENTIALS and the rights that it has there"
    if status in _REDIRECTS:
        return f"answers with a redirect ({status}), which is not followed: set `remote.url` to the final URL"
    return f"answers with the status {status}"


def _about(error: OSError | http.client.HTTPException) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return "ended an answer too early"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be reached ({error.strerror})"
    return f"cannot be reached, or does not speak HTTP ({type(error).__name__})"

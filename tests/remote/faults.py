"""A server of a shared cache that goes wrong in one way, from one request on."""

from __future__ import annotations

import socket
import struct
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

_PAUSE = 0.05
_LONG = 30.0
"""Seconds, far more than any test lets a cache cost."""

Answer = Callable[[socket.socket, bytes | None], None]
"""Sends something in place of the right answer, whose body it is given."""


def _plain(status: str, *headers: str, body: bytes = b"") -> Answer:
    def answer(to: socket.socket, right: bytes | None) -> None:
        del right
        to.sendall(_head(status, f"Content-Length: {len(body)}", *headers) + body)

    return answer


def _head(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode()


def _raw(*parts: bytes, pause: float = 0.0) -> Answer:
    def answer(to: socket.socket, right: bytes | None) -> None:
        del right
        for part in parts:
            to.sendall(part)
            time.sleep(pause)
        raise ConnectionAbortedError

    return answer


def _reset(to: socket.socket, right: bytes | None) -> None:
    del right
    to.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise ConnectionAbortedError


def _silent(to: socket.socket, right: bytes | None) -> None:
    del to, right
    time.sleep(_LONG)


def _cut(to: socket.socket, right: bytes | None) -> None:
    body = right or b"nothing"
    to.sendall(_head("200 OK", f"Content-Length: {len(body)}") + body[: len(body) // 2])
    raise ConnectionAbortedError


def _trickled(to: socket.socket, right: bytes | None) -> None:
    body = right or b"nothing"
    to.sendall(_head("200 OK", f"Content-Length: {len(body)}"))
    for byte in body:
        to.sendall(bytes([byte]))
        time.sleep(_PAUSE)


def _endless(to: socket.socket, right: bytes | None) -> None:
    del right
    to.sendall(_head("200 OK"))
    while True:
        to.sendall(bytes(1 << 16))


def _short(to: socket.socket, right: bytes | None) -> None:
    body = right or b"nothing"
    to.sendall(_head("200 OK", f"Content-Length: {max(0, len(body) - 5)}") + body)


def _other(change: Callable[[bytes], bytes], *headers: str) -> Answer:
    def answer(to: socket.socket, right: bytes | None) -> None:
        body = change(right or b"nothing")
        to.sendall(_head("200 OK", f"Content-Length: {len(body)}", *headers) + body)

    return answer


def _flipped(body: bytes) -> bytes:
    return bytes([*body[: len(body) // 2], body[len(body) // 2] ^ 4, *body[len(body) // 2 + 1 :]])


FAULTS: dict[str, Answer] = {
    "closes": _raw(),
    "resets": _reset,
    "never answers": _silent,
    "ends in the head": _raw(b"HTTP/1.1 200 OK\r\nContent-Le"),
    "sends its head byte by byte": _raw(
        *(bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"a" * 500), pause=_PAUSE
    ),
    "does not speak HTTP": _raw(b"\x00\x01SSH-2.0-nothing\r\n"),
    "has a status that is no number": _raw(b"HTTP/1.1 two OK\r\n\r\n"),
    "has a head without end": _raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500_000),
    "has a line without end": _raw(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 5_000_000),
    "500": _plain("500 Internal Server Error"),
    "502 with a page": _plain("502 Bad Gateway", body=b"<html>" * 1000),
    "503 for an hour": _plain("503 Service Unavailable", "Retry-After: 3600"),
    "429": _plain("429 Too Many Requests"),
    "204": _plain("204 No Content"),
    "401": _plain("401 Unauthorized", 'WWW-Authenticate: Basic realm="cache"'),
    "403": _plain("403 Forbidden"),
    "301 to nowhere": _plain("301 Moved Permanently", "Location: http://127.0.0.1:1/"),
    "302 to a file": _plain("302 Found", "Location: file:///etc/passwd"),
    "307 in a circle": _plain("307 Temporary Redirect", "Location: /main/ac/again"),
    "ends in the body": _cut,
    "sends its body byte by byte": _trickled,
    "sends a body without end": _endless,
    "says that 2 GB come": _raw(_head("200 OK", "Content-Length: 2147483648"), b"x" * 100_000, pause=_PAUSE),
    "says fewer bytes than it sends": _short,
    "has a length that is no number": _raw(_head("200 OK", "Content-Length: many") + b"x"),
    "sends broken chunks": _raw(_head("200 OK", "Transfer-Encoding: chunked") + b"zz\r\nxx\r\n"),
    "sends a chunk of 2 GB": _raw(_head("200 OK", "Transfer-Encoding: chunked") + b"7fffffff\r\nxx"),
    "compresses though it was not asked to": _other(zlib.compress, "Content-Encoding: deflate"),
    "flips a bit": _other(_flipped),
    "sends nothing": _other(lambda body: b""),
    "sends another entry": _other(lambda body: b"another entry"),
}


class Server:
    """``entries`` by their paths; ``fault``: what happens from the request of number ``begins`` on, for ``lasts``
    requests."""

    def __init__(self, port: int, entries: dict[str, bytes]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.entries = entries
        self.asked = 0
        self.fault: Answer | None = None
        self.begins = 0
        self.lasts = 1 << 30

    def serve(self, connection: socket.socket) -> None:
        """Answer the requests of one connection."""
        with suppress(OSError), connection:
            received = b""
            while True:
                while b"\r\n\r\n" not in received:
                    more = connection.recv(65536)
                    if not more:
                        return
                    received += more
                head, _, received = received.partition(b"\r\n\r\n")
                size = next((int(each[15:]) for each in head.split(b"\r\n") if each[:15] == b"Content-Length:"), 0)
                while len(received) < size:
                    received += connection.recv(65536)
                body, received = received[:size], received[size:]
                method, path = head.split(b" ")[:2]
                self._answer(connection, method, path.decode(), body)

    def _answer(self, connection: socket.socket, method: bytes, path: str, body: bytes) -> None:
        number, self.asked = self.asked, self.asked + 1
        right = self.entries.get(path)
        if self.fault is not None and self.begins <= number < self.begins + self.lasts:
            self.fault(connection, right)
        elif method == b"PUT":
            self.entries[path] = body
            connection.sendall(_head("201 Created", "Content-Length: 0"))
        elif right is None:
            connection.sendall(_head("404 Not Found", "Content-Length: 0"))
        else:
            connection.sendall(_head("200 OK", f"Content-Length: {len(right)}") + right)


@contextmanager
def serving(entries: dict[str, bytes] | None = None) -> Iterator[Server]:
    """A running server."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        server = Server(listener.getsockname()[1], {} if entries is None else entries)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=server.serve, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)

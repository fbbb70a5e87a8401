"""A real nginx with WebDAV as a shared cache, as ``docs/remote.md`` sets it up: all read, users write."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CONF = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
{user}
events {{ }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder}/data;
        client_max_body_size 16m;
        dav_methods PUT;
        create_full_put_path on;
        location /main/ {{
            limit_except GET {{ auth_basic cache; auth_basic_user_file {folder}/writers; }}
        }}
        location /pr/ {{
            limit_except GET {{ auth_basic cache; auth_basic_user_file {folder}/forks; }}
        }}
    }}
}}
"""


class Nginx:
    """A server; ``data``: where its entries are."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.data = folder / "data"
        self._log = folder / "access.log"
        self._seen = 0

    def credentials(self, user: str, password: str = "secret-word") -> dict[str, str]:
        """What a machine's environment has."""
        return {"INCDOC_REMOTE_CREDENTIALS": self.url.replace("//", f"//{user}:{password}@")}

    def requests(self) -> list[str]:
        """``METHOD /path status`` of each request since the last call."""
        lines = self._log.read_text().splitlines()
        found, self._seen = lines[self._seen :], len(lines)
        return [" ".join([*each.split('"')[1].split()[:2], each.split('"')[2].split()[0]]) for each in found]

    def entries(self) -> list[Path]:
        """The files of all entries, sorted."""
        return sorted(each for each in self.data.rglob("*") if each.is_file())


@contextmanager
def nginx(folder: Path) -> Iterator[Nginx]:
    """A running server whose files are below ``folder``: ``writer`` may write to main and pr, ``fork`` to pr."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program is not None, "nginx is missing: .ci/setup test installs it"
    (folder / "data").mkdir(parents=True)
    (folder / "writers").write_text("writer:{PLAIN}secret-word\n")
    (folder / "forks").write_text("writer:{PLAIN}secret-word\nfork:{PLAIN}secret-word\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_CONF.format(folder=folder, port=port, user=user))
    server = subprocess.Popen([program, "-e", folder / "error.log", "-c", folder / "nginx.conf", "-p", folder])
    try:
        while not _listens(port):
            assert server.poll() is None, (folder / "error.log").read_text()
            time.sleep(0.01)
        yield Nginx(folder, port)
    finally:
        server.terminate()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

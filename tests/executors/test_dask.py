"""Builds on a real Dask cluster: a scheduler and workers that are processes of their own, each in an empty folder."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import incdoc
from incdoc.config import SettingError, load
from incdoc.engine.build import Build
from incdoc.engine.mode import Mode
from incdoc.engine.releases import probe
from incdoc.engine.workspace import Workspace
from incdoc.executors import Executors, Serial
from incdoc.executors.dask import Dask
from tests.engine import parts
from tests.executors.cluster import Cluster, cluster
from tests.support import BIN, ENVIRONMENT, REFUSED, build, run, write

TEMPLATE = '{% include "head.jinja" %}\n{{ page.path | code }} is mine.\n'
FILES = parts.FILES | {
    "incdoc.toml": parts.SETTINGS + 'templates = "own"\n',
    "own/kw.md.jinja": TEMPLATE,
    "own/head.jinja": "# Keywords {{ mark }}\n",
    **{f"many/m{n}.py": f'"""Module {n}."""\nfrom many import m{n + 1}\n\n\ndef f{n}(): ...\n' for n in range(60)},
}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of two workers, one of which has a nanny."""
    with cluster(tmp_path_factory.mktemp("cluster")) as made:
        made.add("--nanny")
        made.add("--no-nanny")
        yield made


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> parts.Pages:
    """What one process makes of FILES."""
    top = write(tmp_path_factory.mktemp("serial"), FILES)
    build(top, "--executor", "serial")
    return parts.made(top)


def test_pages_are_those_of_a_serial_build(tmp_path: Path, two: Cluster, expected: parts.Pages) -> None:
    top = write(tmp_path / "there", FILES)
    counts = build(top, "--executor", f"dask={two.address}")
    assert counts["parsed"] and counts["rendered"] == counts["written"]
    assert parts.made(top) == expected
    again = build(top, "--executor", f"dask={two.address}")
    assert not again["parsed"] and not again["rendered"]


def test_another_executor_makes_nothing_anew(tmp_path: Path, two: Cluster) -> None:
    settings = FILES["incdoc.toml"] + 'exclude = ["incdoc.toml"]\n'
    top = write(tmp_path / "there", FILES | {"incdoc.toml": settings})
    build(top)
    for executor in ("serial", "dask", "dask=tcp://127.0.0.1:1", "process"):
        assert not build(top, "--executor", executor)["rendered"]
    (top / "incdoc.toml").write_text('executor = "serial"\n' + settings)
    assert not build(top)["rendered"]


def test_a_cluster_on_this_machine_ends_with_the_build(tmp_path: Path, expected: parts.Pages) -> None:
    top = write(tmp_path / "there", FILES)
    build(top, "--executor", "dask", "-j", "2")
    assert parts.made(top) == expected
    assert not _processes(str(top))


def test_a_killed_build_leaves_no_process(tmp_path: Path) -> None:
    top = write(tmp_path / "there", FILES | {f"more/m{n}.py": "x = 1\n" * n for n in range(400)})
    command = [str(BIN / "incdoc"), "--executor", "dask", "-j", "2"]
    with subprocess.Popen(
        command, cwd=top, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as it:
        _until(lambda: len(_processes(str(top))) > 3)
        it.kill()
    _until(lambda: not _processes(str(top)))


@pytest.mark.skipif(not shutil.which("strace"), reason="shows what is opened")
def test_workers_read_nothing_of_the_repository(tmp_path: Path, expected: parts.Pages) -> None:
    top, log = write(tmp_path / "there", FILES), tmp_path / "opened.txt"
    with cluster(tmp_path / "cluster") as made:
        worker = made.add("--no-nanny")
        trace = subprocess.Popen(["strace", "-f", "-qq", "-o", str(log), "-e", "trace=file", "-p", str(worker.pid)])
        try:
            _until(log.exists)
            build(top, "--executor", f"dask={made.address}")
        finally:
            trace.send_signal(signal.SIGINT)
            trace.wait()
    assert parts.made(top) == expected
    opened = log.read_text(errors="replace")
    assert "pages/templates" in opened  # it is what renders
    assert str(top) not in opened


def test_a_worker_that_is_killed_costs_no_page(tmp_path: Path, expected: parts.Pages) -> None:
    top = write(tmp_path / "there", FILES)
    with cluster(tmp_path / "cluster") as made:
        workers = [made.add("--no-nanny") for _ in range(4)]
        build_on = _Building(top, made.address)
        build_on.when(2, lambda: os.killpg(workers[0].pid, signal.SIGKILL))
        assert build_on.run() == []
        assert [worker.poll() for worker in workers[1:]] == [None] * 3
    assert parts.made(top) == expected


def test_a_worker_that_hangs_is_given_no_more(tmp_path: Path, expected: parts.Pages) -> None:
    top = write(tmp_path / "there", FILES)
    with cluster(tmp_path / "cluster") as made:
        workers = [made.add("--no-nanny") for _ in range(2)]
        build_on = _Building(top, made.address, seconds=2.0, patience=5.0)
        build_on.when(2, lambda: os.killpg(workers[0].pid, signal.SIGSTOP))
        assert build_on.run() == []
        assert len(build_on.dask._hung) == 1
    assert parts.made(top) == expected


def test_a_worker_may_join_later(tmp_path: Path, expected: parts.Pages) -> None:
    top = write(tmp_path / "there", FILES)
    with cluster(tmp_path / "cluster") as made:
        joins = threading.Thread(target=lambda: made.add("--no-nanny"))
        joins.start()
        try:
            assert _Building(top, made.address, patience=60.0).run() == []
        finally:
            joins.join()
    assert parts.made(top) == expected


def _other_incdoc(folder: Path, module: str) -> str:
    """A copy of incdoc, one of whose modules has another text."""
    package = Path(incdoc.__file__).parent
    shutil.copytree(package, folder / "incdoc", ignore=shutil.ignore_patterns("__pycache__"))
    changed = folder / "incdoc" / module
    changed.write_text(changed.read_text() + "\nCHANGED = True\n")
    return str(folder)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("languages/python/extract.py", "incdoc's code that reads python"),
        ("pages/folder_index.py", "incdoc's code that makes pages"),
    ],
)
def test_a_worker_with_another_incdoc_is_named(tmp_path: Path, module: str, said: str) -> None:
    top = write(tmp_path / "there", FILES)
    with cluster(tmp_path / "cluster") as made:
        made.add("--no-nanny")
        made.add("--no-nanny", PYTHONPATH=_other_incdoc(tmp_path / "other", module))
        output = run(top, "incdoc", "--executor", f"dask={made.address}", status=REFUSED)
        assert f"has {said} " in output and "The Dask worker tcp://127.0.0.1:" in output
        assert output.count("\n") == 1, output
        assert not (top / "docs/reference").exists()


def test_a_worker_without_incdoc_is_named(tmp_path: Path) -> None:
    top = write(tmp_path / "there", FILES)
    none = tmp_path / "none" / "incdoc"
    none.mkdir(parents=True)
    (none / "__init__.py").write_text("raise ModuleNotFoundError(\"No module named 'incdoc'\", name='incdoc')\n")
    with cluster(tmp_path / "cluster") as made:
        made.add("--no-nanny", PYTHONPATH=str(none.parent))
        output = run(top, "incdoc", "--executor", f"dask={made.address}", status=REFUSED)
    assert "does not have incdoc" in output and output.count("\n") == 1, output


def test_a_scheduler_that_is_not_there_is_said_in_time(tmp_path: Path) -> None:
    top = write(tmp_path / "there", FILES)
    with socket.socket() as silent:  # it accepts and never answers
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for port in (1, silent.getsockname()[1]):
            output = run(top, "incdoc", "--executor", f"dask=tcp://127.0.0.1:{port}", status=REFUSED)
            assert f"no Dask scheduler at tcp://127.0.0.1:{port} that answers within 10 seconds" in output
            assert output.count("\n") == 1, output
    assert not (top / "docs/reference").exists()


@pytest.mark.parametrize("executor", ["dusk", "dask=host:1", "dask=http://host:1", "process=2"])
def test_a_wrong_executor_is_said(tmp_path: Path, executor: str) -> None:
    top = write(tmp_path, FILES)
    assert "--executor must be process, serial, dask or dask=ADDRESS" in run(
        top, "incdoc", "--executor", executor, status=REFUSED
    )


def test_the_settings_of_a_repository_name_no_scheduler(tmp_path: Path) -> None:
    top = write(tmp_path, FILES | {"incdoc.toml": 'executor = "dask=tcp://example.org:1"\n'})
    assert "executor must be one of process, serial, dask" in run(top, "incdoc", status=REFUSED)


def test_dask_that_is_not_installed_is_said(tmp_path: Path) -> None:
    top = write(tmp_path / "there", FILES)
    write(tmp_path / "none", {"distributed.py": "raise ImportError\n"})
    output = run(top, "incdoc", "--executor", "dask", status=REFUSED, PYTHONPATH=str(tmp_path / "none"))
    assert "pip install 'incdoc[dask]'" in output and output.count("\n") == 1, output


def test_nothing_of_dask_is_imported_without_work(tmp_path: Path) -> None:
    top = write(tmp_path / "there", FILES)
    build(top)
    script = (
        "import atexit, sys; from incdoc.plugin.main import main;"
        "atexit.register(lambda: print(sorted({'distributed', 'dask', 'incdoc.engine.releases'} & set(sys.modules))));"
        "main()"
    )
    command = [sys.executable, "-c", script, "--executor", "dask"]
    assert "[]" in run(top, *command)


def test_tls_settings_of_dask_hold(tmp_path: Path, expected: parts.Pages) -> None:
    top = write(tmp_path / "there", FILES)
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    names = {"CA_FILE": certificate}
    for role in ("SCHEDULER", "WORKER", "CLIENT"):
        names |= {f"{role}__KEY": key, f"{role}__CERT": certificate}
    tls = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in names.items()}
    with cluster(tmp_path / "cluster", "tls", **tls) as made:
        made.add("--no-nanny")
        refused = run(top, "incdoc", "--executor", f"dask={made.address}", status=REFUSED)
        assert "no Dask scheduler" in refused and refused.count("\n") == 1, refused
        run(top, "incdoc", "--executor", f"dask={made.address}", status=0, **tls)
    assert parts.made(top) == expected


def test_work_of_other_clients_goes_on(tmp_path: Path, two: Cluster) -> None:
    distributed: Any = import_module("distributed")
    client = distributed.Client(two.address, set_as_default=False)
    try:
        kept = client.submit(sum, [1, 2])
        assert kept.result() == 3
        build(write(tmp_path / "there", FILES), "--executor", f"dask={two.address}")
        assert kept.status == "finished" and len(client.nthreads()) == 2
    finally:
        client.close()
    assert [worker.poll() for worker in two.workers] == [None, None]


class _Building:
    """A build in this process, with limits of its own, during which something happens."""

    def __init__(self, top: Path, address: str, seconds: float = 60.0, patience: float = 10.0) -> None:
        config = load(str(top))
        self.dask = Dask(address, 2, lambda: probe(config), seconds, patience)
        self._workspace = Workspace(config, Executors(self.dask, self.dask, Serial()), lambda line: None, Mode.BUILD)
        self._events: dict[int, Any] = {}

    def when(self, collected: int, event: Any) -> None:
        """Let ``event`` happen when so many pages are recorded."""
        self._events[collected] = event

    def run(self) -> list[str]:
        """Build; the problems."""
        self._workspace.lock_tree()
        session = Build(self._workspace)
        try:
            for path in session.scan():
                session.parse(path)
            tasks = list(session.tasks())
            session.plan_pages(tasks)
            problems = []
            for number, task in enumerate(tasks):
                if number in self._events:
                    self._events.pop(number)()
                if not session.is_current(task) and (said := session.page(task)):
                    problems.append(said)
            problems += session.said_problems()
            session.end()
            self._workspace.save()
        finally:
            self._workspace.close()
        assert not self._events
        return problems


def test_a_lost_scheduler_is_one_sentence(tmp_path: Path) -> None:
    top = write(tmp_path / "there", FILES)
    with cluster(tmp_path / "cluster") as made:
        made.add("--no-nanny")
        build_on = _Building(top, made.address)
        build_on.when(1, made.end)
        with pytest.raises(SettingError, match="ended or cannot be reached any more"):
            build_on.run()


def _processes(word: str) -> list[int]:
    """The processes whose current folder or command names ``word``."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if os.readlink(entry / "cwd").startswith(word):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def _until(holds: Any) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)

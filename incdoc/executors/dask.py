"""Workers of a Dask cluster, which see neither this process's disk nor its memory.

Work and results travel as bytes. A worker gives them to a process of its own (``children``), which has the limits that
incdoc's workers have everywhere, so that no source ends a worker of the user's.

Before a worker is given work it is asked for its versions: facts and pages of other ones would differ. So are workers
that join later. A worker that does not answer in time is given no more.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, ParamSpec, TypeVar, cast

from incdoc.config import SettingError
from incdoc.executors.bounds import BYTES_A_DEADLINE, SECONDS
from incdoc.executors.children import release, run
from incdoc.executors.pool import Pool

if TYPE_CHECKING:
    from incdoc.executors.protocol import Submitter

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 10.0
"""Seconds for which a scheduler or a worker is waited for."""
_SPARE = 2
_LOOK = 0.5
"""Seconds after which workers that joined or left are looked for."""
_LARGE = "distributed.admin.large-graph-warning-threshold"


class Probe(NamedTuple):
    """An expression that any Python can evaluate, and its value here: a version by its name, in the order in which a
    difference is explained."""

    expression: str
    here: dict[str, str]


class Dask:
    """The workers of the scheduler at ``address``; empty: of a cluster of ``jobs`` workers on this machine that ends
    with this process. ``probe``: gives what each worker must have. ``seconds``: see ``Submitter``;
    ``patience``: how much later an answer that a worker owes is taken for lost.

    The cluster is asked when ``depth`` is, or work is submitted: SettingError is raised where it cannot be used.
    """

    shares_disk = False
    inherits = False

    def __init__(
        self,
        address: str,
        jobs: int,
        probe: Callable[[], Probe],
        seconds: float = SECONDS,
        patience: float = PATIENCE,
    ) -> None:
        self.seconds = seconds
        self.patience = patience
        self._address = address
        self._jobs = jobs
        self._probe = probe
        self._here: Probe | None = None
        self._near = Pool(jobs)
        """For a few sources, for which the cluster is not asked."""
        self._cluster: Any = None
        self._client: Any = None
        self._threads: dict[str, int] = {}
        """The workers that are given work, with how many batches each runs at the same time."""
        self._hung: set[str] = set()
        self._looked = 0.0
        self._under_way: set[_Reply] = set()

    @property
    def workers(self) -> int:
        """Batches that run at the same time, as of now."""
        self._look()
        return sum(self._threads.values())

    @property
    def depth(self) -> int:
        """One that runs and one that waits for each thread, and a few behind."""
        return _SPARE * self.workers + _SPARE

    @property
    def lost(self) -> tuple[type[BaseException], ...]:
        """What says that a worker is lost; the last are those of Dask."""
        if self._client is None:
            return (BrokenExecutor, CancelledError)
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError
        from distributed.scheduler import KilledWorker

        return (BrokenExecutor, CancelledError, CommClosedError, FutureCancelledError, KilledWorker)

    @property
    def few(self) -> Submitter:
        """Processes on this machine, unless the cluster is in use already."""
        return cast("Submitter", self._near.few if self._client is None else self)

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """The future of ``work``, which only its ``result`` waits for."""
        assert not kwargs
        client = self._look()
        payload = pickle.dumps((work, args), pickle.HIGHEST_PROTOCOL)
        seconds = self.seconds * (1 + len(payload) / BYTES_A_DEADLINE)
        import dask

        with dask.config.set({_LARGE: "10GB"}):  # a batch may have a large source
            future = client.submit(
                run, payload, seconds, workers=list(self._threads), pure=False, allow_other_workers=False
            )
        reply = _Reply(future, self, seconds + self.patience)
        self._under_way.add(reply)
        return cast("Future[T]", reply)

    def restart(self) -> None:
        """Give up what is under way; no worker of the user's ends."""
        for reply in self._under_way:
            with suppress(Exception):
                reply.future.cancel()
        self._under_way.clear()
        self._near.restart()

    def close(self) -> None:
        """Nothing to end: workers keep no memory of this process."""

    def end(self) -> None:
        """Leave the cluster; one that was started here ends."""
        self.restart()
        self._near.end()
        client, self._client = self._client, None
        cluster, self._cluster = self._cluster, None
        if client is not None:
            with suppress(Exception):
                client.sync(self._each, client, list(self._threads), release, callback_timeout=self.patience)
            with suppress(Exception):
                client.close(self.patience)
        if cluster is not None:
            with suppress(Exception):
                cluster.close(self.patience)
        self._threads = {}

    # ------------------------------------------------------------------ workers

    def _look(self) -> Any:
        """The client, with the workers as they are now."""
        client = self._client or self._connect()
        if client.status != "running":
            raise SettingError(f"The Dask scheduler at {self._where} ended or cannot be reached any more. Build again.")
        now = time.monotonic()
        if now - self._looked > _LOOK or not self._threads:
            self._admit(client)
            deadline = now + self.patience
            while not self._threads:
                if time.monotonic() > deadline:
                    raise SettingError(
                        f"The Dask scheduler at {self._where} has no worker that answers within {self.patience:.0f} "
                        "seconds. Start workers and build again."
                    )
                time.sleep(_LOOK / 10)
                self._admit(client)
            self._looked = time.monotonic()
        return client

    @property
    def _where(self) -> str:
        return self._address or "this machine"

    def _connect(self) -> Any:
        try:
            distributed: Any = import_module("distributed")
        except ImportError:
            raise SettingError("The executor dask needs distributed. Run: pip install 'incdoc[dask]'") from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised
        try:
            if self._address:
                asyncio.run(self._reach())
            else:
                self._cluster = distributed.LocalCluster(
                    n_workers=self._jobs,
                    threads_per_worker=1,
                    dashboard_address=None,
                    silence_logs=logging.CRITICAL,
                )
            self._client = distributed.Client(
                self._cluster or self._address, timeout=self.patience, set_as_default=False
            )
        except (OSError, ValueError, TypeError, TimeoutError) as error:
            why = f" ({str(error).splitlines()[0]})" if str(error) else ""
            raise SettingError(
                f"There is no Dask scheduler at {self._where} that answers within {self.patience:.0f} seconds{why}. "
                "Start one, or use another executor."
            ) from None
        self._here = self._probe()
        return self._client

    async def _reach(self) -> None:
        """Raise OSError, TypeError or TimeoutError where no scheduler answers: a client that fails to start leaves
        threads behind, which wait."""
        core: Any = import_module("distributed.core")
        security: Any = import_module("distributed.security")
        arguments = security.Security().get_connection_args("client")
        comm = await asyncio.wait_for(
            core.connect(self._address, timeout=self.patience, **arguments), self.patience + 1
        )
        comm.abort()

    def _admit(self, client: Any) -> None:
        """Ask new workers for their versions; forget those that left. Raises SettingError where one differs."""
        there: dict[str, int] = client.sync(client.scheduler.ncores, callback_timeout=self.patience)
        self._threads = {address: self._threads[address] for address in there if address in self._threads}
        new = [address for address in there if address not in self._threads and address not in self._hung]
        if not new:
            return
        assert self._here is not None
        answers = client.sync(self._each, client, new, eval, self._here.expression)
        for address, answer in zip(new, answers, strict=True):
            if isinstance(answer, TimeoutError | OSError):
                self._hung.add(address)
                continue
            self._compare(address, answer)
            self._threads[address] = there[address]

    async def _each(self, client: Any, workers: list[str], function: Callable[..., Any], *args: Any) -> list[Any]:
        """What the function returns or raises on each worker; TimeoutError of one that does not answer."""

        async def one(address: str) -> Any:
            call = client._run(function, *args, workers=[address], on_error="return")
            try:
                return (await asyncio.wait_for(call, self.patience))[address]
            except (TimeoutError, OSError, KeyError) as error:
                return TimeoutError(str(error))

        return list(await asyncio.gather(*map(one, workers)))

    def _compare(self, address: str, there: Any) -> None:
        assert self._here is not None
        if isinstance(there, ModuleNotFoundError) and there.name == "incdoc":
            raise SettingError(
                f"The Dask worker {address} does not have incdoc; this build has {self._here.here['incdoc']}. "
                "Install the same release on every worker."
            )
        if not isinstance(there, dict):
            raise SettingError(
                f"The Dask worker {address} has another version of incdoc, which cannot name its versions ({there!r}); "
                f"this build has {self._here.here['incdoc']}. Install the same release on every worker."
            )
        for name, version in self._here.here.items():
            other = there.get(name, "none")
            if other != version:
                raise SettingError(
                    f"The Dask worker {address} has {name} {other}, this build {version}: their pages could differ. "
                    "Install the same versions on every worker."
                )

    def _gave_up(self, future: Any) -> bool:
        """After a timeout: whether it is over. The workers that had the batch are given no more; where none had it,
        because all work for others, it waits on."""
        client = self._client
        assert client is not None
        try:
            having = {address for address, keys in client.processing().items() if future.key in keys}
        except Exception:  # noqa: BLE001 - the scheduler is lost, which the next look says
            return True
        if not having and self._threads.keys() & client.nthreads().keys():
            return False
        self._hung |= having
        for address in having:
            self._threads.pop(address, None)
        return True


class _Reply(Future[Any]):
    """The result of a batch, which Dask's future has."""

    def __init__(self, future: Any, executor: Dask, seconds: float) -> None:
        super().__init__()
        self.future = future
        self._executor = executor
        self._seconds = seconds

    def result(self, timeout: float | None = None) -> Any:
        """Wait for it: at least as long as the worker itself waits, and longer while all workers work for others.
        Raises TimeoutError, one of ``lost``, or what the work raised."""
        try:
            while True:
                try:
                    good, value = pickle.loads(self.future.result(max(self._seconds, timeout or 0)))
                    assert good
                    return value
                except TimeoutError:
                    if self.future.status != "pending" or self._executor._gave_up(self.future):
                        raise
        finally:
            self._executor._under_way.discard(self)

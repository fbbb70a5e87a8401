"""doit's LOADER: the tasks of the project's ``dodo.py``, and those of incdoc's tasks that may have to run."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from contextlib import suppress
from functools import wraps
from typing import Any

from doit.cmd_base import DodoTaskLoader, TaskLoader2, opt_cwd
from doit.exceptions import InvalidCommand
from doit.task import Task

from incdoc.plugin.active_build import active_build, on_broken_pipe
from incdoc.plugin.tasks import ALL, Graph, own_kind, planned
from incdoc.plugin.terminal import LineStream, one_line, protected_errors, safe

opt_jobs = {
    "section": "incdoc",
    "name": "jobs",
    "short": "j",
    "long": "jobs",
    "type": int,
    "default": None,
    "metavar": "N",
    "help": "number of worker processes [default: the setting jobs, or one per core]",
}
opt_executor = {
    "section": "incdoc",
    "name": "executor",
    "short": "",
    "long": "executor",
    "type": str,
    "default": None,
    "metavar": "NAME",
    "help": "where sources are read and pages rendered: process, serial, dask (a cluster on this machine) or "
    "dask=ADDRESS (a scheduler, tcp://HOST:PORT or tls://HOST:PORT) [default: the setting executor, or process]",
}
opt_stats = {
    "section": "incdoc",
    "name": "stats",
    "short": "",
    "long": "stats",
    "type": str,
    "default": None,
    "metavar": "FILE",
    "help": "write the run's counts into FILE, as JSON",
}


PROJECT_HELP = (
    "the project's folder [default: the nearest folder, from the current one upwards, whose settings name incdoc, "
    "else the top of the git work tree, else the current folder]"
)


def project_of(folder: str | None, default: str = "") -> str:
    """The project that a command works on, as an absolute path: the folder that ``-d`` names, else ``default``, else
    the one that the current folder belongs to. Raises InvalidCommand where there is none."""
    from incdoc.sources.root import find_root

    if folder == "":
        raise InvalidCommand("-d must name a folder, but its value is empty.")
    folder = folder or default
    if folder and not os.path.isdir(folder):
        why = "it is not a folder" if os.path.lexists(folder) else "there is no such folder"
        raise InvalidCommand(f"-d {one_line(folder)}: {why}.")
    try:
        here = os.getcwd()
    except OSError as error:
        raise InvalidCommand(f"The current folder cannot be used: {error.strerror}.") from None
    return os.path.realpath(folder) if folder else find_root(here)


class _Loader:
    """What both loaders share: the options, doit's settings, and the pruning."""

    root = ""
    """The repository's root, when it is set up."""
    here = ""
    """The folder to which paths of the command line are relative; empty: the current folder."""

    def _take(self, options: dict[str, Any]) -> None:
        active_build.options.jobs = options.get("jobs")
        active_build.options.executor = options.get("executor")
        with suppress(OSError):  # ``project_of`` reports it
            active_build.options.here = os.getcwd()
        stats = options.get("stats")
        if stats is not None and (not stats or os.path.isdir(stats)):
            raise InvalidCommand(f"--stats must name a file, not {stats!r}.")
        active_build.options.stats = os.path.abspath(stats) if stats else ""
        folder = os.path.dirname(active_build.options.stats)
        if folder and not os.path.isdir(folder):
            raise InvalidCommand(f"--stats: there is no folder {one_line(folder)}. Create it, or name another file.")
        active_build.options.quiet = options.get("verbosity") == 0 or bool(options.get("silent"))
        active_build.options.color = options.get("color", "auto")
        active_build.options.prefetch = not options.get("num_process")
        active_build.options.always = bool(options.get("always"))

    def _settings(self, root: str, given: dict[str, Any]) -> dict[str, Any]:
        """The defaults of doit's own settings."""
        from incdoc.config import IncdocError, load
        from incdoc.plugin.checker import BlobChecker
        from incdoc.store import CacheFolder, store_path

        try:
            config = load(root, active_build.options.jobs, active_build.options.executor)
            CacheFolder.of(config).examine()
        except IncdocError as error:
            raise InvalidCommand(str(error)) from None
        ours = {
            "backend": "incdoc",
            "dep_file": store_path(config),
            "check_file_uptodate": BlobChecker,
            "reporter": "incdoc",
            "continue": True,
            "outfile": safe(sys.stdout),  # doit took its own when it was imported
        }
        return {key: value for key, value in ours.items() if key not in given}

    @staticmethod
    def _guard(cmd: Any) -> None:
        """Make safe what a command of doit's prints, and its errors. (Its signature must stay: doit reads it.)"""
        if "_execute" in vars(cmd):
            return  # a watch loads the tasks of one command for each rebuild
        execute = cmd._execute
        if not cmd.execute_tasks:
            cmd.outstream = LineStream(safe(cmd.outstream).raw)

        @wraps(execute)
        def guarded(*args: Any, **options: Any) -> Any:
            with protected_errors():
                try:
                    return execute(*args, **options)
                except BrokenPipeError:
                    return on_broken_pipe()
                except KeyError as error:
                    if cmd.name == "info":
                        raise InvalidCommand(
                            f"{error.args[0]!r} is not a task. To list the tasks: {cmd.bin_name} list --all"
                        ) from None
                    if not options.get("template"):
                        raise
                    raise InvalidCommand(
                        f"--template has no field {error.args[0]!r}; the fields are name, doc and status (with -s)."
                    ) from None
                except (IndexError, ValueError) as error:
                    if not options.get("template"):
                        raise
                    raise InvalidCommand(
                        f"--template {options['template']!r} cannot be used: {error}. "
                        "Write a format such as '{name} {doc}'."
                    ) from None
                except OSError as error:
                    if error.filename is None or error.filename != options.get("outfile"):
                        raise
                    raise InvalidCommand(
                        f"-o {error.filename!r} cannot be written: {error.strerror}. Name another file."
                    ) from None

        cmd._execute = guarded

    @staticmethod
    def _name_pages(graph: Graph, here: str, names: list[str]) -> None:
        """Replace each page among the names of the command line by the task that makes it, in the same list: doit's
        commands have it too."""
        for index, name in enumerate(names):
            if name.endswith(".md") and ":" not in name and "*" not in name:
                names[index] = graph.task_of_page(os.path.join(here, name)) or name

    def _tasks(self, root: str, cmd: Any, own: Collection[str] = ()) -> list[Task]:
        """incdoc's tasks. ``own``: the names of the project's tasks."""
        self._guard(cmd)
        runs = bool(cmd.execute_tasks)
        chosen = _chosen(cmd, own)
        whole = not runs or active_build.options.always or any(planned(name) not in ALL for name in chosen)
        graph = Graph(root, whole=whole, own=runs)
        if chosen:
            self._name_pages(graph, self.here or os.getcwd(), cmd.sel_tasks)
            graph.choose(_chosen(cmd, own))
        if runs and not whole and not graph.session().work_left():
            return [*graph.nothing(), graph.prune_task()]
        tasks = graph.parse_tasks()
        if runs:
            tasks += graph.delayed()
        else:
            for kind in graph.kinds:
                tasks += graph.page_tasks(kind)
        return [*tasks, graph.prune_task()]


class ProjectLoader(_Loader, DodoTaskLoader):
    """For ``[tool.doit] loader = "incdoc"``."""

    cmd_options = (*DodoTaskLoader.cmd_options, opt_jobs, opt_executor, opt_stats)
    namespace: Any

    @protected_errors()
    def setup(self, opt_values: dict[str, Any]) -> None:
        """Import ``dodo.py``, once."""
        self._take(opt_values)
        if self.namespace is not None:
            return
        super().setup(opt_values)
        namespace: dict[str, Any] = self.namespace or {}
        creators = {name: ref.incdoc_root for name, ref in namespace.items() if hasattr(ref, "incdoc_root")}
        self.root = next(iter(creators.values()), "")
        self._creators = set(creators)

    @protected_errors()
    def load_doit_config(self) -> dict[str, Any]:
        """``DOIT_CONFIG``, completed."""
        given = super().load_doit_config()
        if not self.root:
            return dict(given)
        ours = self._settings(self.root, {**given, **self.config.get("GLOBAL", {})})
        return {**ours, **given}

    @protected_errors()
    def load_tasks(self, cmd: Any, pos_args: list[str]) -> list[Task]:
        """The project's tasks, then incdoc's."""
        if not self.root:
            return list(super().load_tasks(cmd, pos_args))
        assert self.namespace is not None
        self.namespace = {name: ref for name, ref in self.namespace.items() if name not in self._creators}
        tasks = list(super().load_tasks(cmd, pos_args))
        own = {task.name for task in tasks}
        if cmd.execute_tasks and cmd.sel_tasks and not _chosen(cmd, own) and not any(_needs(task) for task in tasks):
            return tasks  # only the project's own tasks were selected
        return [*tasks, *self._tasks(self.root, cmd, own)]


def _chosen(cmd: Any, own: Collection[str]) -> list[str]:
    """The names that the command line selects, without options and the project's own tasks."""
    return [arg for arg in cmd.sel_tasks or () if not arg.startswith("-") and arg not in own]


def _needs(task: Task) -> bool:
    """Whether a task of the project depends on one of incdoc's."""
    return any(own_kind(name) for name in (*task.task_dep, *task.wild_dep, *task.setup_tasks))


_NOT_OURS = {"backend": "--backend", "dep_file": "--db-file", "check_file_uptodate": "--check_file_uptodate"}
"""doit's options about where and how it keeps state."""


class BareLoader(_Loader, TaskLoader2):
    """For the ``incdoc`` command: a project's pages, without a ``dodo.py`` and without running one."""

    cmd_options = ({**opt_cwd, "help": PROJECT_HELP, "metavar": "DIR"}, opt_jobs, opt_executor, opt_stats)

    def setup(self, opt_values: dict[str, Any]) -> None:
        """Change to the project's folder, once."""
        for name, option in _NOT_OURS.items():
            if name in getattr(opt_values, "_non_default_keys", ()) and opt_values[name] != "incdoc":
                raise InvalidCommand(f"{option} cannot be used: incdoc keeps its state in its cache folder.")
        self._take(opt_values)
        if self.root:
            return
        self.root = project_of(opt_values.get("cwdPath"))
        self.here = active_build.options.here
        try:
            os.chdir(self.root)
        except OSError as error:
            raise InvalidCommand(f"{one_line(self.root)} cannot be entered: {error.strerror}.") from None

    def load_doit_config(self) -> dict[str, Any]:
        """incdoc's backend, checker and reporter."""
        return self._settings(self.root, {})

    def load_tasks(self, cmd: Any, pos_args: list[str]) -> list[Task]:
        """The tasks of the project."""
        return self._tasks(self.root, cmd)

"""doit's tasks of a repository's pages.

``parse:PATH`` reads one source; the tasks of each kind in ``pages.kinds`` make pages; these are created after
``parse``, because only then is it known which pages there are; ``prune`` removes orphans.

An action's work was submitted when the tasks were made; running the task collects it.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Never
from urllib.parse import quote, unquote

from doit.action import BaseAction, PythonAction
from doit.exceptions import InvalidCommand, InvalidDodoFile, InvalidTask, TaskFailed
from doit.task import DelayedLoader, Task

from incdoc.pages.kinds import KINDS, NAMES, active, kind_of, path_of, split
from incdoc.plugin.active_build import active_build
from incdoc.plugin.terminal import one_line

PARSE = "parse"
PRUNE = "prune"
_PREFIX = re.compile(r"[A-Za-z0-9_-]*")
ALL = frozenset((PARSE, *NAMES, PRUNE))

_DOCS = {
    PARSE: "read the sources that changed",
    **{row.name: row.help for row in KINDS},
    PRUNE: "delete pages whose sources were removed",
}


class Action(BaseAction):
    """An action that belongs to a repository's session, wherever doit runs it."""

    def __init__(self, root: str, subject: str) -> None:
        self.root = root
        self.subject = subject
        self.task: Task | None = None
        self.out = self.err = ""
        self.result: str | None = None
        self.values: dict[str, Any] = {}

    def execute(self, out: Any = None, err: Any = None) -> TaskFailed | None:
        """Do the work; returns doit's TaskFailed if it failed."""
        from incdoc.config import IncdocError

        try:
            problem = self.work(active_build.open(self.root, own=False))
        except IncdocError as error:
            problem = str(error)
        return TaskFailed(problem) if problem else None

    def work(self, session: Any) -> str:
        """Do the action; a sentence if it failed."""
        raise NotImplementedError


class Parse(Action):
    """Collect one source's facts."""

    def work(self, session: Any) -> str:
        session.parse(self.subject)
        self.values = session.foreign_counts()
        return ""


class Page(Action):
    """Collect one task's page."""

    def work(self, session: Any) -> str:
        problem = str(session.page(self.subject))
        self.values = session.foreign_counts()
        return problem


class Prune(Action):
    """Fail if a source could not be read. Orphans are removed when the run ends."""

    def work(self, session: Any) -> str:
        problems = session.said_problems()
        self.values = session.foreign_counts()
        return "\n".join(problems)


class Clean(PythonAction):
    """A task's ``clean``, whose errors end the command: doit prints the errors of a plain function, and goes on."""

    def execute(self, out: Any = None, err: Any = None) -> None:
        """Call the function; doit has put ``dryrun`` among its arguments."""
        from incdoc.config import IncdocError

        try:
            self.py_callable(*self.args, **self.kwargs)
        except IncdocError as error:
            raise InvalidCommand(str(error)) from None


class UpToDate:
    """doit's ``uptodate`` of a task, and its text in ``doit info``."""

    __signature__ = inspect.Signature()  # doit calls it once for each task

    def __init__(self, root: str, name: str) -> None:
        self.root = root
        self.name = name


class Known(UpToDate):
    """For ``parse:PATH``: whether the facts of the content are known."""

    def __call__(self) -> bool:
        active_build.open(self.root, own=False)
        return self.name not in active_build.unknown_set()

    def __repr__(self) -> str:
        return f"the content of {self.name} was parsed before"


class Fresh(UpToDate):
    """For a page's task: whether its key is the recorded one."""

    def __call__(self) -> bool:
        from incdoc.config import IncdocError

        try:
            return bool(active_build.open(self.root, own=False).is_current(self.name))
        except IncdocError:
            return False  # the action reports why

    def __repr__(self) -> str:
        return f"the page of {self.name} is up to date"


class Idle(UpToDate):
    """For a group, in read-only commands: whether none of its tasks would run."""

    def __call__(self) -> bool:
        session = active_build.open(self.root, own=False)
        if self.name == PARSE:
            return not active_build.unknown
        return all(session.is_current(task) for task in session.tasks() if task.startswith(f"{self.name}:"))

    def __repr__(self) -> str:
        return f"no task of {self.name} would run"


class Settled(UpToDate):
    """For ``prune``, in read-only commands: whether there is no page to delete and no problem to report."""

    def __call__(self) -> bool:
        return not active_build.open(self.root, own=False).would_prune()

    def __repr__(self) -> str:
        return "no page would be deleted"


def escape(subject: str) -> str:
    """A path as part of a task's name, percent-encoded where necessary: doit allows no ``=`` there and reads ``*`` as
    a pattern, and a character that is not printable could end a line of its output or control a terminal."""
    if subject.isprintable() and not ("%" in subject or "=" in subject or "*" in subject):
        return subject
    return "".join(quote(c, safe="") if c in "%=*" or not c.isprintable() else c for c in subject)


def unescape(name: str) -> str:
    """The inverse of ``escape``: the name that the plan has for a doit task."""
    if "%" not in name and name.isascii():
        return name
    from incdoc.sources.blob import escape_non_utf8

    return escape_non_utf8(unquote(name, errors="surrogateescape"))


def own_kind(name: str) -> str:
    """The kind of a task of incdoc's, by its name for doit; empty for a task of the project."""
    prefix = active_build.prefix
    kind = name[len(prefix) :].partition(":")[0] if name.startswith(prefix) else ""
    return kind if kind in ALL else ""


def spelled(name: str) -> str:
    """The name for doit of a task that has this name in the plan."""
    return active_build.prefix + escape(name)


def planned(name: str) -> str:
    """The inverse of ``spelled``; other names stay."""
    return unescape(name[len(active_build.prefix) :] if own_kind(name) else name)


class Graph:
    """The tasks of the repository at ``root``. ``whole``: all of them; else only what may have to run."""

    def __init__(self, root: str, whole: bool, own: bool) -> None:
        self.root = root
        self.whole = whole
        self.own = own
        self.chosen: dict[str, str] = {}
        """The selected tasks, as the command line spells them."""
        self._pages: dict[str, list[str]] | None = None
        self._left: list[str] = []
        """The selected tasks whose pages another part makes."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of pages that the settings ask for."""
        return active(self.session().config)

    def choose(self, names: Iterable[str]) -> None:
        """Select these tasks."""
        self.chosen = {planned(name): name for name in names}

    def task_of_page(self, page: str) -> str | None:
        """The name for doit of the task that makes the page at a path; None if none does."""
        session = self.session()
        folder = os.path.realpath(os.path.dirname(page))
        place = os.path.relpath(os.path.join(folder, os.path.basename(page)), os.path.realpath(self.root))
        found = session.config.page_at(place.replace(os.sep, "/"))
        if not found:
            return None
        row = session.store.pages.get(found)
        task = row[0] if row is not None else session.task_of_page(found)
        return spelled(task) if task else None

    def session(self) -> Any:
        """The scanned session; a user's mistake is doit's InvalidDodoFile."""
        from incdoc.config import IncdocError

        try:
            return active_build.open(self.root, self.own)
        except IncdocError as error:
            raise InvalidDodoFile(str(error)) from None

    def parse_tasks(self) -> list[Task]:
        """The group ``parse`` and a task for each source (that must be read)."""
        session = self.session()
        if self.own:
            self._check_output(session)
        paths = list(session.sources()) if self.whole else active_build.unknown
        if self.own:
            session.start_parsing()
        prefix = self.root if os.getcwd() != self.root else ""
        tasks = [
            Task(
                spelled(f"{PARSE}:{path}"),
                [Parse(self.root, path)],
                file_dep=[] if session.is_stored(path) else [os.path.join(prefix, path)],
                uptodate=[Known(self.root, path)],
                subtask_of=spelled(PARSE),
                doc=f"read {one_line(path)}",
            )
            for path in paths
        ]
        return [self._group(PARSE, tasks), *tasks]

    def _check_output(self, session: Any) -> None:
        from incdoc.config import IncdocError

        if active_build.warm:
            return  # one page that cannot be written must not keep the others from being made
        try:
            session.check_output()
        except IncdocError as error:
            active_build.close()
            raise InvalidDodoFile(str(error)) from None

    def page_tasks(self, kind: str) -> list[Task]:
        """The group of one kind of page and its tasks, in order. Raises doit's InvalidCommand if a selected task does
        not exist: doit has not checked its name until now."""
        names = self._names().get(kind, [])
        for name, spelling in self.chosen.items():
            known = not name.startswith(f"{kind}:") or name in names or "*" in spelling or name in self._left
            if not known and self.own and not active_build.again:
                active_build.close()  # no line about a build that was not asked for
                raise InvalidCommand(not_found=spelling)
        tasks = [self._page_task(kind, name) for name in names]
        tasks += [self._left_task(kind, name) for name in self._left if name.startswith(f"{kind}:")]
        return [self._group(kind, tasks), *tasks]

    def _names(self) -> dict[str, list[str]]:
        """Tasks by kind; submits their work when they are to run."""
        if self._pages is None:
            session = self.session()
            if self.whole:
                names = list(session.every_task())
            else:
                names = list(session.tasks())
            there = set(names)
            others = [name for name in self.chosen if ":" in name and name not in there]
            self._left = [name for name in others if session.leaves(name)]
            names += [name for name in others if name not in self._left and session.may_remove(name)]
            self._pages = {}
            for name in names:
                self._pages.setdefault(name.partition(":")[0], []).append(name)
            if self.own and active_build.options.prefetch:
                session.plan_pages([name for name in names if self._runs(name)])
        return self._pages

    def _runs(self, name: str) -> bool:
        """Whether the command line selects the task, judging by names."""
        return not self.chosen or name in self.chosen or name.partition(":")[0] in self.chosen

    def _page_task(self, kind: str, name: str) -> Task:
        clean = [Clean(clean_pages, [self.root, name])] if self.whole else ()
        return Task(
            spelled(name),
            [Page(self.root, name)],
            uptodate=[Fresh(self.root, name)],
            targets=[target_of(self.session(), name)],
            subtask_of=spelled(kind),
            clean=clean,
            doc=one_line(kind_of(kind).describe(split(name)[1])),
        )

    @staticmethod
    def _left_task(kind: str, name: str) -> Task:
        """A selected task of another part: there is nothing to do for it here."""
        return Task(spelled(name), None, uptodate=[True], subtask_of=spelled(kind), doc=_DOCS[kind])

    def prune_task(self) -> Task:
        """``prune``: it does not depend on the pages, so that a failed page does not keep it from running."""
        idle: list[Any] = [False] if self.own else [Settled(self.root, PRUNE)]
        return Task(spelled(PRUNE), [Prune(self.root, "")], task_dep=[spelled(PARSE)], uptodate=idle, doc=_DOCS[PRUNE])

    def nothing(self) -> list[Task]:
        """The groups of a run that has nothing to make."""
        return [self._group(kind, []) for kind in (PARSE, *self.kinds)]

    def _group(self, kind: str, tasks: list[Task]) -> Task:
        # to doit a group is never up to date, which costs a run nothing; read-only commands ask its tasks
        group = Task(
            spelled(kind), None, has_subtask=True, doc=_DOCS[kind], uptodate=() if self.own else [Idle(self.root, kind)]
        )
        group.task_dep.extend(task.name for task in tasks)
        return group

    def delayed(self) -> list[Task]:
        """Placeholders for the page tasks, which doit replaces when ``parse`` has run."""
        return [
            Task(
                spelled(kind),
                None,
                loader=DelayedLoader(_Creator(self, kind), executed=spelled(PARSE)),
                doc=_DOCS[kind],
            )
            for kind in self.kinds
        ]


class _Creator:
    """The function that doit calls to create the tasks of one kind."""

    def __init__(self, graph: Graph, kind: str) -> None:
        self._graph = graph
        self._kind = kind
        self.__doc__ = _DOCS[kind]

    def __call__(self) -> Iterator[Task]:
        from incdoc.config import IncdocError

        try:
            tasks = self._graph.page_tasks(self._kind)
        except IncdocError as error:
            raise InvalidTask(str(error)) from None
        return (task for task in tasks)  # doit accepts a generator, and no other iterator


def target_of(session: Any, name: str) -> str:
    """The page that a task makes, relative to the folder in which doit runs."""
    page = path_of(name)
    return (
        os.path.relpath(os.path.join(session.config.root, session.config.place(page)))
        if (os.getcwd() != session.config.root)
        else str(session.config.place(page))
    )


def clean_pages(root: str, name: str, dryrun: bool) -> None:
    """doit's ``clean`` of a page's task: the pages that incdoc wrote, and no other file."""
    from incdoc.sources.blob import printable

    session = active_build.open(root, own=False)
    for page in session.store.pages.of(name):
        print(printable(f"{name} - removing file ") + f"'{printable(session.config.place(page))}'")
    if not dryrun:
        active_build.build(root).clean(name)


def tasks(root: str = ".", prefix: str = "", **settings: Never) -> dict[str, Callable[[], Any]]:
    """The task creators for a ``dodo.py``::

        import incdoc
        globals().update(incdoc.tasks())

    ``root``: the project's folder, relative to that of the ``dodo.py``. ``prefix``: what the names of the tasks begin
    with, where the ``dodo.py`` has tasks of the same names.

    They work with doit's default loader; with incdoc's, doit only gets the tasks that may have to run. Settings are no
    arguments: ``incdoc check`` in a fresh clone, which runs no ``dodo.py`` and has no cache, would not know of them.
    """
    for name in settings:
        raise InvalidDodoFile(_not_an_argument(root, name))
    if not _PREFIX.fullmatch(prefix):
        raise InvalidDodoFile(f"incdoc.tasks: the prefix {prefix!r} must be of letters, digits, - and _.")
    # the names of the dodo.py that calls: a function of these names would be replaced without a word
    top = os.path.realpath(root)
    kinds = _kinds(top)
    graph = Graph(top, whole=True, own=True)
    names = [f"{prefix}{name}" for name in (PARSE, *kinds, PRUNE)]
    there = sys._getframe(1).f_globals
    taken = [name for name in names if f"task_{name}" in there and not hasattr(there[f"task_{name}"], "incdoc_root")]
    if taken:
        raise InvalidDodoFile(
            f"dodo.py has tasks of its own called {', '.join(taken)}. Give incdoc's other names: "
            'globals().update(incdoc.tasks(prefix="incdoc-"))'
        )
    if active_build.top not in ("", top):
        raise InvalidDodoFile(
            "incdoc.tasks() is for one project of a dodo.py. For each of several, make a task: "
            'yield incdoc.project("packages/a")'
        )
    active_build.top, active_build.prefix = top, prefix

    def task_parse() -> Iterator[Task]:
        """read the sources that changed"""
        yield from graph.parse_tasks()

    creators: dict[str, Callable[[], Any]] = {f"task_{prefix}{PARSE}": task_parse}
    for kind in kinds:
        creators[f"task_{prefix}{kind}"] = _creator(graph, kind)

    def task_prune() -> Iterator[Task]:
        """delete pages whose sources were removed"""
        yield graph.prune_task()

    creators[f"task_{prefix}{PRUNE}"] = task_prune
    for creator in creators.values():
        creator.incdoc_root = top  # type: ignore[attr-defined]
    return creators


def _kinds(top: str) -> tuple[str, ...]:
    """The kinds of pages that the settings of a project ask for; all where these are wrong, which its tasks say."""
    from incdoc.config import IncdocError, load

    try:
        return active(load(top))
    except IncdocError:
        return NAMES


def _not_an_argument(root: str, name: str) -> str:
    """Where a setting is set that a ``dodo.py`` gives to ``tasks``."""
    from incdoc.config import SETTINGS, IncdocError, load

    if name not in SETTINGS:
        return f"incdoc.tasks() takes root and prefix, not {name}."
    try:
        file = load(os.path.realpath(root)).origin
    except IncdocError as error:
        return str(error)
    table = "[tool.incdoc] of pyproject.toml" if file == "pyproject.toml" else file
    return (
        f"{name} is a setting. Set it in {table}: incdoc check, in CI too, reads no dodo.py. Two projects with an "
        'output each are tasks of their own: yield incdoc.project("packages/a")'
    )


def project(root: str, *options: str) -> dict[str, Any]:
    """A task for a ``dodo.py`` that builds the pages of one of several projects, each with settings of its own::

        def task_reference():
            for folder in ("packages/a", "packages/b"):
                yield incdoc.project(folder)

    ``root``: its folder, relative to that of the ``dodo.py``; ``options``: those of ``incdoc run``. The build is a
    process of its own, which finds by itself what must run.
    """
    return {
        "name": escape(root.rstrip("/") or "."),
        "doc": f"build the reference pages of {one_line(root)}",
        "actions": [[sys.executable, "-m", "incdoc", "run", "-d", root, *options]],
        "uptodate": [False],
        "verbosity": 2,
    }


def _creator(graph: Graph, kind: str) -> Callable[[], Any]:
    def create() -> Iterator[Task]:
        named = [arg for arg in sys.argv[1:] if ":" in arg and own_kind(arg)]
        if named:  # doit's own loader does not say which tasks are selected, and ignores those that do not exist
            graph.choose([*named, *(arg for arg in sys.argv[1:] if own_kind(arg))])
        yield from graph.page_tasks(kind)

    create.__doc__ = _DOCS[kind]
    create.doit_create_after = DelayedLoader(create, executed=spelled(PARSE))  # type: ignore[attr-defined]
    return create

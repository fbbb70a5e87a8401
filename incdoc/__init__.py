"""Reference pages of a whole repository, always true, at the cost of the change.

The rooms, in the order in which data goes through them. A room imports only rooms before it::

    config       [tool.incdoc] -> a frozen Config; the errors
    wire         messages of other programs, in the encoding of Protocol Buffers
    thresholds   from how many on a build does a thing in another way
    executors/   where work runs: in this process, or in worker processes; work in batches
    sources/     which files there are, and what each one holds
    languages/   bytes of a source -> facts
    store/       what is kept between builds
    links/       what follows from many facts together
    pages/       inputs of each kind of page -> text -> disk
    site/        pages in a browser: HTML, search, the live reader
    remote/      a cache of facts that several machines share
    exports/     files for other programs, as further kinds of pages
    engine/      what must run and why
    query/       read-only answers: what a build would do, why, what a change reaches, where and how a name is used
    watch/       file events -> sets of changed paths
    mcp/         the questions as tools for a model
    plugin/      what doit sees, and the ``incdoc`` command

``tests/test_layers.py`` says which of them each room may import.

A ``dodo.py`` needs two lines::

    import incdoc
    globals().update(incdoc.tasks())
"""

from __future__ import annotations

from typing import Any

__all__ = ["project", "tasks"]


def __getattr__(name: str) -> Any:
    # the task creators need doit, which importing a model or a helper of incdoc should not
    if name in __all__:
        from incdoc.plugin import tasks

        return getattr(tasks, name)
    raise AttributeError(f"module 'incdoc' has no attribute {name!r}")

"""``incdoc merge CACHE...``: join the caches of the parts of a build into the cache of this project."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any

from doit.exceptions import InvalidCommand

from incdoc.plugin.active_build import active_build
from incdoc.plugin.query_command import COMMON, QueryCommand
from incdoc.plugin.terminal import one_line

if TYPE_CHECKING:
    from incdoc.engine.merge import Merge
    from incdoc.engine.workspace import Workspace
    from incdoc.store.snapshot import Snapshot


class MergeCaches(QueryCommand):
    """Join caches into this project's."""

    name = "merge"
    doc_purpose = "join the caches of the parts of a build into that of this project"
    doc_usage = "CACHE..."
    doc_description = (
        "First copy the output folders of all parts together, then name their cache folders: the next build has "
        "nothing to make. The named folders are only read. Rows that do not fit are left out, and what they stood for "
        "is made again. Name only caches that your own builds wrote: a row that fits is believed."
    )
    cmd_options = COMMON
    examples = (("../part-1/.incdoc ../part-2/.incdoc", "the caches of two parts"),)

    def answer(self, options: dict[str, Any], arguments: list[str]) -> int:
        """0 if the named folders are caches, whatever is in them."""
        from incdoc.engine.merge import Merge

        if not arguments:
            raise InvalidCommand(f"merge takes the cache folders of parts. Example: {self.typed} ../part-1/.incdoc")
        given = [(one_line(each), os.path.realpath(each)) for each in arguments]
        active_build.options.jobs, active_build.options.shard = options["jobs"], None
        workspace = active_build.prepare(options["dir"], own=True)
        own = os.path.realpath(workspace.store.cache.path)
        with ExitStack() as stack:
            opened = [_opened(name, folder, own) for name, folder in given]
            caches = {stack.enter_context(closing(cache)): name for name, cache in opened if cache is not None}
            merge = Merge(caches)
            _join(workspace, merge)
            for cache, name in caches.items():
                if cache.path in merge.damaged:
                    active_build.say(f"{name} is damaged: a part of it is left out.")
        if not options["silent"]:
            print(_counted(merge))
        return 0


def _opened(name: str, folder: str, own: str) -> tuple[str, Snapshot | None]:
    """A cache to read; None where another release made it, or it is damaged, which is reported. Raises InvalidCommand
    where it is none."""
    from incdoc.config import SettingError
    from incdoc.store import CacheFolder, file_name
    from incdoc.store.cache import ADVICE
    from incdoc.store.snapshot import Snapshot

    if folder == own:
        raise InvalidCommand(f"{name} is the cache of this project. Name those of the parts.")
    try:
        names = os.listdir(folder)
        CacheFolder.at(folder).examine()
        if file_name() in names:
            found = Snapshot(os.path.join(folder, file_name()))
            if not found.was_damaged:
                return name, found
            found.close()
            active_build.say(f"{name} is damaged: nothing of it is used.")
            return name, None
    except SettingError as error:
        why = str(error).removesuffix(ADVICE).strip()
        raise InvalidCommand(f"{name} is not a cache that can be merged: {why} Nothing was merged.") from None
    except OSError as error:
        raise InvalidCommand(f"{name} cannot be read: {error.strerror}. Nothing was merged.") from None
    if not any(each.startswith("store-") and each.endswith(".db") for each in names):
        raise InvalidCommand(f"{name} is not a cache of incdoc: it has no store. Nothing was merged.")
    active_build.say(f"{name} is of another release of incdoc: nothing of it is used.")
    return name, None


def _join(workspace: Workspace, merge: Merge) -> None:
    """Lock the tree, and do it. Raises IncdocError."""
    from incdoc.plugin.progress import Progress

    active_build.progress = Progress(active_build.options.quiet)
    workspace.progress = active_build.progress.step
    try:
        workspace.lock_tree()
        merge.facts(workspace.store, workspace.languages)
        session = active_build.begin(workspace)
        session.start_parsing()
        for path in active_build.unknown:
            session.parse(path)
        merge.pages(session)
    finally:
        if active_build.session is not None:
            active_build.close()
        else:
            workspace.close()
        active_build.progress.clear()


def _counted(merge: Merge) -> str:
    count = merge.count
    taken = f"{count.facts:,} facts, {count.records:,} records of pages and {count.fragments:,} parts of exports"
    left = f"; {count.left_out:,} rows that do not fit were left out" if count.left_out else ""
    return f"incdoc: {taken} were taken{left}."

"""The sessions that make pages: of a build or a dry run, and of the processes that doit forks from a build.

A build may make one part of the pages (see ``shard``). It reads and links everything, and leaves the tasks of the other
parts pending.

What a build does besides what every session does: it deletes pages of former output folders, orphans, and pages of
removed sources; and until a first build ends, it records that nothing was known before.
"""

from __future__ import annotations

from collections.abc import Mapping

from incdoc.engine.mode import Mode, Stage
from incdoc.engine.output import REPLACED
from incdoc.engine.session import Session, discards_damage, representable
from incdoc.engine.shard import WHOLE, Shard
from incdoc.engine.workspace import Workspace
from incdoc.pages.kinds import path_of
from incdoc.sources import Listing, scan, start_listing
from incdoc.sources.blob import printable
from incdoc.thresholds import SOURCES_WITHOUT_POOL

_SAID = 8
_SETTLED = "settled"


class Build(Session):
    """A build or a dry run, of the pages of ``shard``."""

    _moves = False
    """Whether a folder of pages is another than before."""

    def __init__(self, workspace: Workspace, shard: Shard = WHOLE) -> None:
        super().__init__(workspace)
        self._shard = shard

    @property
    def is_first(self) -> bool:
        """Whether nothing was known before this build; not after its end."""
        return self.store.get_meta("first") == b"1"

    # ------------------------------------------------------------------ sources

    def _list(self) -> Listing:
        output = self.workspace.output_folder
        self._moves = bool(output.moved)
        if self._moves or not self.store.pages.any():
            from incdoc.engine.output_check import refuse_sources

            refuse_sources(self.config)
        lister = start_listing(self.config)
        if not self._moves:
            output.begin()
        listing = representable(scan(self.config, self.workspace.stamps, lister))
        self.left = output.former_pages(listing.apart) if self._moves else []
        if listing.top_pages and listing.complete:
            self.left += self._pages_of_outputs(listing)
        for page in self.left:  # they are deleted when it is known that the build is not refused
            listing.entries.pop(page, None)
        if self.store.was_damaged and self.workspace.mode is Mode.BUILD:
            self.workspace.say(f"The cache {self.config.cache} was damaged; everything is made again.")
        if not self.store.sources.any():
            self.store.put_meta("first", b"1")  # until its end: a first build that is killed is followed by another
        return listing

    def _pages_of_outputs(self, listing: Listing) -> list[str]:
        """The pages of former output folders of this project that no record names; those that seem to be another's are
        reported, once."""
        from incdoc.engine.former import is_ours, outputs_in
        from incdoc.sources.candidates import TOP_PAGES

        left = set(self.left)
        tops = outputs_in(self.config, listing)
        found = [top for top in tops if not any(f"{top}/{page}" in left for page in TOP_PAGES)]
        known = list(filter(None, (self.store.get_meta("other outputs") or b"").decode().split("\0")))
        own = self.workspace.output_folder.own_outputs
        ours = [top for top in found if top in own or (top not in known and is_ours(self.config, listing, top))]
        others = [top for top in found if top not in ours]
        for top in others:
            if top not in known:
                self.workspace.say(
                    f"{printable(top)} contains pages that incdoc generated for another project. They have no pages "
                    "here and are left alone; delete them if nothing needs them."
                )
        if others != known:
            self.store.put_meta("other outputs", "\0".join(others).encode())
        pages = self.workspace.output_folder.pages_of(ours, listing.apart)
        return [page for page in pages if page not in left]

    def _remove_former(self, refuses: bool) -> None:
        if self.left and refuses:
            self.check_output()
        output = self.workspace.output_folder
        output.remove_former()
        self.statistics.removed += len(self.left)
        if self._moves:
            output.forget_former()

    def _start_few(self) -> None:
        if len(self.changes.entries) <= SOURCES_WITHOUT_POOL:
            self.start_parsing()

    @discards_damage
    def start_parsing(self) -> None:
        """Start the workers; ``parse`` collects. Meanwhile this process prepares for the pages."""
        super().start_parsing()
        if self.changes.linked:
            self.workspace.maker.ready(all_kinds=len(self.fact_reader.unknown) > SOURCES_WITHOUT_POOL)

    def _parse_rest(self) -> None:
        """doit's tasks have parsed."""

    # ------------------------------------------------------------------ pages

    @discards_damage
    def every_task(self) -> list[str]:
        """Every task that makes a page of this part."""
        return [task for task in self._planned_tasks() if self._makes(task)]

    def _makes(self, task: str) -> bool:
        return self._shard.has(task)

    @discards_damage
    def leaves(self, task: str) -> bool:
        """Whether a task is left to another part."""
        return not self._makes(task) and (self.may_remove(task) or self.workspace.planner.page(task) is not None)

    @discards_damage
    def clean(self, task: str) -> None:
        """Remove a task's pages and forget its key. Needs no scan."""
        self.store.pages.mark([(task, "it was cleaned")])
        self.statistics.removed += self.workspace.output_folder.remove(task)

    @discards_damage
    def said_problems(self) -> list[str]:
        """The sources that could not be read, each in a sentence; from now on ``end`` removes orphans."""
        found = super().said_problems()
        self._settle()
        return found

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Add the counts of another process."""
        super().add_counts(counts)
        if counts.get(_SETTLED):
            self._settle()

    def _settle(self) -> None:
        self.link()
        if self.stage is not Stage.SETTLED:
            self._enter(Stage.SETTLED)

    # ------------------------------------------------------------------ the end

    @discards_damage
    def share(self) -> None:
        """Send facts to the shared cache, if the settings say so and anything was read."""
        remote = self.config.remote
        read = self.statistics.parsed + self.statistics.fetched + self.statistics.reused
        if remote is not None and remote.write and read and self.workspace.mode is Mode.BUILD:
            self.workspace.sharing.send(self.changes.listing, self.store.facts.get)

    def _finish(self) -> None:
        if self.tampered and self.workspace.mode is Mode.BUILD:
            self._say_restored()
        if self.stage is Stage.SETTLED:
            self._prune()
        self.workspace.output_folder.list_files()

    def _say_restored(self) -> None:
        """The pages that were written again; a page from another branch may be up to date."""
        written = {page for page, _ in self.page_builder.written}
        back = [page for page in self.tampered if page.page in written and page.what != REPLACED]
        for page in back[:_SAID]:
            self.workspace.say(f"{self.config.place(page.page)} {page.what}; it is restored.")
        if len(back) > _SAID:
            self.workspace.say(f"{len(back) - _SAID:,} more pages were deleted or edited by hand; they are restored.")

    def _prune(self) -> None:
        """Remove recorded pages whose tasks no longer exist and, if everything pending of this part is made, pages in
        its folders that no task makes."""
        output_folder = self.workspace.output_folder
        for task in self.store.pages.pending():
            if self._makes(task) and self.workspace.planner.page(task) is None:
                self.statistics.removed += output_folder.remove(task)
                self.store.pages.finish(task)
        self.store.flush()
        if self.changes.failed or any(entry.kind == "unreadable" for entry in self.changes.listing.entries.values()):
            return  # pages of such a source look like orphans
        failed = self._page_builder.failed if self._page_builder is not None else {}  # else no page was made
        pending = self.store.pages.pending().keys()
        left = {task for task in pending - failed.keys() if not self._makes(task)}
        if not pending <= failed.keys() | left:
            return
        if self.changes.listing.complete:
            kept = self._kept({*(each.page for each in failed.values()), *map(path_of, left)})
            self.statistics.removed += output_folder.remove_orphans(kept, self._shard.has_orphan)
        if self.is_first and not left:
            self.store.put_meta("first", b"0")

    def _kept(self, pages: set[str]) -> set[str]:
        """The files of tasks that failed or are left to another part, which stay: their ``pages``, with those of the
        site that are made with them."""
        if not self.config.site or not pages:
            return pages
        from incdoc.site.kinds import SiteFiles
        from incdoc.site.places import beside

        made_with = (each for page in pages if page.endswith(".md") for each in beside(page))
        return {*pages, *made_with, *SiteFiles.paths()}


class Worker(Session):
    """The tasks of the build ``parent`` that doit gives to a process that it forked. The parent links and ends."""

    def __init__(self, parent: Session) -> None:
        super().__init__(parent.workspace.in_worker())
        self.changes = parent.changes.in_worker(self.workspace)
        self._fact_reader = parent.fact_reader.in_worker(self.workspace, self.changes, self.statistics)
        self._settled = False
        self._enter(max(parent.stage, Stage.LINKED))  # doit asks for pages only when its own process has linked

    @discards_damage
    def said_problems(self) -> list[str]:
        """The sources that could not be read, each in a sentence. The parent will remove orphans."""
        self.fact_reader.parse_lost()  # what another worker could not parse
        self._settled = True
        return super().said_problems()

    def foreign_counts(self) -> dict[str, int]:
        """What was done since the last call, for ``add_counts`` in the parent."""
        settled, self._settled = self._settled, False
        return self.statistics.take() | ({_SETTLED: 1} if settled else {})

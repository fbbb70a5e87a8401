"""What changed in the API since a commit, and which changes break its users: each language compares its own.

An answer says what it is an answer about. A changed source is **compared** if its language has an API and it could be
read in both states. It is **not compared** if it may declare what others use, and could not be read, wholly or in part.
All others have **no API**: documents, settings, data, tests, examples and scripts for tools.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from incdoc.engine.keys import facts_key
from incdoc.engine.workspace import Workspace
from incdoc.languages.api import ApiChange
from incdoc.languages.language import Language
from incdoc.query.changed import Changed, changed_between, changed_since, items_at
from incdoc.query.dry_run import DryRun
from incdoc.query.history import CommitFiles, from_disk
from incdoc.sources import Entry
from incdoc.sources.candidates import eligible
from incdoc.sources.objects import Item, commit

TESTS = "tests and examples"
SCRIPTS = "scripts for tools"
"""What is not made for users, in counts."""
_NO_FILES = {
    "link": "it is a symbolic link",
    "submodule": "it is a repository of its own",
    "repository": "it is a repository of its own",
    "special": "it is no regular file, or its name is not UTF-8",
    "unreadable": "it could not be read",
}


class NotCompared(Struct, frozen=True, order=True):
    """A changed source whose part of the API is not known. ``type``: its language or the type of the file; ``reason``:
    a sentence without its full stop."""

    path: str
    type: str
    reason: str


class ApiDifference(Struct, frozen=True):
    """The answer. ``base``, ``head``: ids of commits in hex; ``head`` is empty for the work tree. ``compared`` and
    ``no_api``: how many changed sources, by language or type of file."""

    base: str
    head: str
    changes: list[ApiChange]
    compared: dict[str, int]
    not_compared: list[NotCompared]
    no_api: dict[str, int]

    @property
    def breaking(self) -> int:
        """How many of the changes break users."""
        return sum(each.breaking for each in self.changes)


def difference(dry_run: DryRun, base: str, head: str = "") -> ApiDifference:
    """What changed in the API from the commit ``base`` to the commit ``head``; empty: to the work tree. Raises
    IncdocError."""
    config = dry_run.config
    root = config.root
    base, head = commit(root, base), commit(root, head) if head else ""
    if not head:
        dry_run.scan()
    session = dry_run.session
    workspace = session.workspace
    then = items_at(root, base, workspace.say)
    if head:
        later = items_at(root, head, workspace.say)
        changed = changed_between(config, then, later)
        new = CommitFiles(workspace, _sources(dry_run, later))
    else:
        for problem in session.changes.problems:
            workspace.incomplete = True
            workspace.say(problem)
        entries = session.changes.listing.entries
        changed = changed_since(config, then, entries)
        later = {path: _item(entry) for path, entry in entries.items()}
        new = CommitFiles(workspace, later, from_disk(workspace, session.changes))
    old = CommitFiles(workspace, _sources(dry_run, then))
    changes = _compare(workspace, old, new, changed)
    compared: Counter[str] = Counter()
    no_api: Counter[str] = Counter()
    not_compared: list[NotCompared] = []
    for each in changed:
        items = [found for found in (then.get(each.path), later.get(each.path)) if found is not None]
        title, offers = _offers(workspace, each.path, items, (old, new))
        if not offers:
            no_api[title] += 1
        elif reason := _why_not(workspace, each.path, items, (old, new)):
            not_compared.append(NotCompared(each.path, title, reason))
        else:
            compared[title] += 1
    return ApiDifference(base, head, changes, _sorted(compared), not_compared, _sorted(no_api))


def _sources(dry_run: DryRun, items: Mapping[str, Item]) -> dict[str, Item]:
    return {path: items[path] for path in eligible(dry_run.config, items)}


def _item(entry: Entry) -> Item:
    return Item(entry.kind, entry.blob)


def _sorted(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _offers(workspace: Workspace, path: str, items: Iterable[Item], commits: Sequence[CommitFiles]) -> tuple[str, bool]:
    """What a source is called in counts, and whether it may be part of an API in one of the commits that have it."""
    if any(item.kind in ("submodule", "repository") for item in items):
        return "repository", True
    file_type = workspace.languages.detect(path)
    language = workspace.languages[file_type.language]
    if not (language.has_api or file_type.has_api):
        return language.title or file_type.label, False
    exists = [each.exists for each in commits if each.exists(path)] or [each.exists for each in commits]
    if any(language.offers(path, each) for each in exists):
        return language.title or file_type.label, True
    return SCRIPTS if any(language.is_run_by_tools(path, each) for each in exists) else TESTS, False


def _why_not(workspace: Workspace, path: str, items: Iterable[Item], commits: Iterable[CommitFiles]) -> str:
    """Why a source cannot be compared; empty if it is."""
    if others := [item.kind for item in items if item.kind != "file"]:
        return _NO_FILES[others[0]]
    language = workspace.languages.language(path)
    if not language.has_api:
        return "its language is not compared"
    for each in commits:
        if not each.exists(path):
            continue
        facts = each.facts(path)
        if facts is None:
            return "it could not be read"
        if facts.binary:
            return "it is binary"
        if facts.refused:
            return f"it was not read: {facts.refused}"
        if facts.errors:
            first, last = facts.errors[0]
            more = f" and {len(facts.errors) - 1} more places" if len(facts.errors) > 1 else ""
            lines = f"lines {first} to {last}" if last > first else f"line {first}"
            return f"{lines}{more} could not be parsed"
        if facts.open:
            return f"line {facts.open[0]} may give any name"
    return ""


def _compare(workspace: Workspace, old: CommitFiles, new: CommitFiles, changed: Iterable[Changed]) -> list[ApiChange]:
    """The changes of the API, sorted by name."""
    differing = {each.path for each in changed}
    found: set[ApiChange] = set()
    for name in workspace.languages.names:
        language = workspace.languages[name]
        if language.has_api:
            paths = _scope(workspace, language, old, new, differing)
            old.preload(paths)
            new.preload(paths)
            found.update(language.compare(old, new, paths))
    return sorted(found)


def _scope(
    workspace: Workspace, language: Language, old: CommitFiles, new: CommitFiles, differing: set[str]
) -> set[str]:
    """The sources of a language whose members may differ: those that changed and those that use them, if the link
    tables are of one of the two states and nothing changed that decides names; else all."""
    ours = {
        path for path in old.files.keys() | new.files.keys() if workspace.languages.language(path).name == language.name
    }
    if _decides_names(workspace, old, new, differing):
        return ours
    known = {path: found for path, (found, _) in workspace.store.sources.all().items()}
    if not any(_is_linked(workspace, known, commit.files, ours) for commit in (old, new)):
        return ours
    tables = workspace.tables
    scope = ours & differing
    queue = list(scope)
    while queue:
        path = queue.pop()
        users = tables.referrers_of(path)
        for wanted in old.resolver.lookups(path) | new.resolver.lookups(path):
            users += tables.files_looking_up(wanted)
        for user in users:
            if user not in scope and user in ours:
                scope.add(user)
                queue.append(user)
    return scope


def _decides_names(workspace: Workspace, old: CommitFiles, new: CommitFiles, differing: Iterable[str]) -> bool:
    """Whether one of the changed files decides under which names others are found."""
    languages = workspace.languages
    for path in differing:
        name = path.rpartition("/")[2]
        if name in languages.manifests or (name in languages.layout and old.exists(path) != new.exists(path)):
            return True
    return False


def _is_linked(
    workspace: Workspace, known: Mapping[str, bytes], files: Mapping[str, Item], ours: Iterable[str]
) -> bool:
    languages = workspace.languages
    return all(known.get(path) == facts_key(languages, path, files[path].blob) for path in ours if path in files)


def summary(answer: ApiDifference) -> Iterator[str]:
    """Sentences about the whole answer."""
    if answer.changes:
        yield f"{_counted(len(answer.changes), 'change')}, {answer.breaking:,} of them breaking."
    elif not answer.not_compared:
        yield "The API did not change."
    else:
        yield "What was compared of the API did not change."
    if answer.not_compared:
        types = _counts(_sorted(Counter(each.type for each in answer.not_compared)))
        count = len(answer.not_compared)
        yield f"{_counted(count, 'changed file')} {'is' if count == 1 else 'are'} not compared ({types})."
    head = f"commit {answer.head[:12]}" if answer.head else "the work tree"
    counted = sum(answer.compared.values())
    shown = f" ({_counts(answer.compared)})" if counted else ""
    yield f"Compared commit {answer.base[:12]} with {head}: {_counted(counted, 'changed file')}{shown}."
    if answer.no_api:
        count = sum(answer.no_api.values())
        yield f"{_counted(count, 'changed file')} {'has' if count == 1 else 'have'} no API ({_counts(answer.no_api)})."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())

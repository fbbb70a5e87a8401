"""A definition or a file, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterator

from incdoc.languages.facts import Definition
from incdoc.languages.public import by_owner, is_private_name, public_definitions
from incdoc.languages.sentences import first_sentence
from incdoc.links.tables import Tables
from incdoc.pages.inherited import inherited_by
from incdoc.pages.offers import offers_of
from incdoc.query.answers import Hit, Inherits, Member, Other, Raised, Shown, ShownFile, Site, Through
from incdoc.query.entity import documentation, heads, places
from incdoc.query.find import Meaning
from incdoc.query.repository import Repository, one_line
from incdoc.query.uses import subclasses_of, unfollowed, users_of_places

_MOST_INHERITED = 100
"""Names that a class takes over of one above it."""
MOST_USERS = 12
"""Users that are shown; ``uses`` has all."""


def show(repository: Repository, meaning: Meaning, others: list[Meaning], source: bool) -> Shown | ShownFile:
    """A definition, or the source itself. ``others``: what else has the name; ``source``: with its text."""
    if not meaning.name:
        return show_file(repository, meaning.path, source)
    path, name = meaning.path, meaning.name
    tables = repository.tables
    found = places(repository, path, name)
    path = found[0].path
    definitions = list(found[0].definitions)
    users = users_of_places(repository, found)
    resolution = tables.resolver.resolve(path)
    raised: dict[str, list[int]] = {}
    for exception, line in (each for definition in definitions for each in repository.errors(path, definition)):
        raised.setdefault(exception, []).append(line)
    inherits = tuple(
        Inherits(each.base, each.path, each.names, each.count)
        for each in inherited_by(
            tables, path, tuple(base for base in resolution.bases if base.owner == name), False, _MOST_INHERITED
        )
        if each.count
    )
    others = [each for each in others if each[:2] not in {one[:2] for one in found}]
    shown_users = tuple(users[:MOST_USERS])
    subclasses = subclasses_of(repository, path, name)
    using = {each.path for each in users if each.test}
    tests = tuple(sorted(using.union(*(_tests(repository, each.path, name) for each in found))))
    callees = _callees(tables, path, definitions)
    told = [*(each.path for each in found), *(each.path for each in shown_users), *(each.path for each in inherits)]
    told += [*(each.path for each in subclasses), *tests]
    return Shown(
        hit=repository.hit(path, name, meaning.kind, meaning.section),
        heads=heads(repository, found),
        documentation=documentation(found),
        members=tuple(_members(repository, path, definitions)),
        decorators=tuple(dict.fromkeys(each for one in definitions for each in _decorators(repository, path, one))),
        bases=tuple(dict.fromkeys(base for each in definitions for base in each.bases)),
        inherits=inherits,
        subclasses=subclasses,
        declared=tuple(Site(each.path, each.definitions[0].line) for each in found[1:] if each.declares),
        defined=tuple(Site(each.path, each.definitions[0].line) for each in found[1:] if not each.declares),
        raises=tuple(Raised(exception, tuple(lines)) for exception, lines in sorted(raised.items())),
        through=tuple(_through(repository, path, callees)),
        calls=tuple(_called(path, each) for each in callees),
        users=shown_users,
        users_total=len(users),
        unfollowed=unfollowed(repository, path, name),
        tests=tests,
        others=tuple(Other(each.path, each.name) for each in others[:MOST_USERS]),
        source=_text(repository, path, definitions) if source else "",
        blobs=repository.blobs(told),
    )


def _decorators(repository: Repository, path: str, definition: Definition) -> Iterator[str]:
    written = repository.language(path).decorator
    return (written.format(each) for each in definition.decorators)


def _members(repository: Repository, path: str, definitions: list[Definition]) -> list[Member]:
    """What is directly in a class, each overload once, what is private last."""
    separator = repository.language(path).separator
    name = definitions[0].name if definitions else ""
    found: dict[tuple[str, str], Member] = {}
    declared: set[str] = set()
    for each in by_owner(repository.facts(path), repository.language(path)).get(name, ()):
        if repository.kind_shown(path, each) not in ("block", "member", "value"):
            continue
        if each.entity and each.entity in declared:
            continue  # what the same file defines below the class
        declared.add(each.entity)
        last = each.name.rpartition(separator)[2]
        head = one_line(repository.head(path, each))
        said = first_sentence(each.doc) if each.doc else ""
        if (last, head) not in found or (said and not found[last, head].summary):
            private = is_private_name(last) or repository.language(path).hides(each)
            found[last, head] = Member(last, repository.kind(path, each), each.line, head, said, private)
    return sorted(found.values(), key=lambda each: each.private)


def _callees(tables: Tables, path: str, definitions: list[Definition]) -> list[tuple[str, str]]:
    """(path, name) of what definitions call, those of their own source first."""
    names = {each.name for each in definitions}
    own = {(path, callee) for each in definitions for callee in each.calls if callee not in names}
    usages = tables.resolver.resolve(path).usages
    return [*sorted(own), *sorted({(each.path, each.name) for each in usages if each.called and each.owner in names})]


def _called(path: str, callee: tuple[str, str]) -> str:
    return callee[1] if callee[0] == path else ":".join(callee)


def _through(repository: Repository, path: str, callees: list[tuple[str, str]]) -> Iterator[Through]:
    """The errors of each that has any."""
    for callee in callees:
        names = sorted({error for found in _bodies(repository, *callee) for error, _ in repository.errors(*found)})
        if names:
            yield Through(_called(path, callee), tuple(names))


def _bodies(repository: Repository, path: str, name: str) -> Iterator[tuple[str, Definition]]:
    """What a call of a name runs: its definitions; of a class, what makes an object of it."""
    language = repository.language(path)
    made = (each.format(repository.last(path, name)) for each in language.constructors)
    for each in (name, *(f"{name}{language.separator}{one}" for one in made)):
        for place in places(repository, path, each):
            yield from ((place.path, one) for one in place.definitions if one.kind in language.bodies)


def _tests(repository: Repository, path: str, name: str) -> set[str]:
    """The tests that use a definition by name, or its outermost one."""
    outermost = name.partition(repository.language(path).separator)[0]
    return {test for test, _, used in repository.tables.tested(path) if used and used in (name, outermost)}


def _text(repository: Repository, path: str, definitions: list[Definition]) -> str:
    lines = repository.text(path).split("\n")
    return "\n\n".join("\n".join(lines[each.line - 1 : each.end]) for each in definitions)


def show_file(repository: Repository, path: str, source: bool) -> ShownFile:
    """A file: its purpose, public names, what it imports, who imports it, its tests."""
    tables = repository.tables
    facts, summary = repository.facts(path), repository.summary(path)
    resolution = tables.resolver.resolve(path)
    importers = tables.importers(path)
    imports = {target.path for target in resolution.targets if target.kind == "source" and target.path != path}
    tests = {each for each in importers if repository.is_test(each)} | {test for test, _, _ in tables.tested(path)}
    public = public_names(repository, path)
    return ShownFile(
        path=path,
        type=(summary.language or summary.label) if summary is not None else "",
        lines=facts.lines,
        module=repository.module(path),
        summary=summary.first_sentence if summary is not None else "",
        documentation=facts.about,
        public=public,
        imports=tuple(sorted(imports)),
        importers=tuple(each for each in importers if not repository.is_test(each)),
        tests=tuple(sorted(tests)),
        source=repository.text(path) if source else "",
        blobs=repository.blobs([path, *(hit.path for hit in public)]),
    )


def public_names(repository: Repository, path: str) -> tuple[Hit, ...]:
    """The names that others are meant to use: of a source that hands on, those of others too."""
    if offers := offers_of(repository.tables, path):
        return tuple(
            repository.hit(each.path, each.definition)
            if each.definition
            else Hit(each.name, each.kind, each.path, summary=each.summary)
            for each in offers
        )
    facts = repository.facts(path)
    return tuple(
        repository.hit(path, each.name, each.kind) for each in public_definitions(facts, repository.language(path))
    )

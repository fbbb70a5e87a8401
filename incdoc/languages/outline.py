"""The part of a source's facts that the links and its summary need: names without most of their texts.

The worker that reads the facts makes it at once, so that linking all sources decodes no facts. It is sent from the
worker to the build and never stored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, msgpack

from .facts import DECLARED, Definition, Facts, Import, Use
from .language import Language
from .public import private_names, public_definitions
from .sentences import summary

MOST_NAMED = 5
"""The names by which a source without a description is described."""
_FENCE = "`"


class Bound(Struct, frozen=True, array_like=True):
    """An outermost definition beside imports of the same name: which of them counts depends on their order."""

    name: str
    kind: str
    line: int
    condition: str
    """``Definition.condition``."""


class Unscoped(Struct, frozen=True, array_like=True):
    """A definition whose name does not say what it is in, such as a test. ``around``: the name of that, empty if
    nothing surely is around it; ``head``: its declaration."""

    name: str
    around: str
    head: str


class Outline(Struct, frozen=True, array_like=True):
    """A part of ``Facts``, and values computed from the rest."""

    language: str
    lines: int
    summary: str = ""
    """What a line says of it: its title, and the first sentence of its docstring."""
    binary: bool = False
    guard: bool = False
    """Whether it has a main guard."""
    counts: tuple[tuple[str, int], ...] = ()
    """(kind of definition, how many names), sorted. A name that is defined several times counts once, as in indexes."""
    keywords: frozenset[tuple[str, str]] = frozenset()
    """(name, kind) of each name that an index lists."""
    imports: tuple[Import, ...] = ()
    exports: tuple[str, ...] | None = None
    classes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(qualified name, bases as written) in the order of the source."""
    links: tuple[str, ...] = ()
    """The links of a document, as written."""
    package: str = ""
    """The package that it belongs to, or that it names."""
    manifest: str = ""
    """What it says that decides how other sources are found, or tests are run, as text in JSON."""
    declared: frozenset[str] = frozenset()
    """The entities that it declares, and does not define there."""
    defined: frozenset[str] = frozenset()
    """The entities that it defines, and that other sources may declare."""
    bound: tuple[Bound, ...] = ()
    """The outermost definitions whose names its imports bind too, or may bind, in the order of the source."""
    modules: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """The modules that it makes for other languages: (name, ((name in it, qualified name), ...)), sorted."""
    program: str = ""
    """The program that its first line names."""
    marked: tuple[str, ...] = ()
    """The kinds of its marks, sorted."""
    public: int = 0
    """How many public names it has at the top level."""
    private: frozenset[tuple[str, str]] = frozenset()
    """Those of ``keywords`` that others are not meant to see."""
    first: tuple[tuple[str, str], ...] = ()
    """(kind, name) of the first ``MOST_NAMED`` of them, those with values last."""
    uses: tuple[Use, ...] = ()
    unscoped: tuple[Unscoped, ...] = ()
    spoken: tuple[str, ...] = ()

    @staticmethod
    def of(facts: Facts, language: Language) -> Outline:
        """The outline of a source with these facts.

        Raises ValueError if a definition has a kind that the language does not describe: no page would show it."""
        kinds = {kind.name: kind for kind in language.kinds}
        counts: dict[str, int] = {}
        derives = {kind.name for kind in kinds.values() if kind.derives}
        imported = {kind.name: kind.imported for kind in kinds.values() if kind.imported != "no"}
        loose = {kind.name for kind in kinds.values() if not kind.scoped} if facts.uses else set()
        seen: set[tuple[str, str]] = set()
        for definition in facts.definitions:
            key = definition.kind, definition.name
            if key not in seen or not definition.name:
                counts[definition.kind] = counts.get(definition.kind, 0) + 1
                seen.add(key)
        if unknown := sorted(counts.keys() - kinds.keys()):
            raise ValueError(f"the language {facts.language!r} describes no kind {unknown[0]!r}")
        public = [each for each in public_definitions(facts, language) if _FENCE not in each.name]
        public.sort(key=lambda each: kinds[each.kind].shown != "block")
        return Outline(
            language=facts.language,
            lines=facts.lines,
            summary=summary(facts),
            binary=facts.binary,
            guard=bool(facts.guards),
            counts=tuple(sorted(counts.items())),
            keywords=frozenset(
                [
                    (d.name, d.kind)
                    for d in facts.definitions
                    if d.name and kinds[d.kind].heading and language.is_listed(d)
                ]
            ),
            imports=facts.imports,
            exports=facts.exports,
            classes=tuple([(d.name, d.bases) for d in facts.definitions if d.kind in derives]),
            links=tuple([each.target for each in facts.links]),
            package=facts.package,
            manifest=facts.manifest,
            declared=frozenset([d.entity for d in facts.definitions if d.entity and DECLARED in d.traits]),
            defined=frozenset([d.entity for d in facts.definitions if d.entity and DECLARED not in d.traits]),
            bound=tuple(_bound(facts)),
            modules=tuple(_modules(facts, imported, language.separator)) if imported.keys() & counts.keys() else (),
            program=facts.program,
            marked=tuple(sorted({each.kind for each in facts.marks})),
            public=len(public),
            private=private_names(facts, language),
            first=tuple((each.kind, each.name) for each in public[:MOST_NAMED]),
            uses=facts.uses,
            unscoped=tuple(_unscoped(facts, loose)) if loose else (),
            spoken=facts.spoken,
        )


def _bound(facts: Facts) -> Iterator[Bound]:
    """Those of a source with an import of everything are all of them."""
    plain = [each for each in facts.imports if not each.style]
    imported = {each.alias or each.name for each in plain}
    imported.update(part for each in plain for part in each.module.split("."))
    for each in facts.definitions if imported else ():
        if (each.name in imported or ("*" in imported and "." not in each.name)) and not _is_annotation(each):
            yield Bound(each.name, each.kind, each.line, each.condition)


def _unscoped(facts: Facts, loose: set[str]) -> Iterator[Unscoped]:
    """Those in no other such one. What begins or ends on one line with it may be beside it."""
    around: list[Definition] = []
    for each in facts.definitions:
        while around and around[-1].end <= each.line:
            around.pop()
        if each.kind not in loose:
            around.append(each)
        elif not any(one.kind in loose for one in around):
            outer = [one.name for one in around if one.line < each.line and each.end < one.end]
            yield Unscoped(each.name, outer[-1] if outer else "", each.declaration)
            around.append(each)


def _is_annotation(definition: Definition) -> bool:
    """Whether it only has a type: it binds nothing."""
    return definition.signature.startswith(":") and "=" not in definition.signature


def _modules(
    facts: Facts, imported: Mapping[str, str], separator: str
) -> Iterator[tuple[str, tuple[tuple[str, str], ...]]]:  # fmt: skip
    names = sorted({each.name for each in facts.definitions if imported.get(each.kind) == "member"})
    for module in sorted({each.name for each in facts.definitions if imported.get(each.kind) == "module"}):
        before = module + separator
        yield module, tuple((name.removeprefix(before), name) for name in names if name.startswith(before))


encode = msgpack.Encoder().encode
decode = msgpack.Decoder(Outline).decode

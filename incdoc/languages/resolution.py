"""What the imports, bases and links of a source lead to."""

from __future__ import annotations

import json

from msgspec import Struct

CHAIN, IMPORTS, MENTIONS, STARTS, BELONGS, RUNS, USES, THROUGH, SPEAKS = range(9)
"""How a source uses another: it looked into it, imports it, imports a definition, says that it is started, belongs
to it; ``RUNS`` has itself as the other one, and says how its tests are run. The name of these three is that of a
``Start``, as text; what the source is to the other: ``stub``; that of a ``Command``, as text. A test also uses a
definition as an attribute of what it imports, and gets definitions through a source, which is the name. ``SPEAKS``: it
looked into the other one for what its documentation names."""
NAMED_AFTER = "test by its name"
"""What a test is to a source that it belongs to by its name alone."""


class Place(Struct, frozen=True, array_like=True, order=True):
    """What a name means: the definition ``name`` of the source ``path``, or the source itself if that is empty.
    ``condition``: the branch by which it does, as ``Import.condition``."""

    path: str
    name: str
    condition: str = ""


class Target(Struct, frozen=True, array_like=True, order=True):
    """What one import, or one link of a document, leads to.

    ``kind``: ``source`` (the file ``path``), ``folder`` (a namespace package), ``stdlib``, ``distribution``,
    ``repository`` (the folder ``path`` is a submodule or another repository, whose files are not known),
    ``ambiguous`` (perhaps one of ``candidates``), ``missing`` (it would be in this repository); for links also
    ``plain`` (a file without pages) and ``elsewhere`` (not a relative link to a path of this repository); in manifests
    also ``folders`` (each of ``candidates``).
    A ``distribution`` has the ``path`` of the manifest that requires it, and its ``name`` there, if there is one.
    ``definer`` and ``name``: the file and the qualified name of an imported name's definition, if it was found; the
    name of a source itself is empty. ``condition`` and ``others``: if there are several, the branch by which it is this
    one, and the others.
    """

    kind: str
    path: str = ""
    definer: str = ""
    name: str = ""
    candidates: tuple[str, ...] = ()
    condition: str = ""
    others: tuple[Place, ...] = ()


class Start(Struct, frozen=True, array_like=True, order=True):
    """How a manifest says that a source is started. ``kind``: ``command``; ``name``: of that; ``group``: where others
    find it, if it is no command; ``function``: the qualified name of what is called, if that was found."""

    kind: str
    name: str
    group: str = ""
    function: str = ""

    def text(self) -> str:
        """As rows of the link tables have it."""
        return json.dumps([self.kind, self.name, self.group, self.function])

    @staticmethod
    def of(text: str) -> Start:
        """The inverse of ``text``."""
        return Start(*json.loads(text))


class Command(Struct, frozen=True, array_like=True, order=True):
    """How tests are run: in ``folder``, by ``words``, which are followed by the ``argument`` of each source that may be
    run by the same words."""

    folder: str
    words: str
    argument: str = ""

    def text(self) -> str:
        """As rows of the link tables have it."""
        return json.dumps([self.folder, self.words, self.argument])

    @staticmethod
    def of(text: str) -> Command:
        """The inverse of ``text``."""
        return Command(*json.loads(text))


class Base(Struct, frozen=True, array_like=True):
    """Class ``owner`` derives from ``text``, which is the class ``name`` of the file ``path``. A text with several
    meanings has as many, each with the branch by which it means that."""

    owner: str
    text: str
    path: str
    name: str
    condition: str = ""


class Usage(Struct, frozen=True, array_like=True, order=True):
    """A definition of a source uses the definition ``name`` of the file ``path``."""

    path: str
    name: str
    rest: str
    """The attributes after it, as written; they may be members of it."""
    owner: str
    """The definition that uses it; empty at module level."""
    called: bool = False


class Resolution(Struct, frozen=True, array_like=True):
    """What all imports and bases of one source lead to; ``targets`` is parallel to ``Facts.imports``."""

    targets: tuple[Target, ...]
    bases: tuple[Base, ...]
    wants: frozenset[str]
    uses: frozenset[tuple[str, int, str]]
    """(path, CHAIN | IMPORTS | MENTIONS | BELONGS, name)."""
    links: tuple[Target, ...] = ()
    """Parallel to a document's links."""
    related: tuple[tuple[str, str], ...] = ()
    """(what it is to the source, path) of what the source belongs to."""
    usages: frozenset[Usage] = frozenset()
    """What its definitions use of other sources."""
    spoken: tuple[tuple[str, Place], ...] = ()
    """(name in full, what it is) of what its documentation names; an empty path is of nothing that is known."""

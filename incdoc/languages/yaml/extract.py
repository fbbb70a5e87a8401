"""YAML: bytes -> Facts: the keys of mappings; of some files also jobs, named steps, hooks, services, and what they use:
workflows and actions of GitHub, pipelines of GitLab, configurations of pre-commit, Compose files.

Which of them a file is follows from its keys: facts do not know the path.

A file of several documents has the keys of all of them. Aliases are not followed.
"""

from __future__ import annotations

import json
import re
from functools import cache, cached_property
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from ..commands import scripts
from ..facts import Import
from ..keyed import Source, facts, part, shown
from ..limits import LimitError
from ..packages import required
from ..syntax import Grammar, errors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tree_sitter import Node

    from ..facts import Definition, Facts

_MOST_PACKAGES = 20_000
MOST_LEVELS = 240
"""The grammar's scanner has room for 253 blocks inside one another; one more ends the process."""
_DEEP = re.compile(rf"^\ufeff?(?:[?:-]?[ \t]){{{MOST_LEVELS}}}", re.MULTILINE)
"""A line that may be that deep: a level begins farther in than the one around it, by a blank at least."""
_HEADS = {
    "job": ("name", "if", "needs", "runs-on", "uses", "environment", "stage", "extends", "image", "when", "trigger"),
    "service": ("image", "build", "command", "entrypoint", "depends_on", "profiles"),
}
"""The keys that are shown as the head of a definition, where they are one line."""
_HOOK = frozenset(("entry", "language"))
"""What each hook that a repository has must say."""
_NAMED = re.compile(rb"\bid\b")
"""What the text of each hook has."""
_PLAIN = re.compile(
    rb"""([\w./-]+):[ ]+(('[^'\n]*'|"[^"\\\n]*")"""
    rb"""|(?:[^\s&*!|>'"%@`{\[\]}#,?:-]|-(?=[^\s]))[^#:\n]*+(?::(?=\S)[^#:\n]*+)*+)"""
)
"""A pair in one row of a plain key and a value without escapes and comments: asking the tree for its parts takes longer
than parsing."""
_PLAIN_KEY = re.compile(rb"[\w./-]+")
_CONDA, _PIP, _PYTHON = "dependencies", "pip", "python"
_OF_CONDA = frozenset(("channels", "name", "prefix"))
_CHANNEL = re.compile(r"[\w./-]+::")
_JOBS = ("script", "trigger", "extends", "stage")
_FOLDER = "working-directory"
_WORKSPACE = re.compile(r"\$\{\{\s*github\.workspace\s*\}\}|\$\{?GITHUB_WORKSPACE\}?")
"""The top of the repository, in names of folders."""
_COMMANDS = {"github": ("run",), "gitlab": ("script", "before_script", "after_script"), "pre-commit": ("entry",)}


@cache
def _grammar() -> Grammar:
    import tree_sitter_yaml

    return Grammar(tree_sitter_yaml.language())


class _Kinds(NamedTuple):
    """The numbers of types of nodes."""

    comment: frozenset[int]
    item: frozenset[int]
    pair: frozenset[int]
    scalar: frozenset[int]
    sequence: frozenset[int]
    block: frozenset[int]
    """Texts whose lines are below their key."""
    double: frozenset[int]
    single: frozenset[int]


@cache
def _kinds() -> _Kinds:
    ids = _grammar().ids
    single, double, block = ids("single_quote_scalar"), ids("double_quote_scalar"), ids("block_scalar")
    return _Kinds(
        comment=ids("comment"),
        item=ids("block_sequence_item"),
        pair=ids("block_mapping_pair", "flow_pair"),
        scalar=ids("plain_scalar") | single | double | block,
        sequence=ids("block_sequence", "flow_sequence"),
        block=block,
        double=double,
        single=single,
    )


def extract(data: bytes) -> Facts:
    """The facts of one YAML source. Pure; never raises, whatever the bytes are."""
    return facts("yaml", data, _read)


def _read(source: Source) -> None:
    if len(max(source.rows, key=len)) >= MOST_LEVELS and _DEEP.search(source.text):
        raise LimitError(f"nested deeper than {MOST_LEVELS} levels")
    root = _grammar().parse(source.data).root_node
    source.errors += errors(root)
    _Keys(source, root).add()


class _Keys:
    """The keys of a source, and what they mean in the files that are known."""

    def __init__(self, source: Source, root: Node) -> None:
        self._source = source
        self._root = root
        self._clean = not root.has_error
        self._kinds = _kinds()
        top = dict(self._pairs(root))
        self._dialect = self._dialect_of(top)
        self._commands = _COMMANDS.get(self._dialect, ())
        if "packages" in top:
            source.manifest = self._packages()
        if not self._dialect and (listed := top.get(_CONDA)) is not None and not top.keys().isdisjoint(_OF_CONDA):
            source.imports += self._required(listed, _CONDA)

    def add(self) -> None:
        """Add what is there to the source."""
        pairs, sequences, dialect = self._kinds.pair, self._kinds.sequence, self._dialect
        waiting: list[tuple[Node, str, str]] = [(self._root, "", "key")]
        while waiting:
            node, prefix, kind = waiting.pop()
            number = node.kind_id
            if number in pairs:
                value, name = self._pair(node, prefix, kind)
                if value is not None:
                    waiting.append((value, f"{name}.", kind))
            elif number in sequences:
                for child in reversed(node.named_children):
                    if dialect == "github" and prefix.endswith(".steps."):
                        self._step(child)
                    elif dialect == "pre-commit" and prefix in ("repos.", ""):
                        self._hooks(child)
                    waiting.append((child, prefix, "item key"))
            else:
                waiting += [(child, prefix, kind) for child in reversed(node.named_children)]

    def _pair(self, node: Node, prefix: str, kind: str) -> tuple[Node | None, str]:
        """Add a pair; its value, if keys may be in it, and its qualified name."""
        source = self._source
        row = node.start_point[0]
        if (plain := self._plain(node)) is not None:
            key, worth, said = plain
            name = prefix + part(key)
            which = self._kind(prefix, None) if kind == "key" else kind
            source.define(which, name, row, row, f": {shown(said)}" if said else "")
            if self._dialect:
                self._use(node, prefix, key, row, said, worth, None)
            return None, name
        named, value = node.child_by_field_name("key"), node.child_by_field_name("value")
        if named is None:
            return None, ""
        key = self._key(named)
        name = prefix + part(key)
        scalar = None if value is None else self._said(value)
        found = source.define(
            self._kind(prefix, value) if kind == "key" else kind,
            name,
            row,
            _last(node),
            f": {shown(scalar)}" if scalar else "",
        )
        if value is None:
            return None, name
        if found.kind in _HEADS:
            source.definitions[-1] = replace(found, declaration=self._head(found, value))
        if self._dialect:
            self._use(node, prefix, key, value.start_point[0], scalar or "", source.written(value), value)
        return (None if self._clean and scalar is not None else value), name

    def _plain(self, pair: Node) -> tuple[str, str, str] | None:
        """The key of a pair in one row, its value as written, and what that says; None of another one."""
        found = _PLAIN.fullmatch(self._source.data, pair.start_byte, pair.end_byte) if self._clean else None
        if found is None:
            return None
        worth = found[2].decode()
        return found[1].decode(), worth, worth if found[3] is None else worth[1:-1]

    def _key(self, node: Node) -> str:
        """What a key says."""
        plain = _PLAIN_KEY.fullmatch(self._source.data, node.start_byte, node.end_byte) if self._clean else None
        return self._scalar(node) if plain is None else plain[0].decode()

    def _head(self, found: Definition, value: Node) -> str:
        """What is shown as the head of a job or a service."""
        given = [each for each in self._pair_nodes(value) if each.start_point[0] == each.end_point[0]]
        keys = _HEADS[found.kind]
        rows = [" ".join(self._source.written(each).split()) for each in given if self._key_of(each) in keys]
        return "\n  ".join([found.declaration, *filter(None, map(shown, rows))])

    # --- what is known of some files

    def _dialect_of(self, top: Mapping[str, Node | None]) -> str:
        """What a file with these keys is; empty if it is none of those that are known."""
        if ("jobs" in top and ("on" in top or "true" in top)) or "runs" in top:
            return "github"
        if "services" in top and "jobs" not in top:
            return "compose"
        if "repos" in top or not top:  # a list may be that of the hooks that a repository has
            return "pre-commit"
        if "stages" in top:
            return "gitlab"
        if "language" not in top and any(self._has(each, ("script",)) for each in top.values()):
            return "gitlab"
        return ""

    def _kind(self, prefix: str, value: Node | None) -> str:
        dialect = self._dialect
        if dialect == "github" and prefix == "jobs.":
            return "job"
        if dialect == "compose" and prefix == "services.":
            return "service"
        return "job" if dialect == "gitlab" and not prefix and self._has(value, _JOBS) else "key"

    def _has(self, value: Node | None, keys: tuple[str, ...]) -> bool:
        """Whether a value is a mapping with one of these keys."""
        if value is None or self._is_scalar(value):
            return False
        data, start, end = self._source.data, value.start_byte, value.end_byte
        return any(data.find(key.encode(), start, end) >= 0 for key in keys) and any(
            name in keys for name, _ in self._pairs(value)
        )

    def _packages(self) -> str:
        """The packages of a ``pnpm-workspace.yaml``."""
        kinds = self._kinds
        node = next((value for name, value in self._pairs(self._root) if name == "packages"), None)
        while node is not None and node.kind_id not in kinds.sequence:
            node = next(iter(node.named_children), None)
        if node is None or node.end_byte - node.start_byte > _MOST_PACKAGES:
            return ""
        items = (
            item.named_children[0] if item.kind_id in kinds.item else item
            for item in node.named_children
            if item.named_children
        )
        return json.dumps({"workspaces": [self._scalar(item) for item in items if self._is_scalar(item)]})

    def _required(self, node: Node, group: str) -> Iterator[Import]:
        """What an environment of conda requires: by itself, and by pip."""
        for each in self._items(node):
            item = each.named_children[0] if each.kind_id in self._kinds.item and each.named_children else each
            said = self._said(item)
            if said is None:
                inner = dict(self._pairs(item)).get(_PIP) if group == _CONDA else None
                if inner is not None:
                    yield from self._required(inner, f"{group}.{_PIP}")
                continue
            found = required(item.start_point[0] + 1, _CHANNEL.sub("", said), group)
            if found is not None and found.module != _PYTHON:
                yield found

    def _step(self, item: Node) -> None:
        """A step by its name, else by what it does."""
        said = self._texts(item)
        does = f"uses: {said['uses']}" if "uses" in said else shown(_command(said.get("run", "")))
        name = " ".join(said.get("name", "").split()) or said.get("uses", "") or does
        if name:
            self._source.define("step", name, item.start_point[0], _last(item), does)

    def _hooks(self, item: Node) -> None:
        """The hooks of a repository, or one of those that this repository has."""
        if not _NAMED.search(self._source.data, item.start_byte, item.end_byte):
            return
        said = self._texts(item)
        hooks = dict(self._pairs(item)).get("hooks")
        for node in [item] if hooks is None else self._items(hooks):
            own = self._texts(node)
            if own.get("id") and (own.keys() >= _HOOK or "repo" in said):
                parts = (said.get("repo"), said.get("rev"), own.get("entry"))
                about = shown(" ".join(filter(None, parts)))
                self._source.define("hook", own["id"], node.start_point[0], _last(node), about)

    @cached_property
    def _folders(self) -> dict[str, str]:
        """By the beginning of the keys of steps, the folder in which a workflow or its jobs run commands."""
        top = dict(self._pairs(self._root))
        jobs = top.get("jobs")
        around = (
            [("", self._root), *((f"jobs.{part(name)}.", job) for name, job in self._pairs(jobs) if job)]
            if jobs
            else []
        )
        found = {}
        for prefix, node in around:
            defaults = dict(self._pairs(node)).get("defaults")
            run = dict(self._pairs(defaults)).get("run") if defaults is not None else None
            found[prefix] = self._texts(run).get(_FOLDER, "") if run is not None else ""
        return found

    def _works_in(self, pair: Node, prefix: str) -> str:
        """The folder in which a step runs its commands, from the top; empty if that is where they run."""
        own = self._texts(pair.parent).get(_FOLDER) if pair.parent is not None else None
        job = ".".join(prefix.split(".")[:2]) + "."
        folder = own or self._folders.get(job) or self._folders.get("", "")
        return _WORKSPACE.sub("", folder).strip("/").removeprefix("./").rstrip("/.")

    def _use(self, pair: Node, prefix: str, key: str, row: int, said: str, written: str, value: Node | None) -> None:
        """What a step, a job or a service is made of: an action, another file, a script. ``said``: the value that is
        ``written`` in a row, if it is a scalar; ``value``: None if that is known."""
        dialect, imports = self._dialect, self._source.imports
        if key in self._commands:
            if not (found := list(scripts(written))):
                return
            folder = self._works_in(pair, prefix) if dialect == "github" else ""
            if "$" not in folder:
                imports += (Import(row + 1 + below, path, style="run", place=folder) for below, path in found)
        elif dialect == "github" and key == "uses" and said:
            imports.append(Import(row + 1, said))
        elif dialect == "gitlab" and said and (key == "local" or (key == "include" and "://" not in said)):
            imports.append(Import(row + 1, said, style="include"))
        elif dialect == "compose" and key == "build" and prefix.startswith("services."):
            given = self._texts(value) if value is not None else {}
            context, file = said or given.get("context", "."), given.get("dockerfile", "Dockerfile")
            if "://" not in context and "$" not in context + file:
                imports.append(Import(row + 1, f"{context.rstrip('/')}/{file}", style="build"))

    # --- nodes

    def _pairs(self, node: Node) -> Iterator[tuple[str, Node | None]]:
        """(key, value) of the outermost mapping in a node."""
        for each in self._pair_nodes(node):
            key = each.child_by_field_name("key")
            if key is not None:
                yield self._key(key), each.child_by_field_name("value")

    def _texts(self, node: Node) -> dict[str, str]:
        """The keys of the outermost mapping in a node whose values are scalars, with those."""
        found = {}
        for each in self._pair_nodes(node):
            if (plain := self._plain(each)) is not None:
                found[plain[0]] = plain[2]
                continue
            key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
            if key is not None and value is not None and (said := self._said(value)) is not None:
                found[self._key(key)] = said
        return found

    def _pair_nodes(self, node: Node) -> Iterator[Node]:
        pairs, sequences = self._kinds.pair, self._kinds.sequence
        waiting = [node]
        while waiting:
            each = waiting.pop()
            number = each.kind_id
            if number in pairs:
                yield each
            elif number not in sequences:
                waiting += reversed(each.named_children)

    def _items(self, node: Node) -> Iterator[Node]:
        """The entries of the outermost lists in a node."""
        waiting = [node]
        while waiting:
            each = waiting.pop()
            if each.kind_id in self._kinds.sequence:
                yield from (child for child in each.named_children if child.kind_id not in self._kinds.comment)
            else:
                waiting += reversed(each.named_children)

    def _key_of(self, pair: Node) -> str:
        key = pair.child_by_field_name("key")
        return self._key(key) if key is not None else ""

    def _is_scalar(self, node: Node) -> bool:
        scalars = self._kinds.scalar
        return any(child.kind_id in scalars for child in node.children)

    def _scalar(self, node: Node) -> str:
        """What a scalar says, without anchor and tag; the text of another node."""
        said = self._said(node)
        return self._source.written(node).strip() if said is None else said

    def _said(self, node: Node) -> str | None:
        """What a scalar says, without anchor and tag; the escapes of double quotes but for the common ones stay. None
        for another node."""
        kinds = self._kinds
        for found in node.children:
            number = found.kind_id
            if number not in kinds.scalar:
                continue
            written = self._source.written(found).strip()
            if number in kinds.single:
                return written[1:-1].replace("''", "'")
            if number in kinds.double:
                inner = written[1:-1]
                return inner.replace('\\"', '"').replace("\\\\", "\\") if "\\" in inner else inner
            return written.partition("\n")[2].strip() if number in kinds.block else written
        return None


def _command(script: str) -> str:
    """The first command of a script; an ellipsis after it if there are more."""
    lines = [line.strip() for line in script.split("\n") if line.strip() and not line.lstrip().startswith("#")]
    return f"{lines[0]} …" if len(lines) > 1 else "".join(lines)


def _last(node: Node) -> int:
    row = node.start_point[0]
    last, column = node.end_point
    return int(last - (column == 0 and last > row))

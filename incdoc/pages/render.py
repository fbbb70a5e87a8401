"""Inputs -> text. The templates look like the page they make; computed values are made in ``docs.py`` and here.

``Renderer`` is made once a build; the process keeps compiled templates. A folder given by the setting ``templates``
replaces templates by name; those run in jinja2's sandbox, because the repository that has them is not trusted.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext, suppress
from functools import partial, wraps
from typing import Any

import jinja2
import jinja2.sandbox

from incdoc.config import IncdocError, read_template
from incdoc.executors.bounds import limited_memory
from incdoc.languages.facts import Facts
from incdoc.links.names import parent
from incdoc.links.outline import HEADINGS
from incdoc.links.resolve import Target
from incdoc.pages import inputs as kinds
from incdoc.pages import paths
from incdoc.pages.divide import divide_page
from incdoc.pages.docs import DocsView, mermaid
from incdoc.pages.markdown import (
    anchor,
    code,
    fence,
    fragment,
    heading,
    href,
    link,
    prose,
    relative,
    shown,
    slug,
    text,
    visible,
)
from incdoc.pages.paths import Style
from incdoc.sources.mark import HEAD_BYTES, MARK, is_page

TEMPLATES = os.path.join(os.path.dirname(__file__), "templates")
ENDING = ".md.jinja"
KINDS = ("docs", "kw", "index", "doc", "sub", "letter", "letters", "chapter", "contents")
"""The templates' names."""


class TemplateError(IncdocError):
    """A user's template cannot be read or fails."""


class _Codes(jinja2.BytecodeCache):
    """Compiled templates of all Renderers in this process: compiling takes longer than rendering forty pages."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], Any] = {}

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


_CODES = {sandboxed: _Codes() for sandboxed in (False, True)}
"""The sandbox compiles templates to different code."""


_MOST_TEXT = 64 << 20
"""Characters that a template of the user's writes at most, beside eight times the source's."""
_MOST_PRODUCT = 1 << 20
"""Length, or bits, of what an operation in a template of the user's may make."""


_MOST_WORK = 8 * _MOST_TEXT
"""What a template of the user's may do for a page, beside 64 times the source's size: a character that an operation
takes or makes is 1, an iteration of a loop, a call, a filter, an operation or an inclusion ``_STEP``."""
_STEP = 256
_MOST_MEMORY = 768 << 20
"""Bytes of memory that it may take, beside 64 times the source's size, where the system can limit them."""


class _Sandbox(jinja2.sandbox.ImmutableSandboxedEnvironment):
    """Runs no operation whose result takes memory out of proportion to the template, and counts the work, so that a
    template ends or fails in the same place on every machine; ``range`` is bounded by jinja2."""

    intercepted_binops = frozenset(("+", "-", "*", "/", "//", "**", "%"))

    def __init__(self, **options: Any) -> None:
        super().__init__(optimized=False, **options)  # else constants are computed while compiling, uncounted
        self.work_left = 0
        vars(self)["concat"] = self._counted(self.concat)  # compiled templates look it up here

    def count_filters(self) -> None:
        """Count the work of each filter, when all are there."""
        self.filters = {name: self._counted(each) for name, each in self.filters.items()}
        self.filters[_EACH] = self._each

    def spend(self, *values: Any) -> None:
        """Count a step that took or made ``values``."""
        self.work_left -= _STEP + sum(len(value) for value in values if isinstance(value, _SIZED))
        if self.work_left < 0:
            raise jinja2.TemplateRuntimeError("it does not end soon: it takes too many steps")

    def _counted(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def counted(*args: Any, **options: Any) -> Any:
            self.spend(*args, *options.values())
            result = function(*args, **options)
            self.spend(result)
            return result

        return counted

    def _each(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self.spend()
            yield item

    def _parse(self, source: str, name: str | None, filename: str | None) -> jinja2.nodes.Template:
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all(jinja2.nodes.For):
            loop.iter = jinja2.nodes.Filter(loop.iter, _EACH, [], [], None, None, lineno=loop.iter.lineno)
        return tree

    def _load_template(self, name: Any, globals: Any) -> jinja2.Template:
        self.spend()
        return super()._load_template(name, globals)

    def call(self, context: jinja2.runtime.Context, called: Any, /, *args: Any, **options: Any) -> Any:
        """Call a function, a macro or a method."""
        self.spend(getattr(called, "__self__", None), *args)
        result = super().call(context, called, *args, **options)
        self.spend(result)
        return result

    def call_binop(self, context: jinja2.runtime.Context, operator: str, left: Any, right: Any) -> Any:
        """Compute ``left operator right``."""
        self.spend(left, right)
        if _product(operator, left, right) > _MOST_PRODUCT:
            raise jinja2.TemplateRuntimeError(f"the result of {operator!r} is too large")
        return super().call_binop(context, operator, left, right)


class _CountedTemplate(jinja2.Template):
    """A compiled template whose ``~`` and recursive loops are counted."""

    @classmethod
    def from_code(cls, environment: Any, code: Any, globals: Any, uptodate: Any = None) -> jinja2.Template:
        """The template that jinja2 compiled to ``code``."""
        template = super().from_code(environment, code, globals, uptodate)
        names = template.root_render_func.__globals__

        class Loop(jinja2.runtime.LoopContext):
            def __next__(self) -> Any:
                environment.spend()
                return super().__next__()

        names["LoopContext"] = Loop
        for name in ("str_join", "markup_join"):
            names[name] = environment._counted(names[name])
        return template


_Sandbox.template_class = _CountedTemplate
_EACH = " each"
"""The filter of each loop's items: no template can name it."""
_SIZED = (str, bytes, list, tuple, dict, set, frozenset, range)


def _product(operator: str, left: Any, right: Any) -> int:
    """At most how long the result is."""
    if operator == "%":
        widths = _WIDTHS.findall(left) if isinstance(left, str) else ()
        return _MOST_PRODUCT + 1 if "*" in widths else max((int(each[:20]) for each in widths if each), default=0)
    if operator == "*":
        for one, other in ((left, right), (right, left)):
            if hasattr(one, "__len__") and isinstance(other, int):
                return len(one) * max(other, 0)
    if not (isinstance(left, int) and isinstance(right, int)):
        return 0
    return left.bit_length() * (max(right, 0) if operator == "**" else 1) + right.bit_length()


_WIDTHS = re.compile(r"%[^a-zA-Z%]*?(\*|[0-9]+)")


def _user_template(folder: str, name: str) -> tuple[str, str, Callable[[], bool]] | None:
    data = read_template(folder, os.path.join(*jinja2.loaders.split_template_path(name)))
    if data is None:
        return None
    return data.decode("utf-8"), os.path.join(folder, name), lambda: True


class Renderer:
    """Renders pages of one ``Style``. ``templates``: absolute folder of the user's templates, or empty."""

    def __init__(self, style: Style, templates: str = "") -> None:
        self.style = style
        self._page = ""
        self._ways: dict[str, str] = {}
        """Relative links from the folder of ``_page``; pages are mostly rendered folder by folder."""
        self._user = templates
        self._environment = self._make(templates)
        self._compiled: dict[str, jinja2.Template] = {}

    def render(self, value: kinds.Inputs, facts: Facts | None = None, body: str = "") -> list[tuple[str, str]]:
        """(path, text) of the page, or of its parts if it is too long.

        ``facts`` and ``body`` (the text as ``languages.text.decode`` gives it) are needed for ``Docs`` only.
        """
        name = type(value).__name__.lower()
        page = page_of(value)
        if page.rpartition("/")[0] != self._page.rpartition("/")[0]:
            self._ways.clear()
        self._page = page
        extra = getattr(self, f"_{name}")(value, facts, body)
        try:
            with limited_memory(_MOST_MEMORY + 64 * len(body)) if self._user else nullcontext():
                whole = self._text(name, extra, len(body))
        except Exception as error:
            if not self._user and not isinstance(error, jinja2.TemplateError):
                raise  # a fault in incdoc itself
            raise TemplateError(self._explain(name, error)) from error
        if not is_page(whole[:HEAD_BYTES].encode("utf-8", "replace")):
            whole = f"{MARK}a template of this repository. -->\n{whole}"
        limit = self.style.max_page_kb * 1024
        return divide_page(self._page, whole.rstrip("\n") + "\n", limit)

    def _text(self, name: str, extra: dict[str, Any], size: int) -> str:
        if not isinstance(self._environment, _Sandbox):
            return self._template(name).render(**extra)
        self._environment.work_left = _MOST_WORK + 64 * size
        room = _MOST_TEXT + 8 * size
        pieces = []
        for piece in self._template(name).generate(**extra):
            room -= len(piece)
            if room < 0:
                raise jinja2.TemplateRuntimeError("it writes more than 64 Mi characters")
            pieces.append(piece)
        return "".join(pieces)

    def compile(self, names: Iterable[str]) -> None:
        """Compile these templates. One with an error is left to fail its page."""
        for name in names:
            with suppress(jinja2.TemplateError, MemoryError, RecursionError):
                if isinstance(self._environment, _Sandbox):
                    self._environment.work_left = _MOST_WORK
                self._template(name)

    def _template(self, name: str) -> jinja2.Template:
        if name not in self._compiled:
            self._compiled[name] = self._environment.get_template(name + ENDING)
        return self._compiled[name]

    def _explain(self, name: str, error: Exception) -> str:
        number = error.lineno if isinstance(error, jinja2.TemplateSyntaxError) else _line_of(name + ENDING, error)
        line = f", line {number}" if number else ""
        said = str(error).rstrip(". \n") or type(error).__name__  # some of the messages end with a full stop
        if isinstance(error, MemoryError):
            said = "it takes too much memory"
        return f"The template {name + ENDING}{line} fails on {self._page}: {said}. Fix it in the templates folder."

    def _make(self, templates: str) -> jinja2.Environment:
        make = _Sandbox if templates else jinja2.Environment
        own = jinja2.FileSystemLoader(TEMPLATES)
        environment = make(
            loader=jinja2.ChoiceLoader([jinja2.FunctionLoader(partial(_user_template, templates)), own])
            if templates
            else own,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=jinja2.StrictUndefined,
            auto_reload=False,
            bytecode_cache=_CODES[bool(templates)],
        )
        environment.filters.update(self._filters())
        environment.globals["mark"] = MARK
        if isinstance(environment, _Sandbox):
            environment.count_filters()
        return environment

    def _filters(self) -> dict[str, Callable[..., Any]]:
        here = self._here
        return {
            "anchor": anchor,
            "cell": lambda s: code(s, cell=True),
            "chapter": lambda folder: here(paths.chapter_path(folder)),
            "code": code,
            "comment": lambda s: visible(s).replace("--", "-‐").replace(">", "›"),
            "doc": lambda folder: here(paths.folder_page(folder, paths.DOC)),
            "docs": lambda path: here(paths.docs_path(path)),
            "fence": fence,
            "files": lambda n: _count(n, "file"),
            "folder": lambda folder: folder or ".",
            "fragment": fragment,
            "h2": lambda s: heading(2, s),
            "h3": lambda s: heading(3, s),
            "index": lambda folder: here(paths.folder_page(folder, paths.INDEX)),
            "kw": lambda path: here(paths.kw_path(path)),
            "last": lambda name: name.rpartition(".")[2],
            "letter": lambda prefix: here(paths.letter_path(prefix)),
            "name": lambda path: path.rpartition("/")[2] or ".",
            "prose": prose,
            "shown": shown,
            "slug": slug,
            "sources": lambda n: _count(n, "source"),
            "sub": lambda folder: here(paths.folder_page(folder, paths.SUB)),
            "text": text,
        }

    def _here(self, page: str) -> str:
        """The relative link from the page that is rendered to another."""
        way = self._ways.get(page)
        if way is None:
            way = self._ways[page] = href(relative(self._page, page))
        return way

    # the context of each template

    def _common(self, folder: str) -> dict[str, Any]:
        here = self._here
        return {
            "name": folder or ".",
            "crumbs": list(self._trail(folder)),
            "index": here(paths.folder_page(folder, paths.INDEX)),
            "doc": here(paths.folder_page(folder, paths.DOC)),
            "sub": here(paths.folder_page(folder, paths.SUB)),
            "above": here(paths.folder_page(parent(folder), paths.INDEX)) if folder else "",
            "root": here(paths.INDEX),
            "keywords": here(paths.KEYWORDS),
            "book": here(paths.BOOK),
        }

    def _trail(self, folder: str) -> Iterator[tuple[str, str]]:
        yield text("index"), self._here(paths.INDEX)
        step = ""
        for part in folder.split("/") if folder else ():
            step = f"{step}/{part}" if step else part
            yield text(part), self._here(paths.folder_page(step, paths.INDEX))

    def _docs(self, value: kinds.Docs, facts: Facts | None, body: str) -> dict[str, Any]:
        assert facts is not None
        page = DocsView(value, facts, body, self.style)
        name = value.path.rpartition("/")[2]
        common = self._common(page.folder)
        return common | {
            "page": page,
            "crumbs": [*common["crumbs"], (code(name), "")],
            "kw": self._here(paths.kw_path(value.path)),
            "source": self.style.source_href(self._page, value.path),
            "suffix": name[name.rindex(".") :] if "." in name[1:] else "",
            "rules": common["root"] + "#rules",
        }

    def _kw(self, value: kinds.Kw, facts: Facts | None, body: str) -> dict[str, Any]:
        folder = parent(value.path)
        base = self.style.source_href(self._page, value.path)
        docs = self._here(paths.docs_path(value.path))
        groups: dict[str, list[str]] = {}
        for row in value.keywords:
            name, label = row.name, _LABELS.get(row.kind, "")
            groups.setdefault(HEADINGS[row.kind], []).append(
                f"- **{code(name)}**: {label}[documentation]({docs}{fragment(name)}) · {_lines(base, row.lines)}"
            )
        return self._common(folder) | {
            "page": value,
            "folder": folder or ".",
            "source": base,
            "docs": docs,
            "docs_name": paths.docs_path(value.path).rpartition("/")[2],
            "groups": [(title, groups[title]) for title in dict.fromkeys(HEADINGS.values()) if title in groups],
            "imports": [
                f"- **{code(row.name)}**: {self._all_read(row.targets)} · {_lines(base, row.lines)}"
                for row in value.imports
            ],
            "sections": [
                (title, words, [link(code(owner), docs + fragment(owner)) for owner in owners.split("\n") if owner])
                for title, words, owners in value.sections
            ],
        }

    def _all_read(self, targets: Iterable[Target]) -> str:
        return " or ".join(dict.fromkeys(map(self._reads, targets)))

    def _reads(self, target: Target) -> str:
        if target.kind == "source":
            href = self._here(paths.docs_path(target.path))
            return link("documentation", href + fragment(target.name) if target.name else href)
        return _READS[target.kind]

    def _index(self, value: kinds.Index, facts: Facts | None, body: str) -> dict[str, Any]:
        return self._common(value.folder) | {"page": value, "chapter": self._here(paths.chapter_path(value.folder))}

    def _doc(self, value: kinds.Doc, facts: Facts | None, body: str) -> dict[str, Any]:
        groups: dict[str, list[str]] = {}
        for importer, imported in value.parts:
            groups.setdefault(importer, []).append(imported)
        graph = _graph(value.parts) if len(value.parts) <= kinds.LARGEST_GRAPH else ""
        count = sum(len(each) for _, each in value.types)
        return self._common(value.folder) | {
            "page": value,
            "count": count,
            "graph": graph,
            "groups": list(groups.items()),
        }

    def _sub(self, value: kinds.Sub, facts: Facts | None, body: str) -> dict[str, Any]:
        groups: dict[str, list[str]] = {title: [] for title in HEADINGS.values()}
        for kind_title, line in self._keyword_lines(value.names, by_kind=True):
            groups[kind_title].append(line)
        return self._common(value.folder) | {
            "page": value,
            "groups": [(title, rows) for title, rows in groups.items() if rows],
        }

    def _letter(self, value: kinds.Letter, facts: Facts | None, body: str) -> dict[str, Any]:
        return self._common("") | {
            "page": value,
            "rows": [line for _, line in self._keyword_lines(value.names, by_kind=False)],
        }

    def _keyword_lines(self, names: Iterable[tuple[str, str, str]], by_kind: bool) -> Iterator[tuple[str, str]]:
        """(heading, line): one line for each name, with every file that defines it."""
        found: dict[tuple[str, str], list[str]] = {}
        ways: dict[str, tuple[str, str]] = {}
        for name, kind, path in names:
            way = ways.get(path)
            if way is None:
                way = ways[path] = code(path), self._here(paths.docs_path(path))
            label, page = way
            title, words = (HEADINGS[kind], "") if by_kind else ("", f"{kind} in ")
            found.setdefault((title, name), []).append(f"[{words}{label}]({page}{fragment(name)})")
        for (title, name), places in found.items():
            links = places[0] if len(places) == 1 else ", ".join(dict.fromkeys(places))
            yield title, f"- **{code(name)}**: {links}"

    def _letters(self, value: kinds.Letters, facts: Facts | None, body: str) -> dict[str, Any]:
        return self._common("") | {"page": value}

    def _chapter(self, value: kinds.Chapter, facts: Facts | None, body: str) -> dict[str, Any]:
        return self._common(value.folder) | {"page": value, "before": value.before, "after": value.after}

    def _contents(self, value: kinds.Contents, facts: Facts | None, body: str) -> dict[str, Any]:
        return self._common("") | {"page": value}


def _line_of(file: str, error: Exception) -> int:
    """The line of the template at which a run-time error was raised; jinja2 rewrites the traceback to it."""
    import traceback

    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(file)]
    return lines[-1] or 0 if lines else 0


def page_of(value: kinds.Inputs) -> str:
    """The path of a page, relative to the output folder."""
    match value:
        case kinds.Docs():
            return paths.docs_path(value.path)
        case kinds.Kw():
            return paths.kw_path(value.path)
        case kinds.Index():
            return paths.folder_page(value.folder, paths.INDEX)
        case kinds.Doc():
            return paths.folder_page(value.folder, paths.DOC)
        case kinds.Sub():
            return paths.folder_page(value.folder, paths.SUB)
        case kinds.Letter():
            return paths.letter_path(value.prefix)
        case kinds.Letters():
            return paths.KEYWORDS
        case kinds.Chapter():
            return paths.chapter_path(value.folder)
        case kinds.Contents():
            return paths.BOOK


_LABELS = {"variable": "module variable, ", "type alias": "type alias, "}
_READS = {
    "stdlib": "standard library",
    "distribution": "another distribution",
    "folder": "a folder of this repository",
    "repository": "a repository of its own, in a folder of this one",
    "missing": "not found in this repository",
    "ambiguous": "ambiguous",
}


def _lines(base: str, lines: Iterable[int]) -> str:
    first, *others = lines
    return f"[line {first}]({base}#L{first})" + "".join(f", [{line}]({base}#L{line})" for line in others)


def _count(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n or 'no'} {word}s"


def _graph(parts: Iterable[tuple[str, str]]) -> str:
    pairs = list(parts)
    nodes = {name: f"n{number}" for number, name in enumerate(sorted({each for pair in pairs for each in pair}))}
    rows = ["graph LR", *(f'  {node}["{mermaid(name)}"]' for name, node in nodes.items())]
    rows += [f"  {nodes[importer]} --> {nodes[imported]}" for importer, imported in pairs]
    return "\n".join(rows)

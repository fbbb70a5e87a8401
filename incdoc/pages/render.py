"""Inputs -> text. The templates look like the page they make; computed values are made by the page's kind.

``Renderer`` is made once a build; the process keeps compiled templates. A folder given by the setting ``templates``
replaces templates by name; those run in jinja2's sandbox, because the repository that has them is not trusted.
"""

from __future__ import annotations

import marshal
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial, wraps
from hashlib import sha1
from importlib.util import cache_from_source
from typing import Any

import jinja2
import jinja2.sandbox

from incdoc.config import IncdocError, SettingError, read_template
from incdoc.executors.bounds import limited_memory
from incdoc.pages import paths
from incdoc.pages.kinds import KINDS, kind_of
from incdoc.pages.markdown import (
    anchor,
    code,
    fence,
    fragment,
    heading,
    href,
    prose,
    relative,
    shown,
    slug,
    text,
    visible,
)
from incdoc.sources.mark import HEAD_BYTES, MARK, is_page, with_mark
from incdoc.sources.paths import parent

TEMPLATES = os.path.join(os.path.dirname(__file__), "templates")
ENDING = ".md.jinja"


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


class _KeptCodes(_Codes):
    """Those of incdoc's own templates, which are kept as Python keeps compiled modules, where and when it
    does: to compile one takes as long as to read ten."""

    def load_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        super().load_bytecode(bucket)
        if bucket.code is None:
            with suppress(OSError, ValueError, EOFError, TypeError):
                with open(self._file(bucket), "rb") as stream:
                    data = stream.read()
                head = self._head(bucket)
                if data.startswith(head):
                    bucket.code = marshal.loads(data[len(head) :])
                    super().dump_bytecode(bucket)

    def dump_bytecode(self, bucket: jinja2.bccache.Bucket) -> None:
        super().dump_bytecode(bucket)
        if sys.dont_write_bytecode:
            return
        path = self._file(bucket)
        written = f"{path}.{os.getpid()}"
        with suppress(OSError):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(written, "xb") as stream:
                stream.write(self._head(bucket) + marshal.dumps(bucket.code))
            os.replace(written, path)

    @staticmethod
    def _file(bucket: jinja2.bccache.Bucket) -> str:
        return cache_from_source(f"{os.path.dirname(__file__)}/template-{bucket.key}.py")

    @staticmethod
    def _head(bucket: jinja2.bccache.Bucket) -> bytes:
        """What the code depends on: the template, jinja2, the options of the environment, which are in this file."""
        with open(__file__, "rb") as stream:
            digest = sha1(stream.read(), usedforsecurity=False)
        digest.update(f"{jinja2.__version__} {sys.version} {bucket.checksum}".encode())
        return digest.digest()


_CODES: dict[bool, _Codes] = {False: _KeptCodes(), True: _Codes()}
"""The sandbox compiles templates to different code, and a template of the user's is kept by no other process."""


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
        super().__init__(**options)
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


UserTemplates = dict[str, bytes | str]
"""The user's templates by their names; a string says why one cannot be read."""


def user_templates(folder: str) -> UserTemplates:
    """All of a folder, for a process that does not see it. A folder that is a link is left out."""
    found: UserTemplates = {}
    for above, _, names in os.walk(folder):
        for name in names:
            path = os.path.relpath(os.path.join(above, name), folder)
            try:
                data = read_template(folder, path)
            except SettingError as error:
                found[path.replace(os.sep, "/")] = str(error)
                continue
            if data is not None:
                found[path.replace(os.sep, "/")] = data
    return found


def _read_user_template(templates: str | UserTemplates, name: str) -> bytes | None:
    parts = jinja2.loaders.split_template_path(name)
    if isinstance(templates, str):
        return read_template(templates, os.path.join(*parts))
    found = templates.get("/".join(parts))
    if isinstance(found, str):
        raise SettingError(found)
    return found


def _user_template(templates: str | UserTemplates, name: str) -> tuple[str, str, Callable[[], bool]] | None:
    data = _read_user_template(templates, name)
    if data is None:
        return None
    folder = templates if isinstance(templates, str) else ""
    return data.decode("utf-8"), os.path.join(folder, name), lambda: True


class Renderer:
    """Renders pages, one after the other. ``templates``: absolute folder of the user's templates, or their contents;
    empty: there are none."""

    def __init__(self, templates: str | UserTemplates = "") -> None:
        self.page = ""
        """The page that is rendered."""
        self._href_cache: dict[str, str] = {}
        """Relative links from the folder of ``page``; pages are mostly rendered folder by folder."""
        self._user = templates
        self._environment = self._make(templates)
        self._compiled: dict[str, jinja2.Template] = {}

    def turn_to(self, page: str) -> None:
        """Render this page from now on."""
        if page.rpartition("/")[0] != self.page.rpartition("/")[0]:
            self._href_cache.clear()
        self.page = page

    def text(self, name: str, context: dict[str, Any], size: int = 0) -> str:
        """The text that the template makes of its variables, with the mark. ``size``: characters of the source that the
        page shows. Raises TemplateError."""
        try:
            with self._limited(size):
                whole = self._text(name, context, size)
        except Exception as error:
            if not self._user and not isinstance(error, jinja2.TemplateError):
                raise  # a fault in incdoc itself
            raise TemplateError(self._explain(name, error)) from error
        if not is_page(whole[:HEAD_BYTES].encode("utf-8", "replace")):
            whole = with_mark(whole, "a template of this repository")
        return whole.rstrip("\n") + "\n"

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
                with self._limited(0):  # the compiler computes constants
                    self._template(name)

    def _limited(self, size: int) -> AbstractContextManager[None]:
        return limited_memory(_MOST_MEMORY + 64 * size) if self._user else nullcontext()

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
        return f"The template {name + ENDING}{line} fails on {self.page}: {said}. Fix it in the templates folder."

    def _make(self, templates: str | UserTemplates) -> jinja2.Environment:
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
            optimized=False,  # else constants are computed while compiling, by the code of filters
            bytecode_cache=_CODES[bool(templates)],
        )
        environment.filters.update(self._filters())
        environment.globals["mark"] = MARK
        if isinstance(environment, _Sandbox):
            environment.count_filters()
        return environment

    def _filters(self) -> dict[str, Callable[..., Any]]:
        filters: dict[str, Callable[..., Any]] = {
            "anchor": anchor,
            "cell": lambda s: code(s, cell=True),
            "code": code,
            "comment": lambda s: visible(s).replace("--", "-‐").replace(">", "›"),
            "fence": fence,
            "files": lambda n: _count(n, "file"),
            "folder": lambda folder: folder or ".",
            "fragment": fragment,
            "h2": lambda s: heading(2, s),
            "h3": lambda s: heading(3, s),
            "last": lambda name: name.rpartition(".")[2],
            "name": lambda path: path.rpartition("/")[2] or ".",
            "cell_prose": lambda s: prose(s, cell=True),
            "prose": prose,
            "shown": shown,
            "slug": slug,
            "sources": lambda n: _count(n, "source"),
            "text": text,
        }
        for row in KINDS:
            if not row.setting:  # no page leads to one of the others, which there may not be
                links = kind_of(row.name).links()
                filters.update((each, self._linking(path)) for each, path in links.items())
        return filters

    def _linking(self, path: Callable[[str], str]) -> Callable[[str], str]:
        return lambda value: self.href(path(value))

    def href(self, page: str) -> str:
        """The relative link from the page that is rendered to another."""
        found = self._href_cache.get(page)
        if found is None:
            found = self._href_cache[page] = href(relative(self.page, page))
        return found

    def common(self, folder: str) -> dict[str, Any]:
        """The variables that every template has, on a page about ``folder``."""
        link = self.href
        return {
            "name": folder or ".",
            "crumbs": list(self._trail(folder)),
            "index": link(paths.folder_page(folder, paths.INDEX)),
            "doc": link(paths.folder_page(folder, paths.DOC)),
            "sub": link(paths.folder_page(folder, paths.SUB)),
            "above": link(paths.folder_page(parent(folder), paths.INDEX)) if folder else "",
            "root": link(paths.INDEX),
            "keywords": link(paths.KEYWORDS),
            "book": link(paths.BOOK),
        }

    def _trail(self, folder: str) -> Iterator[tuple[str, str]]:
        yield text("index"), self.href(paths.INDEX)
        step = ""
        for part in folder.split("/") if folder else ():
            step = f"{step}/{part}" if step else part
            yield text(part), self.href(paths.folder_page(step, paths.INDEX))


def _line_of(file: str, error: Exception) -> int:
    """The line of the template at which a run-time error was raised; jinja2 rewrites the traceback to it."""
    import traceback

    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(file)]
    return lines[-1] or 0 if lines else 0


def _count(n: int, word: str) -> str:
    return f"{n} {word}" if n == 1 else f"{n or 'no'} {word}s"

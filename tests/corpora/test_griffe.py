"""griffe as the judge of what pages say of public names and of inheritance, in both directions.

griffe knows the whole package, and so does a page: each statement of the one is one of the other, or its difference is
of a class in ``DIFFERENT``, which a rule recognises. What ``ast`` shows is evidence where griffe does not read a
statement; no class is a list of names.

    python -m tests.corpora.test_griffe

prints the counts and the differences of each class.
"""

from __future__ import annotations

import ast
import builtins
import logging
import re
import shutil
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

import griffe
import pytest

from . import fetch
from .built import OUTPUT, build
from .worth import OF_TEST

pytestmark = [pytest.mark.corpora, pytest.mark.xdist_group("griffe")]

PROJECTS = {
    "astroid": ("4.3.4", "astroid"),
    "cattrs": ("26.2.1", ""),
    "celery": ("5.7.0", "celery"),
    "fastapi": ("0.165.0", "fastapi"),
    "jedi": ("0.20.1", "jedi"),
    "luigi": ("3.8.1", "luigi"),
    "paramiko": ("5.1.0", "paramiko"),
    "prompt-toolkit": ("3.0.53", "prompt_toolkit"),
    "pydantic": ("2.14.4", "pydantic"),
    "pytest": ("9.2.0", ""),
    "rich": ("15.0.0", "rich"),
    "scrapy": ("2.19.0", "scrapy"),
    "textual": ("8.2.8", "textual"),
    "tornado": ("6.6.1", "tornado"),
    "typer": ("0.29.2", "typer"),
}
"""Release, and the package that the files of its wheel are, if it has one alone."""

PUBLIC, BASE, SUBCLASS, INHERITED = "public names", "bases", "known subclasses", "inherited members"
AT_LEAST = {PUBLIC: 1000, BASE: 2500, SUBCLASS: 2500, INHERITED: 50_000}
"""Statements of each kind in all projects."""
SHARE = 0.99
"""Of what griffe finds, and is not wrong about, pages have at least this part."""

MODULE_KEPT = "a module of the package has the name: griffe keeps it, although an import binds the name to another"
NOT_READ = "griffe does not read the statement (a, b = ...; else of TYPE_CHECKING)"
NO_PACKAGE = "the module is below a folder without __init__.py, which griffe leaves out"
IN_FUNCTION = "griffe does not read classes in functions"
BUILTIN = "griffe finds a name of Python's own in the package around the module, which is not searched"
SET_IN_METHOD = "griffe reads attributes of self in __init__ alone"
IN_LOOP = "griffe does not read what loops and unpacking bind in the body of a class"
SPECIAL = "griffe counts special names as public; a star does not give them"
VARIABLE = "a variable is the base, and has no block on its page for the classes below"
TEST = "a test has of what it inherits only what it replaces"
IMPORTED = "an import in the body of a class is no member"

DIFFERENT: dict[str, tuple[str, ...]] = {
    PUBLIC: (MODULE_KEPT, NOT_READ, SPECIAL),
    BASE: (IN_FUNCTION, NO_PACKAGE, BUILTIN),
    SUBCLASS: (IN_FUNCTION, NO_PACKAGE, BUILTIN, VARIABLE),
    INHERITED: (IN_FUNCTION, NO_PACKAGE, SET_IN_METHOD, IN_LOOP, TEST, IMPORTED),
}
"""Why the two differ. One that is no longer needed fails the test."""
MISSED = (SPECIAL, VARIABLE)
"""Those that griffe has and that could be on pages."""

_LINK = re.compile(r"\[(`+)((?:(?!\1).)+)\1\]\(([^()\s]*)\)")
_HEADING = re.compile(r'#{3,6} (?:<a id="[^"]*"></a>)?[^`<]* `([^`]+)`$')
_MODULE = re.compile(r"^\| \*\*Module\*\* \| `([^`]+)` \|$", re.MULTILINE)
_MORE = re.compile(r", and (\d+) more\.$")
_PART = re.compile(r"_docs(\.\d+)?\.md$")


class Pages:
    """What pages say, names in full: of packages by name, of classes by class. ``inherited``: by class above, the
    names that are shown and how many are not."""

    def __init__(self, folder: Path) -> None:
        self.public: dict[str, dict[str, str]] = {}
        self.indexed: dict[str, dict[str, str]] = {}
        self.bases: dict[str, list[str]] = {}
        self.subclasses: dict[str, list[str]] = {}
        self.inherited: dict[str, dict[str, tuple[list[str], int]]] = {}
        self.tests: set[str] = set()
        self._modules: dict[str, str] = {}
        texts = {path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*.md"))}
        for page, text in texts.items():
            if found := _MODULE.search(text):
                self._modules[_PART.sub("", page)] = found[1]
                self.tests.update([found[1]] if OF_TEST.search(text) else ())
        for page, text in texts.items():
            source = page.removesuffix("index.md") + "__init__.py" if page.endswith("index.md") else _PART.sub("", page)
            if module := self._modules.get(source):
                if page.endswith("index.md"):
                    self.indexed[module] = dict(self._names(page, _section(text, "Public Names")))
                else:
                    if source.endswith("/__init__.py"):
                        names = self._names(page, _section(text, "High-Level Overview"))
                        self.public.setdefault(module, {}).update(names)
                    self._classes(module, page, text.partition("\n## Original Source\n")[0])

    def _full(self, page: str, target: str) -> str:
        """The full name of what a link leads to."""
        path, _, name = target.partition("#")
        there = normpath((PurePosixPath(page).parent / unquote(path)).as_posix()) if path else page
        source = _PART.sub("", there)
        return ".".join(filter(None, (self._modules.get(source, f"<{source}>"), unquote(name))))

    def _names(self, page: str, text: str) -> Iterator[tuple[str, str]]:
        """(name, what it leads to) of the tables of public names."""
        title = ""
        for line in text.splitlines():
            if not line.startswith("|"):
                title = ""
            elif not title:
                title = line.strip("| ").partition(" | ")[0]
            elif title in ("Name", "Public name") and (found := _LINK.match(line, 2)):
                yield found[2], self._full(page, found[3])

    def _classes(self, module: str, page: str, text: str) -> None:
        owner = ""
        for line in text.splitlines():
            if found := _HEADING.match(line):
                owner = f"{module}.{found[1]}"
            elif line.startswith(("Line ", "Lines ")) and " · derives from " in line:
                said = line.partition(" · derives from ")[2].partition(" · ")[0]
                led = [self._full(page, each[3]) for each in _LINK.finditer(said) if "#" in each[3]]
                self.bases.setdefault(owner, []).extend(led)
            elif line.startswith("Known subclasses: ["):
                led = [self._full(page, each[3]) for each in _LINK.finditer(line)]
                self.subclasses.setdefault(owner, []).extend(led)
            elif line.startswith("Inherited from ["):
                first, *rest = _LINK.finditer(line)
                above = self._full(page, first[3])
                assert [self._full(page, each[3]) for each in rest] == [f"{above}.{each[2]}" for each in rest], line
                more = _MORE.search(line)
                self.inherited.setdefault(owner, {})[above] = [each[2] for each in rest], int(more[1]) if more else 0


def _section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


class Bound(ast.NodeVisitor):
    """What statements bind, by class, in an empty name by the module; ``on_self``: what methods of a class set."""

    def __init__(self, path: Path) -> None:
        self.names: dict[str, set[str]] = {"": set()}
        self.on_self: dict[str, set[str]] = {}
        self._around: list[str] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.visit(ast.parse(path.read_bytes()))

    def _bind(self, name: str) -> None:
        self.names.setdefault(".".join(self._around), set()).add(name)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        self._around.append(node.name)
        for each in node.body:
            self.visit(each)
        self._around.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._bind(node.name)
        first = next(iter((*node.args.posonlyargs, *node.args.args)), None)
        decorators = {each.id for each in node.decorator_list if isinstance(each, ast.Name)}
        if self._around and first and not decorators & {"staticmethod", "classmethod"}:
            of_class = self.on_self.setdefault(".".join(self._around), set())
            for each in ast.walk(node):
                if isinstance(each, ast.Assign | ast.AnnAssign):
                    targets = each.targets if isinstance(each, ast.Assign) else [each.target]
                    of_class.update(name for target in targets for name in _attributes(target, first.arg))

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit(self, node: ast.AST) -> None:
        """Lambdas and comprehensions bind nothing around them."""
        if not isinstance(node, ast.Lambda | ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
            super().visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)

    def visit_ImportFrom(self, node: ast.ImportFrom | ast.Import) -> None:
        for each in node.names if not self._around else ():
            self._bind(each.asname or each.name.partition(".")[0])

    def visit_Import(self, node: ast.Import) -> None:
        self.visit_ImportFrom(node)


def _attributes(target: ast.expr, of: str) -> Iterator[str]:
    if isinstance(target, ast.Tuple | ast.List):
        for each in target.elts:
            yield from _attributes(each, of)
    elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == of:
        yield target.attr


class Griffe:
    """What griffe knows of all packages of a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.packages = sorted(each.parent.name for each in root.glob("*/__init__.py"))
        loader = griffe.GriffeLoader(search_paths=[root], allow_inspection=False)
        found = [loader.load(each) for each in self.packages]
        loader.resolve_aliases(implicit=False, external=False)
        self._collection = loader.modules_collection
        self.modules: dict[str, griffe.Module] = {}
        self.classes: dict[str, griffe.Class] = {}
        for each in found:
            assert isinstance(each, griffe.Module)
            self._add(each)
        self._bound: dict[Path, Bound] = {}

    def _add(self, found: griffe.Module | griffe.Class) -> None:
        if isinstance(found, griffe.Module):
            self.modules[found.path] = found
        else:
            self.classes[found.path] = found
        for each in found.members.values():
            if isinstance(each, griffe.Module | griffe.Class):
                self._add(each)

    def final(self, name: str) -> griffe.Object | None:
        """What a full name of the packages leads to."""
        try:
            found = self._collection.get_member(name)
            return found.final_target if isinstance(found, griffe.Alias) else found
        except (griffe.GriffeError, KeyError):
            return None

    def is_own(self, name: str) -> bool:
        return name.partition(".")[0] in self.packages

    def bases(self, found: griffe.Class) -> Iterator[tuple[str, griffe.Object]]:
        """(base as written, what it leads to) of those in the packages."""
        for base in found.bases:
            there = self.final(base if isinstance(base, str) else base.canonical_path)
            if there is not None and self.is_own(there.path):
                yield str(base), there

    def bound(self, module: str) -> Bound | None:
        """What the statements of a module bind."""
        place = self.root / module.replace(".", "/")
        path = place / "__init__.py" if place.is_dir() else place.with_name(f"{place.name}.py")
        if path not in self._bound and path.is_file():
            self._bound[path] = Bound(path)
        return self._bound.get(path)

    def is_bound(self, name: str) -> bool:
        """Whether a statement at the top level of a module binds the full name, or it is a module."""
        module, _, last = name.rpartition(".")
        found = self.bound(module) if module else None
        return name in self.modules or (found is not None and last in found.names[""])

    def in_package(self, name: str) -> bool:
        """Whether all folders above what has the full name are packages."""
        at = self.root
        for part in name.split("."):
            at /= part
            if at.is_dir() and not (at / "__init__.py").is_file():
                return False
        return True

    def members(self, found: griffe.Class, why: Counter[str]) -> set[str]:
        """The members of a class, with what griffe does not read of them. ``why`` counts that."""
        own = {name for name, each in found.members.items() if not each.is_alias}
        why[IMPORTED] += sum(each.is_alias and not name.startswith("_") for name, each in found.members.items())
        bound = self.bound(found.module.path)
        inner = found.path.removeprefix(f"{found.module.path}.")
        for reason, names in ((IN_LOOP, bound.names), (SET_IN_METHOD, bound.on_self)) if bound else ():
            more = names.get(inner, set()) - own
            why[reason] += sum(not name.startswith("_") for name in more)
            own |= more
        return own


class Judge:
    """Compares the two for the release of a project. ``counts``: by kind, what pages say, what griffe has of which
    pages should speak, and what of that they have."""

    def __init__(self, name: str, folder: Path) -> None:
        version, package = PROJECTS[name]
        root = folder / name
        shutil.copytree(fetch.modules(name, version), root / package)
        build(root, "docs", "index")
        self.name = name
        self.pages = Pages(root / OUTPUT)
        self.griffe = Griffe(root)
        self.said: Counter[str] = Counter()
        self.present: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.explained: Counter[tuple[str, str]] = Counter()
        self.wrong: list[tuple[str, str]] = []
        self._public()
        self._bases()
        self._subclasses()
        self._inherited()

    def _said(self, kind: str, what: str, agrees: bool, why: str) -> None:
        """Count what a page says; ``why`` griffe does not, if that is known."""
        self.said[kind] += 1
        if not agrees:
            self._differs(kind, f"made up: {what}", why)

    def _there(self, kind: str, what: str, said: bool, why: str) -> None:
        """Count what griffe has; ``why`` no page says it, if that is known."""
        self.found[kind] += said
        self.present[kind] += said or why in MISSED or not why
        if not said:
            self._differs(kind, f"missing: {what}", why)

    def _differs(self, kind: str, what: str, why: str) -> None:
        if why:
            self.explained[kind, why] += 1
        else:
            self.wrong.append((kind, f"{self.name}, {what}"))

    def _public(self) -> None:
        for module, names in self.pages.public.items():
            if self.pages.indexed.get(module, {}) != names:
                self.wrong.append((PUBLIC, f"{self.name}, the page of {module} and the index of its folder differ"))
            theirs = self.griffe.modules.get(module)
            for name, place in names.items():
                found = self.griffe.final(f"{module}.{name}") if theirs else None
                agrees = found is not None and found.path == place
                why = "" if agrees else self._other_place(module, name, place, found)
                self._said(PUBLIC, f"{module}.{name} is {place}, not {found and found.path}", agrees, why)
        for module, theirs in self.griffe.modules.items():
            for name, member in theirs.members.items() if theirs.is_init_module else ():
                found = self.griffe.final(f"{module}.{name}")
                if found is None or not self.griffe.is_own(found.path) or not member.is_public:
                    continue
                if not isinstance(member, griffe.Module):
                    said = name in self.pages.public.get(module, {})
                    why = SPECIAL if re.fullmatch("__.*__", name) else ""
                    self._there(PUBLIC, f"{module}.{name}", said, why)

    def _other_place(self, module: str, name: str, place: str, found: griffe.Object | None) -> str:
        if not self.griffe.is_bound(place):
            return ""
        if found is not None and found.is_module and place == f"{found.path}.{name}":
            return MODULE_KEPT
        there = self.griffe.final(place)
        return NOT_READ if found is None and (there is None or not there.runtime) else ""

    def _unknown(self, name: str) -> str:
        """Why griffe has no such class."""
        if name in self.griffe.classes:
            return ""
        if not self.griffe.in_package(name):
            return NO_PACKAGE
        inner = next((at for at in _above(name) if at in self.griffe.classes or at in self.griffe.modules), "")
        first = name.removeprefix(f"{inner}.").partition(".")[0]
        known = self.griffe.final(f"{inner}.{first}")
        in_function = known is not None and (known.is_function or "property" in known.labels)
        return IN_FUNCTION if in_function else ""

    def _bases(self) -> None:
        for name, bases in self.pages.bases.items():
            theirs = self.griffe.classes.get(name)
            known = {there.path for _, there in self.griffe.bases(theirs)} if theirs else set()
            for base in bases:
                self._said(BASE, f"{name} derives from {base}, not {known}", base in known, self._unknown(name))
        for name, theirs in self.griffe.classes.items():
            for text, there in self.griffe.bases(theirs):
                said = there.path in self.pages.bases.get(name, ())
                self._there(BASE, f"{name} derives from {there.path}", said, self._no_base(theirs, text))

    def _no_base(self, found: griffe.Class, text: str) -> str:
        """Why what griffe has for a base is none."""
        first = re.match(r"\w*", text)
        bound = self.griffe.bound(found.module.path)
        if first and bound and hasattr(builtins, first[0]) and first[0] not in bound.names[""]:
            return BUILTIN
        return ""

    def _subclasses(self) -> None:
        below: dict[str, dict[str, str]] = {}
        for name, theirs in self.griffe.classes.items():
            for text, there in self.griffe.bases(theirs):
                why = VARIABLE if there.is_attribute else self._no_base(theirs, text)
                below.setdefault(there.path, {})[name] = why
        for name, classes in self.pages.subclasses.items():
            for each in classes:
                agrees = each in below.get(name, ())
                self._said(SUBCLASS, f"{each} derives from {name}", agrees, self._unknown(each))
        for name, reasons in below.items():
            for each, why in reasons.items():
                said = each in self.pages.subclasses.get(name, ())
                self._there(SUBCLASS, f"{each} derives from {name}", said, why)

    def _inherited(self) -> None:
        for name, above in self.pages.inherited.items():
            if name not in self.griffe.classes:
                self._said(INHERITED, f"{name} from {list(above)}", False, self._unknown(name))
        why: Counter[str] = Counter()
        for name, theirs in self.griffe.classes.items():
            above = self.pages.inherited.get(name, {})
            known: dict[str, set[str]] = {}
            seen = self.griffe.members(theirs, why)
            for place in theirs.mro():
                members = self.griffe.members(place, Counter())
                known[place.path] = {each for each in members - seen if not each.startswith("_")}
                seen |= members
            for place_name, (names, more) in above.items():
                agree = set(names) <= known.get(place_name, set())
                self._said(INHERITED, f"{name} has {names} of {place_name}, not {known.get(place_name)}", agree, "")
                self.said[INHERITED] += len(names) + more - 1
            in_test = theirs.module.path in self.pages.tests
            for place_name, has in known.items():
                names, more = above.get(place_name, ([], 0))
                for each in sorted(has):
                    said = each in names
                    more -= not said
                    self._there(
                        INHERITED, f"{name} has {each} of {place_name}", said or more >= 0, TEST if in_test else ""
                    )
                if more > 0:
                    self.wrong.append((INHERITED, f"{self.name}, {name} has {more} too many of {place_name}"))
        self.explained.update({(INHERITED, reason): count for reason, count in why.items()})


def _above(name: str) -> Iterator[str]:
    while "." in name:
        name = name.rpartition(".")[0]
        yield name


class Judged:
    """All projects together."""

    def __init__(self, folder: Path) -> None:
        logging.getLogger("griffe").setLevel(logging.CRITICAL)
        self.all = [Judge(name, folder) for name in PROJECTS]

    @cached_property
    def explained(self) -> Counter[tuple[str, str]]:
        return sum((each.explained for each in self.all), Counter())

    def wrong(self, kind: str) -> list[str]:
        return [what for each in self.all for which, what in each.wrong if which == kind]

    def counts(self, kind: str) -> tuple[int, int, int]:
        """What pages say, what of griffe's statements they have, and how many those are."""
        said = sum(each.said[kind] for each in self.all)
        return said, sum(each.found[kind] for each in self.all), sum(each.present[kind] for each in self.all)


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    return Judged(tmp_path_factory.mktemp("griffe"))


@pytest.mark.parametrize("kind", DIFFERENT)
def test_pages_say_what_griffe_finds(judged: Judged, kind: str) -> None:
    wrong = judged.wrong(kind)
    assert not wrong, f"{len(wrong)} differences\n" + "\n".join(wrong[:40])
    said, found, present = judged.counts(kind)
    assert said >= AT_LEAST[kind]
    assert found >= SHARE * present, f"{found:,} of {present:,}"
    unneeded = [each for each in DIFFERENT[kind] if not judged.explained[kind, each]]
    assert not unneeded, "explained, but not different any more"


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory(prefix="incdoc-griffe-") as folder:
        found = Judged(Path(folder))
    for kind, reasons in DIFFERENT.items():
        said, there, present = found.counts(kind)
        print(f"{kind}: pages say {said:,}; of griffe's {there:,} / {present:,} ({there / present:.4f})")
        print(*(f"  {found.explained[kind, reason]:7,} {reason}" for reason in reasons), sep="\n")
        print(*(f"  {what}" for what in found.wrong(kind)[: int(sys.argv[1]) if sys.argv[1:] else 10]), sep="\n")


if __name__ == "__main__":
    main()

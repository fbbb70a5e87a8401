"""Every page of Django and torch as readers see it: each link leads somewhere, no source breaks out of its block."""

from __future__ import annotations

import posixpath
import re
import time
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from incdoc.languages import load
from tests.support import LANGUAGES

from .built import OUTPUT, Built
from .reading import LARGEST, SOURCE, Page, read_all

pytestmark = pytest.mark.corpora

INDEX = ("Names in Tests", "Private Names")
SECTIONS = {
    "_docs.md": (
        "File Metadata", "File Purpose", "High-Level Overview", "Detailed Analysis", "Architecture & Design",
        "Dependencies", "Code Patterns & Idioms", "Performance Considerations", "Security & Safety",
        "Testing & Usage", "Related Files", "Original Source", "Cross-References",
    ),
    "_kw.md": ("File Information", "Keywords Extracted", "Keyword → Section Map"),
    "/index.md": ("Overview", "Public Names", "Subfolders", "Files", "Navigation"),
    "index.md": ("Where to Begin", "Parts", "Languages", "Files", "How to Read These Pages", "Navigation"),
    "doc.md": (
        "Role", "Parts", "Contents by Type", "Key Concepts", "Most Imported Files", "Imports Between Parts", "Tests",
        "Entry Points", "Navigation",
    ),
    "sub.md": ("Subfolders", *LANGUAGES.headings, "Navigation"),
    "comprehensive_book.md": ("Entry Points", "Public Names", "Chapters", "Appendix: Tests and Benchmarks"),
    "keywords.md": INDEX,
    "rules.md": ("Pattern", "Performance", "Security"),
}  # fmt: skip
"""By the end of a page's name, in the order of the page. The chapters of the book have a section a file."""
KINDS = (*LANGUAGES.headings, "Imports")
LINES = re.compile(r"L(\d+)(?:-L(\d+))?")
BLOCKS = {each.name: [kind for kind in each.kinds if kind.shown == "block"] for each in map(load, LANGUAGES.names)}
"""The kinds of definitions that have a heading, by language."""
LABELS = "|".join(sorted({kind.label or kind.name for kinds in BLOCKS.values() for kind in kinds}))
ANALYSED = re.compile(r"(?:async |property )?(?:class|function|method|property|setter|deleter|dataclass|enum|exception"
                      rf"|protocol|TypedDict|named tuple|{LABELS}) \S.*|Public [\w ]+")  # fmt: skip
NAMED = frozenset({kind.words for name in LANGUAGES.names for kind in load(name).kinds} | {"modules"})
"""What the groups of the public names of a folder are called."""


class Tree(NamedTuple):
    """A built tree and all its pages, by path."""

    built: Built
    pages: dict[str, Page]


@pytest.fixture(scope="session", params=["django", "torch"])
def tree(request: pytest.FixtureRequest) -> Tree:
    built: Built = request.getfixturevalue(f"{request.param}_pages")
    started = time.perf_counter()
    paths = [path.relative_to(built.pages).as_posix() for path in built.pages.rglob("*") if path.is_file()]
    pages = {page.path: page for page in read_all(built.pages, sorted(paths))}
    assert len(pages) == built.stats["pages"] > 5_000
    links = sum(len(page.links) for page in pages.values())
    print(f"\n{len(pages)} pages, {links} links read in {time.perf_counter() - started:.0f} s")
    return Tree(built, pages)


def documents(path: str) -> bool:
    """Whether the page is a source's documentation."""
    return path.endswith("_docs.md")


def some(problems: list[str]) -> str:
    return f"{len(problems)} problems:\n" + "\n".join(problems[:30])


def test_every_link_leads_somewhere(tree: Tree) -> None:
    problems = [
        f"{page.path}: {link}: {problem}"
        for page in tree.pages.values()
        for link in dict.fromkeys(page.links)
        if (problem := wrong(tree, page, link))
    ]
    assert not problems, some(problems)


def wrong(tree: Tree, page: Page, link: str) -> str:
    """What is wrong with a link on a page; empty if nothing is."""
    if link.startswith(("https://", "http://")):  # of a documentation
        return ""
    path, _, fragment = link.partition("#")
    if ":" in path or path.startswith("/") or "\\" in path:
        return "it is not relative"
    target = unquote(posixpath.normpath(posixpath.join(posixpath.dirname(page.path), path))) if path else page.path
    if not target.startswith("../"):
        if target not in tree.pages:
            return "there is no such page"
        return "" if not fragment or unquote(fragment) in tree.pages[target].anchors else "there is no such anchor"
    file = posixpath.normpath(posixpath.join(OUTPUT, target))
    last = last_line(tree.built.root, file)
    if last is None:
        return "there is no such file"
    if not fragment:
        return ""
    match = LINES.fullmatch(fragment)
    if not match:
        return "its fragment is none of lines"
    first, end = int(match[1]), int(match[2] or match[1])
    return "" if 1 <= first <= end <= last else f"the file has {last} lines"


@cache
def last_line(root: Path, file: str) -> int | None:
    try:
        data = (root / file).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return None
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return len(data.decode("utf-16").split("\n"))
    return data.count(b"\n") + (not data.endswith(b"\n"))


def test_nothing_breaks_out(tree: Tree) -> None:
    problems = [f"{page.path}: {problem}" for page in tree.pages.values() for problem in page.problems]
    assert not problems, some(problems)


def test_sections_are_those_of_the_design(tree: Tree) -> None:
    problems = [f"{page.path}: {problem}" for page in tree.pages.values() for problem in section_problems(page)]
    assert not problems, some(problems)


def section_problems(page: Page) -> list[str]:
    titles = [title for level, title, _ in page.headings if level == 1]
    sections = [title for level, title, _ in page.headings if level == 2]
    deeper = [title for level, title, _ in page.headings if level > 2]
    path = re.sub(r"\.\d+\.md$", ".md", page.path)
    name = path.rpartition("/")[2]
    known = next((each for end, each in SECTIONS.items() if path.endswith(end)), None)
    problems = [] if len(titles) == 1 else [f"titles {titles}"]
    if path == "book/repository.md" or name.endswith("_chapter.md"):
        known, sections = ("Below This Folder",), [each for each in sections if each == "Below This Folder"]
    elif name.startswith("keywords."):
        known = INDEX
    if known is None:
        return [*problems, "a page of no known kind"]
    order = [known.index(each) if each in known else -1 for each in sections]
    if -1 in order or order != sorted(set(order)):
        problems.append(f"sections {sections}")
    if name.endswith("_kw.md"):
        known = KINDS
        order = [known.index(each) if each in known else -1 for each in deeper]
        if -1 in order or order != sorted(set(order)):
            problems.append(f"kinds {deeper}")
    elif name.endswith("_docs.md"):
        problems += [f"heading {each!r}" for each in deeper if not ANALYSED.fullmatch(each)]
    elif name == "index.md":
        problems += [f"heading {each!r}" for each in deeper if each.lower() not in NAMED]
    elif deeper:
        problems.append(f"headings {deeper}")
    return problems


def test_every_definition_has_its_heading_and_no_other(tree: Tree) -> None:
    """The headings below Detailed Analysis are the classes, functions and methods that the keyword page lists, and what
    is like them in other languages."""
    said: dict[str, Counter[str]] = {}
    for page in tree.pages.values():
        docs = re.sub(r"_docs(?:\.\d+)?\.md$", "_docs.md", page.path)
        if documents(docs):
            names = said.setdefault(docs, Counter())
            names.update(name for level, _, name in page.headings if level > 2 and name)
    problems, total = [], 0
    for docs, names in said.items():
        listed = listed_names(tree.built.pages, tree.pages, docs.removesuffix("_docs.md") + "_kw")
        total += names.total()
        if names != listed:
            problems.append(f"{docs}: only headings {names - listed}, only keywords {listed - names}")
    print(f"\n{total} headings of definitions on {len(said)} pages")
    assert not problems, some(problems)
    assert total > 30_000


def listed_names(folder: Path, pages: dict[str, Page], stem: str) -> Counter[str]:
    from .test_keywords import listed

    language = LANGUAGES.detect(unquote(stem.removesuffix("_kw"))).language
    headings = {kind.heading for kind in BLOCKS.get(language, ())}
    rows = listed((folder / part).read_text() for part in parts_of(pages, f"{stem}.md"))
    names: Counter[str] = Counter()
    for kind, name, lines in rows:
        if kind in headings:
            names[name] += len(lines)
    return names


def test_sources_are_whole_on_their_pages(tree: Tree) -> None:
    """All of a source, byte for byte but for line ends and control characters; other encodings are left out."""
    problems, read = [], 0
    for docs in tree.pages:
        if not documents(docs):
            continue
        file = tree.built.root / unquote(docs.removesuffix("_docs.md"))
        try:
            wanted = plain(file.read_bytes().decode("utf-8-sig"))
        except UnicodeDecodeError:
            continue
        shown = whole(tree.pages, docs)
        if max(map(len, wanted.split("\n"))) > LARGEST // 8:  # such a line may be divided into several fences
            wanted, shown = wanted.replace("\n", ""), shown.replace("\n", "")
        elif wanted and not wanted.endswith("\n"):
            wanted += "\n"
        read += 1
        if shown != wanted:
            problems.append(f"{docs}: {len(shown)} characters, not {len(wanted)}")
    print(f"\n{read} sources stand whole")
    assert not problems, some(problems)
    assert read > 2_000


def parts_of(pages: dict[str, Page], page: str) -> list[str]:
    """A page and the further parts of it."""
    parts = [page]
    while (part := f"{page[:-3]}.{len(parts) + 1}.md") in pages:
        parts.append(part)
    return parts


def whole(pages: dict[str, Page], docs: str) -> str:
    """The source that the parts of a page show; a part begins in the section that the one before ended in."""
    pieces, before = [], ""
    for part in parts_of(pages, docs):
        pieces += [content for section, content in pages[part].fences if (section or before) == SOURCE]
        before = ([before] + [title for level, title, _ in pages[part].headings if level == 2])[-1]
    return "".join(pieces)


def plain(text: str) -> str:
    """A text as a page shows it: LF ends a line, and control characters are visible."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub("[\x00-\x08\x0b-\x1f\x7f]", lambda m: chr(0x2421 if m[0] == "\x7f" else 0x2400 + ord(m[0])), text)


BY_NAME = (".png", ".jpg", ".eot")
"""Files that are binary by their names. Django's tests have some that hold text."""


def test_every_text_has_its_pages(tree: Tree) -> None:
    """A file of UTF-8 without a NUL is no binary file."""
    documented = {unquote(page.removesuffix("_docs.md")) for page in tree.pages if documents(page)}
    missing = []
    for file in tree.built.root.rglob("*"):
        path = file.relative_to(tree.built.root).as_posix()
        if not file.is_file() or path.startswith((".incdoc/", OUTPUT + "/")) or path.endswith(BY_NAME):
            continue
        data = file.read_bytes()
        try:
            data.decode()
        except UnicodeDecodeError:
            continue
        if b"\0" not in data and path not in documented:
            missing.append(path)
    assert not missing, some(missing)

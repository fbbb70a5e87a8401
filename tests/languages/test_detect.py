"""The file type that a name means, and every extractor by its name."""

import pytest

from incdoc.languages import detect, extract
from incdoc.languages import detect as detect_module
from incdoc.languages.facts import Facts


@pytest.mark.parametrize(
    ("path", "name", "label", "fence", "extractor"),
    [
        ("a/b.py", "python", "Python source", "python", "python"),
        ("a/b.pyi", "python", "Python stub", "python", "python"),
        ("README.md", "markdown", "Markdown", "markdown", "markdown"),
        ("x.yml", "yaml", "YAML", "yaml", "text"),
        ("aten/x.cuh", "cuda", "CUDA header", "cuda", "text"),
        ("x.d.ts", "typescript", "TypeScript declarations", "typescript", "text"),
        ("my.d.tsx", "tsx", "TypeScript with JSX", "tsx", "text"),
        ("Makefile", "makefile", "Makefile", "makefile", "text"),
        ("a/CMakeLists.txt", "cmake", "CMake script", "cmake", "text"),
        ("docker/Dockerfile.dev", "dockerfile", "Dockerfile", "dockerfile", "text"),
        ("LICENSE", "text", "Licence", "", "text"),
        ("LICENSE.zlib", "text", "Licence", "", "text"),
        (".gitignore", "text", "Ignore rules", "", "text"),
        ("BUILD", "starlark", "Starlark build file", "starlark", "text"),
        ("build", "text", "Text", "", "text"),
        ("x.PNG", "binary", "Image", "", "binary"),
        ("locale/de/django.mo", "binary", "Compressed translations", "", "binary"),
        ("libfoo.so.1", "binary", "Library", "", "binary"),
        ("django-admin.1", "text", "Manual page", "", "text"),
        ("a.tar.gz", "binary", "Archive", "", "binary"),
        ("icon.svg", "xml", "SVG image", "xml", "text"),
        ("weird.xyzzy", "text", "Text", "", "text"),
        ("py", "text", "Text", "", "text"),
        (".py", "python", "Python source", "python", "python"),
        ("a.py/readable", "text", "Text", "", "text"),
        ("\udcff\n|.py", "python", "Python source", "python", "python"),
        ("", "text", "Text", "", "text"),
    ],
)
def test_a_name_means_a_language(path: str, name: str, label: str, fence: str, extractor: str) -> None:
    assert detect(path) == type(detect(path))(name, label, fence, extractor)


def test_no_suffix_is_listed_twice() -> None:
    tables = (detect_module.__globals__[name] for name in ("_TABLE", "_NAMES", "_BINARY"))
    for table in tables:
        names = " ".join(row.rpartition("|")[2] for row in table.strip().splitlines()).split()
        assert len(names) == len(set(names))


@pytest.mark.parametrize("extractor", ["markdown", "text", "binary"])
def test_an_extractor_gives_facts_of_its_language(extractor: str) -> None:
    facts = extract(extractor, b"# x\n")
    assert isinstance(facts, Facts)
    assert facts.language == extractor


def test_an_unknown_language_is_text() -> None:
    assert extract("cobol", b"x\n") == extract("text", b"x\n")

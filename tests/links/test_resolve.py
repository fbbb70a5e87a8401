"""What each import leads to, and which definition a name means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.links.support import LINK, Repository

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Repository]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(**files: str) -> Repository:
        return Repository(tmp_path / "store.db", files)

    return made


def test_absolute_imports(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "",
            "pkg/mod.py": "class A: ...\n",
            "use.py": "import pkg\nimport pkg.mod as m\nfrom pkg import mod\nfrom pkg.mod import A, z\n",
        }
    )
    assert found.reads("use.py") == ["pkg/__init__.py", "pkg/mod.py", "pkg/mod.py", "pkg/mod.py:A", "pkg/mod.py"]


def test_relative_imports(make: Make) -> None:
    found = make(
        **{
            "a/__init__.py": "NAME = 1\n",
            "a/b/__init__.py": "from .. import NAME\nfrom . import c\n",
            "a/b/c.py": "from ...a import NAME\nfrom .... import x\nfrom . import c\n"
            "from .missing import y\nfrom ..b import c\n",
            "a/b/d.py": "from .c import *\n",
        }
    )
    assert found.reads("a/b/__init__.py") == ["a/__init__.py:NAME", "a/b/c.py"]
    # a module that imports itself from its package: the package is imported
    assert found.reads("a/b/c.py") == ["a/__init__.py:NAME", "missing", "a/b/__init__.py", "missing", "a/b/__init__.py"]
    assert found.reads("a/b/d.py") == ["a/b/c.py"]


def test_standard_library_distribution_and_missing(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "",
            "use.py": "import os.path\nimport numpy.linalg\nimport pkg.gone\nfrom pkg.gone import x\n"
            "from numpy import array\n",
        }
    )
    assert found.reads("use.py") == ["stdlib", "distribution", "missing", "missing", "distribution"]


def test_a_file_wins_over_the_standard_library_only_where_it_is_on_the_path(make: Make) -> None:
    found = make(
        **{
            "json.py": "",
            "use.py": "import json\nimport queue\n",
            "tools/queue.py": "",
            "tools/own.py": "import queue\n",
        }
    )
    assert found.reads("use.py") == ["json.py", "stdlib"]
    assert found.reads("tools/own.py") == ["tools/queue.py"]


def test_src_and_tests_of_a_project(make: Make) -> None:
    found = make(
        **{
            "pyproject.toml": "",
            "src/pkg/__init__.py": "",
            "src/pkg/mod.py": "def f(): ...\n",
            "tests/test_mod.py": "from pkg.mod import f\nimport helper\n",
            "tests/helper.py": "",
        }
    )
    assert found.reads("tests/test_mod.py") == ["src/pkg/mod.py:f", "tests/helper.py"]


def test_projects_see_each_other_and_prefer_their_own(make: Make) -> None:
    found = make(
        **{
            "one/pyproject.toml": "",
            "one/common.py": "",
            "one/first.py": "",
            "two/pyproject.toml": "",
            "two/common.py": "",
            "two/use.py": "import common\nimport first\n",
            "use.py": "import common\nimport first\n",
        }
    )
    assert found.reads("two/use.py") == ["two/common.py", "one/first.py"]
    assert found.reads("use.py") == ["ambiguous: one/common.py two/common.py", "one/first.py"]


def test_a_helper_of_an_other_folder_of_scripts_is_not_guessed(make: Make) -> None:
    found = make(**{"a/helper.py": "", "b/run.py": "import helper\n"})
    assert found.reads("b/run.py") == ["ambiguous: a/helper.py"]


@pytest.mark.parametrize("order", [("__init__", "m"), ("m", "__init__")], ids=" first, then ".join)
def test_what_a_package_does_not_import_of_itself_its_modules_do(make: Make, order: tuple[str, str]) -> None:
    text = "from c import A\n"
    found = make(**{"a/b/c/__init__.py": text, "a/b/c/m.py": text, "c.py": "A = 1\n"})
    reads = {name: found.reads(f"a/b/c/{name}.py") for name in order}
    assert reads == {"__init__": ["c.py:A"], "m": ["a/b/c/__init__.py -> c.py:A"]}


def test_namespace_packages(make: Make) -> None:
    found = make(
        **{
            "space/inner/mod.py": "A = 1\n",
            "use.py": "import space.inner.mod\nimport space\nfrom space import inner\nfrom space.inner import mod\n"
            "from space.inner.mod import A\nfrom space import nothing\n",
        }
    )
    assert found.reads("use.py") == [
        "space/inner/mod.py",
        "space",
        "space/inner",
        "space/inner/mod.py",
        "space/inner/mod.py:A",
        "missing",
    ]


def test_a_namespace_package_beside_a_script(make: Make) -> None:
    files = {
        "tools/run.py": "import lib.mod\nfrom lib import mod\nimport lib\nimport email.mod\n",
        "tools/lib/mod.py": "",
    }
    found = make(**files, **{"tools/email/mod.py": ""})
    assert found.reads("tools/run.py") == ["tools/lib/mod.py", "tools/lib/mod.py", "tools/lib", "stdlib"]
    pending = found.edit(**{"tools/lib/mod.py": None})
    assert found.reads("tools/run.py") == ["distribution", "distribution", "distribution", "stdlib"]
    assert "docs:tools/run.py" in pending


def test_a_package_comes_before_a_module_and_a_source_before_a_stub(make: Make) -> None:
    files = {"m/__init__.pyi": "", "m.pyi": "", "use.py": "import m\n"}
    found = make(**files)
    assert found.reads("use.py") == ["m/__init__.pyi"]
    for better in ("m.py", "m/__init__.py"):
        files[better] = ""
        found.become(files)
        assert found.reads("use.py") == [better]
    found.become({"m.pyi": "", "use.py": "import m\n"})
    assert found.reads("use.py") == ["m.pyi"]


def test_what_has_no_pages_is_not_imported(make: Make) -> None:
    found = make(**{"m.py": LINK + "elsewhere.py", "use.py": "import m\n"})
    assert found.reads("use.py") == ["distribution"]


# --- re-exports


def test_a_name_is_followed_to_its_definition(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "from .api import Thing as Public\n",
            "pkg/api.py": "from ._core import Thing\n",
            "pkg/_core.py": "class Thing: ...\n",
            "use.py": "from pkg import Public\n",
        }
    )
    assert found.reads("use.py") == ["pkg/__init__.py -> pkg/_core.py:Thing"]
    assert found.tables.importers("pkg/__init__.py") == ["use.py"]
    assert found.tables.importers("pkg/_core.py") == ["pkg/api.py"]
    assert ("Thing", 3) in found.tables.mentions("pkg/_core.py")


def test_through_stars_as_exports_say(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "from .one import *\nfrom .two import *\n",
            "pkg/one.py": "__all__ = ['A']\nclass A: ...\nclass B: ...\n",
            "pkg/two.py": "from .three import *\nclass _C: ...\n",
            "pkg/three.py": "def B(): ...\ndef _D(): ...\n",
            "use.py": "from pkg import A\nfrom pkg import B\nfrom pkg import _C\nfrom pkg import _D\n",
        }
    )
    assert found.reads("use.py") == [
        "pkg/__init__.py -> pkg/one.py:A",
        "pkg/__init__.py -> pkg/three.py:B",
        "pkg/__init__.py",
        "pkg/__init__.py",
    ]


def test_exports_let_a_private_name_through_a_star(make: Make) -> None:
    found = make(
        **{
            "a.py": "from b import *\n",
            "b.py": "__all__ = ['_x']\ndef _x(): ...\ndef y(): ...\n",
            "use.py": "from a import _x\nfrom a import y\n",
        }
    )
    assert found.reads("use.py") == ["a.py -> b.py:_x", "a.py"]


def test_import_cycles_end(make: Make) -> None:
    found = make(
        **{
            "a.py": "from b import *\nfrom b import x\n",
            "b.py": "from a import *\nfrom a import x\n",
            "use.py": "from a import x\nfrom a import y\n",
        }
    )
    assert found.reads("use.py") == ["a.py", "a.py"]


def test_a_long_chain_is_followed_and_an_endless_one_is_not(make: Make) -> None:
    files = {f"m{n}.py": f"from m{n + 1} import x\n" for n in range(200)}
    found = make(**files | {"m50.py": "def x(): ...\n"})
    assert found.reads("m0.py") == ["m1.py -> m50.py:x"]
    assert found.reads("m60.py") == ["m61.py"]


def test_many_stars_side_by_side(make: Make) -> None:
    files = {f"m{n:03}.py": f"class C{n}: ...\n" for n in range(150)}
    stars = "".join(f"from m{n:03} import *\n" for n in range(150))
    found = make(**files, **{"all.py": stars, "use.py": "from all import C149, C0, gone\n"})
    assert found.reads("use.py") == ["all.py -> m149.py:C149", "all.py -> m000.py:C0", "all.py"]


def test_a_variable_in_another_branch_is_a_fallback_and_a_definition_is_not(make: Make) -> None:
    found = make(
        **{
            "fast.py": "def f(): ...\ndef g(): ...\n",
            "api.py": "try:\n    from fast import f, g\nexcept ImportError:\n    f = None\n    def g(): ...\n",
            "use.py": "from api import f\nfrom api import g\n",
        }
    )
    assert found.reads("use.py") == [
        "api.py -> fast.py:f",
        "api.py -> fast.py:g (try) or api.py:g (except ImportError)",
    ]


def test_every_branch_that_binds_a_name_is_said_with_its_condition(make: Make) -> None:
    found = make(
        **{
            "m/__init__.py": "",
            "m/fast.py": "class Impl: ...\n",
            "m/slow.py": "class Impl: ...\n",
            "m/old.py": "from m.slow import Impl\n",
            "m/api.py": "try:\n    from .fast import Impl\nexcept ImportError:\n    from .slow import Impl\n",
            "m/ver.py": "if V > 3:\n    from .fast import Impl\nelif V:\n    Impl = None\nelse:\n    class Impl: ...\n",
            "m/same.py": "if V:\n    from .old import Impl\nelse:\n    from .slow import Impl\n",
            "m/late.py": "try:\n    from .fast import Impl\nexcept ImportError:\n    pass\nfrom .slow import Impl\n",
            "use.py": "from m.api import Impl\nfrom m.ver import Impl as V\nfrom m.same import Impl as S\n"
            "from m.late import Impl as L\n",
            "sub.py": "from m.api import Impl\nclass A(Impl): ...\n",
        }
    )
    assert found.reads("use.py") == [
        "m/api.py -> m/fast.py:Impl (try) or m/slow.py:Impl (except ImportError)",
        "m/ver.py -> m/fast.py:Impl (if V > 3) or m/ver.py:Impl (else of if V > 3)",
        "m/same.py -> m/slow.py:Impl",
        "m/late.py -> m/slow.py:Impl",
    ]
    assert found.tables.subclasses("m/fast.py") == [("Impl", "sub.py", "A")]
    assert found.tables.subclasses("m/slow.py") == [("Impl", "sub.py", "A")]
    assert ("Impl", 5) in found.tables.mentions("m/fast.py")


def test_what_is_bound_last_counts(make: Make) -> None:
    found = make(
        **{
            "a.py": "def f(): ...\ndef g(): ...\ndef h(): ...\n",
            "b.py": "def f(): ...\n",
            "stars.py": "from a import *\nfrom b import *\nfrom a import h\ndef g(): ...\n",
            "again.py": "def f(): ...\nfrom a import *\n",
            "wrapped.py": "from a import f, g\nf = g(f)\n",
            "typed.py": "from a import f\nf: object\n",
            "use.py": "from stars import f, g, h\nfrom again import f\nfrom wrapped import f, g\nfrom typed import f\n",
        }
    )
    assert found.reads("use.py") == [
        "stars.py -> b.py:f",
        "stars.py:g",
        "stars.py -> a.py:h",
        "again.py -> a.py:f",
        "wrapped.py:f",
        "wrapped.py -> a.py:g",
        "typed.py -> a.py:f",
    ]


def test_an_edit_of_the_order_reaches_what_uses_the_name(make: Make) -> None:
    found = make(
        **{
            "a.py": "def f(): ...\n",
            "b.py": "def f(): ...\n",
            "api.py": "from a import *\nfrom b import *\n",
            "use.py": "from api import f\n",
        }
    )
    assert "docs:use.py" not in found.edit(**{"api.py": "# x\nfrom a import *\n\nfrom b import *\n"})
    assert "docs:use.py" in found.edit(**{"api.py": "from b import *\nfrom a import *\n"})
    assert found.reads("use.py") == ["api.py -> a.py:f"]
    assert "docs:use.py" in found.edit(**{"api.py": "if x:\n    from b import f\nelse:\n    from a import f\n"})
    assert found.reads("use.py") == ["api.py -> b.py:f (if x) or a.py:f (else of if x)"]


def test_a_name_that_a_package_binds_comes_before_its_module(make: Make) -> None:
    found = make(
        **{
            "ops/__init__.py": "from ops.lag import lag\nfrom . import far\nlate = 1\nfrom .late import other\n"
            "early = 1\nif TYPE_CHECKING:\n    from .lazy import lazy\nfrom gone import out\n",
            "ops/lag.py": "def lag(): ...\n",
            "ops/far.py": "def far(): ...\n",
            "ops/late.py": "other = 1\n",
            "ops/early.py": "",
            "ops/lazy.py": "def lazy(): ...\n",
            "ops/out.py": "",
            "use.py": "from ops import lag\nfrom ops import far, late, early, lazy, out\nimport ops.lag\n",
        }
    )
    assert found.reads("use.py") == [
        "ops/__init__.py -> ops/lag.py:lag",
        "ops/far.py",
        "ops/late.py",
        "ops/__init__.py:early",
        "ops/__init__.py -> ops/lazy.py: () or ops/lazy.py:lazy (if TYPE_CHECKING)",
        "ops/__init__.py",
        "ops/lag.py",
    ]
    found.edit(**{"ops/__init__.py": ""})
    assert found.reads("use.py")[0] == "ops/lag.py"


def test_what_a_module_computes_when_it_is_asked_for_is_followed(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "def __getattr__(name):\n    if name == 'Far':\n        from .far import Far\n"
            "        return Far\n    raise AttributeError(name)\n",
            "pkg/far.py": "class Far: ...\n",
            "use.py": "from pkg import Far\nclass A(Far): ...\n",
        }
    )
    assert found.reads("use.py") == ["pkg/__init__.py -> pkg/far.py:Far"]
    assert found.tables.subclasses("pkg/far.py") == [("Far", "use.py", "A")]


# --- roots


def test_a_folder_in_a_package_is_a_part_of_it(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "",
            "pkg/plain/m.py": "import requests\nimport logging\nimport pkg.plain.m\nfrom . import other\n",
            "pkg/plain/requests.py": "import requests\n",
            "pkg/plain/other.py": "",
            "pkg/logging/h.py": "import logging\n",
            "src/space/deep/x.py": "",
            "tools/requests.py": "import requests\n",
        }
    )
    assert found.tables.resolver.names("pkg/plain/m.py") == {"python:pkg.plain.m"}
    assert found.reads("pkg/plain/m.py") == [
        "ambiguous: tools/requests.py",
        "stdlib",
        "pkg/plain/m.py",
        "pkg/plain/other.py",
    ]
    assert found.reads("pkg/logging/h.py") == ["stdlib"]
    assert "python:space.deep.x" in found.tables.resolver.names("src/space/deep/x.py")
    assert found.reads("tools/requests.py") == ["distribution"]


def test_a_project_file_in_a_package_makes_no_root(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "",
            "pkg/pyproject.toml": "",
            "pkg/queue/__init__.py": "",
            "pkg/a.py": "import queue\nimport io\n",
            "io.py": "",
        }
    )
    assert found.reads("pkg/a.py") == ["stdlib", "stdlib"]


def test_the_folder_of_a_test_in_a_package_is_the_last_root(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "",
            "pkg/tests/test_a.py": "import helper\nimport queue\n",
            "pkg/tests/helper.py": "",
            "pkg/tests/queue.py": "",
        }
    )
    assert found.reads("pkg/tests/test_a.py") == ["pkg/tests/helper.py", "stdlib"]


def test_imports_inside_functions_are_not_handed_on(make: Make) -> None:
    found = make(**{"a.py": "def f():\n    from b import x\n", "b.py": "x = 1\n", "use.py": "from a import x\n"})
    assert found.reads("use.py") == ["a.py"]


# --- subclasses


def test_subclasses_across_files(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "from .base import Base\n",
            "pkg/base.py": "class Base: ...\nclass Near(Base): ...\nclass Outer:\n    class Inner(Base): ...\n",
            "one.py": "from pkg import Base as B\nclass One(B[int], metaclass=B): ...\n",
            "two.py": "import pkg.base\nclass Two(pkg.base.Base): ...\n",
            "three.py": "import pkg as p\nclass Three(p.Base): ...\nclass Four(p.base.Base): ...\n",
            "four.py": "from pkg.base import *\nclass Five(Near): ...\n",
            "five.py": "def Base(): ...\nclass Six(Base()): ...\nclass Seven(Base): ...\n",
        }
    )
    assert found.tables.subclasses("pkg/base.py") == [
        ("Base", "one.py", "One"),
        ("Base", "pkg/base.py", "Near"),
        ("Base", "pkg/base.py", "Outer.Inner"),
        ("Base", "three.py", "Four"),
        ("Base", "three.py", "Three"),
        ("Base", "two.py", "Two"),
        ("Near", "four.py", "Five"),
    ]


def test_a_class_of_the_name_of_its_base(make: Make) -> None:
    found = make(**{"a.py": "class A: ...\n", "b.py": "import a\nclass A(a.A): ...\n", "c.py": "class C(C): ...\n"})
    assert found.tables.subclasses("a.py") == [("A", "b.py", "A")]
    assert found.tables.subclasses("c.py") == []


# --- what a change reaches


def test_a_stub_and_its_module_know_each_other(make: Make) -> None:
    found = make(**{"m.py": "def f(): ...\n", "use.py": "import m\n"})
    pending = found.edit(**{"m.pyi": "def f() -> int: ...\n"})
    assert "docs:m.py" in pending
    relatives = found.planner().page("docs:m.py").inputs.relatives  # type: ignore[union-attr]
    assert ("stub", "m.pyi") in relatives
    relatives = found.planner().page("docs:m.pyi").inputs.relatives  # type: ignore[union-attr]
    assert ("implementation", "m.py") in relatives


def test_a_comment_changes_no_other_file(make: Make) -> None:
    found = make(
        **{
            "pkg/__init__.py": "from .a import A\n",
            "pkg/a.py": "class A: ...\n",
            "use.py": "from pkg import A\nclass B(A): ...\n",
        }
    )
    before = found.inputs()
    pending = found.edit(**{"pkg/a.py": "class A: ...\n# said\n"})
    touched = {task for task, key in found.inputs().items() if before[task] != key}
    assert touched == {"docs:pkg/a.py"}
    assert set(pending) == {"docs:pkg/a.py", "kw:pkg/a.py", "index:pkg", "doc:pkg", "book:pkg"}


def test_a_new_module_reaches_the_files_that_looked_for_it(make: Make) -> None:
    found = make(**{"use.py": "import helper\n", "other.py": "import os\n"})
    pending = found.edit(**{"helper.py": ""})
    assert found.reads("use.py") == ["helper.py"]
    assert "docs:use.py" in pending
    assert "kw:use.py" in pending
    assert "docs:other.py" not in pending
    pending = found.edit(**{"helper.py": None})
    assert found.reads("use.py") == ["distribution"]
    assert "docs:use.py" in pending


def test_a_definition_that_moves_reaches_the_files_that_name_it_through_others(make: Make) -> None:
    files = {
        "a.py": "from b import *\n",
        "b.py": "from c import x\n",
        "c.py": "def x(): ...\n",
        "d.py": "def x(): ...\n",
        "use.py": "from a import x\n",
    }
    found = make(**files)
    assert found.reads("use.py") == ["a.py -> c.py:x"]
    pending = found.edit(**{"b.py": "from d import x\n"})
    assert found.reads("use.py") == ["a.py -> d.py:x"]
    assert {"docs:use.py", "kw:use.py", "docs:c.py", "docs:d.py"} <= pending.keys()


def test_a_name_that_a_star_lets_through_from_now_on(make: Make) -> None:
    found = make(
        **{
            "use.py": "from a import x\n",
            "a.py": "from b import *\n",
            "b.py": "from c import *\n",
            "c.py": "__all__ = []\ndef x(): ...\n",
        }
    )
    assert found.reads("use.py") == ["a.py"]
    pending = found.edit(**{"c.py": "__all__ = ['x']\ndef x(): ...\n"})
    assert found.reads("use.py") == ["a.py -> c.py:x"]
    assert {"docs:use.py", "kw:use.py"} <= pending.keys()
    assert found.tables.mentions("c.py") == [("x", 1)]


def test_a_new_subclass_reaches_its_base_and_no_more(make: Make) -> None:
    found = make(**{"a.py": "class A: ...\n", "b.py": "import a\nx = a.A\n", "c.py": "import a\n"})
    pending = found.edit(**{"b.py": "import a\nclass B(a.A): ...\n"})
    assert found.tables.subclasses("a.py") == [("A", "b.py", "B")]
    assert "docs:a.py" in pending
    assert "docs:c.py" not in pending


def test_a_submodule_that_a_base_was_looked_for_in_appears(make: Make) -> None:
    found = make(**{"pkg/__init__.py": "", "use.py": "import pkg as p\nclass B(p.late.A): ...\n"})
    assert found.resolve("use.py").bases == ()
    pending = found.edit(**{"pkg/late.py": "class A: ...\n"})
    assert found.tables.subclasses("pkg/late.py") == [("A", "use.py", "B")]
    assert {"docs:use.py", "docs:pkg/late.py"} <= pending.keys()


def test_a_module_appears_in_a_folder_that_has_no_dotted_name(make: Make) -> None:
    found = make(**{"a-b/__init__.py": "", "a-b/use.py": "from .late import x\n"})
    assert "missing" in str(found.reads("a-b/use.py"))
    pending = found.edit(**{"a-b/late.py": "x = 1\n"})
    assert {"docs:a-b/use.py", "docs:a-b/late.py"} <= pending.keys()
    assert "missing" not in str(found.reads("a-b/use.py"))


def test_exports_alone_may_change_what_a_star_brings(make: Make) -> None:
    found = make(**{"a.py": "__all__ = ['x']\nx = y = 1\n", "b.py": "from a import *\n", "use.py": "from b import x\n"})
    assert found.reads("use.py") == ["b.py -> a.py:x"]
    pending = found.edit(**{"a.py": "__all__ = ['y']\nx = y = 1\n"})
    assert found.reads("use.py") == ["b.py"]
    assert "docs:use.py" in pending


def test_reasons_say_what_happened(make: Make) -> None:
    found = make(**{"use.py": "import helper\n", "helper.py": "a = 1\n"})
    pending = found.edit(**{"helper.py": None})
    assert pending["docs:use.py"] == "imports helper, which appeared or went"
    assert pending["docs:helper.py"] == "helper.py was removed"


def test_nested_classes_and_the_class_that_a_new_one_replaces(make: Make) -> None:
    found = make(
        **{
            "n/__init__.py": "",
            "n/a.py": "class A:\n    class B:\n        class C: ...\n",
            "n/b.py": "from n.a import A\nclass C:\n    class D(A.B): ...\n    class E(D): ...\n"
            "    def m(self):\n        class F(D): ...\n        class G: ...\n        class H(G): ...\n",
            "n/c.py": "from n import a\nclass F(a.A.B): ...\nclass G(a.A.B.C, a.A.gone): ...\n",
            "n/d.py": "from n.a import A\nclass A(A): ...\nclass Z(A): ...\n",
            "n/e.py": "import n.a\nclass Y(n.a.A.B): ...\n",
        }
    )
    assert found.tables.subclasses("n/a.py") == [
        ("A", "n/d.py", "A"),
        ("A.B", "n/b.py", "C.D"),
        ("A.B", "n/c.py", "F"),
        ("A.B", "n/e.py", "Y"),
        ("A.B.C", "n/c.py", "G"),
    ]
    assert found.tables.subclasses("n/b.py") == [("C.D", "n/b.py", "C.E"), ("C.m.G", "n/b.py", "C.m.H")]
    assert found.tables.subclasses("n/d.py") == [("A", "n/d.py", "Z")]

"""What breaks callers of Python modules, and what does not: one package a case, all of them in one repository.

Each case says what its users would notice: a break is a call, an import, an ``except`` or an assignment that was right
before and is not any more.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import pytest

from tests.plugin.test_diff import git
from tests.support import run, write


class Case(NamedTuple):
    """``old``, ``new``: ``m.py`` of a package, or all its files by name. ``said``: ``name: kind (detail)`` of each
    change, names without the package; ``!`` before those that break."""

    old: str | dict[str, str]
    new: str | dict[str, str]
    said: tuple[str, ...] = ()
    unknown: str = ""
    """Why ``m.py`` is not compared."""


BREAKING = {
    "a re-export by a redundant alias": Case(
        {"__init__.py": "from .core import b as b\n", "core.py": "def b(): ...\n"},
        {"__init__.py": "", "core.py": "def b(): ...\n"},
        ("! b: removed",),
    ),
    "a re-export of a package": Case(
        {"__init__.py": "from .core import b\n", "core.py": "def b(): ...\n"},
        {"__init__.py": "", "core.py": "def b(): ...\n"},
        ("! b: removed",),
    ),
    "a star re-export that __all__ narrows": Case(
        {"__init__.py": "from .core import *\n", "core.py": "def a(): ...\ndef b(): ...\n"},
        {"__init__.py": "from .core import *\n", "core.py": "__all__ = ['a']\ndef a(): ...\ndef b(): ...\n"},
        ("! b: removed",),
    ),
    "a star re-export": Case(
        {"__init__.py": "from ._core import *\n", "_core.py": "def a(): ...\n"},
        {"__init__.py": "", "_core.py": "def a(): ...\n"},
        ("! a: removed",),
    ),
    "async made sync": Case("async def f(): ...\n", "def f(): ...\n", ("! m.f: async changed (async → sync)",)),
    "sync made async": Case("def f(): ...\n", "async def f(): ...\n", ("! m.f: async changed (sync → async)",)),
    "an asynchronous generator made a coroutine": Case(
        "async def f():\n    yield 1\n",
        "async def f(): ...\n",
        ("! m.f: async changed (async generator → async)",),
    ),
    "a base replaced": Case(
        "class E(ValueError): ...\n", "class E(KeyError): ...\n", ("! m.E: base replaced (ValueError → KeyError)",)
    ),
    "a base removed": Case("class E(ValueError): ...\n", "class E: ...\n", ("! m.E: base removed (ValueError)",)),
    "a base of a private base": Case(
        "class _B(LookupError): ...\nclass E(_B): ...\n",
        "class _B(LookupError): ...\nclass E: ...\n",
        ("! m.E: base removed (LookupError)",),
    ),
    "a constructor added": Case(
        "class C: ...\n",
        "class C:\n    def __init__(self, x): ...\n",
        ("! m.C.__init__: required parameter added (x)",),
    ),
    "a constructor that replaces an inherited one": Case(
        "class B:\n    def __init__(self, a): ...\nclass C(B): ...\n",
        "class B:\n    def __init__(self, a): ...\nclass C(B):\n    def __init__(self, a, b): ...\n",
        ("! m.C.__init__: required parameter added (b)",),
    ),
    "a constructor changed": Case(
        "class C:\n    def __init__(self, x): ...\n",
        "class C:\n    def __init__(self, y): ...\n",
        ("! m.C.__init__: parameter removed (x)", "! m.C.__init__: required parameter added (y)"),
    ),
    "a constructor removed": Case(
        "class C:\n    def __init__(self, x): ...\n",
        "class C: ...\n",
        ("! m.C.__init__: removed",),
    ),
    "a required field of a dataclass": Case(
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n    b: int\n",
        ("  m.C.b: added", "! m.C.__init__: required parameter added (b)"),
    ),
    "a default of a field": Case(
        "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    a: list = field(default_factory=list)\n",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: list\n",
        ("! m.C.__init__: parameter became required (a)",),
    ),
    "fields in another order": Case(
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n    b: int\n",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    b: int\n    a: int\n",
        ("! m.C.__init__: parameter moved (a: 1 → 2)", "! m.C.__init__: parameter moved (b: 2 → 1)"),
    ),
    "a required field of a base": Case(
        "from dataclasses import dataclass\n@dataclass\nclass _B:\n    a: int\n@dataclass\nclass C(_B):\n    b: int\n",
        "from dataclasses import dataclass\n@dataclass\nclass _B:\n    a: int\n"
        "    z: int\n@dataclass\nclass C(_B):\n    b: int\n",
        ("! m.C.__init__: parameter moved (b: 2 → 3)", "! m.C.__init__: required parameter added (z)"),
    ),
    "frozen": Case(
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n",
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass C:\n    a: int\n",
        ("! m.C: became frozen",),
    ),
    "slots of a dataclass": Case(
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n",
        "from dataclasses import dataclass\n@dataclass(slots=True)\nclass C:\n    a: int\n",
        ("! m.C: slots added",),
    ),
    "slots of a class": Case(
        "class C:\n    def __init__(self):\n        self.a = 1\n",
        "class C:\n    __slots__ = ('a',)\n    def __init__(self):\n        self.a = 1\n",
        ("! m.C: slots added",),
    ),
    "kw_only": Case(
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n",
        "from dataclasses import dataclass\n@dataclass(kw_only=True)\nclass C:\n    a: int\n",
        ("! m.C.__init__: parameter kind changed (a: either → keyword)",),
    ),
    "order": Case(
        "from dataclasses import dataclass\n@dataclass(order=True)\nclass C:\n    a: int\n",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n",
        ("! m.C: no longer ordered",),
    ),
    "a required field of attrs": Case(
        "import attr\n@attr.s\nclass C:\n    _a = attr.ib()\n",
        "import attr\n@attr.s\nclass C:\n    _a = attr.ib()\n    b = attr.ib()\n",
        ("  m.C.b: added", "! m.C.__init__: required parameter added (b)"),
    ),
    "a required field of a named tuple": Case(
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n",
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: int\n",
        ("  m.P.y: added", "! m.P.__init__: required parameter added (y)"),
    ),
    "an overload": Case(
        "from typing import overload\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> str: ...\n"
        "def f(x): ...\n",
        "from typing import overload\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: bytes) -> str: ...\n"
        "def f(x): ...\n",
        ("  m.f: overload added ((x: bytes) -> str)", "! m.f: overload removed ((x: str) -> str)"),
    ),
    "a setter": Case(
        "class C:\n    @property\n    def x(self): ...\n    @x.setter\n    def x(self, v): ...\n",
        "class C:\n    @property\n    def x(self): ...\n",
        ("! m.C.x: setter removed",),
    ),
    "an attribute made read-only": Case(
        "class C:\n    def __init__(self):\n        self.x = 1\n",
        "class C:\n    def __init__(self): ...\n    @property\n    def x(self): ...\n",
        ("! m.C.x: became read-only (attribute → property without a setter)",),
    ),
    "a default": Case("def f(a=1): ...\n", "def f(a): ...\n", ("! m.f: parameter became required (a)",)),
    "a default changed": Case("def f(a=1): ...\n", "def f(a=2): ...\n", ("! m.f: default changed (a: 1 → 2)",)),
    "a parameter's kind": Case(
        "def f(a): ...\n", "def f(*, a): ...\n", ("! m.f: parameter kind changed (a: either → keyword)",)
    ),
    "a parameter made positional only": Case(
        "def f(a): ...\n", "def f(a, /): ...\n", ("! m.f: parameter kind changed (a: either → positional)",)
    ),
    "an attribute of instances": Case(
        "class C:\n    def __init__(self, a):\n        self.a = a\n        self.b, self.c = a\n",
        "class C:\n    def __init__(self, a):\n        self.a = a\n        self.b = a\n",
        ("! m.C.c: removed",),
    ),
    "an attribute under another name of self": Case(
        "class M:\n    def f(this):\n        if this:\n            this.a: int = 1\n",
        "class M:\n    def f(this): ...\n",
        ("! m.M.a: removed",),
    ),
    "parameters of what moved and is still imported": Case(
        {"__init__.py": "", "old.py": "def f(a): ...\n", "new.py": ""},
        {"__init__.py": "", "old.py": "from .new import f\n", "new.py": "def f(a, b): ...\n"},
        ("  new.f: added", "! new.f: required parameter added (b)"),
    ),
    "an exception that documentation promised": Case(
        'def f():\n    """F.\n\n    Raises:\n        KeyError: if not.\n        OSError: else.\n    """\n',
        'def f():\n    """F.\n\n    Raises:\n        OSError: else.\n    """\n',
        ("! m.f: exception no longer raised (KeyError)",),
    ),
    "an exception in NumPy's style": Case(
        'def f():\n    """F.\n\n    Raises\n    ------\n    KeyError\n        If not.\n\n'
        '    Notes\n    -----\n    No.\n    """\n',
        'def f():\n    """F."""\n',
        ("! m.f: exception no longer raised (KeyError)",),
    ),
    "a type that takes less": Case(
        "def f(x: int | str): ...\n",
        "def f(x: int): ...\n",
        ("! m.f: parameter type changed (x: int | str → int)",),
    ),
    "another type": Case(
        "from typing import Iterable\ndef f(x: Iterable[int]): ...\n",
        "from typing import List\ndef f(x: List[int]): ...\n",
        ("! m.f: parameter type changed (x: Iterable[int] → List[int])",),
    ),
    "a result that may be None": Case(
        "def f() -> int: ...\n",
        "from typing import Optional\ndef f() -> Optional[int]: ...\n",
        ("! m.f: return type changed (int → Optional[int])",),
    ),
    "a literal": Case(
        "from typing import Literal\ndef f(x: Literal['a', 'b']): ...\n",
        "from typing import Literal\ndef f(x: Literal['a']): ...\n",
        ("! m.f: parameter type changed (x: Literal['a', 'b'] → Literal['a'])",),
    ),
    "a static method bound": Case(
        "class C:\n    @staticmethod\n    def f(a): ...\n",
        "class C:\n    def f(self, a): ...\n",
        ("! m.C.f: no longer called on the class (staticmethod → method)",),
    ),
    "a function replaced by a value": Case(
        "def f(): ...\n", "f = object()\n", ("! m.f: kind changed (function → attribute)",)
    ),
    "an alias of a function that takes less": Case(
        "def old(a): ...\ndef new(): ...\n",
        "def new(): ...\nold = new\n",
        ("! m.new: parameter removed (a)",),
    ),
    "a name that __getattr__ may give": Case(
        "def a(): ...\n",
        "def __getattr__(name): ...\n",
        ("  m.__getattr__: added", "! m.a: removed (unless line 1 of the module gives it)"),
        "line 1 may give any name",
    ),
    "a name that __getattr__ gave": Case(
        "def __getattr__(name):\n    if name in ('a', 'b'):\n        return 1\n    raise AttributeError(name)\n",
        "def __getattr__(name):\n    if name == 'b':\n        return 1\n    raise AttributeError(name)\n",
        ("! m.a: removed",),
    ),
    "a name of a table": Case(
        "T = {'a': 'x', '_b': 'x'}\ndef __getattr__(name):\n    return load(T[name], name)\n",
        "T = {'c': 'x'}\ndef __getattr__(name):\n    return load(T[name], name)\n",
        ("! m.a: removed", "  m.c: added"),
    ),
    "a name of the module's dictionary": Case(
        "globals()['a'] = globals()['b'] = 1\nglobals().update({'c': 1})\n",
        "globals()['b'] = 1\n",
        ("! m.a: removed", "! m.c: removed"),
    ),
    "an attribute that is set": Case(
        "import sys\nsetattr(sys.modules[__name__], 'a', 1)\n", "import sys\n", ("! m.a: removed",)
    ),
    "a name of __all__ that __getattr__ gave": Case(
        "__all__ = ['a', 'b']\ndef __getattr__(name):\n    return load(name)\n",
        "__all__ = ['b']\ndef __getattr__(name):\n    return load(name)\n",
        ("! m.a: removed",),
    ),
    "what is attached": Case(
        {
            "__init__.py": "import lazy_loader as lazy\n"
            "__getattr__, __dir__, __all__ = lazy.attach(__name__, submod_attrs={'_m': ['f', 'g']})\n",
            "_m.py": "def f(a): ...\ndef g(): ...\n",
        },
        {
            "__init__.py": "import lazy_loader as lazy\n"
            "__getattr__, __dir__, __all__ = lazy.attach(__name__, submod_attrs={'_m': ['f']})\n",
            "_m.py": "def f(): ...\ndef g(): ...\n",
        },
        ("! _m.f: parameter removed (a)", "! g: removed"),
    ),
    "a name that was deprecated": Case(
        "import warnings\n@warnings.deprecated('no')\ndef a(): ...\n",
        "import warnings\n",
        ("! m.a: removed (it was deprecated)",),
    ),
}
HARMLESS = {
    "a name that __getattr__ gives too": Case(
        "def __getattr__(name):\n    if name == 'b':\n        return 1\n    raise AttributeError(name)\n",
        "def __getattr__(name):\n    if name in ('a', 'b'):\n        return 1\n    raise AttributeError(name)\n",
        ("  m.a: added",),
    ),
    "a name that is given instead of defined": Case(
        "def a(): ...\n",
        "T = {'a': 'x'}\ndef __getattr__(name):\n    return load(T[name], name)\n",
        ("  m.T: added", "  m.__getattr__: added"),
    ),
    "what __getattr__ gives is not known": Case(
        "def __getattr__(name):\n    return load('x', name)\n",
        "def __getattr__(name):\n    return load('y', name)\n",
        (),
        "line 1 may give any name",
    ),
    "a constructor inherited from a dataclass": Case(
        "class E:\n    def __init__(self, a): ...\nclass F(E):\n    def __init__(self, a): ...\n",
        "from dataclasses import dataclass\n@dataclass\nclass E:\n    a: str\n    b: str = ''\nclass F(E): ...\n",
        ("  m.E.a: added", "  m.E.b: added"),
    ),
    "what a decorator makes of a generator": Case(
        "from contextlib import contextmanager\nfrom typing import Generator\n"
        "@contextmanager\ndef f() -> Generator[int, None, None]: ...\n",
        "from contextlib import contextmanager\nfrom typing import Iterator\n"
        "@contextmanager\ndef f() -> Iterator[int]: ...\n",
        ("  m.f: signature changed (() -> Generator[int, None, None] → () -> Iterator[int])",),
    ),
    "what an unknown decorator makes": Case(
        "from other import cached\nclass C:\n    @cached\n    def f(self): ...\n",
        "from functools import cached_property\nclass C:\n    @cached_property\n    def f(self): ...\n",
        ("  m.C.f: kind changed (function → attribute)",),
    ),
    "a wrapper may make it asynchronous": Case(
        "def f(): ...\n",
        "from other import run\n@run\nasync def f(): ...\n",
        ("  m.f: async changed (sync → async)",),
    ),
    "an import in place of a fallback": Case(
        "try:\n    from ssl import Context\nexcept ImportError:\n    class Context: ...\n",
        "Context = None\ntry:\n    from ssl import Context\nexcept ImportError:\n    pass\n",
    ),
    "a named tuple of a tuple": Case(
        "class P(tuple):\n    def __new__(cls, x): ...\n",
        "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n",
        ("  m.P.x: added", "  m.P: base added (NamedTuple)"),
    ),
    "a base that moved": Case(
        {"__init__.py": "", "a.py": "class B: ...\n", "m.py": "from .a import B\nclass C(B): ...\n"},
        {"__init__.py": "", "a.py": "", "_b.py": "class B: ...\n", "m.py": "from ._b import B\nclass C(B): ...\n"},
        ("! a.B: removed",),
    ),
    "an alias of what was renamed": Case("def old(a): ...\n", "def new(a): ...\nold = new\n", ("  m.new: added",)),
    "an alias by import": Case(
        {"__init__.py": "", "m.py": "def old(a): ...\n"},
        {"__init__.py": "", "m.py": "from .n import new as old\n", "n.py": "def new(a): ...\n"},
        ("  n: added",),
    ),
    "an alias in a class": Case(
        "class C:\n    def old(self): ...\n",
        "class C:\n    def new(self): ...\n    old = new\n",
        ("  m.C.new: added",),
    ),
    "an alias of a class": Case("class Old: ...\n", "class New: ...\nOld = New\n", ("  m.New: added",)),
    "Optional written as a union": Case(
        "from typing import Optional\ndef f(x: Optional[int]) -> Optional[str]: ...\n",
        "def f(x: int | None) -> None | str: ...\n",
    ),
    "List written as list": Case(
        "from typing import Dict, List\ndef f(x: List[int]) -> Dict[str, List[int]]: ...\n",
        "def f(x: list[int]) -> dict[str, list[int]]: ...\n",
    ),
    "a union in another order": Case(
        "from typing import Union\ndef f(x: Union[int, str, bytes]): ...\n",
        "def f(x: bytes | str | int): ...\n",
    ),
    "a type in quotes": Case(
        "class A: ...\ndef f(x: A) -> A: ...\n",
        "class A: ...\ndef f(x: 'A') -> \"A\": ...\n",
    ),
    "a type with its module": Case(
        "from typing import Any, Mapping\ndef f(x: Mapping[str, Any]): ...\n",
        "import typing as t\nimport collections.abc\ndef f(x: collections.abc.Mapping[str, t.Any]): ...\n",
    ),
    "a class imported in another way": Case(
        {"__init__.py": "", "a.py": "class A: ...\n", "m.py": "from .a import A\ndef f(x: A): ...\nclass B(A): ...\n"},
        {
            "__init__.py": "",
            "a.py": "class A: ...\n",
            "m.py": "from . import a\ndef f(x: a.A): ...\nclass B(a.A): ...\n",
        },
    ),
    "an annotation with a comment": Case(
        "def f(x: int): ...\n",
        "from typing import Annotated\ndef f(x: Annotated[int, 'how many']): ...\n",
    ),
    "a default written differently": Case("def f(a='x', b=10_000): ...\n", 'def f(a="x", b=10000): ...\n'),
    "a type that takes more": Case(
        "def f(x: int) -> float: ...\n",
        "def f(x: int | str) -> int: ...\n",
        ("  m.f: signature changed ((x: int) -> float → (x: int | str) -> int)",),
    ),
    "types of which nothing is known": Case(
        "from a import A, B\ndef f(x: A) -> B: ...\n",
        "from a import A, B\ndef f(x: B) -> A: ...\n",
        ("  m.f: signature changed ((x: A) -> B → (x: B) -> A)",),
    ),
    "an optional parameter": Case(
        "def f(a): ...\n", "def f(a, b=1, *, c=2): ...\n", ("  m.f: signature changed ((a) → (a, b=1, *, c=2))",)
    ),
    "the name of a positional parameter": Case(
        "def f(a, /): ...\ndef g(__a): ...\n",
        "def f(b, /): ...\ndef g(__b): ...\n",
        ("  m.f: signature changed ((a, /) → (b, /))", "  m.g: signature changed ((__a) → (__b))"),
    ),
    "the name of self": Case(
        "class C:\n    def f(self, a): ...\n",
        "class C:\n    def f(this, a): ...\n",
        ("  m.C.f: signature changed ((self, a) → (this, a))",),
    ),
    "parameters taken by stars": Case(
        "def f(a, b): ...\n",
        "def f(*args, **kwargs): ...\n",
        ("  m.f: signature changed ((a, b) → (*args, **kwargs))",),
    ),
    "a parameter that may also be a keyword": Case(
        "def f(a, /): ...\n", "def f(a): ...\n", ("  m.f: signature changed ((a, /) → (a))",)
    ),
    "a constructor without requirements": Case(
        "class C: ...\n", "class C:\n    def __init__(self, a=1): ...\n", ("  m.C.__init__: added",)
    ),
    "a field with a default": Case(
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n",
        "from dataclasses import dataclass, field\n@dataclass\nclass C:\n    a: int\n"
        "    b: list = field(default_factory=list)\n"
        "    c: int = field(init=False)\n",
        ("  m.C.b: added", "  m.C.c: added"),
    ),
    "a constructor where a base is a variable": Case(
        "from .n import make\nBase = make()\nclass C(Base): ...\n",
        "from .n import make\nBase = make()\nclass C(Base):\n    def __init__(self, a): ...\n",
        ("  m.C.__init__: added",),
    ),
    "a constructor without parameters removed": Case(
        "class C:\n    def __init__(self):\n        self.a = 1\n",
        "class C:\n    def reset(self):\n        self.a = 1\n",
        ("  m.C.__init__: removed", "  m.C.reset: added"),
    ),
    "a field that became a parameter of a written constructor": Case(
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    a: int\n",
        "class C:\n    def __init__(self, a: int):\n        self.a = a\n",
        ("  m.C.__init__: added",),
    ),
    "a more special base": Case(
        "class E(LookupError): ...\n", "class E(KeyError): ...\n", ("  m.E: base added (KeyError)",)
    ),
    "a base between": Case(
        "class E(ValueError): ...\n",
        "class B(ValueError): ...\nclass E(B): ...\n",
        ("  m.B: added", "  m.E: base added (B)"),
    ),
    "object and Generic": Case(
        "from typing import Generic, TypeVar\nT = TypeVar('T')\nclass A(object): ...\nclass B(Generic[T]): ...\n",
        "from typing import TypeVar\nT = TypeVar('T')\nclass A: ...\nclass B[T]: ...\n",
    ),
    "an error under its other name": Case("class E(IOError): ...\n", "class E(OSError): ...\n"),
    "a coroutine written without async": Case(
        "async def f() -> int: ...\n",
        "from typing import Awaitable\ndef f() -> Awaitable[int]: ...\n",
        ("  m.f: signature changed (() -> int → () -> Awaitable[int])",),
    ),
    "an overload that takes both": Case(
        "from typing import overload\n@overload\ndef f(x: int) -> int: ...\n@overload\ndef f(x: str) -> int: ...\n"
        "def f(x): ...\n",
        "def f(x: int | str) -> int: ...\n",
        ("  m.f: signature changed ((x) → (x: int | str) -> int)",),
    ),
    "an attribute that became a property with a setter": Case(
        "class C:\n    def __init__(self):\n        self.x = 1\n",
        "class C:\n    def __init__(self): ...\n    @property\n    def x(self): ...\n"
        "    @x.setter\n    def x(self, v): ...\n",
    ),
    "a method moved to a base": Case(
        "class C:\n    def f(self): ...\n",
        "class B:\n    def f(self): ...\nclass C(B): ...\n",
        ("  m.B: added", "  m.C: base added (B)"),
    ),
    "a class moved and imported": Case(
        {"__init__.py": "", "m.py": "class C:\n    def f(self): ...\n"},
        {"__init__.py": "", "m.py": "from .n import C\n", "n.py": "class C:\n    def f(self): ...\n"},
        ("  n: added",),
    ),
    "private names": Case(
        "def _f(): ...\nclass C:\n    def __init__(self):\n        self._a = 1\n    def _g(self): ...\n",
        "class C:\n    def __init__(self): ...\n",
    ),
    "an import for its own use": Case("import os\nfrom typing import Any as Any, List\n", "from typing import Any\n"),
    "a name in a string or in another object": Case(
        'class C:\n    def f(self, o):\n        """\n        self.a = 1\n        """\n'
        "        o.b = 1\n        self.c.d = 1\n"
        "        return dict(self.e == 1)\n    @staticmethod\n    def g(self):\n        self.h = 1\n",
        "class C:\n    def f(self, o): ...\n    @staticmethod\n    def g(self): ...\n",
    ),
    "__all__ that names what was public": Case("def a(): ...\n", "__all__ = ['a']\ndef a(): ...\n"),
    "an exception that is still raised": Case(
        'def f():\n    """F.\n\n    :raises KeyError: if not.\n    """\n    raise KeyError\n',
        'def f():\n    """F."""\n    raise KeyError\n',
    ),
    "deprecated by warnings": Case(
        "def f(): ...\n",
        "import warnings\n@warnings.deprecated('Use g.')\ndef f(): ...\n",
        ("  m.f: deprecated (Use g.)",),
    ),
    "deprecated by typing_extensions": Case(
        "class C: ...\n",
        "from typing_extensions import deprecated\n@deprecated('Use D.')\nclass C: ...\n",
        ("  m.C: deprecated (Use D.)",),
    ),
    "an overload deprecated": Case(
        "from typing import overload\n@overload\ndef f(x: int): ...\n@overload\ndef f(x: str): ...\ndef f(x): ...\n",
        "import warnings\nfrom typing import overload\n@overload\n@warnings.deprecated('no int')\ndef f(x: int): ...\n"
        "@overload\ndef f(x: str): ...\ndef f(x): ...\n",
        ("  m.f: deprecated (no int)",),
    ),
    "deprecated by a directive": Case(
        'def f():\n    """F."""\nclass C:\n    @property\n    def p(self): ...\n',
        'def f():\n    """F.\n\n    .. deprecated:: 2.0\n       Use g.\n    """\n'
        "class C:\n    @property\n    def p(self):\n"
        '        """:deprecated: Use q."""\n',
        ("  m.C.p: deprecated (Use q.)", "  m.f: deprecated (2.0)"),
    ),
    "a module deprecated": Case('"""M."""\n', '"""M.\n\n.. deprecated:: 3\n"""\n', ("  m: deprecated (3)",)),
    "no longer deprecated": Case(
        "import warnings\n@warnings.deprecated('no')\ndef f(): ...\n",
        "def f(): ...\n",
        ("  m.f: no longer deprecated",),
    ),
    "slots that a base undoes": Case(
        "from other import B\nclass C(B): ...\n",
        "from other import B\nclass C(B):\n    __slots__ = ('a',)\n",
        ("  m.C.a: added",),
    ),
}
CASES = BREAKING | HARMLESS


def _files(number: int, side: str | dict[str, str]) -> dict[str, str]:
    files = {"__init__.py": "", "m.py": side} if isinstance(side, str) else side
    return {f"case{number}/{name}": text for name, text in files.items()}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said in each case."""
    folder = tmp_path_factory.mktemp("cases")
    git(folder, "init", "-q")
    sides: list[dict[str, str]] = [{}, {}]
    for number, case in enumerate(CASES.values()):
        sides[0] |= _files(number, case.old)
        sides[1] |= _files(number, case.new)
    write(folder, sides[0])
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "old")
    for name in sides[0].keys() - sides[1].keys():
        (folder / name).unlink()
    write(folder, sides[1])
    answer = json.loads(run(folder, "incdoc", "diff", "HEAD", "--format", "json"))
    unknown = {f"case{number}/m.py": case.unknown for number, case in enumerate(CASES.values()) if case.unknown}
    assert {each["path"]: each["reason"] for each in answer["not_compared"]} == unknown
    found: dict[str, list[str]] = {name: [] for name in CASES}
    for each in answer["changes"]:
        case, _, name = each["name"].partition(".")
        detail = f" ({each['detail']})" if each["detail"] else ""
        said = f"{'!' if each['breaking'] else ' '} {name}: {each['kind']}{detail}"
        found[list(CASES)[int(case.removeprefix("case"))]].append(said)
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_is_said(answers: dict[str, list[str]], case: str) -> None:
    assert sorted(answers[case]) == sorted(CASES[case].said)


def test_there_are_enough_kinds() -> None:
    assert all(any(said.startswith("!") for said in case.said) for case in BREAKING.values())
    harmless = [said for name, case in HARMLESS.items() if name != "a base that moved" for said in case.said]
    assert not any(said.startswith("!") for said in harmless)
    assert min(len(BREAKING), len(HARMLESS)) >= 25

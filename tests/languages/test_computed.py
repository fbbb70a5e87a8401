"""The names that a module gives in another way than by statements that have them, and whether it may give others."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from incdoc.languages.facts import Import
from incdoc.languages.python.extract import extract


class Case(NamedTuple):
    """``given``: the names, divided by blanks; ``open``: the lines that may give any."""

    source: str
    given: str = ""
    open: tuple[int, ...] = ()


CASES = {
    "compared with a text": Case(
        "def __getattr__(name):\n    if name == 'A':\n        return 1\n    raise AttributeError(name)\n",
        "A",
    ),
    "in a dictionary": Case(
        "T = {'A': 1, 'B': 2}\n"
        "def __getattr__(name: str):\n"
        "    if name in T:\n"
        "        return f(T[name])\n"
        "    raise AttributeError(name)\n",
        "A B",
    ),
    "not in a list": Case(
        "T = ['A']\n"
        "def __getattr__(name):\n"
        "    if name not in T:\n"
        "        raise AttributeError(name)\n"
        "    return g(name)\n",
        "A",
    ),
    "looked up and not found": Case(
        "T = dict(A=1)\n"
        "def __getattr__(name):\n"
        "    found = T.get(name)\n"
        "    if found is None:\n"
        "        raise AttributeError(name)\n"
        "    return found\n",
        "A",
    ),
    "looked up in a condition": Case(
        "T: dict[str, int] = {'A': 1}\n"
        "T.update({'B': 2})\n"
        "def __getattr__(name):\n"
        "    if (found := T.get(name)) is not None:\n"
        "        return found\n"
        "    raise AttributeError(name)\n",
        "A B",
    ),
    "looked up in a try": Case(
        "T = {'A': 1}\n"
        "T['B'] = 3\n"
        "def __getattr__(name):\n"
        "    try:\n"
        "        x = T[name]\n"
        "    except KeyError:\n"
        "        raise AttributeError(name) from None\n"
        "    return x\n",
        "A B",
    ),
    "looked up": Case(
        "T = {'A': 1}\ndef __getattr__(name):\n    return T[name]\n",
        "A",
    ),
    "any name": Case(
        "def __getattr__(name):\n    if name == 'A':\n        return 1\n    return getattr(x, name)\n",
        "A",
        (1,),
    ),
    "nothing is refused": Case(
        "def __getattr__(name): ...\n",
        "",
        (1,),
    ),
    "a table made of another": Case(
        "M = {'m': ['A', 'B']}\n"
        "T = {n: m for m, ns in M.items() for n in ns}\n"
        "def __getattr__(name):\n"
        "    if name in T:\n"
        "        return 1\n"
        "    raise AttributeError\n",
        "A B",
    ),
    "matched": Case(
        "def __getattr__(name):\n"
        "    match name:\n"
        "        case 'A' | 'B':\n"
        "            return 1\n"
        "        case _:\n"
        "            raise AttributeError\n",
        "A B",
    ),
    "an error that says more": Case(
        "def __getattr__(name):\n    if name == 'A':\n        raise ImportError('gone')\n    raise AttributeError\n",
    ),
    "the dictionary of the module": Case(
        "globals()['A'] = 1\nfor n in ('B', 'C'):\n    globals()[n] = 1\nglobals().update({'D': 1}, E=2)\n",
        "A B C D E",
    ),
    "names of another module": Case(
        "for n in dir(x):\n    globals()[n] = 1\n",
        "",
        (2,),
    ),
    "kept once it was asked for": Case(
        "T = {'A': 1}\n"
        "def __getattr__(name):\n"
        "    if name in T:\n"
        "        globals()[name] = v = T[name]\n"
        "        return v\n"
        "    raise AttributeError\n",
        "A",
    ),
    "attributes of the module": Case(
        "import sys\n"
        "setattr(sys.modules[__name__], 'A', 1)\n"
        "this = sys.modules[__name__]\n"
        "setattr(this, 'B', 2)\n"
        "this.C = 3\n",
        "A B C",
    ),
    "a module that is replaced": Case(
        "import sys\n"
        "_import_structure = {'m': ['A']}\n"
        "_import_structure['n'] = ['B']\n"
        "_import_structure['m'].append('C')\n"
        "sys.modules[__name__] = L(__name__, _import_structure)\n",
        "A B C",
    ),
    "attached": Case(
        "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach(__name__, ['s'], {'m': ['A', 'B']})\n",
        "A B",
    ),
    "attached by a stub": Case(
        "import lazy_loader as lazy\n__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)\n",
        "",
        (2,),
    ),
    "imported": Case(
        "from x import __getattr__\n",
        "",
        (1,),
    ),
    "what is exported is known": Case(
        "__all__ = ['A']\ndef __getattr__(name):\n    return getattr(x, name)\n",
    ),
    "executed": Case(
        "exec(code)\n",
        "",
        (1,),
    ),
    "executed from a text": Case("exec('def a(b):\\n return b')\nexec('c = 1')\n", "a c"),
    "executed from a text that is not read": Case("exec('import a')\n", "", (1,)),
    "executed elsewhere": Case(
        "d = {}\nexec(code, d)\n",
    ),
    "a table of pairs": Case(
        "T = {'A': ('.m', 'A')}\n"
        "def __getattr__(name):\n"
        "    try:\n"
        "        module, attr = T[name]\n"
        "    except KeyError:\n"
        "        raise AttributeError\n"
        "    return getattr(import_module(module), attr)\n",
        "A",
    ),
    "a table that is changed": Case(
        "T = {'A': 1}\nT.pop('A')\ndef __getattr__(name):\n    return T[name]\n",
        "",
        (3,),
    ),
    "a method": Case(
        "class C:\n    def __getattr__(self, name): return 1\n",
    ),
    "negated": Case(
        "T = {'A': 1}\n"
        "def __getattr__(name):\n"
        "    if name.startswith('__'):\n"
        "        raise AttributeError\n"
        "    if not name in T:\n"
        "        raise AttributeError\n"
        "    return 1\n",
        "A",
    ),
    "an import": Case(
        "def __getattr__(name):\n"
        "    if name == 'Far':\n"
        "        from .far import Far\n"
        "        return Far\n"
        "    raise AttributeError\n",
        "Far",
    ),
    "branches": Case(
        "def __getattr__(name):\n"
        "    if name == 'A':\n"
        "        return 1\n"
        "    elif name in ('B', 'C'):\n"
        "        return 2\n"
        "    else:\n"
        "        raise AttributeError\n",
        "A B C",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_a_module_gives(case: str) -> None:
    source, given, open_ = CASES[case]
    facts = extract(source.encode())
    assert (facts.given, facts.open) == (tuple(given.split()), open_)


def test_what_is_attached_is_imported_when_it_is_asked_for() -> None:
    facts = extract(CASES["attached"].source.encode())
    assert facts.imports[1:] == (Import(2, ".m", "A", scope="lazy"), Import(2, ".m", "B", scope="lazy"))


@pytest.mark.parametrize(
    "source",
    [
        "a = globals()\n" + "a = a\n" * 20_000 + "a['x'] = 1\n",
        "globals()['a'] = 1\n" * 20_000,
        "".join(f"a{n} = globals()\na{n}['x'] = 1\n" for n in range(5_000)),
        "def __getattr__(name):\n"
        + "".join(f"{' ' * n}if name == 'a':\n" for n in range(1, 300))
        + " " * 300
        + "pass\n",
        "T = {}\n" + "T['a'] = T\n" * 20_000 + "def __getattr__(name):\n    return T[name]\n",
    ],
    ids=["aliases", "places", "names", "branches", "table"],
)
def test_with_too_many_places_nothing_is_known(source: str) -> None:
    assert extract(source.encode()).open

"""``doit bench``: the budgets, as ratios measured in one run on one machine.

    python -m tests.bench [clean] [change] [real] [clone] [slope] [latency] [growth] [languages] [reader] [site]
        [exports] [questions] [shared] [dask] [scale]

``clean`` and ``change`` if nothing is named. ``clone`` and ``slope`` build 20,000 and 100,000 sources and take a
quarter of an hour each; ``latency`` measures a running watch.
``real`` measures real trees on a disk, PyTorch whole among them; ``languages`` measures each language, and PyTorch
beside doxygen and ctags; ``reader`` measures the live reader in a browser, ``site`` the static site beside other tools,
``exports`` the files for other programs, ``questions`` the questions and ``incdoc mcp``, ``shared`` a clone
with a shared cache, ``dask`` a first build on a cluster of this machine. ``scale`` measures each stage at 20,000 and
100,000 sources, for docs/scale.md, in half an hour.
"""

from __future__ import annotations

import sys
from importlib import import_module

PARTS = (
    "clean",
    "change",
    "real",
    "clone",
    "slope",
    "latency",
    "growth",
    "languages",
    "reader",
    "site",
    "exports",
    "questions",
    "shared",
    "dask",
    "scale",
)

if __name__ == "__main__":
    named = sys.argv[1:] or ["clean", "change"]
    unknown = set(named) - set(PARTS)
    if unknown:
        sys.exit(f"{', '.join(sorted(unknown))}: no such benchmark; there are {', '.join(PARTS)}.")
    for part in named:
        import_module(f"tests.bench.{part}").main()

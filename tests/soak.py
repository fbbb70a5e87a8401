"""A long trial of incdoc. Prints what was tried, how often, and how often it was wrong.

    python -m tests.soak [--sequences 2000] [--kills 200] [--damages 1000] [--seed 0]

A number of 0 leaves a part out. Other seeds try other things; the same seed tries the same, but for the kills, whose
moments are times.
"""

from __future__ import annotations

import argparse
import os
import traceback
from collections import Counter
from multiprocessing import get_context

from tests.corpora import damage, kills
from tests.engine.test_machine import explore
from tests.tally import KINDS, tally

CHUNK = 20
"""Sequences that one process tries with one seed: the first that fails ends them."""


def main() -> int:
    """Try all parts; 1 where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sequences", type=int, default=2000, help="random sequences of 25 steps [default: 2000]")
    parser.add_argument("--kills", type=int, default=200, help="kills of a build of Sphinx [default: 200]")
    parser.add_argument(
        "--damages",
        type=int,
        default=1000,
        help="flipped bits of the cache, and 3 larger damages for each 10 [default: 1000]",
    )
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    wrong_sequences = try_sequences(asked.sequences, asked.seed)
    rows = [
        ("sequences of 25 steps", tally["sequences"], wrong_sequences),
        ("kills of a build of Sphinx", asked.kills, kills.run(asked.kills, asked.seed) if asked.kills else 0),
        *(try_damages(asked.damages, asked.seed) if asked.damages else ()),
    ]
    print("\nwhat was tried               times   wrong")
    for name, times, wrong in rows:
        print(f"{name:<26} {times:>7,} {wrong:>7,}")
    print("in all: " + ", ".join(f"{tally[kind]:,} {kind}" for kind in KINDS))
    return 1 if any(wrong for _, _, wrong in rows) else 0


def try_sequences(number: int, seed: int) -> int:
    """How many seeds found a sequence that is wrong; each is printed."""
    sizes = [min(CHUNK, number - start) for start in range(0, number, CHUNK)]
    seeds = [seed * 1_000_000 + index for index in range(len(sizes))]
    wrong = done = 0
    # not ProcessPoolExecutor: with max_tasks_per_child it may stop for ever when its workers end together
    with get_context("spawn").Pool(os.cpu_count(), maxtasksperchild=10) as pool:
        for size, (counts, failure) in zip(sizes, pool.imap(_try_chunk, zip(seeds, sizes, strict=True)), strict=True):
            tally.update(counts)
            done += size
            if failure:
                wrong += 1
                print(failure, flush=True)
            print(f"{done:>6,} sequences, {wrong} wrong", flush=True)
    return wrong


def try_damages(flips: int, seed: int) -> list[tuple[str, int, int]]:
    """A row for the flipped bits of the cache, and one for the larger damages."""
    found, _ = damage.run(flips, flips * 3 // 10, seed)
    return [
        (name, len(tried), sum(not each.good for each in tried))
        for name, tried in (("flipped bits of the cache", found[:flips]), ("larger damages of it", found[flips:]))
    ]


def _try_chunk(chunk: tuple[int, int]) -> tuple[Counter[str], str]:
    return try_chunk(*chunk)


def try_chunk(seed: int, sequences: int) -> tuple[Counter[str], str]:
    """What one process tried with one seed, and the sequence that failed."""
    before = tally.copy()
    failure = ""
    try:
        explore(seed, sequences)
    except Exception:  # noqa: BLE001 - whatever it is, it is printed, and the other sequences are tried
        failure = f"seed {seed}:\n{traceback.format_exc()}"
    return tally - before, failure


if __name__ == "__main__":
    raise SystemExit(main())

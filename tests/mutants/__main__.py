"""A table of all faults."""

import sys
import tempfile
from pathlib import Path

from tests.mutants import Bench
from tests.mutants.faults import FAULTS

chosen = [fault for fault in FAULTS if all(word in fault.name for word in sys.argv[1:])]
missed = 0
with tempfile.TemporaryDirectory(prefix="incdoc-mutants-") as folder:
    bench = Bench(Path(folder))
    if not bench.passes({fault.test for fault in chosen}):
        raise SystemExit("The tests fail without any fault: fix them first.")
    for fault in chosen:
        noticed = bench.is_noticed(fault)
        missed += not noticed
        print(f"{'noticed by' if noticed else 'NOT NOTICED by'} {fault.test:<45} {fault.name}", flush=True)
raise SystemExit(f"{missed} of {len(chosen)} faults were not noticed." if missed else 0)

"""The project's tasks: ``doit list`` shows them. ``doit`` alone builds the repository's own pages."""

import sys

import incdoc

OWN = incdoc.tasks()
globals().update(OWN)

DOIT_CONFIG = {
    "default_tasks": [name.removeprefix("task_") for name in OWN],
}

PYTHON = sys.executable


def _tool(*commands: str) -> dict[str, object]:
    """A task that always runs and shows all it prints. ``doit list`` shows the docstring of its function."""
    return {"actions": list(commands), "uptodate": [False], "verbosity": 2}


def task_test() -> dict[str, object]:
    """run all tests that need no network, one process a core"""
    return _tool(f"{PYTHON} -m pytest -n auto --dist worksteal")


def task_test_corpora() -> dict[str, object]:
    """run the tests that read released projects, which are downloaded once"""
    command = f"{PYTHON} -m pytest --corpora -n auto --dist loadgroup"
    return _tool(command)


def task_lint() -> dict[str, object]:
    """ruff: rules and format"""
    return _tool(f"{PYTHON} -m ruff check", f"{PYTHON} -m ruff format --check")


def task_types() -> dict[str, object]:
    """mypy, strict"""
    return _tool(f"{PYTHON} -m mypy")


def task_golden() -> dict[str, object]:
    """rewrite the golden files; look at the difference before you commit it"""
    return _tool(f"{PYTHON} -m tests.golden.rewrite")


def task_worth() -> dict[str, object]:
    """count what the pages of real projects show of what griffe finds there: two minutes"""
    return _tool(f"{PYTHON} -m tests.corpora.worth")


def task_sites() -> dict[str, object]:
    """build sites of the pages of httpx and Django with MkDocs and Zensical in strict mode: many minutes"""
    return _tool(f"{PYTHON} -m tests.corpora.test_site")


def task_screenshots() -> dict[str, object]:
    """picture six pages as GitHub shows them, into ``.incdoc-screenshots``; it needs Chromium"""
    return _tool(f"{PYTHON} -m tests.corpora.screenshots .incdoc-screenshots")


def task_vendor() -> dict[str, object]:
    """fetch the renderer of diagrams for the reader: by npm, into the package"""
    return _tool(f"{PYTHON} -m tests.site.vendor")


def task_picture() -> dict[str, object]:
    """make the picture of README; it needs Chromium"""
    return _tool(f"{PYTHON} -m tests.site.picture")


def task_corpora() -> dict[str, object]:
    """fetch Django and torch's Python files, which tests and benchmarks read"""
    return _tool(f"{PYTHON} -m tests.corpora.fetch django torch")


def task_bench() -> dict[str, object]:
    """measure the budgets, as ratios in one run"""
    return _tool(f"{PYTHON} -m tests.bench")


def task_bench_real() -> dict[str, object]:
    """PyTorch whole, Django and this repository on a disk: nothing changed, and one edit"""
    return _tool(f"{PYTHON} -m tests.bench real")


def task_latency() -> dict[str, object]:
    """from a save to its page, under a running watch"""
    return _tool(f"{PYTHON} -m tests.bench latency")


def task_bench_clone() -> dict[str, object]:
    """check, affected and diff in a fresh clone of 20,000 sources and their pages"""
    return _tool(f"{PYTHON} -m tests.bench clone")


def task_bench_reader() -> dict[str, object]:
    """the live reader of torch and PyTorch: search, first page, save to changed page in a browser, memory"""
    return _tool(f"{PYTHON} -m tests.bench reader")


def task_bench_questions() -> dict[str, object]:
    """measure what questions cost, and the start of incdoc mcp"""
    return _tool(f"{PYTHON} -m tests.bench questions")


def task_bench_forty() -> dict[str, object]:
    """40 questions about 4 projects: right answers and bytes to read, beside grep with reading and repomix"""
    return _tool(f"{PYTHON} -m tests.corpora.forty")


def task_bench_exports() -> dict[str, object]:
    """measure what the files for other programs cost"""
    return _tool(f"{PYTHON} -m tests.bench exports")


def task_bench_shared() -> dict[str, object]:
    """a fresh clone with a warm shared cache on nginx, beside a build without one"""
    return _tool(f"{PYTHON} -m tests.bench shared")


def task_bench_dask() -> dict[str, object]:
    """a first build on a Dask cluster beside one by processes, and a simulation of more workers"""
    return _tool(f"{PYTHON} -m tests.bench dask")


def task_bench_site() -> dict[str, object]:
    """the static sites of Sphinx and Django beside MkDocs, Zensical and pdoc"""
    return _tool(f"{PYTHON} -m tests.bench site")


def task_bench_scale() -> dict[str, object]:
    """each stage, a change, a merge and a watch at 20,000 and 100,000 sources, and what a million would take"""
    return _tool(f"{PYTHON} -m tests.bench.scale")


def task_slope() -> dict[str, object]:
    """one-file builds at 2,000, 20,000 and 100,000 sources"""
    return _tool(f"{PYTHON} -m tests.bench slope")


def task_history() -> dict[str, object]:
    """ten releases of requests, click and Django, one after the other: what each build does"""
    return _tool(f"{PYTHON} -m tests.corpora.history")


def task_judge_cpp() -> dict[str, object]:
    """compare the names of all of PyTorch's C and C++ with those of libclang: half an hour"""
    return _tool(f"{PYTHON} -m tests.corpora.libclang")


def task_mutants() -> dict[str, object]:
    """make deliberate faults, one after the other: which test notices each"""
    return _tool(f"{PYTHON} -m tests.mutants")


def task_soak() -> dict[str, object]:
    """try random edits, kills and damages; ``--sequences=100 --kills=10 --damages=100`` takes minutes, not hours"""
    task = _tool(
        f"{PYTHON} -m tests.soak --sequences %(sequences)s --kills %(kills)s --damages %(damages)s --seed %(seed)s",
    )
    defaults = {"sequences": 2000, "kills": 200, "damages": 1000, "seed": 0}
    return task | {
        "params": [{"name": name, "long": name, "type": int, "default": each} for name, each in defaults.items()]
    }

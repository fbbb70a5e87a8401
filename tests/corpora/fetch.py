"""The code bases that the large tests read: released archives, downloaded once, kept outside the repository.

    python tests/corpora/fetch.py django torch

They are in ``~/.cache/incdoc-corpora``, or where INCDOC_CORPORA says. An archive is unpacked beside its place and
renamed to it: a folder that is there is whole, however often a download was broken off.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_SAFELY: dict[str, Any] = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
"""The filter came with Python 3.11.4: Debian 12 has 3.11.2."""
allowed = True
"""tests/conftest.py turns it off for tests without the mark ``corpora``, which run where there is no network."""
CORPORA = {"django": ("django", "5.2"), "torch": ("torch", "2.13.0")}


class FetchError(Exception):
    """A corpus cannot be had here; the text says why."""


def cache() -> Path:
    """Where the corpora are kept."""
    return Path(os.environ.get("INCDOC_CORPORA") or Path.home() / ".cache" / "incdoc-corpora")


def corpus(name: str) -> Path:
    """The folder of ``django`` or ``torch`` (of which only the Python files are kept)."""
    project, version = CORPORA[name]
    return modules(project, version) if name == "torch" else release(project, version)


def modules(project: str, version: str) -> Path:
    """The Python files of a release, from its wheel: nothing has to be built."""
    return _released(f"{project}-{version}-modules", project, version, (), lambda member: member.endswith(".py"))


def release(project: str, version: str) -> Path:
    """The unpacked source distribution of a release. pip asks its build system for its name and version."""
    return _released(f"{project}-{version}", project, version, ("--no-binary", project), lambda _: True)


def _released(
    name: str, project: str, version: str, options: tuple[str, ...], wanted: Callable[[str], bool]
) -> Path:  # fmt: skip
    return unpacked(cache() / name, lambda folder: download(project, version, options, folder), wanted)


def unpacked(place: Path, download: Callable[[Path], Path], wanted: Callable[[str], bool] = lambda _: True) -> Path:
    """``place``, filled where it is missing with what is ``wanted`` of the archive that ``download`` puts into a
    folder."""
    assert allowed, f"a test that reads {place.name} needs the mark corpora"
    if place.is_dir():
        return place
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as folder:
        work = Path(folder)
        archive = download(work)
        content = work / "content"
        _unpack(archive, content, wanted)
        archive.unlink()
        try:
            _top(content).rename(place)
        except OSError:
            if not place.is_dir():  # else another process was faster
                raise
    return place


def download(project: str, version: str, options: tuple[str, ...], folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-input", "--quiet", *options]
    command += ["--dest", str(folder), f"{project}=={version}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    files = [path for path in folder.iterdir() if path.is_file()]
    if len(files) != 1:
        errors = [line for line in done.stderr.splitlines() if "ERROR" in line] or done.stderr.splitlines()
        raise FetchError(
            f"{project} {version} cannot be downloaded with pip: {errors[-1] if errors else 'no single file came'}\n"
            f"Put its files into {cache() / f'{project}-{version}'} by hand, or run the tests without --corpora."
        )
    return files[0]


def _unpack(archive: Path, folder: Path, wanted: Callable[[str], bool]) -> None:
    if archive.name.endswith((".whl", ".zip")):
        with zipfile.ZipFile(archive) as wheel:
            wheel.extractall(folder, [name for name in wheel.namelist() if wanted(name)])
    else:
        with tarfile.open(archive) as sdist:
            sdist.extractall(folder, [m for m in sdist.getmembers() if wanted(m.name)], **_SAFELY)


def _top(folder: Path) -> Path:
    """Without the one folder that a source distribution puts around everything."""
    inside = list(folder.iterdir())
    return inside[0] if len(inside) == 1 and inside[0].is_dir() else folder


def main(names: list[str]) -> int:
    """Fetch what is named: a corpus, or ``project==version``."""
    try:
        for name in names or list(CORPORA):
            project, equals, version = name.partition("==")
            print(release(project, version) if equals else corpus(name))
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"{error} is no corpus; there are {', '.join(CORPORA)}, and project==version", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

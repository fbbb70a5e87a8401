"""Source packages of Debian: real trees whole, with their own ignore files, fetched by apt outside the repository.

    python -m tests.corpora.debian pytorch

apt reads a list of sources made for this purpose, in a folder of its own: nothing of the machine's settings or
package lists changes. Of a package the upstream archive alone is unpacked, without Debian's patches.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.corpora.fetch import FetchError, cache, unpacked

PACKAGES = {
    "pytorch": "1.13.1",
    "bash-completion": "2.11",
    "bzip2": "1.0.8",
    "caddy": "2.6.2",
    "dracut": "059",
    "figlet": "2.2.5",
    "fmtlib": "9.1.0",
    "googletest": "1.12.1",
    "guava-libraries": "31.1",
    "jansson": "2.14",
    "leveldb": "1.23",
    "python-cryptography": "38.0.4",
    "restic": "0.14.0",
    "rust-ripgrep": "13.0.0",
    "rust-serde": "1.0.152",
}
_SOURCES = Path("/etc/apt/sources.list.d")
_TYPES = re.compile(r"^Types:.*$", re.MULTILINE)


def source(package: str) -> Path:
    """The folder of a package's upstream files. Raises FetchError, KeyError."""
    version = PACKAGES[package]
    return unpacked(cache() / f"{package}-{version}", lambda folder: _download(package, version, folder))


def _download(package: str, version: str, folder: Path) -> Path:
    """The upstream archive, in ``folder``."""
    if shutil.which("apt-get") is None:
        raise _unavailable(package, "there is no apt-get")
    with tempfile.TemporaryDirectory(prefix="incdoc-apt-") as private:
        options = _private(Path(private))
        for command in (["update"], ["source", "--download-only", "--tar-only", package]):
            done = subprocess.run(
                ["apt-get", "-qq", *options, *command], cwd=folder, capture_output=True, text=True, check=False
            )
            if done.returncode:
                raise _unavailable(package, (done.stderr.strip().splitlines() or ["it gave no reason"])[-1])
    archives = [path for path in folder.iterdir() if re.search(r"\.orig\.tar\.\w+$", path.name)]
    if len(archives) != 1 or f"_{version}" not in archives[0].name:
        raise _unavailable(package, f"apt offers another version than {version}")
    return archives[0]


def _private(folder: Path) -> list[str]:
    """apt's options for lists, states and sources of its own: those of the machine, of which sources are asked for."""
    parts, lists = folder / "parts", folder / "lists"
    for each in (parts, lists / "partial"):
        each.mkdir(parents=True)
    for file in sorted(_SOURCES.glob("*.sources")):
        (parts / file.name).write_text(_TYPES.sub("Types: deb-src", file.read_text(encoding="utf-8")), encoding="utf-8")
    values = {
        "Dir::Etc::sourcelist": "/dev/null",
        "Dir::Etc::sourceparts": parts,
        "Dir::State::lists": lists,
        "Dir::Cache::pkgcache": "",
        "Dir::Cache::srcpkgcache": "",
        "APT::Sandbox::User": "root",
    }
    return [word for name, value in values.items() for word in ("-o", f"{name}={value}")]


def _unavailable(package: str, why: str) -> FetchError:
    place = cache() / f"{package}-{PACKAGES[package]}"
    return FetchError(
        f"Debian's source package {package} cannot be downloaded: {why}\n"
        f"Put its files into {place} by hand, or leave the measurements of it out."
    )


def main(names: list[str]) -> int:
    """Fetch what is named, or all."""
    try:
        for name in names or list(PACKAGES):
            print(source(name))
    except FetchError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyError as error:
        print(f"{error} is no known package; there are {', '.join(PACKAGES)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

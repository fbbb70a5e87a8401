"""The versions that facts and pages depend on, so that another machine can be asked whether it makes the same ones."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, requires, version

from incdoc.config import Config
from incdoc.engine.versions import facts_version, language_version, pages_version
from incdoc.executors.dask import Probe
from incdoc.languages import Languages
from incdoc.languages.registry import package_of
from incdoc.pages.kinds import active

_NAME = re.compile(r"[\w.-]*\w")


def probe(config: Config) -> Probe:
    """What a worker that reads the sources of this project and renders its pages must have."""
    names, kinds = Languages.of(config).every, active(config)
    return Probe(
        f"__import__({__name__!r}, fromlist=['versions']).versions({names!r}, {kinds!r})", versions(names, kinds)
    )


def versions(languages: tuple[str, ...], kinds: tuple[str, ...]) -> dict[str, str]:
    """Releases, and digests of the code that reads these languages and makes these kinds of pages."""
    found = {"Python": f"{sys.version_info.major}.{sys.version_info.minor}", "incdoc": _release("incdoc")}
    for needed in requires("incdoc") or ():
        name = _NAME.match(needed)
        if name and "extra ==" not in needed:
            found[name[0]] = _release(name[0])
    for language in languages:
        found[f"incdoc's code that reads {language}"] = facts_version(package_of(language)).hex()[:12]
        found[f"incdoc's code for pages with {language}"] = language_version(language).hex()[:12]
    found["incdoc's code that makes pages"] = pages_version(kinds).hex()[:12]
    return found


def _release(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "none"

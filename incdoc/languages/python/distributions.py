"""The distributions that may have a module, by its name alone. Which of them has it is not known from here: one counts
only where a manifest requires it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..outline import Outline
from ..packages import REQUIREMENT

_OTHERWISE = {
    "attr": ("attrs",),
    "bs4": ("beautifulsoup4",),
    "cairo": ("pycairo",),
    "cv2": ("opencv-python", "opencv-python-headless", "opencv-contrib-python"),
    "Crypto": ("pycryptodome", "pycrypto"),
    "dateutil": ("python-dateutil",),
    "docx": ("python-docx",),
    "dotenv": ("python-dotenv",),
    "fitz": ("pymupdf",),
    "git": ("gitpython",),
    "github": ("pygithub",),
    "gi": ("pygobject",),
    "jose": ("python-jose",),
    "jwt": ("pyjwt",),
    "ldap": ("python-ldap",),
    "magic": ("python-magic",),
    "MySQLdb": ("mysqlclient",),
    "multipart": ("python-multipart",),
    "nacl": ("pynacl",),
    "OpenSSL": ("pyopenssl",),
    "pkg_resources": ("setuptools",),
    "PIL": ("pillow",),
    "pptx": ("python-pptx",),
    "psycopg2": ("psycopg2-binary",),
    "pythoncom": ("pywin32",),
    "rest_framework": ("djangorestframework",),
    "ruamel": ("ruamel-yaml",),
    "serial": ("pyserial",),
    "skimage": ("scikit-image",),
    "sklearn": ("scikit-learn",),
    "slugify": ("python-slugify",),
    "socks": ("pysocks",),
    "umap": ("umap-learn",),
    "usb": ("pyusb",),
    "win32api": ("pywin32",),
    "win32com": ("pywin32",),
    "win32con": ("pywin32",),
    "xdg": ("pyxdg",),
    "yaml": ("pyyaml",),
    "zmq": ("pyzmq",),
}
"""Modules whose distributions have other names, which are facts of PyPI."""


def distributions(module: str) -> Iterator[str]:
    """The names, as PyPI compares them: of the shortest beginning of the module first, which is mostly the one."""
    parts = module.split(".")
    yield normalised(parts[0])
    yield from _OTHERWISE.get(parts[0], ())
    for length in range(2, len(parts) + 1):
        yield normalised(".".join(parts[:length]))


def normalised(name: str) -> str:
    """The name of a distribution as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required(outline: Outline | None, style: str = REQUIREMENT) -> Iterator[tuple[str, str]]:
    """(registry, name) of the distributions of other projects that a manifest of Python requires, or locks."""
    for item in outline.imports if outline is not None else ():
        if item.style == style and not item.place:
            yield "pypi", normalised(item.module)

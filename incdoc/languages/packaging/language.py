"""The older manifests of Python as a language: the requirements files of pip, and ``setup.cfg``."""

from __future__ import annotations

from ..language import FileType, Kind, Language

FOLDER = "requirements"
"""A folder of requirements files: they are about the folder that it is in."""

LANGUAGE = Language(
    name="packaging",
    title="Python packaging",
    chapters=False,
    files=(
        FileType(
            "Requirements",
            names=("requirements.txt",),
            patterns=(
                "requirements*.txt",
                "*requirements.txt",
                f"{FOLDER}/*.txt",
            ),
        ),
        FileType("Settings", "ini", names=("setup.cfg",)),
    ),
    kinds=(
        Kind("section", heading="Sections", shown="row"),
        Kind("key", heading="Keys", shown="value"),
    ),
    extract="incdoc.languages.packaging.extract:extract",
    linker="incdoc.languages.packaging.linker:RequirementsLinker",
    view="incdoc.languages.packaging.view:RequirementsView",
    family="python",
)

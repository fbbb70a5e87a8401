"""Shell as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="bash",
    title="Shell",
    chapters=False,
    files=(
        FileType(
            "Shell script",
            "bash",
            suffixes=(
                "sh",
                "bash",
                "zsh",
                "ksh",
            ),
            names=(
                ".bashrc",
                ".bash_profile",
                ".profile",
                ".zshrc",
                "configure",
                "gradlew",
                ".envrc",
            ),
            programs=(
                "sh",
                "bash",
                "rbash",
                "dash",
                "ash",
                "ksh",
                "mksh",
                "pdksh",
                "zsh",
                "bats",
                "openrc-run",
            ),
        ),
    ),
    kinds=(
        Kind("function", heading="Functions", shown="block"),
        Kind("alias", "aliases", heading="Aliases", shown="value"),
        Kind("variable", heading="Variables", shown="value"),
    ),
    depends=(
        "tree_sitter",
        "tree_sitter_bash",
    ),
    rules="incdoc.languages.bash.ruleset:RULES",
    extract="incdoc.languages.bash.extract:extract",
    linker="incdoc.languages.file_linker:FileLinker",
)

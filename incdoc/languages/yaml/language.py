"""YAML as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="yaml",
    title="YAML",
    chapters=False,
    files=(
        FileType(
            "YAML",
            "yaml",
            suffixes=(
                "yaml",
                "yml",
            ),
            names=(
                ".clang-format",
                ".clang-tidy",
                ".clangd",
                ".pre-commit-hooks",
            ),
        ),
        FileType("GitLab pipeline, YAML", "yaml", names=(".gitlab-ci.yml", ".gitlab-ci.yaml")),
        FileType("pre-commit configuration, YAML", "yaml", names=(".pre-commit-config.yaml", ".pre-commit-hooks.yaml")),
        FileType(
            "Compose file, YAML",
            "yaml",
            names=("docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml"),
        ),
    ),
    kinds=(
        Kind("job", heading="Jobs", shown="block"),
        Kind("service", heading="Services", shown="block"),
        Kind("hook", heading="Hooks", shown="value"),
        Kind("step", heading="Steps", shown="value"),
        Kind("key", heading="Keys", shown="value"),
        Kind("item key", shown="no"),
    ),
    depends=(
        "tree_sitter",
        "tree_sitter_yaml",
    ),
    extract="incdoc.languages.yaml.extract:extract",
    linker="incdoc.languages.yaml.linker:WorkflowLinker",
    view="incdoc.languages.yaml.view:WorkflowView",
)

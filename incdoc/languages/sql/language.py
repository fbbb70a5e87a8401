"""SQL as a language: its files, and the kinds of its definitions."""

from __future__ import annotations

from ..language import FileType, Kind, Language

LANGUAGE = Language(
    name="sql",
    title="SQL",
    files=(FileType("SQL", "sql", suffixes=("sql",)),),
    kinds=(
        Kind("schema", heading="Schemas", shown="block"),
        Kind("table", heading="Tables", shown="block"),
        Kind("column", heading="Columns", shown="member"),
        Kind("view", heading="Views", shown="block"),
        Kind("index", "indexes", heading="Indexes", shown="block"),
        Kind("function", heading="Functions", shown="block"),
        Kind("procedure", heading="Procedures", shown="block"),
        Kind("trigger", heading="Triggers", shown="block"),
        Kind("type", heading="Types", shown="block"),
        Kind("sequence", heading="Sequences", shown="block"),
    ),
    extract="incdoc.languages.sql.extract:extract",
)

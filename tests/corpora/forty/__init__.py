"""Forty questions about four real projects: how many answers are right, and how much there is to read for them.

- ``questions``: the questions with what is true, read from ``questions.toml``;
- ``projects``: the projects, a copy each with and without incdoc's pages;
- ``judge``: whether a text has what is true;
- ``ways``: what incdoc, grep with reading, and repomix say;
- ``python -m tests.corpora.forty``: the table (``doit bench_forty``).
"""

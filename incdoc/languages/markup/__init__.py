"""The documentation of a definition as a small document, whatever markup it is written in.

A **reader** is a function of a language, ``(text, style) -> tuple of blocks``; ``style`` is the setting ``docstrings``.
It takes the documentation apart into **blocks** (``document``): paragraphs, code, lists, tables, notes, and **fields**,
which are tables of parameters, results and exceptions. A paragraph is a sequence of **spans**.

    document   the blocks and spans
    inline     the text of a paragraph -> spans
    tables     tables of reStructuredText and Markdown
    blocks     lines of reStructuredText or Markdown -> blocks
    tagged     comments with tags (``@param``) -> blocks

Nothing here writes Markdown: ``incdoc.pages.documentation`` does, and it alone escapes. A span's text is the text that
a reader of the page must see.
"""

"""Markdown: documents with headings, code blocks and links."""

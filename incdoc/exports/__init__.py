"""The files for other programs, one of each kind in the output.

joined      a kind whose file is joined of a part for each source or folder
inventory   ``objects.inv``, with which documents of Sphinx and mkdocstrings refer to pages
tags        ``tags``, with which editors jump to definitions
etags       ``etags``, the same for Emacs
symbols     ``symbols.jsonl``, definitions and what they use, for other programs
scip        ``index.scip``, definitions and references with their columns, for code search
positions   where names are in the text of a source
llms        ``llms.txt``, where a language model finds what
llms_full   ``llms-full.txt``, the public API in one text

Terms: a **part** of a file is what it says of one source or folder, a pure function of what the link tables say. The
store keeps it until a change touches that, so an edit makes the parts of the edited source and joins the file.
"""

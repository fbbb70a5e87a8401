"""Languages without a grammar: their names are read by the lexers of Pygments. One row of a table is a language."""

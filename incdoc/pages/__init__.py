"""The pages: inputs of each kind -> text -> disk.

kind           what a kind of page is
kinds          the registry: which kinds there are; the names of their tasks
settings       the settings that pages receive
source_page    ``X_docs.md`` of a source
source_view    the values that its template prints: what the source defines, and findings; ``source_relations``: how it
               is related to others; ``source_links``: links and rows; ``usage``: who calls and uses what it defines
keyword_page   ``X_kw.md`` of a source
folder_index   ``index.md`` of a folder, and of the repository: the front page
folder_page    ``doc.md`` of a folder
subtree_page   ``sub.md`` of a folder
book           the book's chapters and contents
keyword_index  the keyword index of the repository
rules_page     what the findings mean
folders, public, keyword_lines   what several kinds say
paths          where pages are
render         templates
markdown       texts as Markdown
divide         a page that is too long -> parts
differences    where two inputs differ
write          text -> file
"""

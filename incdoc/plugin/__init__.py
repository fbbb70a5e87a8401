"""All parts that doit uses: task creators, loader, backend, checker, reporter, commands, and the ``incdoc`` command.

doit imports the entry points of every installed plugin whenever it starts, also in projects
that do not use incdoc: at import, the modules of this package need only doit and the standard library.
"""

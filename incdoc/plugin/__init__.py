"""Everything that doit sees: task creators, loader, backend, checker, reporter, commands, and the ``incdoc`` command.

doit imports the entry points of every installed plugin whenever it starts, in projects that have nothing to do with
incdoc too: at import, the modules of this room need nothing but doit and the standard library.
"""

"""``python -m incdoc``: the ``incdoc`` command of one Python, whichever the ``PATH`` has."""

from incdoc.plugin.main import main

if __name__ == "__main__":
    main()

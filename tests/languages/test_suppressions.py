"""Findings that comments suppress, as the tools do whose comments they are."""

from __future__ import annotations

import pytest

from incdoc.languages.bash.extract import extract as bash
from incdoc.languages.c.extract import extract as c
from incdoc.languages.cpp.extract import extract as cpp
from incdoc.languages.javascript.extract import extract as javascript
from incdoc.languages.python.extract import extract as python
from incdoc.languages.typescript.extract import extract as typescript

EXTRACT = {"bash": bash, "c": c, "cpp": cpp, "javascript": javascript, "python": python, "typescript": typescript}

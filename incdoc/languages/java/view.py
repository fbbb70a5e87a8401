"""What the pages of Java sources say beside their facts."""

from __future__ import annotations

from typing import ClassVar

from ..view import View


class JavaView(View):
    """Words for Java."""

    own_calls: ClassVar[bool] = True

"""What pages of Dockerfiles say beside their facts."""

from __future__ import annotations

from typing import ClassVar

from ..view import View


class ImageView(View):
    """Words for Dockerfiles."""

    outside: ClassVar[str] = "an image from elsewhere"

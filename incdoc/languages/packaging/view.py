"""What pages of requirements files say beside their facts."""

from __future__ import annotations

from typing import ClassVar

from ..packages import LISTINGS
from ..view import Listing, View


class RequirementsView(View):
    """Words for requirements files."""

    listings: ClassVar[tuple[Listing, ...]] = LISTINGS

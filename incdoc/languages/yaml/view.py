"""What pages of YAML say beside their facts."""

from __future__ import annotations

from typing import ClassVar

from ..packages import LISTINGS, REQUIREMENT
from ..view import Listing, View


class WorkflowView(View):
    """Words for YAML."""

    listings: ClassVar[tuple[Listing, ...]] = tuple(each for each in LISTINGS if each.style == REQUIREMENT)
    outside: ClassVar[str] = "an action, a workflow or an image from elsewhere"

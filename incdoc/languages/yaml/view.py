"""What pages of YAML say beside their facts."""

from __future__ import annotations

from typing import ClassVar

from ..view import View


class WorkflowView(View):
    """Words for YAML."""

    outside: ClassVar[str] = "an action, a workflow or an image from elsewhere"

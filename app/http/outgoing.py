"""Which lanes does this process push alerts on?"""

from __future__ import annotations

from fastapi import Request

from app.delivery.webhooks import Webhooks


def webhooks_of(request: Request) -> Webhooks:
    """The lanes of the program a request came to."""
    found: Webhooks = request.app.state.webhooks
    return found

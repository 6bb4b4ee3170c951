"""Which program stands behind a token of the sign-on provider?"""

from __future__ import annotations

from datetime import datetime

import structlog
from fastapi import Request

from app.domain.errors import NotSignedIn, Unavailable
from app.http.oidc import sign_on
from app.http.oidc_fetch import Unreachable
from app.http.oidc_tokens import Untrusted, access_token
from app.http.request_id import request_id
from app.services import federation
from app.services.acting import Acting

log = structlog.get_logger(__name__)

_DOTS = 2
"""A signed token has three parts; our own have no dot."""


def program_of(request: Request, token: str, at: datetime) -> Acting | None:
    """The service account of a client-credentials token, None for what is no such token or where none may call.

    It is checked with the keys at hand, without asking the provider. Raises NotSignedIn, Unavailable.
    """
    site = sign_on(request)
    if site is None or site.audience is None or token.count(".") != _DOTS:
        return None
    try:
        found = access_token(site.provider, token, site.audience, at)
    except Untrusted as fault:
        log.warning("program token refused", code=str(fault))
        raise NotSignedIn("bad_token", "This token is unknown, expired or revoked.") from None
    except Unreachable as fault:
        log.warning("sign-on provider silent", code=str(fault))
        sentence = "The sign-on provider did not answer, so this token could not be checked. Try again in a moment."
        raise Unavailable("provider_silent", sentence) from None
    return federation.program(site.provider.issuer, found.client_id, found.scopes, at, request_id() or "")

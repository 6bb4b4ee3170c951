"""Does this site sign people on with a provider, and with which?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fastapi import Request, Response

from app.domain.errors import StartRefused
from app.http.oidc_fetch import may_be_asked
from app.http.oidc_provider import Provider
from app.services.federation import ATTEMPT_LASTS
from app.services.provider_roles import RoleMap

RETURN: Final = "/sign-in/provider/return"
"""Where the provider sends the browser back to; the site registers it there with its own origin in front."""


@dataclass(frozen=True, slots=True)
class SignOn:
    """The site's provider, what its groups stand for, and the audience of programs' tokens, None where none may call.

    `origin` is the address people type, without a slash at the end.
    """

    provider: Provider
    origin: str
    roles: RoleMap
    groups_claim: str = "groups"
    audience: str | None = None

    @property
    def back(self) -> str:
        return self.origin + RETURN


def configured(
    *,
    issuer: str | None,
    client_id: str | None,
    client_secret: str | None,
    origin: str | None,
    roles: RoleMap | None,
    groups_claim: str,
    audience: str | None,
) -> SignOn | None:
    """The provider of these settings, None without an issuer; raises StartRefused when they make no sense together."""
    if issuer is None:
        if client_id is not None or audience is not None or roles is not None:
            raise _refused("DOSEWARD_OIDC_ISSUER is missing, and other settings of the sign-on provider are there.")
        return None
    if not may_be_asked(issuer):
        raise _refused("DOSEWARD_OIDC_ISSUER must begin with https://.")
    if client_id is None or origin is None or roles is None:
        raise _refused("A sign-on provider needs DOSEWARD_OIDC_CLIENT_ID, DOSEWARD_OIDC_ROLES, DOSEWARD_PUBLIC_ORIGIN.")
    if audience == client_id:
        raise _refused("DOSEWARD_OIDC_AUDIENCE must not be the client id: a person's ID token would open the API.")
    return SignOn(Provider(issuer, client_id, client_secret), origin.rstrip("/"), roles, groups_claim, audience)


def sign_on(request: Request) -> SignOn | None:
    """The provider of this program, None when people sign in here alone."""
    found: SignOn | None = getattr(request.app.state, "sign_on", None)
    return found


def set_attempt(request: Request, response: Response, state: str) -> None:
    """Lets the browser keep the state of a sign-in it began; lax, since it comes back from another site."""
    secure, lasts = request.app.state.secure_cookies, int(ATTEMPT_LASTS.total_seconds())
    response.set_cookie(_name(request), state, max_age=lasts, path="/", httponly=True, samesite="lax", secure=secure)


def attempt_cookie(request: Request) -> str | None:
    """The state of the sign-in this browser began."""
    return request.cookies.get(_name(request))


def clear_attempt(request: Request, response: Response) -> None:
    secure = request.app.state.secure_cookies
    response.delete_cookie(_name(request), path="/", httponly=True, samesite="lax", secure=secure)


def _name(request: Request) -> str:
    return "__Host-sign-on" if request.app.state.secure_cookies else "sign-on"


def _refused(sentence: str) -> StartRefused:
    return StartRefused("bad_setting", sentence)

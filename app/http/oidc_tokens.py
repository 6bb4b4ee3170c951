"""Did the sign-on provider sign this token, for us, now, and what does it say?

OpenID Connect Core 1.0 (3.1.3.7), Back-Channel Logout 1.0 (2.6), RFC 8725 and RFC 9068. What a refusal is about goes to
the log as one word; the token never does.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from joserfc import jws, jwt
from joserfc.errors import InvalidClaimError, JoseError
from joserfc.jws import JWSRegistry
from pydantic_core import PydanticCustomError

from app.http.fields import TEXT_LIMIT, read_text
from app.http.oidc_provider import Provider
from app.services.federation import CLOCKS_DIFFER, Logout, Subject

ALGORITHMS: Final = frozenset({"RS256", "ES256", "PS256"})
LEEWAY: Final = int(CLOCKS_DIFFER.total_seconds())
"""Seconds that two clocks may differ."""
LOGOUT_LASTS: Final = 300
LONGEST_LIFE: Final = 3600
"""Seconds: how old a logout token may be, and how long a program's token may live."""
_LONGEST_TOKEN: Final = 32 * 1024
_LONGEST_NAME: Final = 255
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class Untrusted(Exception):
    """A token that must not be believed; the text is a word for the log."""


class _Registry(JWSRegistry):
    """Headers a provider may add are no reason to refuse; only `crit` says that one must be understood."""

    max_header_length = 4096
    max_payload_length = _LONGEST_TOKEN


_REGISTRY: Final = _Registry(algorithms=ALGORITHMS, strict_check_header=False)


class Token(NamedTuple):
    """What a token of the provider says, once its signature, issuer, audience and times were right."""

    kind: str
    claims: dict[str, Any]


def id_token(provider: Provider, text: str, nonce: str, groups_claim: str, now: datetime) -> Subject:
    """Who signed in; raises Untrusted, Unreachable."""
    claims = _verified(provider, text, provider.client_id, now).claims
    if not isinstance(claims.get("nonce"), str) or not hmac.compare_digest(_bytes(claims["nonce"]), _bytes(nonce)):
        raise Untrusted("nonce")
    _check_party(claims, provider.client_id)
    subject = _text(claims, "sub")
    username = _readable(claims.get("preferred_username")) or subject
    return Subject(
        issuer=provider.issuer,
        subject=subject,
        name=_readable(claims.get("name")) or username,
        username=username,
        groups=_groups(claims.get(groups_claim)),
        session=_text(claims, "sid") if "sid" in claims else None,
        proved_at=_moment(claims, "auth_time") if "auth_time" in claims else None,
    )


def logout_token(provider: Provider, text: str, now: datetime) -> Logout:
    """Which session of the provider ended; raises Untrusted, Unreachable."""
    kind, claims = _verified(provider, text, provider.client_id, now)
    if kind not in {"logout+jwt", "jwt", ""}:
        raise Untrusted("typ")
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict):
        raise Untrusted("events")
    if "nonce" in claims:
        raise Untrusted("nonce")
    if now.timestamp() - claims["iat"] > LOGOUT_LASTS + LEEWAY:
        raise Untrusted("iat")
    session = _text(claims, "sid") if "sid" in claims else None
    subject = _text(claims, "sub") if "sub" in claims else None
    if session is None and subject is None:
        raise Untrusted("sub")
    return Logout(provider.issuer, subject, session, _text(claims, "jti"))


class Program(NamedTuple):
    """A program that the provider vouches for, and what it may do."""

    client_id: str
    scopes: frozenset[str]


def access_token(provider: Provider, text: str, audience: str, now: datetime) -> Program:
    """Which program calls; raises Untrusted, Unreachable."""
    kind, claims = _verified(provider, text, audience, now)
    if kind not in {"at+jwt", "jwt", ""}:
        raise Untrusted("typ")
    if not claims.keys().isdisjoint({"nonce", "auth_time", "events"}):
        raise Untrusted("not_a_program")
    if claims["exp"] - claims["iat"] > LONGEST_LIFE:
        raise Untrusted("lifetime")
    client_id = _readable(claims.get("client_id", claims.get("azp")))
    if client_id is None:
        raise Untrusted("client_id")
    said = claims.get("scope", claims.get("scp", ""))
    scopes = said.split() if isinstance(said, str) else said
    return Program(client_id, _groups(scopes))


def _verified(provider: Provider, text: str, audience: str, now: datetime) -> Token:
    if len(text) > _LONGEST_TOKEN:
        raise Untrusted("too_large")
    header = _header(text)
    if header.get("alg") not in ALGORITHMS or "crit" in header:
        raise Untrusted("alg")
    kid = header.get("kid")
    key = provider.key(kid) if kid is None or isinstance(kid, str) else None
    if key is None:
        raise Untrusted("kid")
    asked = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": provider.issuer},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        claims = jwt.decode(text, key, registry=_REGISTRY).claims
        asked.validate(claims)
    except InvalidClaimError as fault:
        raise Untrusted(fault.claim) from None
    except (JoseError, ValueError) as fault:
        raise Untrusted(getattr(fault, "error", "malformed")) from None
    kind = header.get("typ", "")
    return Token(kind.lower().removeprefix("application/") if isinstance(kind, str) else "?", claims)


def _header(text: str) -> dict[str, Any]:
    try:
        return jws.extract_compact(text.encode(), registry=_REGISTRY).headers()
    except (JoseError, ValueError):
        raise Untrusted("malformed") from None


def _check_party(claims: dict[str, Any], client_id: str) -> None:
    """A token for several parties names the one that asked for it (3.1.3.7, 4 and 5)."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise Untrusted("azp")


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_NAME or not value.isprintable():
        raise Untrusted(name)
    return value


def _readable(value: object) -> str | None:
    """A name as this program keeps them, None for one that cannot be kept."""
    try:
        return read_text(value, limit=TEXT_LIMIT)
    except PydanticCustomError:
        return None


def _groups(value: object) -> frozenset[str]:
    every = value if isinstance(value, list) else [value]
    return frozenset(one for one in every if isinstance(one, str))


def _moment(claims: dict[str, Any], name: str) -> datetime:
    value = claims[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise Untrusted(name)
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        raise Untrusted(name) from None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")

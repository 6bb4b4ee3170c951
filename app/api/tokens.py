"""Which programs may call, and who ends that?"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Response
from pydantic import Field

from app.api import shapes
from app.api.calls import Called, answered, read
from app.api.lists import Paging, cut, listed
from app.api.routers import router_for
from app.api.writing import takes_key, write
from app.domain.record import instant
from app.http.body import Body
from app.http.fields import Instant, Text, Uuid
from app.services.acting import WARD_SCOPE, wards_among
from app.services.tokens import create_token, revoke_token, tokens_for
from app.store import people
from app.store.database import Transaction
from app.store.tokens import Token

router = router_for("tokens")


class TokenToMake(Body):
    """A service token has scopes, and wards or null for all of them; a personal token has neither.

    Without `expires_at` it ends after 90 days, the longest there is.
    """

    kind: Literal["service", "personal"]
    name: Text
    scopes: Annotated[tuple[Text, ...], Field(max_length=10)] = ()
    ward_ids: Annotated[tuple[Uuid, ...], Field(min_length=1, max_length=100)] | None = None
    expires_at: Instant | None = None


class TokenShape(shapes.Shape):
    """A token; `live` is whether it opens anything now. `ward_ids` null is all wards."""

    id: str
    kind: Literal["service", "personal"]
    name: str
    person_id: str | None
    scopes: list[str]
    ward_ids: list[str] | None
    created_at: str
    created_by: str
    expires_at: str
    used_at: str | None
    revoked_at: str | None
    live: bool


class NewToken(TokenShape):
    """A token with its secret, which nobody can read again."""

    secret: str


@router.post(
    "/tokens", status_code=201, response_model=NewToken, response_description="The token, with its secret this once."
)
def make_a_token(call: Called, sent: TokenToMake) -> Response:
    """Service tokens are for administrators of the wards named; a personal one is its person's own, made on a page.

    403 `proof_needed` from a browser whose person has not just shown password or PIN.
    """
    acting = call.acting

    def act(tx: Transaction) -> tuple[Token, str]:
        person = people.person(tx, acting.person_id) if sent.kind == "personal" else None
        return create_token(tx, acting, sent.name, person, sent.scopes, sent.ward_ids or (), sent.expires_at)

    return write(call, act, lambda made: {**_token(made[0], call), "secret": made[1]}, secret=True)


@router.get("/tokens", response_model=shapes.Page[TokenShape], response_description="Tokens by age.")
def list_tokens(call: Called, asked: Paging) -> Response:
    """Your own, and those of the wards you administer; with all wards, everybody's."""
    found = read(call, lambda tx: tokens_for(tx, call.acting))
    page, following = cut(found, lambda token: (token.id,), asked)
    return answered(listed((_token(token, call) for token in page), following))


@router.post(
    "/tokens/{token_id}/revocation",
    status_code=201,
    response_model=TokenShape,
    response_description="The token, ended.",
    openapi_extra=takes_key(),
)
def end_a_token(call: Called, token_id: Uuid) -> Response:
    """It opens nothing from the next request on. One that has ended stays as it is."""
    return write(call, lambda tx: revoke_token(tx, call.acting, token_id), lambda token: _token(token, call))


def _token(token: Token, call: Called) -> dict[str, Any]:
    personal = token.person is not None
    ward_ids = sorted(wards_among(token.scopes)) or None
    return {
        "id": token.id,
        "kind": "personal" if personal else "service",
        "name": token.name,
        "person_id": None if token.person is None else token.person.id,
        "scopes": sorted(scope for scope in token.scopes if not scope.startswith(WARD_SCOPE)),
        "ward_ids": ward_ids,
        "created_at": instant(token.created_at),
        "created_by": token.created_by,
        "expires_at": instant(token.expires_at),
        "used_at": None if token.used_at is None else instant(token.used_at),
        "revoked_at": None if token.revoked_at is None else instant(token.revoked_at),
        "live": token.live(call.acting.at),
    }

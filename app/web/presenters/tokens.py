"""How does a person read about a token: what it may do, where, until when, and whether anybody used it?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from app.services.acting import wards_among
from app.store.tokens import Token
from app.web.entry.fields import Option
from app.web.translate import _, mark
from app.web.wardtime import UNIVERSAL

SCOPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alerts:read": mark("Read alerts and follow the alert feed"),
        "read": mark("Read everything: patients, courses, decisions, figures, alerts"),
        "observations:write": mark("Write observations"),
        "evaluate": mark("Ask what a protocol says about given values; nothing is saved"),
    }
)


@dataclass(frozen=True, slots=True)
class TokenLine:
    """One token; `whose` is "" for a service token, and `live` says that it opens something now."""

    id: str
    name: str
    whose: str
    may: tuple[str, ...]
    where: str
    made: str
    by: str
    ends: str
    used: str
    state: str
    live: bool


def token_line(token: Token, now: datetime, names: Mapping[str, str], wards: Mapping[str, str]) -> TokenLine:
    """One line of the list; `names` are those of people and `wards` those of wards, by id."""
    person = token.person
    here = sorted(wards.get(ward_id, _("another ward")) for ward_id in wards_among(token.scopes))
    used = token.used_at
    return TokenLine(
        id=token.id,
        name=token.name,
        whose="" if person is None else person.name,
        may=(_("What its person may"),) if person is not None else _scopes(token.scopes),
        where=_("Where its person may") if person is not None else ", ".join(here) or _("All wards"),
        made=UNIVERSAL.moment(token.created_at),
        by=names.get(token.created_by, token.created_by),
        ends=UNIVERSAL.moment(token.expires_at),
        used=_("Never") if used is None else UNIVERSAL.moment(used),
        state=_state(token, now),
        live=token.live(now),
    )


def scope_options(chosen: Iterable[str]) -> tuple[Option, ...]:
    """What a service token can be allowed, in plain words, with the name that the API uses."""
    ticked = frozenset(chosen)
    return tuple(
        Option(f"scope-{scope.replace(':', '-')}", f"scope.{scope}", _(words), scope in ticked, scope)
        for scope, words in SCOPES.items()
    )


def _scopes(held: Container[str]) -> tuple[str, ...]:
    return tuple(_(words) for scope, words in SCOPES.items() if scope in held)


def _state(token: Token, now: datetime) -> str:
    if token.revoked_at is not None:
        return _("Revoked {at}").format(at=UNIVERSAL.moment(token.revoked_at))
    if now >= token.expires_at:
        return _("Ended")
    return _("Open") if token.live(now) else _("Its person may not sign in")

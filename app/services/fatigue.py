"""How much do the alerts of a ward ask of its people, and are they worth it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.errors import InvalidInput, NotFound
from app.domain.fatigue import Charted, Fatigue, Ordered, days_between, fatigue
from app.domain.protocol import Criterion, Protocol
from app.domain.record import decode_decision
from app.domain.vocabulary import Action
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.pins import pinned
from app.store import fatigue as recorded
from app.store import protocol_texts, wards
from app.store.database import Transaction
from app.store.wards import Ward

USUAL: Final = timedelta(days=28)
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class WardFatigue:
    """The figures of a ward; `criteria` are those of the protocols that decided on it in the period, by id."""

    ward: Ward
    first: date
    last: date
    figures: Fatigue
    criteria: dict[str, Criterion]


def fatigue_of(
    tx: Transaction, library: Library, acting: Acting, ward_id: str, first: date | None = None, last: date | None = None
) -> WardFatigue:
    """The figures of whole days on the ward's clock, the last four weeks where nothing else is asked for.

    Raises NotFound and Forbidden for the ward, InvalidInput for a period that ends before it begins or is too long.
    """
    acting.require(Permission.READ, ward_id)
    ward = next((ward for ward in wards.wards(tx) if ward.id == ward_id), None)
    if ward is None:
        raise NotFound("ward_not_found", "There is no such ward.")
    zone = ZoneInfo(ward.time_zone)
    last = last or acting.at.astimezone(zone).date()
    first = first or last - USUAL + timedelta(days=1)
    _check(first, last)
    since, until = _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    decided = recorded.decided(tx, ward_id, since, until)
    orders = recorded.ordered(tx, ward_id, since, until)
    protocols = _protocols(tx, library, {sha256 for _, sha256 in decided} | {order.sha256 for order in orders})
    criteria = {
        one.id: one
        for sha256 in {text for _, text in decided}
        for row in protocols[sha256].rows
        for one in row.criteria
    }
    charted = Charted(
        days=days_between(first, last),
        zone=zone,
        happened=recorded.happened(tx, ward_id, since, until),
        decided=[at for at, _ in decided],
        given=recorded.given(tx, ward_id, since, until),
        ordered=[_ordered(order, protocols[order.sha256]) for order in orders],
        criteria=frozenset(name for name, one in criteria.items() if _alerts(one)),
    )
    return WardFatigue(ward, first, last, fatigue(charted), criteria)


def _check(first: date, last: date) -> None:
    if last < first:
        raise InvalidInput("ends_before", "The period ends before it begins.")
    if last - first >= LONGEST:
        raise InvalidInput("too_long", f"Ask for at most {LONGEST.days} days.")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _protocols(tx: Transaction, library: Library, texts: Iterable[str]) -> dict[str, Protocol]:
    pins = {pin.sha256: pin for pin in protocol_texts.pins(tx)}
    return {sha256: pinned(tx, library, pins[sha256]) for sha256 in sorted(texts)}


def _alerts(criterion: Criterion) -> bool:
    """True of a criterion that somebody is told of when it is met (`domain.concern`)."""
    return criterion.action.rank >= Action.HOLD.rank or len(criterion.any_time) > 0


def _ordered(order: recorded.OrderRow, protocol: Protocol) -> Ordered:
    met = decode_decision(order.document, protocol).met()
    return Ordered(order.choice, {one.criterion.id: one.action for one in met if one.action.rank >= Action.HOLD.rank})

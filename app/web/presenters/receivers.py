"""How does a person read about a receiver: what it is told, whether that arrives, and how every attempt ended?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.domain.receiver import Ending, Receiver, origin_of
from app.domain.vocabulary import Level
from app.store.lanes import Lane
from app.store.receivers import Delivery
from app.web.entry.fields import Option
from app.web.translate import _, mark, several
from app.web.wardtime import UNIVERSAL

EVERYWHERE: Final = "everywhere"
LEVELS: Final[Mapping[Level, str]] = MappingProxyType(
    {
        Level.HIGH_PRIORITY: mark("High priority only"),
        Level.PRIORITY: mark("Priority and high priority"),
        Level.INFORMATION: mark("Everything, information too"),
    }
)
_ENDINGS: Final[Mapping[Ending, str]] = MappingProxyType(
    {
        Ending.DELIVERED: mark("Arrived"),
        Ending.REFUSED: mark("Refused"),
        Ending.REDIRECTED: mark("Sent on elsewhere, which is not followed"),
        Ending.TOO_SLOW: mark("No answer in time"),
        Ending.UNREACHABLE: mark("Not reached"),
        Ending.CERTIFICATE: mark("Its certificate does not hold"),
        Ending.UNRESOLVED: mark("Nobody knows its name"),
        Ending.ADDRESS: mark("Its address is not one that may be reached"),
        Ending.ORIGIN: mark("Its origin is not open any more"),
    }
)


@dataclass(frozen=True, slots=True)
class ReceiverLine:
    """One receiver; `failing` and `removed` say what must stand out, `earlier` until when two secrets sign."""

    id: str
    name: str
    url: str
    origin: str
    told: str
    where: str
    added: str
    state: str
    failing: bool
    removed: bool
    earlier: str


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One attempt: when, with what, how it ended."""

    at: str
    what: str
    attempt: int
    ended: str
    arrived: bool
    took: str


def receiver_line(
    receiver: Receiver, lane: Lane | None, names: Mapping[str, str], wards: Mapping[str, str]
) -> ReceiverLine:
    """One receiver; `names` are those of people and `wards` those of wards, by id."""
    until = receiver.earlier_until
    return ReceiverLine(
        id=receiver.id,
        name=receiver.name,
        url=receiver.url,
        origin=origin_of(receiver.url),
        told=_(LEVELS[receiver.least]),
        where=_("All wards") if receiver.ward_id is None else wards.get(receiver.ward_id, _("another ward")),
        added=_("Added {at} by {name}").format(
            at=UNIVERSAL.moment(receiver.created_at), name=names.get(receiver.created_by, receiver.created_by)
        ),
        state=_state(receiver, lane),
        failing=lane is not None and lane.failing_since is not None,
        removed=receiver.removed_at is not None,
        earlier="" if until is None else UNIVERSAL.moment(until),
    )


def attempt_line(one: Delivery) -> AttemptLine:
    """One line of the log; an event is named by its id, since what it says is nobody's business here."""
    ended = _(_ENDINGS[one.outcome])
    return AttemptLine(
        at=f"{UNIVERSAL.date(one.at)} {UNIVERSAL.seconds(one.at)}",
        what=_("Test") if one.event_id is None else one.event_id,
        attempt=one.attempt,
        ended=ended if one.status is None else _("{ended} ({status})").format(ended=ended, status=one.status),
        arrived=one.delivered,
        took=_("{ms} ms").format(ms=one.took_ms),
    )


def level_options(chosen: str) -> tuple[Option, ...]:
    """From which level on it is told; none is given beforehand."""
    return tuple(Option(f"least-{level}", level, _(words), level == chosen) for level, words in LEVELS.items())


def _state(receiver: Receiver, lane: Lane | None) -> str:
    if lane is None or receiver.removed_at is not None:
        return _("Removed")
    if lane.failing_since is None:
        return _("Working")
    tried = several("{number} attempt", "{number} attempts", lane.attempts)
    return _("Failing since {at}, {tried}").format(at=UNIVERSAL.moment(lane.failing_since), tried=tried)

"""How much do the alerts of a ward ask of its people, and are they worth it?

What was said once too often is not heard: alerts per dose, how long they wait, which criteria fire how often or never,
and how often a prescriber orders milder than a criterion called for. Nothing divided by nothing is None, never zero.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Final, NamedTuple

from app.domain.control_chart import Chart, Period, u_chart
from app.domain.decision import goes_against
from app.domain.vocabulary import Action, AlertKind, Choice

_DAY = timedelta(days=1)
WITHIN: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 10, 15, 30, 60))
"""The steps by which waiting is counted; the last are longer, and not at all yet."""


class Happening(NamedTuple):
    """What fatigue needs of an event of an alert."""

    alert_id: str
    key: str
    kind: AlertKind
    at: datetime


class Ordered(NamedTuple):
    """A prescriber's last order on a decision, and what each criterion it met called for."""

    choice: Choice
    called: Mapping[str, Action]


@dataclass(frozen=True, slots=True)
class Charted:
    """What was recorded of a ward in a period of whole days on its clock.

    `happened` are all events of the alerts raised in it, in any order; `decided` is when each decision was taken,
    `given` how many doses went in, `criteria` those of the protocols that decided which can raise an alert.
    """

    days: tuple[date, ...]
    zone: tzinfo
    happened: Iterable[Happening]
    decided: Iterable[datetime]
    given: int
    ordered: Iterable[Ordered]
    criteria: frozenset[str]


class Waited(NamedTuple):
    """How many alerts there were, how many of them something followed, and after which median time, where any."""

    alerts: int
    followed: int
    median: timedelta | None


class Overridden(NamedTuple):
    """Of the orders on decisions at which a criterion called for a dose to be withheld: how many were milder."""

    criterion: str
    orders: int
    milder: int

    @property
    def percent(self) -> Decimal | None:
        """The share in per cent, None without any order."""
        return Decimal(100 * self.milder) / self.orders if self.orders > 0 else None


@dataclass(frozen=True, slots=True)
class Fatigue:
    """The figures of a ward and a period; `firing` are alerts raised per decision by day, for all keys and for each.

    `waits` counts the alerts acknowledged within each step of `WITHIN` and not the one before, those acknowledged
    later, and those nobody has acknowledged.
    """

    days: tuple[date, ...]
    alerts: int
    decisions: int
    given: int
    acknowledged: Waited
    escalated: Waited
    waits: tuple[int, ...]
    firing: Chart
    by_key: Mapping[str, Chart]
    never: tuple[str, ...]
    overridden: tuple[Overridden, ...]

    @property
    def per_100_doses(self) -> Decimal | None:
        """Alerts for each hundred doses that went in, None where none did."""
        return Decimal(100 * self.alerts) / self.given if self.given > 0 else None


def days_between(first: date, last: date) -> tuple[date, ...]:
    """Every day from the first to the last, both of them too."""
    return tuple(first + place * _DAY for place in range((last - first).days + 1))


def subject(key: str) -> str:
    """What an alert is about, without which dose or whom: `void` of `void:<dose>`; a criterion is its own."""
    return key.partition(":")[0]


def fatigue(found: Charted) -> Fatigue:
    """The figures of what was recorded."""
    alerts = _by_alert(found.happened)
    decided = Counter(moment.astimezone(found.zone).date() for moment in found.decided)
    raised = Counter((subject(key), at.astimezone(found.zone).date()) for key, at, _ in alerts)
    keys = {subject(key) for key, _, _ in alerts}
    by_key = {key: _chart(found.days, {day: raised[key, day] for day in found.days}, decided) for key in sorted(keys)}
    whole = {day: sum(raised[key, day] for key in keys) for day in found.days}
    return Fatigue(
        days=found.days,
        alerts=len(alerts),
        decisions=sum(decided[day] for day in found.days),
        given=found.given,
        acknowledged=_waited(alerts, AlertKind.ACKNOWLEDGED),
        escalated=_waited(alerts, AlertKind.ESCALATED),
        waits=_waits(alerts),
        firing=_chart(found.days, whole, decided),
        by_key=by_key,
        never=tuple(sorted(found.criteria - keys)),
        overridden=_overridden(found.ordered),
    )


_Alert = tuple[str, datetime, dict[AlertKind, datetime]]


def _by_alert(happened: Iterable[Happening]) -> list[_Alert]:
    """The key of each alert, when it was raised, and when each other thing first happened to it."""
    first: dict[str, dict[AlertKind, datetime]] = {}
    keys: dict[str, str] = {}
    for item in happened:
        seen = first.setdefault(item.alert_id, {})
        seen[item.kind] = min(item.at, seen.get(item.kind, item.at))
        keys[item.alert_id] = item.key
    return [(keys[name], seen[AlertKind.RAISED], seen) for name, seen in first.items() if AlertKind.RAISED in seen]


def _waited(alerts: Sequence[_Alert], kind: AlertKind) -> Waited:
    lengths = [seen[kind] - at for _, at, seen in alerts if kind in seen]
    return Waited(len(alerts), len(lengths), _median(lengths))


def _waits(alerts: Sequence[_Alert]) -> tuple[int, ...]:
    ended = AlertKind.ACKNOWLEDGED
    steps = Counter(bisect_left(WITHIN, seen[ended] - at) for _, at, seen in alerts if ended in seen)
    counted = [steps[step] for step in range(len(WITHIN) + 1)]
    return (*counted, len(alerts) - sum(counted))


def _median(lengths: Sequence[timedelta]) -> timedelta | None:
    """The middle one, or what is half-way between the two in the middle."""
    if not lengths:
        return None
    ordered = sorted(lengths)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _chart(days: Sequence[date], count: Mapping[date, int], units: Mapping[date, int]) -> Chart:
    return u_chart([Period(day, count[day], units.get(day, 0)) for day in days])


def _overridden(ordered: Iterable[Ordered]) -> tuple[Overridden, ...]:
    orders: Counter[str] = Counter()
    milder: Counter[str] = Counter()
    for one in ordered:
        for criterion, action in one.called.items():
            orders[criterion] += 1
            milder[criterion] += goes_against(action, one.choice)
    return tuple(Overridden(name, orders[name], milder[name]) for name in sorted(orders))

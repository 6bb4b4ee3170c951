"""When does somebody come to the bedside, and when does the patient go home?

Vital signs about every two hours and half an hour before a dose; laboratory values and weight at six in the morning.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import count

from app.demo.body import number_of, signs
from app.demo.physiology import Physiology
from app.demo.scenario import DOSE_INTERVAL

BEFORE_DOSE = timedelta(minutes=30)
ROUNDS = (timedelta(hours=1, minutes=45), timedelta(hours=3, minutes=45), timedelta(hours=5, minutes=45))
"""After each due time; the last lies before the next assessment window, where a round would be a decision."""
QUIET_ROUNDS = (ROUNDS[0], ROUNDS[2])
_APART = timedelta(minutes=40)
_LABS_APART = timedelta(hours=4)
_LABS_LAST = timedelta(hours=23, minutes=30)
_BEFORE_ASSESSED, _AFTER_DUE = timedelta(hours=2), timedelta(hours=1)
_SIX, _ELEVEN = time(6), time(11)
_SHORTEST_STAY, _LONGEST_STAY = timedelta(hours=30), timedelta(days=5)
_DAY = timedelta(days=1)
_WELL_SYSTOLIC = 95.0


def next_round(after: datetime, anchor: datetime, seed: int, *, quiet: bool) -> datetime:
    """The next round of vital signs; `anchor` is any due time of the grid."""
    least = after + _APART
    slot = anchor + DOSE_INTERVAL * ((least - anchor) // DOSE_INTERVAL - 1)
    for number in count():
        for offset in QUIET_ROUNDS if quiet else ROUNDS:
            at = slot + DOSE_INTERVAL * number + offset
            if at >= least:
                return at + minutes_late(seed, at)
    raise AssertionError("unreachable")


def minutes_late(seed: int, at: datetime) -> timedelta:
    """Nobody comes on the minute: 0 to 6 minutes, the same for the same visit."""
    return timedelta(minutes=(int(at.timestamp()) // 900 * 5 + seed * 3) % 7)


def labs_needed(labs_at: datetime | None, due_at: datetime) -> bool:
    """True when blood must be drawn with the set before a dose to be fresh as long as the dose may be given."""
    return labs_at is None or due_at + _AFTER_DUE - labs_at > _LABS_LAST


def next_morning(labs_at: datetime, due_at: datetime | None, zone: tzinfo) -> datetime:
    """The next morning draw, but not while a dose is assessed or given: there the set before the dose draws."""
    at = next(_mornings(labs_at + _LABS_APART, _SIX, zone))
    if due_at is not None and due_at - _BEFORE_ASSESSED <= at < due_at + _AFTER_DUE:
        return due_at + _AFTER_DUE
    return at


def discharge_at(physiology: Physiology, over_at: datetime, zone: tzinfo) -> datetime:
    """Late morning of the first day on which the patient can go: no pressor, little oxygen, creatinine falling."""
    least, most = over_at + _SHORTEST_STAY, over_at + _LONGEST_STAY
    for at in _mornings(least, _ELEVEN, zone):
        if at >= most or _can_go(physiology, at):
            return at
    raise AssertionError("unreachable")


def _can_go(physiology: Physiology, at: datetime) -> bool:
    now, before = signs(physiology, at), signs(physiology, at - _DAY / 2)
    steady = now["phenylephrine_rate"] == 0.0 and number_of(now["systolic_bp"]) >= _WELL_SYSTOLIC
    return (
        steady
        and number_of(now["oxygen_flow"]) <= 1.0
        and now["consciousness"] == "alert"
        and number_of(now["creatinine"]) <= number_of(before["creatinine"])
    )


def _mornings(since: datetime, hour: time, zone: tzinfo) -> Iterator[datetime]:
    day = since.astimezone(zone).date()
    for offset in count():
        at = datetime.combine(day + timedelta(days=offset), hour, zone).astimezone(UTC)
        if at >= since:
            yield at

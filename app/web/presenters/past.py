"""What was charted of a measure before, how long ago, and which way is it going?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.explain import value_words
from app.domain.measure import Kind, Measure
from app.domain.observation import Observation
from app.domain.situation import AHEAD
from app.web.formats import WardTime, length_words
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class Past:
    """The last charted value of a measure and the one before it, both of readings that hold."""

    last: Observation | None
    before: Observation | None


NEVER = Past(None, None)


def past_of(charted: Iterable[Observation], now: datetime) -> dict[str, Past]:
    """The last two values of each measure; `charted` is in order of observation.

    One a little ahead of the clock counts as taken now, as it does in a decision (`app.domain.facts`).
    """
    found: dict[str, Past] = {}
    for row in charted:
        if row.value is not None and row.observed_at - now <= AHEAD:
            found[row.measure] = Past(row, found.get(row.measure, NEVER).last)
    return found


def last_words(past: Past, measure: Measure, ward: WardTime, now: datetime) -> str:
    """`Last 84 at 06:00, down 20 from 104`; what was never charted says so.

    A volume says for how long nothing was charted since: `Last 75, 06:00 to 08:00; not charted since: 6 h`.
    """
    last = past.last
    if last is None:
        return _("Not recorded before")
    if measure.kind is Kind.INTERVAL and last.start_at is not None:
        return _("Last {value}, {start} to {end}; not charted since: {gap}").format(
            value=value_words(last.value, None),
            start=ward.brief(last.start_at, now),
            end=ward.brief(last.observed_at, now),
            gap=length_words(now - last.observed_at),
        )
    words = _("Last {value} at {at}").format(value=value_words(last.value, None), at=ward.brief(last.observed_at, now))
    if past.before is None or not isinstance(last.value, Decimal) or not isinstance(past.before.value, Decimal):
        return words
    return f"{words}, {change_words(last.value, past.before.value)}"


def change_words(value: Decimal, before: Decimal) -> str:
    """`down 20 from 104`, `unchanged`."""
    if value == before:
        return _("unchanged")
    words = _("up {change} from {before}") if value > before else _("down {change} from {before}")
    return words.format(change=f"{abs(value - before):f}", before=f"{before:f}")

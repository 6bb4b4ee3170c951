"""How long did a laboratory value take to come back after a cycle?

Which way is worse follows from the protocol's own rows. The published series do not print what they counted as
recovered; here it is a tenth of the value before treatment, and every answer says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.baseline import baseline_of
from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Reading
from app.domain.protocol import Protocol, Row

RECOVERED_WITHIN = Decimal("0.1")
"""Of the value before treatment: no published series prints its own bound."""

_GROUP = "lab"


@dataclass(frozen=True, slots=True)
class Recovery:
    """One measure over a cycle: before it, at its worst, and when it was first back; in the measure's unit.

    `baseline` None: nothing was charted before the first dose, so nobody can say. `back_at` None: not back yet, as far
    as the last reading (`last_at`) says.
    """

    measure: str
    baseline: Decimal | None
    worst: Decimal
    worst_at: datetime
    last_dose_at: datetime
    back_at: datetime | None
    last_at: datetime

    @property
    def moved(self) -> bool:
        """True where the worst lies further than a tenth from the value before, or there is none to compare with."""
        return self.baseline is None or abs(self.worst - self.baseline) > self.baseline * RECOVERED_WITHIN

    @property
    def seen_for(self) -> timedelta:
        """From the last dose to the last reading: for so long it is known not to have been back sooner."""
        return max(self.last_at - self.last_dose_at, timedelta(0))

    @property
    def took(self) -> timedelta | None:
        """From the last dose of the cycle to the first reading that was back."""
        return None if self.back_at is None else max(self.back_at - self.last_dose_at, timedelta(0))


def recoveries(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, now: datetime) -> tuple[Recovery, ...]:
    """Each laboratory measure of the protocol charted after the cycle's first dose, in the protocol's order."""
    done = [sheet.administration(dose.id) for dose in sheet.doses_of(cycle.id)]
    given = sorted(row.started_at for row in done if row is not None and row.outcome.went_in)
    if not given:
        return ()
    later = [other.admitted_at for other in sheet.cycles if other.number > cycle.number]
    since, until = cycle.admitted_at - protocol.timing.admission_lookback, min([*later, now])
    held = sheet.held().by_measure
    found = []
    for measure, up in _directions(protocol).items():
        mine = [reading for reading in held.get(measure, ()) if since <= reading.at <= until]
        one = _recovery(measure, mine, given, up=up)
        if one is not None:
            found.append(one)
    return tuple(found)


def _directions(protocol: Protocol) -> dict[str, bool]:
    """For each laboratory measure compared as it is, whether higher is worse: where its gravest class has no end."""
    found: dict[str, bool] = {}
    for row in protocol.rows:
        measure = protocol.measures[row.measure]
        if measure.group == _GROUP and row.unit == measure.unit and row.criteria[-1].bands:
            found.setdefault(row.measure, _is_up(row))
    return found


def _is_up(row: Row) -> bool:
    return any(band.high is None for band in row.criteria[-1].bands)


def _recovery(measure: str, readings: list[Reading], given: list[datetime], *, up: bool) -> Recovery | None:
    before = [reading for reading in readings if reading.at <= given[0]]
    numbers = [(one.at, one.value) for one in readings if one.at > given[0] and isinstance(one.value, Decimal)]
    if not numbers:
        return None
    baseline = _number(before)
    pick = max if up else min
    worst = pick(value for _, value in numbers)
    worst_at = next(at for at, value in numbers if value == worst)
    back_at = None
    if baseline is not None:
        edge = baseline * (1 + RECOVERED_WITHIN if up else 1 - RECOVERED_WITHIN)
        late = [(at, value) for at, value in numbers if at >= worst_at]
        back_at = next((at for at, value in late if (value <= edge if up else value >= edge)), None)
    return Recovery(measure, baseline, worst, worst_at, given[-1], back_at, max(at for at, _value in numbers))


def _number(before: list[Reading]) -> Decimal | None:
    value = baseline_of(before)
    return value if isinstance(value, Decimal) else None

"""Where does each dose of a cycle stand at a given moment?

Given, skipped and why, cancelled, due, overdue: derived from what was recorded, never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from functools import lru_cache

from app.domain.course import Administration, Cycle, Dose, Order
from app.domain.decision import DecisionRecord
from app.domain.dosing_weight import weight_of
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.schedule import DoseWindow, cycle_closes, due_at, first_due, units, window
from app.domain.vocabulary import Action, Choice, DoseState, Outcome, SkipReason

PENDING = (DoseState.SCHEDULED, DoseState.DUE, DoseState.OVERDUE)
_WITHHELD = (Action.HOLD, Action.STOP, Action.DISCONTINUE)


@dataclass(frozen=True, slots=True)
class DoseProgress:
    """One dose with its times, units and the weight in kg they are made of, state, and the records that say so."""

    dose: Dose
    window: DoseWindow
    units: Decimal
    weight: Decimal
    state: DoseState
    skip_reason: SkipReason | None
    decision: DecisionRecord | None
    order: Order | None
    administration: Administration | None


def progress(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, now: datetime) -> tuple[DoseProgress, ...]:
    """Every dose of the cycle by number, as it stands at `now`."""
    return tuple(dose_progress(sheet, dose, protocol, now) for dose in sheet.doses_of(cycle.id))


def dose_progress(sheet: Flowsheet, dose: Dose, protocol: Protocol, now: datetime) -> DoseProgress:
    """One dose as it stands at `now`."""
    cycle = sheet.cycle(dose.cycle_id)
    due = due_at(cycle, sheet.events_of(cycle.id), dose.number, protocol.timing.interval)
    times = window(due, protocol.timing)
    administration = sheet.administration(dose.id)
    order = _newest_order(sheet, dose)
    state = _state(sheet, dose, times, administration, order, now)
    reason = _skip_reason(sheet, dose, times, order) if state is DoseState.SKIPPED else None
    latest = sheet.latest_decision(dose.id)
    weight = weight_of(sheet, cycle, administration, protocol.dosing)
    total = _units(protocol, weight)
    return DoseProgress(dose, times, total, weight, state, reason, latest, order, administration)


@lru_cache
def _units(protocol: Protocol, weight: Decimal) -> Decimal:
    """The same for every dose of a cycle that is made of one weight."""
    return units(protocol.dosing, weight)


def pending(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, now: datetime) -> DoseProgress | None:
    """The dose the ward works towards: the first of the cycle that is neither done nor past."""
    undone = (dose for dose in sheet.doses_of(cycle.id) if sheet.administration(dose.id) is None)
    doses = (dose_progress(sheet, dose, protocol, now) for dose in undone)
    return next((dose for dose in doses if dose.state in PENDING), None)


def held_occasions(sheet: Flowsheet, dose: Dose, protocol: Protocol, at: datetime) -> int:
    """Doses of the cycle before `dose` withheld because of a criterion; missed and not evaluable ones do not count."""
    earlier = (other for other in sheet.doses_of(dose.cycle_id) if other.number < dose.number)
    undone = (other for other in earlier if not _went_in(sheet.administration(other.id)))
    reasons = (dose_progress(sheet, other, protocol, at).skip_reason for other in undone)
    return sum(1 for reason in reasons if reason is SkipReason.CRITERION)


def cycle_closes_at(sheet: Flowsheet, cycle: Cycle, protocol: Protocol, zone: tzinfo) -> datetime:
    """The last moment at which a dose of the cycle may begin, counted from its first dose, given or due."""
    done = (sheet.administration(dose.id) for dose in sheet.doses_of(cycle.id))
    given = [row.started_at for row in done if row is not None and _went_in(row)]
    return cycle_closes(protocol.dosing, min(given, default=first_due(cycle, sheet.events_of(cycle.id))), zone)


def _went_in(administration: Administration | None) -> bool:
    return administration is not None and administration.outcome.went_in


def _newest_order(sheet: Flowsheet, dose: Dose) -> Order | None:
    orders = sheet.orders_of(dose.id)
    return orders[-1] if orders else None


def _state(
    sheet: Flowsheet,
    dose: Dose,
    times: DoseWindow,
    administration: Administration | None,
    order: Order | None,
    now: datetime,
) -> DoseState:
    if administration is not None:
        done = {Outcome.GIVEN: DoseState.GIVEN, Outcome.INTERRUPTED: DoseState.INTERRUPTED}
        return done.get(administration.outcome, DoseState.SKIPPED)
    ended = sheet.ended(dose.cycle_id)
    if ended is not None and ended.at <= min(now, times.closes_at):
        return DoseState.CANCELLED
    if now > times.closes_at or (order is not None and order.choice is Choice.SKIP):
        return DoseState.SKIPPED
    if now > times.due_at:
        return DoseState.OVERDUE
    return DoseState.DUE if now >= times.opens_at else DoseState.SCHEDULED


def last_telling(decided: Sequence[DecisionRecord]) -> DecisionRecord | None:
    """The last of these that says whether a criterion is met: one that only lacks data takes nothing back."""
    telling = [row for row in decided if row.action is not Action.INCOMPLETE or row.relative > 0 or row.absolute > 0]
    return telling[-1] if telling else None


def _skip_reason(sheet: Flowsheet, dose: Dose, times: DoseWindow, order: Order | None) -> SkipReason:
    """Why it was not given: by the decisions that could have given it."""
    decided = [row for row in sheet.decisions_of(dose.id) if not row.provisional and row.at <= times.closes_at]
    last = last_telling(decided)
    if last is not None and (last.relative > 0 or last.absolute > 0 or last.action in _WITHHELD):
        return SkipReason.CRITERION
    if order is not None and order.choice in (Choice.HOLD, Choice.SKIP):
        return SkipReason.ORDERED
    if decided and decided[-1].action is Action.INCOMPLETE:
        return SkipReason.NOT_EVALUABLE
    return SkipReason.MISSED

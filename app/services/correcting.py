"""What happens when a charted value turns out to be wrong?

The row stays and a new one supersedes it, with a reason and an author. What was decided on the old value is looked at
again, and the pending dose is decided anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.alert import AlertEvent
from app.domain.change import Before
from app.domain.decision import Decision, DecisionRecord
from app.domain.entry import Item, check_items
from app.domain.errors import Conflict, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.observation import Observation
from app.domain.situation import AHEAD
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.cases import Case, close_case, open_case
from app.services.deciding import Affected, decide_pending, review_since
from app.services.scoring import score_set, warn
from app.store import courses, records
from app.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different; None leaves as it was. `retract` withdraws the row altogether (wrong patient)."""

    reason: str
    value: Decimal | int | bool | str | None = None
    unit: str | None = None
    observed_at: datetime | None = None
    start_at: datetime | None = None
    confirmed: bool = False
    retract: bool = False


@dataclass(frozen=True, slots=True)
class Corrected:
    """The superseding row, the decision made anew (None when no dose is pending), and earlier decisions it changes."""

    observation: Observation
    record: DecisionRecord | None
    decision: Decision | None
    affected: tuple[Affected, ...]
    events: tuple[AlertEvent, ...]
    case: Case


def correct(tx: Transaction, library: Library, acting: Acting, observation_id: str, change: Change) -> Corrected:
    """Supersedes one observation; raises ProofNeeded, NotFound, InvalidInput, Conflict when it was corrected."""
    acting.require_proof()
    if not change.reason.strip():
        raise InvalidInput("reason_needed", "A correction needs a reason.")
    course_id = courses.course_of_observation(tx, observation_id, acting.reach)
    case = open_case(tx, library, acting, course_id, Permission.CHART)
    old = _current(case, observation_id)
    new = _superseding(case, old, change)
    _require_difference(old, new, change)
    records.add_observation_set(tx, new.set_id, course_id, None, (new,))
    case = replace(case, sheet=case.sheet.charting((new,)))
    score_set(case, new.set_id, (new.observed_at,))
    warned = warn(case, (new,))
    moment = min(at for at in (old.start_at, old.observed_at, new.start_at, new.observed_at) if at is not None)
    # A value may be that much ahead of the decision it counted in.
    case, affected, voided = review_since(case, moment - AHEAD, new.id)
    events = (*warned, *voided)
    decided = decide_pending(case, new.id)
    if decided is not None:
        case, events = decided.case, (*events, *decided.events)
    close_case(case, "retract" if change.retract else "correct", (new.id,), change.reason, before=(old.id,))
    record, decision = (None, None) if decided is None else (decided.record, decided.decision)
    return Corrected(new, record, decision, affected, events, case)


def _current(case: Case, observation_id: str) -> Observation:
    for row in case.sheet.observations:
        if row.supersedes == observation_id:
            raise Conflict("already_corrected", "This value was corrected already: correct the newer one.")
    for row in case.sheet.observations:
        if row.id == observation_id and not row.retracts:
            return row
    raise NotFound("unknown_observation", "There is no such value to correct.")


def _superseding(case: Case, old: Observation, change: Change) -> Observation:
    acting = case.acting
    row = replace(
        old,
        id=new_id(acting.at),
        set_id=new_id(acting.at),
        recorded_at=acting.at,
        recorded_by=acting.person_id,
        supersedes=old.id,
        reason=change.reason,
        not_taken=None,
    )
    if change.retract:
        return replace(row, value=None, retracts=True)
    before, measures = Before(case.library.changes, case.sheet, old.id), case.library.measures
    (charted,) = check_items(
        [_item(old, change)], measures, acting.at, confirmation=True, pointer="/items", before=before
    )
    return replace(
        row,
        value=charted.value,
        entered=charted.entered,
        entered_unit=charted.entered_unit,
        observed_at=charted.observed_at,
        start_at=charted.start_at,
        confirmed=charted.confirmed,
    )


def _require_difference(old: Observation, new: Observation, change: Change) -> None:
    """Raises InvalidInput where nothing is put right: a row that repeats another would only look like a correction."""
    same_value = new.value == old.value and (change.value is None or new.entered_unit == old.entered_unit)
    if same_value and (new.observed_at, new.start_at) == (old.observed_at, old.start_at) and not new.retracts:
        raise InvalidInput(
            "nothing_changed", "That is what stands there already: change the value or its time, or withdraw the entry."
        )


def _item(old: Observation, change: Change) -> Item:
    value = old.value if change.value is None else change.value
    if value is None:
        raise InvalidInput("value_needed", "Enter the value that was measured, or withdraw the entry.")
    return Item(
        measure=old.measure,
        value=value,
        unit=old.unit if change.value is None else change.unit,
        observed_at=change.observed_at or old.observed_at,
        start_at=change.start_at or old.start_at,
        confirmed=change.confirmed or (change.value is None and old.confirmed),
    )

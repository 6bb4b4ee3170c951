"""How does a decision come about, and what follows from it in the same transaction?

Decide, store what was decided on, tell whom it concerns, look again at earlier decisions that stood on other data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from app.domain.alert import Alert, AlertEvent
from app.domain.assess import situation_of
from app.domain.concern import Concern, concerns, is_over, news
from app.domain.course import Dose
from app.domain.decision import Cause, Decision, DecisionRecord, began
from app.domain.engine import decide
from app.domain.explain import SHOWN_AS
from app.domain.flowsheet import Flowsheet
from app.domain.ids import new_id
from app.domain.progress import pending
from app.domain.protocol import Protocol
from app.domain.record import decode_decision, encode_decision, encode_situation
from app.domain.vocabulary import BINDING, AlertKind, Level
from app.services.announcing import announce
from app.services.cases import Case
from app.store import alerts as alert_store
from app.store import decisions, records

VOID: Final = "void:"
"""How the key of the alert begins that says that a dose was given on what no longer holds."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A stored decision with what it raised, and the case as it stands after it."""

    case: Case
    record: DecisionRecord
    decision: Decision
    events: tuple[AlertEvent, ...]


def decide_dose(case: Case, dose: Dose, cause: Cause, cause_id: str | None) -> Decided:
    """Decides `dose` now, stores the decision and the alerts it raises."""
    situation = situation_of(case.sheet, dose, case.protocol, case.acting.at, now=True)
    decision = decide(situation, case.protocol, case.library.news2)
    record = _record(case, dose, decision, encode_situation(situation, case.sheet.texts()), cause, cause_id, None)
    records.add_decision(case.tx, record)
    case = replace(case, sheet=replace(case.sheet, decisions=(*case.sheet.decisions, record)))
    events = _tell(case, record, decision, dose)
    return Decided(case, record, decision, events)


def decide_pending(case: Case, cause_id: str) -> Decided | None:
    """Decides the dose the ward works towards anew, on what a correction says; None between cycles."""
    if not case.sheet.cycles:
        return None
    next_dose = pending(case.sheet, case.sheet.cycles[-1], case.protocol, case.acting.at)
    return None if next_dose is None else decide_dose(case, next_dose.dose, Cause.CORRECTION, cause_id)


def preview(case: Case, dose: Dose, protocol: Protocol) -> Decision:
    """What `protocol` would say now, by the same functions as `decide_dose`; nothing is stored.

    An earlier stop binds the protocol that decides the course, not another that is only shown beside it.
    """
    situation = situation_of(case.sheet, dose, protocol, case.acting.at, now=True)
    if protocol.pin != case.protocol.pin:
        situation = replace(situation, previous=None)
    return decide(situation, protocol, case.library.news2)


@dataclass(frozen=True, slots=True)
class Affected:
    """An earlier decision that stood on other data, decided again at its own time; `given`: a dose was given on it."""

    original: DecisionRecord
    review: DecisionRecord
    given: bool


def review_since(
    case: Case, moment: datetime, cause_id: str
) -> tuple[Case, tuple[Affected, ...], tuple[AlertEvent, ...]]:
    """Decides again every decision at or after `moment` that was given on or binds, where the answer is another now."""
    case, found = looked_at_again(case, moment, cause_id)
    events: list[AlertEvent] = []
    for one, latest in found:
        records.add_decision(case.tx, one.review)
        if one.given:
            events += _voided(case, case.sheet.dose(one.original.dose_id), one.original, latest, one.review)
    announce(case.tx, events)
    return case, tuple(one for one, _ in found), tuple(events)


def looked_at_again(
    case: Case, moment: datetime, cause_id: str
) -> tuple[Case, tuple[tuple[Affected, DecisionRecord], ...]]:
    """The case as `review_since` leaves it, and each review with the last word before it; nothing is stored."""
    originals = [row for row in case.sheet.decisions if _matters(case.sheet, row, moment)]
    if not originals:
        return case, ()
    said = decisions.documents(case.tx, {case.sheet.latest_word(row).id for row in originals})
    found: list[tuple[Affected, DecisionRecord]] = []
    for original in originals:
        dose = case.sheet.dose(original.dose_id)
        situation = situation_of(case.sheet, dose, case.protocol, original.at)
        decision = decide(situation, case.protocol, case.library.news2)
        latest = case.sheet.latest_word(original)
        if encode_decision(decision) == said[latest.id].document:
            continue
        stored = encode_situation(situation, case.sheet.texts())
        review = _record(case, dose, decision, stored, Cause.REVIEW, cause_id, original.id)
        case = replace(case, sheet=replace(case.sheet, decisions=(*case.sheet.decisions, review)))
        found.append((Affected(original, review, _given_on(case.sheet, original)), latest))
    return case, tuple(found)


def _matters(sheet: Flowsheet, row: DecisionRecord, moment: datetime) -> bool:
    if row.provisional or row.reviews is not None or row.at < moment:
        return False
    return row.action in BINDING or _given_on(sheet, row)


def _given_on(sheet: Flowsheet, row: DecisionRecord) -> bool:
    administration = sheet.administration(row.dose_id)
    if administration is None or not administration.outcome.went_in:
        return False
    if began(administration.started_at, row.recorded_at) < row.at:
        return False
    orders = {order.id: order.decision_id for order in sheet.orders}
    on = administration.decision_id or orders.get(administration.order_id or "")
    return on == row.id


def _record(
    case: Case,
    dose: Dose,
    decision: Decision,
    situation: bytes,
    cause: Cause,
    cause_id: str | None,
    reviews: str | None,
) -> DecisionRecord:
    acting = case.acting
    return DecisionRecord(
        id=new_id(acting.at),
        course_id=case.course.id,
        cycle_id=dose.cycle_id,
        dose_id=dose.id,
        action=decision.action,
        provisional=decision.provisional,
        at=decision.at,
        valid_until=decision.valid_until,
        relative=decision.counts.relative,
        absolute=decision.counts.absolute,
        protocol=decision.protocol,
        engine=decision.engine,
        situation=situation,
        document=encode_decision(decision),
        cause=cause,
        cause_id=cause_id,
        reviews=reviews,
        recorded_at=acting.at,
        recorded_by=acting.person_id,
    )


def _tell(case: Case, record: DecisionRecord, decision: Decision, dose: Dose) -> tuple[AlertEvent, ...]:
    known = alert_store.raised(case.tx, case.course.id, dose.id)
    found = concerns(decision, dose.number, case.library.measures)
    events = [
        alert_event(case, item.concern, item.kind, dose, record.id, item.alert.id if item.alert is not None else None)
        for item in news(found, known, dose.id, _met_then(case, known), over=partial(is_over, decision))
    ]
    announce(case.tx, events)
    return tuple(events)


def _met_then(case: Case, known: Sequence[Alert]) -> dict[str, frozenset[str]]:
    """Of each alert that is put aside, the criteria that were met when it was."""
    aside = {one.id: one.snoozed.decision_id for one in known if one.snoozed and one.snoozed.decision_id}
    said = decisions.documents(case.tx, {*aside.values()}) if aside else {}
    met = {one: decode_decision(found.document, case.protocol).met() for one, found in said.items()}
    return {
        alert_id: frozenset(finding.criterion.id for finding in met[decision_id])
        for alert_id, decision_id in aside.items()
    }


def alert_event(
    case: Case, concern: Concern, kind: AlertKind, dose: Dose | None, decision_id: str | None, alert_id: str | None
) -> AlertEvent:
    """One event of an alert of this course; without `alert_id` it begins a new one.

    Whatever cycle it is about, it is told on the ward where the patient lies now, or lay last.
    """
    last = case.sheet.cycles[-1]
    event_id = new_id(case.acting.at)
    return AlertEvent(
        id=event_id,
        alert_id=alert_id or event_id,
        course_id=case.course.id,
        cycle_id=last.id if dose is None else dose.cycle_id,
        dose_id=None if dose is None else dose.id,
        decision_id=decision_id,
        ward_id=case.sheet.ward_of(last),
        kind=kind,
        key=concern.key,
        level=concern.level,
        action=concern.action,
        summary=concern.summary,
        at=case.acting.at,
        by=None,
        reason=None,
    )


def _voided(
    case: Case, dose: Dose, original: DecisionRecord, latest: DecisionRecord, review: DecisionRecord
) -> tuple[AlertEvent, ...]:
    """What another look at the decision a dose was given on does to the alert that says it no longer holds.

    Graver than what was said last is always news; as mild as what the dose was given on is a condition that is gone.
    """
    known = [one for one in alert_store.raised(case.tx, case.course.id, dose.id) if one.key == VOID + dose.id]
    last = known[-1] if known else None
    if review.action.rank > latest.action.rank:
        kind = AlertKind.WORSENED if last is not None and last.open else AlertKind.RAISED
    elif last is None or last.resolved:
        return ()
    elif review.action.rank <= original.action.rank:
        gone = Concern(last.key, last.level, last.action, last.summary)
        return (alert_event(case, gone, AlertKind.CLEARED, dose, review.id, last.id),)
    elif last.open:
        kind = AlertKind.REPEATED
    else:
        return ()
    about = None if last is None or kind is AlertKind.RAISED else last.id
    return (alert_event(case, void_of(dose, review), kind, dose, review.id, about),)


def void_of(dose: Dose, review: DecisionRecord) -> Concern:
    """What is told of a dose that was given on what no longer holds."""
    sentence = f"Dose {dose.number} was given. On corrected data the criteria call for: {SHOWN_AS[review.action]}."
    return Concern(f"{VOID}{dose.id}", Level.HIGH_PRIORITY, review.action, sentence)

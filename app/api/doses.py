"""Where does a dose stand, what is ordered for it, and what was done with it?"""

from __future__ import annotations

from typing import Any

from fastapi import Response

from app.api import charted_shapes, record_shapes, shapes
from app.api.answers import decided_answer, record_answer
from app.api.calls import Called, answered, read
from app.api.judging import judged_answer
from app.api.records import affected_answer, dose_answer, events_answer, flat_answer
from app.api.routers import router_for
from app.api.seconding import WaitingOrder, ordered_answer, waiting_answer
from app.api.writing import takes_key, write
from app.domain.errors import InvalidInput
from app.domain.progress import dose_progress
from app.domain.record import decode_decision
from app.domain.vocabulary import Choice, Outcome
from app.http.body import Body
from app.http.fields import Day, Flag, Instant, Note, Number, Text, Uuid
from app.services.administering import (
    Administered,
    Done,
    Identifiers,
    WrongWristband,
    administer,
    note_wrong_wristband,
)
from app.services.asking import decide_now
from app.services.cases import Case, dose_of
from app.services.correcting_doses import CorrectedDose, DoseChange, correct_administration
from app.services.deciding import Decided
from app.services.looking import case_of_decision, case_of_dose
from app.services.ordering import Besides, order
from app.services.seconding import ask_second

router = router_for("doses")


class OrderToWrite(Body):
    """A prescriber's choice on the newest decision; a dose that is held may be looked at again by `recheck_at`."""

    decision_id: Uuid
    choice: Choice
    reason: Note
    second: Uuid | None = None
    recheck_at: Instant | None = None


class Wristband(Body):
    """The two patient identifiers, read again at the bedside."""

    mrn: Text
    birth_date: Day


class Reported(Body):
    """What was done with the dose; `deviation` is the reason where no decision allowed it, or why it was not given.

    Where more than a whole dose went in, `units` says how much, `deviation` why, and it is `confirmed`.
    """

    outcome: Outcome
    started_at: Instant
    ended_at: Instant | None = None
    units: Number
    identifiers: Wristband
    decision_id: Uuid | None = None
    order_id: Uuid | None = None
    deviation: Note | None = None
    confirmed: Flag = False


class DoseToCorrect(Body):
    """What is to be different; a field that is left out stays as it was.

    The units of a dose that was given whole, or not given, follow from that; more than a whole dose is `confirmed`.
    Naming a decision or an order replaces both.
    """

    reason: Note
    outcome: Outcome | None = None
    started_at: Instant | None = None
    ended_at: Instant | None = None
    units: Number | None = None
    deviation: Note | None = None
    decision_id: Uuid | None = None
    order_id: Uuid | None = None
    confirmed: Flag = False


@router.get("/doses/{dose_id}", response_model=record_shapes.Dose, response_description="The dose.")
def read_dose(call: Called, dose_id: Uuid) -> Response:
    """As it stands now, with its newest decision and whether that allows giving."""
    case = read(call, lambda tx: case_of_dose(tx, call.library, call.acting, dose_id))
    return answered(_dose(case, dose_id))


def _dose(case: Case, dose_id: str) -> dict[str, Any]:
    now = dose_progress(case.sheet, dose_of(case, dose_id), case.protocol, case.acting.at)
    answer = dose_answer(case, now)
    if now.decision is not None:
        decision = decode_decision(now.decision.document, case.protocol)
        answer["decision"] = record_answer(now.decision, decision, case.protocol, case.sheet)
    return answer


@router.get("/decisions/{decision_id}", response_model=shapes.JudgedDecision, response_description="The decision.")
def read_decision(call: Called, decision_id: Uuid) -> Response:
    """As it was taken, whether it still allows giving, and whether its data was corrected since."""
    case = read(call, lambda tx: case_of_decision(tx, call.library, call.acting, decision_id))
    return answered(judged_answer(case, decision_id))


@router.post(
    "/doses/{dose_id}/decisions",
    status_code=201,
    response_model=record_shapes.Decided,
    response_description="The new decision.",
    openapi_extra=takes_key(),
)
def decide_dose_now(call: Called, dose_id: Uuid) -> Response:
    """Decides again on what is charted, as when a decision has expired."""
    return write(call, lambda tx: decide_now(tx, call.library, call.acting, dose_id), _decided)


def _decided(done: Decided) -> dict[str, Any]:
    decision = record_answer(done.record, done.decision, done.case.protocol, done.case.sheet)
    return {"decision": decision, "alerts": events_answer(done.events)}


@router.post(
    "/doses/{dose_id}/orders",
    status_code=201,
    response_model=record_shapes.Ordered,
    response_description="The order.",
    responses={202: {"model": WaitingOrder, "description": "The order, waiting for the second person."}},
    openapi_extra=takes_key(),
)
def order_dose(call: Called, dose_id: Uuid, sent: OrderToWrite) -> Response:
    """The program advises; a prescriber decides, with a reason. `stop` and `discontinue` end the cycle.

    Anything milder than a stop or discontinue that was decided takes another prescriber, named as `second` (without
    one: 403 `second_person_needed`). It is then no order (202) until they have countersigned it in their own name.
    """
    wish = (dose_id, sent.decision_id, sent.choice, sent.reason)
    second, again = sent.second, sent.recheck_at
    if second is not None and again is not None:
        raise InvalidInput.at(
            "/recheck_at", "not_while_waiting", "An order that waits for a second person has no time."
        )
    if second is None:
        return write(
            call, lambda tx: order(tx, call.library, call.acting, *wish, Besides(recheck_at=again)), ordered_answer
        )
    return write(call, lambda tx: ask_second(tx, call.library, call.acting, *wish, second), waiting_answer, status=202)


@router.post(
    "/doses/{dose_id}/administration",
    status_code=201,
    response_model=record_shapes.Administered,
    response_description="The administration.",
    responses={
        409: {
            "description": "One of decision_expired, decision_replaced, decision_provisional, decision_needed, "
            "not_givable, already_recorded, outside_window, outside_cycle, over_cap, cycle_ended; or, as of every "
            "write, in_progress, changed_meanwhile."
        }
    },
    openapi_extra=takes_key(required=True),
)
def record_administration(call: Called, dose_id: Uuid, sent: Reported) -> Response:
    """Giving needs a decision that stood when it started; what went in without one is recorded as a deviation.

    So is more than a whole dose; a dose is never reduced.
    """
    done = Done(
        outcome=sent.outcome,
        started_at=sent.started_at,
        ended_at=sent.ended_at,
        units=sent.units,
        identifiers=Identifiers(sent.identifiers.mrn, sent.identifiers.birth_date),
        decision_id=sent.decision_id,
        order_id=sent.order_id,
        deviation=sent.deviation,
        confirmed=sent.confirmed,
    )
    try:
        return write(
            call, lambda tx: administer(tx, call.library, call.acting, dose_id, done), _administered, keyed=True
        )
    except WrongWristband:
        with call.database.transaction() as tx:
            note_wrong_wristband(tx, call.acting, dose_id)
        raise


def _administered(done: Administered) -> dict[str, Any]:
    return {**flat_answer(done.administration), "alerts": events_answer(done.events)}


@router.post(
    "/administrations/{administration_id}/corrections",
    status_code=201,
    response_model=charted_shapes.DoseCorrection,
    response_description="What was done as it holds now, and what follows from it.",
    responses={409: {"description": "already_corrected, or one of those of recording what was done."}},
    openapi_extra=takes_key(),
)
def correct_dose(call: Called, administration_id: Uuid, sent: DoseToCorrect) -> Response:
    """The old record stays; whether the dose deviates, the pending dose and earlier decisions are judged again."""
    change = DoseChange(**dict(sent))
    return write(
        call, lambda tx: correct_administration(tx, call.library, call.acting, administration_id, change), _corrected
    )


def _corrected(done: CorrectedDose) -> dict[str, Any]:
    return {
        "administration": flat_answer(done.administration),
        "decision": decided_answer(done.record, done.decision, done.case.protocol, done.case.sheet),
        "affected": affected_answer(done.affected),
        "alerts": events_answer(done.events),
    }

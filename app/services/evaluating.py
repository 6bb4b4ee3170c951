"""What would the criteria call for, for values handed in whole?

Stateless: no database, no server, no clock but the request's. Same engine, same path as the bedside form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from app.domain.decision import Decision
from app.domain.engine import decide
from app.domain.entry import Charted, Item, check_items
from app.domain.errors import FieldError, InvalidInput
from app.domain.measure import Measure, Value
from app.domain.observation import ByMeasure, Reading, by_measure
from app.domain.protocol import Protocol
from app.domain.schedule import check_dose_number
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, SpO2Scale
from app.protocols.library import Library


@dataclass(frozen=True, slots=True)
class Request:
    """One evaluation: the clock is `at`; weights in kg, attention tests "pass" or "fail"."""

    protocol: str
    at: datetime
    due_at: datetime
    number: int
    cycle: int
    admitted_at: datetime | None
    baseline: tuple[tuple[str, Decimal | int | str], ...]
    held_doses: int
    last_given_at: datetime | None
    previous: tuple[Action, Decimal | int | None] | None
    unresolved: tuple[str, ...]
    items: tuple[Item, ...]
    spo2_scale: SpO2Scale = SpO2Scale.ONE


def evaluate(library: Library, request: Request) -> tuple[Decision, Protocol]:
    """The decision for a request; raises NotFound for the protocol, InvalidInput with pointers for the rest."""
    protocol = library.protocol(request.protocol)
    check_dose_number(protocol.dosing, request.number, protocol.pin.id)
    _check_times(request)
    _check_unresolved(request, protocol)
    charted = check_items(request.items, library.measures, request.at, confirmation=False, pointer="/observations")
    situation = Situation(
        at=request.at,
        due_at=request.due_at,
        dose_number=request.number,
        cycle_number=request.cycle,
        admitted_at=request.admitted_at,
        last_given_at=request.last_given_at,
        baseline=tuple((name, _baseline(library.measures[name], value)) for name, value in request.baseline),
        held_doses=request.held_doses,
        previous=_previous(library, request),
        unresolved=request.unresolved,
        readings=_readings(charted),
        spo2_scale=request.spo2_scale,
    )
    return decide(situation, protocol, library.news2), protocol


def _readings(charted: Sequence[Charted]) -> ByMeasure:
    return by_measure(
        Reading(str(number), item.measure, item.value, item.observed_at, item.start_at)
        for number, item in enumerate(charted, 1)
    )


def _check_times(request: Request) -> None:
    past = {"/admitted_at": request.admitted_at, "/history/last_given_at": request.last_given_at}
    for pointer, at in past.items():
        if at is not None and at > request.at:
            raise _refused(pointer, "future", "That time is after the moment of the decision.")


def _check_unresolved(request: Request, protocol: Protocol) -> None:
    known = {criterion.id for row in protocol.rows for criterion in row.criteria}
    for index, name in enumerate(request.unresolved):
        if name not in known:
            raise _refused(f"/history/unresolved/{index}", "unknown_criterion", "The protocol has no such criterion.")


def _baseline(measure: Measure, value: Decimal | int | str) -> Value:
    if not measure.numeric:
        if value not in measure.choices:
            raise _refused(f"/baseline/{measure.name}", "unknown_choice", f"One of: {', '.join(measure.choices)}.")
        return str(value)
    return _number(measure, Decimal(value), f"/baseline/{measure.name}")


def _previous(library: Library, request: Request) -> Previous | None:
    if request.previous is None:
        return None
    action, spo2 = request.previous
    if spo2 is None:
        return Previous(action)
    return Previous(action, (("spo2", _number(library.measures["spo2"], Decimal(spo2), "/history/previous/spo2")),))


def _number(measure: Measure, number: Decimal, pointer: str) -> Decimal:
    if measure.hard is not None and not measure.hard[0] <= number <= measure.hard[1]:
        low, high = measure.hard
        raise _refused(pointer, "impossible", f"{measure.label} must be between {low} and {high} {measure.unit}.")
    return number


def _refused(pointer: str, code: str, sentence: str) -> InvalidInput:
    return InvalidInput("request_refused", sentence, (FieldError(pointer, code, sentence),))

"""How is an observation set saved, and how is a wrong value put right?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Annotated, Any, Self

from fastapi import Response
from pydantic import Field, model_validator

from app.api import charted_shapes
from app.api.answers import decided_answer
from app.api.calls import Called
from app.api.charting import Entry, Value
from app.api.records import affected_answer, events_answer, flat_answer
from app.api.routers import router_for
from app.api.scores import scores_answer
from app.api.writing import takes_key, write
from app.domain.entry import Item
from app.domain.errors import FieldError, InvalidInput
from app.domain.record import instant
from app.http.body import Body
from app.http.fields import Flag, Instant, Note, Text, Uuid, refused
from app.services.correcting import Change, Corrected, correct
from app.services.observing import Absence, Recorded, record
from app.store.database import Transaction

router = router_for("observations")

MOST_ITEMS = 500
_PLACE = re.compile(r"/(items|absences)/(\d+)(/.*)?")


class SetToRecord(Body):
    """One visit to the bedside; without `dose_id` it counts for the dose the ward works towards.

    `paper_record` names the paper it was copied from, where the program was away when it was seen.
    """

    dose_id: Uuid | None = None
    paper_record: Text | None = None
    items: Annotated[list[Entry], Field(min_length=1, max_length=MOST_ITEMS)]


class CorrectionToMake(Body):
    """What is to be different; a field that is left out stays as it was. `retract` withdraws the value altogether."""

    reason: Note
    value: Value | None = None
    unit: Text | None = None
    observed_at: Instant | None = None
    from_: Instant | None = Field(None, alias="from")
    to: Instant | None = None
    confirmed: Flag = False
    retract: Flag = False

    @model_validator(mode="after")
    def _something(self) -> Self:
        changed = [self.value, self.observed_at, self.from_, self.to]
        nothing = all(field is None for field in changed)
        if nothing != self.retract:
            raise refused("value_or_retract", "Give what is to be different, or retract: one of the two.")
        if self.unit is not None and self.value is None:
            raise refused("value_needed", "A unit belongs to a value: give both.")
        if self.observed_at is not None and self.to is not None:
            raise refused("two_times", "Give observed_at, or from and to, not both.")
        return self


@router.post(
    "/courses/{course_id}/observation-sets",
    status_code=201,
    response_model=charted_shapes.ObservationSet,
    response_description="The set, and what was decided on it.",
    openapi_extra=takes_key(required=True),
)
def record_observations(call: Called, course_id: Uuid, sent: SetToRecord) -> Response:
    """Saves the set, decides the dose and raises its alerts, all of it or nothing.

    The dose the ward works towards is decided too where `dose_id` names another. The answer has the decision of the
    dose that was named; where something was done with that already, of the one the ward works towards.
    """
    entries = [item.entry() for item in sent.items]

    def act(tx: Transaction) -> Recorded:
        items = [entry for entry in entries if isinstance(entry, Item)]
        absences = [entry for entry in entries if isinstance(entry, Absence)]
        with _in_place(entries):
            return record(
                tx, call.library, call.acting, course_id, sent.dose_id, items, absences, paper=sent.paper_record
            )

    return write(call, act, _recorded, keyed=True)


@router.post(
    "/observations/{observation_id}/corrections",
    status_code=201,
    response_model=charted_shapes.Correction,
    response_description="The value that supersedes, and what follows from it.",
    openapi_extra=takes_key(),
)
def correct_observation(call: Called, observation_id: Uuid, sent: CorrectionToMake) -> Response:
    """The old value stays on record; the pending dose is decided again, and earlier decisions are looked at again."""
    change = Change(
        reason=sent.reason,
        value=sent.value,
        unit=sent.unit,
        observed_at=sent.observed_at or sent.to,
        start_at=sent.from_,
        confirmed=sent.confirmed,
        retract=sent.retract,
    )
    return write(call, lambda tx: correct(tx, call.library, call.acting, observation_id, change), _corrected)


def _recorded(done: Recorded) -> dict[str, Any]:
    return {
        "id": done.set.id,
        "course_id": done.set.course_id,
        "dose_id": done.set.dose_id,
        "recorded_at": instant(done.set.recorded_at),
        "recorded_by": done.set.recorded_by,
        "late": done.set.late,
        "observations": [flat_answer(row) for row in done.observations],
        "scores": scores_answer(done.scores, done.case.library.scores),
        "decision": decided_answer(done.record, done.decision, done.case.protocol, done.case.sheet),
        "affected": affected_answer(done.affected),
        "alerts": events_answer(done.events),
    }


def _corrected(done: Corrected) -> dict[str, Any]:
    return {
        "observation": flat_answer(done.observation),
        "decision": decided_answer(done.record, done.decision, done.case.protocol, done.case.sheet),
        "affected": affected_answer(done.affected),
        "alerts": events_answer(done.events),
    }


@contextmanager
def _in_place(entries: Sequence[Item | Absence]) -> Iterator[None]:
    """The service is handed values and absences apart; a fault points to where it stands in what was sent."""
    places = {
        "items": [place for place, entry in enumerate(entries) if isinstance(entry, Item)],
        "absences": [place for place, entry in enumerate(entries) if isinstance(entry, Absence)],
    }
    try:
        yield
    except InvalidInput as fault:
        raise InvalidInput(
            fault.code, fault.sentence, tuple(_moved(error, places) for error in fault.errors)
        ) from fault


def _moved(error: FieldError, places: Mapping[str, Sequence[int]]) -> FieldError:
    found = _PLACE.fullmatch(error.pointer)
    if found is None:
        return error
    kind, number, field = found.groups("")
    return replace(error, pointer=f"/items/{places[kind][int(number)]}{field}")

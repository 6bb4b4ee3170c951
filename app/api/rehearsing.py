"""What would another protocol have said about a course, at the moments of its recorded decisions?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Response

from app.api.answers import pin_answer
from app.api.calls import Call, Called, answered, read
from app.api.routers import router_for
from app.api.shapes import Pin, Shape
from app.domain.explain import headline
from app.domain.record import instant
from app.domain.vocabulary import Action
from app.http.fields import Text, Uuid
from app.services import pins
from app.services.cases import read_case
from app.services.rehearsing import LIMIT, Differing, Rehearsal, rehearse
from app.store.database import Transaction

router = router_for("what-if")


class Answered(Shape):
    """What one protocol called for, and the reasons that the other does not give."""

    action: Action
    provisional: bool
    headline: str
    only_here: list[str]


class DifferingDecision(Shape):
    """A recorded decision that the other protocol would have taken otherwise."""

    decision_id: str
    cycle: int
    dose: int
    at: str
    recorded: Answered
    other: Answered


class WhatIf(Shape):
    """A course under another protocol. Nothing of it is stored; `limit` says what it cannot know."""

    course_id: str
    protocol: Pin
    decisions: int
    differing: list[DifferingDecision]
    limit: str


@router.get(
    "/courses/{course_id}/what-if", response_model=WhatIf, response_description="The decisions that would differ."
)
def what_if(
    call: Called,
    course_id: Uuid,
    protocol: Annotated[Text, Query(description="The other protocol, by id.")],
    version: Annotated[Text | None, Query(description="Its version; left out: the newest.")] = None,
) -> Response:
    """Takes every recorded decision of the course again with what was known at its moment; stores nothing."""
    return answered(read(call, lambda tx: _look(tx, call, course_id, protocol, version)))


def _look(tx: Transaction, call: Call, course_id: str, name: str, version: str | None) -> dict[str, Any]:
    read_case(tx, call.library, call.acting, course_id)
    other = call.library.protocol(name) if version is None else pins.version(tx, call.library, name, version)
    return {**_answer(rehearse(tx, call.library, course_id, other)), "protocol": pin_answer(other.pin)}


def _answer(found: Rehearsal) -> dict[str, Any]:
    return {
        "course_id": found.course_id,
        "decisions": found.decisions,
        "differing": [_differing(one) for one in found.differing],
        "limit": LIMIT,
    }


def _differing(one: Differing) -> dict[str, Any]:
    pairs = {"recorded": (one.recorded, one.only_recorded), "other": (one.other, one.only_other)}
    return {
        "decision_id": one.decision_id,
        "cycle": one.cycle_number,
        "dose": one.dose_number,
        "at": instant(one.at),
        **{
            name: {
                "action": decision.action,
                "provisional": decision.provisional,
                "headline": headline(decision),
                "only_here": list(reasons),
            }
            for name, (decision, reasons) in pairs.items()
        },
    }

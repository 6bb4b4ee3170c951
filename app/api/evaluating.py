"""What would the criteria call for, for values sent whole?

The same reading of a request serves the route and the command line.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from app.api import shapes
from app.api.answers import decision_answer
from app.api.calls import Called, answered
from app.api.charting import Observed
from app.api.routers import router_for
from app.domain.errors import InvalidInput
from app.domain.vocabulary import Action, SpO2Scale
from app.http.body import Body
from app.http.fields import Instant, Number, Scale, Text, Whole
from app.http.parser import Json
from app.http.validation import field_errors
from app.services.evaluating import Request, evaluate

MOST_OBSERVATIONS = 2000

Test = Literal["pass", "fail"]
Count = Annotated[Whole, Field(ge=0, le=1000)]
Ordinal = Annotated[Whole, Field(ge=1, le=1000)]

router = router_for("evaluate")


class DoseAsked(Body):
    """The dose to decide."""

    due_at: Instant
    number: Ordinal
    cycle: Ordinal


class Baseline(Body):
    """What the patient was like before the cycle; absent where nobody recorded it."""

    weight: Number | None = Field(None, description="In kg.")
    serial_sevens: Test | None = None
    world_backward: Test | None = None


class Before(Body):
    """The previous decision."""

    action: Action
    spo2: Number | None = None


class History(Body):
    """What lies behind this dose."""

    held_doses: Count
    last_given_at: Instant | None = None
    previous: Before | None = None
    unresolved: Annotated[tuple[Text, ...], Field(max_length=200)] = ()


class Evaluation(Body):
    """One evaluation; its clock is `at`."""

    protocol: Text
    at: Instant
    dose: DoseAsked
    admitted_at: Instant | None = None
    baseline: Baseline = Baseline()
    history: History
    observations: Annotated[list[Observed], Field(max_length=MOST_OBSERVATIONS)]
    spo2_scale: Scale = 1

    def request(self) -> Request:
        """The same for the service."""
        previous = self.history.previous
        return Request(
            protocol=self.protocol,
            at=self.at,
            due_at=self.dose.due_at,
            number=self.dose.number,
            cycle=self.dose.cycle,
            admitted_at=self.admitted_at,
            baseline=tuple((name, value) for name, value in self.baseline if value is not None),
            held_doses=self.history.held_doses,
            last_given_at=self.history.last_given_at,
            previous=None if previous is None else (previous.action, previous.spo2),
            unresolved=self.history.unresolved,
            items=tuple(observed.item() for observed in self.observations),
            spo2_scale=SpO2Scale(self.spo2_scale),
        )


def read_request(sent: Json) -> Request:
    """A parsed JSON value as a request; raises InvalidInput with a pointer for each fault."""
    try:
        return Evaluation.model_validate(sent).request()
    except ValidationError as refusal:
        faults = [{**fault, "loc": ("body", *fault["loc"])} for fault in refusal.errors(include_url=False)]
        found = field_errors(RequestValidationError(faults, body=sent))
    sentence = "1 field was refused." if len(found) == 1 else f"{len(found)} fields were refused."
    raise InvalidInput("invalid_fields", sentence, found)


@router.post(
    "/evaluate",
    response_model=shapes.Decision,
    response_description="What the criteria call for.",
    responses={404: {"description": "unknown_protocol: the sentence names those there are."}},
)
def evaluate_values(call: Called, sent: Evaluation) -> Response:
    """Stateless: nothing is kept, and the clock is `at`."""
    decision, protocol = evaluate(call.library, sent.request())
    return answered(decision_answer(decision, protocol, sent.history.last_given_at))

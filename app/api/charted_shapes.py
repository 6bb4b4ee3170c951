"""What do the answers about charting promise their readers?"""

from __future__ import annotations

from app.api.record_shapes import Administration
from app.api.score_shapes import Scores
from app.api.shapes import AlertEvent, Shape, StoredDecision
from app.domain.vocabulary import NotTaken


class Observation(Shape):
    """One charted row; `value` is in `unit`, `entered` is what was typed."""

    id: str
    set_id: str
    measure: str
    value: str | bool | None
    unit: str | None
    entered: str
    entered_unit: str | None
    observed_at: str
    start_at: str | None
    confirmed: bool
    not_taken: NotTaken | None
    supersedes: str | None
    retracts: bool
    reason: str | None
    recorded_at: str
    recorded_by: str


class AffectedDecision(Shape):
    """An earlier decision that corrected data changes: `review_id` is what it would have been."""

    dose_id: str
    decision_id: str
    review_id: str
    given: bool


class ObservationSet(Shape):
    """One visit to the bedside, what it scores, and what was decided on it (`decision` null: no dose is pending)."""

    id: str
    course_id: str
    dose_id: str | None
    recorded_at: str
    recorded_by: str
    late: bool
    observations: list[Observation]
    scores: Scores
    decision: StoredDecision | None
    affected: list[AffectedDecision]
    alerts: list[AlertEvent]


class _Correction(Shape):
    decision: StoredDecision | None
    affected: list[AffectedDecision]
    alerts: list[AlertEvent]


class Correction(_Correction):
    """The row that supersedes, and what follows from it."""

    observation: Observation


class DoseCorrection(_Correction):
    """What was done with the dose as it holds now, and what follows from it."""

    administration: Administration

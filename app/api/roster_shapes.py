"""What do answers about the roster look like?"""

from __future__ import annotations

from app.api.shapes import Shape
from app.domain.vocabulary import Duty


class _Row(Shape):
    id: str
    person_id: str
    begins: str
    ends: str
    recorded_at: str
    recorded_by: str
    cancels: str | None


class Shift(_Row):
    """Somebody on duty; with `cancels`, the row that takes them off."""

    ward_id: str
    duty: Duty


class Assignment(_Row):
    """A nurse looks after the patient of a cycle; with `cancels`, the row that ends it."""

    cycle_id: str


class Reached(Shape):
    """Whom a duty reaches. `standing_in` is the duty they are on; `everybody`: nobody is on any, so all of the role."""

    duty: Duty
    people: list[str]
    standing_in: Duty | None
    everybody: bool


class OnDuty(Shape):
    """Every duty, the nearest to the patient first."""

    items: list[Reached]

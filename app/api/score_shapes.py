"""What do the answers about scores promise their readers?"""

from __future__ import annotations

from app.api.shapes import News2, Shape
from app.domain.scores.grade import Ungraded


class OpenArm(Shape):
    """A part of a scale that could not answer, and why; it never counts as grade 0."""

    arm: str
    measure: str
    why: Ungraded
    observed_at: str | None


class Grade(Shape):
    """The grade of one term, null where nothing can be said; `at_least` where an open arm might be graver.

    `arm` is what gave it, from `value` in `unit`, compared with `against`: a baseline or a limit of normal.
    """

    term: str
    name: str
    grade: int | None
    at_least: bool
    arm: str | None
    value: str | bool | None
    unit: str | None
    against: str | None
    observed_at: str | None
    open: list[OpenArm]


class ScoreTable(Shape):
    """One exact table a score was read from."""

    id: str
    version: str
    sha256: str


class Scores(Shape):
    """The scores of a set on their own axes: none of them changes a decision.

    Graded from numbers and entered findings; hypotension, tachycardia, confusion and capillary leak need a clinician.
    """

    at: str
    news2: News2
    ctcae: list[Grade]
    crs: Grade
    icans: Grade
    tables: list[ScoreTable]

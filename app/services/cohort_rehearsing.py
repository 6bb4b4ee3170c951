"""What would another protocol have called for in the courses of a cohort, a few courses at a time?

Nothing is stored, nor kept between two looks: whoever asks says where the last look ended.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.explain import SHOWN_AS
from app.domain.protocol import Protocol
from app.domain.table import Table
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.cases import read_case
from app.services.cohort import Asked, cycles_asked
from app.services.rehearsing import Rehearsal, rehearse
from app.store.database import Transaction

TABLE = "what-if"
_COLUMNS = (
    ("course", "Course"),
    ("cycle", "Cycle"),
    ("dose", "Dose"),
    ("recorded", "Recorded"),
    ("other", "Other protocol"),
    ("only_recorded", "Only recorded"),
    ("only_other", "Only the other"),
)


@dataclass(frozen=True, slots=True)
class Looked:
    """Some courses taken again; `upto` of all `courses` have been looked at with these."""

    courses: int
    upto: int
    found: tuple[Rehearsal, ...]

    @property
    def over(self) -> bool:
        """True once none is left."""
        return self.upto >= self.courses


def look_again(
    tx: Transaction,
    library: Library,
    acting: Acting,
    asked: Asked,
    other: Protocol,
    start: int,
    enough: Callable[[], bool],
) -> Looked:
    """The courses with a cycle that is asked for, whole, from the `start`-th on until it is `enough`, at least one.

    Each is a chart that is read. Raises what `cycles_asked` does.
    """
    ids = sorted({one.course_id for one in cycles_asked(tx, acting, asked)})
    found: list[Rehearsal] = []
    for course_id in ids[start:]:
        read_case(tx, library, acting, course_id)
        found.append(rehearse(tx, library, course_id, other))
        if enough():
            break
    return Looked(len(ids), min(len(ids), start + len(found)), tuple(found))


def differing_table(looked: Looked, other: Protocol) -> Table:
    """The decisions that differ, by a number for each course: no name, no record number, no day."""
    rows = [
        (
            place,
            one.cycle_number,
            one.dose_number,
            SHOWN_AS[one.recorded.action],
            SHOWN_AS[one.other.action],
            " ".join(one.only_recorded),
            " ".join(one.only_other),
        )
        for place, course in enumerate(looked.found, 1)
        for one in course.differing
    ]
    decisions = sum(one.decisions for one in looked.found)
    sentence = f"{len(rows)} of {decisions} decisions would differ under {other.pin.id} {other.pin.version}."
    return Table(TABLE, "What another protocol would have called for", sentence, _COLUMNS, tuple(rows))

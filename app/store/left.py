"""What did the last act on a course leave that follows from its record, and that the act in hand may have to replace?

Read with one statement, before the act writes: whatever is asked after that has to wait for what is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Text, literal, select, type_coerce, union_all

from app.domain.cycle_summary import CycleSummary
from app.domain.summary_record import decode_summary
from app.store import tables as t
from app.store.database import Transaction
from app.store.known import OF
from app.store.statements import Statement
from app.store.timers import TimerKind

_SUMMARY, _TIMER = "summary", "timer"
_LEFT = Statement(
    union_all(
        select(
            literal(_SUMMARY),
            type_coerce(t.cycle_summary.c.cycle_id, Text),
            type_coerce(t.cycle_summary.c.document, Text),
        ).where(t.cycle_summary.c.course_id == OF),
        select(literal(_TIMER), type_coerce(t.timer.c.step, Text), type_coerce(t.timer.c.id, Text)).where(
            t.timer.c.kind == str(TimerKind.DEADLINE), t.timer.c.subject == OF
        ),
    )
)


class Left(NamedTuple):
    """The summaries kept of a course, by cycle, and the ids of the timers of its deadlines, by step."""

    summaries: Mapping[str, CycleSummary]
    armed: Mapping[str, str]


NOTHING = Left({}, {})


def left(tx: Transaction, course_id: str) -> Left:
    """As the database has it now; the course must be locked for it to stay so."""
    found = _LEFT.all(tx, course_id=course_id)
    return Left(
        {cycle_id: decode_summary(document.encode()) for what, cycle_id, document in found if what == _SUMMARY},
        {step: timer_id for what, step, timer_id in found if what == _TIMER},
    )

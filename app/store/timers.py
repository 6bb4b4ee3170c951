"""What is to be done later without anybody asking, and what of it was done?

`timer` is an index of what is to come: armed and disarmed with its cause. `timer_step` says what was done, once and for
good: whoever does a step a second time breaks its key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, and_, bindparam, delete, insert, or_, select, update

from app.domain.ids import first_id
from app.store import tables as t
from app.store.database import Transaction
from app.store.statements import Statement

SKEW: Final = timedelta(minutes=1)
"""By which clocks of two processes may differ."""


class TimerKind(StrEnum):
    """What a timer is for: the next rung of a ladder, the end of a snooze, a look at what a course waits for."""

    RUNG = "rung"
    WAKE = "wake"
    DEADLINE = "deadline"


class Timer(NamedTuple):
    """`subject` is the id of the alert, or of the course for a deadline; `step` what is done then, once for ever."""

    id: str
    course_id: str | None
    kind: TimerKind
    subject: str
    step: str
    due_at: datetime


_COLUMNS = t.timer.c["id", "course_id", "kind", "subject", "step", "due_at"]
_KINDS: BindParameter[Any] = bindparam("kinds", expanding=True)
_SUBJECTS: BindParameter[Any] = bindparam("subjects", expanding=True)
_STEPS: BindParameter[Any] = bindparam("steps", expanding=True)

_ARM = Statement(insert(t.timer))
_DISARM = Statement(delete(t.timer).where(t.timer.c.kind.in_(_KINDS), t.timer.c.subject.in_(_SUBJECTS)))
_REARM = Statement(
    update(t.timer)
    .where(t.timer.c.id == bindparam("of_timer"))
    .values({name: bindparam(f"to_{name}", type_=t.timer.c[name].type) for name in Timer._fields})
)
_DROP = Statement(delete(t.timer).where(t.timer.c.id.in_(bindparam("ids", expanding=True))))
# Its id says when it was armed: a rung armed in what is still to come was by a clock that ran ahead, and would wait for
# that hour in silence.
_AHEAD_OF_TIME = and_(t.timer.c.kind.in_((TimerKind.RUNG, TimerKind.WAKE)), t.timer.c.id > bindparam("ahead"))
_DUE = Statement(
    select(*_COLUMNS)
    .where(or_(t.timer.c.due_at <= bindparam("now"), _AHEAD_OF_TIME))
    .order_by(t.timer.c.due_at, t.timer.c.id)
)
_OLDEST = Statement(select(t.timer.c.due_at).order_by(t.timer.c.due_at).limit(1))
_TAKE = Statement(delete(t.timer).where(t.timer.c.id == bindparam("taken")).returning(t.timer.c.id))
_STEP = Statement(insert(t.timer_step))
_DONE = Statement(
    select(t.timer_step.c.step).where(
        t.timer_step.c.kind == bindparam("of_kind"),
        t.timer_step.c.subject == bindparam("of"),
        t.timer_step.c.step.in_(_STEPS),
    )
)


def arm(tx: Transaction, timers: Sequence[Timer]) -> None:
    """Something to be done later; a second timer for the same step breaks uq_timer_kind_subject_step."""
    _ARM.insert(tx, *(timer._asdict() for timer in timers))


def disarm(tx: Transaction, subjects: Iterable[str], *kinds: TimerKind) -> None:
    """What was to be done for these subjects will not be."""
    _DISARM.later(tx, subjects=list(subjects), kinds=list(kinds))


def rearm(tx: Transaction, over: Sequence[str], timers: Sequence[Timer]) -> None:
    """These timers are armed no more, and others are: in their places, as far as there are as many."""
    for timer_id, timer in zip(over, timers, strict=False):
        _REARM.later(tx, of_timer=timer_id, **{f"to_{name}": value for name, value in timer._asdict().items()})
    if over[len(timers) :]:
        _DROP.later(tx, ids=list(over[len(timers) :]))
    arm(tx, timers[len(over) :])


def due(tx: Transaction, now: datetime) -> tuple[Timer, ...]:
    """What is to be done by now, the oldest first; another process may be at it.

    What a clock that ran ahead has armed for later is due too: somebody called too soon is better than nobody.
    """
    return tuple([_timer(*row) for row in _DUE.all(tx, now=now, ahead=first_id(now + SKEW))])


def oldest(tx: Transaction) -> datetime | None:
    """When the first of what is armed is to be done; None where nothing is."""
    row = _OLDEST.maybe(tx)
    return None if row is None else row[0]


def take(tx: Transaction, timer: Timer) -> bool:
    """Takes a timer away to do its step; False when it was done or disarmed meanwhile. The course is locked before."""
    return _TAKE.maybe(tx, taken=timer.id) is not None


def done(tx: Transaction, timer: Timer, at: datetime) -> None:
    """Writes down that the step was done; a second time breaks pk_timer_step."""
    _STEP.run(tx, kind=timer.kind, subject=timer.subject, step=timer.step, due_at=timer.due_at, done_at=at)


def steps_done(tx: Transaction, kind: TimerKind, subject: str, steps: Sequence[str]) -> frozenset[str]:
    """Which of these steps have been done."""
    return (
        frozenset([row[0] for row in _DONE.all(tx, of_kind=kind, of=subject, steps=list(steps))])
        if steps
        else frozenset()
    )


def _timer(id_: str, course_id: str | None, kind: str, subject: str, step: str, due_at: datetime) -> Timer:
    return Timer(id_, course_id, TimerKind(kind), subject, step, due_at)

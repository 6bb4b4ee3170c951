"""Who sees to it that what is due is done, seconds after its time and at once after any downtime?

Every process that serves looks every second, without a leader and without leases: what is due is read unlocked, then
each timer is a transaction of its own, and the database lets only one of them do the step.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.exc import IntegrityError

from app.delivery.running import Loop
from app.domain.errors import Unavailable
from app.protocols.library import Library
from app.services.escalating import Overtaken, fire, fire_again
from app.store import timers
from app.store.database import Database
from app.store.faults import broken_constraint
from app.store.timers import Timer

log = structlog.get_logger(__name__)

EVERY: Final = 1.0
"""Seconds; a rung may be at most five late (reliability.md A5)."""
DONE_ALREADY: Final = "pk_timer_step"


def timers_loop(database: Database, library: Library, clock: Callable[[], datetime]) -> Loop:
    """Does what is due for as long as the program serves."""

    def step() -> None:
        fire_due(database, library, clock)

    return Loop("timers", EVERY, step)


def fire_due(database: Database, library: Library, clock: Callable[[], datetime]) -> int:
    """Does all that is due now, the oldest first; answers how many this process did.

    Raises Unavailable at the end where something was refused: a course that somebody holds keeps no other waiting.
    """
    with database.glancing() as tx:
        waiting = timers.due(tx, clock())
    done, held, refused = 0, set[str | None](), list[Unavailable]()
    for timer in waiting:
        if timer.course_id in held:
            continue
        try:
            done += _fired(database, library, timer, clock())
        except Unavailable as fault:
            held.add(timer.course_id)
            refused.append(fault)
    if refused:
        raise refused[0]
    return done


def _fired(database: Database, library: Library, timer: Timer, at: datetime) -> bool:
    """One timer that fails must not keep the others waiting: it is logged, and tried again a second later."""
    try:
        with database.transaction() as tx:
            fire(tx, library, timer, at)
    except Overtaken:
        return False
    except Unavailable:
        raise
    except Exception as fault:  # noqa: BLE001 - told in the log, and tried again
        if isinstance(fault, IntegrityError) and broken_constraint(fault) == DONE_ALREADY:
            return _fired_again(database, library, timer, at)
        log.warning("a timer failed", kind=timer.kind, timer=timer.id, error=type(fault).__qualname__)
        return False
    return True


def _fired_again(database: Database, library: Library, timer: Timer, at: datetime) -> bool:
    """A timer whose step was done before, as when the clock ran ahead and back."""
    with suppress(Overtaken), database.transaction() as tx:
        return bool(fire_again(tx, library, timer, at))
    return False

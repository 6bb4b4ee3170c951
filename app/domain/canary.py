"""Which patient is nobody, and what does their alert say about the program?

The canary is no patient: every quarter of an hour the program charts something for it that must alert, and looks
whether the alert arrives in the feed. It lies on a ward of its own that holds nobody else. Whatever shows, counts,
pushes or escalates asks `is_canary` of the ward, and leaves it out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from app.domain.protocol import Protocol

WARD: Final = "00000000-0000-7000-8000-0000000000ca"
PATIENT: Final = "00000000-0000-7000-8000-0000000000cb"
EVERY: Final = timedelta(minutes=15)
AGAIN: Final = timedelta(minutes=1)
"""After a failure it is tried sooner, so that what works again is known soon."""
MISSED_AFTER: Final = timedelta(minutes=20)


def is_canary(ward_id: str | None) -> bool:
    """True of the ward the canary lies on, which is no ward of the house."""
    return ward_id == WARD


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the canary is: when it was last tried, when its alert last arrived, and what was wrong then, "" for nothing.

    `course_id` is the course of `day` (UTC): a new one each day, so that its alert is raised anew and its sheet stays
    short.
    """

    course_id: str
    day: str
    tried_at: datetime
    arrived_at: datetime | None
    fault: str

    def due(self, at: datetime) -> bool:
        """True when it is time to try again, and when the last try lies ahead: the clock was put right since."""
        waits = AGAIN if self.arrived_at != self.tried_at else EVERY
        return not timedelta(0) <= at - self.tried_at < waits

    def trouble(self, at: datetime, watched_since: datetime) -> str:
        """Why nobody should rely on alerts now, as a sentence; "" for no reason."""
        if self.fault != "":
            return f"The program's own test alert did not arrive: {self.fault}."
        return silence(self.arrived_at, at, watched_since)


def silence(arrived_at: datetime | None, at: datetime, watched_since: datetime) -> str:
    """What to say of a test alert that is overdue, or arrived in an hour still to come; "" while it is neither."""
    last = watched_since if arrived_at is None else max(arrived_at, watched_since)
    missing = abs(at - last)
    if missing <= MISSED_AFTER:
        return ""
    return f"The program's own test alert is missing for {missing // timedelta(minutes=1)} minutes."


def arrived(pulse: Pulse) -> Pulse:
    """The pulse once the alert of the last try was read in the feed."""
    return replace(pulse, arrived_at=pulse.tried_at, fault="")


def encode(pulse: Pulse) -> str:
    """The pulse as text."""
    return json.dumps(asdict(pulse), default=datetime.isoformat, sort_keys=True)


def decode(text: str | None) -> Pulse | None:
    """The pulse of what `encode` wrote; None before the first try."""
    if text is None:
        return None
    said: dict[str, Any] = json.loads(text)
    at, last = datetime.fromisoformat(said["tried_at"]), said["arrived_at"]
    return Pulse(
        said["course_id"], said["day"], at, None if last is None else datetime.fromisoformat(last), said["fault"]
    )


def breach(protocol: Protocol) -> tuple[str, str, str] | None:
    """Measure and choice that alert at any hour, however little else is charted, and the criterion they meet.

    None where the protocol has no such choice.
    """
    for row in protocol.rows:
        for criterion in row.criteria:
            for choice in sorted(criterion.choices):
                if choice in criterion.any_time:
                    return criterion.measure, choice, criterion.id
    return None


def first_breached(protocols: Iterable[Protocol]) -> tuple[Protocol, tuple[str, str, str]] | None:
    """The first of these that has such a choice, with the choice; None where no test alert could ever be raised."""
    return next(((one, found) for one in protocols if (found := breach(one)) is not None), None)

"""What time is it on a demo ward where an hour may pass in a minute?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DemoClock:
    """A clock that showed `ward` when the real one showed `started`, and since runs `speed` times as fast (0: stands).

    Start it no earlier than the newest record of the database, which a fast demonstration leaves in the future.
    """

    real: Callable[[], datetime]
    started: datetime
    ward: datetime
    speed: int

    def __call__(self) -> datetime:
        return self.ward + (self.real() - self.started) * self.speed

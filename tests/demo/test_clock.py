"""Does the demo clock run as fast as it is told?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.demo.clock import DemoClock

START = datetime(2026, 11, 21, 9, 40, tzinfo=UTC)
WARD = START + timedelta(hours=3)


@pytest.mark.parametrize("speed, minutes", [(1, 2), (60, 120), (0, 0)])
def test_two_real_minutes_are_speed_times_two_on_the_ward(speed: int, minutes: int) -> None:
    clock = DemoClock(lambda: START + timedelta(minutes=2), START, WARD, speed)
    assert clock() == WARD + timedelta(minutes=minutes)

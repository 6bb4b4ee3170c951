"""Does a request take its time from the application's clock?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.http.clock import system_clock


def test_the_system_clock_is_aware_and_in_utc() -> None:
    moment = system_clock()
    assert moment.utcoffset() == timedelta(0)
    assert abs(moment - datetime.now(UTC)) < timedelta(seconds=5)

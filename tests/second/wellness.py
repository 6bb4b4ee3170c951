"""What has the patient without toxicity charted? The well patient of the cases, in our own form."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tests.second.charted import HOUR, MINUTE, Context, Point, Volume
from tests.second.rules import MEASURES

AT = datetime(2026, 3, 4, 16, tzinfo=UTC)

POINTS: dict[str, tuple[Point, ...]] = {
    name: (
        (
            4 * HOUR if entry["group"] in ("lab", "weight") else 30 * MINUTE,
            Decimal(entry["well"]) if entry["kind"] == "quantity" else entry["well"],
        ),
    )
    for name, entry in MEASURES.items()
    if "well" in entry and entry["kind"] != "interval"
}

VOLUMES: dict[str, tuple[Volume, ...]] = {
    name: tuple(((hour + 1) * HOUR, hour * HOUR, Decimal(entry["well"])) for hour in range(16))
    for name, entry in MEASURES.items()
    if entry["kind"] == "interval"
}

WELL = Context(
    at=AT,
    late=0,
    number=5,
    cycle=1,
    admitted=None,
    baseline={"weight": Decimal("80.0"), "serial_sevens": "pass", "world_backward": "pass"},
    held=0,
    given=None,
    previous=None,
    unresolved=(),
    points=POINTS,
    volumes=VOLUMES,
)


def hourly(total: Decimal, until: int = 0) -> tuple[Volume, ...]:
    """A total in eight equal hourly parts, the last one ending `until` microseconds before the decision."""
    return tuple((until + (hour + 1) * HOUR, until + hour * HOUR, total / 8) for hour in range(8))

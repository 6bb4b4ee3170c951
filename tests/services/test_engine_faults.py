"""Does a failure inside the engine leave a stored decision that blocks, and tell the ward?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType

import pytest

from app.domain import (
    criteria,
    facts,
    intervals,
    plan,
    windows_baseline,
    windows_lasting,
    windows_latched,
    windows_point,
    windows_volume,
)
from app.domain.record import decode_decision
from app.domain.vocabulary import Action, AlertKind, Level, Why
from app.store.opening import open_database
from tests.builders import LIBRARY, reading
from tests.domain.breaking import broken
from tests.services.ward import Ward, a_ward, an_entry, later

ONE_OF_EACH = [
    ("lvhn-2015", windows_baseline, "since_baseline"),
    ("consensus-2014", windows_lasting, "persistent"),
    ("uspi-2023", windows_latched, "latched"),
    ("lvhn-2015", windows_point, "latest"),
    ("til-2024", windows_volume, "volume"),
    ("lvhn-2015", criteria, "judge"),
    ("lvhn-2015", intervals, "total"),
    ("uspi-2023", facts, "Facts.of"),
    ("lvhn-2015", plan, "plan_of"),
]


@pytest.fixture
def a_ward_under(sqlite_url: str) -> Iterator[Callable[[str], Ward]]:
    """Makes the ward whose one patient is treated under the protocol of that name."""
    opened = open_database(sqlite_url, audit_key=b"kept elsewhere", pool_size=8)
    yield lambda protocol: a_ward(opened, protocol)
    opened.close()


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize(
    "protocol,module,name",
    [pytest.param(*row, id=f"{row[1].__name__.rpartition('.')[2]}.{row[2]}") for row in ONE_OF_EACH],
)
def test_a_fault_inside_is_stored_as_incomplete_and_told(
    a_ward_under: Callable[[str], Ward], protocol: str, module: ModuleType, name: str
) -> None:
    ward = a_ward_under(protocol)
    with broken(module, name) as broke:
        saved = ward.chart(heart_rate=110, rhythm="atrial_fibrillation")
    assert broke.calls > 0
    assert saved.record is not None
    (stored,) = ward.sheet().decisions
    assert stored == saved.record
    assert (stored.action, stored.provisional) == (Action.INCOMPLETE, False)
    read = decode_decision(stored.document, LIBRARY.protocol(protocol))
    assert [(missing.measure, missing.why) for missing in read.missing] == [("engine", Why.FAULT)]
    loudest = [event for event in saved.events if event.level is Level.HIGH_PRIORITY]
    assert [(event.kind, event.action) for event in loudest] == [(AlertKind.RAISED, Action.INCOMPLETE)]
    assert "CANARY-FAULT" not in loudest[0].summary
    assert ward.count("alert_event") == len(saved.events)


def test_after_the_fault_the_next_set_is_decided_as_ever(a_ward_under: Callable[[str], Ward]) -> None:
    ward = a_ward_under("lvhn-2015")
    with broken(criteria, "judge"):
        ward.chart()
    saved = ward.chart_items([an_entry(reading("heart_rate", 84, 0, at=later(ward.nurse, 5).at))], minutes=5)
    assert saved.decision is not None
    assert saved.decision.action is Action.PROCEED

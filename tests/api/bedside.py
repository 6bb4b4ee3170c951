"""What does a client send? Bodies of a well patient, with what a test changes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.observation import Reading
from app.domain.record import instant
from tests.builders import AT, MEASURES, MRN, REASON, Charted, Plain, flat, reading, well_readings

BIRTH_DATE = "1971-02-03"
WEIGHT = Decimal("80.0")
UNITS = 48_000_000


def an_item(row: Reading) -> dict[str, Any]:
    """A reading as it is charted over REST."""
    measure = MEASURES[row.measure]
    item: dict[str, Any] = {"measure": row.measure, "value": row.value}
    if measure.unit is not None:
        item["unit"] = measure.unit
    if row.start is None:
        return {**item, "observed_at": instant(row.at)}
    return {**item, "from": instant(row.start), "to": instant(row.at)}


def items(*charted: Charted, at: datetime = AT, absent: Iterable[str] = (), **values: Plain) -> list[dict[str, Any]]:
    """Everything charted of a well patient at `at`; `charted` and `values` replace those of their measures."""
    changed = (*flat(charted), *(reading(measure, value, at=at) for measure, value in values.items()))
    gone = {*absent, *(row.measure for row in changed)}
    return [an_item(row) for row in (*well_readings(at, gone), *changed)]


def a_patient(mrn: str = MRN, /, **changes: Any) -> dict[str, Any]:
    """A patient to add."""
    own = {"mrn": mrn, "family_name": "CANARY-FAMILY-9041", "given_name": "CANARY-GIVEN-9041"}
    return {**own, "birth_date": BIRTH_DATE, "sex": "female", **changes}


def a_cycle(ward_id: str, at: datetime = AT, /, **changes: Any) -> dict[str, Any]:
    """A cycle to open whose first dose may be given now, and is due in half an hour."""
    return {
        "number": 1,
        "ward_id": ward_id,
        "bed": "CANARY-BED-1",
        "admitted_at": instant(at - timedelta(hours=20)),
        "first_due_at": instant(at + timedelta(minutes=30)),
        "ordered_weight": WEIGHT,
        **changes,
    }


def given(at: datetime, mrn: str = MRN, /, **changes: Any) -> dict[str, Any]:
    """A dose that went in whole, begun at `at`."""
    return {
        "outcome": "given",
        "started_at": instant(at),
        "units": UNITS,
        "identifiers": {"mrn": mrn, "birth_date": BIRTH_DATE},
        **changes,
    }


def not_given(at: datetime, mrn: str = MRN, /) -> dict[str, Any]:
    """A dose that was not given, and why."""
    return given(at, mrn, outcome="not_given", units=0, deviation=REASON)


def an_evaluation(protocol: str = "lvhn-2015", at: datetime = AT, /, **changes: Any) -> dict[str, Any]:
    """A well patient to evaluate."""
    return {
        "protocol": protocol,
        "at": instant(at),
        "dose": {"due_at": instant(at), "number": 5, "cycle": 1},
        "baseline": {"weight": WEIGHT, "serial_sevens": "pass", "world_backward": "pass"},
        "history": {"held_doses": 0},
        "observations": items(at=at),
        **changes,
    }

"""How do sixteen writers fill the feed through the service, as nurses do who chart one alarming set after another?"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from app.domain.entry import Item
from app.services import tokens
from app.services.observing import record
from app.store.opening import open_database
from tests.builders import LIBRARY
from tests.faults.ward import Ward
from tests.feedload.load import KEY, WRITERS, ChangedMindError, Outcome, all_of, change_mind, observed

_MEETS_EVERYTHING = (
    ("heart_rate", Decimal(128), "/min"),
    ("creatinine", Decimal("2.6"), "mg/dL"),
    ("platelets", Decimal(40), "10*3/uL"),
    ("bilirubin", Decimal("8.1"), "mg/dL"),
)


def through_the_service(ward: Ward, sets: int, processes: int) -> Outcome:
    """So many sets, each of several criteria; every writer has patients of its own."""
    each = sets // WRITERS
    jobs = [(ward.url, number, ward.token, ward.course_ids[number::WRITERS], each) for number in range(WRITERS)]
    return observed(ward.url, lambda: all_of(_chart, jobs, processes))


def _chart(url: str, writer: int, secret: str, course_ids: Sequence[str], sets: int) -> int:
    chance, rolled_back = random.Random(writer), 0
    database = open_database(url, audit_key=KEY, pool_size=1)
    try:
        with database.reading() as tx:
            token = tokens.token_of(tx, secret, datetime.now(UTC))
        assert token is not None
        for number in range(sets):
            at = datetime.now(UTC)
            items = [Item(measure, value, unit, at) for measure, value, unit in _MEETS_EVERYTHING]
            course_id = course_ids[number % len(course_ids)]
            try:
                with database.transaction() as tx:
                    record(tx, LIBRARY, tokens.acting_for(token, at, "load"), course_id, None, items)
                    change_mind(chance)
            except ChangedMindError:
                rolled_back += 1
    finally:
        database.close()
    return rolled_back

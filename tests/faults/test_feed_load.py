"""Do readers of the feed lose nothing under load, where the usual way of reading loses rows?"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.serving import serving
from tests.faults.ward import Ward, a_ward
from tests.feedload.load import a_place, through_the_store
from tests.feedload.service import through_the_service
from tests.feedload.streams import a_thousand

ROWS, SETS = 20_000, 160


@pytest.mark.slow
@pytest.mark.hazard("HZ-02", "HZ-17")
def test_of_twenty_thousand_rows_of_sixteen_writers_none_is_missed_or_out_of_order(postgresql_url: str) -> None:
    outcome = through_the_store(postgresql_url, [a_place(postgresql_url)], ROWS, 1, 40)
    assert outcome.committed == outcome.seen.events == ROWS
    assert (outcome.seen.missed, outcome.seen.out_of_order) == (0, 0)
    assert outcome.rolled_back > 0
    # The control: what is usually done loses rows here.
    assert outcome.naive_missed["id"] > 0, outcome.sentence
    assert outcome.naive_missed["at"] > 0, outcome.sentence


@pytest.mark.slow
@pytest.mark.hazard("HZ-02")
def test_none_of_the_alerts_of_sixteen_who_chart_at_once_is_missed_or_out_of_order(postgresql_url: str) -> None:
    outcome = through_the_service(a_ward(postgresql_url, 16), SETS, 1)
    assert outcome.committed == outcome.seen.events >= SETS
    assert (outcome.seen.missed, outcome.seen.out_of_order) == (0, 0)


@pytest.mark.slow
@pytest.mark.hazard("HZ-02", "HZ-11")
def test_readers_who_read_nothing_are_dropped_and_nobody_else_notices(sqlite_ward: Ward, tmp_path: Path) -> None:
    with serving(sqlite_ward.url, tmp_path) as server:
        figures = a_thousand(server, sqlite_ward, readers=40, deaf=4, sets=200, pause=0.01)
    assert figures.complete == 40, figures.sentence
    assert figures.disorders == 0
    assert figures.dropped == 4, figures.sentence

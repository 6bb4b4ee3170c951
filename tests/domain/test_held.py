"""Is what holds of a growing flowsheet always what it would be if it were worked out anew?"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.assess import situation_of
from app.domain.held import Observations
from app.domain.observation import Observation, Reading, current
from app.domain.protocol import Protocol
from app.domain.record import encode_situation
from app.domain.vocabulary import NotTaken
from tests.builders import AT, SHIPPED, a_flowsheet, ago, an_observation, reading

NAMES = ("heart_rate", "temperature", "urine_volume", "weight")
FIFTH = 4


def test_what_holds_grows_as_if_worked_out_anew() -> None:
    for seed in range(60):
        rows = Observations()
        for added in sets(random.Random(seed)):
            before, known = tuple(rows), rows.held()
            grown = rows.plus(added)
            assert grown.held() == Observations(tuple(grown)).held()
            assert grown.held().by_measure == plainly(tuple(grown))
            assert grown.held().superseded == {row.supersedes for row in grown} - {None}
            assert (tuple(rows), rows.held()) == (before, known)
            rows = grown


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_a_situation_is_the_same_whoever_kept_the_rows(protocol: Protocol) -> None:
    for seed in range(12):
        sheet = a_flowsheet(at=AT)
        for added in sets(random.Random(seed)):
            sheet = sheet.charting(added)
            anew = replace(sheet, observations=tuple(sheet.observations))
            for minutes in (-1, 0, 3, 300, 2000):
                at = ago(minutes)
                one, other = (situation_of(each, sheet.doses[FIFTH], protocol, at) for each in (sheet, anew))
                assert encode_situation(one) == encode_situation(other)


def test_what_was_added_last_is_added_once_and_never_taken_for_anything_else() -> None:
    first, second, third = (an_observation(reading("heart_rate", 80, minutes)) for minutes in (3, 2, 1))
    rows = Observations((first,))
    longer = rows.plus((second,))
    assert rows.plus([second]) is longer
    for others in ((replace(second),), (third,), (second, third), ()):
        assert rows.plus(others) is not longer
        assert rows.plus(others) == (first, *others)
        assert rows.plus((second,)) == longer == (first, second)


def test_threads_that_add_to_the_same_rows_each_get_their_own() -> None:
    rows = Observations()
    rows.held()
    added = [tuple(an_observation(reading("heart_rate", 60 + each)) for _ in range(5)) for each in range(4)]

    def add(mine: tuple[Observation, ...]) -> bool:
        return all(rows.plus(mine) == mine for _ in range(2000))

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(len(added)) as pool:
            assert all(pool.map(add, added))
    finally:
        sys.setswitchinterval(before)


def test_rows_are_a_sequence_in_order_of_recording() -> None:
    first, second, third = (an_observation(reading("heart_rate", 80, minutes)) for minutes in (1, 3, 2))
    rows = Observations((first,)).plus((second, third))
    assert len(rows) == 3
    assert rows == (first, second, third)
    assert rows != (first, third, second)
    assert (rows[0], rows[-1], rows[1:]) == (first, third, (second, third))
    assert [one.id for one in rows.held().by_measure["heart_rate"]] == [second.id, third.id, first.id]


def plainly(rows: Sequence[Observation]) -> dict[str, tuple[Reading, ...]]:
    """By the definition alone."""
    found: dict[str, list[Reading]] = {}
    holds = {row.id for row in current(tuple(rows))}
    for row in sorted(rows, key=lambda row: row.observed_at):
        one = row.reading()
        if row.id in holds and one is not None:
            found.setdefault(row.measure, []).append(one)
    return {name: tuple(mine) for name, mine in found.items()}


def sets(chance: random.Random) -> Iterator[tuple[Observation, ...]]:
    """Some visits: late and early entries, two of one moment, what was not taken, corrections and retractions."""
    every: list[Observation] = []
    for visit in range(12):
        written = ago(360 - 30 * visit)
        added = [_charted(chance, visit) for _ in range(chance.randint(1, 4))]
        added = [replace(row, recorded_at=written) for row in added]
        open_ = [row for row in current(tuple(every)) if row.value is not None]
        if open_ and chance.random() < 0.3:
            old = chance.choice(open_)
            new = an_observation(reading(old.measure, "3", 60), recorded_at=written, supersedes=old)
            added.append(replace(new, retracts=True, value=None) if chance.random() < 0.5 else new)
        every += added
        yield tuple(added)


def _charted(chance: random.Random, visit: int) -> Observation:
    minutes = 360 - 30 * visit + chance.choice((0, 0, 0, -1, 5, 100, 2000))
    name = chance.choice(NAMES)
    one = Reading("", name, Decimal(chance.randint(36, 41)), ago(minutes))
    if name == "urine_volume":
        one = replace(one, start=one.at - timedelta(minutes=30))
    row = an_observation(one)
    return replace(row, value=None, not_taken=NotTaken.REFUSED) if chance.random() < 0.1 else row

"""Does every row of a shipped file, read anew, give each value the grade of the criterion that holds it?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from app.domain.errors import ProtocolRefused
from app.domain.measure import Kind, Value
from app.domain.protocol import Protocol, Row
from tests.builders import LIBRARY, LVHN, SHIPPED

STEP = Decimal("0.001")


@pytest.fixture(params=SHIPPED, ids=lambda protocol: protocol.pin.id)
def protocol(request: pytest.FixtureRequest) -> Protocol:
    shipped: Protocol = request.param
    return LIBRARY.parse(shipped.document)


def values(row: Row, protocol: Protocol) -> Iterator[Value | Fraction]:
    """Every choice, both findings, or each end of a band with its neighbours, as numbers and as exact fractions."""
    ends = [end for one in row.criteria for band in one.bands for end in (band.low, band.high) if end is not None]
    for end in ends:
        for number in (end - STEP, end, end + STEP):
            yield from (number, Fraction(number))
    if not ends:
        yield from protocol.measures[row.measure].choices or (True, False)


def test_a_value_has_the_grade_of_the_criterion_that_holds_it_and_0_without_one(protocol: Protocol) -> None:
    for row in protocol.rows:
        for value in values(row, protocol):
            holding = [one.grade for one in row.criteria if one.holds(value)]
            assert [row.grade(value)] == (holding or [0]), (row.id, value)


def test_every_criterion_holds_some_value(protocol: Protocol) -> None:
    for row in protocol.rows:
        grades = {row.grade(value) for value in values(row, protocol)}
        assert grades - {0} == {one.grade for one in row.criteria}, row.id


def test_grades_count_from_the_mildest_call_up(protocol: Protocol) -> None:
    for row in protocol.rows:
        assert [one.grade for one in row.criteria] == list(range(1, len(row.criteria) + 1)), row.id
        ranks = [one.action.rank for one in row.criteria]
        assert ranks == sorted(ranks), row.id


def test_what_is_clear_of_every_criterion_is_known_by_the_row(protocol: Protocol) -> None:
    for row in protocol.rows:
        for choice in row.clear_choices:
            assert row.grade(choice) == 0
        for value in values(row, protocol):
            if isinstance(value, Decimal):
                assert any(band.holds(value) for band in row.clear_bands) is (row.grade(value) == 0), (row.id, value)


def test_a_unit_belongs_to_a_number_alone(protocol: Protocol) -> None:
    for row in protocol.rows:
        counted = any(one.bands for one in row.criteria)
        assert (row.unit is not None) is counted, row.id
        assert counted or protocol.measures[row.measure].kind in (Kind.CHOICE, Kind.FINDING)


@pytest.mark.parametrize(
    "old,new,fault",
    [
        ('{ class = "relative", from = 120, to = 130 },', "", "bands have a gap"),
        ('sinus = "none"', 'sinus = "none"\nflutter = "none"', "choices: flutter is an unknown key"),
        ('when_true = "relative"', 'when_true = "relative"\nunit = "mL"', "unit does not go with dyspnoea_at_rest"),
    ],
)
def test_a_row_that_says_too_much_or_too_little_is_refused_by_its_name(old: str, new: str, fault: str) -> None:
    document = LVHN.document.decode()
    assert old in document
    with pytest.raises(ProtocolRefused, match=fault):
        LIBRARY.parse(document.replace(old, new, 1).encode())

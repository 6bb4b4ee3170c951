"""Are the printed figures whole, cited, and refused when they are not?"""

from decimal import Decimal

import pytest

from app.domain.errors import ProtocolRefused
from app.domain.published import ABOUT, parse_published
from app.protocols.published import published


def test_every_printed_figure_says_where_it_stands() -> None:
    assert {one.about for one in published()} == set(ABOUT)
    assert all(one.citation and one.words and one.series for one in published())


def test_the_recovery_of_creatinine_is_that_of_the_source() -> None:
    said = {one.about: one.value for one in published() if one.about.startswith("recovered")}
    assert list(said.values()) == [62, 84, 95]
    peaks = {one.cycle: one.value for one in published() if one.about == "peak_creatinine"}
    assert peaks == {1: Decimal("2.6"), 2: Decimal("3.8")}


@pytest.mark.parametrize(
    "document",
    [
        b"\xff",
        b"[[figure]]\nabout = 'weather'",
        b"[[figure]]\nabout = 'median_doses'\nvalue = 8\nwords = 'x'\nseries = 'y'",
        b"[[figure]]\nabout = 'median_doses'\nvalue = 8\nwords = 'x'\nseries = 'y'\ncitation = 'z'\nextra = 1",
    ],
)
def test_a_file_that_is_not_whole_is_refused(document: bytes) -> None:
    with pytest.raises(ProtocolRefused):
        parse_published(document)

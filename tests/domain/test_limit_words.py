"""Do limits read the same words everywhere, with their ends as printed?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.band import Band
from app.domain.limit_words import band_words, limit_words
from app.protocols.library import load

LIBRARY = load()


@pytest.mark.parametrize(
    "low,low_open,high,high_open,words",
    [
        ("120", False, "130", False, "120 to 130 /min"),
        ("2.5", False, "3.0", True, "2.5 to below 3.0 /min"),
        ("0.5", True, "0.8", False, "above 0.5 to 0.8 /min"),
        ("1", True, "2", True, "above 1 to below 2 /min"),
        ("3.0", False, None, False, "3.0 /min or more"),
        ("130", True, None, False, "above 130 /min"),
        (None, False, "18", False, "18 /min or less"),
        (None, False, "30", True, "below 30 /min"),
    ],
)
def test_each_end_of_a_range_says_whether_it_belongs(
    low: str | None, low_open: bool, high: str | None, high_open: bool, words: str
) -> None:
    band = Band(None if low is None else Decimal(low), low_open, None if high is None else Decimal(high), high_open)
    assert band_words(band, "/min") == words


@pytest.mark.parametrize(
    "protocol,criterion,words",
    [
        ("lvhn-2015", "urine-relative", "80 to 160 mL in 8 h"),
        ("lvhn-2015", "platelets-absolute", "below 30 ×10³/µL"),
        ("lvhn-2015", "weight-gain-relative", "15 % or more"),
        ("consensus-2014", "diarrhoea-twice-absolute", "1000 mL or more in 8 h, 2 times in a row"),
        ("consensus-2014", "phenylephrine-now-relative", "above 0.5 to 0.8 µg/kg/min"),
    ],
)
def test_a_limit_carries_its_unit_in_words_and_its_period(protocol: str, criterion: str, words: str) -> None:
    assert limit_words(LIBRARY.protocol(protocol).criterion(criterion)) == words


def test_no_limit_of_a_protocol_is_said_in_signs() -> None:
    for name in ("lvhn-2015", "consensus-2014"):
        for row in LIBRARY.protocol(name).rows:
            for criterion in row.criteria:
                assert not set(limit_words(criterion)) & set("<>≤≥_"), criterion.id


def test_choices_are_said_as_the_protocol_prints_them() -> None:
    criteria = [one for text in LIBRARY.texts for row in text.rows for one in row.criteria if not one.bands]
    assert len(criteria) > 50
    assert [one.id for one in criteria if limit_words(one) != one.threshold] == []

"""How does a test of the grades chart a patient in the fifth dose of a cycle?

The first dose went in 32 hours ago, and the baseline was charted an hour before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from app.domain.flowsheet import Flowsheet
from app.domain.observation import Reading
from app.domain.scores.book import ScoreBook, Scores, scores
from app.domain.scores.grade import Grade
from tests.builders import AT, LIBRARY, LVHN, Charted, Plain, a_flowsheet, reading

BOOK = LIBRARY.scores
FIRST_DOSE = 32 * 60
BEFORE = 33 * 60
"""Minutes before the moment graded."""


def before(measure: str, value: Plain) -> Reading:
    """A reading before the first dose: the baseline."""
    return reading(measure, value, BEFORE)


def sheet(
    *charted: Charted,
    sex: str = "female",
    absent: tuple[str, ...] = (),
    now: Mapping[str, Plain] | None = None,
    **values: Plain,
) -> Flowsheet:
    """The flowsheet of a well patient but for these; `now` are values by name, where a test has them so."""
    taken = [reading(measure, value) for measure, value in {**(now or {}), **values}.items()]
    found = a_flowsheet(*charted, *taken, absent=absent)
    return replace(found, patient=replace(found.patient, sex=sex))


def scored(found: Flowsheet, book: ScoreBook = BOOK, at: datetime = AT) -> Scores:
    """All scores at the moment."""
    return scores(book, LVHN, found, at)


def grade(term: str, found: Flowsheet, book: ScoreBook = BOOK, at: datetime = AT) -> Grade:
    """The grade of one term."""
    result = scored(found, book, at)
    return next(one for one in (*result.ctcae, result.crs, result.icans) if one.term == term)


def said(term: str, found: Flowsheet, book: ScoreBook = BOOK, at: datetime = AT) -> str:
    """`2 times_upper`, `at least 1 gain`, `none: baseline`."""
    one = grade(term, found, book, at)
    if one.grade is None:
        return f"none: {' '.join(dict.fromkeys(open_.why for open_ in one.open))}"
    return f"{'at least ' if one.at_least else ''}{one.grade} {one.arm}"


def without_limits() -> ScoreBook:
    """The book of a site that has not said what its laboratory calls normal."""
    return replace(BOOK, normal=replace(BOOK.normal, limits={}))


def number(text: str) -> Decimal:
    """An exact number."""
    return Decimal(text)

"""How was a course tolerated, from what is stored of it?"""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.measure import Measures
from app.domain.scores.book import ScoreBook
from app.domain.scores.crs import TERM as CRS
from app.domain.scores.ice import TERM as ICANS
from app.domain.tolerance import CycleTolerance, tolerance
from app.services.cases import Case
from app.services.scored import scored_case
from app.store.database import Transaction

CYTOKINE_RELEASE = "cytokine_release"
"""No organ system of its own: fever, pressure and oxygen together."""


def tolerance_of(tx: Transaction, case: Case) -> tuple[CycleTolerance, ...]:
    """Every cycle of the case as known at the moment of acting; the case must have been read whole (`read_case`)."""
    now = case.acting.at
    scored = [row.scores for row in scored_case(tx, case)]
    systems = systems_of_terms(case.library.scores, case.library.measures)
    return tolerance(case.sheet, case.protocol, scored, systems, now)


def systems_of_terms(book: ScoreBook, measures: Measures) -> Mapping[str, str]:
    """The organ system of each graded term: that of the measure it is read from."""
    found = {term.id: measures[term.measure].system for term in book.ctcae.terms}
    return {**found, CRS: CYTOKINE_RELEASE, ICANS: "neurologic"}

"""Which scores does a set of observations give, each on its own axis?

NEWS2, CTCAE v5 where numbers suffice, and the ASTCT scales from entered findings. None of them changes an action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from app.domain.flowsheet import Flowsheet
from app.domain.measure import Measures
from app.domain.protocol import Protocol
from app.domain.scores.astct import Astct
from app.domain.scores.crs import TERM as CRS
from app.domain.scores.crs import crs
from app.domain.scores.ctcae import GradeTable, grades
from app.domain.scores.evidence import Evidence, evidence_of
from app.domain.scores.grade import Grade, Open, Ungraded
from app.domain.scores.ice import TERM as ICANS
from app.domain.scores.ice import icans
from app.domain.scores.news2 import News2, ScoreTable
from app.domain.scores.normal import Normal
from app.domain.scores.scale import scale_at
from app.domain.vocabulary import SpO2Scale

SCORES_VERSION = "1"
"""Moves when the same observations under the same tables may give another grade."""


@dataclass(frozen=True, slots=True)
class ScoreBook:
    """Every table a score is read from.

    `names` are the measures they look at, `fingerprints` the id, version and sha256 of each.
    """

    news2: ScoreTable
    ctcae: GradeTable
    astct: Astct
    normal: Normal
    names: frozenset[str]
    fingerprints: tuple[tuple[str, str, str], ...]

    def name(self, term: str) -> str:
        """What a term is called."""
        scales = {CRS: self.astct.crs.name, ICANS: self.astct.icans.name}
        return scales.get(term) or next((one.name for one in self.ctcae.terms if one.id == term), term)


class Scores(NamedTuple):
    """The scores at one moment, and the tables they were read from (id, version, sha256)."""

    at: datetime
    news2: News2
    ctcae: tuple[Grade, ...]
    crs: Grade
    icans: Grade
    tables: tuple[tuple[str, str, str], ...]
    version: str


def make_book(news2: ScoreTable, ctcae: GradeTable, astct: Astct, normal: Normal) -> ScoreBook:
    """The tables as one book."""
    terms = {term.measure for term in ctcae.terms}
    items = {item.measure for item in astct.items()}
    heads = [(ctcae.id, ctcae.version, ctcae.sha256)]
    heads += [(head.id, head.version, head.sha256) for head in (news2.head, astct.head, normal.head)]
    return ScoreBook(news2, ctcae, astct, normal, frozenset({*news2.measures, *terms, *items}), tuple(heads))


def freshness(book: ScoreBook, protocol: Protocol, measures: Measures) -> Mapping[str, timedelta]:
    """How long each measure of the book holds: as long as the protocol says for its group."""
    return {name: protocol.fresh_for[measures[name].group] for name in book.names}


def scores(book: ScoreBook, protocol: Protocol, sheet: Flowsheet, at: datetime) -> Scores:
    """The scores of what the sheet says of the moment `at`; never raises: a fault grades nothing and says so."""
    try:
        fresh_for = freshness(book, protocol, protocol.measures)
        evidence = evidence_of(sheet, fresh_for, protocol.timing.admission_lookback, at)
        return _scores(book, evidence, scale_at(sheet.events, evidence.cycle_id, at))
    except Exception:  # noqa: BLE001 - what was charted must be saved; a score that failed is said to have failed
        return _failed(book, at)


def news2_at(book: ScoreBook, protocol: Protocol, sheet: Flowsheet, at: datetime) -> News2:
    """The early-warning score alone; never raises, like `scores`."""
    try:
        return early_warning(book.news2, protocol, sheet, at)
    except Exception:  # noqa: BLE001 - likewise
        return _failed(book, at).news2


def early_warning(table: ScoreTable, protocol: Protocol, sheet: Flowsheet, at: datetime) -> News2:
    """The score of everything that was fresh at the moment, on the scale of the admission it lies in."""
    fresh_for = {name: protocol.fresh_for[protocol.measures[name].group] for name in table.measures}
    evidence = evidence_of(sheet, fresh_for, protocol.timing.admission_lookback, at)
    return _news2(table, evidence, scale_at(sheet.events, evidence.cycle_id, at))


def _scores(book: ScoreBook, evidence: Evidence, scale: SpO2Scale) -> Scores:
    return Scores(
        at=evidence.at,
        news2=_news2(book.news2, evidence, scale),
        ctcae=grades(book.ctcae, book.normal, evidence),
        crs=crs(book.astct, evidence),
        icans=icans(book.astct, evidence),
        tables=book.fingerprints,
        version=SCORES_VERSION,
    )


def _news2(table: ScoreTable, evidence: Evidence, scale: SpO2Scale) -> News2:
    return table.score(evidence.values(table.measures), scale, evidence.at_once(table.measures))


def _failed(book: ScoreBook, at: datetime) -> Scores:
    def none(term: str) -> Grade:
        return Grade(term, None, False, None, None, None, None, None, (Open("", "", Ungraded.FAULT, None),))

    terms = tuple(none(term.id) for term in book.ctcae.terms)
    news2 = News2(None, None, None, single=False, parts=(), missing=book.news2.measures)
    return Scores(at, news2, terms, none(CRS), none(ICANS), book.fingerprints, SCORES_VERSION)

"""What do the scores of an observation set look like from outside?"""

from __future__ import annotations

from typing import Any

from app.api.answers import moment, news2_answer
from app.domain.record import instant, plain
from app.domain.scores.book import ScoreBook, Scores
from app.domain.scores.grade import Grade


def scores_answer(scores: Scores, book: ScoreBook) -> dict[str, Any]:
    """The scores with what gave each, and what could not be graded."""
    return {
        "at": instant(scores.at),
        "news2": news2_answer(scores.news2),
        "ctcae": [_grade(grade, book) for grade in scores.ctcae],
        "crs": _grade(scores.crs, book),
        "icans": _grade(scores.icans, book),
        "tables": [{"id": name, "version": version, "sha256": sha256} for name, version, sha256 in scores.tables],
    }


def _grade(grade: Grade, book: ScoreBook) -> dict[str, Any]:
    return {
        "term": grade.term,
        "name": book.name(grade.term),
        "grade": grade.grade,
        "at_least": grade.at_least,
        "arm": grade.arm,
        "value": plain(grade.value),
        "unit": grade.unit,
        "against": plain(grade.against),
        "observed_at": moment(grade.observed_at),
        "open": [
            {"arm": one.arm, "measure": one.measure, "why": one.why, "observed_at": moment(one.observed_at)}
            for one in grade.open
        ],
    }

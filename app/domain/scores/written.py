"""How are the scores of an observation set written down, byte for byte?

Canonical JSON, as for decisions (`app.domain.record`). Words are rendered from it and are no part of it.
"""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.measure import Value
from app.domain.record import canonical, decode_news2, encode_news2, instant
from app.domain.scores.book import Scores
from app.domain.scores.grade import Grade, Open, Ungraded
from app.domain.scores.news2 import News2


def encode_scores(scores: Scores) -> bytes:
    """The canonical bytes of the scores."""
    return canonical(
        {
            "at": instant(scores.at),
            "news2": encode_news2(scores.news2),
            "ctcae": [_row(grade) for grade in scores.ctcae],
            "crs": _row(scores.crs),
            "icans": _row(scores.icans),
            "tables": scores.tables,
            "version": scores.version,
        }
    )


def decode_scores(document: bytes) -> Scores:
    """The scores of canonical bytes; ValueError or KeyError when they are none."""
    stored = json.loads(document)
    return Scores(
        at=datetime.fromisoformat(stored["at"]),
        news2=decode_news2(stored["news2"]),
        ctcae=tuple(_grade(row) for row in stored["ctcae"]),
        crs=_grade(stored["crs"]),
        icans=_grade(stored["icans"]),
        tables=tuple((table[0], table[1], table[2]) for table in stored["tables"]),
        version=stored["version"],
    )


def decode_early_warning(document: bytes) -> tuple[datetime, News2]:
    """The moment and the early-warning score of the same bytes, all else left unread."""
    stored = json.loads(document)
    return datetime.fromisoformat(stored["at"]), decode_news2(stored["news2"])


def _row(grade: Grade) -> list[Any]:
    """A number stands in a list of one, so that it is never taken for a word; what is open comes last."""
    open_ = [[one.arm, one.measure, one.why, _at(one.observed_at)] for one in grade.open]
    against = None if grade.against is None else f"{grade.against:f}"
    seen = [_plain(grade.value), grade.unit, against, _at(grade.observed_at)]
    return [grade.term, grade.grade, grade.at_least, grade.arm, *seen, open_]


def _grade(row: list[Any]) -> Grade:
    term, grade, at_least, arm, value, unit, against, observed_at, open_ = row
    return Grade(
        term=term,
        grade=grade,
        at_least=at_least,
        arm=arm,
        value=Decimal(value[0]) if isinstance(value, list) else value,
        unit=unit,
        against=None if against is None else Decimal(against),
        observed_at=_time(observed_at),
        open=tuple(Open(name, measure, Ungraded(why), _time(at)) for name, measure, why, at in open_),
    )


def _plain(value: Value | None) -> bool | str | list[str] | None:
    return [f"{value:f}"] if isinstance(value, Decimal) else value


def _at(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)

"""Which scores go with an observation set that is being saved?

Read from the sheet as it is now, for the moment the set was true, and stored in the same transaction. Late entries and
corrections are scored for their own moment, so that a set says what it would have said at the bedside.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.scores.book import Scores, scores
from app.services.cases import Case
from app.store import scores as score_store


def score_set(case: Case, set_id: str, moments: Iterable[datetime]) -> Scores:
    """The scores at the last of the moments at which the set, stored already, was true."""
    found = scores(case.library.scores, case.protocol, case.sheet, max(moments))
    score_store.add(case.tx, set_id, found)
    return found

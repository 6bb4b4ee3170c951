"""Which scores go with an observation set that is being saved, and whom does the early warning call?

Read from the sheet as it is now, for the moment the set was true, and stored in the same transaction. Late entries and
corrections are scored for their own moment, so that a set says what it would have said at the bedside; who is called
hangs on the score of this moment, in which what was true later counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.alert import AlertEvent
from app.domain.concern import Concern
from app.domain.observation import Observation
from app.domain.scores.book import Scores, news2_at, scores
from app.domain.scores.news2 import News2
from app.domain.scores.warning import KEY, not_lowered, three_alone, warning, warning_news
from app.domain.vocabulary import AlertKind
from app.services.announcing import announce
from app.services.cases import Case
from app.services.deciding import alert_event
from app.store import alerts as alert_store
from app.store import scores as score_store


def score_set(case: Case, set_id: str, moments: Iterable[datetime]) -> Scores:
    """The scores at the last of the moments at which the set, stored already, was true."""
    found = scores(case.library.scores, case.protocol, case.sheet, max(moments))
    score_store.add(case.tx, set_id, found)
    return found


def warn(case: Case, charted: Iterable[Observation]) -> tuple[AlertEvent, ...]:
    """What the early-warning score of this moment does to its alert, where what was charted is part of it."""
    table, measures = case.library.news2, case.library.measures
    if not case.sheet.cycles or not any(row.measure in table.measures for row in charted):
        return ()
    found = news2_at(case.library.scores, case.protocol, case.sheet, case.acting.at)
    warned = [one for one in alert_store.raised(case.tx, case.course.id) if one.key == KEY and one.dose_id is None]
    last = warned[-1] if warned else None
    concern = warning(found, measures, table)
    answer = None if last is None else last.acknowledged or last.closed or last.snoozed
    answered, another = _known(case, found, answer)
    kind = warning_news(concern, found, last, answered, another=another)
    if last is not None and concern is not None and kind is AlertKind.WORSENED:
        concern = not_lowered(concern, found, last)
    if last is not None and kind is AlertKind.CLEARED:
        concern = Concern(KEY, last.level, last.action, last.summary)
    if kind is None or concern is None:
        return ()
    event = alert_event(case, concern, kind, None, None, None if last is None or kind is AlertKind.RAISED else last.id)
    announce(case.tx, (event,))
    return (event,)


def _known(case: Case, found: News2, answer: AlertEvent | None) -> tuple[int | None, bool]:
    """What the score was at least when the alert was answered or put aside; and whether another parameter calls now."""
    if answer is None:
        return None, False
    points, newest = case.library.news2.single_points, score_store.newest(case.tx, case.course.id, answer.at)
    if newest is None:
        return None, bool(three_alone(found, points))
    then, complete = newest.scores.news2, score_store.last_complete(case.tx, case.course.id, answer.at)
    least = then.least if complete is None else max(then.least, complete)
    return least, not three_alone(found, points) <= three_alone(then, points)

"""Which scores go with an observation set that is being saved, and whom does the early warning call?

Read from the sheet as it is now, for the moment the set was true, and stored in the same transaction. Late entries and
corrections are scored for their own moment, so that a set says what it would have said at the bedside; who is called
hangs on the score of this moment, in which what was true later counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app.domain.alert import Alert, AlertEvent
from app.domain.concern import Concern
from app.domain.observation import Observation
from app.domain.scores.book import Scores, news2_at, scores
from app.domain.scores.news2 import News2
from app.domain.scores.warning import (
    KEY,
    NOT_ANSWERED,
    Since,
    not_lowered,
    quieter,
    three_alone,
    warning,
    warning_news,
    without_ground,
)
from app.domain.vocabulary import AlertKind
from app.services.announcing import announce
from app.services.cases import Case
from app.services.deciding import alert_event
from app.store import alerts as alert_store
from app.store import scores as score_store

_MOMENT = timedelta(microseconds=1)


def score_set(case: Case, set_id: str, moments: Iterable[datetime]) -> Scores:
    """The scores at the last of the moments at which the set, stored already, was true."""
    found = scores(case.library.scores, case.protocol, case.sheet, max(moments))
    score_store.add(case.tx, set_id, found)
    return found


def warn(case: Case, charted: Sequence[Observation]) -> tuple[AlertEvent, ...]:
    """What the early-warning score of this moment does to its alert, where what was charted is part of it."""
    if not case.sheet.cycles or not any(row.measure in case.library.news2.measures for row in charted):
        return ()
    return warn_anew(case, charted)


def warn_anew(case: Case, charted: Sequence[Observation] = ()) -> tuple[AlertEvent, ...]:
    """The same where the score is read in another way than before, as on the other SpO2 scale."""
    table, measures = case.library.news2, case.library.measures
    found = _score_at(case, case.acting.at)
    last = _last(case)
    concern = warning(found, measures, table)
    kind = warning_news(concern, found, last, _since(case, last), table.single_points)
    if last is not None and concern is not None and kind is AlertKind.WORSENED:
        concern = not_lowered(concern, found, last)
    if last is not None and kind is AlertKind.CLEARED:
        concern = Concern(KEY, last.level, last.action, last.summary)
    if kind is None and last is not None and _lost_its_ground(case, found, last, charted):
        kind, concern = AlertKind.REPEATED, without_ground(found, last, measures)
    if kind is None or concern is None:
        return ()
    event = alert_event(case, concern, kind, None, None, None if last is None or kind is AlertKind.RAISED else last.id)
    announce(case.tx, (event,))
    return (event,)


def _lost_its_ground(case: Case, found: News2, last: Alert, charted: Sequence[Observation]) -> bool:
    """True where a correction took away what an alert was raised on that still says so, and left no score instead."""
    if not last.open or last.cleared is not None or found.score is not None:
        return False
    corrected = any(row.supersedes is not None for row in charted)
    return corrected and quieter(_score_at(case, last.worse_at), last.level, case.library.news2)


def _last(case: Case) -> Alert | None:
    """The last early warning of the course; one that was answered in an earlier cycle says nothing of this one."""
    warned = [one for one in alert_store.raised(case.tx, case.course.id) if one.key == KEY and one.dose_id is None]
    begun = case.sheet.cycles[-1].admitted_at
    return warned[-1] if warned and (warned[-1].open or warned[-1].worse_at >= begun) else None


def _since(case: Case, last: Alert | None) -> Since:
    """What was known of the score when the alert was answered or put aside, and since.

    What this process has yet to write down was not known then, whatever its clock says of an answer given elsewhere.
    What has been corrected since was not so: an answer to a score that never was keeps no real one quiet.
    """
    answer = None if last is None else last.acknowledged or last.closed or last.snoozed
    if last is None or answer is None:
        return NOT_ANSWERED
    table, now = case.library.news2, case.acting.at
    by = min(answer.at, now - _MOMENT)
    scored = score_store.early_warnings(case.tx, case.course.id, now)
    then = [one for one in scored if one.recorded_at <= by]
    known = [*then[-1:], *[one for one in then if one.news2.score is not None][-1:]]
    held = [(one.news2, _score_at(case, one.at)) for one in known]
    alone = [three_alone(one, table.single_points) for pair in held[:1] for one in pair]
    later = [one for one in scored if one.at > by]
    said = [one.news2 for one in later]
    said += [_score_at(case, one.at) for one in later] if case.sheet.superseded() else []
    return Since(
        max((min(told.least, stands.least) for told, stands in held), default=None),
        frozenset.intersection(*alone) if alone else frozenset(),
        eased=any(one.score is not None and quieter(one, last.level, table) for one in said),
    )


def _score_at(case: Case, at: datetime) -> News2:
    """The early-warning score of a moment, on what holds now."""
    return news2_at(case.library.scores, case.protocol, case.sheet, at)

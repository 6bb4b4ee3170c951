"""How does an alert read: what it calls for, since when, how often, and who answered it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from app.domain.alert import Alert, AlertEvent, fold
from app.domain.deadlines import KINDS
from app.domain.scores.warning import KEY as NEWS2
from app.domain.vocabulary import Action, Level
from app.services.alerting import grave
from app.services.deciding import VOID
from app.services.emergency import NOTICE
from app.services.reported import DEVIATION, OVERDOSE
from app.web.presenters.alert_state import escalated_words, outcome_words, snoozed_words
from app.web.presenters.setting import Setting
from app.web.presenters.verdict import Chip, action_chip
from app.web.recorded import recorded
from app.web.translate import _, mark, several

_LEVELS = {
    Level.HIGH_PRIORITY: mark("High priority"),
    Level.PRIORITY: mark("Priority"),
    Level.INFORMATION: mark("Information"),
}
_LOUDEST_FIRST = tuple(_LEVELS)


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert. `action` is what it calls for now, sent back with its level when it is answered.

    Words about what has not happened are "": `ended` while it is open, `snoozed` while it is not put aside. `grave`
    asks whoever answers it to show who they are.
    """

    id: str
    level: str
    level_words: str
    chip: Chip
    action: str
    summary: str
    dose: str
    dose_href: str | None
    raised: str
    raised_ago: str
    worse: str
    repeats: str
    cleared: str
    ended: str
    grave: bool
    snoozed: str
    escalated: str
    outcome: str


def alert_line(alert: Alert, dose: int | None, setting: Setting) -> AlertLine:
    """The alert as it stands; `dose` is the number of the dose it is about."""
    return AlertLine(
        id=alert.id,
        level=alert.level,
        level_words=level_words(alert.level),
        chip=_chip(alert),
        action=alert.action,
        summary=recorded(alert.summary),
        dose=_("No dose") if dose is None else _("Dose {number}").format(number=dose),
        dose_href=None if alert.dose_id is None else f"/doses/{alert.dose_id}",
        raised=setting.at(alert.raised_at),
        raised_ago=setting.ago(alert.raised_at),
        worse=_worse(alert, setting),
        repeats=_repeats(alert, setting),
        cleared=_cleared(alert, setting),
        ended=ended_words(alert, setting),
        grave=grave(alert),
        snoozed=snoozed_words(alert, setting),
        escalated=escalated_words(alert, setting),
        outcome=outcome_words(alert, setting),
    )


def level_words(level: Level) -> str:
    """`High priority`."""
    return _(_LEVELS[level])


def _chip(alert: Alert) -> Chip:
    """What it calls for; what calls for nothing of the dose says what it is."""
    said = _("The program") if alert.course_id is None else _named(alert)
    return action_chip(alert.action) if said is None else Chip("none", said, tentative=False)


def _named(alert: Alert) -> str | None:
    named = {
        NOTICE: _("Emergency access"),
        NEWS2: _("NEWS2"),
        OVERDOSE: _("Overdose"),
        **dict.fromkeys(KINDS, _("Late")),
    }
    if alert.action.rank < Action.HOLD.rank:
        named[DEVIATION] = _("Deviation")
    return next((words for key, words in named.items() if alert.key.startswith(key)), None)


def ended_words(alert: Alert, setting: Setting) -> str:
    """Who ended it, when, and for which reason; "" while it is open."""
    if alert.closed is not None:
        return _("Closed {at} by {name}. Reason: {reason}").format(
            at=setting.at(alert.closed.at), name=setting.name(alert.closed.by or ""), reason=alert.closed.reason
        )
    if alert.acknowledged is not None:
        return _("Acknowledged {at} by {name}").format(
            at=setting.at(alert.acknowledged.at), name=setting.name(alert.acknowledged.by or "")
        )
    return ""


def urgency(alert: Alert) -> tuple[int, bool, datetime]:
    """Sorts the loudest first; of those what went in and should not have, graver than any stop; then the oldest."""
    return _LOUDEST_FIRST.index(alert.level), not alert.key.startswith((VOID, OVERDOSE)), alert.worse_at


def known_alerts(events: Iterable[AlertEvent], until: datetime | None) -> tuple[Alert, ...]:
    """Alerts as they stood at a moment, None for now; `events` come alert by alert.

    Now everything counts that is written, also by a clock ahead of this one, or before this one was set back.
    """
    seen = (event for event in events if until is None or event.at <= until)
    return tuple(fold([*group]) for _id, group in groupby(seen, key=lambda event: event.alert_id))


def _worse(alert: Alert, setting: Setting) -> str:
    if alert.worse_at == alert.raised_at:
        return ""
    return _("became worse {at}, {ago}").format(at=setting.at(alert.worse_at), ago=setting.ago(alert.worse_at))


def _repeats(alert: Alert, setting: Setting) -> str:
    if alert.repeats == 0:
        return ""
    words = several("repeated {number} time", "repeated {number} times", alert.repeats)
    return _("{words}, last {at}").format(words=words, at=setting.at(alert.last_at)) if alert.open else words


def _cleared(alert: Alert, setting: Setting) -> str:
    if alert.cleared is None:
        return ""
    words = _("The newest values no longer call for it (since {at}).")
    if alert.key.startswith((DEVIATION, OVERDOSE)):
        words = _("It was corrected, and holds no longer (since {at}).")
    if alert.key.startswith(KINDS):
        words = _("No longer waited for (since {at}): it has come, or the time for it is over.")
    return words.format(at=setting.at(alert.cleared.at))

"""Which alerts does one shift hand to the next: who has opened the open ones, and who answered the others?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from app.domain.alert import Alert, AlertEvent
from app.domain.vocabulary import AlertKind
from app.web.presenters.alert_state import escalated_words, lacks_outcome, snoozed_words
from app.web.presenters.alerts import ended_words, level_words, urgency
from app.web.presenters.setting import Setting
from app.web.recorded import around, recorded, together
from app.web.translate import _

ANSWERED_SINCE: Final = timedelta(hours=12)
"""A shift: what was answered within it is told to the next."""


def open_words(alerts: Iterable[Alert], events: Iterable[AlertEvent], setting: Setting) -> tuple[str, ...]:
    """The open alerts, loudest first, each with who was reached and who has opened it."""
    opened: dict[str, dict[str, None]] = {}
    for event in events:
        if event.kind is AlertKind.SEEN and event.by is not None:
            opened.setdefault(event.alert_id, {})[setting.name(event.by)] = None
    found = sorted((one for one in alerts if one.open), key=urgency)
    return tuple(_open(one, tuple(opened.get(one.id, ())), setting) for one in found)


def _open(alert: Alert, seen: tuple[str, ...], setting: Setting) -> str:
    words = around(
        _("{level}: {summary} Since {at}, not acknowledged."),
        level=level_words(alert.level),
        summary=recorded(alert.summary),
        at=setting.at(alert.raised_at),
    )
    opened = _("Opened by {names}.").format(names=", ".join(seen)) if seen else ""
    return together((words, opened, snoozed_words(alert, setting) or "", escalated_words(alert, setting) or ""))


def answered_words(alerts: Iterable[Alert], setting: Setting) -> tuple[str, ...]:
    """What was answered within a shift, by whom, and whether anybody said what was done."""
    recent = [one for one in alerts if _ended_at(one) > setting.now - ANSWERED_SINCE and not one.open]
    return tuple(_answered(one, setting) for one in sorted(recent, key=_ended_at, reverse=True))


def _answered(alert: Alert, setting: Setting) -> str:
    said = around("{summary} {ended}.", summary=recorded(alert.summary), ended=ended_words(alert, setting))
    return said if not lacks_outcome(alert) else around(_("{said} What was done is not recorded."), said=said)


def _ended_at(alert: Alert) -> datetime:
    ends = [event.at for event in (alert.acknowledged, alert.closed) if event is not None]
    return max(ends, default=alert.raised_at)

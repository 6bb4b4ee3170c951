"""What has become of an alert: put aside, escalated, answered, and what is still missing?"""

from __future__ import annotations

from typing import Final

from app.domain.alert import Alert, AlertEvent
from app.domain.deadlines import KINDS
from app.domain.ladder import LOUD
from app.domain.vocabulary import AlertKind, Duty
from app.services.emergency import NOTICE
from app.services.reported import DEVIATION, OVERDOSE
from app.store.receivers import Arrival
from app.web.presenters.setting import Setting
from app.web.recorded import recorded
from app.web.translate import _, mark, several

_DUTIES = {
    Duty.NURSE: mark("to the nurse"),
    Duty.CHARGE_NURSE: mark("to the charge nurse"),
    Duty.ATTENDING: mark("to the attending physician"),
    Duty.SECOND_ATTENDING: mark("to the second attending physician"),
}
_HAPPENED = {
    AlertKind.RAISED: mark("Raised"),
    AlertKind.REPEATED: mark("Repeated"),
    AlertKind.WORSENED: mark("Became worse"),
    AlertKind.CLEARED: mark("The newest values no longer call for it"),
    AlertKind.ACKNOWLEDGED: mark("Acknowledged"),
    AlertKind.CLOSED: mark("Closed"),
    AlertKind.SEEN: mark("Opened"),
    AlertKind.SNOOZED: mark("Put aside"),
    AlertKind.WOKEN: mark("Woke"),
    AlertKind.ESCALATED: mark("Escalated"),
    AlertKind.OUTCOME: mark("Outcome recorded"),
}
_WAITED_FOR: Final = mark("No longer waited for")
_CORRECTED: Final = mark("Corrected: it holds no longer")


def snoozed_words(alert: Alert, setting: Setting) -> str:
    """Until when it is put aside, by whom and why; "" while it is not."""
    aside = alert.snoozed
    if aside is None or aside.until is None or not alert.quiet(setting.now):
        return ""
    return _("Put aside until {until} by {name}. Reason: {reason}").format(
        until=setting.at(aside.until), name=setting.name(aside.by or ""), reason=aside.reason
    )


def escalated_words(alert: Alert, setting: Setting) -> str:
    """To whom it was escalated last, and when; "" while it was not."""
    up = alert.escalated
    if up is None:
        return ""
    return _("Unanswered: escalated {to} at {at}.").format(to=_to(up), at=setting.at(up.at))


def to_you(number: int) -> str:
    """That so many alerts were escalated to whoever reads this, in a place that is about alerts anyway."""
    return several("Escalated to you", "Escalated to you: {number}", number)


def outcome_words(alert: Alert, setting: Setting) -> str:
    """Who was told and what was done; "" before anybody said so."""
    said = alert.outcome
    if said is None:
        return ""
    return _("Told: {told}. Done: {done} ({name}, {at})").format(
        told=said.told, done=said.reason, name=setting.name(said.by or ""), at=setting.at(said.at)
    )


def lacks_outcome(alert: Alert) -> bool:
    """True of an acknowledged alert of which nobody has said yet what was done; the review answers for an access."""
    answered = alert.acknowledged is not None and alert.closed is None
    return answered and alert.outcome is None and alert.level in LOUD and not alert.key.startswith(NOTICE)


def happened(event: AlertEvent, setting: Setting) -> tuple[str, str, str, str]:
    """One line of the history: when, what, by whom, and what was said."""
    by = _("the program") if event.by is None else setting.name(event.by)
    return setting.at(event.at), _what(event.kind, event.key), by, _said(event, setting)


def arrived(one: Arrival, key: str, setting: Setting) -> tuple[str, str, str, str]:
    """One line of the history about a receiver that took an event; `key` is what the alert is about."""
    said = _("{what}, to {receiver}").format(what=_what(one.kind, key), receiver=one.receiver)
    return setting.at(one.at), _("Delivered"), _("the program"), said


def _what(kind: AlertKind, key: str) -> str:
    """No value clears what is late, which comes or its time goes by, nor what went in."""
    if kind is AlertKind.CLEARED and key.startswith(KINDS):
        return _(_WAITED_FOR)
    return _(_CORRECTED if kind is AlertKind.CLEARED and key.startswith((DEVIATION, OVERDOSE)) else _HAPPENED[kind])


def _said(event: AlertEvent, setting: Setting) -> str:
    match event.kind:
        case AlertKind.ESCALATED:
            return _to(event)
        case AlertKind.SNOOZED if event.until is not None:
            return _("until {until}: {reason}").format(until=setting.at(event.until), reason=event.reason)
        case AlertKind.OUTCOME:
            return _("Told: {told}. Done: {done}").format(told=event.told, done=event.reason)
        case AlertKind.CLOSED:
            return event.reason or ""
        case AlertKind.CLEARED | AlertKind.WOKEN:
            return ""
        case _:
            return recorded(event.summary)


def _to(event: AlertEvent) -> str:
    return "" if event.duty is None else _(_DUTIES[event.duty])

"""What must every page say of alerts that nobody answers? Never whose they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.alert import Alert
from app.domain.ladder import LOUD
from app.domain.record import instant
from app.domain.vocabulary import Level
from app.web.formats import length_words
from app.web.translate import _, several


@dataclass(frozen=True, slots=True)
class Alarm:
    """`count` is of all that reach people, for the tab; `words` and `age` are of the gravest, "" for none.

    `newest` is when the last of those was raised or became worse, as text: a later one sounds. `escalated` says how
    many were escalated to the reader, "" for none.
    """

    at: str
    count: int
    words: str
    age: str
    newest: str
    escalated: str


def alarm_view(found: Iterable[Alert], at: datetime, clock: str, escalated: int) -> Alarm:
    """Of the open alerts a reader may see; what is put aside is silent until it wakes."""
    loud = [one for one in found if one.level in LOUD and not one.quiet(at)]
    to_me = "" if escalated == 0 else _to_me(escalated)
    high = [one.worse_at for one in loud if one.level is Level.HIGH_PRIORITY]
    if not high:
        return Alarm(clock, len(loud), "", "", "", to_me)
    words = several(
        "{number} high-priority alert is unanswered", "{number} high-priority alerts are unanswered", len(high)
    )
    age = length_words(at - min(high))
    oldest = _("for {age}").format(age=age) if len(high) == 1 else _("the oldest for {age}").format(age=age)
    return Alarm(clock, len(loud), words, oldest, instant(max(high)), to_me)


def _to_me(number: int) -> str:
    return several("Escalated to you: {number} alert", "Escalated to you: {number} alerts", number)

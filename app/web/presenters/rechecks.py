"""What is to be looked at again, by when, and how long is that?"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.course import Order
from app.domain.decision import Decision
from app.domain.protocol import Protocol
from app.domain.rechecks import rechecks
from app.web.formats import due_words, length_words
from app.web.presenters.setting import Setting
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class RecheckLine:
    """One thing to look at again; `now` says that its time has come."""

    words: str
    when: str
    now: bool


def recheck_lines(
    decision: Decision | None, order: Order | None, protocol: Protocol, setting: Setting
) -> tuple[RecheckLine, ...]:
    """The prescriber's time first, then what waits for a second reading."""
    found = [] if order is None or order.recheck_at is None else [_ordered(order, setting)]
    if decision is not None:
        for measure, at in rechecks(decision, protocol):
            words = _("Recheck {label} from {at}").format(label=setting.label(measure), at=setting.at(at))
            left = at - setting.now
            when = _("in {length}").format(length=length_words(left)) if left.total_seconds() > 0 else _("now")
            found.append(RecheckLine(words, when, now=at <= setting.now))
    return tuple(found)


def _ordered(order: Order, setting: Setting) -> RecheckLine:
    at = order.recheck_at or order.ordered_at
    words = _("Held: look again by {at}").format(at=setting.at(at))
    return RecheckLine(words, due_words(at, setting.now), now=at <= setting.now)

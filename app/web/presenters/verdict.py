"""What is the verdict on a dose in one word and one shape, and does it still hold?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.course import Order
from app.domain.decision import DecisionRecord, Standing
from app.domain.explain import shown_as
from app.domain.progress import DoseProgress
from app.domain.vocabulary import Action, Choice, DoseState
from app.web.presenters.setting import Setting
from app.web.translate import _, mark


@dataclass(frozen=True, slots=True)
class Chip:
    """Word, shape and colour of an action; `kind` names shape and colour, `tentative` draws it in outline."""

    kind: str
    words: str
    tentative: bool = False


NOT_ASSESSED = "none"
_CHOICES = {
    Choice.GIVE: mark("give"),
    Choice.HOLD: mark("hold"),
    Choice.SKIP: mark("skip"),
    Choice.STOP: mark("stop the cycle"),
    Choice.DISCONTINUE: mark("discontinue permanently"),
}


def action_chip(action: Action, *, provisional: bool = False) -> Chip:
    """The chip of a decision as it was taken."""
    words = shown_as(action)
    if provisional:
        words = _("If due now: {words}").format(words=_inside(words))
    return Chip(action, words, tentative=provisional)


def earlier_words(record: DecisionRecord, setting: Setting) -> str:
    """What a decision said that was taken before the assessment window."""
    words = _("At {at}, before the window: {words}")
    return words.format(at=setting.at(record.at), words=lower_words(record.action))


def lower_words(action: Action) -> str:
    """The words of an action within a sentence."""
    return _inside(shown_as(action))


def _inside(words: str) -> str:
    """The words of an action behind a colon."""
    return words[0].lower() + words[1:].replace(": ", ", ")


def verdict_chip(
    record: DecisionRecord | None, standing: Standing | None, order: Order | None, *, open_: bool, overtaken: bool
) -> Chip:
    """The chip of a dose now; `open_` says that its assessment window has begun.

    An expired "no hold criterion met" is none, and what was decided before the window is no answer for today's dose.
    What would be if a dose were due now is not known either where something was charted since (`overtaken`): a later
    dose may have been looked at ahead.
    """
    if record is None:
        return Chip(NOT_ASSESSED, _("Not assessed yet"), tentative=True)
    givable = record.action is Action.PROCEED or (order is not None and order.choice is Choice.GIVE)
    if standing is Standing.EXPIRED and givable:
        return Chip(NOT_ASSESSED, _("Expired: assess again"), tentative=True)
    if record.provisional and open_:
        return Chip(NOT_ASSESSED, _("Assess now"), tentative=True)
    if record.provisional and overtaken:
        return Chip(NOT_ASSESSED, _("Not assessed yet"), tentative=True)
    return action_chip(record.action, provisional=record.provisional)


def lapsed_chip(due: DoseProgress, now: datetime) -> Chip | None:
    """That of a dose whose time went by with no decision in its window; None of any other."""
    lapsed = due.state is DoseState.SKIPPED and due.administration is None and now > due.window.closes_at
    if lapsed and (due.decision is None or due.decision.provisional):
        return Chip(NOT_ASSESSED, _("Not assessed in time"), tentative=True)
    return None


def standing_words(record: DecisionRecord, standing: Standing, setting: Setting) -> str:
    """Until when a dose may be given on the decision, or why not."""
    until = None if record.valid_until is None else setting.at(record.valid_until)
    match standing:
        case Standing.STANDS:
            return _("May be given on until {until}.").format(until=until)
        case Standing.EXPIRED:
            return _("Expired at {until}: assess again before giving.").format(until=until)
        case Standing.REPLACED:
            return _("Replaced by a newer decision.")
        case Standing.PROVISIONAL:
            words = _("Taken before the assessment window, as if due then: {words}. It cannot be given on.")
            return words.format(words=lower_words(record.action))
        case Standing.NOT_GIVABLE:
            return _("The dose cannot be given on this decision.")


def order_words(order: Order | None, setting: Setting) -> str | None:
    """The prescriber's order on a decision in one line, with the second person where there was one."""
    if order is None:
        return None
    name = setting.name(order.ordered_by)
    if order.second is not None:
        name = _("{name}, countersigned by {second}").format(name=name, second=setting.name(order.second))
    return _("Ordered {at} by {name}: {choice}. Reason: {reason}").format(
        at=setting.at(order.ordered_at),
        name=name,
        choice=choice_words(order.choice),
        reason=order.reason,
    )


def choice_words(choice: Choice) -> str:
    return _(_CHOICES[choice])


def decided_words(record: DecisionRecord, setting: Setting) -> str:
    """When it was decided."""
    return _("Decided {at}, {ago}").format(at=setting.at(record.at), ago=setting.ago(record.at))

"""What would saving decide? Said beside the form while it is filled in, by the same functions as saving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from app.domain.course import Dose
from app.domain.decision import Decision
from app.domain.entry import Item
from app.domain.explain import news2_words, value_words
from app.domain.measure import Measure, Measures
from app.domain.units import convert
from app.domain.vocabulary import Action
from app.services.observing import LATE_AFTER
from app.web.entry.checking import Checked
from app.web.entry.layout import Part
from app.web.entry.reading import Fault, Read, html_id
from app.web.formats import WardTime, ago_words
from app.web.presenters.past import NEVER, Past, change_words
from app.web.presenters.reasons import met_reasons, missing_words
from app.web.presenters.verdict import Chip, action_chip
from app.web.translate import _, mark, several

_SAVED_AS = {
    Action.PROCEED: mark("no hold criterion met"),
    Action.CAUTION: mark("CAUTION"),
    Action.INCOMPLETE: mark("CANNOT EVALUATE"),
    Action.HOLD: mark("HOLD"),
    Action.SKIP: mark("SKIP"),
    Action.STOP: mark("STOP the cycle"),
    Action.DISCONTINUE: mark("DISCONTINUE"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """How a number being typed differs from the last one; `id` is its place on the page."""

    id: str
    words: str


@dataclass(frozen=True, slots=True)
class Preview:
    """The panel beside the form. Without a `chip` there is no verdict; `faults` then say why.

    `needed` are the values without which nothing can be decided, each with its place on the form.
    """

    at: str
    chip: Chip | None
    reasons: tuple[str, ...]
    needed: tuple[Fault, ...]
    needed_words: str
    news2: str
    late: str
    faults: tuple[Fault, ...]
    save: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it stands: what was read, what is wrong with it, and what was charted before."""

    read: Read
    checked: Checked
    past: Mapping[str, Past]


def preview_view(
    decision: Decision | None, dose: Dose | None, typed: Typed, measures: Measures, ward: WardTime, now: datetime
) -> Preview:
    """The panel for what has been typed so far; `decision` is None where nothing can be decided."""
    needed = () if decision is None else _needed(decision, measures)
    return Preview(
        at=ward.seconds(now),
        chip=None if decision is None else action_chip(decision.action, provisional=decision.provisional),
        reasons=() if decision is None else met_reasons(decision, measures),
        needed=needed,
        needed_words=several("{number} value needed:", "{number} values needed:", len(needed)),
        news2="" if decision is None else news2_words(decision),
        late=_late(typed.read, now),
        faults=typed.checked.faults,
        save=_save(decision, dose),
        changes=_changes(typed, measures),
    )


def of_part(preview: Preview, part: Part) -> Preview:
    """The same beside a form that shows one part: only its own numbers are there to change."""
    here = {f"change-{html_id(name)}" for name in part.measures}
    return replace(preview, changes=tuple(change for change in preview.changes if change.id in here))


def _needed(decision: Decision, measures: Measures) -> tuple[Fault, ...]:
    return tuple(
        Fault(html_id(missing.measure), missing_words(missing, decision, measures)) for missing in decision.missing
    )


def _late(read: Read, now: datetime) -> str:
    if read.observed_at is None or now - read.observed_at <= LATE_AFTER:
        return ""
    return _("Late entry: observed {ago}. It is recorded as late.").format(ago=ago_words(read.observed_at, now))


def _save(decision: Decision | None, dose: Dose | None) -> str:
    if decision is None or dose is None:
        return _("Save")
    verdict = _(_SAVED_AS[decision.action])
    if decision.provisional:
        return _("Save (if dose {dose} were due now: {verdict})").format(dose=dose.number, verdict=verdict)
    return _("Save: {verdict} dose {dose}").format(dose=dose.number, verdict=verdict)


def _changes(typed: Typed, measures: Measures) -> tuple[Change, ...]:
    """One for every number on the form, empty where there is nothing to compare: it takes the old words away."""
    items = {item.measure: item for item in typed.read.items}
    return tuple(
        Change(f"change-{html_id(measure.name)}", _change(measure, items.get(measure.name), typed.past))
        for measure in measures.values()
        if measure.numeric
    )


def _change(measure: Measure, item: Item | None, past: Mapping[str, Past]) -> str:
    if item is None or not isinstance(item.value, Decimal) or item.start_at is not None:
        return ""
    if item.unit is not None and item.unit in measure.also:
        return _("is {value}").format(
            value=value_words(convert(item.value, item.unit, str(measure.unit)), measure.unit)
        )
    last = past.get(measure.name, NEVER).last
    if last is None or not isinstance(last.value, Decimal):
        return ""
    return _("Now {change}").format(change=change_words(item.value, last.value))

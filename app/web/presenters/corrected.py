"""What was put right in the last day, that whoever takes over has read or acted on as it was before?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Final

from app.domain.course import Administration
from app.domain.dosing import Dosing
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.web.presenters.done import done_words, is_running
from app.web.presenters.dosing_weight import change_words, changes
from app.web.presenters.setting import Setting
from app.web.translate import _

WITHIN: Final = timedelta(hours=24)
"""A day: the doses and the daily values that the next decisions are made on."""


def corrected_weights(sheet: Flowsheet, dosing: Dosing, setting: Setting) -> tuple[str, ...]:
    """Each change of a dosing weight: by whom and why, what it was before, and which doses were made of that."""
    since = setting.now - WITHIN
    return tuple(
        _("Cycle {cycle}, dosing weight changed {at} by {name}: {reason} {change}.").format(
            cycle=cycle.number,
            at=setting.at(change.event.recorded_at),
            name=setting.name(change.event.recorded_by),
            reason=_sentence(change.event.reason),
            change=change_words(change),
        )
        for cycle, change in changes(sheet, dosing)
        if change.event.recorded_at >= since
    )


def corrected_doses(sheet: Flowsheet, dosing: Dosing, setting: Setting) -> tuple[str, ...]:
    """Each correction of what was done with a dose: what was recorded before, and what was since."""
    rows = {row.id: row for row in sheet.administrations}
    found = [row for row in rows.values() if row.supersedes is not None and row.recorded_at >= setting.now - WITHIN]
    pairs = [(rows[row.supersedes or ""], row) for row in found]
    done = partial(_done, sheet=sheet, dosing=dosing, setting=setting)
    return tuple(_dose(sheet, old, row, setting, done) for old, row in pairs if not _is_end(old, row))


def corrected_values(sheet: Flowsheet, setting: Setting) -> tuple[str, ...]:
    """Each value that was corrected or withdrawn, by whom and why."""
    return tuple(
        _("{measure}, corrected {at} by {name}: {reason}").format(
            measure=setting.label(row.measure),
            at=setting.at(row.recorded_at),
            name=setting.name(row.recorded_by),
            reason=row.reason or "",
        )
        for row in _values(sheet, setting)
    )


def corrected_measures(sheet: Flowsheet, setting: Setting) -> str:
    """The same in one line for a whole ward: only which measures, "" for none."""
    named = dict.fromkeys(setting.label(row.measure) for row in _values(sheet, setting))
    return "" if not named else _("Values corrected or withdrawn: {measures}").format(measures=", ".join(named))


def _values(sheet: Flowsheet, setting: Setting) -> list[Observation]:
    since = setting.now - WITHIN
    return [row for row in sheet.observations if row.supersedes is not None and row.recorded_at >= since]


def _dose(
    sheet: Flowsheet, old: Administration, row: Administration, setting: Setting, done: Callable[[Administration], str]
) -> str:
    dose, reason = sheet.dose(row.dose_id), row.reason or ""
    said = _("Cycle {cycle}, dose {number}, corrected {at}: {reason} Before: {before} Since: {since}")
    return said.format(
        cycle=sheet.cycle(dose.cycle_id).number,
        number=dose.number,
        at=setting.at(row.recorded_at),
        reason=_sentence(_(reason)),
        before=done(old),
        since=done(row),
    )


def _done(row: Administration, sheet: Flowsheet, dosing: Dosing, setting: Setting) -> str:
    words = done_words(row, sheet, dosing, setting)
    return (
        words if row.deviation is None else f"{words} {_('Reason: {reason}').format(reason=_sentence(row.deviation))}"
    )


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _is_end(old: Administration, row: Administration) -> bool:
    """True of an infusion that has ended since it was recorded: its own row, and nothing that was wrong."""
    if not is_running(old) or row.ended_at is None:
        return False
    same = ("outcome", "started_at", "units", "deviation", "decision_id", "order_id")
    return all(getattr(old, name) == getattr(row, name) for name in same)

"""What was done with a dose, in words: as it holds now, and what was recorded before somebody put it right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.course import Administration
from app.domain.dosing import Dosing
from app.domain.dosing_weight import exceeded
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import Outcome
from app.services.acting import Permission
from app.web.chart import Chart
from app.web.formats import units_words
from app.web.presenters.setting import Setting
from app.web.translate import _, mark

MORE: Final = "more"
OUTCOMES: Mapping[str, str] = {
    Outcome.GIVEN: mark("Given in full"),
    Outcome.INTERRUPTED: mark("Interrupted: only part went in"),
    MORE: mark("More than a whole dose went in"),
    Outcome.NOT_GIVEN: mark("Not given"),
}
"""What a person may say was done; more than a whole dose was given, and its units are told."""


@dataclass(frozen=True, slots=True)
class DoneLine:
    """One record of what was done with a dose. `struck` says it no longer holds, `note` why it replaced another.

    `correct` and `end` lead to where it is put right, and to where the end is entered that was not known yet.
    """

    words: str
    reason: str
    struck: bool
    note: str
    correct: str | None
    end: str | None


def done_lines(chart: Chart, dose_id: str) -> tuple[DoneLine, ...]:
    """Everything recorded of the dose, what holds first."""
    may = chart.may(Permission.GIVE)
    holds = chart.case.sheet.administration(dose_id)
    rows = chart.case.sheet.administrations_of(dose_id)
    return tuple(_line(chart, row, holds=row is holds, may=may) for row in reversed(rows))


def outcome_of(said: str) -> Outcome:
    """What is recorded of it."""
    return Outcome.GIVEN if said == MORE else Outcome(said)


def is_running(row: Administration) -> bool:
    """True of a dose whose end nobody has recorded."""
    return row.outcome.went_in and row.ended_at is None


def _line(chart: Chart, row: Administration, *, holds: bool, may: bool) -> DoneLine:
    here, case = f"/administrations/{row.id}", chart.case
    return DoneLine(
        words=done_words(row, case.sheet, case.protocol.dosing, chart.setting),
        reason="" if row.deviation is None else _("Reason: {reason}").format(reason=row.deviation),
        struck=not holds,
        note=_note(row, chart.setting),
        correct=f"{here}/correct" if holds and may else None,
        end=f"{here}/end" if holds and may and is_running(row) else None,
    )


def done_words(row: Administration, sheet: Flowsheet, dosing: Dosing, setting: Setting) -> str:
    """What was done in one sentence: `Given in full, 14:39 to 14:54, 43,200,000 units, by Ana Ruiz.`."""
    when, units, name = _when(row, setting), units_words(row.units), setting.name(row.recorded_by)
    whole = exceeded(sheet, dosing, row)
    if whole is not None:
        more = _("More than a whole dose, {when}, {units} went in where a dose is {whole}, by {name}.")
        return more.format(when=when, units=units, whole=units_words(whole), name=name)
    sentence = {
        Outcome.GIVEN: _("Given in full, {when}, {units}, by {name}."),
        Outcome.INTERRUPTED: _("Interrupted, {when}, {units} went in, by {name}."),
        Outcome.NOT_GIVEN: _("Not given, {when}, by {name}."),
    }[row.outcome]
    return sentence.format(when=when, units=units, name=name)


def _when(row: Administration, setting: Setting) -> str:
    start = setting.at(row.started_at)
    if row.ended_at is not None:
        return _("{start} to {end}").format(start=start, end=setting.at(row.ended_at))
    return _("started {start}, end not recorded yet").format(start=start) if is_running(row) else start


def _note(row: Administration, setting: Setting) -> str:
    if row.reason is None:
        return ""
    return _("Corrected {at}: {reason}").format(at=setting.at(row.recorded_at), reason=_(row.reason))

"""What was charted, decided, corrected and ordered before? Old values stay readable, struck through."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.domain.decision import Cause, DecisionRecord
from app.domain.explain import value_words
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.domain.record import is_amended
from app.domain.units import unit_words
from app.services.observing import LATE_AFTER
from app.web.entry import layout
from app.web.formats import plain
from app.web.presenters.setting import Setting
from app.web.presenters.verdict import Chip, action_chip
from app.web.translate import _, mark

_CAUSES = {
    Cause.OBSERVATIONS: mark("new observations"),
    Cause.CORRECTION: mark("a correction or a dose recorded late"),
    Cause.REVIEW: mark("looked at again on corrected data"),
    Cause.ASKED: mark("asked for again"),
}


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One decision in a list; `amended` says that something it stood on was corrected since."""

    at: str
    dose: str
    href: str
    chip: Chip
    cause: str
    by: str
    amended: str


@dataclass(frozen=True, slots=True)
class ValueLine:
    """One charted value. `old` is what it replaced, `struck` says it no longer holds itself; `correct` leads on.

    `quiet` is an explicit no that was never anything else: kept, and out of the way.
    """

    id: str
    measure: str
    value: str
    struck: bool
    old: str
    observed: str
    recorded: str
    by: str
    note: str
    correct: str | None
    quiet: bool


def decision_lines(sheet: Flowsheet, records: Iterable[DecisionRecord], setting: Setting) -> tuple[DecisionLine, ...]:
    """Newest first."""
    superseded = sheet.superseded()
    return tuple(_decision(sheet, row, superseded, setting) for row in reversed([*records]))


def _decision(sheet: Flowsheet, row: DecisionRecord, superseded: frozenset[str], setting: Setting) -> DecisionLine:
    return DecisionLine(
        at=setting.at(row.at),
        dose=_("Cycle {cycle}, dose {number}").format(
            cycle=sheet.cycle(row.cycle_id).number, number=sheet.dose(row.dose_id).number
        ),
        href=f"/doses/{row.dose_id}",
        chip=action_chip(row.action, provisional=row.provisional),
        cause=_(_CAUSES[row.cause]),
        by=setting.name(row.recorded_by),
        amended=_("Based on amended data") if is_amended(row, superseded) else "",
    )


def value_lines(
    rows: Iterable[Observation], sheet: Flowsheet, setting: Setting, *, may_correct: bool
) -> tuple[ValueLine, ...]:
    """Newest first, then as on the bedside form; a corrected value stands in the line of what replaced it.

    Where that is not among `rows`, because it is of another time, the value keeps a line that says where it went.
    """
    everything = {row.id: row for row in rows}
    by_id = {row.id: row for row in sheet.observations}
    became = {row.supersedes: row for row in sheet.observations if row.supersedes is not None}
    places = {name: place for place, name in enumerate(layout.order(setting.measures))}
    shown = [row for row in everything.values() if row.id not in became or became[row.id].id not in everything]
    shown.sort(key=lambda row: places[row.measure])
    shown.sort(key=lambda row: row.observed_at, reverse=True)
    return tuple(
        _value(row, by_id.get(row.supersedes or ""), setting, may_correct=may_correct)
        if row.id not in became
        else _gone(row, _newest(row, became), setting)
        for row in shown
    )


def _value(row: Observation, old: Observation | None, setting: Setting, *, may_correct: bool) -> ValueLine:
    shown = old if row.retracts and old is not None else row
    return ValueLine(
        id=row.id,
        measure=setting.label(row.measure),
        value=charted_words(shown),
        struck=row.retracts,
        old="" if old is None or row.retracts else _was(old, row, setting),
        observed=_observed(row, setting),
        recorded=setting.at(row.recorded_at),
        by=setting.name(row.recorded_by),
        note=_note(row),
        correct=f"/observations/{row.id}/correct" if may_correct and not row.retracts else None,
        quiet=row.value is False and old is None,
    )


def _gone(row: Observation, newest: Observation, setting: Setting) -> ValueLine:
    """A value that holds no more, in a line of its own; `newest` is what became of it."""
    line = _value(row, None, setting, may_correct=False)
    note = _note(newest) if newest.retracts else _("corrected: {value}").format(value=_at(newest, setting))
    return replace(line, struck=True, note=note, quiet=False)


def _newest(row: Observation, became: Mapping[str, Observation]) -> Observation:
    """The last of its corrections."""
    while row.id in became:
        row = became[row.id]
    return row


def _was(old: Observation, row: Observation, setting: Setting) -> str:
    return charted_words(old) if old.observed_at == row.observed_at else _at(old, setting)


def _at(row: Observation, setting: Setting) -> str:
    """`83.9 kg at 02:33`."""
    return _("{value} at {at}").format(value=charted_words(row), at=setting.at(row.observed_at))


def charted_words(row: Observation) -> str:
    """What was charted, as a person reads it."""
    if row.not_taken is not None:
        return _("not taken: {why}").format(why=_(plain(row.not_taken)))
    return value_words(row.value, row.unit)


def _observed(row: Observation, setting: Setting) -> str:
    if row.start_at is None:
        return setting.at(row.observed_at)
    return _("{start} to {end}").format(start=setting.at(row.start_at), end=setting.at(row.observed_at))


def _note(row: Observation) -> str:
    if row.retracts:
        return _("Withdrawn: {reason}").format(reason=row.reason)
    if row.supersedes is not None:
        return _("Corrected: {reason}").format(reason=row.reason)
    words = [_("Late entry")] if row.recorded_at - row.observed_at > LATE_AFTER or row.reason is not None else []
    words += [_("from paper: {record}").format(record=row.reason)] if row.reason is not None else []
    words += [_("typed twice")] if row.confirmed else []
    if row.entered_unit is not None and row.entered_unit != row.unit:
        words.append(_("entered as {value}").format(value=f"{row.entered} {unit_words(row.entered_unit)}"))
    return ", ".join(words)

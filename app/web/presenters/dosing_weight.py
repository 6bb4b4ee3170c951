"""What does a dosing weight look like: asked for on a form, put right, and which doses were made of another?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.change import weight_apart
from app.domain.course import Cycle
from app.domain.dosing import Dosing
from app.domain.dosing_weight import GivenDose, WeightChange, given_doses, weight_changes
from app.domain.flowsheet import Flowsheet
from app.domain.schedule import units
from app.web.chart import Chart
from app.web.entry.reading import Fault, html_id
from app.web.formats import number_words, units_words
from app.web.forms import Filled, fault_of
from app.web.numbers import NotANumber, read_number
from app.web.presenters.done import done_words
from app.web.presenters.history import ValueLine
from app.web.presenters.setting import Setting
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class WeightField:
    """The field of a weight in kg as typed; `amount` says what a dose would be, `asks` that it is to be repeated."""

    label: str
    amount: str
    typed: str
    again: str
    asks: bool
    fault: str
    again_fault: str


def weight_field(label: str, filled: Filled, faults: tuple[Fault, ...], dosing: Dosing) -> WeightField:
    """The field, with the units of a dose once a weight was typed."""
    again = filled.form["again"]
    return WeightField(
        label=label,
        amount=_amount(filled.form["weight"], dosing),
        typed=filled.form["weight"],
        again=again,
        asks=again != "" or any(fault.field == html_id("again") for fault in faults),
        fault=fault_of(faults, "weight"),
        again_fault=fault_of(faults, "again"),
    )


def _amount(typed: str, dosing: Dosing) -> str:
    per_kg = number_words(dosing.units_per_kg)
    try:
        weight = read_number(typed)
    except NotANumber:
        return _("In kilograms, not in pounds. Each dose will be {amount} units/kg of this weight.").format(
            amount=per_kg
        )
    return _("In kilograms, not in pounds. Of {weight} kg each dose would be {units} ({amount} units/kg).").format(
        weight=f"{weight:f}", units=units_words(units(dosing, weight)), amount=per_kg
    )


def given_lines(chart: Chart, cycle: Cycle) -> tuple[str, ...]:
    """The doses that went in so far, as recorded, each with what it was made of."""
    sheet, dosing = chart.case.sheet, chart.case.protocol.dosing
    return tuple(
        _("Dose {number}, made of {weight} kg: {done}").format(
            number=one.number, weight=f"{one.weight:f}", done=done_words(one.row, sheet, dosing, chart.setting)
        )
        for one in given_doses(sheet, cycle, dosing)
    )


def apart_words(chart: Chart, cycle: Cycle) -> str:
    """Which weight was charted before the first dose, where it is far from the dosing weight; "" else."""
    case, setting = chart.case, chart.setting
    reading = weight_apart(case.library.changes, case.sheet, cycle, case.protocol.timing)
    if reading is None:
        return ""
    words = _("Before dose 1 a weight of {charted} kg was charted ({at}); the dosing weight is {weight} kg.")
    return words.format(
        charted=f"{reading.value:f}", at=setting.at(reading.at), weight=f"{case.sheet.dosing_weight(cycle):f}"
    )


def change_words(change: WeightChange) -> str:
    """From which weight to which, and what had been given by then."""
    words = _("{before} kg before, {weight} kg since")
    return _with_given(words.format(before=f"{change.before:f}", weight=f"{change.weight:f}"), change)


def changes(sheet: Flowsheet, dosing: Dosing) -> tuple[tuple[Cycle, WeightChange], ...]:
    """Every change of a dosing weight in the course, oldest first."""
    return tuple((cycle, change) for cycle in sheet.cycles for change in weight_changes(sheet, cycle, dosing))


def weight_lines(sheet: Flowsheet, dosing: Dosing, setting: Setting) -> tuple[ValueLine, ...]:
    """The changes among the corrections of a course, newest first."""
    return tuple(
        ValueLine(
            id=change.event.id,
            measure=_("Dosing weight, cycle {cycle}").format(cycle=cycle.number),
            value=f"{change.weight:f} kg",
            struck=False,
            old=f"{change.before:f} kg",
            observed=setting.at(change.event.at),
            recorded=setting.at(change.event.recorded_at),
            by=setting.name(change.event.recorded_by),
            note=_with_given(_("Corrected: {reason}").format(reason=change.event.reason), change),
            correct=None,
            quiet=False,
        )
        for cycle, change in reversed(changes(sheet, dosing))
    )


def _with_given(words: str, change: WeightChange) -> str:
    """The words, and which doses had been given by then."""
    if not change.given:
        return words
    return _("{words}; made of another weight: {doses}").format(words=words, doses=_doses(change.given))


def _doses(given: Iterable[GivenDose]) -> str:
    """`dose 1, 2 (111,000,000 units each, of 185 kg)`."""
    alike: dict[tuple[str, str], list[str]] = {}
    for one in given:
        alike.setdefault((units_words(one.row.units), f"{one.weight:f}"), []).append(str(one.number))
    alone, several = _("dose {numbers} ({units}, of {weight} kg)"), _("dose {numbers} ({units} each, of {weight} kg)")
    return ", ".join(
        (several if len(numbers) > 1 else alone).format(numbers=", ".join(numbers), units=units, weight=weight)
        for (units, weight), numbers in alike.items()
    )

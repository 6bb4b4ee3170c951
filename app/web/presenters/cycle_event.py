"""What does the form of a move, of new due times, of the SpO2 scale or dosing weight, a stop or a discharge show?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.progress import PENDING, progress
from app.domain.vocabulary import CycleEventKind, SpO2Scale
from app.web.admitting import WardBeds
from app.web.chart import Chart
from app.web.entry.fields import Option, Times
from app.web.entry.reading import Fault
from app.web.formats import length_words
from app.web.forms import Filled, fault_of
from app.web.presenters.admission import BedChoice, bed_choices
from app.web.presenters.dosing_weight import WeightField, given_lines, weight_field
from app.web.presenters.times import times_view
from app.web.translate import _, mark

_TITLES = {
    CycleEventKind.MOVED: mark("Move to another bed"),
    CycleEventKind.GRID_MOVED: mark("Move the due times"),
    CycleEventKind.SPO2_SCALE: mark("Choose the SpO2 scale of NEWS2"),
    CycleEventKind.DOSING_WEIGHT: mark("Change the dosing weight"),
    CycleEventKind.STOPPED: mark("Stop the cycle"),
    CycleEventKind.DISCHARGED: mark("Discharge"),
}
SCALES = {
    SpO2Scale.ONE: mark("Scale 1: everybody, unless a prescriber chose otherwise"),
    SpO2Scale.TWO: mark("Scale 2: hypercapnic respiratory failure, target 88 to 92 %"),
}
_MEANS = {
    CycleEventKind.MOVED: mark("Alerts and the ward board follow the patient."),
    CycleEventKind.GRID_MOVED: mark(
        "A prescriber's order: the doses after the chosen one follow it, {interval} apart."
    ),
    CycleEventKind.SPO2_SCALE: mark(
        "A prescriber's choice for this cycle. NEWS2 is scored and alerts on it at once. It changes no decision."
    ),
    CycleEventKind.DOSING_WEIGHT: mark(
        "A prescriber's order. The dosing weight is {weight} kg now. Every dose of this cycle not given yet is made of "
        "the new one as soon as this is saved; no decision changes. Tell the pharmacy and whoever is at the bedside: a "
        "bag that is made up already is of the old one."
    ),
    CycleEventKind.STOPPED: mark("No further dose of this cycle can be given. This cannot be taken back."),
    CycleEventKind.DISCHARGED: mark("The patient leaves the ward board; doses still pending are cancelled."),
}


@dataclass(frozen=True, slots=True)
class EventForm:
    """The form as typed; `wards`, `doses` with `due`, `scales` and `weight` are empty where none of these is asked for.

    `given` are the doses that a new dosing weight comes too late for.
    """

    action: str
    title: str
    means: str
    asks_bed: bool
    wards: tuple[BedChoice, ...]
    doses: tuple[Option, ...]
    due: Times | None
    scales: tuple[Option, ...]
    weight: WeightField | None
    given: tuple[str, ...]
    at: Times
    reason: str
    fault: Mapping[str, str]


def event_form(
    chart: Chart,
    cycle_id: str,
    kind: CycleEventKind,
    beds: tuple[WardBeds, ...],
    filled: Filled,
    faults: tuple[Fault, ...],
) -> EventForm:
    """The form; the time it happened alone is filled in beforehand."""
    form, moved, grid = filled.form, kind is CycleEventKind.MOVED, kind is CycleEventKind.GRID_MOVED
    interval = length_words(chart.case.protocol.timing.interval)
    cycle, weighs = chart.case.sheet.cycle(cycle_id), kind is CycleEventKind.DOSING_WEIGHT
    return EventForm(
        action=f"/cycles/{cycle_id}/{kind}",
        title=_(_TITLES[kind]),
        means=_(_MEANS[kind]).format(interval=interval, weight=f"{chart.case.sheet.dosing_weight(cycle):f}"),
        asks_bed=moved,
        wards=bed_choices(beds, form["place"], chart) if moved else (),
        doses=pending_doses(chart, cycle_id, form["dose"]) if grid else (),
        due=times_view("due", None, filled, faults, chart.setting) if grid else None,
        scales=scale_options(form["scale"]) if kind is CycleEventKind.SPO2_SCALE else (),
        weight=weight_field(_("New dosing weight"), filled, faults, chart.case.protocol.dosing) if weighs else None,
        given=given_lines(chart, cycle) if weighs else (),
        at=times_view("at", chart.setting.now, filled, faults, chart.setting),
        reason=form["reason"],
        fault={name: fault_of(faults, name) for name in ("place", "dose", "scale", "reason")},
    )


def scale_options(chosen: str = "") -> tuple[Option, ...]:
    """Both scales, neither chosen beforehand."""
    return tuple(
        Option(f"scale-{scale:d}", str(scale.value), _(words), str(scale.value) == chosen)
        for scale, words in SCALES.items()
    )


def pending_doses(chart: Chart, cycle_id: str, chosen: str = "") -> tuple[Option, ...]:
    """The doses whose due time can still be moved, with that time."""
    sheet, setting = chart.case.sheet, chart.setting
    doses = progress(sheet, sheet.cycle(cycle_id), chart.case.protocol, setting.now)
    words = _("Dose {number}, due {at}")
    return tuple(
        Option(
            "",
            str(due.dose.number),
            words.format(number=due.dose.number, at=setting.ward.moment(due.window.due_at)),
            str(due.dose.number) == chosen,
        )
        for due in doses
        if due.state in PENDING
    )

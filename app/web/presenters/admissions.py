"""What happened in each admission of a course: its doses, its events, and what may be done with it?"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.course import Cycle, CycleEvent
from app.domain.dosing_weight import WeightChange, weight_changes
from app.domain.progress import DoseProgress, progress
from app.domain.schedule import first_due
from app.domain.starting import start_warnings
from app.domain.vocabulary import CycleEventKind
from app.services.acting import Permission
from app.web.chart import Chart
from app.web.formats import units_words
from app.web.presenters.course import state_words
from app.web.presenters.dosing_weight import change_words
from app.web.presenters.verdict import Chip, action_chip, lapsed_chip
from app.web.translate import _, mark

_EVENTS = {
    CycleEventKind.MOVED: mark("Moved"),
    CycleEventKind.STOPPED: mark("Cycle stopped"),
    CycleEventKind.DISCHARGED: mark("Discharged"),
    CycleEventKind.GRID_MOVED: mark("Due times moved"),
    CycleEventKind.SPO2_SCALE: mark("SpO2 scale of NEWS2 chosen"),
    CycleEventKind.DOSING_WEIGHT: mark("Dosing weight changed"),
}


@dataclass(frozen=True, slots=True)
class DoseLine:
    """One dose in the list of a cycle."""

    number: int
    href: str
    due: str
    state: str
    chip: Chip | None
    given: str


@dataclass(frozen=True, slots=True)
class EventLine:
    """Something that happened to a cycle."""

    at: str
    what: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class CyclePlace:
    """One cycle, with what spoke against it as it was planned; the links are what the reader may do with it."""

    title: str
    admitted: str
    warnings: tuple[str, ...]
    doses: tuple[DoseLine, ...]
    events: tuple[EventLine, ...]
    move: str | None
    grid: str | None
    scale: str | None
    weight: str | None
    stop: str | None
    discharge: str | None


def event_words(kind: CycleEventKind) -> str:
    """`Cycle stopped`."""
    return _(_EVENTS[kind])


def may_open_cycle(chart: Chart) -> bool:
    """True when the reader may admit to the next cycle now."""
    sheet = chart.case.sheet
    free = not sheet.cycles or sheet.ended(sheet.cycles[-1].id) is not None
    return free and chart.may(Permission.ADMIT)


def cycle_places(chart: Chart) -> tuple[CyclePlace, ...]:
    """Every cycle, newest first."""
    return tuple(_place(chart, cycle) for cycle in reversed(chart.case.sheet.cycles))


def _place(chart: Chart, cycle: Cycle) -> CyclePlace:
    sheet, setting = chart.case.sheet, chart.setting
    events = sheet.events_of(cycle.id)
    weights = {change.event.id: change for change in weight_changes(sheet, cycle, chart.case.protocol.dosing)}
    newest = cycle.id == sheet.cycles[-1].id
    here = newest and CycleEventKind.DISCHARGED not in {event.kind for event in events}
    running = newest and sheet.ended(cycle.id) is None
    path = f"/cycles/{cycle.id}"
    return CyclePlace(
        title=_("Cycle {number}").format(number=cycle.number),
        admitted=_("Admitted {at} to bed {bed}; first dose due {due}; dosing weight {weight} kg.").format(
            at=setting.ward.moment(cycle.admitted_at),
            bed=cycle.bed,
            due=setting.ward.moment(first_due(cycle, events)),
            weight=f"{sheet.dosing_weight(cycle):f}",
        ),
        warnings=start_warnings(sheet, cycle, chart.case.protocol.dosing),
        doses=tuple(_dose(chart, due) for due in progress(sheet, cycle, chart.case.protocol, setting.now)),
        events=tuple(_event(chart, event, weights.get(event.id)) for event in events),
        move=f"{path}/moved" if running and chart.may(Permission.CHART) else None,
        grid=f"{path}/grid_moved" if running and chart.may(Permission.ORDER) else None,
        scale=f"{path}/spo2_scale" if here and chart.may(Permission.ORDER) else None,
        weight=f"{path}/dosing_weight" if running and chart.may(Permission.ORDER) else None,
        stop=f"{path}/stopped" if running and chart.may(Permission.ORDER) else None,
        discharge=f"{path}/discharged" if here and chart.may(Permission.ADMIT) else None,
    )


def _dose(chart: Chart, due: DoseProgress) -> DoseLine:
    record, given = due.decision, due.administration
    decided = None if record is None else action_chip(record.action, provisional=record.provisional)
    return DoseLine(
        number=due.dose.number,
        href=f"/doses/{due.dose.id}{chart.suffix}",
        due=chart.setting.ward.moment(due.window.due_at),
        state=state_words(due),
        chip=lapsed_chip(due, chart.setting.now) or decided,
        given="" if given is None or given.units == 0 else units_words(given.units),
    )


def _event(chart: Chart, event: CycleEvent, weight: WeightChange | None) -> EventLine:
    what = event_words(event.kind)
    if event.bed is not None:
        what = _("{what} to bed {bed}").format(what=what, bed=event.bed)
    if event.scale is not None:
        what = _("{what}: scale {scale}").format(what=what, scale=event.scale.value)
    if event.due_at is not None:
        what = _("{what}: dose {dose} due {at}").format(
            what=what, dose=event.from_dose, at=chart.setting.ward.moment(event.due_at)
        )
    if weight is not None:
        what = f"{what}: {change_words(weight)}"
    return EventLine(chart.setting.ward.moment(event.at), what, event.reason, chart.setting.name(event.recorded_by))

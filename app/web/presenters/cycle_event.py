"""What does the form of a move, a stop or a discharge show?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.domain.vocabulary import CycleEventKind
from app.web.admitting import WardBeds
from app.web.chart import Chart
from app.web.entry.fields import Times
from app.web.entry.reading import Fault
from app.web.forms import Filled, fault_of
from app.web.presenters.admission import BedChoice, bed_choices
from app.web.presenters.times import times_view
from app.web.translate import _, mark

_TITLES = {
    CycleEventKind.MOVED: mark("Move to another bed"),
    CycleEventKind.STOPPED: mark("Stop the cycle"),
    CycleEventKind.DISCHARGED: mark("Discharge"),
}
_MEANS = {
    CycleEventKind.MOVED: mark("Alerts and the ward board follow the patient."),
    CycleEventKind.STOPPED: mark("No further dose of this cycle can be given. This cannot be taken back."),
    CycleEventKind.DISCHARGED: mark("The patient leaves the ward board; doses still pending are cancelled."),
}


@dataclass(frozen=True, slots=True)
class EventForm:
    """The form as typed; `wards` is empty where no bed is asked for."""

    action: str
    title: str
    means: str
    asks_bed: bool
    wards: tuple[BedChoice, ...]
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
    """The form; the time alone is filled in beforehand."""
    form, moved = filled.form, kind is CycleEventKind.MOVED
    return EventForm(
        action=f"/cycles/{cycle_id}/{kind}",
        title=_(_TITLES[kind]),
        means=_(_MEANS[kind]),
        asks_bed=moved,
        wards=bed_choices(beds, form["place"], chart) if moved else (),
        at=times_view("at", chart.setting.now, filled, faults, chart.setting),
        reason=form["reason"],
        fault={name: fault_of(faults, name) for name in ("place", "reason")},
    )

"""Whose page is this? The strip on top of every page about one patient (NHS CUI, patient banner)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.vocabulary import CycleEventKind
from app.web.formats import WardTime, age_years, date_words, first_upper, name_words, plain
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled value; the value is set heavier than its label."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Banner:
    """Two rows: who it is, and where and on what."""

    name: str
    course: str
    alike: bool
    who: tuple[Fact, ...]
    where: tuple[Fact, ...]


def banner(
    sheet: Flowsheet, protocol: Protocol, ward: WardTime, now: datetime, *, dose: int | None = None, alike: bool = False
) -> Banner:
    """The banner as of `now`; `dose` is the number of the dose the page is about, or that is due next."""
    patient = sheet.patient
    born = _("{date} ({years} y)").format(
        date=date_words(patient.birth_date), years=age_years(patient.birth_date, now.astimezone(ward.zone).date())
    )
    cycle = sheet.cycles[-1] if sheet.cycles else None
    return Banner(
        name=name_words(patient),
        course=f"/courses/{sheet.course.id}",
        alike=alike,
        who=(
            Fact(_("Born"), born),
            Fact(_("Sex"), first_upper(plain(patient.sex))),
            Fact(_("MRN"), patient.mrn),
        ),
        where=(
            *_stay(sheet, cycle, protocol, dose),
            Fact(_("Protocol"), protocol.pin.id),
            Fact(_("Allergies"), _("not recorded here")),
            Fact(_("Code status"), _("not recorded here")),
        ),
    )


def _stay(sheet: Flowsheet, cycle: Cycle | None, protocol: Protocol, dose: int | None) -> tuple[Fact, ...]:
    if cycle is None:
        return (Fact(_("Bed"), _("not admitted")),)
    kinds = {event.kind for event in sheet.events_of(cycle.id)}
    bed = _("discharged") if CycleEventKind.DISCHARGED in kinds else bed_of(sheet, cycle)
    number = _("{cycle}, dose {dose} of {cap}").format(cycle=cycle.number, dose=dose, cap=protocol.dosing.dose_cap)
    return (
        Fact(_("Bed"), bed),
        Fact(_("Dosing weight"), f"{cycle.ordered_weight:f} kg"),
        Fact(_("Cycle"), str(cycle.number) if dose is None else number),
    )


def bed_of(sheet: Flowsheet, cycle: Cycle) -> str:
    """The bed the patient lies in now."""
    moved = [event.bed for event in sheet.events_of(cycle.id) if event.bed is not None]
    return moved[-1] if moved else cycle.bed

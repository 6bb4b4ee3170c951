"""Whose page is this? The strip on top of every page about one patient (NHS CUI, patient banner)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.course import Cycle
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.vocabulary import CycleEventKind
from app.services.similar import Likeness, Similar
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
    similar: tuple[str, ...]
    who: tuple[Fact, ...]
    where: tuple[Fact, ...]


def banner(
    sheet: Flowsheet,
    protocol: Protocol,
    ward: WardTime,
    now: datetime,
    *,
    similar: Iterable[Similar],
    dose: int | None = None,
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
        similar=tuple(similar_words(one) for one in similar),
        who=(
            Fact(_("Born"), born),
            Fact(_("Sex"), _(first_upper(plain(patient.sex)))),
            Fact(_("MRN"), patient.mrn),
        ),
        where=(
            *_stay(sheet, cycle, protocol, dose),
            Fact(_("Protocol"), protocol.pin.id),
            Fact(_("Allergies"), _("not recorded here")),
            Fact(_("Code status"), _("not recorded here")),
        ),
    )


def similar_words(similar: Similar) -> str:
    """Whom the patient must not be taken for, and where they lie."""
    words = {
        Likeness.NAME: _("Similar name on this ward: {name}, bed {bed}"),
        Likeness.BIRTH_DATE: _("Same date of birth on this ward: {name}, bed {bed}"),
    }
    return words[similar.by].format(name=name_words(similar.patient), bed=similar.bed)


def similar_brief(similar: Similar) -> str:
    """The same beside the other's own line."""
    words = {Likeness.NAME: _("Similar name: bed {bed}"), Likeness.BIRTH_DATE: _("Same date of birth: bed {bed}")}
    return words[similar.by].format(bed=similar.bed)


def page_title(sheet: Flowsheet, what: str, dose: int | None = None) -> str:
    """What a browser's tab says of a page about a patient: where and what, never who (a tab stays in its history)."""
    place = _("Not admitted")
    if sheet.cycles:
        cycle = sheet.cycles[-1]
        place = _("Discharged") if _gone(sheet, cycle) else _("Bed {bed}").format(bed=bed_of(sheet, cycle))
    if dose is not None:
        place = _("{place}, dose {dose}").format(place=place, dose=dose)
    return _("{place}: {what}").format(place=place, what=what)


def _stay(sheet: Flowsheet, cycle: Cycle | None, protocol: Protocol, dose: int | None) -> tuple[Fact, ...]:
    if cycle is None:
        return (Fact(_("Bed"), _("not admitted")),)
    bed = _("discharged") if _gone(sheet, cycle) else bed_of(sheet, cycle)
    number = _("{cycle}, dose {dose} of {cap}").format(cycle=cycle.number, dose=dose, cap=protocol.dosing.dose_cap)
    return (
        Fact(_("Bed"), bed),
        Fact(_("Dosing weight"), f"{sheet.dosing_weight(cycle):f} kg"),
        Fact(_("Cycle"), str(cycle.number) if dose is None else number),
    )


def _gone(sheet: Flowsheet, cycle: Cycle) -> bool:
    return any(event.kind is CycleEventKind.DISCHARGED for event in sheet.events_of(cycle.id))


def bed_of(sheet: Flowsheet, cycle: Cycle) -> str:
    """The bed the patient lies in now."""
    moved = [event.bed for event in sheet.events_of(cycle.id) if event.bed is not None]
    return moved[-1] if moved else cycle.bed

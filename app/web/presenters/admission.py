"""What do the forms of an admission show: what was typed, what can be chosen, what is wrong?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.domain.course import Patient
from app.services.approving import Approval
from app.web.admitting import SEXES, WardBeds
from app.web.chart import Chart
from app.web.entry.fields import Option, Times
from app.web.entry.reading import Fault, html_id
from app.web.form import Form
from app.web.formats import date_words, name_words
from app.web.forms import Filled, fault_of
from app.web.presenters.approval import state_words
from app.web.presenters.dosing_weight import WeightField, weight_field
from app.web.presenters.times import times_view
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class PatientForm:
    """The form of a new patient as typed."""

    typed: Mapping[str, str]
    fault: Mapping[str, str]
    sexes: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class CourseForm:
    """The protocols to choose from; none is chosen beforehand."""

    patient_id: str
    name: str
    born: str
    mrn: str
    protocols: tuple[Option, ...]
    shown: tuple[Option, ...]
    fault: str


@dataclass(frozen=True, slots=True)
class BedChoice:
    """The free beds of one ward; `label` says whose clock it has."""

    label: str
    beds: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class CycleForm:
    """The form of an admission; nothing clinical is filled in beforehand."""

    number: int
    wards: tuple[BedChoice, ...]
    admitted: Times
    first: Times
    weight: WeightField
    fault: Mapping[str, str]


def patient_form(form: Form, faults: tuple[Fault, ...]) -> PatientForm:
    """The form with what was typed."""
    fields = ("mrn", "family_name", "given_name", "born", "sex")
    return PatientForm(
        typed={name: form[name] for name in fields},
        fault={name: fault_of(faults, name) for name in fields},
        sexes=tuple(Option(f"sex-{name}", name, _(words), form["sex"] == name) for name, words in SEXES.items()),
    )


def course_form(who: Patient, found: Iterable[Approval], form: Form, faults: tuple[Fault, ...]) -> CourseForm:
    """The form with what was chosen; each protocol says whether it may decide."""
    lines = [
        (
            one.protocol.pin.id,
            one.protocol.title,
            _("version {version}, {coverage}. {state}").format(
                version=one.protocol.pin.version, coverage=_(one.protocol.coverage), state=state_words(one)
            ),
        )
        for one in found
    ]
    return CourseForm(
        patient_id=who.id,
        name=name_words(who),
        born=date_words(who.birth_date),
        mrn=who.mrn,
        protocols=tuple(
            Option(html_id(f"protocol-{name}"), name, title, form["protocol"] == name, note)
            for name, title, note in lines
        ),
        shown=tuple(
            Option(html_id(f"shown-{name}"), f"shown.{name}", title, form[f"shown.{name}"] == "1")
            for name, title, _note in lines
        ),
        fault=fault_of(faults, "protocol"),
    )


def cycle_form(chart: Chart, wards: tuple[WardBeds, ...], filled: Filled, faults: tuple[Fault, ...]) -> CycleForm:
    """The form with what was typed."""
    form, setting = filled.form, chart.setting
    place = next((place for one in wards for place in one.free), None)
    if place is not None:
        setting = replace(setting, ward=place.ward_time)
    return CycleForm(
        number=len(chart.case.sheet.cycles) + 1,
        wards=bed_choices(wards, form["place"], chart),
        admitted=times_view("admitted", None, filled, faults, setting),
        first=times_view("first", None, filled, faults, setting),
        weight=weight_field(_("Ordered weight"), filled, faults, chart.case.protocol.dosing),
        fault={"place": fault_of(faults, "place")},
    )


def bed_choices(wards: tuple[WardBeds, ...], chosen: str, chart: Chart) -> tuple[BedChoice, ...]:
    """WardBeds beds by ward, with the clock of each."""
    return tuple(
        BedChoice(
            _("{ward}. {zone}").format(ward=one.ward.name, zone=one.free[0].ward_time.zone_words(chart.case.acting.at)),
            tuple(
                Option(
                    "",
                    place.name,
                    _("{ward}, bed {bed}").format(ward=one.ward.name, bed=place.bed),
                    place.name == chosen,
                )
                for place in one.free
            ),
        )
        for one in wards
        if one.free
    )

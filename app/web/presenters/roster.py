"""How does a ward's roster read: who is on duty now, who comes, and who looks after whom?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.duty import Assignment, Shift
from app.domain.measure import Measures
from app.domain.vocabulary import Duty
from app.services.rostering import Reached, WardRoster
from app.web.entry.fields import Times
from app.web.entry.reading import Fault
from app.web.formats import WardTime, name_words
from app.web.forms import Filled, fault_of
from app.web.presenters.people import Choice
from app.web.presenters.setting import Setting
from app.web.presenters.times import times_view
from app.web.translate import _, mark
from app.web.wardtime import UNIVERSAL

DUTIES: Mapping[Duty, str] = {
    Duty.NURSE: mark("Nurse"),
    Duty.CHARGE_NURSE: mark("Charge nurse"),
    Duty.ATTENDING: mark("Attending"),
    Duty.SECOND_ATTENDING: mark("Second attending"),
}
_ORDER = tuple(DUTIES)


@dataclass(frozen=True, slots=True)
class RosterLine:
    """Somebody for a time; `about` is the duty, or the patient looked after; `now` while it lasts."""

    id: str
    name: str
    about: str
    begins: str
    ends: str
    now: bool


@dataclass(frozen=True, slots=True)
class CalledLine:
    """Whom a duty reaches now; `note` says why it is not who was meant, "" where it is."""

    duty: str
    names: str
    note: str


@dataclass(frozen=True, slots=True)
class RosterView:
    """The whole page."""

    ward_id: str
    ward: str
    zone: str
    wards: tuple[Choice, ...]
    called: tuple[CalledLine, ...]
    shifts: tuple[RosterLine, ...]
    assignments: tuple[RosterLine, ...]
    people: tuple[Choice, ...]
    duties: tuple[Choice, ...]
    nurses: tuple[Choice, ...]
    patients: tuple[Choice, ...]
    begins: Times
    ends: Times
    since: Times
    until: Times
    fault: Mapping[str, str]


def clock_of(found: WardRoster | None) -> WardTime:
    """The clock on the ward's wall."""
    return UNIVERSAL if found is None else WardTime(ZoneInfo(found.ward.time_zone))


def roster_view(
    found: WardRoster, measures: Measures, at: datetime, filled: Filled, faults: tuple[Fault, ...]
) -> RosterView:
    """The roster, and both forms as typed."""
    form, setting = filled.form, Setting(measures, clock_of(found), at, found.names)
    beds = {one.cycle_id: f"{one.bed}, {name_words(one.sheet.patient)}" for one in found.stays}
    people = [(one.id, one.name) for one in found.able]
    shifts = sorted(found.shifts, key=lambda row: (row.begins, _ORDER.index(row.duty)))
    bed = {one.cycle_id: (len(one.bed), one.bed) for one in found.stays}
    assignments = sorted(found.assignments, key=lambda row: (row.begins, bed[row.cycle_id]))
    moments = {
        name: times_view(name, default, filled, faults, setting)
        for name, default in (("begins", at), ("ends", None), ("since", at), ("until", None))
    }
    return RosterView(
        ward_id=found.ward.id,
        ward=found.ward.name,
        zone=setting.ward.zone_words(at),
        wards=_choices([(one.id, one.name) for one in found.wards], found.ward.id),
        called=tuple(called_line(one, found.names) for one in found.on_duty),
        shifts=_lines(shifts, setting, {row.id: _(DUTIES[row.duty]) for row in shifts}),
        assignments=_lines(assignments, setting, {row.id: beds[row.cycle_id] for row in assignments}),
        people=_choices(people, form["person"]),
        duties=_choices([(duty, _(words)) for duty, words in DUTIES.items()], form["duty"]),
        nurses=_choices(people, form["nurse"]),
        patients=_choices(list(beds.items()), form["patient"]),
        fault={name: fault_of(faults, name) for name in ("person", "duty", "nurse", "patient")},
        **moments,
    )


def called_line(one: Reached, names: Mapping[str, str]) -> CalledLine:
    """Whom a duty reaches, and why it is somebody else where it is."""
    who = ", ".join(names.get(person, _("somebody unknown")) for person in one.people)
    if one.standing_in is not None:
        note = _("Nobody is on this duty: {duty} stands in.").format(duty=_(DUTIES[one.standing_in]))
    elif one.everybody:
        note = _("Nobody is on duty: everybody of the ward with the role.")
    else:
        note = ""
    return CalledLine(_(DUTIES[one.duty]), who or _("Nobody at all"), note)


def _choices(found: list[tuple[str, str]], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(value, words, value == chosen) for value, words in found)


def _lines(rows: Iterable[Shift | Assignment], setting: Setting, about: Mapping[str, str]) -> tuple[RosterLine, ...]:
    return tuple(
        RosterLine(
            id=row.id,
            name=setting.name(row.person_id),
            about=about[row.id],
            begins=setting.ward.moment(row.begins),
            ends=setting.ward.moment(row.ends),
            now=row.begins <= setting.now < row.ends,
        )
        for row in rows
    )

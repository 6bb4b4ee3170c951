"""How does a line of the audit trail read, and what was asked for?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.course import Patient
from app.services.accounts import OPERATOR
from app.services.auditing import READ
from app.store.chain import Head
from app.store.trail import PROGRAMS, Line, Wanted
from app.web.entry.fields import Option
from app.web.formats import date_words, first_upper, plain
from app.web.translate import _
from app.web.wardtime import UNIVERSAL


@dataclass(frozen=True, slots=True)
class HeadView:
    """Where the trail stands; `words` is what is kept elsewhere, word for word."""

    seq: int
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class LineView:
    """One line. `patient` is "" where it is about none; `ids` and `instead` are what was made and what it replaces."""

    seq: int
    day: str
    clock: str
    who: str
    whose: str
    action: str
    patient: str
    course_href: str | None
    lines_href: str
    where: str
    reason: str
    ids: tuple[str, ...]
    instead: tuple[str, ...]
    request: str
    version: str


def head_view(end: tuple[Head, datetime] | None) -> HeadView | None:
    """The end of the trail, None while nothing is written."""
    return None if end is None else HeadView(end[0].seq, UNIVERSAL.moment(end[1]), str(end[0]))


def line_view(line: Line, names: Mapping[str, str]) -> LineView:
    """A line; `names` are those people go by now, said beside the one of then where they differ."""
    now = names.get(line.person or "", line.acting_as)
    read = line.action == READ
    return LineView(
        seq=line.seq,
        day=date_words(line.at.date()),
        clock=UNIVERSAL.seconds(line.at),
        who=line.acting_as,
        whose=_("a program")
        if line.person is None
        else ""
        if now in line.acting_as
        else _("now {name}").format(name=now),
        action=_("Read the chart") if read else first_upper(plain(line.action)),
        patient="" if line.mrn is None else f"{(line.family_name or '').upper()}, {line.given_name} ({line.mrn})",
        course_href=None if line.course_id is None else f"/courses/{line.course_id}",
        lines_href=f"/admin/audit?show=1&course={line.course_id}",
        where=line.workstation_name or "",
        reason=line.reason or "",
        ids=tuple(line.subjects.split()),
        instead=tuple((line.before or "").split()),
        request=line.request_id or "",
        version=line.version,
    )


def filled_in(wanted: Wanted, patient: Patient | None) -> dict[str, str]:
    """The fields of the form as they were sent to find this."""
    return {
        "person": wanted.person or "",
        "mrn": "" if patient is None else patient.mrn,
        "course": wanted.course_id or "",
        "action": wanted.action or "",
        "workstation": wanted.workstation or "",
        "since": "" if wanted.since is None else UNIVERSAL.moment(wanted.since),
        "until": "" if wanted.until is None else UNIVERSAL.moment(wanted.until),
    }


def asked_words(wanted: Wanted, patient: Patient | None, people: Mapping[str, str], machines: Mapping[str, str]) -> str:
    """What was looked for, in one sentence that a printed page can stand by."""
    parts = []
    if wanted.person is not None:
        parts.append(_("done by {name}").format(name=people.get(wanted.person, wanted.person)))
    if wanted.patient_id is not None:
        whose = wanted.patient_id if patient is None else f"{patient.family_name.upper()}, {patient.given_name}"
        parts.append(_("about {name}").format(name=whose))
    if wanted.course_id is not None:
        parts.append(_("of the course {id}").format(id=wanted.course_id))
    if wanted.action is not None:
        parts.append(_("named {action}").format(action=wanted.action))
    if wanted.workstation is not None:
        parts.append(_("at {machine}").format(machine=machines.get(wanted.workstation, wanted.workstation)))
    if wanted.since is not None:
        parts.append(_("from {at} UTC").format(at=UNIVERSAL.moment(wanted.since)))
    if wanted.until is not None:
        parts.append(_("before {at} UTC").format(at=UNIVERSAL.moment(wanted.until)))
    return _("All lines") if not parts else _("Lines {what}").format(what=", ".join(parts))


def options(name: str, known: Mapping[str, str], chosen: str) -> tuple[Option, ...]:
    """The answers of a list, by the words they are read as."""
    every = sorted(known.items(), key=lambda one: one[1].casefold())
    return tuple(Option(f"{name}-{id_}", id_, words, id_ == chosen) for id_, words in every)


def people_known(names: Mapping[str, str]) -> dict[str, str]:
    """Who can have done something: everybody, whoever holds the machine, and programs as one."""
    return {PROGRAMS: _("any program (service account)"), OPERATOR: _("operator (command line)"), **names}

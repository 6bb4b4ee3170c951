"""What does the queue of emergency accesses say: who, whose chart, why, how long ago, and what was found?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.domain.course import Patient
from app.services.access_reviews import Verdict, overdue
from app.store.emergency import Opened
from app.store.wards import Ward
from app.web.formats import WardTime, ago_words, name_words
from app.web.translate import _, mark

FINDINGS = {
    Verdict.JUSTIFIED: mark("Justified"),
    Verdict.NOT_JUSTIFIED: mark("Not justified"),
}


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One emergency access; `found` is "" until somebody has reviewed it, `own` says that the reader may not."""

    id: str
    who: str
    patient: str
    course: str
    ward: str
    opened: str
    ago: str
    ended: str
    reason: str
    late: bool
    own: bool
    found: str
    note: str


@dataclass(frozen=True, slots=True)
class Around:
    """Whom and what the queue names: people, patients by course, wards."""

    people: Mapping[str, str]
    patients: Mapping[str, Patient]
    wards: Mapping[str, Ward]


def access_lines(found: Iterable[Opened], around: Around, reader_id: str, now: datetime) -> tuple[AccessLine, ...]:
    """In the order of the queue."""
    return tuple(_line(one, around, reader_id, now) for one in found)


def _line(one: Opened, around: Around, reader_id: str, now: datetime) -> AccessLine:
    glass, ward = one.glass, around.wards[one.glass.ward_id]
    clock = WardTime(ZoneInfo(ward.time_zone))
    return AccessLine(
        id=glass.id,
        who=around.people.get(glass.person_id, _("somebody")),
        patient=name_words(around.patients[glass.course_id]),
        course=f"/courses/{glass.course_id}",
        ward=ward.name,
        opened=clock.moment(glass.at),
        ago=ago_words(glass.at, now),
        ended=_ended(one, clock, now),
        reason=glass.reason,
        late=overdue(one, now),
        own=glass.person_id == reader_id,
        found=_found(one, around, clock),
        note=one.note or "",
    )


def _ended(one: Opened, clock: WardTime, now: datetime) -> str:
    if one.ended_at is not None and one.ended_at < one.glass.until:
        return _("given back at {at}").format(at=clock.clock(one.ended_at))
    words = _("open until {at}") if now < one.glass.until else _("ended at {at}")
    return words.format(at=clock.clock(one.glass.until))


def _found(one: Opened, around: Around, clock: WardTime) -> str:
    if one.finding is None or one.reviewed_at is None:
        return ""
    return _("{finding}: {name}, {at}").format(
        finding=_(FINDINGS[Verdict(one.finding)]),
        name=around.people.get(one.reviewed_by or "", _("somebody")),
        at=clock.moment(one.reviewed_at),
    )

"""What does the page of all open alerts say: whose they are, where they lie, and what may be done?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from app.domain.alert import Alert
from app.domain.course import Patient
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Measures
from app.domain.protocol import Protocol
from app.services.acting import Acting, Permission
from app.services.scored import Scored
from app.store.wards import Ward
from app.web.formats import WardTime, name_words
from app.web.presenters.alerts import AlertLine, alert_line, urgency
from app.web.presenters.setting import Setting
from app.web.presenters.trend import Trend, trend_of
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class Charted:
    """A course as it is charted, its protocol, and its last scores where an alert is about them."""

    sheet: Flowsheet
    protocol: Protocol
    scored: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class WardAlerts:
    """What the record says of alerts on the wards a reader may see; `beds` is who lies where, by course.

    `waiting` are acknowledged ones without an outcome; `charted` is by course what their trends are read from;
    `escalated` are the ids of those that were escalated to the reader.
    """

    open: tuple[Alert, ...]
    waiting: tuple[Alert, ...]
    ended: tuple[Alert, ...]
    charted: Mapping[str, Charted]
    patients: Mapping[str, Patient]
    beds: Mapping[str, str]
    doses: Mapping[str, int]
    wards: Mapping[str, Ward]
    names: Mapping[str, str]
    escalated: frozenset[str]


@dataclass(frozen=True, slots=True)
class PlacedAlert:
    """One alert with its patient; `about` is the course, `anchor` is set on the first of a course.

    An alert about the program itself has no course, and is what it is about. `may_end` is for who may answer it.
    """

    alert: AlertLine
    name: str
    about: str
    course: str | None
    place: str
    anchor: str | None
    trend: Trend | None
    to_you: str
    may_end: bool
    may_tell: bool


@dataclass(frozen=True, slots=True)
class Loudness:
    """The open alerts of one level, the oldest first."""

    words: str
    alerts: tuple[PlacedAlert, ...]


@dataclass(frozen=True, slots=True)
class AlertsView:
    """The whole page."""

    clock: str
    zones: tuple[str, ...]
    levels: tuple[Loudness, ...]
    waiting: tuple[PlacedAlert, ...]
    ended: tuple[PlacedAlert, ...]

    @property
    def escalated(self) -> tuple[PlacedAlert, ...]:
        """Those that were escalated to the reader, the loudest first."""
        return tuple(one for one in self.open if one.to_you)

    @property
    def open(self) -> tuple[PlacedAlert, ...]:
        """Every open one, the loudest first."""
        return tuple(one for level in self.levels for one in level.alerts)


def alerts_view(found: WardAlerts, measures: Measures, acting: Acting) -> AlertsView:
    """Open ones the loudest first, then the oldest; acknowledged and ended ones the newest first."""
    clocks = {ward.id: WardTime(ZoneInfo(ward.time_zone)) for ward in found.wards.values()}
    settings = {ward_id: Setting(measures, clock, acting.at, found.names) for ward_id, clock in clocks.items()}
    ended = sorted(found.ended, key=lambda one: one.last_at, reverse=True)
    first = next(iter(clocks.values()), WardTime(ZoneInfo("UTC")))
    return AlertsView(
        clock=first.seconds(acting.at),
        zones=tuple(dict.fromkeys(_zone(ward, clocks[ward.id], acting.at) for ward in found.wards.values())),
        levels=_levels(_placed(sorted(found.open, key=urgency), found, settings, acting)),
        waiting=_placed(sorted(found.waiting, key=lambda one: one.last_at, reverse=True), found, settings, acting),
        ended=_placed(ended, found, settings, acting),
    )


def _levels(placed: Iterable[PlacedAlert]) -> tuple[Loudness, ...]:
    return tuple(Loudness(words, tuple(group)) for words, group in groupby(placed, lambda one: one.alert.level_words))


def _zone(ward: Ward, clock: WardTime, at: datetime) -> str:
    return _("{ward}. {zone}").format(ward=ward.name, zone=clock.zone_words(at))


def _placed(
    alerts: Iterable[Alert], found: WardAlerts, settings: Mapping[str, Setting], acting: Acting
) -> tuple[PlacedAlert, ...]:
    seen: set[str] = set()
    placed = []
    for alert in alerts:
        about = alert.course_id or alert.id
        first = about not in seen
        seen.add(about)
        dose = None if alert.dose_id is None else found.doses.get(alert.dose_id)
        bed = found.beds.get(about)
        ward = found.wards[alert.ward_id].name
        placed.append(
            PlacedAlert(
                alert=alert_line(alert, dose, settings[alert.ward_id]),
                name=_("Doseward itself") if alert.course_id is None else name_words(found.patients[about]),
                about=about,
                course=None if alert.course_id is None else f"/courses/{about}",
                place=_place(alert, ward, bed),
                anchor=f"course-{about}" if first else None,
                trend=_trend(alert, found, settings[alert.ward_id]),
                to_you=_("Escalated to you") if alert.id in found.escalated else "",
                may_end=alert.open and acting.may(Permission.ACKNOWLEDGE, alert.ward_id),
                may_tell=alert.closed is None and acting.may(Permission.ACKNOWLEDGE, alert.ward_id),
            )
        )
    return tuple(placed)


def _trend(alert: Alert, found: WardAlerts, setting: Setting) -> Trend | None:
    course = found.charted.get(alert.course_id or "")
    return None if course is None else trend_of(alert, course.sheet, course.protocol, course.scored, setting)


def _place(alert: Alert, ward: str, bed: str | None) -> str:
    if alert.course_id is None:
        return ward
    if bed is None:
        return _("{ward}, not in a bed now").format(ward=ward)
    return _("{ward}, bed {bed}").format(ward=ward, bed=bed)

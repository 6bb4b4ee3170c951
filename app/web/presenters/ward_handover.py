"""What does a whole ward hand over, one patient under the other, each in the order of SBAR?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.progress import DoseProgress, dose_progress
from app.domain.schedule import first_due
from app.domain.vocabulary import DoseState
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.board import Line
from app.services.cases import Case
from app.services.handing_over import WardHandover
from app.store.database import Transaction
from app.web.chart import Chart
from app.web.formats import WardTime, age_years, date_words, name_words
from app.web.pages import Link
from app.web.presenters.alerts import known_alerts
from app.web.presenters.banner import similar_brief
from app.web.presenters.corrected import corrected_doses, corrected_measures, corrected_weights
from app.web.presenters.course import DoseHead, dose_head, state_words
from app.web.presenters.decision import clears_besides, grounds_of
from app.web.presenters.dose import VerdictView, verdict_view
from app.web.presenters.handed_alerts import answered_words, open_words
from app.web.presenters.reasons import met_reasons, shortened
from app.web.presenters.roster import CalledLine, called_line
from app.web.presenters.setting import Setting
from app.web.recorded import recorded
from app.web.translate import _, several


@dataclass(frozen=True, slots=True)
class Situation:
    """The dose worked towards, `None` heads and verdicts where none is pending; `nothing` then says why."""

    head: DoseHead | None
    verdict: VerdictView | None
    reasons: tuple[str, ...]
    nothing: str


@dataclass(frozen=True, slots=True)
class PatientLine:
    """One patient: `who` under the name, then S, B, A and R."""

    id: str
    bed: str
    name: str
    href: str
    who: tuple[str, ...]
    similar: tuple[str, ...]
    nurses: str
    situation: Situation
    background: tuple[str, ...]
    news2: str
    observed: str
    open: tuple[str, ...]
    answered: tuple[str, ...]
    corrected: tuple[str, ...]
    due: tuple[str, ...]
    needed: tuple[str, ...]
    clears: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WardSheet:
    """The page of one ward."""

    ward: str
    zone: str
    at: str
    wards: tuple[Link, ...]
    on_duty: tuple[CalledLine, ...]
    program: tuple[str, ...]
    lines: tuple[PatientLine, ...]
    count: str


def setting_of(found: WardHandover, library: Library, kind: type[Setting] = Setting) -> Setting:
    """The clock of the ward at the moment of acting."""
    zone = ZoneInfo(found.board.ward.time_zone)
    return kind(library.measures, WardTime(zone), found.acting.at, found.names)


def ward_sheet(
    tx: Transaction, found: WardHandover, library: Library, setting: Setting, href: str = "/courses/{}/handover"
) -> WardSheet:
    """The ward as it stands at the moment of acting, by bed; `href` is where the page of one patient is."""
    here = found.board.ward
    lines = sorted(found.board.lines, key=lambda line: natural(line.bed))
    wards = tuple(Link(f"/handover?ward={one.id}", one.name, one.id == here.id) for one in found.wards)
    return WardSheet(
        ward=here.name,
        zone=setting.ward.zone_words(setting.now),
        at=setting.ward.moment(setting.now),
        wards=wards if len(wards) > 1 else (),
        on_duty=tuple(called_line(one, found.names) for one in found.on_duty),
        program=tuple(recorded(one.summary) for one in found.program),
        lines=tuple(_line(_chart(tx, line, library, found.acting, setting), line, found, href) for line in lines),
        count=several("{number} patient", "{number} patients", len(lines)),
    )


def natural(bed: str) -> tuple[tuple[int, str], ...]:
    """Sorts bed 2 before bed 10."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", bed) if part)


def _chart(tx: Transaction, line: Line, library: Library, acting: Acting, setting: Setting) -> Chart:
    """The chart behind a line of the board; it has no documents of decisions."""
    return Chart(Case(tx, library, line.protocol, line.sheet, acting), setting, True, acting, line.similar)


def _line(chart: Chart, line: Line, found: WardHandover, href: str) -> PatientLine:
    patient, setting = line.sheet.patient, chart.setting
    years = age_years(patient.birth_date, setting.now.astimezone(setting.ward.zone).date())
    born = _("Born {date} ({years} y)").format(date=date_words(patient.birth_date), years=years)
    alerts = known_alerts(found.events.get(line.sheet.course.id, ()), chart.known_until)
    decided, decision = line.record, line.decision
    known = None if decided is None or decision is None else (chart, decided.dose_id, decision)
    grounds = None if known is None else grounds_of(*known)
    return PatientLine(
        id=f"course-{line.sheet.course.id}",
        bed=line.bed,
        name=name_words(patient),
        href=href.format(line.sheet.course.id),
        who=(born, _("MRN {mrn}").format(mrn=patient.mrn)),
        similar=tuple(similar_brief(one) for one in line.similar),
        nurses=", ".join(one.name for one in line.nurses) or _("nobody assigned"),
        situation=_situation(chart, line),
        background=_background(chart, line),
        news2="" if grounds is None else grounds.news2,
        observed=_observed(line, setting),
        open=open_words(alerts, found.events.get(line.sheet.course.id, ()), setting),
        answered=answered_words(alerts, setting),
        corrected=_corrected(line, setting),
        due=_due(line, setting),
        needed=() if grounds is None else (*shortened(grounds.missing), *grounds.asks),
        clears=() if known is None else clears_besides(*known),
    )


def _situation(chart: Chart, line: Line) -> Situation:
    """What the ward works towards, what was decided on it, how long ago and why."""
    due = line.next
    if due is None:
        return Situation(None, None, (), _ended(line, chart.setting))
    reasons = () if line.decision is None else met_reasons(line.decision, chart.setting.measures, chart.setting)
    head = dose_head(due, line.cycle, line.protocol, chart.setting)
    return Situation(head, verdict_view(chart, due, line.decision), reasons, "")


def _background(chart: Chart, line: Line) -> tuple[str, ...]:
    """Protocol, weight, the day, and what became of the doses of this cycle."""
    setting, sheet = chart.setting, line.sheet
    doses = [dose_progress(sheet, one, line.protocol, setting.now) for one in sheet.doses_of(line.cycle.id)]
    went_in = [one for one in doses if one.state in (DoseState.GIVEN, DoseState.INTERRUPTED)]
    skipped = [one for one in doses if one.state is DoseState.SKIPPED]
    found = [
        _("{protocol}, dosing weight {weight} kg").format(
            protocol=line.protocol.pin.id, weight=f"{sheet.dosing_weight(line.cycle):f}"
        ),
        _day(line, setting),
        _("{given} of {cap} doses given, {skipped} skipped").format(
            given=len(went_in), cap=line.protocol.dosing.dose_cap, skipped=len(skipped)
        ),
    ]
    last = next((one for one in reversed(doses) if one.state in _PAST), None)
    if last is not None:
        found.append(_("Last: {dose}").format(dose=_past(last, setting)))
    return tuple(found)


_PAST: Final = (DoseState.GIVEN, DoseState.INTERRUPTED, DoseState.SKIPPED)


def _past(last: DoseProgress, setting: Setting) -> str:
    at = last.window.due_at if last.administration is None else last.administration.started_at
    words = _("dose {number}, {at}: {state}")
    return words.format(number=last.dose.number, at=setting.at(at), state=state_words(last))


def _day(line: Line, setting: Setting) -> str:
    """Counted on the ward's calendar from the first dose."""
    first, zone = first_due(line.cycle, line.sheet.events_of(line.cycle.id)), setting.ward.zone
    days = (setting.now.astimezone(zone).date() - first.astimezone(zone).date()).days
    if days < 0:
        return _("Cycle {cycle}, first dose due {at}").format(cycle=line.cycle.number, at=setting.at(first))
    return _("Cycle {cycle}, day {day} from its first dose").format(cycle=line.cycle.number, day=days + 1)


def _ended(line: Line, setting: Setting) -> str:
    if line.ended is None:
        return _("Every dose of this cycle is past.")
    return _("The cycle was ended {at}: no dose is pending.").format(at=setting.at(line.ended.at))


def _observed(line: Line, setting: Setting) -> str:
    if line.observed_at is None:
        return _("Nothing was observed yet.")
    return _("Last observed {at}, {ago}").format(at=setting.at(line.observed_at), ago=setting.ago(line.observed_at))


def _corrected(line: Line, setting: Setting) -> tuple[str, ...]:
    """What was put right of the dosing weight, of doses, and of which measures."""
    values, dosing = corrected_measures(line.sheet, setting), line.protocol.dosing
    weights, doses = (corrected(line.sheet, dosing, setting) for corrected in (corrected_weights, corrected_doses))
    return (*weights, *doses, *((values,) if values else ()))


def _due(line: Line, setting: Setting) -> tuple[str, ...]:
    """What is due next, and by when."""
    if line.next is None:
        return (_("No dose is pending."),)
    window = line.next.window
    return (
        _("Assess dose {number} from {at}; give between {opens} and {closes} unless held.").format(
            number=line.next.dose.number,
            at=setting.at(window.assess_at),
            opens=setting.at(window.opens_at),
            closes=setting.at(window.closes_at),
        ),
    )

"""What does the page of one course say: next dose, alerts, what was decided, corrected and done?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.alert import AlertEvent
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, pending
from app.domain.record import decode_decision
from app.domain.schedule import units
from app.services.acting import Permission
from app.web.chart import Chart
from app.web.formats import number_words, units_words
from app.web.pages import Link
from app.web.presenters.admissions import event_words
from app.web.presenters.alerts import AlertLine, alert_line, known_alerts, urgency
from app.web.presenters.banner import Banner, Fact
from app.web.presenters.course import DoseHead, dose_head
from app.web.presenters.dose import VerdictView, verdict_view
from app.web.presenters.dosing_weight import weight_lines
from app.web.presenters.history import DecisionLine, ValueLine, decision_lines, value_lines
from app.web.presenters.quick import quick_links
from app.web.presenters.reasons import short_reasons
from app.web.translate import _

_MOST_REASONS = 4
_RECENT = 8
_AFTER_WEIGHT = 2
"""Where the units of a dose stand in the banner: behind bed and dosing weight."""


@dataclass(frozen=True, slots=True)
class NextDose:
    """The dose the ward works towards, its verdict and the gravest reasons."""

    id: str
    head: DoseHead
    verdict: VerdictView
    reasons: tuple[str, ...]
    observe: bool
    quick: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class NowView:
    """What changes while the page is open. `nothing` says why there is no next dose."""

    at: str
    next: NextDose | None
    nothing: str
    alerts: tuple[AlertLine, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What was decided and corrected; `older` are the decisions before the recent ones."""

    recent: tuple[DecisionLine, ...]
    older: tuple[DecisionLine, ...]
    corrections: tuple[ValueLine, ...]
    alerts: tuple[AlertLine, ...]


def next_dose(chart: Chart) -> DoseProgress | None:
    """The first dose of the newest cycle that is neither done nor past."""
    sheet = chart.case.sheet
    if not sheet.cycles:
        return None
    return pending(sheet, sheet.cycles[-1], chart.case.protocol, chart.setting.now)


def course_banner(chart: Chart) -> Banner:
    """The patient's banner with what one dose is."""
    due, sheet, dosing = next_dose(chart), chart.case.sheet, chart.case.protocol.dosing
    plain = chart.banner(None if due is None else due.dose.number)
    if not sheet.cycles:
        return plain
    amount = _("{units} ({per_kg} units/kg)").format(
        units=units_words(units(dosing, sheet.dosing_weight(sheet.cycles[-1]))),
        per_kg=number_words(dosing.units_per_kg),
    )
    where = (*plain.where[:_AFTER_WEIGHT], Fact(_("Each dose"), amount), *plain.where[_AFTER_WEIGHT:])
    return replace(plain, where=where)


def now_view(chart: Chart, events: Iterable[AlertEvent]) -> NowView:
    """Next dose and open alerts at the moment of looking."""
    setting, due = chart.setting, next_dose(chart)
    alerts = sorted((one for one in known_alerts(events, chart.known_until) if one.open), key=urgency)
    return NowView(
        at=setting.ward.seconds(setting.now),
        next=None if due is None else _next(chart, due),
        nothing=nothing_words(chart),
        alerts=tuple(alert_line(one, dose_number(chart.case.sheet, one.dose_id), setting) for one in alerts),
    )


def dose_number(sheet: Flowsheet, dose_id: str | None) -> int | None:
    return None if dose_id is None else sheet.dose(dose_id).number


def _next(chart: Chart, due: DoseProgress) -> NextDose:
    case, setting, record = chart.case, chart.setting, due.decision
    decision = None if record is None else decode_decision(record.document, case.protocol)
    return NextDose(
        id=due.dose.id,
        head=dose_head(due, case.sheet.cycle(due.dose.cycle_id), case.protocol, setting),
        verdict=verdict_view(chart, due, decision),
        reasons=() if decision is None else short_reasons(decision, setting.measures, setting)[:_MOST_REASONS],
        observe=chart.may(Permission.CHART),
        quick=quick_links(due.dose.id, case.library.measures),
    )


def nothing_words(chart: Chart) -> str:
    """Why no dose is pending, where none is."""
    sheet = chart.case.sheet
    if not sheet.cycles:
        return _("No cycle has been opened for this course yet.")
    ended = sheet.ended(sheet.cycles[-1].id)
    if ended is None:
        return _("Every dose of this cycle is past.")
    return _("{what} {at}: no dose is pending.").format(
        what=event_words(ended.kind), at=chart.setting.ward.moment(ended.at)
    )


def history(chart: Chart, events: Iterable[AlertEvent]) -> History:
    """Decisions and corrections of the whole course and the alerts that have ended, newest first."""
    sheet, setting = chart.case.sheet, chart.setting
    decisions = decision_lines(sheet, sheet.decisions, setting)
    replaced = sheet.superseded()
    weights = weight_lines(sheet, chart.case.protocol.dosing, setting)
    corrected = [row for row in sheet.observations if row.supersedes is not None or row.id in replaced]
    known = known_alerts(events, chart.known_until)
    ended = sorted((one for one in known if not one.open), key=lambda one: one.last_at, reverse=True)
    return History(
        recent=decisions[:_RECENT],
        older=decisions[_RECENT:],
        corrections=(*weights, *value_lines(corrected, sheet, setting, may_correct=False)),
        alerts=tuple(alert_line(one, dose_number(sheet, one.dose_id), setting) for one in ended),
    )

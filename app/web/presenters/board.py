"""What does one line of the ward board say?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.course import Order
from app.domain.measure import Measures
from app.domain.vocabulary import Action, CycleEventKind, DoseState
from app.services.acting import Acting, Permission
from app.services.board import Line, WardBoard
from app.web.formats import WardTime, due_words, name_words
from app.web.presenters.alert_state import to_you
from app.web.presenters.banner import similar_brief
from app.web.presenters.reasons import first_reason
from app.web.presenters.setting import Setting
from app.web.presenters.verdict import NOT_ASSESSED, Chip, choice_words, earlier_words, verdict_chip
from app.web.translate import _, several

_OLD = timedelta(hours=4)
"""An observation of this age is marked: the protocols count vital signs for as long."""


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One patient; `urgency` is overdue, due or later, `observe` where to go on, `nurses` who has the patient."""

    id: str
    bed: str
    name: str
    mrn_end: str
    nurses: str
    similar: tuple[str, ...]
    course: str
    place: str
    place_brief: str
    urgency: str
    due_day: str
    due: str
    due_in: str
    chip: Chip
    reason: str
    decided: str
    ordered: str | None
    dose: str | None
    observed: str
    observed_old: bool
    alerts: str | None
    escalated: str | None
    observe: str | None


@dataclass(frozen=True, slots=True)
class BoardView:
    """One ward."""

    name: str
    zone: str
    clock: str
    lines: tuple[BoardLine, ...]
    overdue: str | None
    empty: str


def board_view(board: WardBoard, measures: Measures, acting: Acting) -> BoardView:
    """The ward as it stands at the moment of acting."""
    setting = Setting(measures, WardTime(ZoneInfo(board.ward.time_zone)), acting.at, {})
    may_chart = acting.may(Permission.CHART, board.ward.id)
    lines = tuple(_line(line, setting, may_chart=may_chart) for line in board.lines)
    late = sum(1 for line in lines if line.urgency == DoseState.OVERDUE)
    overdue = several("{number} dose overdue", "{number} doses overdue", late) if late else None
    ward = setting.ward
    zone, clock = ward.zone_words(acting.at), ward.seconds(acting.at)
    return BoardView(board.ward.name, zone, clock, lines, overdue, _empty(board))


def _empty(board: WardBoard) -> str:
    if not board.left_out:
        return _("Nobody lies on this ward at present.")
    return _("None of the patients on this ward are among those asked for. Who looks after whom is on the roster.")


def _line(line: Line, setting: Setting, *, may_chart: bool) -> BoardLine:
    patient, due, dose = line.sheet.patient, line.next, None if line.next is None else line.next.dose
    at = None if due is None else due.window.due_at
    old = line.observed_at is None or setting.now - line.observed_at > _OLD
    return BoardLine(
        id=f"course-{line.sheet.course.id}",
        bed=line.bed,
        name=name_words(patient),
        mrn_end=patient.mrn[-4:],
        nurses=", ".join(one.name for one in line.nurses),
        similar=tuple(similar_brief(one) for one in line.similar),
        course=f"/courses/{line.sheet.course.id}",
        place=_place(line),
        place_brief=_place_brief(line),
        urgency=DoseState.CANCELLED if due is None else due.state,
        due_day="" if at is None or setting.is_today(at) else setting.ward.date(at),
        due=_("Nothing due") if at is None else setting.ward.clock(at),
        due_in=_ended(line, setting) if at is None else due_words(at, setting.now),
        chip=line_chip(line, setting.now),
        reason=_reason(line, setting),
        decided="" if line.record is None else _("decided {at}").format(at=setting.at(line.record.at)),
        ordered=None if line.order is None else _ordered(line.order, setting),
        dose=None if dose is None else f"/doses/{dose.id}",
        observed=setting.ago(line.observed_at),
        observed_old=old,
        alerts=several("{number} open", "{number} open", line.open_alerts) if line.open_alerts else None,
        escalated=to_you(line.escalated) if line.escalated else None,
        observe=f"/doses/{dose.id}/observe" if dose is not None and may_chart else None,
    )


def _ordered(order: Order, setting: Setting) -> str:
    choice = choice_words(order.choice)
    if order.recheck_at is None:
        return _("Ordered: {choice}").format(choice=choice)
    return _("Ordered: {choice}, look again by {at}").format(choice=choice, at=setting.at(order.recheck_at))


def _place(line: Line) -> str:
    if line.next is None:
        return _("Cycle {cycle}").format(cycle=line.cycle.number)
    return _("Cycle {cycle}, dose {dose} of {cap}").format(
        cycle=line.cycle.number, dose=line.next.dose.number, cap=line.protocol.dosing.dose_cap
    )


def _place_brief(line: Line) -> str:
    """As charts write it: `C1 D6/14`."""
    cycle = f"C{line.cycle.number}"
    return cycle if line.next is None else f"{cycle} D{line.next.dose.number}/{line.protocol.dosing.dose_cap}"


def _ended(line: Line, setting: Setting) -> str:
    if line.ended is None:
        return _("every dose of the cycle is past")
    words = _("cycle stopped {at}") if line.ended.kind is CycleEventKind.STOPPED else _("discharged {at}")
    return words.format(at=setting.at(line.ended.at))


def line_chip(line: Line, now: datetime) -> Chip:
    """What is called for at a bed now."""
    if line.next is None:
        return Chip(NOT_ASSESSED, _("No dose pending"), tentative=True)
    open_ = now >= line.next.window.assess_at
    return verdict_chip(line.record, line.standing, line.order, open_=open_, overtaken=_overtaken(line))


def _overtaken(line: Line) -> bool:
    return line.record is not None and line.sheet.is_overtaken(line.record)


def _reason(line: Line, setting: Setting) -> str:
    if line.next is None:
        return ""
    assess_at = line.next.window.assess_at
    if line.decision is not None and line.record is not None:
        reason = first_reason(line.decision, setting.measures)
        if not line.record.provisional or (setting.now < assess_at and not _overtaken(line)):
            return reason
        earlier = earlier_words(line.record, setting)
        return earlier if line.record.action is Action.PROCEED else f"{earlier}. {reason}"
    if setting.now < assess_at:
        return _("Assess from {at}").format(at=setting.at(assess_at))
    return _("Observations still to come")

"""What does the page of one dose say?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from app.domain.course import Order
from app.domain.decision import Decision, DecisionRecord, Standing, newest_order, standing
from app.domain.explain import news2_words, silence_words
from app.domain.progress import PENDING, DoseProgress, dose_progress
from app.domain.protocol import Protocol
from app.domain.record import decode_decision, is_amended
from app.domain.vocabulary import Choice, DoseState
from app.services.acting import Permission
from app.services.deciding import preview
from app.web.chart import Chart
from app.web.presenters.course import DoseHead, dose_head
from app.web.presenters.decision import DecisionView, grounds_of
from app.web.presenters.done import DoneLine, done_lines
from app.web.presenters.dosing_weight import apart_words
from app.web.presenters.history import DecisionLine, ValueLine, decision_lines, value_lines
from app.web.presenters.reasons import first_reason
from app.web.presenters.rechecks import RecheckLine, recheck_lines
from app.web.presenters.verdict import (
    Chip,
    action_chip,
    decided_words,
    lapsed_chip,
    lower_words,
    order_words,
    standing_words,
    verdict_chip,
)
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class VerdictView:
    """The verdict, read after its grounds. `amount` is the dose as it is made now.

    `apart` says which weight was charted before dose 1 where the dosing weight is far from it, `newer` that the page
    shows an older verdict.
    """

    at: str
    due_in: str
    amount: str
    apart: str
    state_words: str
    chip: Chip
    news2: str
    standing: str
    order: str | None
    rechecks: tuple[RecheckLine, ...]
    decided: str
    amended: str
    newer: bool


@dataclass(frozen=True, slots=True)
class OtherLine:
    """What another shown protocol says, in one line."""

    protocol: str
    chip: Chip
    reason: str


@dataclass(frozen=True, slots=True)
class Doing:
    """What the reader may do: which buttons there are."""

    observe: bool
    decide: bool
    give: str | None
    order: bool


@dataclass(frozen=True, slots=True)
class DosePage:
    """The whole page; `grounds` is None while nothing was decided. `quiet` are the values that say no."""

    head: DoseHead
    done: tuple[DoneLine, ...]
    grounds: DecisionView | None
    decision_id: str
    verdict: VerdictView
    others: tuple[OtherLine, ...]
    doing: Doing
    values: tuple[ValueLine, ...]
    quiet: tuple[ValueLine, ...]
    history: tuple[DecisionLine, ...]


def dose_page(chart: Chart, dose_id: str, shown: Iterable[Protocol]) -> DosePage:
    """The page of a dose of this chart; KeyError when it has none of that id."""
    case, setting = chart.case, chart.setting
    sheet, dose = case.sheet, case.sheet.dose(dose_id)
    due = dose_progress(sheet, dose, case.protocol, setting.now)
    record = due.decision
    decision = None if record is None else decode_decision(record.document, case.protocol)
    values = _values(chart, due)
    all_of_dose = [row for row in sheet.decisions if row.dose_id == dose_id]
    return DosePage(
        head=dose_head(due, sheet.cycle(dose.cycle_id), case.protocol, setting),
        done=done_lines(chart, dose_id),
        grounds=None if decision is None else grounds_of(chart, dose.id, decision),
        decision_id="" if record is None else record.id,
        verdict=verdict_view(chart, due, decision),
        others=tuple(_other(chart, due, record, protocol) for protocol in shown),
        doing=_doing(chart, due),
        values=tuple(line for line in values if not line.quiet),
        quiet=tuple(line for line in values if line.quiet),
        history=decision_lines(sheet, all_of_dose, setting),
    )


def verdict_view(
    chart: Chart, due: DoseProgress, decision: Decision | None, shown_id: str | None = None
) -> VerdictView:
    """The verdict as it stands at the moment of looking; `shown_id` is the decision the page laid open."""
    setting, record = chart.setting, due.decision
    stands = stands_now(chart, due)
    order = None if record is None else newest_order(chart.case.sheet.orders, record.id)
    done = due.administration is not None or due.state is DoseState.CANCELLED
    cycle = chart.case.sheet.cycle(due.dose.cycle_id)
    head = dose_head(due, cycle, chart.case.protocol, setting)
    return VerdictView(
        at=setting.ward.seconds(setting.now),
        due_in=head.due_in,
        amount=head.amount,
        apart="" if done else apart_words(chart, cycle),
        state_words=head.state_words,
        chip=_chip(chart, due, stands, order, done=done),
        news2="" if decision is None else news2_words(decision),
        standing="" if record is None or stands is None or done else standing_words(record, stands, setting),
        order=order_words(order, setting),
        rechecks=() if done else recheck_lines(decision, order, chart.case.protocol, setting),
        decided=""
        if record is None
        else _("{decided} by {name}").format(
            decided=decided_words(record, setting), name=setting.name(record.recorded_by)
        ),
        amended=_amended(chart, record),
        newer=shown_id is not None and shown_id != ("" if record is None else record.id),
    )


def stands_now(chart: Chart, due: DoseProgress) -> Standing | None:
    """Whether the dose's newest decision may be given on; None without one."""
    record = due.decision
    return None if record is None else standing(record, record.id, chart.case.sheet.orders, chart.setting.now)


def _chip(chart: Chart, due: DoseProgress, stands: Standing | None, order: Order | None, *, done: bool) -> Chip:
    """What was decided stays what it was once something was done with the dose; it expires only before."""
    record, now = due.decision, chart.setting.now
    if done and record is not None:
        return action_chip(record.action, provisional=record.provisional)
    open_ = due.state in PENDING and now >= due.window.assess_at
    overtaken = record is not None and chart.case.sheet.is_overtaken(record)
    return lapsed_chip(due, now) or verdict_chip(record, stands, order, open_=open_, overtaken=overtaken)


def _amended(chart: Chart, record: DecisionRecord | None) -> str:
    """What has become of its data since, and what it would have been: a late entry amends nothing and may say more."""
    if record is None:
        return ""
    sheet, said = chart.case.sheet, list[str]()
    if is_amended(record, sheet.superseded()):
        said.append(_("Based on amended data: something it rests on was corrected since."))
    word = sheet.latest_word(record)
    if word.reviews is not None:
        words = _("Looked at again as of then, on what was entered or corrected since: {words}.")
        said.append(words.format(words=lower_words(word.action)))
    return " ".join(said)


def _other(chart: Chart, due: DoseProgress, record: DecisionRecord | None, protocol: Protocol) -> OtherLine:
    """For information only; at the moment of the decision, on what was known then, so that the two can be compared."""
    case = chart.case
    if record is not None:
        case = replace(case, sheet=case.sheet.as_known_at(record.at), acting=replace(case.acting, at=record.at))
    decision = preview(case, due.dose, protocol)
    return OtherLine(
        protocol=protocol.pin.id,
        chip=action_chip(decision.action, provisional=decision.provisional),
        reason=" ".join(filter(None, (first_reason(decision, chart.setting.measures), silence_words(protocol)))),
    )


def _doing(chart: Chart, due: DoseProgress) -> Doing:
    pending = due.state in PENDING
    open_ = due.administration is None and due.state is not DoseState.CANCELLED
    standing_now = stands_now(chart, due)
    give = None
    if open_ and chart.may(Permission.GIVE):
        give = (
            _("Give dose {number}") if standing_now is Standing.STANDS else _("Record what was done with dose {number}")
        )
    return Doing(
        observe=pending and chart.may(Permission.CHART),
        decide=pending and chart.may(Permission.CHART),
        give=None if give is None else give.format(number=due.dose.number),
        order=pending and due.decision is not None and chart.may(Permission.ORDER),
    )


def give_order(chart: Chart, due: DoseProgress) -> Order | None:
    """A prescriber's order to give, on the newest decision."""
    order = None if due.decision is None else newest_order(chart.case.sheet.orders, due.decision.id)
    return order if order is not None and order.choice is Choice.GIVE else None


def _values(chart: Chart, due: DoseProgress) -> tuple[ValueLine, ...]:
    """What was charted from the dose before to the close of this one's window."""
    since = due.window.due_at - chart.case.protocol.timing.interval
    sheet = chart.case.sheet
    rows = [row for row in sheet.observations if since < row.observed_at <= due.window.closes_at]
    return value_lines(rows, sheet, chart.setting, may_correct=chart.may(Permission.CHART))

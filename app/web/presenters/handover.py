"""What does one shift tell the next about a patient: situation, background, assessment, recommendation?

The order is SBAR's. Everything is read from the record at the moment of printing, and says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from app.domain.alert import AlertEvent
from app.domain.explain import value_words
from app.domain.measure import Measure
from app.domain.progress import DoseProgress, dose_progress
from app.domain.record import decode_decision
from app.domain.tolerance import CycleTolerance
from app.domain.tolerance_words import so_far, summary
from app.domain.vocabulary import DoseState
from app.web.chart import Chart
from app.web.entry import layout
from app.web.presenters.alerts import known_alerts, urgency
from app.web.presenters.banner import Fact
from app.web.presenters.corrected import corrected_doses, corrected_values, corrected_weights
from app.web.presenters.course import DoseHead, dose_head, state_words
from app.web.presenters.course_page import next_dose, nothing_words
from app.web.presenters.decision import DecisionView, clears_besides, grounds_of
from app.web.presenters.dose import VerdictView, verdict_view
from app.web.presenters.limits import measure_limits
from app.web.presenters.past import NEVER, Past, change_words, past_of
from app.web.presenters.reasons import met_reasons, shortened
from app.web.recorded import around, recorded
from app.web.translate import _

_RECENT_DOSES = 3
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class ValueRow:
    """The last value of a measure, how old it is, what it was before, and its limit. `old`: no longer fresh."""

    label: str
    value: str
    when: str
    old: bool
    before: str
    limit: str


@dataclass(frozen=True, slots=True)
class Handover:
    """One page. `present` are the findings that are there, `reasons` what is met; `missing` are the first of many."""

    head: DoseHead | None
    verdict: VerdictView | None
    nothing: str
    reasons: tuple[str, ...]
    alerts: tuple[str, ...]
    background: tuple[Fact, ...]
    earlier: tuple[str, ...]
    doses: tuple[str, ...]
    values: tuple[ValueRow, ...]
    present: tuple[str, ...]
    asked: str
    grounds: DecisionView | None
    missing: tuple[str, ...]
    clears: tuple[str, ...]
    corrected: tuple[str, ...]


def handover(chart: Chart, events: Iterable[AlertEvent], cycles: tuple[CycleTolerance, ...]) -> Handover:
    """The page as of the moment of looking."""
    due, setting = next_dose(chart), chart.setting
    record = None if due is None else due.decision
    decision = None if record is None else decode_decision(record.document, chart.case.protocol)
    alerts = sorted((one for one in known_alerts(events, chart.known_until) if one.open), key=urgency)
    grounds = None if due is None or decision is None else grounds_of(chart, due.dose.id, decision)
    past = past_of(chart.case.sheet.charted(), setting.now)
    return Handover(
        head=None if due is None else _head(chart, due),
        verdict=None if due is None else verdict_view(chart, due, decision),
        nothing="" if due is not None else nothing_words(chart),
        reasons=() if decision is None else met_reasons(decision, setting.measures, setting),
        alerts=tuple(
            around(_("{summary} Since {at}."), summary=recorded(one.summary), at=setting.at(one.raised_at))
            for one in alerts
        ),
        background=_background(chart, cycles),
        earlier=tuple(summary(cycle, setting.measures) for cycle in cycles[:-1]),
        doses=_doses(chart),
        values=_values(chart, past),
        present=_present(chart, past),
        asked=_asked(chart, past),
        grounds=grounds,
        missing=() if grounds is None else shortened(grounds.missing),
        clears=() if due is None or decision is None else clears_besides(chart, due.dose.id, decision),
        corrected=_corrected(chart),
    )


def _corrected(chart: Chart) -> tuple[str, ...]:
    """What was put right in the last day: weights, doses, values."""
    sheet, dosing, setting = chart.case.sheet, chart.case.protocol.dosing, chart.setting
    weights, doses = (corrected(sheet, dosing, setting) for corrected in (corrected_weights, corrected_doses))
    return (*weights, *doses, *corrected_values(sheet, setting))


def _head(chart: Chart, due: DoseProgress) -> DoseHead:
    return dose_head(due, chart.case.sheet.cycle(due.dose.cycle_id), chart.case.protocol, chart.setting)


def _background(chart: Chart, cycles: tuple[CycleTolerance, ...]) -> tuple[Fact, ...]:
    case, setting = chart.case, chart.setting
    pin = case.protocol.pin
    facts = [Fact(_("Protocol"), f"{pin.id} {pin.version}")]
    if not cycles:
        return (*facts, Fact(_("Cycle"), _("not admitted for this course yet")))
    now = cycles[-1]
    went_in = now.went_in()
    facts += [
        Fact(_("Admitted"), setting.ward.moment(now.cycle.admitted_at)),
        Fact(_("Cycle so far"), so_far(now)),
        Fact(_("Dosing weight"), f"{now.weight:f} kg"),
    ]
    if went_in:
        last = went_in[-1].progress.administration
        at = _("none") if last is None else setting.at(last.started_at)
        facts.append(Fact(_("Last dose"), _("dose {number}, {at}").format(number=went_in[-1].number, at=at)))
    return tuple(facts)


def _doses(chart: Chart) -> tuple[str, ...]:
    """What became of the last doses."""
    sheet = chart.case.sheet
    if not sheet.cycles:
        return ()
    past = [
        one
        for dose in sheet.doses_of(sheet.cycles[-1].id)
        if (one := dose_progress(sheet, dose, chart.case.protocol, chart.setting.now)).state
        in (DoseState.GIVEN, DoseState.INTERRUPTED, DoseState.SKIPPED)
    ]
    return tuple(
        _("Dose {number}, due {at}: {state}").format(
            number=one.dose.number, at=chart.setting.at(one.window.due_at), state=state_words(one)
        )
        for one in past[-_RECENT_DOSES:]
    )


def _values(chart: Chart, past: dict[str, Past]) -> tuple[ValueRow, ...]:
    """Every measured value as on the bedside form; what was never charted and is not needed is left out."""
    measures, needed = chart.setting.measures, chart.case.protocol.freshness
    shown = [measures[name] for name in layout.order(measures) if measures[name].numeric or measures[name].choices]
    return tuple(
        _value(chart, one, past.get(one.name, NEVER)) for one in shown if one.name in past or one.name in needed
    )


def _value(chart: Chart, measure: Measure, past: Past) -> ValueRow:
    protocol, setting, last = chart.case.protocol, chart.setting, past.last
    if last is None:
        return ValueRow(measure.label, _("not recorded"), "", True, "", measure_limits(protocol, measure))
    fresh_for = protocol.freshness.get(measure.name, protocol.fresh_for[measure.group])
    value, before = last.value, None if past.before is None else past.before.value
    numbers = measure.numeric and past.before is not None
    return ValueRow(
        label=measure.label,
        value=value_words(value, measure.unit),
        when=_("{at}, {ago}").format(at=setting.at(last.observed_at), ago=setting.ago(last.observed_at)),
        old=setting.now - last.observed_at > fresh_for,
        before=change_words(value, before) if numbers else "",  # type: ignore[arg-type]
        limit=measure_limits(protocol, measure),
    )


def _present(chart: Chart, past: dict[str, Past]) -> tuple[str, ...]:
    """Findings that were there when last asked."""
    found = [(name, one.last) for name, one in past.items() if one.last is not None and one.last.value is True]
    return tuple(
        _("{finding}, {at}").format(finding=chart.setting.label(name), at=chart.setting.at(row.observed_at))
        for name, row in found
    )


def _asked(chart: Chart, past: dict[str, Past]) -> str:
    """How many findings were asked for within the last day and not there; the rest were not asked."""
    since = chart.setting.now - _DAY
    no = [one.last for one in past.values() if one.last is not None and one.last.value is False]
    recent = sum(1 for row in no if row.observed_at >= since)
    return _("{number} other findings were asked for in the last 24 h and absent.").format(number=recent)

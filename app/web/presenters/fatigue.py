"""What does a ward read about how much its alerts ask of it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from app.domain.control_chart import LEAST_PERIODS, Chart, Point
from app.domain.deadlines import NO_DECISION, OBSERVATIONS, OVERDUE, RECHECK
from app.domain.explain import label_words
from app.domain.fatigue import Fatigue, Waited, subject
from app.domain.limit_words import limit_words
from app.domain.measure import Measures
from app.domain.scores.warning import KEY as NEWS2
from app.services.deciding import VOID
from app.services.emergency import NOTICE
from app.services.fatigue import WardFatigue
from app.services.reported import DEVIATION, OVERDOSE
from app.web.formats import date_words, first_upper, plain
from app.web.translate import _, mark, several
from dashboards.fatigue import per_hundred, wait_words

_TENTH = Decimal("0.1")
_MINUTE = timedelta(minutes=1)
_SUBJECTS: Mapping[str, str] = {
    NEWS2: mark("NEWS2"),
    OBSERVATIONS: mark("Observations overdue"),
    NO_DECISION: mark("No decision"),
    OVERDUE: mark("Dose overdue"),
    RECHECK: mark("Recheck overdue"),
    "held_occasions": mark("Held occasions"),
    subject(DEVIATION): mark("Given against the criteria"),
    "engine_fault": mark("The evaluation failed"),
    subject(OVERDOSE): mark("More than a whole dose given"),
    subject(VOID): mark("Given on what no longer holds"),
    subject(NOTICE): mark("Emergency access"),
}
"""What is no criterion of a protocol, by the subject of its alerts."""


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day of a control chart in words."""

    day: str
    alerts: int
    decisions: int
    rate: str
    limits: str
    signal: str


@dataclass(frozen=True, slots=True)
class RateRow:
    """How often one criterion fired; `signal` says what is unusual about it, "" for nothing."""

    key: str
    label: str
    alerts: int
    rate: str
    signal: str


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """How often an order was milder than a criterion called for."""

    label: str
    orders: int
    milder: int
    share: str


@dataclass(frozen=True, slots=True)
class FatigueView:
    """The whole page: what is told in sentences, and the tables beside the figures."""

    period: str
    facts: tuple[tuple[str, str], ...]
    key: str | None
    label: str
    firing: str
    days: tuple[DayRow, ...]
    rates: tuple[RateRow, ...]
    never: tuple[str, ...] | None
    waiting: str
    waits: tuple[tuple[str, int], ...]
    overridden: str
    overrides: tuple[OverrideRow, ...]


def fatigue_view(found: WardFatigue, measures: Measures, key: str | None) -> FatigueView:
    """The page with the control chart of `key`, of all alerts where it is None or none of theirs."""
    figures, labels = found.figures, labels_of(found, measures)
    key = key if key in figures.by_key else None
    chart = chart_of(found, key)
    label = _("All alerts") if key is None else labels[key]
    overrides = sorted(figures.overridden, key=lambda row: (-(row.percent or Decimal(0)), row.criterion))
    return FatigueView(
        period=_("{first} to {last}").format(first=date_words(found.first), last=date_words(found.last)),
        facts=_facts(figures),
        key=key,
        label=label,
        firing=_firing_words(label, chart),
        days=tuple(_day(point) for point in reversed(chart.points)),
        rates=tuple(
            sorted((_rate(one, labels[one], of) for one, of in figures.by_key.items()), key=lambda row: -row.alerts)
        ),
        never=tuple(labels[one] for one in figures.never) if figures.decisions > 0 else None,
        waiting=_waiting_words(figures),
        waits=tuple(zip(wait_words(), figures.waits, strict=True)),
        overridden=_overridden_words(figures),
        overrides=tuple(
            OverrideRow(labels[row.criterion], row.orders, row.milder, _share(row.percent)) for row in overrides
        ),
    )


def chart_of(found: WardFatigue, key: str | None) -> Chart:
    """The control chart of a criterion; of all alerts where it never fired."""
    return found.figures.firing if key is None else found.figures.by_key.get(key, found.figures.firing)


def labels_of(found: WardFatigue, measures: Measures) -> Mapping[str, str]:
    """What every key of the figures is called."""
    told = {*found.figures.by_key, *found.figures.never, *(row.criterion for row in found.figures.overridden)}
    return {key: _label(found, measures, key) for key in told}


def _label(found: WardFatigue, measures: Measures, key: str) -> str:
    criterion = found.criteria.get(key)
    if criterion is None:
        return _(_SUBJECTS[key]) if key in _SUBJECTS else first_upper(plain(key))
    return f"{label_words(criterion, measures)}, {limit_words(criterion)}"


def _facts(figures: Fatigue) -> tuple[tuple[str, str], ...]:
    rate = figures.per_100_doses
    none = _("no dose went in")
    return (
        (_("Alerts raised"), str(figures.alerts)),
        (_("Doses that went in"), str(figures.given)),
        (_("Alerts per 100 doses"), none if rate is None else f"{rate.quantize(_TENTH):f}"),
        (_("Median time to acknowledge"), _waited(figures.acknowledged)),
        (_("Median time to escalate"), _waited(figures.escalated)),
    )


def _waited(waited: Waited) -> str:
    if waited.median is None:
        return _("none of {alerts}").format(alerts=waited.alerts) if waited.alerts else _("no alert")
    length = _length(waited.median)
    return _("{length} ({followed} of {alerts})").format(length=length, followed=waited.followed, alerts=waited.alerts)


def _length(length: timedelta) -> str:
    """Minutes with one digit: half a minute matters here."""
    return _("{minutes} min").format(minutes=f"{(Decimal(length // timedelta(seconds=1)) / 60).quantize(_TENTH):f}")


def _firing_words(label: str, chart: Chart) -> str:
    if chart.centre is None:
        return _("{label}: no decision was taken in this period, so there is no rate.").format(label=label)
    words = _("{label}: {alerts} raised, {rate} per 100 decisions.").format(
        label=label, alerts=chart.times, rate=per_hundred(chart.centre)
    )
    if not chart.limited:
        few = _("No limits: they need {least} days with decisions.").format(least=LEAST_PERIODS)
        return f"{words} {few}"
    beyond = _signal(chart) or _("No day lies beyond the limits.")
    return f"{words} {beyond}"


def _signal(chart: Chart) -> str:
    found = []
    above, below = sum(point.above for point in chart.points), sum(point.below for point in chart.points)
    if above:
        found.append(several("{number} day above the upper limit.", "{number} days above the upper limit.", above))
    if below:
        found.append(several("{number} day below the lower limit.", "{number} days below the lower limit.", below))
    if chart.silent_since is not None:
        found.append(
            _("Silent since {day}, longer than its own rate explains.").format(day=date_words(chart.silent_since))
        )
    return " ".join(found)


def _rate(key: str, label: str, chart: Chart) -> RateRow:
    return RateRow(key, label, chart.times, per_hundred(chart.centre), _signal(chart))


def _day(point: Point) -> DayRow:
    limits = "–" if point.high is None else f"{per_hundred(point.low)} – {per_hundred(point.high)}"
    signal = _("above") if point.above else _("below") if point.below else ""
    return DayRow(date_words(point.day), point.times, point.units, per_hundred(point.rate), limits, signal)


def _waiting_words(figures: Fatigue) -> str:
    if figures.alerts == 0:
        return _("No alert was raised in this period.")
    return _("Of {alerts} alerts {followed} were acknowledged, {open} not yet.").format(
        alerts=figures.alerts, followed=figures.acknowledged.followed, open=figures.waits[-1]
    )


def _overridden_words(figures: Fatigue) -> str:
    if not figures.overridden:
        return _("No order was written on a decision at which a criterion called for a dose to be withheld.")
    most = max(figures.overridden, key=lambda row: (row.percent or Decimal(0), row.criterion))
    if most.milder == 0:
        return _("No order was milder than a criterion called for.")
    return _("Orders milder than the criterion called for, by criterion; the highest share is {share}.").format(
        share=_share(most.percent)
    )


def _share(percent: Decimal | None) -> str:
    return "–" if percent is None else f"{percent.quantize(Decimal(1)):f} %"

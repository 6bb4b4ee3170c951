"""What would have to be recorded for the criteria to call for this no longer?

Worked out from the rows themselves, so that it cannot disagree with the decision; it promises nothing.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from app.domain.band import Band
from app.domain.clearing_words import condition_words, inline, join_words, target_words
from app.domain.decision import Decision, Finding
from app.domain.explain import choice_words
from app.domain.measure import Kind, Measure, Value
from app.domain.protocol import Protocol, Row, WindowKind
from app.domain.tongue import mark, worded
from app.domain.vocabulary import BINDING, Class, Why

_MINUTE = timedelta(minutes=1)
_NAMED = 3
"""More choices than this are not listed: the one to leave is named instead."""
_UNTIL_GIVEN = (WindowKind.MAX_SINCE_LAST_DOSE, WindowKind.EVENT_SINCE_LAST_DOSE)
_RECORD = {
    Why.MISSING: mark("Record: {labels}."),
    Why.STALE: mark("Record again: {labels}."),
    Why.MISTYPED: mark("Enter again: {labels}."),
    Why.DISCORDANT: mark("Repeat, more than {minutes} min after the reading that disagrees: {labels}."),
    Why.IMPLAUSIBLE: mark("Repeat: {labels}."),
    Why.CONTRADICTORY: mark("Check against the other values, and correct what is wrong: {labels}."),
    Why.COVERAGE: mark("Chart the whole period, 0 where there was none: {labels}."),
    Why.OVERLAP: mark("Correct the intervals that overlap: {labels}."),
    Why.BASELINE: mark("Record the baseline: {labels}."),
    Why.FUTURE: mark("Correct the time: {labels}."),
}
_RULES = {
    "window_closed": mark("The time for this dose is over: the next dose is judged anew."),
    "held_occasions": mark("Held occasions stay counted for the cycle: only a prescriber's order gives."),
}
_BINDS = mark(
    "Clearing the criteria does not lift a stop: it binds what comes after, and only a prescriber's order gives."
)


def would_clear(decision: Decision, protocol: Protocol) -> tuple[str, ...]:
    """One sentence for each thing to be recorded or waited for, gravest first; none for what calls for nothing."""
    met = [_clears(finding, protocol.row_of(finding.criterion.id), protocol) for finding in decision.met()]
    rules = [worded(_RULES[rule.name]) for rule in decision.rules if rule.name in _RULES]
    unsettled = [_settles(finding, protocol.row_of(finding.criterion.id), protocol) for finding in decision.open()]
    binds = [worded(_BINDS)] if decision.action in BINDING else []
    said = (*met, *rules, *_supply(decision, protocol), *unsettled, *binds)
    return tuple(dict.fromkeys(sentence for sentence in said if sentence is not None))


def _supply(decision: Decision, protocol: Protocol) -> list[str]:
    """What to record for the required measures that cannot be used, one sentence for each reason."""
    lacking: dict[Why, list[str]] = {}
    for missing in decision.missing:
        if missing.why in _RECORD and missing.measure in protocol.measures:
            lacking.setdefault(missing.why, []).append(inline(protocol.measures[missing.measure]))
    minutes = protocol.timing.discordant_within // _MINUTE
    return [worded(_RECORD[why], labels=", ".join(labels), minutes=minutes) for why, labels in lacking.items()]


def _settles(finding: Finding, row: Row, protocol: Protocol) -> str | None:
    """What settles a criterion that is open for another reason than missing data."""
    if finding.why is Why.UNCONFIRMED:
        return _recheck(row, protocol)
    if finding.why in (Why.UNCOVERED, Why.PERSISTING):
        return _clears(finding, row, protocol)
    return None


def _recheck(row: Row, protocol: Protocol) -> str:
    """A fast rate counts only on a second reading while the conditions hold; one below the range clears it."""
    label = inline(protocol.measures[row.measure])
    holds = [condition_words(condition, protocol.measures) for condition in row.window.while_]
    during = worded(", with {conditions}", conditions=join_words(holds)) if holds else ""
    return worded(
        "Recheck {label}, at least {minutes} min after the reading before{during}.",
        label=label,
        minutes=row.window.gap // _MINUTE,
        during=during,
    )


def _clears(finding: Finding, row: Row, protocol: Protocol) -> str:
    label = protocol.measures[row.measure].label
    if finding.criterion.cls is Class.PERMANENT:
        return worded("{label}: nothing clears it, it stands for the whole course.", label=label)
    if row.window.answered_by is not None:
        return worded(
            "{label}: answered by this, recorded after it: {other}.",
            label=label,
            other=inline(protocol.measures[row.window.answered_by]),
        )
    if row.window.kind in _UNTIL_GIVEN:
        return worded("{label}: counts until a dose is given, no later reading takes it back.", label=label)
    if row.window.after_dose:
        return worded("{label}: recorded as absent after the next dose that is given.", label=label)
    if row.window.clear:
        return f"{label}: {_unlatches(row, protocol)}."
    return f"{label}{_target(finding, row, protocol.measures[row.measure])}."


def _unlatches(row: Row, protocol: Protocol) -> str:
    """The conditions of a latch in words."""
    clear = join_words([condition_words(condition, protocol.measures) for condition in row.window.clear])
    quiet = [inline(protocol.measures[name]) for name in row.window.quiet]
    return (
        worded("{clear}; none of these present or recorded since: {names}", clear=clear, names=", ".join(quiet))
        if quiet
        else clear
    )


def _target(finding: Finding, row: Row, measure: Measure) -> str:
    """The nearest values that meet no criterion of the row."""
    if row.clear_bands:
        change = worded(", change from baseline") if row.window.kind is WindowKind.SINCE_BASELINE else ""
        period = "" if finding.criterion.period is None else worded(" in {period}", period=finding.criterion.period)
        band = _nearest(row.clear_bands, finding.value)
        return f"{change}: {target_words(band, row.unit, whole=measure.kind is Kind.INTERVAL)}{period}"
    if not row.clear_choices:
        return worded(": recorded as absent")
    if len(row.clear_choices) > _NAMED:
        return worded(": no longer {choice}", choice=choice_words(str(finding.value)))
    left = join_words([choice_words(choice) for choice in row.clear_choices], worded("or"))
    return f": {left}"


def _nearest(bands: tuple[Band, ...], value: Value | None) -> Band:
    """The band that a number is nearest to; the first where there is no number."""
    if not isinstance(value, Decimal):
        return bands[0]
    ends = [(abs(end - value), band) for band in bands for end in (band.low, band.high) if end is not None]
    return min(ends, key=lambda one: one[0])[1]

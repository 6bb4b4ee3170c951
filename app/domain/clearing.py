"""What would have to be recorded for the criteria to call for this no longer?

Worked out from the rows themselves, so that it cannot disagree with the decision; it promises nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from app.domain.band import Band
from app.domain.clearing_words import condition_words, inline, join_words, target_words
from app.domain.decision import Decision, Finding
from app.domain.explain import choice_words
from app.domain.measure import Kind, Measures, Value
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
    Why.IMPLAUSIBLE: mark("Repeat, more than {minutes} min after the implausible reading: {labels}."),
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
_WOULD_COUNT = mark(
    "If the dose were held, the occasion would stay counted for the cycle: only a prescriber's order would give."
)
_BINDS = mark(
    "Clearing the criteria does not lift a stop: it binds what comes after, and only a prescriber's order gives."
)


def would_clear(decision: Decision, protocol: Protocol, last_given_at: datetime | None) -> tuple[str, ...]:
    """One sentence for each thing to be recorded or waited for, gravest first; none for what calls for nothing.

    `last_given_at` is when the last dose before the decision went in.
    """
    met = [_clears(finding, protocol, last_given_at) for finding in decision.met()]
    rules = [_rule(rule.name, decision, protocol) for rule in decision.rules if rule.name in _RULES]
    unsettled = [_settles(finding, protocol, last_given_at) for finding in decision.open()]
    binds = [worded(_BINDS)] if _binds(decision) else []
    said = (*met, *rules, *_supply(decision, protocol), *unsettled, *binds)
    return tuple(dict.fromkeys(sentence for sentence in said if sentence is not None))


def _rule(name: str, decision: Decision, protocol: Protocol) -> str:
    """A provisional decision is no held occasion itself."""
    held, behind = protocol.held_rule, decision.counts.held_doses
    conditional = name == "held_occasions" and decision.provisional and held is not None and behind < held.at_least
    return worded(_WOULD_COUNT if conditional else _RULES[name])


def _binds(decision: Decision) -> bool:
    """A provisional stop binds nothing, unless it only repeats an earlier one."""
    earlier = any(rule.name == "earlier_decision" for rule in decision.rules)
    return decision.action in BINDING and (earlier or not decision.provisional)


def _supply(decision: Decision, protocol: Protocol) -> list[str]:
    """What to record for the required measures that cannot be used, one sentence for each reason."""
    lacking: dict[Why, list[str]] = {}
    for missing in decision.missing:
        if missing.why in _RECORD and missing.measure in protocol.measures:
            lacking.setdefault(missing.why, []).append(inline(protocol.measures[missing.measure]))
    minutes = protocol.timing.discordant_within // _MINUTE
    return [worded(_RECORD[why], labels=", ".join(labels), minutes=minutes) for why, labels in lacking.items()]


def _settles(finding: Finding, protocol: Protocol, last_given_at: datetime | None) -> str | None:
    """What settles a criterion that is open for another reason than missing data."""
    if finding.why is Why.UNCONFIRMED:
        return _recheck(protocol.row_of(finding.criterion.id), protocol)
    if finding.why in (Why.UNCOVERED, Why.PERSISTING):
        return _clears(finding, protocol, last_given_at)
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


def _clears(finding: Finding, protocol: Protocol, last_given_at: datetime | None) -> str:
    row = protocol.row_of(finding.criterion.id)
    label = protocol.measures[row.measure].label
    if finding.criterion.cls is Class.PERMANENT:
        return worded("{label}: nothing clears it, it stands for the whole course.", label=label)
    if row.window.answered_by is not None:
        return worded(
            "{label}: answered by this, recorded after it: {other}.",
            label=label,
            other=inline(protocol.measures[row.window.answered_by]),
        )
    if row.window.kind in _UNTIL_GIVEN and _since(last_given_at, finding):
        return worded("{label}: counts until a dose is given, no later reading takes it back.", label=label)
    if row.window.after_dose:
        return worded("{label}: recorded as absent after the next dose that is given.", label=label)
    if row.window.clear:
        return f"{label}: {_unlatches(row, protocol)}."
    return f"{label}{_target(finding, row, protocol.measures)}."


def _since(last_given_at: datetime | None, finding: Finding) -> bool:
    """True of what was taken after the last dose; what was taken before it counts only as the latest reading."""
    return last_given_at is None or finding.observed_at is None or finding.observed_at >= last_given_at


def _unlatches(row: Row, protocol: Protocol) -> str:
    """The conditions of a latch in words."""
    clear = join_words([condition_words(condition, protocol.measures) for condition in row.window.clear])
    quiet = [inline(protocol.measures[name]) for name in row.window.quiet]
    return (
        worded("{clear}; none of these present or recorded since: {names}", clear=clear, names=", ".join(quiet))
        if quiet
        else clear
    )


def _target(finding: Finding, row: Row, measures: Measures) -> str:
    """The nearest values that meet no criterion of the row; where none does, the conditions under which it counts."""
    measure = measures[row.measure]
    if row.clear_bands:
        change = worded(", change from baseline") if row.window.kind is WindowKind.SINCE_BASELINE else ""
        period = "" if finding.criterion.period is None else worded(" in {period}", period=finding.criterion.period)
        band = _nearest(row.clear_bands, finding.value)
        return f"{change}: {target_words(band, row.unit, whole=measure.kind is Kind.INTERVAL)}{period}"
    if not row.clear_choices:
        return worded(": recorded as absent") if measure.kind is Kind.FINDING else _ends(row, measures)
    if len(row.clear_choices) > _NAMED:
        return worded(": no longer {choice}", choice=choice_words(str(finding.value)))
    left = join_words([choice_words(choice) for choice in row.clear_choices], worded("or"))
    return f": {left}"


def _ends(row: Row, measures: Measures) -> str:
    if not row.when:
        return worded(": no value clears it")
    holds = join_words([condition_words(condition, measures) for condition in row.when])
    return worded(": no value clears it, it counts only with {conditions}", conditions=holds)


def _nearest(bands: tuple[Band, ...], value: Value | None) -> Band:
    """The band that a number is nearest to; the first where there is no number."""
    if not isinstance(value, Decimal):
        return bands[0]
    ends = [(abs(end - value), band) for band in bands for end in (band.low, band.high) if end is not None]
    return min(ends, key=lambda one: one[0])[1]

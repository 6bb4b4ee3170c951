"""Over which readings does a row of a protocol count, in words a clinician can check against the paper?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from app.domain.explain import choice_words
from app.domain.limit_words import band_words
from app.domain.measure import Measures
from app.domain.protocol import Condition, Criterion, Protocol, Row, Window, WindowKind
from app.domain.tongue import mark, worded
from app.domain.vocabulary import Class

_KINDS = {
    WindowKind.LATEST: mark("The latest value"),
    WindowKind.MAX_SINCE_LAST_DOSE: mark("The highest value since the last dose"),
    WindowKind.EVENT_SINCE_LAST_DOSE: mark("Present at any time since the last dose"),
    WindowKind.SUM: mark("The total of the last {span}, of which {minimum} must be charted"),
    WindowKind.CONSECUTIVE_SUMS: mark("Each of the last {periods} totals over {span}, {minimum} of each charted"),
    WindowKind.SINCE_BASELINE: mark("The change of the latest value from that before the cycle"),
    WindowKind.AGAINST_BASELINE: mark("The latest result, where it was passed before the cycle"),
    WindowKind.PERSISTENT: mark("Two values, {gap} to {span} apart, and every one between them"),
    WindowKind.DURATION: mark("Present for at least {span} without a break"),
    WindowKind.OUTLASTED: mark("Present for longer than {span} without a break"),
    WindowKind.LATCHED: mark("The latest value"),
    WindowKind.COUNT: mark("How often it was present in this cycle"),
}

_REMEMBERING = (WindowKind.LATCHED, WindowKind.COUNT, WindowKind.OUTLASTED)
"""Kinds whose criteria stay met after the readings that met them."""


def window_words(row: Row, criterion: Criterion, measures: Measures) -> tuple[str, ...]:
    """What is compared for a criterion of the row, and what else must hold, one sentence each."""
    window = row.window
    said = [
        worded(
            _KINDS[window.kind],
            span=span_words(window.span),
            minimum=span_words(window.minimum),
            gap=span_words(window.gap),
            periods=window.periods,
        )
    ]
    said += [worded("only while {condition}", condition=_condition(one, measures)) for one in row.when]
    said += [worded("only at values while {condition}", condition=_condition(one, measures)) for one in window.while_]
    if window.answered_by is not None:
        said.append(worded("answered by a later {answered_by}", answered_by=_label(window.answered_by, measures)))
    said += _lasting(window, criterion, measures) if window.kind in _REMEMBERING else []
    if window.per is not None:
        said.append(
            worded("for each kg of the greater of {per} before the cycle and now", per=_label(window.per, measures))
        )
    if row.when_taken:
        said.append(worded("judged only where it was taken"))
    return tuple(said)


def unless_words(row: Row, protocol: Protocol) -> str:
    """The criteria that answer for the row where one of them is met; "" for none."""
    if not row.unless:
        return ""
    named = dict.fromkeys(_label(protocol.criterion(name).measure, protocol.measures) for name in row.unless)
    return worded("Not judged where one of these is met: {names}", names=", ".join(named))


def span_words(span: timedelta) -> str:
    """`15 min`, `7 h 30 min`, `120 h`; a length of time to the minute, in hours as the papers print it."""
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    if minutes:
        return (
            worded("{hours} h {minutes} min", hours=hours, minutes=minutes)
            if hours
            else worded("{minutes} min", minutes=minutes)
        )
    return f"{hours} h"


def _lasting(window: Window, criterion: Criterion, measures: Measures) -> list[str]:
    """How long a criterion stays met once it was, and what takes it back."""
    if criterion.cls is Class.PERMANENT:
        return [worded("once met it stays met for the course")]
    if criterion.cls is not Class.WITHHOLD:
        return []
    said = [worded("once met it stays met until cleared by a later value that meets no criterion")]
    if window.clear:
        clear = worded(" and ").join(_condition(one, measures) for one in window.clear)
        said = [worded("once met it stays met until {clear}", clear=clear)]
    if window.quiet:
        said.append(
            worded(
                "not cleared while this is present or was since: {names}",
                names=_list(_label(n, measures) for n in window.quiet),
            )
        )
    return [*said, worded("not cleared before the next dose")] if window.after_dose else said


def _condition(condition: Condition, measures: Measures) -> str:
    label = _label(condition.measure, measures)
    if condition.nearest:
        label = worded("{label} nearest in time", label=label)
    if condition.band is None:
        return worded(
            "{label} is {names}",
            label=label,
            names=_list(choice_words(choice) for choice in sorted(condition.choices)),
        )
    return f"{label} {band_words(condition.band, measures[condition.measure].unit)}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)


def _label(measure: str, measures: Measures) -> str:
    words = measures[measure].label
    return words if words[:2].isupper() else words[:1].lower() + words[1:]

"""Over which readings does a row of a protocol count, in words a clinician can check against the paper?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from app.domain.limit_words import band_words
from app.domain.measure import Measures
from app.domain.protocol import Condition, Criterion, Protocol, Row, Window, WindowKind
from app.domain.vocabulary import Class

_KINDS = {
    WindowKind.LATEST: "The latest value",
    WindowKind.MAX_SINCE_LAST_DOSE: "The highest value since the last dose",
    WindowKind.EVENT_SINCE_LAST_DOSE: "Present at any time since the last dose",
    WindowKind.SUM: "The total of the last {span}, of which {minimum} must be charted",
    WindowKind.CONSECUTIVE_SUMS: "Each of the last {periods} totals over {span}, {minimum} of each charted",
    WindowKind.SINCE_BASELINE: "The change of the latest value from that before the cycle",
    WindowKind.AGAINST_BASELINE: "The latest result, where it was passed before the cycle",
    WindowKind.PERSISTENT: "Two values, {gap} to {span} apart, and every one between them",
    WindowKind.DURATION: "Present for at least {span} without a break",
    WindowKind.OUTLASTED: "Present for longer than {span} without a break",
    WindowKind.LATCHED: "The latest value",
    WindowKind.COUNT: "How often it was present in this cycle",
}

_REMEMBERING = (WindowKind.LATCHED, WindowKind.COUNT, WindowKind.OUTLASTED)
"""Kinds whose criteria stay met after the readings that met them."""


def window_words(row: Row, criterion: Criterion, measures: Measures) -> tuple[str, ...]:
    """What is compared for a criterion of the row, and what else must hold, one sentence each."""
    window = row.window
    said = [
        _KINDS[window.kind].format(
            span=span_words(window.span),
            minimum=span_words(window.minimum),
            gap=span_words(window.gap),
            periods=window.periods,
        )
    ]
    said += [f"only while {_condition(one, measures)}" for one in row.when]
    said += [f"only at values while {_condition(one, measures)}" for one in window.while_]
    if window.answered_by is not None:
        said.append(f"answered by a later {_label(window.answered_by, measures)}")
    said += _lasting(window, criterion, measures) if window.kind in _REMEMBERING else []
    if window.per is not None:
        said.append(f"for each kg of the greater of {_label(window.per, measures)} before the cycle and now")
    if row.when_taken:
        said.append("judged only where it was taken")
    return tuple(said)


def unless_words(row: Row, protocol: Protocol) -> str:
    """The criteria that answer for the row where one of them is met; "" for none."""
    if not row.unless:
        return ""
    named = dict.fromkeys(_label(protocol.criterion(name).measure, protocol.measures) for name in row.unless)
    return f"Not judged where one of these is met: {', '.join(named)}"


def span_words(span: timedelta) -> str:
    """`15 min`, `7 h 30 min`, `120 h`; a length of time to the minute, in hours as the papers print it."""
    hours, minutes = divmod(span // timedelta(minutes=1), 60)
    if minutes:
        return f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return f"{hours} h"


def _lasting(window: Window, criterion: Criterion, measures: Measures) -> list[str]:
    """How long a criterion stays met once it was, and what takes it back."""
    if criterion.cls is Class.PERMANENT:
        return ["once met it stays met for the course"]
    if criterion.cls is not Class.WITHHOLD:
        return []
    said = ["once met it stays met until cleared by a later value that meets no criterion"]
    if window.clear:
        clear = " and ".join(_condition(one, measures) for one in window.clear)
        said = [f"once met it stays met until {clear}"]
    if window.quiet:
        said.append(f"not cleared while this was present since: {_list(_label(n, measures) for n in window.quiet)}")
    return [*said, "not cleared before the next dose"] if window.after_dose else said


def _condition(condition: Condition, measures: Measures) -> str:
    label = _label(condition.measure, measures)
    if condition.nearest:
        label = f"{label} nearest in time"
    if condition.band is None:
        return f"{label} is {_list(choice.replace('_', ' ') for choice in sorted(condition.choices))}"
    return f"{label} {band_words(condition.band, measures[condition.measure].unit)}"


def _list(words: Iterable[str]) -> str:
    return ", ".join(words)


def _label(measure: str, measures: Measures) -> str:
    words = measures[measure].label
    return words if words[:2].isupper() else words[:1].lower() + words[1:]

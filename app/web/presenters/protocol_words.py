"""Over which readings does a row of a protocol count, in words a clinician can check against the paper?"""

from __future__ import annotations

from app.domain.measure import Measures
from app.domain.protocol import Condition, Protocol, Row, WindowKind
from app.domain.units import unit_words
from app.web.formats import length_words
from app.web.presenters.limits import bands_words, choices_words
from app.web.translate import _, mark, several

_KINDS = {
    WindowKind.LATEST: mark("The latest value"),
    WindowKind.MAX_SINCE_LAST_DOSE: mark("The highest value since the last dose"),
    WindowKind.EVENT_SINCE_LAST_DOSE: mark("Present at any time since the last dose"),
    WindowKind.SUM: mark("The total of the last {span}, of which {minimum} must be charted"),
    WindowKind.CONSECUTIVE_SUMS: mark("Each of the last {periods} totals over {span}, {minimum} of each charted"),
    WindowKind.SINCE_BASELINE: mark("The change of the latest value from that before the cycle"),
    WindowKind.AGAINST_BASELINE: mark("The latest result, where it was passed before the cycle"),
    WindowKind.PERSISTENT: mark("Every value over at least {span}, no more than {gap} apart"),
    WindowKind.DURATION: mark("Present for at least {span} without a break"),
}


def window_words(row: Row, measures: Measures) -> tuple[str, ...]:
    """What is compared, and what else must hold, one sentence each."""
    window = row.window
    said = [
        _(_KINDS[window.kind]).format(
            span=length_words(window.span),
            minimum=length_words(window.minimum),
            gap=length_words(window.gap),
            periods=window.periods,
        )
    ]
    said += [_("only while {condition}").format(condition=_condition(one, measures)) for one in row.when]
    said += [_("only at values while {condition}").format(condition=_condition(one, measures)) for one in window.while_]
    if window.answered_by is not None:
        said.append(_("answered by a later {measure}").format(measure=_label(window.answered_by, measures)))
    if row.when_taken:
        said.append(_("judged only where it was taken"))
    return tuple(said)


def unless_words(row: Row, protocol: Protocol) -> str:
    """The criteria that answer for the row where one of them is met; "" for none."""
    if not row.unless:
        return ""
    named = dict.fromkeys(_label(protocol.criterion(name).measure, protocol.measures) for name in row.unless)
    return _("Not judged where one of these is met: {criteria}").format(criteria=", ".join(named))


def days_words(days: int) -> str:
    return several("{number} day", "{number} days", days)


def _condition(condition: Condition, measures: Measures) -> str:
    label = _label(condition.measure, measures)
    if condition.band is None:
        return _("{measure} is {choices}").format(measure=label, choices=choices_words(sorted(condition.choices)))
    unit = unit_words(measures[condition.measure].unit or "")
    return f"{label} {bands_words((condition.band,))} {unit}".strip()


def _label(measure: str, measures: Measures) -> str:
    words = measures[measure].label
    return words if words[:2].isupper() else words[:1].lower() + words[1:]

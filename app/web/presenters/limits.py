"""How does a protocol's limit read beside a field?"""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.explain import choice_words
from app.domain.measure import Kind, Measure, Value
from app.domain.protocol import Protocol
from app.web.entry.layout import NONE_OF_CHOICE
from app.web.formats import first_upper
from dashboards.limits import calls, limits

_BASELINE_UNIT = "%"


def measure_limits(protocol: Protocol, measure: Measure) -> str:
    """`Hold from 120 /min; stop above 130 /min`; "" where the protocol sets none."""
    if measure.kind is Kind.FINDING:
        return _whole(calls_words(protocol, measure, True))
    if not measure.numeric:
        return ""
    found = [limit.words for limit in limits(protocol, measure.name, measure.unit)]
    if measure.unit != _BASELINE_UNIT:
        found += [limit.words for limit in limits(protocol, measure.name, _BASELINE_UNIT)]
    return _whole("; ".join(dict.fromkeys(found)))


def calls_words(protocol: Protocol, measure: Measure, value: Value) -> str:
    """What one choice, or a finding that is there, calls for: `stop`; "" for nothing."""
    if value == NONE_OF_CHOICE:
        return ""
    met = calls(protocol, measure.name, value)
    return "" if met is None else met[1]


def choices_words(choices: Iterable[str]) -> str:
    return ", ".join(choice_words(choice) for choice in choices)


def _whole(words: str) -> str:
    return first_upper(words)

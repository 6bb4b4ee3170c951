"""Over which readings is a row of a protocol file judged, and under which conditions?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain.measure import Kind, Measure, Measures
from app.domain.protocol import Condition, Window, WindowKind
from app.domain.protocol_bands import parse_band
from app.domain.protocol_keys import Keys

_POINT = (Kind.QUANTITY, Kind.CHOICE, Kind.FINDING)
_CAN_BE: Mapping[WindowKind, tuple[Kind, ...]] = {
    WindowKind.LATEST: _POINT,
    WindowKind.MAX_SINCE_LAST_DOSE: (Kind.QUANTITY,),
    WindowKind.EVENT_SINCE_LAST_DOSE: (Kind.FINDING, Kind.QUANTITY),
    WindowKind.SUM: (Kind.INTERVAL,),
    WindowKind.CONSECUTIVE_SUMS: (Kind.INTERVAL,),
    WindowKind.SINCE_BASELINE: (Kind.QUANTITY,),
    WindowKind.AGAINST_BASELINE: (Kind.CHOICE,),
    WindowKind.PERSISTENT: (Kind.QUANTITY,),
    WindowKind.DURATION: (Kind.CHOICE, Kind.FINDING),
    WindowKind.LATCHED: _POINT,
    WindowKind.COUNT: (Kind.FINDING,),
    WindowKind.OUTLASTED: (Kind.CHOICE, Kind.FINDING),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What a window can name: the measures there are, and how long a reading of each group holds."""

    measures: Measures
    fresh_for: Mapping[str, timedelta]

    def measure(self, keys: Keys, key: str) -> Measure:
        """The measure a key names; refuses an unknown one."""
        name = keys.text(key)
        if name not in self.measures:
            keys.refuse(key, f"is an unknown measure: {name}")
        return self.measures[name]


def parse_window(keys: Keys, measure: Measure, names: Names) -> Window:
    """The window of a row on `measure`; each kind takes its own parameters and no others."""
    kind = WindowKind(keys.one_of("kind", tuple(WindowKind)))
    if measure.kind not in _CAN_BE[kind]:
        keys.refuse("kind", f"does not go with {measure.name}, which is a {measure.kind}")
    window = Window(kind, **_PARAMETERS.get(kind, _nothing)(keys, names))
    keys.done()
    return window


def parse_conditions(keys: Keys, key: str, names: Names) -> tuple[Condition, ...]:
    """Conditions on other measures, all of which must hold; none where the key is not written."""
    return tuple(_condition(inner, names) for inner in keys.list_of_tables(key))


def _nothing(_keys: Keys, _names: Names) -> dict[str, Any]:
    return {}


def _event(keys: Keys, names: Names) -> dict[str, Any]:
    return {"answered_by": names.measure(keys, "answered_by").name if keys.has("answered_by") else None}


def _sum(keys: Keys, names: Names) -> dict[str, Any]:
    per = names.measure(keys, "per").name if keys.has("per") else None
    return {"span": keys.duration("span"), "minimum": keys.duration("minimum"), "per": per}


def _sums(keys: Keys, _names: Names) -> dict[str, Any]:
    spans = {"span": keys.duration("span"), "minimum": keys.duration("minimum")}
    return {**spans, "periods": keys.whole("periods")}


def _persistent(keys: Keys, names: Names) -> dict[str, Any]:
    spans = {"span": keys.duration("span"), "gap": keys.duration("gap")}
    return {**spans, "while_": parse_conditions(keys, "while", names)}


def _span(keys: Keys, _names: Names) -> dict[str, Any]:
    return {"span": keys.duration("span")}


def _latched(keys: Keys, names: Names) -> dict[str, Any]:
    quiet = tuple(keys.optional_texts("quiet"))
    for name in quiet:
        if name not in names.measures or names.measures[name].kind is not Kind.FINDING:
            keys.refuse("quiet", f"names no finding: {name}")
    clear = parse_conditions(keys, "clear", names)
    if any(condition.nearest for condition in clear):
        keys.refuse("clear", "cannot ask for the nearest reading")
    return {"clear": clear, "quiet": quiet, "after_dose": keys.flag("after_dose"), "event": keys.flag("event")}


_PARAMETERS: Mapping[WindowKind, Callable[[Keys, Names], dict[str, Any]]] = {
    WindowKind.EVENT_SINCE_LAST_DOSE: _event,
    WindowKind.SUM: _sum,
    WindowKind.CONSECUTIVE_SUMS: _sums,
    WindowKind.PERSISTENT: _persistent,
    WindowKind.DURATION: _span,
    WindowKind.OUTLASTED: _span,
    WindowKind.LATCHED: _latched,
}


def _condition(keys: Keys, names: Names) -> Condition:
    measure = names.measure(keys, "measure")
    choices = frozenset(keys.optional_texts("is"))
    if unknown := sorted(choices - set(measure.choices)):
        keys.refuse("is", f"names an unknown choice of {measure.name}: {unknown[0]}")
    if measure.numeric == bool(choices):
        keys.refuse("is", f"and the bounds do not fit {measure.name}: a choice takes `is`, a number takes bounds")
    band = None if choices else parse_band(keys)
    if band is not None and band.low is None and band.high is None:
        keys.refuse("from", "or another bound is missing")
    condition = Condition(measure.name, band, choices, names.fresh_for[measure.group], keys.flag("nearest"))
    keys.done()
    return condition

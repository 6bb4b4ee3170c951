"""What does one row of a protocol file say, and does it leave nothing out?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from app.domain.band import Band
from app.domain.measure import Kind, Measure, Measures
from app.domain.protocol import Condition, Criterion, Row, Source, Verification, Window, WindowKind
from app.domain.protocol_keys import Keys
from app.domain.vocabulary import Action, Class

NONE = "none"
_CLASSES = (NONE, *Class)
_ZERO = timedelta(0)
_SUMS = (WindowKind.SUM, WindowKind.CONSECUTIVE_SUMS)
_POINT = (Kind.QUANTITY, Kind.CHOICE, Kind.FINDING)
_CAN_BE: Mapping[WindowKind, tuple[Kind, ...]] = {
    WindowKind.LATEST: _POINT,
    WindowKind.MAX_SINCE_LAST_DOSE: (Kind.QUANTITY,),
    WindowKind.EVENT_SINCE_LAST_DOSE: (Kind.FINDING,),
    WindowKind.SUM: (Kind.INTERVAL,),
    WindowKind.CONSECUTIVE_SUMS: (Kind.INTERVAL,),
    WindowKind.SINCE_BASELINE: (Kind.QUANTITY,),
    WindowKind.AGAINST_BASELINE: (Kind.CHOICE,),
    WindowKind.PERSISTENT: (Kind.QUANTITY,),
    WindowKind.DURATION: (Kind.CHOICE, Kind.FINDING),
}


def parse_row(
    keys: Keys,
    measures: Measures,
    sources: Mapping[str, str],
    fresh_for: Mapping[str, timedelta],
    calls: Mapping[Class, Action],
) -> Row:
    """One row with its criteria, mildest first; raises ProtocolRefused naming file, row and key."""
    measure = _measure(keys, "measure", measures)
    window = _window(keys.inner("window"), measure, measures, fresh_for)
    row = Row(
        id=keys.text("id"),
        measure=measure.name,
        system=keys.text("system"),
        unit=_unit(keys, measure, window),
        window=window,
        when=tuple(_condition(inner, measures, fresh_for) for inner in keys.list_of_tables("when")),
        unless=tuple(keys.optional_texts("unless")),
        fresh_for=keys.duration("fresh_for") if keys.has("fresh_for") else fresh_for[measure.group],
        when_taken=keys.flag("when_taken"),
        criteria=(),
    )
    row = replace(row, criteria=_criteria(keys, row, measure, sources, calls))
    keys.done()
    return row


def _measure(keys: Keys, key: str, measures: Measures) -> Measure:
    name = keys.text(key)
    if name not in measures:
        keys.refuse(key, f"is an unknown measure: {name}")
    return measures[name]


def parse_source(keys: Keys, sources: Mapping[str, str]) -> Source:
    """Where a row is printed: one of the file's sources, the table where it has one, and the row."""
    ref = keys.text("ref")
    if ref not in sources:
        keys.refuse("ref", f"names no source of this file: {ref}")
    table, line = keys.optional_text("table"), keys.text("row")
    keys.done()
    return Source(ref, table, line, f"{ref}: {line}" if table is None else f"{ref}, {table}: {line}")


def _unit(keys: Keys, measure: Measure, window: Window) -> str | None:
    if not measure.numeric:
        if keys.has("unit"):
            keys.refuse("unit", f"does not go with {measure.name}, which is no number")
        return None
    expected = "%" if window.kind is WindowKind.SINCE_BASELINE else measure.unit
    if keys.text("unit") != expected:
        keys.refuse("unit", f"is wrong for {measure.name}: expected {expected}")
    return expected


def _window(keys: Keys, measure: Measure, measures: Measures, fresh_for: Mapping[str, timedelta]) -> Window:
    kind = WindowKind(keys.one_of("kind", tuple(WindowKind)))
    if measure.kind not in _CAN_BE[kind]:
        keys.refuse("kind", f"does not go with {measure.name}, which is a {measure.kind}")
    sums, persistent = kind in _SUMS, kind is WindowKind.PERSISTENT
    window = Window(
        kind=kind,
        span=keys.duration("span") if sums or persistent or kind is WindowKind.DURATION else _ZERO,
        minimum=keys.duration("minimum") if sums else _ZERO,
        periods=keys.whole("periods") if kind is WindowKind.CONSECUTIVE_SUMS else 1,
        gap=keys.duration("gap") if persistent else _ZERO,
        answered_by=_answer(keys, measures) if kind is WindowKind.EVENT_SINCE_LAST_DOSE else None,
        while_=_while(keys, measures, fresh_for) if persistent else (),
    )
    keys.done()
    return window


def _while(keys: Keys, measures: Measures, fresh_for: Mapping[str, timedelta]) -> tuple[Condition, ...]:
    return tuple(_condition(inner, measures, fresh_for) for inner in keys.list_of_tables("while"))


def _answer(keys: Keys, measures: Measures) -> str | None:
    return _measure(keys, "answered_by", measures).name if keys.has("answered_by") else None


def _condition(keys: Keys, measures: Measures, fresh_for: Mapping[str, timedelta]) -> Condition:
    measure = _measure(keys, "measure", measures)
    choices = frozenset(keys.optional_texts("is"))
    if unknown := sorted(choices - set(measure.choices)):
        keys.refuse("is", f"names an unknown choice of {measure.name}: {unknown[0]}")
    if measure.numeric == bool(choices):
        keys.refuse("is", f"and the bounds do not fit {measure.name}: a choice takes `is`, a number takes bounds")
    band = None if choices else _band(keys)
    if band is not None and band.low is None and band.high is None:
        keys.refuse("from", "or another bound is missing")
    condition = Condition(measure.name, band, choices, fresh_for[measure.group], keys.flag("nearest"))
    keys.done()
    return condition


def _band(keys: Keys) -> Band:
    if (keys.has("from") and keys.has("above")) or (keys.has("to") and keys.has("below")):
        keys.refuse("from", "and above, or to and below, exclude each other")
    low, high = keys.optional_number("from"), keys.optional_number("to")
    low_open, high_open = keys.has("above"), keys.has("below")
    low = keys.number("above") if low_open else low
    high = keys.number("below") if high_open else high
    empty = low is not None and high is not None and (low > high or (low == high and (low_open or high_open)))
    if empty:
        keys.refuse("from", "leaves nothing below its upper bound")
    return Band(low, low_open, high, high_open)


def _criteria(
    keys: Keys, row: Row, measure: Measure, sources: Mapping[str, str], calls: Mapping[Class, Action]
) -> tuple[Criterion, ...]:
    bands = _bands(keys) if measure.numeric else {}
    choices = _choices(keys, measure) if measure.kind is Kind.CHOICE else {}
    source = parse_source(keys.inner("source"), sources)
    verification = Verification(keys.one_of("verification", tuple(Verification)))
    ask, note = keys.optional_text("ask"), keys.optional_text("note")
    any_time = keys.values("any_time", measure.choices if measure.kind is Kind.CHOICE else (True,))
    return tuple(
        Criterion(
            id=f"{row.id}-{cls}",
            cls=cls,
            grade=grade,
            action=calls[cls],
            system=row.system,
            measure=row.measure,
            unit=row.unit,
            bands=tuple(bands.get(cls, ())),
            choices=frozenset(choices.get(cls, ())),
            threshold=_threshold(bands.get(cls, []), choices.get(cls, []), row),
            source=source,
            verification=verification,
            ask=ask,
            note=note,
            any_time=any_time,
            period=_period(row.window),
        )
        for grade, cls in enumerate(_classes(keys, measure, {*bands, *choices}, calls), 1)
    )


def _classes(keys: Keys, measure: Measure, named: set[str], calls: Mapping[Class, Action]) -> list[Class]:
    """The classes of the row, mildest first."""
    classes = {keys.one_of("when_true", tuple(Class))} if measure.kind is Kind.FINDING else named - {NONE}
    if not classes:
        keys.refuse("bands", "hold no criterion")
    for name in classes:
        if Class(name) not in calls:
            keys.refuse(name, "is a class whose action combination.calls does not say")
    return sorted((Class(name) for name in classes), key=lambda cls: calls[cls].rank)


def _bands(keys: Keys) -> dict[str, list[Band]]:
    found: list[tuple[str, Band]] = []
    for inner in keys.list_of_tables("bands"):
        found.append((inner.one_of("class", _CLASSES), _band(inner)))
        inner.done()
    if not found:
        keys.refuse("bands", "is missing")
    _check_cover(keys, [band for _, band in found])
    bands: dict[str, list[Band]] = {}
    for name, band in found:
        bands.setdefault(name, []).append(band)
    return bands


def _check_cover(keys: Keys, bands: list[Band]) -> None:
    """Every number lies in exactly one band: what a table leaves out must be said, not implied."""
    ordered = sorted(bands, key=lambda band: (band.low is not None, band.low or 0, band.low_open))
    if ordered[0].low is not None or ordered[-1].high is not None:
        keys.refuse("bands", "have a gap: the lowest and the highest band are unbounded")
    for lower, upper in pairwise(ordered):
        if lower.high is None or upper.low is None or lower.high > upper.low:
            keys.refuse("bands", "overlap")
        elif lower.high < upper.low or (lower.high_open and upper.low_open):
            keys.refuse("bands", f"have a gap at {lower.high}")
        elif not lower.high_open and not upper.low_open:
            keys.refuse("bands", f"overlap at {lower.high}")


def _choices(keys: Keys, measure: Measure) -> dict[str, list[str]]:
    inner = keys.inner("choices")
    classes: dict[str, list[str]] = {}
    for choice in measure.choices:
        if not inner.has(choice):
            inner.refuse(choice, "is a choice that nobody classified")
        classes.setdefault(inner.one_of(choice, _CLASSES), []).append(choice)
    inner.done()
    return classes


def _threshold(bands: list[Band], choices: list[str], row: Row) -> str:
    if choices:
        return " or ".join(choice.replace("_", " ") for choice in choices)
    if not bands:
        return "present"
    window = row.window
    period = _period(window)
    over = "" if period is None else f" in {period}"
    times = "" if window.periods == 1 else f", {window.periods} times in a row"
    return " or ".join(_range(band) for band in bands) + f" {row.unit}{over}{times}"


def _period(window: Window) -> str | None:
    hours = Decimal(window.span // timedelta(minutes=1)) / 60
    return f"{hours.normalize():f} h" if window.kind in _SUMS else None


def _range(band: Band) -> str:
    low = None if band.low is None else f"{band.low:f}"
    high = None if band.high is None else f"{band.high:f}"
    if low is not None and high is not None:
        return f"{low} {'<' if band.low_open else '≤'} x {'<' if band.high_open else '≤'} {high}"
    if low is not None:
        return f"{'>' if band.low_open else '≥'} {low}"
    return f"{'<' if band.high_open else '≤'} {high}"

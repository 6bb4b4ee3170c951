"""What does one row of a protocol file say, and does it leave nothing out?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple

from app.domain.band import Band
from app.domain.grading import Grading
from app.domain.measure import Kind, Measure, Measures, Value
from app.domain.protocol import CHANGE, TIMES, Criterion, Row, Window, WindowKind
from app.domain.protocol_bands import CLASSES, NONE, parse_bands, period_words, threshold_words
from app.domain.protocol_keys import Keys
from app.domain.protocol_window import Names, parse_conditions, parse_window
from app.domain.source import Source, Verification
from app.domain.vocabulary import Action, Class


class Split(NamedTuple):
    """How a row divides what it compares: over which window, in which unit, between which classes."""

    window: Window
    unit: str | None
    bands: Mapping[str, list[Band]]
    choices: Mapping[str, list[str]]


def parse_row(
    keys: Keys,
    measures: Measures,
    sources: Collection[str],
    fresh_for: Mapping[str, timedelta],
    calls: Mapping[Class, Action],
) -> Row:
    """One row with its criteria, mildest first; raises ProtocolRefused naming file, row and key."""
    names = Names(measures, fresh_for)
    measure = names.measure(keys, "measure")
    window = parse_window(keys.inner("window"), measure, names)
    unit = _unit(keys, measure, window, names)
    bands = parse_bands(keys) if unit is not None else {}
    choices = _choices(keys, measure) if measure.kind is Kind.CHOICE else {}
    criteria = _criteria(keys, measure, Split(window, unit, bands, choices), sources, calls)
    row = Row(
        id=keys.text("id"),
        measure=measure.name,
        system=keys.text("system"),
        unit=unit,
        window=window,
        when=parse_conditions(keys, "when", names),
        unless=tuple(keys.optional_texts("unless")),
        fresh_for=keys.duration("fresh_for") if keys.has("fresh_for") else fresh_for[measure.group],
        when_taken=keys.flag("when_taken"),
        criteria=criteria,
        grade=_grading(criteria, bands).of,
        clear_bands=tuple(bands.get(NONE, ())),
        clear_choices=tuple(choices.get(NONE, ())),
    )
    keys.done()
    return row


def parse_source(keys: Keys, sources: Collection[str]) -> Source:
    """Where a row is printed: one of the file's sources, the table where it has one, and the row."""
    ref = keys.text("ref")
    if ref not in sources:
        keys.refuse("ref", f"names no source of this file: {ref}")
    table, line = keys.optional_text("table"), keys.text("row")
    keys.done()
    return Source(ref, table, line, f"{ref}: {line}" if table is None else f"{ref}, {table}: {line}")


def _unit(keys: Keys, measure: Measure, window: Window, names: Names) -> str | None:
    """The unit of what is compared: the measure's own, a change, a count, or a volume per weight."""
    if not measure.numeric and window.kind is not WindowKind.COUNT:
        if keys.has("unit"):
            keys.refuse("unit", f"does not go with {measure.name}, which is no number")
        return None
    expected = {WindowKind.SINCE_BASELINE: CHANGE, WindowKind.COUNT: TIMES}.get(window.kind, measure.unit)
    if window.per is not None:
        expected = f"{measure.unit}/{names.measures[window.per].unit}"
    if keys.text("unit") != expected:
        keys.refuse("unit", f"is wrong for {measure.name}: expected {expected}")
    return expected


def _criteria(
    keys: Keys, measure: Measure, split: Split, sources: Collection[str], calls: Mapping[Class, Action]
) -> tuple[Criterion, ...]:
    window, unit, bands, choices = split
    source = parse_source(keys.inner("source"), sources)
    verification = Verification(keys.one_of("verification", tuple(Verification)))
    ask, note = keys.optional_text("ask"), keys.optional_text("note")
    any_time = keys.values("any_time", _any_time(measure, unit))
    row_id, system = keys.text("id"), keys.text("system")
    return tuple(
        Criterion(
            id=f"{row_id}-{cls}",
            cls=cls,
            grade=grade,
            action=calls[cls],
            system=system,
            measure=measure.name,
            unit=unit,
            bands=tuple(bands.get(cls, ())),
            choices=frozenset(choices.get(cls, ())),
            threshold=threshold_words(bands.get(cls, []), choices.get(cls, []), unit, window),
            source=source,
            verification=verification,
            ask=ask,
            when_taken=keys.flag("when_taken"),
            note=note,
            any_time=any_time,
            period=period_words(window),
        )
        for grade, cls in enumerate(_classes(keys, unit, measure, {*bands, *choices}, calls), 1)
    )


def _any_time(measure: Measure, unit: str | None) -> tuple[bool | str, ...]:
    """What can alert at any hour: a choice, a finding that is present, or a class of a number."""
    if unit is not None:
        return tuple(str(cls) for cls in Class)
    return measure.choices if measure.kind is Kind.CHOICE else (True,)


def _classes(
    keys: Keys, unit: str | None, measure: Measure, named: set[str], calls: Mapping[Class, Action]
) -> list[Class]:
    """The classes of the row, mildest first."""
    present = measure.kind is Kind.FINDING and unit is None
    classes = {keys.one_of("when_true", tuple(Class))} if present else named - {NONE}
    if not classes:
        keys.refuse("bands", "hold no criterion")
    for name in classes:
        if Class(name) not in calls:
            keys.refuse(name, "is a class whose action combination.calls does not say")
    return sorted((Class(name) for name in classes), key=lambda cls: calls[cls].rank)


def _choices(keys: Keys, measure: Measure) -> dict[str, list[str]]:
    inner = keys.inner("choices")
    classes: dict[str, list[str]] = {}
    for choice in measure.choices:
        if not inner.has(choice):
            inner.refuse(choice, "is a choice that nobody classified")
        classes.setdefault(inner.one_of(choice, CLASSES), []).append(choice)
    inner.done()
    return classes


def _grading(criteria: tuple[Criterion, ...], bands: Mapping[str, list[Band]]) -> Grading:
    grades = {str(criterion.cls): criterion.grade for criterion in criteria}
    words: dict[Value, int] = {choice: criterion.grade for criterion in criteria for choice in criterion.choices}
    if not bands and not words:
        words[True] = criteria[0].grade
    return Grading([(band, grades.get(name, 0)) for name, ranges in bands.items() for band in ranges], words)

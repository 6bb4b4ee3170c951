"""What does a nurse write on while the program is away: the fields of the bedside form, limits, no value?"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.measure import Kind, Measure
from app.domain.protocol import Protocol
from app.domain.protocol_words import combination_words, timing_words
from app.domain.units import unit_words
from app.web.entry import layout
from app.web.formats import first_upper
from app.web.presenters.limits import calls_words, choices_words, measure_limits
from app.web.translate import _

COLUMNS = 3
"""Sets of observations on one sheet: a shift of eight hours has about so many."""


@dataclass(frozen=True, slots=True)
class Line:
    """One measure: what to write, in which unit, and what the protocol says of it. `needed`: without it no decision."""

    label: str
    how: str
    limit: str
    needed: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the form, in the order of the bedside page."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class DowntimeForm:
    """The blank sheet of one protocol; `rules` say how criteria combine, `times` when a dose may be given."""

    parts: tuple[Part, ...]
    rules: tuple[str, ...]
    times: tuple[str, ...]
    columns: tuple[int, ...]


def downtime_form(protocol: Protocol) -> DowntimeForm:
    """Every measure the protocol asks for or has a limit for."""
    parts = [Part(_(part.title), tuple(_lines(protocol, part.measures))) for part in layout.parts(protocol.measures)]
    return DowntimeForm(
        parts=tuple(part for part in parts if part.lines),
        rules=tuple(f"{said.label}: {said.value}" for said in combination_words(protocol)),
        times=tuple(f"{said.label}: {said.value}" for said in timing_words(protocol)),
        columns=tuple(range(COLUMNS)),
    )


def _lines(protocol: Protocol, names: tuple[str, ...]) -> list[Line]:
    found = [_line(protocol, protocol.measures[name]) for name in names]
    return [line for line in found if line.needed or line.limit]


def _line(protocol: Protocol, measure: Measure) -> Line:
    return Line(
        label=measure.label,
        how=_how(measure),
        limit=_limit(protocol, measure),
        needed=measure.name in protocol.freshness,
    )


def _how(measure: Measure) -> str:
    if measure.kind is Kind.FINDING:
        return _("yes / no")
    if measure.kind is Kind.CHOICE:
        return choices_words(measure.choices)
    unit = unit_words(measure.unit)
    return _("{unit}, from – to").format(unit=unit) if measure.kind is Kind.INTERVAL else unit


def _limit(protocol: Protocol, measure: Measure) -> str:
    if measure.kind is not Kind.CHOICE:
        return measure_limits(protocol, measure)
    called = [(one, calls_words(protocol, measure, one)) for one in measure.choices]
    return first_upper("; ".join(f"{choices_words([one])}: {words}" for one, words in called if words))

"""How does a protocol combine its criteria, bound a dose in time, and dose, in words to check against the paper?"""

from __future__ import annotations

import tomllib
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from app.domain.class_words import class_name, verification_words
from app.domain.dosing import Dosing
from app.domain.explain import shown_as
from app.domain.protocol import CountRule, Criterion, HeldRule, Protocol, Row
from app.domain.tongue import several, worded
from app.domain.vocabulary import Class
from app.domain.window_words import span_words, unless_words

_MINUTE = timedelta(minutes=1)


class Said(NamedTuple):
    """One statement of a protocol with where it is printed, "" where that goes without saying."""

    label: str
    value: str
    source: str


class SourceLine(NamedTuple):
    """One source of the protocol: the name rows give it, the citation, its address."""

    ref: str
    citation: str
    url: str


def combination_words(protocol: Protocol) -> tuple[Said, ...]:
    """What one criterion of each class calls for, and what several of them do."""
    calls = {criterion.cls: criterion.action for row in protocol.rows for criterion in row.criteria}
    said = [Said(_one(cls), shown_as(action), "") for cls, action in calls.items()]
    said += [_count(rule) for rule in protocol.count_rules]
    return tuple(said if protocol.held_rule is None else [*said, _held(protocol.held_rule)])


def timing_words(protocol: Protocol) -> tuple[Said, ...]:
    """How time bounds a dose and the readings it is decided on."""
    timing = protocol.timing
    site = timing.source.citation
    return (
        Said(worded("Between doses"), span_words(timing.interval), protocol.dosing.source.citation),
        Said(worded("Assessed from, before the due time"), span_words(timing.assess_before), site),
        Said(worded("May be given early by"), span_words(timing.early_limit), site),
        Said(worded("May be given late by"), span_words(timing.delay_limit), site),
        Said(worded("A decision stands for"), span_words(timing.validity), site),
        Said(worded("Readings so close together must agree"), span_words(timing.discordant_within), site),
        Said(worded("A baseline may be taken before admission by"), span_words(timing.admission_lookback), site),
    )


def dosing_words(protocol: Protocol) -> tuple[Said, ...]:
    """What is given, and how often at most."""
    dosing = protocol.dosing
    source, minutes = dosing.source.citation, dosing.infusion // _MINUTE
    amount = worded(
        "{amount} units/kg of {drug} over {minutes} min",
        amount=_amount(dosing.units_per_kg),
        drug=dosing.drug,
        minutes=minutes,
    )
    return (
        Said(worded("Each dose"), amount, source),
        Said(worded("Doses in a cycle, at most"), str(dosing.dose_cap), source),
        Said(worded("Doses in a course, at most"), str(dosing.course_cap), source),
        Said(worded("A cycle lasts at most"), _cycle(dosing), source),
        Said(worded("Rest between the cycles, at least"), _days(dosing.rest_days), source),
        Said(worded("Before another course, at least"), _days(dosing.retreatment_days), source),
    )


def source_lines(protocol: Protocol) -> tuple[SourceLine, ...]:
    """Every source as the file cites it."""
    named = tomllib.loads(protocol.document.decode())["source"]
    return tuple(SourceLine(ref, one["citation"], one["url"]) for ref, one in named.items())


def notes_words(protocol: Protocol, row: Row, criterion: Criterion) -> tuple[str, ...]:
    """What else there is to know of a criterion, one sentence each."""
    said = [criterion.note or "", unless_words(row, protocol)]
    if criterion.ask is not None:
        said.append(worded("While it cannot be judged: {ask}", ask=worded(criterion.ask)))
    if any(criterion.holds(value) or value == criterion.cls for value in criterion.any_time):
        said.append(worded("Raises an alert at any hour, not only before a dose."))
    return tuple(words for words in said if words != "")


def _one(cls: Class) -> str:
    return (
        worded("A state that the source has no row for")
        if cls is Class.UNCOVERED
        else worded("One {cls} criterion", cls=class_name(cls))
    )


def _count(rule: CountRule) -> Said:
    source = f"{rule.source.citation} ({verification_words(rule.verification)})"
    return Said(
        worded("{at_least} {cls} criteria or more at once", at_least=rule.at_least, cls=class_name(rule.cls)),
        shown_as(rule.action),
        source,
    )


def _held(rule: HeldRule) -> Said:
    label = worded("Dose held on {at_least} occasions of the cycle", at_least=rule.at_least)
    return Said(label, shown_as(rule.action), rule.source.citation)


def _cycle(dosing: Dosing) -> str:
    if dosing.cycle_window is not None:
        return worded("{span} from the first dose", span=span_words(dosing.cycle_window))
    return worded("{cycle_days} calendar days of the ward", cycle_days=dosing.cycle_days)


def _days(days: int) -> str:
    return several("{number} day", "{number} days", days)


def _amount(number: Decimal) -> str:
    plain = number.normalize()
    return f"{plain:,f}" if plain == plain.to_integral_value() else f"{number:,f}".rstrip("0")

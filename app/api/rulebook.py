"""What does a protocol look like from outside?

As a table a clinician can check against the paper: one line per criterion, with its source.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field

from app.api.answers import pin_answer
from app.api.approval_shapes import Standing
from app.api.shapes import Pin, Shape
from app.domain.protocol import CountRule, Criterion, HeldRule, Protocol, Row, WindowKind
from app.domain.source import Verification
from app.domain.vocabulary import Action, Class


class ProtocolLine(Pin):
    """A protocol in a list; `uncovered` names what of its source could not be read."""

    title: str
    coverage: str
    uncovered: list[str]


class Rule(Shape):
    """One class of one row; the window is ISO 8601, null where the kind needs none."""

    id: str
    system: str
    measure: str
    unit: str | None
    class_: Class = Field(alias="class")
    action: Action
    threshold: str
    window: WindowKind
    span: str | None
    fresh_for: str
    required: bool
    source: str
    citation: str
    verification: Verification
    note: str | None


class CountingRule(Shape):
    """Met criteria of one class, together or over the held doses of a cycle, that call for an action."""

    counts: str
    class_: Class = Field(alias="class")
    at_least: int
    action: Action
    citation: str


class Timing(Shape):
    """How time bounds a dose, ISO 8601; all but `interval` are site parameters."""

    interval: str
    assess_before: str
    early_limit: str
    delay_limit: str
    validity: str


class Dosing(Shape):
    """What is given, in international units per kg of the ordered weight, and how often at most.

    A cycle lasts `cycle_window` from its first dose or `cycle_days` of the ward's calendar; the other is null.
    """

    drug: str
    units_per_kg: str
    infusion: str
    dose_cap: int
    course_cap: int
    cycle_window: str | None
    cycle_days: int | None
    rest_days: int
    retreatment_days: int
    citation: str


class ProtocolText(ProtocolLine):
    """A protocol with everything it says, and how it stands here."""

    dosing: Dosing
    timing: Timing
    required: list[str]
    criteria: list[Rule]
    rules: list[CountingRule]
    standing: Standing


def line_answer(protocol: Protocol) -> dict[str, Any]:
    """A protocol in a list."""
    return {
        **pin_answer(protocol.pin),
        "title": protocol.title,
        "coverage": protocol.coverage,
        "uncovered": list(protocol.uncovered),
    }


def protocol_answer(protocol: Protocol) -> dict[str, Any]:
    """Everything a protocol says; how it stands here is no part of the text."""
    return {
        **line_answer(protocol),
        "dosing": _dosing(protocol),
        "timing": _timing(protocol),
        "required": list(protocol.required),
        "criteria": [_rule(row, criterion) for row in protocol.rows for criterion in row.criteria],
        "rules": _counting(protocol),
    }


def _rule(row: Row, criterion: Criterion) -> dict[str, Any]:
    return {
        "id": criterion.id,
        "system": criterion.system,
        "measure": criterion.measure,
        "unit": criterion.unit,
        "class": criterion.cls,
        "action": criterion.action,
        "threshold": criterion.threshold,
        "window": row.window.kind,
        "span": _length(row.window.span) if row.window.span else None,
        "fresh_for": _length(row.fresh_for),
        "required": not row.when_taken,
        "source": f"{criterion.source.ref} {criterion.source.table}".strip(),
        "citation": criterion.source.citation,
        "verification": criterion.verification,
        "note": criterion.note,
    }


def _counting(protocol: Protocol) -> list[dict[str, Any]]:
    rules = [_counted("criteria", rule) for rule in protocol.count_rules]
    return rules if protocol.held_rule is None else [*rules, _counted("held_doses", protocol.held_rule)]


def _counted(counts: str, rule: CountRule | HeldRule) -> dict[str, Any]:
    return {
        "counts": counts,
        "class": rule.cls,
        "at_least": rule.at_least,
        "action": rule.action,
        "citation": rule.source.citation,
    }


def _timing(protocol: Protocol) -> dict[str, Any]:
    timing = protocol.timing
    return {
        "interval": _length(timing.interval),
        "assess_before": _length(timing.assess_before),
        "early_limit": _length(timing.early_limit),
        "delay_limit": _length(timing.delay_limit),
        "validity": _length(timing.validity),
    }


def _dosing(protocol: Protocol) -> dict[str, Any]:
    dosing = protocol.dosing
    return {
        "drug": dosing.drug,
        "units_per_kg": f"{dosing.units_per_kg:f}",
        "infusion": _length(dosing.infusion),
        "dose_cap": dosing.dose_cap,
        "course_cap": dosing.course_cap,
        "cycle_window": None if dosing.cycle_window is None else _length(dosing.cycle_window),
        "cycle_days": dosing.cycle_days,
        "rest_days": dosing.rest_days,
        "retreatment_days": dosing.retreatment_days,
        "citation": dosing.source.citation,
    }


def _length(span: timedelta) -> str:
    """A duration in ISO 8601 minutes: PT480M."""
    return f"PT{span // timedelta(minutes=1)}M"

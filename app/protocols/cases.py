"""Which worked cases are there: a well patient, what differs, and what each protocol must answer?

The form is told at the head of cases/worked.toml.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.domain.measure import Measures, Value
from app.domain.observation import Reading, by_measure
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action
from app.protocols.library import read
from app.protocols.well import LATELY, ago, hourly, reading, well_readings

FILES = ("worked.toml", "fine_print.toml")
AT = datetime(2026, 3, 4, 16, tzinfo=UTC)
"""The decision, and the moment the dose is due, unless a case says otherwise."""

_KEYS = {"name", "given", "total", "series", "volumes", "absent", "context", "expect", "lacks", "why"}
_CONTEXT = {"weight_before", "tests_before", "held", "previous", "late", "at", "last_given", "admitted"}
_DOSE, _CYCLE = 5, 1
_PERIOD = 8


@dataclass(frozen=True, slots=True)
class Case:
    """One worked case; `lacks` names what cannot be used and why, where the case says so."""

    name: str
    situation: Situation
    expect: Mapping[str, Action]
    lacks: Mapping[str, str] | None


def load_cases(file: str, measures: Measures) -> tuple[Case, ...]:
    """Every case of a file; ValueError for a key nobody knows, which is a mistake in the case."""
    tables = tomllib.loads(read(f"cases/{file}").decode("utf-8"), parse_float=Decimal)["case"]
    return tuple(_case(table, measures) for table in tables)


def every_case(measures: Measures) -> tuple[Case, ...]:
    """The cases of all files."""
    return tuple(case for file in FILES for case in load_cases(file, measures))


def _case(table: dict[str, Any], measures: Measures) -> Case:
    context = table.get("context", {})
    unknown = (table.keys() - _KEYS) | (context.keys() - _CONTEXT)
    if unknown:
        raise ValueError(f"{table['name']}: unknown key {sorted(unknown)}")
    expect = {protocol: Action(action) for protocol, action in table["expect"].items()}
    return Case(table["name"], _situation(table, context, measures), expect, table.get("lacks"))


def _situation(table: dict[str, Any], context: dict[str, Any], measures: Measures) -> Situation:
    at = datetime.fromisoformat(context["at"]) if "at" in context else AT
    changed = _charted(table, context, measures, at)
    without = {*table.get("absent", ()), *(row.measure for row in changed)}
    return Situation(
        at=at,
        due_at=ago(context.get("late", 0), at),
        dose_number=_DOSE,
        cycle_number=_CYCLE,
        admitted_at=ago(context["admitted"], at) if "admitted" in context else None,
        last_given_at=ago(context["last_given"], at) if "last_given" in context else None,
        baseline=_baseline(context),
        held_doses=context.get("held", 0),
        previous=_previous(context.get("previous")),
        unresolved=(),
        readings=by_measure((*well_readings(measures, at, frozenset(without)), *changed)),
    )


def _charted(table: dict[str, Any], context: dict[str, Any], measures: Measures, at: datetime) -> list[Reading]:
    """What differs from a well patient; the weight stays as it was before the cycle unless the case gives another."""
    rows = [reading(measures[measure], value, minutes, at) for measure, value, minutes in table.get("series", ())]
    for measure, since, until, volume in table.get("volumes", ()):
        rows.append(reading(measures[measure], volume, until, at, since))
    total = table.get("total", {})
    for name in ("urine", "stool"):
        if name in total:
            rows += _over_8_hours(measures, f"{name}_volume", total[name], total.get(f"{name}_before"), at)
    given, before = table.get("given", {}), context.get("weight_before", "none")
    if before != "none" and "weight" not in given:
        given = {**given, "weight": before}
    return [*rows, *(reading(measures[measure], value, LATELY, at) for measure, value in given.items())]


def _over_8_hours(
    measures: Measures, name: str, last: Decimal | int, before: Decimal | int | None, at: datetime
) -> tuple[Reading, ...]:
    """A total over the last 8 hours, and one over the 8 before (well, unless given), in equal hourly parts."""
    well = measures[name].well or 0
    earlier = Decimal(well) if before is None else Decimal(before) / _PERIOD
    return hourly(measures[name], [Decimal(last) / _PERIOD] * _PERIOD + [earlier] * _PERIOD, at)


def _baseline(context: dict[str, Any]) -> tuple[tuple[str, Value], ...]:
    weight, tests = str(context.get("weight_before", "80.0")), str(context.get("tests_before", "pass"))
    found: list[tuple[str, Value]] = [] if weight == "none" else [("weight", Decimal(weight))]
    return tuple(found if tests == "none" else [*found, ("serial_sevens", tests), ("world_backward", tests)])


def _previous(table: dict[str, Any] | None) -> Previous | None:
    if table is None:
        return None
    spo2 = table.get("spo2")
    return Previous(Action(table["action"]), () if spo2 is None else (("spo2", Decimal(spo2)),))

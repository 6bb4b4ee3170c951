"""How do the worked cases of app/protocols/cases look to the second evaluator? Their form is told in worked.toml."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.second.charted import HOUR, MINUTE, Context, Point, Value, Volume
from tests.second.rules import MEASURES
from tests.second.wellness import WELL, hourly

CASES = Path(__file__).parents[2] / "app" / "protocols" / "cases"


def load(file: str) -> list[tuple[str, Context, dict[str, str]]]:
    """Name, patient and expected actions of every case of a file."""
    tables = tomllib.loads(CASES.joinpath(file).read_text("utf-8"), parse_float=Decimal)["case"]
    return [(table["name"], _context(table), table["expect"]) for table in tables]


def _context(table: dict[str, Any]) -> Context:
    told = table.get("context", {})
    weight, tests = str(told.get("weight_before", "80.0")), told.get("tests_before", "pass")
    baseline: dict[str, Decimal | str] = {} if weight == "none" else {"weight": Decimal(weight)}
    baseline |= {} if tests == "none" else {"serial_sevens": tests, "world_backward": tests}
    previous = told.get("previous")
    return replace(
        WELL,
        at=datetime.fromisoformat(told["at"]) if "at" in told else WELL.at,
        late=_age(told.get("late", 0)),
        admitted=_age(told["admitted"]) if "admitted" in told else None,
        given=_age(told["last_given"]) if "last_given" in told else None,
        held=told.get("held", 0),
        previous=None if previous is None else (previous["action"], _spo2(previous)),
        baseline=baseline,
        points=_points(table, weight if "weight_before" in told and weight != "none" else None),
        volumes=_volumes(table),
    )


def _points(table: dict[str, Any], weight: str | None) -> dict[str, tuple[Point, ...]]:
    changed: dict[str, list[Point]] = {} if weight is None else {"weight": [(4 * HOUR, Decimal(weight))]}
    for measure, value in table.get("given", {}).items():
        changed[measure] = [(30 * MINUTE, _value(measure, value))]
    series: dict[str, list[Point]] = {}
    for measure, value, minutes in table.get("series", ()):
        series.setdefault(measure, []).append((_age(minutes), _value(measure, value)))
    points = {**WELL.points, **{measure: tuple(rows) for measure, rows in (changed | series).items()}}
    return {measure: rows for measure, rows in points.items() if measure not in table.get("absent", ())}


def _volumes(table: dict[str, Any]) -> dict[str, tuple[Volume, ...]]:
    changed: dict[str, tuple[Volume, ...]] = {}
    total = table.get("total", {})
    for name in ("urine", "stool"):
        measure = f"{name}_volume"
        if name in total:
            before = total.get(f"{name}_before", MEASURES[measure]["well"] * 8)
            changed[measure] = (*hourly(Decimal(total[name])), *hourly(Decimal(before), 8 * HOUR))
    for measure, since, until, volume in table.get("volumes", ()):
        changed[measure] = (*changed.get(measure, ()), (_age(since), _age(until), Decimal(volume)))
    volumes = {**WELL.volumes, **changed}
    return {measure: rows for measure, rows in volumes.items() if measure not in table.get("absent", ())}


def _age(minutes: Any) -> int:
    return int(Fraction(minutes) * MINUTE)


def _value(measure: str, value: Any) -> Value:
    return Decimal(value) if MEASURES[measure]["kind"] == "quantity" else value


def _spo2(previous: dict[str, Any]) -> Decimal | None:
    return Decimal(previous["spo2"]) if "spo2" in previous else None

"""What does a worked case say: which patient, and what each protocol must answer?"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.domain.observation import Reading
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action
from tests.builders import AT, a_situation, ago, intervals, over_8_hours, reading

_KEYS = {"name", "given", "total", "series", "volumes", "absent", "context", "expect", "lacks", "why"}
_CONTEXT = {"weight_before", "tests_before", "held", "previous", "late", "at", "last_given", "admitted"}


@dataclass(frozen=True)
class Case:
    """One worked case; `lacks` names what cannot be used and why, where the case says so."""

    name: str
    situation: Situation
    expect: dict[str, Action]
    lacks: dict[str, str] | None


def load_cases(file: str) -> list[Case]:
    """Every case of a file; a key nobody knows is a mistake in the case, not a case."""
    document = Path(__file__).parent.joinpath("cases", file).read_text("utf-8")
    return [_case(table) for table in tomllib.loads(document, parse_float=Decimal)["case"]]


def _case(table: dict[str, Any]) -> Case:
    context = table.get("context", {})
    unknown = (table.keys() - _KEYS) | (context.keys() - _CONTEXT)
    if unknown:
        raise ValueError(f"{table['name']}: unknown key {sorted(unknown)}")
    expect = {protocol: Action(action) for protocol, action in table["expect"].items()}
    return Case(table["name"], _situation(table, context), expect, table.get("lacks"))


def _situation(table: dict[str, Any], context: dict[str, Any]) -> Situation:
    at = datetime.fromisoformat(context["at"]) if "at" in context else AT
    given: dict[str, Any] = table.get("given", {})
    weight = str(context.get("weight_before", "80.0"))
    if "weight_before" in context and "weight" not in given and weight != "none":
        given = {**given, "weight": weight}
    previous = context.get("previous")
    return a_situation(
        _charted(table, at),
        at=at,
        minutes_past_due=context.get("late", 0),
        admitted_at=ago(context["admitted"], at) if "admitted" in context else None,
        last_given_at=ago(context["last_given"], at) if "last_given" in context else None,
        baseline_weight=_recorded(weight),
        baseline_tests=_recorded(context.get("tests_before", "pass")),
        held_doses=context.get("held", 0),
        previous=None if previous is None else _previous(previous),
        absent=table.get("absent", ()),
        **given,
    )


def _charted(table: dict[str, Any], at: datetime) -> list[Reading]:
    rows = [reading(measure, value, minutes, at=at) for measure, value, minutes in table.get("series", ())]
    for measure, since, until, volume in table.get("volumes", ()):
        rows += intervals(measure, (since, until, volume), at=at)
    total = table.get("total", {})
    for name in ("urine", "stool"):
        if name in total:
            rows += over_8_hours(f"{name}_volume", total[name], total.get(f"{name}_before"), at)
    return rows


def _recorded(text: str) -> str | None:
    return None if text == "none" else text


def _previous(table: dict[str, Any]) -> Previous:
    spo2 = table.get("spo2")
    return Previous(Action(table["action"]), None if spo2 is None else Decimal(spo2))

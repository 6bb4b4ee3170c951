"""Which tables does the second evaluator judge by? rules.toml and the shared list of measures, read once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from tests.second.charted import HOUR, MINUTE
from tests.second.judging import Row

HERE = Path(__file__).parent
MEASURES: dict[str, dict[str, Any]] = tomllib.loads(
    HERE.parents[1].joinpath("app", "protocols", "measures.toml").read_text("utf-8"), parse_float=Decimal
)
"""The normative list of measures; it is shared input, like the request format, and holds no rule."""

MILDER = {"A": "R", "P": "W"}
"""A graver class of a row includes its milder one (fine print 14)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """One protocol: its rows, what it needs, and how long a reading may be relied on (microseconds)."""

    name: str
    cap: int
    combine: str
    rows: tuple[Row, ...]
    needs: tuple[str, ...]
    sums: frozenset[str]
    fresh: dict[str, int]
    likely: tuple[tuple[str, Decimal, Decimal], ...]


def _row(table: Row, *, by_sum: bool) -> Row:
    row = dict(table)
    number = Fraction if by_sum else Decimal
    row["levels"] = [(name, sign, number(bound)) for name, sign, bound in table.get("levels", ())]
    classes = {name for name, _, _ in row["levels"]} | set(table.get("choices", {}).values())
    classes |= set(table.get("class", "")) | set(table.get("twice", ""))
    extra = {"recovering": "W", "saturation": "W", "withheld": "W", "bleeding": "W", "run": "WP", "seizures": "WP"}
    extra |= {"ever": "P", "ever_event": "P", "persistent": "RA", "target": "U", "answered": "U", "device": "AU"}
    row["classes"] = frozenset(classes | set(extra.get(table["how"], "")))
    row["choices"] = {
        value: frozenset({name, MILDER.get(name, name)} & row["classes"])
        for value, name in table.get("choices", {}).items()
    }
    return row


def _rules(name: str, table: dict[str, Any], document: dict[str, Any]) -> Rules:
    pools = [measure for pool in table["pools"] for measure in document["pools"][pool]]
    needs = tuple(dict.fromkeys([*pools, *table["needs"]]))
    hours = {measure: document["fresh_for"].get(entry["group"], 8) for measure, entry in MEASURES.items()}
    return Rules(
        name=name,
        cap=table["cap"],
        combine=table["combine"],
        rows=tuple(_row(row, by_sum=row["how"] in ("sum", "sums", "sum_per_kg")) for row in table["rows"]),
        needs=needs,
        sums=frozenset(table["sums"]),
        fresh={measure: limit * HOUR for measure, limit in (hours | table["fresh"]).items()},
        likely=tuple(
            (measure, *(Decimal(limit) for limit in MEASURES[measure]["warn"]))
            for measure in needs
            if MEASURES[measure]["kind"] == "quantity" and MEASURES[measure]["group"] in ("vital", "lab")
        ),
    )


DOCUMENT: dict[str, Any] = tomllib.loads(HERE.joinpath("rules.toml").read_text("utf-8"), parse_float=Decimal)
RULES: dict[str, Rules] = {name: _rules(name, table, DOCUMENT) for name, table in DOCUMENT["protocols"].items()}

PAIR = DOCUMENT["limits"]["pair_minutes"] * MINUTE
AHEAD = DOCUMENT["limits"]["ahead_minutes"] * MINUTE
ASSESS = DOCUMENT["limits"]["assess_minutes"] * MINUTE
DELAY = DOCUMENT["limits"]["delay_minutes"] * MINUTE
EIGHT_HOURS = DOCUMENT["limits"]["sum_hours"] * HOUR
COVERED = int(DOCUMENT["limits"]["covered_hours"] * HOUR)

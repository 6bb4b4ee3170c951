"""Which measures exist, in which unit, and within which limits?

Parsed from `app/protocols/measures.toml`; the limits' sources are named there.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any, TypeAlias

from app.domain.errors import ProtocolRefused
from app.domain.tongue import worded


class Kind(StrEnum):
    """How a measure's value is written down."""

    QUANTITY = "quantity"
    INTERVAL = "interval"
    CHOICE = "choice"
    FINDING = "finding"


Value: TypeAlias = Decimal | bool | str
"""A charted value: a quantity or volume (Decimal, canonical unit), a finding (bool) or a choice (str)."""

Limits: TypeAlias = tuple[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing a nurse can chart; `hard` is refused outside, `warn` needs a confirmation, both ends allowed.

    `printed` is its name in the file of the measures, `label` the same in the language spoken.
    """

    name: str
    kind: Kind
    system: str
    group: str
    printed: str
    unit: str | None
    also: tuple[str, ...]
    decimals: int | None
    hard: Limits | None
    warn: Limits | None
    choices: tuple[str, ...]
    loinc: str
    well: Value | None

    @property
    def label(self) -> str:
        """What a person calls it."""
        return worded(self.printed)

    @property
    def numeric(self) -> bool:
        """True when the value is a Decimal."""
        return self.kind in (Kind.QUANTITY, Kind.INTERVAL)


Measures: TypeAlias = Mapping[str, Measure]

_KEYS = {"kind", "system", "group", "label", "unit", "also", "decimals", "hard", "warn", "choices", "loinc", "well"}
_REQUIRED = {
    Kind.QUANTITY: {"unit", "decimals", "hard", "warn"},
    Kind.INTERVAL: {"unit", "decimals", "hard", "warn"},
    Kind.CHOICE: {"choices"},
    Kind.FINDING: set[str](),
}


def parse_measures(document: bytes, file: str = "measures.toml") -> Measures:
    """The measures of a TOML document; raises ProtocolRefused naming file and key."""
    try:
        tables = tomllib.loads(document.decode("utf-8"), parse_float=Decimal)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ProtocolRefused("unreadable_measures", f"{file} cannot be read: {fault}") from fault
    return MappingProxyType({name: _measure(name, table, file) for name, table in tables.items()})


def _measure(name: str, table: Any, file: str) -> Measure:
    where = f"{file}: {name}"
    if not isinstance(table, dict) or "kind" not in table:
        raise ProtocolRefused("bad_measure", f"{where} is not a measure: it has no kind.")
    if unknown := sorted(table.keys() - _KEYS):
        raise ProtocolRefused("unknown_key", f"{where} has an unknown key: {unknown[0]}.")
    try:
        kind = Kind(table["kind"])
    except ValueError as fault:
        raise ProtocolRefused("bad_measure", f"{where}.kind is none of the known kinds.") from fault
    if absent := sorted(({"system", "group", "label"} | _REQUIRED[kind]) - table.keys()):
        raise ProtocolRefused("missing_key", f"{where} lacks {absent[0]}.")
    _check_types(table, where)
    measure = Measure(
        name=name,
        kind=kind,
        system=table["system"],
        group=table["group"],
        printed=table["label"],
        unit=table.get("unit"),
        also=tuple(table.get("also", ())),
        decimals=table.get("decimals"),
        hard=_limits(table.get("hard"), f"{where}.hard"),
        warn=_limits(table.get("warn"), f"{where}.warn"),
        choices=tuple(table.get("choices", ())),
        loinc=table.get("loinc", ""),
        well=Decimal(table["well"]) if "well" in table and "unit" in table else table.get("well"),
    )
    _check_well(measure, where)
    return measure


_TYPES: Mapping[str, type] = {
    "system": str,
    "group": str,
    "label": str,
    "unit": str,
    "loinc": str,
    "also": list,
    "choices": list,
    "decimals": int,
}


def _check_types(table: Mapping[str, Any], where: str) -> None:
    for key, kind in _TYPES.items():
        value = table.get(key, kind())
        texts = not isinstance(value, list) or all(isinstance(item, str) for item in value)
        if not isinstance(value, kind) or not texts or (key == "choices" and table.get(key) == []):
            raise ProtocolRefused("bad_measure", f"{where}.{key} is not what a measure needs there.")
    if "unit" in table and not isinstance(table.get("well", 0), int | Decimal):
        raise ProtocolRefused("bad_measure", f"{where}.well is not a number.")


def _check_well(measure: Measure, where: str) -> None:
    """A well value is one that can be charted."""
    fits = {Kind.CHOICE: measure.well in measure.choices, Kind.FINDING: isinstance(measure.well, bool)}
    if measure.well is not None and not fits.get(measure.kind, isinstance(measure.well, Decimal)):
        raise ProtocolRefused("bad_measure", f"{where}.well is no value of the measure.")


def _limits(pair: Any, where: str) -> Limits | None:
    if pair is None:
        return None
    try:
        low, high = (Decimal(number) for number in pair)
    except (TypeError, ValueError, ArithmeticError) as fault:
        raise ProtocolRefused("bad_limits", f"{where} is not a pair of numbers.") from fault
    if not low <= high:
        raise ProtocolRefused("bad_limits", f"{where}: the lower limit is above the upper one.")
    return low, high

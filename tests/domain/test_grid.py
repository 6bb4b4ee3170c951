"""Is every printed number exact: one unit below it, at it, one unit above?

R relative, A absolute, U a state without a row, - no criterion.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TypeAlias

import pytest

from app.domain.observation import Reading
from app.domain.protocol import Protocol
from app.domain.situation import Situation
from app.domain.vocabulary import Action, Class, Verdict
from tests.builders import CONSENSUS, LVHN, a_situation, decision, hourly, over_8_hours, reading, readings

Patient: TypeAlias = Callable[[str], Situation]


def _now(measure: str, *others: Reading) -> Patient:
    return lambda value: a_situation(reading(measure, value, 10), *others)


def _twice(value: str) -> Situation:
    return a_situation(readings("heart_rate", (value, 40), (value, 10)))


def _at_most(measure: str) -> Patient:
    return lambda value: a_situation(readings(measure, (value, 180), ("0", 10)))


def _in_8_hours(measure: str) -> Patient:
    return lambda value: a_situation(over_8_hours(measure, value))


def _twice_in_8_hours(value: str) -> Situation:
    return a_situation(over_8_hours("stool_volume", value, value))


def _on(device: str, measure: str, *others: Reading) -> Patient:
    return _now(measure, reading("oxygen_device", device), *others)


SYSTOLIC = "79 U 80 - 81 -"
SATURATION = "94 U 95 - 96 -"
FLOW = "2.9 - 3 R 3.1 R 3.9 R 4.0 R 4.1 A"
MASK = "39 U 40 A 41 A"
URINE = "0 A 79.999 A 80 R 80.001 R 159.999 R 160 R 160.001 -"
CREATININE = "2.49 - 2.5 R 2.51 R 2.99 R 3 A 3.01 A"
PLATELETS = "29.9 A 30 R 30.1 R 49.9 R 50 R 50.1 -"

GRID: list[tuple[str, Patient, str, str]] = [
    ("heart-rate", _twice, "119 - 120 R 121 R 129 R 130 R 131 A", "99 - 100 R 101 R 129 R 130 R 131 A"),
    ("norepinephrine", _at_most("norepinephrine_rate"), "0 - 0.01 A", "0 - 0.01 U"),
    ("dopamine", _at_most("dopamine_rate"), "0 - 0.1 A", "0 - 0.1 U"),
    ("phenylephrine-maximum", _at_most("phenylephrine_rate"), "0 - 0.01 A", "0 - 0.99 - 1 R 1.49 R 1.5 A 2.01 A"),
    ("phenylephrine-now", _now("phenylephrine_rate"), "0 - 0.01 A", "0.49 - 0.5 - 0.51 R 0.79 R 0.8 R 0.81 A"),
    ("low-systolic", _now("systolic_bp", reading("diastolic_bp", "40")), SYSTOLIC, SYSTOLIC),
    ("saturation-target-on-air", _now("spo2"), SATURATION, SATURATION),
    ("saturation-target-on-cannula", _on("nasal_cannula", "spo2", reading("oxygen_flow", "2")), SATURATION, SATURATION),
    ("nasal-oxygen", _on("nasal_cannula", "oxygen_flow"), FLOW, FLOW),
    ("simple-mask-oxygen", _on("simple_mask", "fio2", reading("oxygen_flow", "6")), MASK, MASK),
    ("urine", _in_8_hours("urine_volume"), URINE, URINE),
    ("creatinine", _now("creatinine"), CREATININE, CREATININE),
    ("platelets", _now("platelets"), PLATELETS, PLATELETS),
    ("bicarbonate", _now("bicarbonate"), "", "17.9 R 18 R 18.1 -"),
    ("bilirubin", _now("bilirubin"), "", "6.9 - 7 - 7.1 R"),
    ("weight-gain", _now("weight"), "91.9 - 92 R 92.1 R", "91.9 - 92 - 92.1 R"),
    ("diarrhoea", _in_8_hours("stool_volume"), "999.999 - 1000 - 1000.001 R", "999.999 - 1000 R 1000.001 R"),
    ("diarrhoea-twice", _twice_in_8_hours, "", "999.999 - 1000 A 1000.001 A"),
]

CELLS = [
    pytest.param(protocol, row, letter, patient(value), id=f"{protocol.pin.id}: {row} of {value}")
    for row, patient, *columns in GRID
    for protocol, column in zip((LVHN, CONSENSUS), columns, strict=True)
    for value, letter in zip(column.split()[::2], column.split()[1::2], strict=True)
]
CLASS = {"R": Class.RELATIVE, "A": Class.ABSOLUTE}
CALLS = {
    LVHN.pin.id: {"R": Action.HOLD, "A": Action.STOP, "U": Action.INCOMPLETE, "-": Action.PROCEED},
    CONSENSUS.pin.id: {"R": Action.CAUTION, "A": Action.HOLD, "U": Action.INCOMPLETE, "-": Action.PROCEED},
}


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("protocol,row,letter,situation", CELLS)
def test_a_printed_number_divides_where_it_is_printed(
    protocol: Protocol, row: str, letter: str, situation: Situation
) -> None:
    made = decision(situation, protocol)
    mine = [finding for finding in made.findings if finding.criterion.id.rpartition("-")[0] == row]
    met = [finding.criterion.cls for finding in mine if finding.verdict is Verdict.MET]
    open_ = [finding.criterion.cls for finding in mine if finding.verdict is Verdict.UNKNOWN]
    assert met == ([CLASS[letter]] if letter in CLASS else [])
    assert open_ == ([Class.UNCOVERED] if letter == "U" else [])
    assert made.action is CALLS[protocol.pin.id][letter]


def test_every_row_with_a_number_stands_in_the_grid() -> None:
    for protocol, column in ((LVHN, 2), (CONSENSUS, 3)):
        numeric = {row.id for row in protocol.rows if protocol.measures[row.measure].numeric}
        assert numeric == {row[0] for row in GRID if row[column]}


@pytest.mark.hazard("HZ-05")
def test_fifteen_percent_of_every_weight_is_exact() -> None:
    """A binary float puts some of these on the wrong side."""
    for tenths in range(400, 1500, 10):
        before = Decimal(tenths) / 10
        exactly, less = before * Decimal("1.15"), before * Decimal("1.15") - Decimal("0.001")
        for weight, action in ((exactly, Action.HOLD), (less, Action.PROCEED)):
            situation = a_situation(weight=weight, baseline_weight=str(before))
            assert decision(situation, LVHN).action is action


@pytest.mark.hazard("HZ-05")
def test_eighty_millilitres_in_eight_odd_parts_are_exact() -> None:
    """A third of a millilitre cannot be written down, and ten tenths of a float are no whole."""
    parts = ["9.999", "10.001", "10.1", "9.9", "10.333", "9.667", "0.1", "19.9"]
    assert decision(a_situation(hourly("urine_volume", *parts)), LVHN).action is Action.HOLD
    parts[0] = "9.998"
    assert decision(a_situation(hourly("urine_volume", *parts)), LVHN).action is Action.STOP

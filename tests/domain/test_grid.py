"""Is every printed number exact: one unit below it, at it, one unit above?

R relative, A absolute, W withhold, P permanent, H hold, S stop, U a state without a row, ? absolute but not yet
certain, - no criterion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import TypeAlias

import pytest

from app.domain.observation import Reading
from app.domain.protocol import Protocol, WindowKind
from app.domain.situation import Situation
from app.domain.vocabulary import Action, Class, Verdict
from tests.builders import (
    CONSENSUS,
    LVHN,
    SHIPPED,
    TIL,
    USPI,
    a_situation,
    decision,
    hourly,
    over_8_hours,
    reading,
    readings,
)

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


def _seizures(value: str) -> Situation:
    return a_situation(readings("seizure", (False, 10), *((True, 60 * number) for number in range(1, int(value) + 1))))


def _lasting(measure: str, *, present: str | bool) -> Patient:
    """The finding or choice charted so many minutes ago and again ten minutes ago."""
    return lambda value: a_situation(readings(measure, (present, int(value)), (present, 10)))


SYSTOLIC = "79 U 80 - 81 -"
SATURATION = "94 U 95 - 96 -"
FLOW = "2.9 - 3 R 3.1 R 3.9 R 4.0 R 4.1 A"
MASK = "39 U 40 A 41 A"
URINE = "0 A 79.999 A 80 R 80.001 R 159.999 R 160 R 160.001 -"
CREATININE = "2.4 - 2.49 - 2.5 R 2.51 R 2.6 R 2.9 R 2.99 R 3 A 3.01 A 3.1 A"
PLATELETS = "29 A 29.9 A 30 R 30.1 R 31 R 49 R 49.9 R 50 R 50.1 - 51 -"
TWO_HOURS = "11 ? 119 ? 120 A 121 A"
HIGHEST = "0 - 0.9 - 0.99 - 1 R 1.01 R 1.1 R 1.4 R 1.49 R 1.5 A 1.51 A 1.6 A 2 A 2.01 A"
AT_DOSING = "0 - 0.4 - 0.49 - 0.5 - 0.51 R 0.6 R 0.7 R 0.79 R 0.8 R 0.81 A 0.9 A"

Columns: TypeAlias = dict[str, str]


def _both(lvhn: str, consensus: str) -> Columns:
    return {"lvhn-2015": lvhn, "consensus-2014": consensus}


def _label(column: str) -> Columns:
    return {"uspi-2023": column}


def _cells(column: str) -> Columns:
    return {"til-2024": column}


ANY_RATE, ANY_RATE_STOPS = "0 - 0.01 A 0.1 A", "0 - 0.01 S 0.1 S"
LOW = reading("diastolic_bp", "40")
GRID: list[tuple[str, Patient, Columns]] = [
    ("heart-rate", _twice, _both("119 - 120 R 121 R 129 R 130 R 131 A", "99 - 100 R 101 R 129 R 130 R 131 A")),
    ("norepinephrine", _at_most("norepinephrine_rate"), _both(ANY_RATE, "0 - 0.01 U 0.1 U") | _cells(ANY_RATE_STOPS)),
    ("dopamine", _at_most("dopamine_rate"), _both(ANY_RATE, "0 - 0.01 U 0.1 U") | _cells(ANY_RATE_STOPS)),
    ("phenylephrine-maximum", _at_most("phenylephrine_rate"), _both(ANY_RATE, HIGHEST) | _cells(ANY_RATE_STOPS)),
    ("phenylephrine-now", _now("phenylephrine_rate"), _both(ANY_RATE, AT_DOSING) | _cells(ANY_RATE_STOPS)),
    ("low-systolic", _now("systolic_bp", LOW), _both(SYSTOLIC, SYSTOLIC) | _label("79 W 89 W 90 - 91 -")),
    ("saturation-target-on-air", _now("spo2"), _both(SATURATION, SATURATION)),
    (
        "saturation-target-on-cannula",
        _on("nasal_cannula", "spo2", reading("oxygen_flow", "2")),
        _both(SATURATION, SATURATION),
    ),
    ("saturation", _now("spo2"), _label("0 W 89 W 90 - 91 -")),
    ("nasal-oxygen", _on("nasal_cannula", "oxygen_flow"), _both(FLOW, FLOW)),
    ("simple-mask-oxygen", _on("simple_mask", "fio2", reading("oxygen_flow", "6")), _both(MASK, MASK)),
    ("urine", _in_8_hours("urine_volume"), _both(URINE, URINE) | _cells("0 H 319 H 319.999 H 320 - 320.001 - 321 -")),
    (
        "creatinine",
        _now("creatinine"),
        _both(CREATININE, CREATININE) | _cells("2.4 - 2.49 - 2.5 H 2.51 H 2.6 H 3 H 9 H"),
    ),
    ("platelets", _now("platelets"), _both(PLATELETS, PLATELETS)),
    ("bicarbonate", _now("bicarbonate"), {"consensus-2014": "17 R 17.9 R 18 R 18.1 - 19 -"}),
    ("bilirubin", _now("bilirubin"), {"consensus-2014": "6.9 - 6.99 - 7 - 7.01 R 7.1 R"}),
    ("weight-gain", _now("weight"), _both("91.9 - 92 R 92.1 R", "91.9 - 92 - 92.1 R")),
    (
        "diarrhoea",
        _in_8_hours("stool_volume"),
        _both("999.999 - 1000 - 1000.001 R", "999.999 - 1000 R 1000.001 R"),
    ),
    ("diarrhoea-twice", _twice_in_8_hours, {"consensus-2014": "999.999 - 1000 A 1000.001 A"}),
    ("disorientation", _lasting("disorientation", present=True), {"consensus-2014": TWO_HOURS}),
    ("confusion", _lasting("confusion_or_agitation", present=True), {"consensus-2014": TWO_HOURS}),
    ("lethargy", _lasting("lethargy_or_somnolence", present=True), {"consensus-2014": TWO_HOURS}),
    ("ventricular-tachycardia", _now("vt_beats"), _label("0 - 1 -U 4 -U 5 P 6 P")),
    ("short-ventricular-run", _now("vt_beats"), _label("0 - 1 U 2 U 4 U 5 -P 6 -P")),
    ("repeated-seizures", _seizures, _label("0 - 1 -W 2 P 3 P")),
    ("long-intubation", _lasting("oxygen_device", present="intubated"), _label("4319 -W 4320 -W 4321 P")),
    ("long-coma", _lasting("coma_or_toxic_psychosis", present=True), _label("2879 -W 2880 -W 2881 P")),
]
"""Row, patient, and per protocol the values with their letters: of the row, then of the dose where that is another."""


def pairs(column: str) -> Iterator[tuple[str, str]]:
    words = column.split()
    yield from zip(words[::2], words[1::2], strict=True)


CELLS = [
    pytest.param(protocol, row, letters, patient(value), id=f"{protocol.pin.id}: {row} of {value}")
    for row, patient, columns in GRID
    for protocol in SHIPPED
    for value, letters in pairs(columns.get(protocol.pin.id, ""))
]
CLASS = {
    "R": Class.RELATIVE,
    "A": Class.ABSOLUTE,
    "W": Class.WITHHOLD,
    "P": Class.PERMANENT,
    "H": Class.HOLD,
    "S": Class.STOP,
}
OPEN = {"U": Class.UNCOVERED, "?": Class.ABSOLUTE}
NOTHING = {"-": Action.PROCEED, "U": Action.INCOMPLETE, "?": Action.INCOMPLETE}
CALLS = {
    LVHN.pin.id: {"R": Action.HOLD, "A": Action.STOP, **NOTHING},
    CONSENSUS.pin.id: {"R": Action.CAUTION, "A": Action.HOLD, **NOTHING},
    USPI.pin.id: {"W": Action.HOLD, "P": Action.DISCONTINUE, **NOTHING},
    TIL.pin.id: {"H": Action.HOLD, "S": Action.STOP, **NOTHING},
}


@pytest.mark.hazard("HZ-01")
@pytest.mark.parametrize("protocol,row,letters,situation", CELLS)
def test_a_printed_number_divides_where_it_is_printed(
    protocol: Protocol, row: str, letters: str, situation: Situation
) -> None:
    made = decision(situation, protocol)
    mine = [finding for finding in made.findings if finding.criterion.id.rpartition("-")[0] == row]
    met = [finding.criterion.cls for finding in mine if finding.verdict is Verdict.MET]
    open_ = [finding.criterion.cls for finding in mine if finding.verdict is Verdict.UNKNOWN]
    assert mine
    assert met == ([CLASS[letters[0]]] if letters[0] in CLASS else [])
    assert open_ == ([OPEN[letters[0]]] if letters[0] in OPEN else [])
    assert made.action is CALLS[protocol.pin.id][letters[-1]]


IN_TIME = (WindowKind.DURATION, WindowKind.OUTLASTED, WindowKind.COUNT)


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_every_row_with_a_number_stands_in_the_grid(protocol: Protocol) -> None:
    numeric = {row.id for row in protocol.rows if protocol.measures[row.measure].numeric or row.window.kind in IN_TIME}
    assert numeric == {row for row, _, columns in GRID if protocol.pin.id in columns}


FIGURES = (WindowKind.SUM, WindowKind.CONSECUTIVE_SUMS, WindowKind.SINCE_BASELINE, WindowKind.COUNT)


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_the_grid_has_every_printed_number_with_the_next_ones_that_can_be_entered(protocol: Protocol) -> None:
    """Sums, gains and counts are computed and have their neighbours written out above."""
    columns = {row: columns[protocol.pin.id] for row, _, columns in GRID if protocol.pin.id in columns}
    for row in (row for row in protocol.rows if row.id in columns and row.window.kind not in FIGURES):
        measure = protocol.measures[row.measure]
        step = Decimal(1).scaleb(-(measure.decimals or 0))
        ends = {end for criterion in row.criteria for band in criterion.bands for end in (band.low, band.high)}
        low, high = measure.hard or (Decimal(0), Decimal(0))
        near = {end + off * step for end in ends if end is not None for off in (-1, 0, 1)}
        values = {Decimal(value) for value in columns[row.id].split()[::2]}
        assert {number for number in near if low <= number <= high} <= values, row.id


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

"""Is the early-warning score that of the chart, band by band?

Royal College of Physicians, National Early Warning Score (NEWS) 2, London 2017, charts 1 to 4; saturation scale 1.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.measure import Value
from app.domain.scores.news2 import News2
from app.domain.units import convert
from tests.builders import LIBRARY, LVHN, a_situation, decision, reading

WELL: dict[str, Value] = {
    "respiratory_rate": Decimal(16),
    "spo2": Decimal(97),
    "oxygen_device": "room_air",
    "systolic_bp": Decimal(118),
    "heart_rate": Decimal(72),
    "consciousness": "alert",
    "temperature": Decimal("36.8"),
}

CHART = {
    "respiratory_rate": "0:3 8:3 9:1 11:1 12:0 20:0 21:2 24:2 25:3 60:3",
    "spo2": "50:3 91:3 92:2 93:2 94:1 95:1 96:0 100:0",
    "systolic_bp": "0:3 90:3 91:2 100:2 101:1 110:1 111:0 219:0 220:3 300:3",
    "heart_rate": "0:3 40:3 41:1 50:1 51:0 90:0 91:1 110:1 111:2 130:2 131:3 300:3",
    "temperature": "25:3 35.0:3 35.1:1 36.0:1 36.1:0 38.0:0 38.1:1 39.0:1 39.1:2 43:2",
}
CHOICES = {
    "oxygen_device": "room_air:0 nasal_cannula:2 simple_mask:2 mask_40_percent:2 non_rebreather:2 high_flow_nasal:2 "
    "positive_pressure:2 intubated:2",
    "consciousness": "alert:0 new_confusion:3 voice:3 pain:3 unresponsive:3",
}


def cells(chart: dict[str, str]) -> list[tuple[str, str, int]]:
    pairs = [(measure, *cell.split(":")) for measure, line in chart.items() for cell in line.split()]
    return [(measure, value, int(points)) for measure, value, points in pairs]


def score(**changes: Value) -> News2:
    return LIBRARY.news2.score(WELL | changes)


@pytest.mark.parametrize("measure,value,points", cells(CHART))
def test_a_number_gets_the_points_of_its_band(measure: str, value: str, points: int) -> None:
    assert score(**{measure: Decimal(value)}).score == points


@pytest.mark.parametrize("measure,choice,points", cells(CHOICES))
def test_oxygen_and_consciousness_get_their_points(measure: str, choice: str, points: int) -> None:
    assert score(**{measure: choice}).score == points


@pytest.mark.parametrize(
    "measure,value,points",
    [
        ("temperature", "36.04", 1), ("temperature", "36.05", 0), ("temperature", "38.04", 0),
        ("temperature", "38.05", 1), ("heart_rate", "90.4", 0), ("heart_rate", "90.5", 1),
        ("respiratory_rate", "20.5", 2), ("spo2", "95.5", 0), ("spo2", "95.4", 1), ("systolic_bp", "110.5", 0),
    ],
)  # fmt: skip
def test_values_are_rounded_half_up_before_the_chart_is_read(measure: str, value: str, points: int) -> None:
    assert score(**{measure: Decimal(value)}).score == points


@pytest.mark.hazard("HZ-05")
def test_fahrenheit_is_rounded_before_the_chart_is_read() -> None:
    """96.9 degF are 36.05…, 36.1 on the chart and no point; 100.5 are 38.05…, 38.1 and one point."""
    for fahrenheit, points in (("96.9", 0), ("96.8", 1), ("100.4", 0), ("100.5", 1), ("95.1", 1), ("95.0", 3)):
        celsius = convert(Decimal(fahrenheit), "[degF]", "Cel")
        assert score(temperature=celsius).score == points, fahrenheit


@pytest.mark.parametrize(
    "changes,total,level",
    [
        ({}, 0, "none"),
        ({"heart_rate": Decimal(91)}, 1, "low"),
        ({"heart_rate": Decimal(111), "respiratory_rate": Decimal(21)}, 4, "low"),
        ({"heart_rate": Decimal(131)}, 3, "low_medium"),
        ({"heart_rate": Decimal(131), "spo2": Decimal(95)}, 4, "low_medium"),
        ({"heart_rate": Decimal(131), "spo2": Decimal(92)}, 5, "medium"),
        ({"heart_rate": Decimal(131), "consciousness": "voice"}, 6, "medium"),
        ({"heart_rate": Decimal(131), "consciousness": "voice", "spo2": Decimal(95)}, 7, "high"),
        ({"heart_rate": Decimal(131), "consciousness": "pain", "oxygen_device": "intubated"}, 8, "high"),
    ],
)  # fmt: skip
def test_the_response_follows_the_total_and_the_single_red_score(
    changes: dict[str, Value], total: int, level: str
) -> None:
    scored = score(**changes)
    assert (scored.score, scored.level) == (total, level)
    assert scored.response


@pytest.mark.hazard("HZ-06")
@pytest.mark.parametrize("measure", WELL)
def test_an_incomplete_set_has_no_score_and_names_what_is_missing(measure: str) -> None:
    scored = LIBRARY.news2.score({name: value for name, value in WELL.items() if name != measure})
    assert (scored.score, scored.level, scored.response) == (None, None, None)
    assert scored.missing == (measure,)


@pytest.mark.hazard("HZ-04")
def test_a_stale_value_is_missing_from_the_score_of_a_decision() -> None:
    assert decision(a_situation(reading("respiratory_rate", 16, 240)), LVHN).news2.score == 0
    assert decision(a_situation(reading("respiratory_rate", 16, 241)), LVHN).news2.missing == ("respiratory_rate",)


def test_the_score_never_changes_the_action() -> None:
    fast = decision(a_situation(respiratory_rate=30, temperature="39.5", systolic_bp=88), LVHN)
    assert (fast.action, fast.news2.score) == ("proceed", 8)

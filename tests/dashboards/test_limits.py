"""Do the limit lines say what the protocol decides with?"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from app.domain.band import Band
from app.domain.protocol import Protocol, Row, WindowKind
from app.domain.vocabulary import Action
from dashboards.limits import Limit, Words, calls, gravest_limit, limits, shapes
from dashboards.theme import ACTIONS, BAND_OPACITY, SCALES, coordinate
from tests.dashboards.builders import CONSENSUS, LVHN

ENDS = ("2026-11-19 08:00", "2026-11-20 08:00")
PROTOCOLS = (LVHN, CONSENSUS)
DRAWN = [
    (protocol, row)
    for protocol in PROTOCOLS
    for row in protocol.rows
    if row.measure in SCALES and protocol.measures[row.measure].numeric
]


def name(value: object) -> str:
    return value.id if isinstance(value, Row) else getattr(getattr(value, "pin", None), "id", "")


def of(protocol: Protocol, measure: str, unit: str | None = None) -> tuple[Limit, ...]:
    return limits(protocol, measure, unit or protocol.measures[measure].unit)


@pytest.mark.parametrize("protocol,row", DRAWN, ids=name)
def test_every_bound_of_every_drawn_row_is_a_line_at_that_very_value(protocol: Protocol, row: Row) -> None:
    bounds = {end for one in row.criteria for band in one.bands for end in (band.low, band.high) if end is not None}
    assert bounds <= {limit.edge for limit in limits(protocol, row.measure, row.unit)}


@pytest.mark.parametrize("protocol,row", DRAWN, ids=name)
def test_every_drawn_limit_lies_inside_the_fixed_scale_with_room_for_its_words(protocol: Protocol, row: Row) -> None:
    scale = SCALES[row.measure]
    assert all(scale.low <= limit.edge <= scale.high for limit in limits(protocol, row.measure, row.unit))
    for shape in shapes(limits(protocol, row.measure, row.unit), scale, ENDS):
        assert coordinate(scale.low) <= shape["y0"] <= shape["y1"] <= coordinate(scale.high)
        if "label" in shape:
            lines = shape["label"]["text"].count("<br>") + 1
            need = 15 * lines + (shape["label"]["padding"] if lines > 1 else 0)
            pixels = scale.height / float(scale.high - scale.low)
            below, above = (shape["y0"] - float(scale.low)) * pixels, (float(scale.high) - shape["y0"]) * pixels
            assert (above if shape["label"]["yanchor"] == "bottom" else below) >= need


@pytest.mark.parametrize("protocol,row", DRAWN, ids=name)
def test_a_value_is_beyond_a_limit_exactly_where_the_engine_grades_it(protocol: Protocol, row: Row) -> None:
    found = limits(protocol, row.measure, row.unit)
    alone = sum(one.measure == row.measure and one.unit == row.unit for one in protocol.rows) == 1
    for edge in {limit.edge for limit in found}:
        for value in (edge - Decimal("0.01"), edge, edge + Decimal("0.01")):
            limit = gravest_limit(found, value)
            if alone and not row.when:
                assert (limit is not None) == (row.grade(value) > 0)
            if limit is not None and alone:
                worst = next(one for one in row.criteria if one.grade == row.grade(value))
                assert limit.action is worst.action


@pytest.mark.parametrize("protocol", PROTOCOLS, ids=name)
def test_labels_of_one_row_do_not_stand_on_one_another(protocol: Protocol) -> None:
    for measure, scale in SCALES.items():
        if measure not in protocol.measures:
            continue
        pixels = scale.height / float(scale.high - scale.low)
        drawn = [shape for shape in shapes(of(protocol, measure), scale, ENDS) if "label" in shape]
        for side in ("start", "end"):
            spans = sorted(_span(shape, pixels) for shape in drawn if shape["label"]["textposition"] == side)
            assert all(lower[1] <= upper[0] for lower, upper in pairwise(spans)), measure


def _span(shape: dict[str, object], pixels: float) -> tuple[float, float]:
    label = shape["label"]
    assert isinstance(label, dict)
    line, height = float(str(shape["y0"])) * pixels, 15.0 * (label["text"].count("<br>") + 1)
    return (line, line + height) if label["yanchor"] == "bottom" else (line - height, line)


def test_limits_are_named_in_words_from_the_protocols_own_bounds() -> None:
    assert [limit.words for limit in of(LVHN, "heart_rate")] == ["hold from 120 /min", "stop above 130 /min"]
    assert sorted(limit.words for limit in of(LVHN, "urine_volume")) == [
        "hold at or below 160 mL in 8 h",
        "stop below 80 mL in 8 h",
    ]
    assert [limit.words for limit in of(LVHN, "systolic_bp")] == ["cannot evaluate below 80 mmHg"]
    assert [limit.words for limit in of(LVHN, "creatinine")] == ["hold from 2.5 mg/dL", "stop from 3.0 mg/dL"]
    assert [limit.words for limit in of(CONSENSUS, "heart_rate")] == [
        "caution from 100 /min when it persists",
        "hold above 130 /min when it persists",
    ]
    assert [limit.words for limit in limits(LVHN, "weight", "%")] == ["hold from 15 % from baseline"]


def test_rows_with_one_bound_share_one_line_that_names_both_windows() -> None:
    assert [limit.words for limit in of(LVHN, "phenylephrine_rate")] == [
        "stop above 0 µg/kg/min since the last dose or at dosing"
    ]


def test_a_limit_that_counts_under_conditions_says_so_and_judges_no_single_value() -> None:
    hold, stop = of(LVHN, "oxygen_flow")
    assert hold.words == "hold from 3 L/min with nasal cannula"
    assert stop.words == "stop above 4 L/min with nasal cannula"
    assert gravest_limit((hold, stop), Decimal(10)) is None


def test_of_two_rows_the_graver_answer_stands() -> None:
    limit = gravest_limit(of(CONSENSUS, "phenylephrine_rate"), Decimal("1.2"))
    assert limit is not None
    assert limit.words == "hold above 0.8 µg/kg/min at dosing"


def test_a_band_between_milder_ones_has_a_line_at_either_end() -> None:
    row = next(row for row in LVHN.rows if row.measure == "heart_rate")
    mild, grave = row.criteria
    middle = replace(mild, bands=(Band(Decimal(60), low_open=False, high=Decimal(70), high_open=True),))
    both_ends = replace(
        grave,
        bands=(
            Band(None, low_open=False, high=Decimal(50), high_open=False),
            Band(Decimal(150), low_open=True, high=None, high_open=False),
        ),
    )
    found = limits(replace(LVHN, rows=(replace(row, criteria=(middle, both_ends)),)), "heart_rate", "/min")
    assert [limit.words for limit in found] == [
        "hold from 60 /min",
        "hold below 70 /min",
        "stop at or below 50 /min",
        "stop above 150 /min",
    ]


def test_two_bands_of_one_class_side_by_side_have_no_line_between_them() -> None:
    row = next(row for row in LVHN.rows if row.measure == "heart_rate")
    one = replace(
        row.criteria[0],
        bands=(
            Band(Decimal(120), low_open=False, high=Decimal(130), high_open=True),
            Band(Decimal(130), low_open=False, high=None, high_open=False),
        ),
    )
    found = limits(replace(LVHN, rows=(replace(row, criteria=(one,)),)), "heart_rate", "/min")
    assert [limit.words for limit in found] == ["hold from 120 /min"]


def test_a_change_in_percent_is_no_limit_of_the_weight_in_kilograms() -> None:
    assert limits(LVHN, "weight", "kg") == ()


def test_exact_fractions_are_compared_with_the_bounds_unrounded() -> None:
    urine = of(LVHN, "urine_volume")
    just_above, just_below = Fraction(160) + Fraction(1, 1000), Fraction(80) - Fraction(1, 1000)
    assert gravest_limit(urine, just_above) is None
    assert gravest_limit(urine, Fraction(160)).action is Action.HOLD  # type: ignore[union-attr]
    assert gravest_limit(urine, just_below).action is Action.STOP  # type: ignore[union-attr]


def test_bands_are_light_have_the_colour_of_their_action_and_lie_on_the_graver_side() -> None:
    bands = [
        shape for shape in shapes(of(LVHN, "urine_volume"), SCALES["urine_volume"], ENDS) if shape["type"] == "rect"
    ]
    hold, stop = ACTIONS[Action.HOLD].fill, ACTIONS[Action.STOP].fill
    found = [(shape["fillcolor"], shape["y0"], shape["y1"]) for shape in bands]
    assert sorted(found) == sorted([(hold, 80, 160), (hold, 0, 80), (stop, 0, 80)]), "stop is the darker of the two"
    assert all(shape["opacity"] == BAND_OPACITY <= 0.12 for shape in bands)


def test_lines_are_dashed_over_the_grid_and_under_the_data() -> None:
    lines = [shape for shape in shapes(of(LVHN, "heart_rate"), SCALES["heart_rate"], ENDS) if shape["type"] == "line"]
    assert [shape["y0"] for shape in lines] == [120, 130]
    assert all(shape["line"]["dash"] == "dash" and shape["layer"] == "between" for shape in lines)


def test_words_beside_bars_stand_away_from_the_line_and_over_bars_from_the_floor_on_top() -> None:
    pressure, urine = of(LVHN, "systolic_bp"), of(LVHN, "urine_volume")
    (aside,) = [one for one in shapes(pressure, SCALES["systolic_bp"], ENDS, Words.ASIDE) if "label" in one]
    assert (aside["label"]["yanchor"], aside["label"]["padding"]) == ("top", 40)
    over = [one for one in shapes(urine, SCALES["urine_volume"], ENDS, Words.OVER) if "label" in one]
    assert {one["layer"] for one in over} == {"above"}


def test_words_and_findings_are_called_by_the_rows_of_the_protocol() -> None:
    met = calls(LVHN, "rhythm", "atrial_fibrillation")
    assert met is not None
    assert (met[0].action, met[1]) == (Action.STOP, "stop")
    assert calls(LVHN, "rhythm", "sinus") is None
    lasting = calls(CONSENSUS, "confusion_or_agitation", True)
    assert lasting is not None
    assert lasting[1] == "hold when it lasts 2 h"
    assert calls(CONSENSUS, "confusion_or_agitation", False) is None


def test_every_kind_of_window_has_words_or_is_the_plain_latest_value() -> None:
    wordless = {WindowKind.LATEST, WindowKind.EVENT_SINCE_LAST_DOSE}
    for protocol in PROTOCOLS:
        for row in protocol.rows:
            if row.measure in SCALES and row.window.kind not in wordless and not row.when:
                for limit in limits(protocol, row.measure, row.unit):
                    assert len(limit.words.split()) > 4

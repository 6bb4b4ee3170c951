"""Can the palette be told apart without colour, and do the scales hold what they must?"""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

from app.domain.vocabulary import Action
from dashboards import theme
from dashboards.theme import ACTIONS, GREY, GRID, INK, MUTED, NIGHT, PAPER, SCALES
from dashboards.tolerance import ink_on
from tests.dashboards.builders import LIBRARY

FIGURES = Path(theme.__file__).parent


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_action_has_a_look() -> None:
    assert set(ACTIONS) == set(Action)


def test_no_two_actions_share_symbol_and_fill_and_those_of_one_fill_differ_in_shape() -> None:
    looks = [(style.symbol, style.fill) for style in ACTIONS.values()]
    assert len(set(looks)) == len(looks)


def test_two_actions_of_one_shape_are_far_apart_in_greyscale() -> None:
    for one, other in combinations(ACTIONS.values(), 2):
        if one.symbol == other.symbol:
            assert contrast(one.fill, other.fill) > 4.5


def test_fills_of_different_colours_differ_in_greyscale_too() -> None:
    fills = {style.fill for style in ACTIONS.values()}
    assert all(contrast(one, other) > 1.3 for one, other in combinations(fills, 2))


def test_words_and_lines_have_the_contrast_of_wcag_aa_on_paper() -> None:
    assert contrast(INK, PAPER) > 7
    assert contrast(MUTED, PAPER) > 4.5
    assert contrast(GREY, PAPER) > 3


def test_a_well_patient_lies_inside_every_scale() -> None:
    for name, scale in SCALES.items():
        well = LIBRARY.measures[name].well if name in LIBRARY.measures else None
        if name not in ("weight", "urine_volume", "news2") and well is not None:
            assert not isinstance(well, bool | str)
            assert scale.low <= well <= scale.high, name


def test_every_colour_of_a_figure_has_one_of_the_night_and_no_two_share_it() -> None:
    used = {one.upper() for path in FIGURES.glob("*.py") for one in re.findall(r"#[0-9A-Fa-f]{6}", path.read_text())}
    assert used - {*NIGHT, *NIGHT.values()} == set()
    assert len(set(NIGHT.values())) == len(NIGHT)
    assert set(NIGHT).isdisjoint(NIGHT.values())


def test_at_night_words_lines_and_marks_keep_their_contrast() -> None:
    paper = NIGHT[PAPER]
    assert contrast(NIGHT[INK], paper) > 7
    assert contrast(NIGHT[MUTED], paper) > 4.5
    assert contrast(NIGHT[GREY], paper) > 3
    assert all(contrast(NIGHT[style.fill], paper) > 3 for style in ACTIONS.values() if style.fill != PAPER)


def test_at_night_words_on_a_cell_can_be_read_and_actions_told_apart_in_greyscale() -> None:
    for day, night in NIGHT.items():
        if day not in (INK, MUTED, GREY, GRID):
            assert contrast(NIGHT[ink_on(day)], night) > 4.5, day
    fills = {NIGHT[style.fill] for style in ACTIONS.values()}
    assert all(contrast(one, other) > 1.3 for one, other in combinations(fills, 2))
    for one, other in combinations(ACTIONS.values(), 2):
        if one.symbol == other.symbol:
            assert contrast(NIGHT[one.fill], NIGHT[other.fill]) > 4.5

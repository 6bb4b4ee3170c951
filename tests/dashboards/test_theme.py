"""Can the palette be told apart without colour, and do the scales hold what they must?"""

from __future__ import annotations

from itertools import combinations

from app.domain.explain import SHOWN_AS
from app.domain.vocabulary import Action
from dashboards.theme import ACTIONS, GREY, INK, MUTED, PAPER, SCALES
from tests.dashboards.builders import LIBRARY


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_action_has_the_words_the_ward_reads() -> None:
    assert {action: style.words for action, style in ACTIONS.items()} == dict(SHOWN_AS)
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

"""Is every change between two protocol texts told, with the worked cases it moves?"""

from __future__ import annotations

import pytest

from app.domain.vocabulary import Action
from app.protocols.cases import every_case
from app.protocols.differences import Difference, Moved, differences, moved_cases
from app.protocols.library import read
from tests.builders import CONSENSUS, LIBRARY, LVHN, MEASURES, SHIPPED

CASES = every_case(MEASURES)


def _changed(*changes: tuple[str, str]) -> Difference:
    text = read("lvhn-2015.toml").decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return differences(LVHN, LIBRARY.parse(text.encode()))


def test_a_text_differs_from_itself_in_nothing() -> None:
    assert differences(LVHN, LVHN) == Difference((), (), ())
    assert moved_cases(LVHN, LVHN, CASES, LIBRARY.news2) == ()


MOVES = [
    ("a window", 'minimum = "7.5 h"', 'minimum = "7 h"',
     "over which values", "The total of the last 8 h, of which 7 h must be charted"),
    ("freshness", 'fresh_for = "24 h"', 'fresh_for = "12 h"', "fresh for", "12 h"),
    ("timing", 'delay_limit = "60 min"', 'delay_limit = "90 min"', "May be given late by", "1 h 30 min (site"),
    ("dosing", "dose_cap = 14", "dose_cap = 12", "Doses in a cycle, at most", "12 (PI23"),
    ("a source", 'row = "Renal: creatinine"', 'row = "Renal: serum"', "source", "L15, Table 1: Renal: serum"),
]  # fmt: skip


@pytest.mark.parametrize("old,new,aspect,after", [pytest.param(*move[1:], id=move[0]) for move in MOVES])
def test_what_moved_is_told_in_words(old: str, new: str, aspect: str, after: str) -> None:
    found = _changed((old, new))
    assert {one.aspect for one in found.moved} == {aspect}
    assert all(one.after.startswith(after) for one in found.moved)
    assert found.added == found.removed == ()


def test_bounds_that_moved_are_told_for_each_criterion_they_bound() -> None:
    found = _changed(("from = 120, to = 130", "from = 120, to = 139"), ("above = 130", "above = 139"))
    assert found.moved == (
        Moved("heart-rate-relative", "limit", "120 to 130 /min", "120 to 139 /min"),
        Moved("heart-rate-absolute", "limit", "above 130 /min", "above 139 /min"),
    )


def test_a_criterion_that_only_changed_its_class_has_moved() -> None:
    found = _changed(('when_true = "relative"', 'when_true = "absolute"'))
    assert found.added == found.removed == ()
    assert ("dyspnoea-absolute", "class", "relative", "absolute") in [
        (one.what, one.aspect, one.before, one.after) for one in found.moved
    ]


def test_a_combination_rule_that_moved_is_told() -> None:
    found = _changed(("at_least = 3\naction", "at_least = 4\naction"))
    assert {one.what for one in found.moved} == {"combination"}
    assert {(bool(one.before), bool(one.after)) for one in found.moved} == {(True, False), (False, True)}


def test_criteria_one_protocol_alone_has_are_added_or_removed() -> None:
    there, back = differences(LVHN, CONSENSUS), differences(CONSENSUS, LVHN)
    assert any(line.startswith("bicarbonate-relative: Bicarbonate: 18 mmol/L or less") for line in there.added)
    assert (there.added, there.removed) == (back.removed, back.added)


@pytest.mark.hazard("HZ-09")
def test_every_worked_case_that_another_limit_moves_is_listed_with_both_answers() -> None:
    text = read("lvhn-2015.toml").decode()
    text = text.replace("from = 120, to = 130", "from = 120, to = 139").replace("above = 130", "above = 139")
    moved = moved_cases(LVHN, LIBRARY.parse(text.encode()), CASES, LIBRARY.news2)
    assert ("a lasting rate of 131", Action.STOP, Action.HOLD) in [(m.name, m.before, m.after) for m in moved]
    assert all("13" in one.name for one in moved)


@pytest.mark.parametrize("protocol", [pytest.param(one, id=one.pin.id) for one in SHIPPED])
def test_between_shipped_protocols_the_moved_cases_are_those_whose_expected_actions_differ(protocol: object) -> None:
    other = next(one for one in SHIPPED if one is protocol)
    moved = {one.name: (one.before, one.after) for one in moved_cases(LVHN, other, CASES, LIBRARY.news2)}
    for case in CASES:
        if LVHN.pin.id in case.expect and other.pin.id in case.expect:
            expected = (case.expect[LVHN.pin.id], case.expect[other.pin.id])
            assert moved.get(case.name) == (None if expected[0] is expected[1] else expected), case.name

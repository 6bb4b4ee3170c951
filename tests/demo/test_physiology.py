"""Does the body of a demo patient answer a dose as the literature describes, and always the same way?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from app.demo.body import number_of, signs
from app.demo.physiology import Physiology, wobble_of
from app.demo.traits import Traits, draw

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEVER = 38.0


def doses(number: int, since: datetime = START) -> list[datetime]:
    return [since + 8 * HOUR * n for n in range(number)]


def value(traits: Traits, cycles: list[list[datetime]], measure: str, at: datetime) -> float:
    return number_of(signs(Physiology(traits, cycles), at)[measure])


def onsets_of_fever(traits: Traits, given: list[datetime]) -> list[float]:
    """Hours from a dose to the first 38.0, for each dose that made one; looked at every five minutes."""
    body = Physiology(traits, [given])
    found = []
    for dose in given:
        moments = [dose + timedelta(minutes=5 * n) for n in range(96)]
        hot = [number_of(signs(body, at)["temperature"]) >= FEVER for at in moments]
        if not hot[0] and True in hot:
            found.append(hot.index(True) / 12)
    return found


def test_the_same_seed_is_the_same_person_and_another_seed_is_another() -> None:
    assert draw(7) == draw(7)
    assert draw(7) != draw(8)


def test_a_visit_reads_the_same_whatever_was_asked_before() -> None:
    body = Physiology(draw(3), [doses(5)])
    asked = [START + n * HOUR for n in range(60)]
    forward = [signs(body, at, wobble_of(3, n)) for n, at in enumerate(asked)]
    backward = [signs(body, at, wobble_of(3, n)) for n, at in reversed(list(enumerate(asked)))]
    assert forward == backward[::-1]


def test_fever_begins_two_to_four_hours_after_a_dose() -> None:
    onsets = [onset for seed in range(20) for onset in onsets_of_fever(draw(seed), doses(5))]
    assert len(onsets) >= 40, "most doses cause a fever"
    assert all(2.0 <= onset <= 4.0 for onset in onsets)


def test_chills_drive_heart_and_breathing_one_to_two_hours_after_a_dose() -> None:
    traits, given = draw(4), doses(1)
    fastest = max(range(0, 480, 5), key=lambda m: value(traits, [given], "respiratory_rate", START + m * HOUR / 60))
    assert 60 <= fastest <= 120


def test_pressure_is_lowest_two_to_twelve_hours_after_a_dose() -> None:
    traits = draw(5)
    lowest = min(range(0, 1440, 15), key=lambda m: value(traits, [doses(1)], "systolic_bp", START + m * HOUR / 60))
    assert 120 <= lowest <= 720


@pytest.mark.parametrize(
    "measure, direction",
    [
        ("systolic_bp", -1),
        ("diastolic_bp", -1),
        ("urine_volume", -1),
        ("platelets", -1),
        ("bicarbonate", -1),
        ("weight", 1),
        ("creatinine", 1),
        ("bilirubin", 1),
        ("heart_rate", 1),
        ("respiratory_rate", 1),
    ],
)
def test_every_further_dose_moves_it_further_from_the_baseline(measure: str, direction: int) -> None:
    traits = draw(1)
    before = [value(traits, [doses(n)], measure, START + 8 * HOUR * n - HOUR / 2) for n in (0, 2, 4, 6)]
    changes = [direction * (later - earlier) for earlier, later in pairwise(before)]
    assert all(change > 0 for change in changes), before


def test_a_low_pressure_is_held_up_by_phenylephrine() -> None:
    frail = replace(draw(1), vascular=2.0)
    seen = signs(Physiology(frail, [doses(9)]), START + 68 * HOUR)
    assert number_of(seen["phenylephrine_rate"]) > 0
    assert 88 <= number_of(seen["systolic_bp"]) <= 96


def test_the_same_doses_hurt_the_kidneys_more_in_the_second_cycle() -> None:
    traits, again = draw(2), START + timedelta(days=60)
    first = value(traits, [doses(6)], "creatinine", START + 60 * HOUR)
    second = value(traits, [doses(6), doses(6, again)], "creatinine", again + 60 * HOUR)
    assert second > first + 0.5


def test_two_months_after_the_last_dose_everything_is_as_it_was() -> None:
    traits = draw(6)
    late = signs(Physiology(traits, [doses(8)]), START + timedelta(days=60))
    well = signs(Physiology(traits, [[]]), START)
    for measure, sign in well.items():
        if isinstance(sign, float):
            assert number_of(late[measure]) == pytest.approx(sign, rel=0.02, abs=0.1), measure
        else:
            assert late[measure] == sign

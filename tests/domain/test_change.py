"""Is whoever enters a value asked when it is further from the last one known than it could well be?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from app.domain.change import Before, parse_changes, weight_apart
from app.domain.errors import ProtocolRefused
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import CycleEventKind, Outcome
from app.protocols.library import read
from tests.builders import AT, LIBRARY, LVHN, MEASURES, a_cycle_event, a_flowsheet, an_observation, reading

FAR = "Body weight is more than 5 % away from the last one known: confirm it or correct it."
FROM_DOSING = "Body weight is more than 5 % away from the dosing weight: confirm it or correct it."
IN_POUNDS = " Was it read in pounds? Write it in kg."


def sheet(*weights: tuple[str, float]) -> Flowsheet:
    """The sheet of a patient with these weights, each so many hours before AT, the last entered last."""
    rows = tuple(an_observation(reading("weight", value, hours * 60, at=AT)) for value, hours in weights)
    return replace(a_flowsheet(), observations=rows)


def asked(before: Flowsheet, value: str, at: datetime = AT, without: str | None = None) -> str | None:
    return Before(LIBRARY.changes, before, without).question(MEASURES["weight"], Decimal(value), at)


@pytest.mark.hazard("HZ-05")
def test_a_weight_in_pounds_is_asked_about_and_pounds_are_named() -> None:
    assert asked(sheet(("84", 20)), "185") == FAR + IN_POUNDS
    assert asked(sheet(("84", 20)), "48") == FAR
    assert asked(sheet(("84", 20)), "84.3") is None


@pytest.mark.parametrize("value, far", [("76", False), ("75.9", True), ("84", False), ("84.1", True)])
def test_exactly_five_percent_is_not_asked_about(value: str, far: bool) -> None:
    assert (asked(sheet(("80", 20)), value) is not None) is far


def test_the_last_one_known_is_the_newest_before_it_whatever_was_entered_last() -> None:
    before = sheet(("90", 1), ("80", 30))
    assert asked(before, "91") is None
    assert asked(before, "91", AT - timedelta(hours=2)) == FAR
    assert asked(before, "80", AT - timedelta(days=40)) is None


def test_a_corrected_value_is_not_held_against_itself() -> None:
    before = sheet(("84", 30), ("185", 1))
    wrong = before.observations[-1]
    assert asked(before, "84", wrong.observed_at) == FAR
    assert asked(before, "84", wrong.observed_at, wrong.id) is None


def test_before_the_first_weight_of_a_cycle_it_is_the_dosing_weight() -> None:
    before = sheet()
    (cycle,) = before.cycles
    before = replace(before, cycles=(replace(cycle, ordered_weight=Decimal(84)),))
    assert asked(before, "185") == FROM_DOSING + IN_POUNDS
    assert asked(before, "85") is None
    assert asked(replace(before, cycles=()), "185") is None


def test_nothing_else_is_held_against_what_was_known() -> None:
    question = Before(LIBRARY.changes, sheet(("80", 1))).question(MEASURES["heart_rate"], Decimal(200), AT)
    assert question is None


@pytest.mark.parametrize(
    "old, new",
    [
        ("[weight]", "[wieght]"),
        ("percent = 5", "percent = 0"),
        ("percent = 5", "percent = true"),
        ("percent = 5", 'percent = "much"'),
        ('"[lb_av]"', '"[stone_av]"'),
        ("percent", "per_cent"),
        ("[weight]", "[rhythm]"),
        ("[weight]", "[weight"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(old: str, new: str) -> None:
    document = read("changes.toml").decode()
    assert old in document
    with pytest.raises(ProtocolRefused, match=r"changes\.toml"):
        parse_changes(document.replace(old, new).encode(), MEASURES)


# ---- A dosing weight far from what was charted before the first dose is said for as long as it stands.

FIRST = AT - timedelta(hours=32)
"""When the first dose of `a_flowsheet` began; its doses are made of 80 kg."""


def apart(before: Flowsheet) -> str | None:
    found = weight_apart(LIBRARY.changes, before, before.cycles[0], LVHN.timing)
    return None if found is None else str(found.value)


def weighed(*weights: tuple[str, timedelta]) -> Flowsheet:
    """The sheet of a patient of whom these weights were charted, so long after the first dose began."""
    rows = tuple(an_observation(reading("weight", value, 0, at=FIRST + after)) for value, after in weights)
    return replace(a_flowsheet(), observations=rows)


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize(
    "value, told", [("36", "36"), ("75.9", "75.9"), ("76", None), ("80", None), ("84", None), ("84.1", "84.1")]
)
def test_a_weight_charted_before_the_first_dose_is_held_against_the_dosing_weight(value: str, told: str | None) -> None:
    assert apart(weighed((value, -timedelta(hours=1)))) == told


def test_the_last_weight_up_to_the_first_dose_is_the_one() -> None:
    hour = timedelta(hours=1)
    assert apart(weighed(("90", -3 * hour), ("80", -hour))) is None
    assert apart(weighed(("80", -3 * hour), ("90", 0 * hour))) == "90"
    assert apart(weighed(("80", -hour), ("95", timedelta(microseconds=1)))) is None, "it rises under treatment"
    assert apart(weighed(("90", timedelta(microseconds=1)))) is None


def test_a_weight_of_long_before_the_stay_is_not_held_against_it() -> None:
    since = a_flowsheet().cycles[0].admitted_at - LVHN.timing.admission_lookback
    assert apart(weighed(("90", since - FIRST))) == "90"
    assert apart(weighed(("90", since - FIRST - timedelta(microseconds=1)))) is None


def test_a_dosing_weight_that_was_put_right_is_no_longer_apart() -> None:
    before = weighed(("36", -timedelta(hours=1)))
    put = replace(a_cycle_event(before.cycles[0], CycleEventKind.DOSING_WEIGHT), weight=Decimal("37.0"))
    assert apart(replace(before, events=(put,))) is None


def test_until_a_dose_is_given_every_weight_so_far_counts() -> None:
    later = replace(weighed(("90", timedelta(minutes=50))), administrations=())
    assert apart(later) == "90"
    assert apart(replace(weighed(("90", timedelta(hours=5))), administrations=())) is None, "dose 1 was skipped"
    assert weight_apart({}, later, later.cycles[0], LVHN.timing) is None


def test_a_dose_that_was_not_given_ends_nothing() -> None:
    none = replace(a_flowsheet(given=(1,)).administrations[0], outcome=Outcome.NOT_GIVEN, units=Decimal(0))
    later = weighed(("90", timedelta(minutes=30)))
    none = replace(none, dose_id=later.doses[0].id, started_at=FIRST)
    assert apart(replace(later, administrations=(none,))) == "90"
    assert apart(replace(later, administrations=(replace(none, outcome=Outcome.GIVEN),))) is None


# ---- What is known at a moment


def test_before_everything_known_the_oldest_is_the_one() -> None:
    assert asked(sheet(("90", 1)), "90", AT - timedelta(days=40)) == FROM_DOSING


def test_a_weight_charted_before_a_cycle_began_is_older_than_its_dosing_weight() -> None:
    before = sheet(("90", 60))
    assert asked(before, "90") == FROM_DOSING
    assert asked(before, "90", before.cycles[0].admitted_at - timedelta(microseconds=1)) is None


def test_nothing_is_asked_of_a_measure_without_a_rule() -> None:
    assert Before(LIBRARY.changes, sheet(("80", 1))).question(MEASURES["creatinine"], Decimal(9), AT) is None
    assert Before({}, sheet(("80", 1))).question(MEASURES["weight"], Decimal(9), AT) is None


def test_what_other_measure_may_be_asked_about_has_no_dosing_weight() -> None:
    changes = parse_changes(b"[creatinine]\npercent = 0.5", MEASURES)
    assert changes["creatinine"].percent == Decimal("0.5")
    alone = replace(a_flowsheet(), observations=())
    assert Before(changes, alone).question(MEASURES["creatinine"], Decimal(9), AT) is None
    rows = (an_observation(reading("creatinine", "1.0", 60, at=AT)),)
    far = Before(changes, replace(alone, observations=rows)).question(MEASURES["creatinine"], Decimal("1.01"), AT)
    assert far == "Creatinine is more than 0.5 % away from the last one known: confirm it or correct it."

"""Are CRS and ICANS graded as the ASTCT consensus of 2019 has it, from entered findings and nothing else?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.scores.grade import Open, Ungraded
from tests.builders import AT, Plain, reading
from tests.domain.scores.seen import BOOK, grade, said, sheet

CRS: dict[str, Plain] = {"crs_suspected": True, "crs_hypotension": "none"}
ICANS: dict[str, Plain] = {
    "ice_score": 10,
    "icans_awakening": "not_depressed",
    "seizure": False,
    "deep_focal_weakness": False,
    "cerebral_oedema": "none",
}


def crs(**values: Plain) -> str:
    return said("crs", sheet(now=CRS | values))


def icans(**values: Plain) -> str:
    return said("icans", sheet(now=ICANS | values))


def test_crs_has_no_grade_while_nobody_said_whether_it_is_suspected() -> None:
    """Not with fever, not with pressors, not on a ventilator: the cause is a clinician's word."""
    found = sheet(temperature="40.1", phenylephrine_rate="1.5", oxygen_device="intubated", crs_hypotension="none")
    assert grade("crs", found).grade is None
    assert grade("crs", found).open == (Open("suspected", "crs_suspected", Ungraded.MISSING, None),)


def test_crs_that_is_not_suspected_is_grade_0_whatever_the_oxygen() -> None:
    assert crs(crs_suspected=False, oxygen_device="non_rebreather", oxygen_flow=15) == "0 suspected"


def test_suspected_crs_is_at_least_grade_1_and_no_fever_never_lowers_it() -> None:
    assert crs(temperature="36.5") == "1 suspected"


@pytest.mark.parametrize(
    "hypotension,expected",
    [("none", 1), ("no_vasopressor", 2), ("one_vasopressor", 3), ("several_vasopressors", 4)],
)
def test_crs_by_the_hypotension_a_clinician_entered(hypotension: str, expected: int) -> None:
    assert crs(crs_hypotension=hypotension)[0] == str(expected)


@pytest.mark.parametrize(
    "device,flow,expected",
    [
        ("room_air", 0, "1 suspected"), ("nasal_cannula", "5.9", "2 hypoxia"), ("nasal_cannula", "6.0", "2 hypoxia"),
        ("nasal_cannula", "6.1", "3 nasal oxygen flow"), ("simple_mask", 5, "3 hypoxia"),
        ("mask_40_percent", 8, "3 hypoxia"), ("non_rebreather", 15, "3 hypoxia"),
        ("high_flow_nasal", 30, "3 hypoxia"), ("positive_pressure", 0, "4 hypoxia"), ("intubated", 0, "4 hypoxia"),
    ],
)  # fmt: skip
def test_crs_by_the_oxygen_needed(device: str, flow: Plain, expected: str) -> None:
    assert crs(oxygen_device=device, oxygen_flow=flow) == expected


def test_the_worse_of_hypotension_and_hypoxia_decides() -> None:
    assert crs(crs_hypotension="one_vasopressor", oxygen_device="nasal_cannula", oxygen_flow=2) == "3 hypotension"


def test_a_pressor_rate_is_not_taken_for_the_word_of_a_clinician() -> None:
    assert crs(phenylephrine_rate="1.5", norepinephrine_rate="0.5", systolic_bp=70) == "1 suspected"


@pytest.mark.hazard("HZ-06")
def test_what_nobody_said_leaves_crs_at_least_where_it_is() -> None:
    assert said("crs", sheet(crs_suspected=True)) == "at least 1 suspected"
    on_cannula = sheet(now=CRS, oxygen_device="nasal_cannula", absent=("oxygen_flow",))
    assert said("crs", on_cannula) == "at least 2 hypoxia"


@pytest.mark.parametrize(
    "score,expected",
    [(10, "0 ICE score"), (9, "1 ICE score"), (7, "1 ICE score"), (6, "2 ICE score"), (3, "2 ICE score"),
     (2, "3 ICE score"), (0, "3 ICE score")],
)  # fmt: skip
def test_icans_by_the_ice_score(score: int, expected: str) -> None:
    assert icans(ice_score=score) == expected


@pytest.mark.parametrize(
    "changes,expected",
    [
        ({"icans_awakening": "spontaneously"}, "1 consciousness"),
        ({"icans_awakening": "to_voice"}, "2 consciousness"),
        ({"icans_awakening": "to_touch_only"}, "3 consciousness"),
        ({"icans_awakening": "unarousable"}, "4 consciousness"),
        ({"seizure": True, "seizure_prolonged": False}, "3 seizure"),
        ({"seizure": True, "seizure_prolonged": True}, "4 prolonged seizure"),
        ({"deep_focal_weakness": True}, "4 motor findings"),
        ({"cerebral_oedema": "focal"}, "3 cerebral oedema"), ({"cerebral_oedema": "diffuse"}, "4 cerebral oedema"),
        ({"ice_score": 3, "seizure": True, "seizure_prolonged": False}, "3 seizure"),
    ],
)  # fmt: skip
def test_the_worst_item_decides_icans(changes: dict[str, Plain], expected: str) -> None:
    assert icans(**changes) == expected


def test_a_seizure_nobody_timed_might_be_graver() -> None:
    assert icans(seizure=True) == "at least 3 seizure"


def test_who_cannot_be_aroused_needs_no_ice_score() -> None:
    found = sheet(icans_awakening="unarousable", absent=("ice_score", "seizure"))
    assert said("icans", found) == "4 consciousness"


@pytest.mark.hazard("HZ-06")
@pytest.mark.parametrize("measure", ICANS)
def test_icans_is_grade_0_only_when_every_item_was_asked(measure: str) -> None:
    found = sheet(now=ICANS)
    rows = tuple(row for row in found.observations if row.measure != measure)
    assert said("icans", found) == "0 ICE score"
    assert said("icans", replace(found, observations=rows)) == "none: missing"


@pytest.mark.hazard("HZ-04")
def test_a_finding_that_is_too_old_no_longer_counts() -> None:
    old = reading("ice_score", 5, 4 * 60 + 1)
    found = grade("icans", sheet(old, now={name: value for name, value in ICANS.items() if name != "ice_score"}))
    assert (found.grade, [(one.measure, one.why, one.observed_at) for one in found.open]) == (
        None,
        [("ice_score", Ungraded.STALE, old.at)],
    )
    assert old.at < AT


def test_both_scales_say_where_they_are_printed() -> None:
    assert BOOK.astct.crs.source.ref == BOOK.astct.icans.source.ref == "AST"
    assert "another reason than hypoxia" in BOOK.astct.crs.note

"""Are the score tables those of their sources, and is a broken one refused by file and key?"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from app.domain.errors import ProtocolRefused
from app.domain.measure import Kind
from app.domain.scores.astct import parse_astct
from app.domain.scores.ctcae_file import parse_grades
from app.domain.scores.grade import Step
from app.domain.scores.news2_file import parse_score_table
from app.domain.scores.normal import parse_normal
from app.domain.source import Verification
from app.protocols.library import read
from tests.builders import LIBRARY, MEASURES

BOOK = LIBRARY.scores
PARSERS: dict[str, Callable[..., object]] = {
    "ctcae-5.toml": parse_grades,
    "astct-2019.toml": parse_astct,
    "laboratory.toml": parse_normal,
    "news2.toml": parse_score_table,
}

CTCAE = {
    "fever value": "0 below 38.0 | 1 to 39.0 | 2 to 40.0 | 3",
    "fever lasting": "4",
    "urine_output_decreased 8 h": "3 below 80 | 0",
    "urine_output_decreased 24 h": "4 below 240 | 0",
    "creatinine_increased times_upper": "0 to 1.0 | 1 to 1.5 | 2 to 3.0 | 3 to 6.0 | 4",
    "creatinine_increased times_baseline": "0 to 1.5 | 2 to 3.0 | 3",
    "weight_gain gain": "0 below 1.05 | 1 below 1.1 | 2 below 1.2 | 3",
    "platelet_count_decreased value": "4 below 25 | 3 below 50 | 2 below 75 | 0",
    "platelet_count_decreased times_lower": "1 below 1.0 | 0",
    "blood_bilirubin_increased times_upper": "0 to 1.0 | 1 to 1.5 | 2 to 3.0 | 3 to 10.0 | 4",
    "blood_bilirubin_increased times_baseline": "0 to 1.0 | 1 to 1.5 | 2 to 3.0 | 3 to 10.0 | 4",
    "ast_increased times_upper": "0 to 1.0 | 1 to 3.0 | 2 to 5.0 | 3 to 20.0 | 4",
    "ast_increased times_baseline": "0 below 1.5 | 1 to 3.0 | 2 to 5.0 | 3 to 20.0 | 4",
    "alt_increased times_upper": "0 to 1.0 | 1 to 3.0 | 2 to 5.0 | 3 to 20.0 | 4",
    "alt_increased times_baseline": "0 below 1.5 | 1 to 3.0 | 2 to 5.0 | 3 to 20.0 | 4",
}


def _step(step: Step) -> str:
    if step.high is None:
        return str(step.grade)
    return f"{step.grade} {'below' if step.below else 'to'} {step.high}"


def test_the_arms_of_the_criteria_are_those_printed() -> None:
    assert {
        f"{term.id} {arm.name}": " | ".join(_step(step) for step in arm.steps)
        for term in BOOK.ctcae.terms
        for arm in term.arms
    } == CTCAE


def test_every_term_names_its_source_and_how_it_was_read() -> None:
    for term in BOOK.ctcae.terms:
        assert term.source.citation.startswith("CTC")
        assert term.verification is Verification.READ_AT_SOURCE
        assert term.name


def test_the_limits_of_normal_are_marked_as_the_sites() -> None:
    limits = BOOK.normal.limits
    assert {limit.verification for limit in limits.values()} == {Verification.SITE_PARAMETER}
    assert BOOK.normal.upper("creatinine", "female") == Decimal("1.1")
    assert BOOK.normal.upper("creatinine", "unknown") is None
    assert BOOK.normal.upper("bilirubin", "unknown") == 1
    assert BOOK.normal.lower("platelets", "male") == 150
    assert (BOOK.normal.lower("ast", "male"), BOOK.normal.upper("weight", "male")) == (None, None)


def test_only_what_is_entered_is_graded_by_the_consensus() -> None:
    asked = {item.measure for item in BOOK.astct.items()}
    assert {MEASURES[name].kind for name in asked} <= {Kind.FINDING, Kind.CHOICE, Kind.QUANTITY}
    assert asked.isdisjoint({"systolic_bp", "diastolic_bp", "temperature", "heart_rate"})


FAULTS = [
    ("ctcae-5.toml", "an unknown key", 'id = "fever"', 'id = "fever"\ncolour = "red"', "colour"),
    ("ctcae-5.toml", "an unknown key of an arm", "longer_than =", "longer_then =", "longer_than"),
    ("ctcae-5.toml", "an unknown measure", 'measure = "creatinine"', 'measure = "kreatinine"', "measure"),
    ("ctcae-5.toml", "a measure that is no number", 'measure = "creatinine"', 'measure = "rhythm"', "measure"),
    ("ctcae-5.toml", "a term without a citation", '{ ref = "CTC", row = "Fever" }', '{ ref = "CTC" }', "row"),
    ("ctcae-5.toml", "a source nobody cited", '{ ref = "CTC", row = "Fever" }', '{ ref = "X", row = "F" }', "ref"),
    ("ctcae-5.toml", "a file without a citation", "citation =", "quotation =", "citation"),
    ("ctcae-5.toml", "a gap above", "{ to = 40.0, grade = 2 }, { grade = 3 }", "{ to = 40.0, grade = 2 }", "gap"),
    ("ctcae-5.toml", "an overlap", "{ to = 39.0, grade = 1 }", "{ to = 41.0, grade = 1 }", "overlap"),
    ("ctcae-5.toml", "the same end twice", "{ to = 39.0, grade = 1 }", "{ to = 40.0, grade = 1 }", "overlap"),
    ("ctcae-5.toml", "an open step inside", "{ to = 39.0, grade = 1 }", "{ grade = 1 }", "overlap"),
    ("ctcae-5.toml", "a step with two ends", "{ to = 39.0, grade = 1 }", "{ to = 39.0, below = 39, grade = 1 }", "to"),
    ("ctcae-5.toml", "two steps of one grade", "{ to = 39.0, grade = 1 }", "{ to = 39.0, grade = 2 }", "twice"),
    ("ctcae-5.toml", "a grade above 4", "{ grade = 3 }] },", "{ grade = 5 }] },", "grade"),
    ("ctcae-5.toml", "a grade in words", "{ grade = 3 }] },", '{ grade = "3" }] },', "grade"),
    ("ctcae-5.toml", "no steps", "steps = [{ below = 80, grade = 3 }, { grade = 0 }]", "steps = []", "steps"),
    ("ctcae-5.toml", "a kind nobody knows", 'kind = "gain"', 'kind = "loss"', "kind"),
    ("ctcae-5.toml", "a volume at one moment", 'kind = "sum", span = "8 h"', 'kind = "value", span = "8 h"', "kind"),
    ("ctcae-5.toml", "a sum of a point value", 'kind = "gain"', 'kind = "sum"', "kind"),
    ("ctcae-5.toml", "more than the period charted", 'minimum = "7.5 h"', 'minimum = "9 h"', "minimum"),
    ("ctcae-5.toml", "the longer period first", '"24 h", minimum = "22.5 h"', '"7 h", minimum = "7 h"', "shorter"),
    ("ctcae-5.toml", "two arms of one name", 'name = "24 h"', 'name = "8 h"', "arms"),
    ("ctcae-5.toml", "a condition on one arm alone", ', if_baseline = "abnormal"', "", "if_baseline"),
    ("ctcae-5.toml", "an unknown condition", 'if_baseline = "abnormal"', 'if_baseline = "odd"', "if_baseline"),
    ("ctcae-5.toml", "a term twice", 'id = "ast_increased"', 'id = "alt_increased"', "twice"),
    ("ctcae-5.toml", "an unknown verification", 'verification = "read_at_source"', 'verification = "sure"', "verif"),
    ("ctcae-5.toml", "broken TOML", "[[term]]", "[[term]", "cannot be read"),
    ("astct-2019.toml", "a choice nobody graded", ", intubated = 4 }", " }", "intubated"),
    ("astct-2019.toml", "a choice that does not exist", "intubated = 4 }", "intubated = 4, gills = 4 }", "gills"),
    ("astct-2019.toml", "an unknown measure", 'measure = "ice_score"', 'measure = "ice"', "measure"),
    ("astct-2019.toml", "a volume", 'measure = "ice_score"', 'measure = "urine_volume"', "volume"),
    ("astct-2019.toml", "a gap", "{ to = 9, grade = 1 }, { grade = 0 }", "{ to = 9, grade = 1 }", "gap"),
    ("astct-2019.toml", "a follow-up on nothing", 'after = "nasal_cannula"', 'after = "room_air"', "after"),
    ("astct-2019.toml", "a follow-up on no answer", "after = true", "after = false", "after"),
    ("astct-2019.toml", "CRS without a suspicion", "[crs.suspected]", "[crs.guessed]", "suspected"),
    ("astct-2019.toml", "an unknown key", "[icans]\nname", '[icans]\ncolour = "red"\nname', "colour"),
    ("astct-2019.toml", "no note", 'note = "ICE counts', 'remark = "ICE counts', "note"),
    ("laboratory.toml", "an unknown measure", "[limit.ast]", "[limit.sgot]", "sgot"),
    ("laboratory.toml", "a wrong unit", 'unit = "mg/dL"', 'unit = "umol/L"', "unit"),
    ("laboratory.toml", "no limit at all", "upper = 1.0\n", "", "upper"),
    ("laboratory.toml", "a limit of nought", "upper = 1.0\n", "upper = 0\n", "upper"),
    ("laboratory.toml", "no limit for any sex", "{ female = 1.1, male = 1.3 }", "{}", "upper"),
    ("laboratory.toml", "a limit in words", "lower = 150", 'lower = "150"', "lower"),
    ("laboratory.toml", "an unknown key", "lower = 150", "lower = 150\nmiddle = 200", "middle"),
    ("laboratory.toml", "no citation", 'source = { ref = "site", row = "Platelet count" }\n', "", "source"),
    ("news2.toml", "an unknown key", "[single]", '[single]\ncolour = "red"', "colour"),
    ("news2.toml", "a gap above", "{ to = 20, points = 0 }, { to = 24, points = 2 }, { points = 3 }",
     "{ to = 20, points = 0 }, { to = 24, points = 2 }", "respiratory_rate"),
    ("news2.toml", "bands out of order", "{ to = 11, points = 1 }", "{ to = 21, points = 1 }", "respiratory_rate"),
    ("news2.toml", "an open band inside", "{ to = 11, points = 1 }", "{ points = 1 }", "respiratory_rate"),
    ("news2.toml", "four points", "{ to = 11, points = 1 }", "{ to = 11, points = 4 }", "points"),
    ("news2.toml", "a band of an unknown measure", "spo2 = [", "sats = [", "sats"),
    ("news2.toml", "a band that ends between two steps", "{ to = 11, points = 1 }", "{ to = 11.4, points = 1 }", "to"),
    ("news2.toml", "a band below nought", "{ to = 8, points = 3 }", "{ to = -8, points = 3 }", "to"),
    ("news2.toml", "a step of nothing", "temperature = 0.1\n", "temperature = 0\n", "temperature"),
    ("news2.toml", "a measure without a step", "temperature = 0.1\n", "", "temperature"),
    ("news2.toml", "a choice without points", "intubated = 2\n", "", "intubated"),
    ("news2.toml", "scale 2 of something else", 'measure = "spo2"', 'measure = "weight"', "measure"),
    ("news2.toml", "air that is no device", 'air = ["room_air"]', 'air = ["wind"]', "air"),
    ("news2.toml", "no air", 'air = ["room_air"]', "air = []", "air"),
    ("news2.toml", "a gap in scale 2", ", { points = 0 }]\non_oxygen", "]\non_oxygen", "on_air"),
    ("news2.toml", "responses that do not fall", "least = 5", "least = 8", "response"),
    ("news2.toml", "no citation", "citation =", "quotation =", "citation"),
]  # fmt: skip


@pytest.mark.parametrize("file,old,new,names", [pytest.param(f[0], *f[2:], id=f"{f[0]}: {f[1]}") for f in FAULTS])
def test_a_broken_score_table_is_refused_with_its_place(file: str, old: str, new: str, names: str) -> None:
    document = read(file).decode()
    assert old in document
    with pytest.raises(ProtocolRefused) as refusal:
        PARSERS[file](document.replace(old, new, 1).encode(), MEASURES)
    assert file in refusal.value.sentence
    assert names in refusal.value.sentence


@pytest.mark.parametrize("file", PARSERS)
def test_a_site_may_add_a_remark_and_nothing_else(file: str) -> None:
    PARSERS[file](read(file) + b"\n# A remark.\n", MEASURES)
    with pytest.raises(ProtocolRefused, match=file):
        PARSERS[file](b"surprise = 1\n" + read(file), MEASURES)

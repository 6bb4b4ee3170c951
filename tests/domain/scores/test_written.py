"""Do the scores of a set come back as they were written, byte for byte?"""

from __future__ import annotations

from dataclasses import replace

from app.domain.scores.written import decode_scores, encode_scores
from app.domain.vocabulary import CycleEventKind, SpO2Scale
from tests.builders import AT, LVHN, Plain, a_cycle_event, a_situation, decision, hourly, reading
from tests.domain.scores.seen import BOOK, before, scored, sheet, without_limits


def test_scores_come_back_as_they_were_written() -> None:
    ill = sheet(
        before("creatinine", "0.90"),
        hourly("urine_volume", *["7"] * 8),
        reading("temperature", "39.4"),
        creatinine="2.75",
        platelets="48.5",
        crs_suspected=True,
        crs_hypotension="one_vasopressor",
        seizure=True,
        oxygen_device="nasal_cannula",
        oxygen_flow="2.0",
    )
    scale = a_cycle_event(ill.cycles[0], CycleEventKind.SPO2_SCALE, scale=SpO2Scale.TWO)
    for found in (ill, sheet(), replace(ill, events=(scale,)), replace(ill, observations=())):
        for book in (BOOK, without_limits()):
            scores = scored(found, book)
            assert decode_scores(encode_scores(scores)) == scores
            assert encode_scores(decode_scores(encode_scores(scores))) == encode_scores(scores)


def test_the_same_observations_give_the_same_bytes_in_any_order() -> None:
    found = sheet(before("creatinine", "0.90"), creatinine="2.75")
    other = replace(found, observations=found.observations[::-1])
    assert encode_scores(scored(found)) == encode_scores(scored(other))


def test_the_tables_are_named_with_their_fingerprints() -> None:
    tables = scored(sheet()).tables
    assert [name for name, _, _ in tables] == ["ctcae-5", "news2", "astct-2019", "laboratory"]
    assert {len(sha256) for _, _, sha256 in tables} == {64}


def test_a_complete_set_has_the_early_warning_score_of_its_decision() -> None:
    found = scored(sheet(heart_rate=112, temperature="39.4"))
    assert found.news2.score == 4
    assert scored(sheet(absent=("respiratory_rate",))).news2.missing == ("respiratory_rate",)
    assert found.at == AT


def test_no_grade_changes_an_action() -> None:
    """Creatinine 2.4 mg/dL is CTCAE grade 2 and no criterion; suspected CRS of grade 4 is none either."""
    values: dict[str, Plain] = {
        "creatinine": "2.40",
        "crs_suspected": True,
        "crs_hypotension": "several_vasopressors",
    }
    ill = scored(sheet(now=values))
    assert [grade.grade for grade in (*ill.ctcae, ill.crs) if grade.term in ("creatinine_increased", "crs")] == [2, 4]
    taken = [reading(measure, value) for measure, value in values.items()]
    assert decision(a_situation(*taken), LVHN).action == "proceed"

"""Does every line of the fine print of the clinical rules hold, for every protocol it speaks of?

One test for each line, named after it. Each first answers the worked cases that name the line in their `why`; what a
case cannot say (a request that is refused, a flowsheet, a microsecond) follows. The edges of the windows have files of
their own in tests/domain: latches, windows, volumes, per_weight, carried, clock_changes, grid.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.domain.assess import situation_of
from app.domain.decision import Decision
from app.domain.entry import Item, check_agreement, check_items
from app.domain.errors import InvalidInput
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Reading
from app.domain.progress import dose_progress
from app.domain.protocol import Protocol
from app.domain.situation import Previous, Situation
from app.domain.vocabulary import Action, SkipReason, Verdict, Why
from app.protocols.library import read
from app.services.evaluating import Request, evaluate
from tests.builders import (
    AT,
    CONSENSUS,
    LIBRARY,
    LVHN,
    MEASURES,
    SHIPPED,
    TIL,
    USPI,
    Plain,
    a_flowsheet,
    a_record,
    a_situation,
    action,
    ago,
    an_observation,
    decision,
    finding,
    intervals,
    missing,
    reading,
    readings,
    well_readings,
)
from tests.protocols.worked import load_cases

TICK = Fraction(1, 60_000_000)
MICROSECOND = timedelta(microseconds=1)
MET, NOT_MET, UNKNOWN = Verdict.MET, Verdict.NOT_MET, Verdict.UNKNOWN
FILE = "fine_print.toml"
CASES = {case.name: case for case in load_cases(FILE)}


def _lines(table: dict[str, Any]) -> set[int]:
    """The lines of the fine print that a case says it reads."""
    found = re.search(r"fine print (\d+(?: and \d+)*)", table.get("why", ""))
    return set() if found is None else {int(number) for number in re.findall(r"\d+", found[1])}


READS = {table["name"]: _lines(table) for table in tomllib.loads(read(f"cases/{FILE}").decode())["case"]}


def cases_of(line: int, at_least: int) -> None:
    """Every worked case that names the line is answered as written, and none of them was lost."""
    named = [CASES[name] for name, lines in READS.items() if line in lines]
    assert len(named) >= at_least
    for case in named:
        answers = {protocol.pin.id: action(case.situation, protocol) for protocol in SHIPPED}
        assert {name: answers[name] for name in case.expect} == dict(case.expect), case.name


def request(protocol: Protocol, *charted: Reading, number: int = 5, **changes: Any) -> Request:
    """A well patient as `evaluate` is asked, with these readings instead."""
    gone = {row.measure for row in charted}
    rows = (*well_readings(absent=gone), *charted)
    asked = Request(
        protocol=protocol.pin.id,
        at=AT,
        due_at=AT,
        number=number,
        cycle=1,
        admitted_at=None,
        baseline=(("weight", Decimal(80)), ("serial_sevens", "pass"), ("world_backward", "pass")),
        held_doses=0,
        last_given_at=None,
        previous=None,
        unresolved=(),
        items=tuple(Item(row.measure, row.value, MEASURES[row.measure].unit, row.at, row.start) for row in rows),
    )
    return replace(asked, **changes)


def evaluated(protocol: Protocol, *charted: Reading, **changes: Any) -> Decision:
    return evaluate(LIBRARY, request(protocol, *charted, **changes))[0]


def code_of(protocol: Protocol, *charted: Reading, **changes: Any) -> str:
    """Why a request is refused."""
    with pytest.raises(InvalidInput) as refusal:
        evaluate(LIBRARY, request(protocol, *charted, **changes))
    errors = refusal.value.errors
    return errors[0].code if errors else refusal.value.code


def seen(sheet: Flowsheet, protocol: Protocol) -> Situation:
    return situation_of(sheet, sheet.doses[4], protocol, AT)


@pytest.mark.hazard("HZ-10")
def test_fine_print_01_more_than_two_minutes_ahead_is_refused_and_up_to_two_counts_as_taken_now() -> None:
    cases_of(1, 2)
    for protocol in SHIPPED:
        for measure in ("systolic_bp", "heart_rate", "ast"):
            row = reading(measure, MEASURES[measure].well or 0, -2)
            assert evaluated(protocol, row).action is Action.PROCEED
            assert code_of(protocol, replace(row, at=row.at + MICROSECOND)) == "future"
        volume = reading("urine_volume", 900, -2, since=480)
        assert evaluated(protocol, volume).action is Action.PROCEED
        assert code_of(protocol, replace(volume, at=volume.at + MICROSECOND)) == "future"
    ahead = evaluated(LVHN, reading("creatinine", "2.6", -2))
    assert [found.observed_at for found in ahead.met()] == [AT]


@pytest.mark.hazard("HZ-16")
def test_fine_print_02_exactly_the_delay_limit_is_inside_and_the_dose_says_why_it_was_skipped() -> None:
    cases_of(2, 3)
    for protocol in SHIPPED:
        inside = a_situation(minutes_past_due=60)
        assert action(inside, protocol) is Action.PROCEED
        outside = decision(replace(inside, due_at=inside.due_at - MICROSECOND), protocol)
        assert (outside.action, [rule.name for rule in outside.rules]) == (Action.SKIP, ["window_closed"])
    criterion = {LVHN: "creatinine", CONSENSUS: "creatinine", TIL: "creatinine", USPI: "systolic_bp"}
    for protocol, measure in ((one, criterion[one]) for one in SHIPPED):
        value = "2.6" if measure == "creatinine" else "85"
        for situations, reason in (
            ((a_situation(reading(measure, value)),), SkipReason.CRITERION),
            ((a_situation(absent=["consciousness"]),), SkipReason.NOT_EVALUABLE),
            ((), SkipReason.MISSED),
        ):
            sheet = a_flowsheet(protocol=protocol, doses=6)
            records = tuple(a_record(situation, protocol, dose=sheet.doses[4]) for situation in situations)
            sheet = replace(sheet, decisions=records)
            assert dose_progress(sheet, sheet.doses[4], protocol, ago(-61)).skip_reason is reason


def test_fine_print_03_the_third_held_occasion_stops_lehigh_valley_at_once_and_missing_data_are_none() -> None:
    cases_of(3, 5)
    for held, relative, expected in ((1, True, "hold"), (2, True, "stop"), (2, False, "proceed"), (3, False, "stop")):
        changed = readings("dyspnoea_at_rest", (relative, 30))
        assert action(a_situation(changed, held_doses=held), LVHN) == expected
    assert action(a_situation(absent=["creatinine"], held_doses=2), LVHN) is Action.INCOMPLETE
    assert action(a_situation(absent=["creatinine"], held_doses=3), LVHN) is Action.STOP
    for protocol in (CONSENSUS, USPI, TIL):
        assert action(a_situation(held_doses=13), protocol) is Action.PROCEED


@pytest.mark.hazard("HZ-07")
def test_fine_print_04_the_latest_reading_is_the_one_observed_last_whatever_the_order_of_entry() -> None:
    cases_of(4, 7)
    for protocol in SHIPPED:
        low, well = reading("systolic_bp", 75, 200), reading("systolic_bp", 118, 100)
        assert decision(a_situation(low, well), protocol).action is decision(a_situation(well, low), protocol).action
        old = a_situation(readings("temperature", ("36.8", 240 + TICK), ("36.8", 300)))
        assert missing(old, protocol) == {"temperature": "stale"}
        assert action(a_situation(reading("temperature", "36.8", 240)), protocol) is Action.PROCEED
        sheet = a_flowsheet(readings("spo2", (96, 60), (70, 30)), protocol=protocol, doses=6)
        wrong = max((row for row in sheet.observations if row.measure == "spo2"), key=lambda row: row.observed_at)
        retraction = an_observation(reading("spo2", 70, 30), recorded_at=AT, supersedes=wrong, retracts=True)
        corrected = replace(sheet, observations=(*sheet.observations, retraction))
        assert seen(corrected, protocol).readings["spo2"][-1].value == Decimal(96)


@pytest.mark.hazard("HZ-01")
def test_fine_print_05_a_withhold_stays_until_a_later_reading_clears_it() -> None:
    """Row by row in tests/domain/test_latches.py; from one cycle to the next in tests/domain/test_carried.py."""
    cases_of(5, 6)
    for series, expected in (
        (((88, 5000), (90, 10)), Action.HOLD),
        (((88, 5000), (91, 10)), Action.PROCEED),
        (((88, 5000), (91, 60), (90, 10)), Action.PROCEED),
    ):
        assert action(a_situation(readings("spo2", *series)), USPI) is expected
    for before, expected in (("hold", Action.HOLD), ("skip", Action.HOLD), ("proceed", Action.PROCEED)):
        made = evaluated(USPI, reading("spo2", 90), previous=(Action(before), Decimal(90)))
        assert made.action is expected
    assert evaluated(USPI, reading("spo2", 90), previous=(Action.HOLD, Decimal(91))).action is Action.PROCEED
    assert evaluated(USPI, reading("spo2", 90), unresolved=("saturation-withhold",)).action is Action.HOLD
    assert evaluated(USPI, reading("spo2", 91), unresolved=("saturation-withhold",)).action is Action.PROCEED
    assert evaluated(USPI, unresolved=("chest-pain-permanent",)).action is Action.DISCONTINUE
    assert code_of(USPI, unresolved=("urine-hold",)) == "unknown_criterion"


def test_fine_print_06_the_maximum_runs_from_the_last_dose_and_only_the_latest_reading_must_be_fresh() -> None:
    cases_of(6, 6)
    for protocol, rate, expected in ((LVHN, "0.01", "stop"), (CONSENSUS, "1.5", "hold"), (TIL, "0.01", "stop")):
        series = readings("phenylephrine_rate", (rate, 480), ("0", 10))
        assert action(a_situation(series, last_given_at=ago(480)), protocol) == expected
        assert action(a_situation(series, last_given_at=ago(480 - TICK)), protocol) == "proceed"
        assert action(a_situation(readings("phenylephrine_rate", (rate, 9000), ("0", 10))), protocol) == expected
        stale = a_situation(readings("phenylephrine_rate", ("0", 480), ("0", 240 + TICK)), last_given_at=ago(500))
        assert missing(stale, protocol) == {"phenylephrine_rate": "stale"}


def test_fine_print_07_a_fast_heart_counts_in_the_consensus_when_it_lasts_without_fever_and_dopamine() -> None:
    """Edge by edge in tests/domain/test_windows.py."""
    cases_of(7, 15)
    for series, relative, absolute in (
        (((99, 10),), NOT_MET, NOT_MET),
        (((110, 10),), UNKNOWN, NOT_MET),
        (((110, 25), (110, 10)), MET, NOT_MET),
        (((110, 30), (131, 10)), MET, UNKNOWN),
        (((131, 30), (131, 10)), NOT_MET, MET),
        (((110, 15), (110, 5), (110, 0)), MET, NOT_MET),
    ):
        situation = a_situation(readings("heart_rate", *series))
        assert finding(situation, CONSENSUS, "heart-rate-relative").verdict is relative, series
        assert finding(situation, CONSENSUS, "heart-rate-absolute").verdict is absolute, series


EVENTS = ("ecg_ischaemia", "chest_pain", "troponin_elevated", "frank_blood", "fluid_refractory_hypotension", "seizure")


@pytest.mark.hazard("HZ-01")
def test_fine_print_08_an_event_counts_at_any_reading_since_the_last_dose_and_a_permanent_one_for_ever() -> None:
    cases_of(8, 20)
    for measure in EVENTS:
        series = readings(measure, (True, 470), (False, 10))
        absent = ["ecg_ischaemia"] if measure == "chest_pain" else ["stool_occult_blood"]
        for protocol in (one for one in SHIPPED if any(row.measure == measure for row in one.rows)):
            late = a_situation(series, last_given_at=ago(480), absent=absent)
            assert action(late, protocol) is not Action.PROCEED, (measure, protocol.pin.id)
            early = decision(a_situation(series, last_given_at=ago(460)), protocol)
            permanent = protocol is USPI and measure in ("ecg_ischaemia", "chest_pain")
            expected = Action.DISCONTINUE if permanent else Action.PROCEED
            assert early.action is expected, (measure, protocol.pin.id)
    three = readings("seizure", (True, 900), (True, 30), (False, 10))
    assert action(a_situation(three, last_given_at=ago(20)), USPI) is Action.DISCONTINUE
    beats = readings("vt_beats", (6, 9000), (0, 10))
    assert action(a_situation(beats, last_given_at=ago(480)), USPI) is Action.DISCONTINUE


@pytest.mark.hazard("HZ-06")
def test_fine_print_09_an_implausible_vital_sign_or_lab_that_meets_nothing_is_never_not_met() -> None:
    cases_of(9, 10)
    for protocol in SHIPPED:
        for measure in ("respiratory_rate", "temperature", "heart_rate"):
            low, high = MEASURES[measure].warn or (Decimal(0), Decimal(0))
            step = Decimal(1).scaleb(-(MEASURES[measure].decimals or 0))
            assert missing(a_situation(reading(measure, low - step)), protocol) == {measure: "implausible"}
            assert action(a_situation(reading(measure, low)), protocol) is Action.PROCEED
            above = decision(a_situation(reading(measure, high + step)), protocol)
            assert above.action.rank >= Action.INCOMPLETE.rank
    assert action(a_situation(heart_rate=0), LVHN) is Action.INCOMPLETE
    assert action(a_situation(systolic_bp=39, diastolic_bp=30), USPI) is Action.HOLD
    assert missing(a_situation(systolic_bp=39, diastolic_bp=30), USPI) == {}
    assert missing(a_situation(creatinine="0.1"), TIL) == {"creatinine": "implausible"}
    assert missing(a_situation(creatinine="0.1"), USPI) == {}


def test_fine_print_10_an_attention_test_counts_only_against_a_pass_before_the_cycle() -> None:
    cases_of(10, 4)
    for measure in ("serial_sevens", "world_backward"):
        name = f"{measure.replace('_', '-')}-absolute"
        for before, verdict, why in (
            ("pass", MET, None),
            (None, UNKNOWN, Why.BASELINE),
            ("fail", NOT_MET, Why.FAILED_BEFORE),
        ):
            found = finding(a_situation(reading(measure, "fail"), baseline_tests=before), CONSENSUS, name)
            assert (found.verdict, found.why) == (verdict, why)
        assert missing(a_situation(absent=[measure]), CONSENSUS) == {measure: "missing"}
        for protocol in (LVHN, USPI, TIL):
            assert action(a_situation(absent=[measure]), protocol) is Action.PROCEED


@pytest.mark.hazard("HZ-05")
def test_fine_print_11_an_eight_hour_figure_is_exact_and_the_second_period_is_asked_only_when_the_last_is_full() -> (
    None
):
    cases_of(11, 6)
    day = a_situation(intervals("urine_volume", (1440, 0, 240)), baseline_weight="20", weight=20)
    assert finding(day, LVHN, "urine-relative").value == Decimal(80)
    assert finding(day, TIL, "urine-hold").value == Decimal(4)
    assert finding(day, TIL, "urine-hold").verdict is NOT_MET
    less = a_situation(intervals("urine_volume", (1440, 0, "239.999")), baseline_weight="20", weight=20)
    assert [action(less, protocol) for protocol in (LVHN, CONSENSUS, TIL)] == ["stop", "hold", "hold"]
    for covered, expected in ((450, None), (450 - TICK, "coverage")):
        rows = intervals("urine_volume", (480, 300, 900), (300 - 480 + covered, 0, 900))
        for protocol in (LVHN, CONSENSUS, TIL):
            assert missing(a_situation(rows), protocol).get("urine_volume") == expected
    for volume, verdict in (("999.999", NOT_MET), ("1000", UNKNOWN)):
        found = finding(a_situation(intervals("stool_volume", (480, 0, volume))), CONSENSUS, "diarrhoea-twice-absolute")
        assert found.verdict is verdict


def test_fine_print_12_the_weight_is_the_greater_of_baseline_and_latest_and_both_are_required() -> None:
    """More in tests/domain/test_per_weight.py."""
    cases_of(12, 1)
    for before, now, limit in (("80", "90", 360), ("90", "80", 360), ("80", "80", 320)):
        for volume, expected in ((limit, Action.PROCEED), (limit - Decimal("0.001"), Action.HOLD)):
            rows = intervals("urine_volume", (480, 0, volume))
            assert action(a_situation(rows, weight=now, baseline_weight=before), TIL) is expected
    assert missing(a_situation(baseline_weight=None), TIL) == {"weight": "baseline"}
    assert missing(a_situation(absent=["weight"]), TIL) == {"weight": "missing"}


def test_fine_print_13_hours_run_from_the_first_yes_of_an_unbroken_run_to_the_decision() -> None:
    cases_of(13, 12)
    for minutes, verdict in ((Fraction(120), MET), (120 - TICK, UNKNOWN)):
        situation = a_situation(readings("confusion_or_agitation", (False, 500), (True, minutes), (True, 10)))
        assert finding(situation, CONSENSUS, "confusion-absolute").verdict is verdict
    broken = a_situation(readings("confusion_or_agitation", (True, 500), (False, 100), (True, 10)))
    assert finding(broken, CONSENSUS, "confusion-absolute").verdict is UNKNOWN
    for name, measure, value, hours in (
        ("long-coma-permanent", "coma_or_toxic_psychosis", True, 48),
        ("long-intubation-permanent", "oxygen_device", "intubated", 72),
    ):
        for first, verdict in ((hours * 60 + TICK, MET), (Fraction(hours * 60), NOT_MET)):
            assert finding(a_situation(readings(measure, (value, first), (value, 10))), USPI, name).verdict is verdict


@pytest.mark.hazard("HZ-01")
def test_fine_print_14_readings_within_five_minutes_that_answer_differently_leave_open_what_not_both_meet() -> None:
    cases_of(14, 10)
    pairs: list[tuple[Protocol, str, Plain, Plain]] = [
        (LVHN, "creatinine", "2.6", "2.4"),
        (CONSENSUS, "platelets", "49", "51"),
        (TIL, "creatinine", "2.5", "2.4"),
        (USPI, "infection_suspected", True, False),
        (USPI, "rhythm", "atrial_fibrillation", "sinus"),
        (LVHN, "rhythm", "atrial_fibrillation", "sinus"),
    ]
    for protocol, measure, one, other in pairs:
        for series in (((one, 15), (other, 10)), ((other, 15), (one, 10)), ((one, 10), (other, 10))):
            assert missing(a_situation(readings(measure, *series)), protocol) == {measure: "discordant"}
        after = a_situation(readings(measure, (other, 15 + TICK), (one, 10)))
        assert missing(after, protocol) == {}
        equal = a_situation(readings(measure, (one, 12), (one, 10)))
        assert decision(equal, protocol).met()
        assert missing(equal, protocol) == {}
    both = a_situation(readings("heart_rate", (131, 12), (129, 10)))
    assert finding(both, LVHN, "heart-rate-relative").verdict is MET
    assert finding(both, LVHN, "heart-rate-absolute").verdict is UNKNOWN
    settled = a_situation(readings("creatinine", ("2.6", 20), ("2.4", 18), ("2.4", 15 - TICK)))
    assert action(settled, LVHN) is Action.PROCEED
    before_the_dose = a_situation(readings("seizure", (True, 33), (False, 30)), last_given_at=ago(10))
    assert missing(before_the_dose, LVHN) == {"seizure": "discordant"}


@pytest.mark.hazard("HZ-06")
def test_fine_print_15_oxygen_flow_is_required_and_must_agree_with_the_device() -> None:
    cases_of(15, 4)
    for protocol in SHIPPED:
        assert missing(a_situation(absent=["oxygen_flow"]), protocol) == {"oxygen_flow": "missing"}
        for device, flow in (("room_air", "2"), ("nasal_cannula", "0"), ("non_rebreather", "0")):
            situation = a_situation(oxygen_device=device, oxygen_flow=flow)
            assert missing(situation, protocol)["oxygen_flow"] == "contradictory"
            assert action(situation, protocol).rank >= Action.INCOMPLETE.rank
            request_made = evaluated(protocol, reading("oxygen_device", device), reading("oxygen_flow", flow))
            assert "oxygen_flow" in {row.measure for row in request_made.missing}
            items = [Item("oxygen_device", device, None, AT), Item("oxygen_flow", Decimal(flow), "L/min", AT)]
            charted = check_items(items, MEASURES, AT, confirmation=True, pointer="/items")
            with pytest.raises(InvalidInput):
                check_agreement(charted, LIBRARY.agreement, "/items")
        for device in ("positive_pressure", "intubated"):
            for flow in ("0", "8"):
                assert "oxygen_flow" not in missing(a_situation(oxygen_device=device, oxygen_flow=flow), protocol)
    beside = a_situation(readings("oxygen_flow", ("2", 23), ("0", 20)), reading("oxygen_device", "room_air", 30))
    assert missing(beside, TIL) == {"oxygen_flow": "contradictory"}


def test_fine_print_16_a_stop_binds_its_cycle_and_a_discontinue_the_course_until_corrected_away() -> None:
    """A stop on corrected inputs, a provisional one and one of another cycle: tests/domain/test_assess.py."""
    cases_of(16, 2)
    for protocol in SHIPPED:
        for earlier in (Action.STOP, Action.DISCONTINUE):
            for situation in (a_situation(), a_situation(minutes_past_due=61), a_situation(absent=["spo2"])):
                bound = decision(replace(situation, previous=Previous(earlier)), protocol)
                assert bound.action is earlier
        assert action(a_situation(previous=Previous(Action.HOLD)), protocol) is Action.PROCEED
    discontinued = a_situation(previous=Previous(Action.STOP), chest_pain=True)
    assert action(discontinued, USPI) is Action.DISCONTINUE
    sheet = a_flowsheet(protocol=TIL, doses=6)
    stopped = a_record(a_situation(at=ago(480), fluid_refractory_hypotension=True), TIL, dose=sheet.doses[3])
    provisional = replace(stopped, provisional=True)
    review = a_record(a_situation(at=ago(480)), TIL, dose=sheet.doses[3], reviews=stopped)
    for records, expected in (((stopped,), "stop"), ((provisional,), "proceed"), ((stopped, review), "proceed")):
        assert action(seen(replace(sheet, decisions=records), TIL), TIL) == expected


@pytest.mark.hazard("HZ-16")
def test_fine_print_17_a_dose_above_the_cap_is_refused_and_fahrenheit_is_rounded_half_up_before_any_comparison() -> (
    None
):
    for protocol, cap in ((LVHN, 14), (CONSENSUS, 14), (USPI, 14), (TIL, 6)):
        assert evaluated(protocol, number=cap).action is Action.PROCEED
        assert code_of(protocol, number=cap + 1) == "over_cap"
    for fahrenheit, celsius in (("100.3", "37.9"), ("100.4", "38.0"), ("98.6", "37.0"), ("104.09", "40.1")):
        item = Item("temperature", Decimal(fahrenheit), "[degF]", AT)
        if MEASURES["temperature"].decimals == 1 and len(fahrenheit.partition(".")[2]) > 1:
            with pytest.raises(InvalidInput):
                check_items([item], MEASURES, AT, confirmation=False, pointer="")
            continue
        (charted,) = check_items([item], MEASURES, AT, confirmation=False, pointer="")
        assert (str(charted.value), charted.unit) == (celsius, "Cel")


def test_fine_print_18_the_baseline_weight_is_the_last_at_or_before_dose_one() -> None:
    cases_of(18, 1)
    for protocol in (LVHN, CONSENSUS, TIL):
        sheet = a_flowsheet(protocol=protocol, doses=6)
        first = sheet.cycles[0].first_due_at
        at_dose_1 = an_observation(reading("weight", "81.0", 0, at=first))
        after = an_observation(reading("weight", "95.0", -1, at=first))
        weighed = replace(sheet, observations=(*sheet.observations, at_dose_1, after))
        assert dict(seen(weighed, protocol).baseline)["weight"] == Decimal("81.0")
        pair = [an_observation(reading("weight", value, 0, at=first)) for value in ("79.0", "82.0")]
        both = replace(sheet, observations=(*sheet.observations, *pair))
        cautious = "82.0" if protocol is TIL else "79.0"
        assert dict(seen(both, protocol).baseline)["weight"] == Decimal(cautious)
        none = a_situation(baseline_weight=None)
        assert missing(none, protocol) == {"weight": "baseline"}
    assert action(a_situation(baseline_weight=None), USPI) is Action.PROCEED


NO_CRITERION: list[tuple[Protocol, str, Plain]] = [
    (LVHN, "bilirubin", "20"),
    (LVHN, "bicarbonate", "10"),
    (LVHN, "extreme_tightness", True),
    (LVHN, "anxiety_mild", True),
    (CONSENSUS, "emotional_lability", True),
    (USPI, "heart_rate", "180"),
    (USPI, "creatinine", "9"),
    (USPI, "platelets", "10"),
    (USPI, "norepinephrine_rate", "1"),
    (USPI, "fluid_refractory_hypotension", True),
    (USPI, "dyspnoea_at_rest", True),
    (USPI, "crackles", "half_or_more"),
    (USPI, "vomiting_refractory", True),
    (USPI, "emotional_lability", True),
    (USPI, "oxygen_device", "positive_pressure"),
    (TIL, "rhythm", "uncontrolled"),
    (TIL, "chest_pain", True),
    (TIL, "seizure", True),
    (TIL, "coma_or_toxic_psychosis", True),
    (TIL, "frank_blood", True),
    (TIL, "spo2", "70"),
    (TIL, "systolic_bp", "75"),
    (TIL, "oxygen_device", "intubated"),
    (TIL, "heart_rate", "180"),
]


def test_fine_print_19_a_dash_is_no_criterion_and_a_choice_that_is_not_named_is_not_met() -> None:
    cases_of(19, 5)
    for protocol, measure, value in NO_CRITERION:
        assert action(a_situation(reading(measure, value)), protocol) is Action.PROCEED, (protocol.pin.id, measure)
    for protocol, measure, choices in (
        (LVHN, "crackles", ("none", "below_a_third")),
        (
            USPI,
            "oxygen_device",
            ("high_flow_nasal", "mask_40_percent", "non_rebreather", "simple_mask", "nasal_cannula"),
        ),
        (TIL, "rhythm", MEASURES["rhythm"].choices),
        (TIL, "abdominal_distension", MEASURES["abdominal_distension"].choices),
    ):
        flow = "6" if measure == "oxygen_device" else "0"
        for choice in choices:
            assert action(a_situation(reading(measure, choice), oxygen_flow=flow), protocol) is Action.PROCEED, choice
    for protocol in SHIPPED:
        unknown = [name for name in MEASURES if name not in protocol.required]
        assert action(a_situation(absent=unknown), protocol) is Action.PROCEED


@pytest.mark.hazard("HZ-08")
def test_fine_print_20_a_corrected_reading_is_no_input_and_the_dose_skipped_on_it_stays_a_held_occasion() -> None:
    for protocol, measure, wrong, right in (
        (LVHN, "creatinine", "2.6", "0.9"),
        (CONSENSUS, "creatinine", "2.6", "0.9"),
        (TIL, "creatinine", "2.6", "0.9"),
        (USPI, "spo2", "88", "98"),
    ):
        sheet = a_flowsheet(reading(measure, wrong), protocol=protocol, doses=6)
        assert action(seen(sheet, protocol), protocol) is not Action.PROCEED
        row = max((one for one in sheet.observations if one.measure == measure), key=lambda one: one.observed_at)
        correction = an_observation(reading(measure, right), recorded_at=AT, supersedes=row)
        corrected = replace(sheet, observations=(*sheet.observations, correction))
        assert action(seen(corrected, protocol), protocol) is Action.PROCEED
    sheet = a_flowsheet(given=(1, 2, 3))
    held = a_record(a_situation(at=ago(480), creatinine="2.6"), LVHN, dose=sheet.doses[3])
    review = a_record(a_situation(at=ago(480)), LVHN, dose=sheet.doses[3], reviews=held)
    for records in ((held,), (held, review)):
        assert seen(replace(sheet, decisions=records), LVHN).held_doses == 1


def test_fine_print_21_graver_within_one_measure_is_never_milder_but_for_four_exceptions() -> None:
    """The scales and the random patients: tests/properties/test_worse.py, where the exceptions are counted too."""
    for protocol in SHIPPED:
        for measure, mild_to_grave in (("systolic_bp", (118, 90, 89, 79)), ("temperature", ("36.8", "38.0", "41.0"))):
            diastolic = reading("diastolic_bp", 40)
            ranks = [action(a_situation(reading(measure, value), diastolic), protocol).rank for value in mild_to_grave]
            assert ranks == sorted(ranks), (protocol.pin.id, measure)
    pair = a_situation(readings("creatinine", ("3.1", 12), ("2.4", 10)))
    assert (action(a_situation(creatinine="3.1"), CONSENSUS), action(pair, CONSENSUS)) == ("hold", "incomplete")
    fast = readings("heart_rate", (140, 40), (140, 10))
    for suspended_by in (reading("temperature", "39.0", 10), reading("dopamine_rate", "2", 10)):
        assert (action(a_situation(fast), CONSENSUS), action(a_situation(fast, suspended_by), CONSENSUS)) == (
            "hold",
            "incomplete",
        )
    one, two = readings("heart_rate", (110, 10)), readings("heart_rate", (110, 40), (110, 10))
    assert [action(a_situation(rows), CONSENSUS) for rows in (one, two)] == ["incomplete", "caution"]
    for protocol, name in ((CONSENSUS, "troponin_elevated"), (USPI, "vt_beats")):
        taken = a_situation(reading(name, True if name == "troponin_elevated" else 6))
        assert action(taken, protocol) in ("hold", "discontinue")
        assert action(a_situation(absent=[name]), protocol) == "proceed"


def test_fine_print_22_exactly_95_percent_reaches_the_target_in_both_tables_and_the_file_says_so() -> None:
    cases_of(22, 1)
    for protocol in (LVHN, CONSENSUS):
        for device, flow in (("room_air", "0"), ("nasal_cannula", "2")):
            for spo2, expected in ((95, Action.PROCEED), (94, Action.INCOMPLETE)):
                situation = a_situation(oxygen_device=device, oxygen_flow=flow, spo2=spo2)
                assert action(situation, protocol) is expected
    notes = [c.note or "" for row in LVHN.rows if row.measure == "spo2" for c in row.criteria]
    assert notes
    assert all("95" in note for note in notes)


def test_every_line_of_the_fine_print_has_a_test_named_after_it() -> None:
    named = [name for name in globals() if name.startswith("test_fine_print_")]
    assert sorted(int(name.split("_")[3]) for name in named) == list(range(1, 23))
    assert set().union(*READS.values()) <= set(range(1, 23))

"""Is a saturation read on scale 2 after a prescriber's choice for the cycle, and never otherwise?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.assess import situation_of
from app.domain.course import Cycle, CycleEvent
from app.domain.explain import news2_words
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Value
from app.domain.record import decode_decision, decode_situation, encode_decision, encode_situation
from app.domain.scores.scale import scale_at
from app.domain.vocabulary import CycleEventKind, SpO2Scale
from tests.builders import AT, LIBRARY, LVHN, a_cycle_event, a_situation, decision
from tests.domain.scores.seen import scored, sheet

ONE, TWO = SpO2Scale.ONE, SpO2Scale.TWO
ON_AIR = "50:3 83:3 84:2 85:2 86:1 87:1 88:0 92:0 93:0 95:0 97:0 100:0"
ON_OXYGEN = "50:3 83:3 84:2 85:2 86:1 87:1 88:0 92:0 93:1 94:1 95:2 96:2 97:3 100:3"
WELL: dict[str, Value] = {
    "respiratory_rate": Decimal(16),
    "systolic_bp": Decimal(118),
    "heart_rate": Decimal(72),
    "consciousness": "alert",
    "temperature": Decimal("36.8"),
}
OXYGEN_POINTS = {"room_air": 0, "nasal_cannula": 2}


def _cells(device: str, line: str) -> list[tuple[str, str, int]]:
    return [(device, value, int(points)) for value, points in (cell.split(":") for cell in line.split())]


@pytest.mark.parametrize("device,value,points", [*_cells("room_air", ON_AIR), *_cells("nasal_cannula", ON_OXYGEN)])
def test_scale_2_depends_on_air_or_oxygen(device: str, value: str, points: int) -> None:
    scored = LIBRARY.news2.score(WELL | {"spo2": Decimal(value), "oxygen_device": device}, TWO)
    assert (scored.score, scored.scale) == (points + OXYGEN_POINTS[device], TWO)


def test_scale_2_has_no_points_while_nobody_knows_whether_it_was_air() -> None:
    found = LIBRARY.news2.score(WELL | {"spo2": Decimal(97)}, TWO)
    assert (found.score, found.missing) == (None, ("oxygen_device",))
    assert "spo2" not in {part.measure for part in found.parts}


def test_values_are_rounded_before_scale_2_is_read() -> None:
    def points(value: str) -> int | None:
        return LIBRARY.news2.score(WELL | {"spo2": Decimal(value), "oxygen_device": "room_air"}, TWO).score

    assert (points("87.4"), points("87.5")) == (1, 0)


def _choice(cycle: Cycle, scale: SpO2Scale, hours: float = 1) -> CycleEvent:
    return a_cycle_event(cycle, CycleEventKind.SPO2_SCALE, AT - timedelta(hours=hours), scale=scale)


def _with(found: Flowsheet, *events: CycleEvent) -> Flowsheet:
    return replace(found, events=events)


def test_without_a_choice_everybody_is_on_scale_1() -> None:
    assert scale_at((), "cycle", AT) is ONE
    assert decision(a_situation(), LVHN).news2.scale is ONE
    assert scored(sheet(spo2=90)).news2.scale is ONE


def test_a_prescribers_choice_counts_from_its_moment_on_and_can_be_taken_back() -> None:
    found = sheet()
    cycle = found.cycles[0]
    events = (_choice(cycle, TWO, 2), _choice(cycle, ONE, 1))
    at = [AT - timedelta(hours=hours, seconds=seconds) for hours, seconds in ((2, 1), (2, 0), (1, 1), (1, 0))]
    assert [scale_at(events, cycle.id, moment) for moment in at] == [ONE, TWO, TWO, ONE]
    assert [scale_at(events[::-1], cycle.id, moment) for moment in at] == [ONE, TWO, TWO, ONE]


def test_of_two_choices_for_one_moment_the_one_recorded_last_counts() -> None:
    cycle = sheet().cycles[0]
    assert scale_at((_choice(cycle, TWO), _choice(cycle, ONE)), cycle.id, AT) is ONE
    assert scale_at((_choice(cycle, ONE), _choice(cycle, TWO)), cycle.id, AT) is TWO


def test_a_choice_is_for_its_cycle_alone() -> None:
    cycle = sheet().cycles[0]
    assert scale_at((_choice(cycle, TWO),), "another cycle", AT) is ONE


def test_the_choice_reaches_the_decision_the_scores_and_what_is_read_aloud() -> None:
    found = sheet(spo2=90)
    chosen = _with(found, _choice(found.cycles[0], TWO))
    situation = situation_of(chosen, found.doses[4], LVHN, AT)
    made = decision(situation, LVHN)
    assert (made.news2.score, made.news2.scale) == (0, TWO)
    assert news2_words(made).startswith("NEWS2 0 (SpO2 scale 2): ")
    assert scored(chosen).news2 == made.news2
    plain = decision(situation_of(found, found.doses[4], LVHN, AT), LVHN)
    assert (plain.news2.score, plain.news2.scale) == (3, ONE)
    assert news2_words(plain).startswith("NEWS2 3: ")


def test_the_scale_never_changes_the_action() -> None:
    low = a_situation(spo2=88)
    assert decision(low, LVHN).action is decision(replace(low, spo2_scale=TWO), LVHN).action


def test_what_is_written_says_scale_2_and_leaves_scale_1_as_it_always_was() -> None:
    for scale in SpO2Scale:
        situation = replace(a_situation(spo2=95, oxygen_device="nasal_cannula", oxygen_flow=2), spo2_scale=scale)
        made = decision(situation, LVHN)
        assert decode_situation(encode_situation(situation)).spo2_scale is scale
        again = decode_decision(encode_decision(made), LVHN)
        assert again.news2 == made.news2
        assert (b"spo2_scale" in encode_situation(situation)) == (scale is TWO)
        assert encode_decision(again) == encode_decision(made)

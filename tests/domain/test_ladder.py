"""Does an unanswered alert climb as the ladder says, and is a ladder that loses one refused?"""

from datetime import timedelta

import pytest

from app.domain.errors import ProtocolRefused
from app.domain.ladder import Climb, Ladder, Rung, compose_ladder, parse_ladder
from app.domain.vocabulary import Duty, Level
from app.protocols.library import read
from tests.builders import AT

SHIPPED = parse_ladder(read("ladder.toml"), "ladder.toml")
MINUTES = timedelta(minutes=1)
RUNGS = 'rungs = [{ duty = "nurse" }, { duty = "charge_nurse", after = "5 min" }]'
WHOLE = f"""
version = "1"
[level.priority]
snooze = "30 min"
{RUNGS}
[level.high_priority]
snooze = "10 min"
{RUNGS}
"""


def _after(ladder: Ladder, key: str, level: Level) -> list[tuple[str, int]]:
    return [(one.duty, (one.at - AT) // MINUTES) for one in ladder.reaches(key, level, AT)]


def test_the_shipped_ladder_reaches_nurse_charge_nurse_and_both_attendings() -> None:
    found = _after(SHIPPED, "creatinine", Level.HIGH_PRIORITY)
    assert found == [("nurse", 0), ("charge_nurse", 5), ("attending", 10), ("second_attending", 15)]


def test_information_reaches_nobody() -> None:
    assert SHIPPED.reaches("creatinine", Level.INFORMATION, AT) == ()
    assert SHIPPED.climb("creatinine", Level.INFORMATION) is None


def test_an_early_warning_score_has_times_of_its_own() -> None:
    assert _after(SHIPPED, "news2", Level.HIGH_PRIORITY) != _after(SHIPPED, "creatinine", Level.HIGH_PRIORITY)
    assert SHIPPED.keys[("news2", Level.HIGH_PRIORITY)].snooze < SHIPPED.levels[Level.HIGH_PRIORITY].snooze


def test_a_key_without_its_own_climbs_as_its_level_does() -> None:
    ladder = parse_ladder(WHOLE.encode())
    assert _after(ladder, "news2", Level.PRIORITY) == [("nurse", 0), ("charge_nurse", 5)]
    assert [one.step for one in ladder.reaches("x", Level.PRIORITY, AT)] == ["0", "1"]


@pytest.mark.parametrize(
    "change,fault",
    [
        (("[level.priority]", "[level.loud]"), "level: loud"),
        (("[level.priority]", "[level.information]"), "information"),
        (('after = "5 min"', 'after = "0 min"'), "after"),
        (('after = "5 min"', "after = 5"), "after"),
        (('{ duty = "charge_nurse", after = "5 min" }', '{ duty = "charge_nurse" }'), "after is missing"),
        (('duty = "charge_nurse"', 'duty = "nurse"'), "duty twice"),
        (('duty = "charge_nurse"', 'duty = "porter"'), "porter"),
        ((RUNGS, "rungs = []"), "reaches nobody"),
        ((RUNGS, ""), "reaches nobody"),
        (('snooze = "30 min"', ""), "snooze is missing"),
        (('snooze = "30 min"', 'snooze = "30 min"\nquiet = true'), "quiet is an unknown key"),
        (('version = "1"', ""), "version is missing"),
        (('version = "1"', 'version = "1"\nward = "A"'), "ward is an unknown key"),
        (("[level.high_priority]", "[level.priority2]"), "priority2"),
        (('[level.priority]\nsnooze = "30 min"\n' + RUNGS, ""), "level.priority is missing"),
        (('version = "1"', "version = "), "cannot be read"),
    ],
)
def test_a_ladder_with_a_fault_is_refused_by_name(change: tuple[str, str], fault: str) -> None:
    text = WHOLE.replace(*change, 1)
    assert text != WHOLE
    with pytest.raises(ProtocolRefused, match=fault) as refusal:
        parse_ladder(text.encode(), "ward.toml")
    assert "ward.toml" in refusal.value.sentence


def test_rungs_that_do_not_follow_each_other_in_time_are_refused() -> None:
    rungs = RUNGS.replace(" }]", ' }, { duty = "attending", after = "5 min" }]')
    with pytest.raises(ProtocolRefused, match="follow each other"):
        parse_ladder(WHOLE.replace(RUNGS, rungs).encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(ProtocolRefused, match="cannot be read"):
        parse_ladder(b"\xff\xfe")


def test_every_duty_can_stand_on_a_ladder() -> None:
    assert {rung.duty for rung in SHIPPED.levels[Level.PRIORITY].rungs} == set(Duty)


def test_a_ladder_written_out_is_read_as_the_same() -> None:
    whole = SHIPPED
    odd = Climb((Rung(Duty.ATTENDING, timedelta(0)), Rung(Duty.NURSE, timedelta(seconds=90))), timedelta(minutes=100))
    keys = {**whole.keys, ('a "kind"', Level.PRIORITY): odd}
    read_again = parse_ladder(compose_ladder('7 "b"', whole.levels, keys))
    assert (read_again.version, read_again.levels, read_again.keys) == ('7 "b"', whole.levels, keys)

"""Does an unanswered alert climb as the ladder says, and is a ladder that loses one refused?"""

from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.errors import ProtocolRefused
from app.domain.ladder import Climb, Ladder, Rung, compose_ladder, minutes_of, parse_ladder
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
    with pytest.raises(ProtocolRefused, match=r"^ladder\.toml cannot be read: .+\.$|^ladder cannot be read: .+\.$"):
        parse_ladder(b"\xff\xfe")


def test_every_duty_can_stand_on_a_ladder() -> None:
    assert {rung.duty for rung in SHIPPED.levels[Level.PRIORITY].rungs} == set(Duty)


def test_a_ladder_written_out_is_read_as_the_same() -> None:
    whole = SHIPPED
    odd = Climb((Rung(Duty.ATTENDING, timedelta(0)), Rung(Duty.NURSE, timedelta(seconds=90))), timedelta(minutes=100))
    keys = {**whole.keys, ('a "kind"', Level.PRIORITY): odd}
    read_again = parse_ladder(compose_ladder('7 "b"', whole.levels, keys))
    assert (read_again.version, read_again.levels, read_again.keys) == ('7 "b"', whole.levels, keys)


def _ladder(snooze: str, *after: str) -> bytes:
    """Both levels alike: a nurse at once, then one duty after another."""
    later = "".join(
        f', {{ duty = "{duty}", after = "{at}" }}' for duty, at in zip(tuple(Duty)[1:], after, strict=False)
    )
    climb = f'snooze = "{snooze}"\nrungs = [{{ duty = "nurse" }}{later}]'
    return f'version = "1"\n[level.priority]\n{climb}\n[level.high_priority]\n{climb}\n'.encode()


@pytest.mark.parametrize("after", [(), ("5 min",), ("24 h",), ("1 min", "5 min", "24 h")], ids=str)
def test_an_alert_may_be_put_aside_or_climb_for_a_whole_day(after: tuple[str, ...]) -> None:
    for climb in parse_ladder(_ladder("24 h", *after)).levels.values():
        assert climb.snooze == timedelta(hours=24)
        assert [rung.duty for rung in climb.rungs] == list(Duty)[: len(after) + 1]
        assert climb.rungs[0].after == timedelta(0)


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "snooze,after,fault",
    [
        ("1441 min", ("5 min",), "snooze is longer than 24 h"),
        ("1441 min", ("1441 min",), "snooze is longer than 24 h"),
        ("30 min", ("1441 min",), "rungs is longer than 24 h"),
        ("24 h", ("5 min", "10 min", "1441 min"), "rungs is longer than 24 h"),
    ],
)
def test_what_is_longer_than_a_day_would_lose_the_alert(snooze: str, after: tuple[str, ...], fault: str) -> None:
    with pytest.raises(ProtocolRefused, match=fault):
        parse_ladder(_ladder(snooze, *after))


@pytest.mark.parametrize("after", [("5 min", "10 min", "5 min"), ("10 min", "5 min", "15 min")])
def test_one_rung_out_of_time_is_enough_to_refuse_a_ladder(after: tuple[str, ...]) -> None:
    with pytest.raises(ProtocolRefused, match="follow each other"):
        parse_ladder(_ladder("30 min", *after))


@pytest.mark.parametrize(
    "rung,fault",
    [('{ duty = "nurse", after = "5 min" }', "after"), ('{ duty = "nurse", by = "pager" }', "by")],
)
def test_a_first_rung_says_whom_it_reaches_and_nothing_else(rung: str, fault: str) -> None:
    with pytest.raises(ProtocolRefused, match=f"{fault} is an unknown key"):
        parse_ladder(WHOLE.replace('{ duty = "nurse" }', rung, 1).encode())


def test_a_key_climbs_by_what_stands_before_its_first_colon() -> None:
    own, level = SHIPPED.keys[("news2", Level.PRIORITY)], SHIPPED.levels[Level.PRIORITY]
    found = [SHIPPED.climb(key, Level.PRIORITY) for key in ("news2", "news2:5", "news2:5:6", "news", "x:news2", "")]
    assert found == [own, own, own, level, level, level]


def test_words_of_any_script_are_written_out_and_read_again() -> None:
    version = 'Zürich "\U0001d6fc"\n2'
    document = compose_ladder(version, SHIPPED.levels, {})
    assert parse_ladder(document).version == version
    assert "Zürich" in document.decode()


@pytest.mark.parametrize(
    "length,minutes",
    [
        (timedelta(0), "0"),
        (timedelta(seconds=90), "1.5"),
        (timedelta(hours=24), "1440"),
        (timedelta(milliseconds=6), "0.0001"),
    ],
)
def test_a_length_of_time_is_that_many_minutes_exactly(length: timedelta, minutes: str) -> None:
    assert minutes_of(length) == Decimal(minutes)

"""Does the program's own test alert say when nobody should rely on alerts, and is the canary nobody else?"""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.canary import PATIENT, WARD, Pulse, arrived, breach, decode, encode, first_breached, is_canary, silence
from app.domain.protocol import Criterion, Protocol
from tests.builders import AT, CONSENSUS, LIBRARY, LVHN, USPI

MINUTES, MOMENT = timedelta(minutes=1), timedelta(microseconds=1)
WELL = Pulse("course", "2026-03-04", AT, AT, "")
UNHEARD = replace(WELL, arrived_at=None)
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def test_only_the_ward_of_the_canary_is_the_canary_s() -> None:
    assert is_canary(WARD) is True
    assert [is_canary(other) for other in (PATIENT, "", None)] == [False, False, False]


# ---- When it is tried


@pytest.mark.parametrize(
    "pulse,wait",
    [
        (WELL, 15 * MINUTES),
        (UNHEARD, MINUTES),
        (replace(WELL, arrived_at=AT - MOMENT), MINUTES),
    ],
    ids=["arrived", "never arrived", "an earlier one arrived"],
)
def test_it_is_tried_each_quarter_of_an_hour_and_each_minute_after_a_failure(pulse: Pulse, wait: timedelta) -> None:
    assert [pulse.due(AT + after) for after in (timedelta(0), wait - MOMENT, wait, 2 * wait)] == [
        False,
        False,
        True,
        True,
    ]


@pytest.mark.hazard("HZ-10", "HZ-11")
@pytest.mark.parametrize("pulse", [WELL, UNHEARD])
def test_a_clock_that_was_put_right_makes_it_try_again_at_once(pulse: Pulse) -> None:
    assert pulse.due(AT - MOMENT)


def test_a_test_alert_that_was_read_has_arrived_when_it_was_tried_and_heals_the_fault() -> None:
    failed = replace(WELL, arrived_at=AT - 15 * MINUTES, fault="the feed is closed")
    assert arrived(failed) == WELL
    assert arrived(UNHEARD) == WELL


# ---- What is said of it


def missing(minutes: int) -> str:
    return f"The program's own test alert is missing for {minutes} minutes."


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize(
    "late,said",
    [(timedelta(0), ""), (20 * MINUTES, ""), (20 * MINUTES + MOMENT, missing(20)), (61 * MINUTES, missing(61))],
    ids=str,
)
def test_a_test_alert_is_missed_from_twenty_minutes_on(late: timedelta, said: str) -> None:
    assert silence(AT, AT + late, AT) == said
    assert WELL.trouble(AT + late, AT) == said


@pytest.mark.hazard("HZ-10", "HZ-11")
def test_one_that_arrived_in_an_hour_still_to_come_is_missed_too() -> None:
    assert silence(AT, AT - 20 * MINUTES, AT - 60 * MINUTES) == ""
    assert silence(AT, AT - 30 * MINUTES, AT - 60 * MINUTES) == missing(30)


@pytest.mark.parametrize(
    "last,watched_since,minutes",
    [(None, AT, 30), (AT - 60 * MINUTES, AT, 30), (AT, AT - 60 * MINUTES, 30), (None, AT - 10 * MINUTES, 40)],
)
def test_what_was_missed_while_the_program_was_down_does_not_count(
    last: datetime | None, watched_since: datetime, minutes: int
) -> None:
    assert silence(last, AT + 30 * MINUTES, watched_since) == missing(minutes)


def test_what_is_known_to_be_wrong_is_said_at_once() -> None:
    failed = replace(WELL, fault="the feed is closed")
    said = "The program's own test alert did not arrive: the feed is closed."
    assert [failed.trouble(AT + after, AT) for after in (timedelta(0), 60 * MINUTES)] == [said, said]


# ---- As it is kept


@pytest.mark.parametrize("pulse", [WELL, UNHEARD, replace(UNHEARD, fault='closed: "feed"')])
def test_a_pulse_that_was_written_down_is_read_as_the_same(pulse: Pulse) -> None:
    assert decode(encode(pulse)) == pulse


def test_before_the_first_try_there_is_no_pulse() -> None:
    assert decode(None) is None


def test_a_pulse_is_written_with_its_names_in_order() -> None:
    assert list(json.loads(encode(WELL))) == ["arrived_at", "course_id", "day", "fault", "tried_at"]


# ---- What is charted for it


def _with(*criteria: Criterion) -> Protocol:
    row = next(row for row in LVHN.rows if row.criteria)
    return replace(LVHN, rows=(replace(row, criteria=criteria),))


@pytest.mark.parametrize("protocol", [LVHN, CONSENSUS, USPI], ids=lambda protocol: protocol.pin.id)
def test_what_is_charted_meets_a_criterion_that_alerts_at_any_hour(protocol: Protocol) -> None:
    found = breach(protocol)
    assert found is not None
    measure, choice, name = found
    criterion = protocol.criterion(name)
    assert criterion.measure == measure
    assert criterion.holds(choice)
    assert choice in criterion.any_time


def test_of_several_choices_the_first_by_name_that_alerts_at_any_hour_is_charted() -> None:
    criterion = replace(LVHN.criterion("rhythm-absolute"), choices=frozenset(LETTERS))
    quiet = replace(criterion, any_time=frozenset())
    loud = replace(criterion, id="loud", any_time=frozenset(LETTERS[10:]))
    assert breach(_with(quiet, loud)) == (criterion.measure, "k", "loud")


def test_a_protocol_without_such_a_choice_has_none_and_the_next_one_is_asked() -> None:
    silent, til = _with(), LIBRARY.protocol("til-2024")
    assert breach(silent) is None
    assert breach(til) is None
    assert first_breached([til, silent, USPI, LVHN]) == (USPI, breach(USPI))
    assert first_breached([til, silent]) is None

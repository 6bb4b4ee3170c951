"""Can an administrator read and change, on one page, whom an unanswered alert reaches and when?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.ladder import Ladder
from app.domain.vocabulary import Duty, Level
from app.services import laddering
from app.store import ladders
from tests.builders import REASON
from tests.web.house import House
from tests.web.pages import fields_of, fill

HERE = "/admin/ladders"
BACK = f"{HERE}/removal"
MINUTE = timedelta(minutes=1)


def _holds(house: House) -> Ladder:
    with house.database.reading() as tx:
        return ladders.ladder(tx, house.ward.id)


def _reached(house: House, level: Level = Level.PRIORITY) -> list[tuple[Duty, float]]:
    return [(rung.duty, rung.after / MINUTE) for rung in _holds(house).levels[level].rungs]


@pytest.mark.hazard("HZ-02")
def test_what_is_typed_holds_and_is_shown_beside_what_was_shipped(house: House) -> None:
    client = house.client("admin")
    page = client.get(HERE).text
    assert "The shipped ladder holds: this ward has written none of its own." in page
    assert "after 15 min" in page
    typed = {"every.priority.charge_nurse": "7,5", "every.priority.second_attending": "", "reason": REASON}
    answer = fill(client, HERE, typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{HERE}?ward={house.ward.id}")
    assert _reached(house) == [(Duty.NURSE, 0), (Duty.CHARGE_NURSE, 7.5), (Duty.ATTENDING, 30)]
    page = client.get(HERE).text
    assert "after 15 min" in page
    assert page.count('<span class="tag">own</span>') == 2
    read = house.client("nurse").get(HERE).text
    assert "after 7.5 min" in read
    assert "own ladder 1 holds, since 14:00, by CANARY-admin." in page


def test_drawn_and_sent_as_it_is_the_ladder_stays_the_same(house: House) -> None:
    before = _holds(house)
    assert fill(house.client("admin"), HERE, {"reason": REASON}).status_code == 303
    after = _holds(house)
    assert (after.levels, after.keys) == (before.levels, before.keys)


def test_the_minutes_say_the_order(house: House) -> None:
    typed = {"every.priority.nurse": "10", "every.priority.charge_nurse": "0", "reason": REASON}
    assert fill(house.client("admin"), HERE, typed).status_code == 303
    assert _reached(house)[:2] == [(Duty.CHARGE_NURSE, 0), (Duty.NURSE, 10)]


def test_a_kind_of_alert_left_empty_climbs_like_all_others(house: House) -> None:
    typed = {f"news2.priority.{what}": "" for what in (*Duty, "snooze")} | {"reason": REASON}
    assert fill(house.client("admin"), HERE, typed).status_code == 303
    assert ("news2", Level.PRIORITY) not in _holds(house).keys
    assert ("news2", Level.HIGH_PRIORITY) in _holds(house).keys


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"every.priority.nurse": ""}, "Somebody must be reached at once: write 0 for one of them."),
        (dict.fromkeys([f"every.high_priority.{duty}" for duty in Duty], ""), "Somebody must be reached at once"),
        ({"every.priority.attending": "15"}, "Two are reached at the same time"),
        ({"every.priority.attending": "soon"}, "Write digits with at most one point"),
        ({"every.priority.attending": "1441"}, "At most 1440 minutes, a day"),
        ({"every.priority.snooze": ""}, "Say for how many minutes at most an alert may be put aside."),
        ({"every.priority.snooze": "0"}, "Say for how many minutes at most an alert may be put aside."),
        ({"news2.priority.snooze": ""}, "Say for how many minutes at most an alert may be put aside."),
        ({"reason": ""}, "Say why the ladder is changed."),
    ],
)
def test_a_ladder_that_would_lose_an_alert_is_refused_at_its_field(
    house: House, typed: dict[str, str], sentence: str
) -> None:
    answer = fill(house.client("admin"), HERE, {"reason": REASON} | typed)
    assert answer.status_code == 422
    assert sentence in answer.text
    with house.database.reading() as tx:
        assert ladders.written(tx, house.ward.id) is None


def test_the_shipped_ladder_holds_again_and_the_history_says_so(house: House) -> None:
    client = house.client("admin")
    assert BACK not in client.get(HERE).text
    fill(client, HERE, {"every.priority.charge_nurse": "7", "reason": REASON})
    refused = fill(client, HERE, {"again": ""}, BACK)
    assert (refused.status_code, "Say why the shipped ladder is to hold again." in refused.text) == (422, True)
    house.clock.forward(minutes=1)
    assert fill(client, HERE, {"again": REASON}, BACK).status_code == 303
    page = client.get(HERE).text
    assert "The shipped ladder holds again, since 14:01, by CANARY-admin." in page
    assert "Priority: Charge nurse after 7 min (was: after 15 min)" in page
    assert "The shipped ladder again" in page
    assert _reached(house)[1] == (Duty.CHARGE_NURSE, 15)


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(house: House) -> None:
    client = house.client("admin")
    drawn = client.get(HERE).text
    house.clock.forward(minutes=1)
    with house.database.transaction() as tx:
        document = ladders.shipped().document.decode()
        laddering.write_ladder(tx, house.acting("admin"), house.ward.id, document, REASON)
    answer = client.post(HERE, data=fields_of(drawn, HERE) | {"reason": REASON})
    assert answer.status_code == 409
    assert "Somebody has changed this ladder meanwhile: read it again." in answer.text


def test_everybody_of_the_ward_reads_it_and_only_an_administrator_changes_it(house: House) -> None:
    for login in ("nurse", "charge", "prescriber"):
        client = house.client(login)
        page = client.get(HERE)
        assert page.status_code == 200
        assert "Let this ladder hold" not in page.text
        assert client.post(HERE, data={"key": "x"}).status_code == 403

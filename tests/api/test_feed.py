"""Does a reader of the alert feed ever miss anything?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import delete

from app.domain.observation import Reading
from app.services import following
from app.store import ledger
from app.store.tables import open_alert
from tests.api.app import Caller
from tests.api.bedside import items
from tests.api.world import Stay, World, a_service, a_stay
from tests.builders import reading

WRITERS, SETS = 4, 12


def _chart(world: World, stay: Stay, *charted: Reading, **values: str) -> Any:
    changed = (*charted, *(reading(measure, value) for measure, value in values.items()))
    return world.nurse.make(
        f"/courses/{stay.course_id}/observation-sets", {"dose_id": stay.dose(), "items": items(*changed)}
    )


def _follow(caller: Caller, after: str | None, limit: int = 100) -> tuple[list[dict[str, Any]], str]:
    query: dict[str, Any] = {"limit": limit} if after is None else {"limit": limit, "after": after}
    page = caller.read("/alerts", **query)
    return page["items"], page["next_cursor"]


def test_a_reader_beside_four_writers_misses_nothing_and_sees_nothing_twice(world: World) -> None:
    stays = [a_stay(world, f"CANARY-{number}") for number in range(WRITERS)]
    _, cursor = _follow(world.service, None)
    done, seen = Event(), []

    def write(stay: Stay) -> None:
        for number in range(SETS):
            _chart(world, stay, reading("creatinine", "1.0" if number % 2 else "2.6", 120 - 8 * number))

    def read() -> None:
        nonlocal cursor
        last = False
        while True:
            found, cursor = _follow(world.service, cursor, 3)
            seen.extend(found)
            if not found and last:
                return
            last = done.is_set() and not found

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(read)
        try:
            for writer in [pool.submit(write, stay) for stay in stays]:
                writer.result()
        finally:
            done.set()
        reader.result(timeout=60)

    numbers = [int(item["cursor"].rpartition("-")[2]) for item in seen]
    assert numbers == list(range(1, world.count("alert_event") + 1))
    assert len(numbers) >= WRITERS * SETS
    assert len({item["id"] for item in seen}) == len(seen)


def test_the_open_alerts_hand_out_the_cursor_that_goes_on_without_a_gap(small_world: World, small_stay: Stay) -> None:
    _chart(small_world, small_stay, creatinine="2.6")
    opened = small_world.service.read("/alerts/open")
    _chart(small_world, small_stay, creatinine="2.6", platelets="40")
    followed, _ = _follow(small_world.service, opened["after"])
    assert {event["kind"] for event in followed} >= {"raised", "repeated"}
    before, _ = _follow(small_world.service, None)
    assert [event["id"] for event in before[-len(followed) :]] == [event["id"] for event in followed]


def test_the_open_alerts_come_a_page_at_a_time(small_world: World, small_stay: Stay) -> None:
    _chart(small_world, small_stay, creatinine="2.6", platelets="40", heart_rate="125")
    whole = [alert["id"] for alert in small_world.nurse.read("/alerts/open")["items"]]
    assert len(whole) >= 3
    found, cursor = [], None
    while True:
        page = small_world.nurse.read("/alerts/open", limit=1, **({} if cursor is None else {"cursor": cursor}))
        found += [alert["id"] for alert in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == whole
    assert small_world.nurse.get("/alerts/open", cursor="nothing").json()["code"] == "unknown_cursor"


def _page_after(world: World, cursor: str, **wanted: str) -> list[str]:
    return [alert["id"] for alert in world.nurse.read("/alerts/open", limit=500, cursor=cursor, **wanted)["items"]]


def test_the_open_alerts_go_on_after_one_that_was_answered_or_has_ended(small_world: World, small_stay: Stay) -> None:
    _chart(small_world, small_stay, creatinine="2.6", platelets="40", heart_rate="125")
    page = small_world.nurse.read("/alerts/open", limit=2, state="open")
    rest = _page_after(small_world, page["next_cursor"], state="open")
    last = page["items"][-1]
    assert rest != []
    small_world.nurse.make(f"/alerts/{last['id']}/acknowledgement", {"seen": last["action"]})
    assert _page_after(small_world, page["next_cursor"], state="open") == rest
    with small_world.database.transaction() as tx:
        tx.connection.execute(delete(open_alert).where(open_alert.c.alert_id == last["id"]))
    assert last["id"] not in [alert["id"] for alert in small_world.nurse.read("/alerts/open")["items"]]
    assert _page_after(small_world, page["next_cursor"]) == rest


def test_at_the_end_of_the_feed_the_cursor_stays(small_world: World, small_stay: Stay) -> None:
    _chart(small_world, small_stay, creatinine="2.6")
    _, cursor = _follow(small_world.service, None)
    assert _follow(small_world.service, cursor) == ([], cursor)


def test_a_cursor_from_before_a_restore_is_gone(world: World) -> None:
    _, cursor = _follow(world.service, None)
    with world.database.transaction() as tx:
        ledger.new_epoch(tx)
    answer = world.service.get("/alerts", after=cursor)
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor_gone")
    assert "open alerts" in answer.json()["detail"]
    fresh = world.service.read("/alerts/open")["after"]
    assert _follow(world.service, fresh) == ([], fresh)


def test_a_cursor_ahead_of_the_feed_is_gone_too(small_world: World) -> None:
    _, cursor = _follow(small_world.service, None)
    epoch = cursor.partition("-")[0]
    assert small_world.service.get("/alerts", after=f"{epoch}-1000000").status_code == 410


def test_a_reader_of_one_ward_moves_past_what_lies_on_others(small_world: World, small_stay: Stay) -> None:
    _chart(small_world, small_stay, creatinine="2.6")
    other = Caller(small_world.app, a_service(small_world.database, ["alerts:read"], [small_world.elsewhere]))
    found, cursor = _follow(other, None)
    assert found == []
    assert cursor == _follow(small_world.service, None)[1]


def test_an_event_carries_no_name_and_no_number_of_the_patient(small_world: World, small_stay: Stay) -> None:
    _chart(small_world, small_stay, creatinine="2.6")
    text = small_world.service.get("/alerts").text
    assert "CANARY-FAMILY" not in text
    assert "CANARY-MRN" not in text


# ---- filters


def _ids(caller: Caller, **query: Any) -> list[str]:
    """The events a filter lets through, a few at a time, until the cursor stays."""
    found: list[str] = []
    cursor: dict[str, Any] = {}
    while True:
        page = caller.read("/alerts", limit=2, **query, **cursor)
        found += [event["id"] for event in page["items"]]
        if cursor == {"after": page["next_cursor"]}:
            return found
        cursor = {"after": page["next_cursor"]}


@pytest.mark.parametrize("size", [500, 3])
def test_a_filter_lets_through_what_it_names_and_the_cursor_moves_past_the_rest(
    small_world: World, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(following, "_BATCH", size)
    one, other = a_stay(small_world, "CANARY-1"), a_stay(small_world, "CANARY-2")
    for stay in (one, other, one):
        _chart(small_world, stay, creatinine="2.6", platelets="40", heart_rate="140")
    events, end = _follow(small_world.service, None, 500)
    assert {event["level"] for event in events} >= {"priority", "high_priority"}
    for query, kept in (
        ({"course_id": one.course_id}, lambda event: event["course_id"] == one.course_id),
        ({"level": "high_priority"}, lambda event: event["level"] == "high_priority"),
        ({"level": ["priority", "information"]}, lambda event: event["level"] != "high_priority"),
        ({"ward_id": small_world.ward}, lambda event: True),
        ({"ward_id": small_world.elsewhere}, lambda event: False),
        (
            {"level": "priority", "course_id": other.course_id},
            lambda event: (event["level"], event["course_id"]) == ("priority", other.course_id),
        ),
    ):
        assert _ids(small_world.service, **query) == [event["id"] for event in events if kept(event)], query
    nothing = small_world.service.read("/alerts", ward_id=small_world.elsewhere)
    assert nothing == {"items": [], "next_cursor": end}


def test_a_state_is_the_one_the_event_left_the_alert_in(small_world: World, small_stay: Stay) -> None:
    kinds: dict[str, list[str]] = {}
    _chart(small_world, small_stay, creatinine="2.6")
    alert = small_world.nurse.read("/alerts/open")["items"][0]
    small_world.clock.move(5)
    _chart(small_world, small_stay, reading("creatinine", "1.0", -5))
    small_world.nurse.make(f"/alerts/{alert['id']}/acknowledgement", {"seen": alert["action"]})
    for state in ("open", "acknowledged", "closed"):
        found = small_world.service.read("/alerts", state=state)["items"]
        kinds[state] = [event["kind"] for event in found if event["alert_id"] == alert["id"]]
    assert kinds["open"][0] == "raised"
    assert "acknowledged" not in kinds["open"]
    assert kinds["acknowledged"][0] == "acknowledged"
    assert kinds["closed"] == []


def test_open_alerts_take_the_same_filters(small_world: World) -> None:
    one, other = a_stay(small_world, "CANARY-1"), a_stay(small_world, "CANARY-2")
    for stay in (one, other):
        _chart(small_world, stay, creatinine="2.6", heart_rate="140")
    whole = small_world.nurse.read("/alerts/open")["items"]
    for query, kept in (
        ({"course_id": one.course_id}, lambda alert: alert["course_id"] == one.course_id),
        ({"level": "high_priority"}, lambda alert: alert["level"] == "high_priority"),
        ({"state": "open"}, lambda alert: True),
        ({"state": "acknowledged"}, lambda alert: False),
        ({"ward_id": small_world.elsewhere}, lambda alert: False),
    ):
        assert small_world.nurse.read("/alerts/open", **query)["items"] == [a for a in whole if kept(a)], query


@pytest.mark.parametrize("query", [{"level": "loud"}, {"state": "over"}, {"ward_id": "7"}, {"wait": 31}, {"wait": -1}])
def test_a_filter_nobody_knows_is_refused(quiet_world: World, query: dict[str, Any]) -> None:
    assert quiet_world.service.get("/alerts", **query).status_code == 422


def test_nobody_reads_another_ward_by_asking_for_it(small_world: World, small_stay: Stay) -> None:
    _chart(small_world, small_stay, creatinine="2.6")
    for query in ({"ward_id": small_world.ward}, {"course_id": small_stay.course_id}, {"state": "open"}):
        assert small_world.stranger.read("/alerts", **query)["items"] == []
        assert small_world.stranger.read("/alerts/open", **query)["items"] == []


@pytest.mark.parametrize("path", ["/alerts", "/alerts/open", "/alerts/stream"])
def test_the_alerts_of_two_states_or_wards_are_never_answered_with_those_of_one(small_world: World, path: str) -> None:
    for twice in ({"state": ["open", "acknowledged"]}, {"ward_id": [small_world.ward, small_world.elsewhere]}):
        answer = small_world.nurse.get(path, **twice)
        assert (answer.status_code, answer.json()["code"]) == (422, "bad_query")
    assert small_world.nurse.get(path, sate="open").json()["code"] == "bad_query"

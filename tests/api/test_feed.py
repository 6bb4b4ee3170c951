"""Does a reader of the alert feed ever miss anything?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from app.domain.observation import Reading
from app.store import ledger
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

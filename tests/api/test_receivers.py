"""Can a program manage to whom alerts are pushed?"""

from app.domain.ids import new_id
from app.domain.receiver import Ending
from app.domain.record import instant
from app.services.receiving import secret_of
from app.store import receivers
from app.store.receivers import Delivery
from tests.api import bedside
from tests.api.world import World, a_stay

RECEIVER = {"name": "CANARY-9041", "url": "https://pager.example/in", "ward_id": None, "least": "priority"}


def test_a_receiver_is_added_tested_rotated_and_removed(world: World) -> None:
    made = world.admin.make("/receivers", RECEIVER)
    assert made["secret"] == secret_of(b"kept elsewhere", made["id"], 1)
    here = f"/receivers/{made['id']}"
    (listed,) = world.admin.read("/receivers")["items"]
    assert (listed["id"], listed["failures"], listed["failing_since"]) == (made["id"], 0, None)
    assert world.admin.post(f"{here}/test").status_code == 202
    (attempt,) = world.admin.read(f"{here}/deliveries")["items"]
    assert (attempt["event_id"], attempt["outcome"], attempt["status"]) == (None, "unresolved", None)
    assert world.admin.make(f"{here}/rotation")["secret"] == secret_of(b"kept elsewhere", made["id"], 2)
    assert world.admin.make(f"{here}/removal", {"reason": "replaced"})["cursor"] is None
    assert world.admin.post(f"{here}/test").status_code == 404
    (listed,) = world.admin.read("/receivers")["items"]
    assert listed["removed_at"] is not None


def test_a_receiver_is_renamed_and_keeps_its_place(small_world: World) -> None:
    made = small_world.admin.make("/receivers", RECEIVER)
    here, (before,) = f"/receivers/{made['id']}/name", small_world.admin.read("/receivers")["items"]
    assert small_world.admin.make(here, {"name": "CANARY-other"}) == {**before, "name": "CANARY-other"}
    assert small_world.admin.read("/receivers")["items"] == [{**before, "name": "CANARY-other"}]
    assert small_world.admin.post(here, {"name": " "}).status_code == 422
    assert small_world.nurse.post(here, {"name": "CANARY-third"}).status_code == 403


def test_attempts_are_read_a_page_at_a_time_and_a_replay_goes_back(small_world: World) -> None:
    world = small_world
    made = world.admin.make("/receivers", RECEIVER)
    here, hooks = f"/receivers/{made['id']}", world.app.state.webhooks
    stay = a_stay(world)
    world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": bedside.items(creatinine="3.2")})
    for _ in range(5):
        world.clock.move(2)
        hooks.work(made["id"])
    first = world.admin.read(f"{here}/deliveries", limit=3)
    rest = world.admin.read(f"{here}/deliveries", limit=3, cursor=first["next_cursor"])
    assert [one["attempt"] for one in (*first["items"], *rest["items"])] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None
    assert world.admin.get(f"{here}/deliveries", cursor="no cursor").status_code == 422
    told = [one["key"] for one in world.nurse.read("/alerts/open")["items"]]
    assert f"delivery:{made['id']}" in told
    (lane,) = world.admin.read("/receivers")["items"]
    assert (lane["failures"], lane["failing_since"] is None) == (5, False)
    epoch = lane["cursor"].partition("-")[0]
    assert world.admin.post(f"{here}/replay", {"cursor": f"{epoch}-0"}).status_code == 202
    for cursor in ("nonsense", f"{epoch}-999"):
        assert world.admin.post(f"{here}/replay", {"cursor": cursor}).status_code == 422


def test_an_origin_that_is_not_open_is_refused_at_its_field(small_world: World) -> None:
    answer = small_world.admin.post("/receivers", {**RECEIVER, "url": "https://other.example/in"})
    assert answer.status_code == 422
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [("/url", "origin_not_open")]


def test_an_alert_says_who_took_it(small_world: World) -> None:
    world = small_world
    made = world.admin.make("/receivers", RECEIVER)
    stay = a_stay(world)
    saved = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": bedside.items(creatinine="3.2")})
    event = saved["alerts"][0]
    here = f"/alerts/{event['alert_id']}/deliveries"
    world.app.state.webhooks.work(made["id"])
    assert world.nurse.read(here)["items"] == []
    with world.database.transaction() as tx:
        at = world.clock()
        receivers.add_delivery(
            tx, Delivery(new_id(at), made["id"], event["id"], 2, at, 7, 204, delivered=True, outcome=Ending.DELIVERED)
        )
    taken = {"event_id": event["id"], "kind": "raised", "receiver_id": made["id"], "receiver": "CANARY-9041"}
    assert world.service.read(here)["items"] == [{**taken, "at": instant(at)}]

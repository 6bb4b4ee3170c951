"""Is a list read to its end, whatever leaves it meanwhile?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from app.domain.record import instant
from app.domain.vocabulary import Role
from app.store.people import Grant
from app.store.tables import open_alert
from tests.api.app import Caller
from tests.api.bedside import items
from tests.api.world import Stay, World, a_token
from tests.builders import AT

HOUR = timedelta(hours=1)


def _ids(answer: Any, *, by: str = "id") -> list[str]:
    return [item[by] for item in answer["items"]]


def _pages(caller: Caller, path: str, *, by: str = "id", **wanted: Any) -> list[str]:
    """The list, one item at a time."""
    found, cursor = list[str](), dict[str, str]()
    while True:
        page = caller.read(path, limit=1, **wanted, **cursor)
        found += _ids(page, by=by)
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def _shift(world: World, person: Caller, begins: datetime, ends: datetime) -> Any:
    body = {"person_id": person.read("/people/me")["id"], "duty": "nurse"}
    return world.charge.make(f"/wards/{world.ward}/shifts", {**body, "begins": instant(begins), "ends": instant(ends)})


def test_the_shifts_go_on_after_one_that_is_over_by_then(world: World) -> None:
    later = [_shift(world, world.nurse, AT + HOUR * hour, AT + HOUR * (hour + 1)) for hour in (1, 2, 3)]
    here = f"/wards/{world.ward}/shifts"
    page = world.nurse.read(here, limit=1)
    world.clock.at = AT + HOUR * 2
    assert _ids(page) == [later[0]["id"]]
    assert _ids(world.nurse.read(here)) == [one["id"] for one in later[1:]]
    assert _ids(world.nurse.read(here, cursor=page["next_cursor"])) == [one["id"] for one in later[1:]]


def test_the_assignments_go_on_after_one_that_was_taken_off(world: World, stay: Stay) -> None:
    here = f"/cycles/{stay.cycle['id']}/assignments"
    nurse = world.nurse.read("/people/me")["id"]
    made = [
        world.charge.make(here, {"person_id": nurse, "begins": instant(begins), "ends": instant(begins + HOUR)})
        for begins in (AT + HOUR, AT + 2 * HOUR)
    ]
    page = world.nurse.read(here, limit=1)
    world.charge.make(f"/assignments/{made[0]['id']}/cancellation", None)
    assert _ids(world.nurse.read(here, cursor=page["next_cursor"])) == [made[1]["id"]]


def test_the_people_go_on_after_somebody_who_moved_to_another_ward(world: World) -> None:
    admin = Caller(world.app, a_token(world.database, "ward-admin", [Grant(Role.ADMINISTRATOR, world.ward)]))
    whole = _ids(admin.read("/people"))
    page = admin.read("/people", limit=2)
    gone = page["items"][-1]
    for ward, path in ((world.elsewhere, "roles"), (world.ward, "roles/removal")):
        world.admin.make(f"/people/{gone['id']}/{path}", {"role": gone["roles"][0]["role"], "ward_id": ward})
    assert gone["id"] not in _ids(admin.read("/people"))
    assert _ids(admin.read("/people", cursor=page["next_cursor"])) == whole[2:]


def test_the_open_alerts_go_on_after_one_whose_patient_left_the_ward(world: World, stay: Stay) -> None:
    values = items(at=AT, creatinine="2.6", platelets="40", heart_rate="125")
    world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": values})
    page = world.nurse.read("/alerts/open", limit=1)
    rest = _ids(world.nurse.read("/alerts/open"))[1:]
    with world.database.transaction() as tx:
        tx.connection.execute(delete(open_alert).where(open_alert.c.alert_id == page["items"][0]["id"]))
    for caller in (world.nurse, world.service):
        assert _ids(caller.read("/alerts/open", cursor=page["next_cursor"])) == rest != []
    moved = {"kind": "moved", "at": instant(AT), "reason": "CANARY-REASON-9041"}
    world.admin.make("/beds", {"ward_id": world.elsewhere, "name": "2"})
    both = Caller(
        world.app,
        a_token(
            world.database, "both", [Grant(Role.CHARGE_NURSE, world.ward), Grant(Role.CHARGE_NURSE, world.elsewhere)]
        ),
    )
    both.make(f"/cycles/{stay.cycle['id']}/events", {**moved, "ward_id": world.elsewhere, "bed": "2"})
    assert _ids(world.nurse.read("/alerts/open", cursor=page["next_cursor"])) == []


def test_a_bed_with_the_longest_name_has_a_cursor(world: World) -> None:
    names = [letter * 200 for letter in ("a", "é", "名")]
    for name in names:
        world.admin.make("/beds", {"ward_id": world.ward, "name": name})
    assert _pages(world.nurse, "/beds", by="name", ward_id=world.ward) == ["CANARY-BED-1", *names]


@pytest.mark.parametrize("path", ["/people", "/protocols", "/tokens", "/wards", "/beds", "/alerts/open"])
def test_a_list_is_the_same_one_item_at_a_time(world: World, stay: Stay, path: str) -> None:
    values = items(at=AT, creatinine="2.6", platelets="40", heart_rate="125")
    world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": values})
    by = "name" if path == "/beds" else "id"
    whole = _ids(world.admin.read(path), by=by)
    assert len(whole) >= 2
    assert _pages(world.admin, path, by=by) == whole


def test_the_doses_come_one_at_a_time(world: World, stay: Stay) -> None:
    here = f"/cycles/{stay.cycle['id']}/doses"
    assert (
        _pages(world.nurse, here) == _ids(world.nurse.read(here)) == _ids(stay.cycle | {"items": stay.cycle["doses"]})
    )


@pytest.mark.parametrize(
    "cursor", ["nothing", "~", "é", "W10=", "eA==", "eAp5", "L2FwaS92MS93YXJkcw==", "_w==", "9" * 2000]
)
def test_a_cursor_of_no_list_is_refused(world: World, stay: Stay, cursor: str) -> None:
    for path in ("/tokens", "/wards", "/beds", "/people", "/alerts/open", f"/cycles/{stay.cycle['id']}/doses"):
        answer = world.admin.get(path, cursor=cursor)
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_cursor"), path


def test_a_cursor_of_another_list_is_refused(world: World, stay: Stay) -> None:
    for name in ("a", "b"):
        world.admin.make("/beds", {"ward_id": world.ward, "name": name})
    beds = world.admin.read("/beds", limit=1)["next_cursor"]
    answer = world.admin.get("/wards", cursor=beds)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_cursor")

"""What does an auditor read over REST, and does every read of a chart leave its line?"""

from __future__ import annotations

import pytest

from app.domain.vocabulary import Role
from app.store import chain
from app.store.people import Grant
from tests.api import bedside
from tests.api.app import Caller
from tests.api.world import Stay, World, a_service, a_stay, a_token
from tests.builders import FAMILY_NAME, MRN


def _auditor(world: World, ward_id: str | None = None) -> Caller:
    return Caller(world.app, a_token(world.database, f"auditor-{ward_id}", [Grant(Role.AUDITOR, ward_id)]))


def _reads(world: World) -> list[tuple[str | None, str, str]]:
    with world.database.reading() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT person, course_id, patient_id FROM audit WHERE action = 'read_chart' ORDER BY seq"
        )
        return [(row[0], row[1], row[2]) for row in rows]


@pytest.mark.hazard("HZ-15")
@pytest.mark.parametrize("what", ["course", "doses", "dose", "figure", "what-if", "decision"])
def test_every_way_to_read_a_chart_leaves_one_line(world: World, stay: Stay, what: str) -> None:
    made = world.nurse.make(
        f"/courses/{stay.course_id}/observation-sets", {"dose_id": stay.dose(), "items": bedside.items()}
    )
    path = {
        "course": f"/courses/{stay.course_id}",
        "doses": f"/cycles/{stay.cycle['id']}/doses",
        "dose": f"/doses/{stay.dose()}",
        "figure": f"/courses/{stay.course_id}/figures/labs",
        "what-if": f"/courses/{stay.course_id}/what-if",
        "decision": f"/decisions/{made['decision']['id']}",
    }[what]
    query = {"protocol": "til-2024"} if what == "what-if" else {}
    for _ in range(2):
        assert world.nurse.get(path, **query).status_code == 200
    me = world.nurse.read("/people/me")["id"]
    assert _reads(world) == [(me, stay.course_id, stay.patient["id"])]
    world.clock.move(15)
    assert world.nurse.get(path, **query).status_code == 200
    assert len(_reads(world)) == 2


def test_a_service_token_that_reads_a_chart_is_in_the_trail(world: World, stay: Stay) -> None:
    gateway = Caller(world.app, a_service(world.database, ["read"]))
    gateway.read(f"/courses/{stay.course_id}")
    assert _reads(world) == [(None, stay.course_id, stay.patient["id"])]


def test_a_stranger_who_asked_for_a_chart_has_read_nothing(world: World, stay: Stay) -> None:
    assert world.stranger.get(f"/courses/{stay.course_id}").status_code == 404
    assert _reads(world) == []


@pytest.mark.hazard("HZ-15")
def test_an_auditor_reads_the_lines_newest_first_with_ids_alone(world: World, stay: Stay) -> None:
    auditor = _auditor(world)
    answer = auditor.get("/audit", patient_id=stay.patient["id"])
    found = answer.json()["items"]
    assert [line["action"] for line in found] == ["search_audit", "open_cycle", "open_course", "add_patient"]
    assert {line["patient_id"] for line in found} == {stay.patient["id"]}
    assert found[0]["person_id"] == auditor.read("/people/me")["id"]
    for canary in (FAMILY_NAME, MRN):
        assert canary not in answer.text


def test_pages_go_on_by_cursor_without_a_gap(world: World, stay: Stay) -> None:
    auditor, cursor, seen = _auditor(world), None, list[int]()
    first = auditor.read("/audit", limit=1)["items"][0]["seq"]
    while len(seen) < first:
        page = auditor.read("/audit", limit=4, **({} if cursor is None else {"cursor": cursor}))
        seen += [line["seq"] for line in page["items"] if line["seq"] <= first]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == list(range(first, 0, -1))
    with world.database.reading() as tx:
        assert chain.verify_chain(tx, world.database.audit_key) == []


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 19, "٣"])
def test_a_cursor_of_nobody_is_refused(world: World, cursor: str) -> None:
    answer = _auditor(world).get("/audit", cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_cursor")


def test_an_auditor_of_another_ward_sees_no_line_of_this_one(world: World, stay: Stay) -> None:
    elsewhere = _auditor(world, world.elsewhere)
    assert elsewhere.read("/audit", course_id=stay.course_id)["items"] == []
    here = _auditor(world, world.ward).read("/audit")["items"]
    assert {line["course_id"] for line in here} == {stay.course_id}


@pytest.mark.parametrize("who", ["nurse", "prescriber", "charge", "admin", "service"])
def test_nobody_else_reads_the_trail(world: World, who: str) -> None:
    assert world.everybody()[who].get("/audit").status_code == 403


def test_a_filter_that_cannot_be_is_refused(world: World) -> None:
    auditor = _auditor(world)
    for query in ({"action": "Robert'); DROP"}, {"person_id": "me"}, {"since": "2026-11-21"}):
        assert auditor.get("/audit", **query).status_code == 422


def test_two_patients_are_kept_apart(world: World, stay: Stay) -> None:
    other = a_stay(world, "CANARY-MRN-9041-2")
    found = _auditor(world).read("/audit", patient_id=other.patient["id"])["items"]
    assert {line["course_id"] for line in found} <= {other.course_id, None}

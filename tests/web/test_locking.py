"""Does a machine that somebody walked away from show nothing, and does its person get on where they were?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from app.http.authority import AUTHORITY, Scope
from app.http.authority_board import WALL
from app.http.identity import POLL
from app.services import accounts, sessions
from app.services.secret import hashed
from app.services.sessions import GRACE, IDLE, OLD_ID_LASTS, SESSION_LASTS
from app.store import people
from tests.web.every_page import EVERYTHING, addresses, hire_everything
from tests.web.house import FAMILY_NAME, NOW, PASSWORD, House, Stay
from tests.web.machine import PINS, Machine, idle, session_row
from tests.web.pages import fields_of

FETCHED = {"HX-Request": "true"}
A_MOMENT = timedelta(microseconds=1)


@pytest.fixture
def machine(house: House) -> Machine:
    return Machine(house)


def _unlock(client: TestClient, house: House, login: str, typed: str) -> int:
    by = house.people[login].id
    return client.post("/session/unlock", data={"by": by, "proof": typed}, headers=FETCHED).status_code


def _reads(client: TestClient) -> bool:
    return client.get("/board/rows", headers={**FETCHED, POLL: "1"}).status_code == 200


def _nurse(house: House) -> TestClient:
    return house.client("nurse", begun=house.clock.at)


@pytest.mark.hazard("HZ-12", "HZ-15")
def test_a_locked_session_reads_no_page_and_no_part_of_one(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, creatinine="2.6")
    hire_everything(house)
    client = house.client(EVERYTHING, begun=house.clock.at)
    pages = addresses(house, stay)
    assert client.get("/").status_code == 200
    client.post("/session/lock", data={"page": "/"}, headers=FETCHED)
    for path, template in pages.items():
        if AUTHORITY["GET", template].scope is Scope.PUBLIC:
            assert FAMILY_NAME not in client.get(path).text, path
            continue
        fetched = client.get(path, headers=FETCHED)
        if ("GET", template) in WALL:
            assert fetched.status_code == 200, path
            assert not any(
                word in fetched.text for word in (FAMILY_NAME.upper(), stay.patient.given_name, stay.course.id, "2.6")
            )
            continue
        assert fetched.status_code == 423, path
        assert "CANARY-FAMILY" not in fetched.text
        looked = client.get(path, follow_redirects=False)
        assert (looked.status_code, looked.headers["Location"][:16]) == (303, "/session/locked?"), path


def test_a_locked_session_saves_nothing_and_says_so(house: House, stay: Stay) -> None:
    client = _nurse(house)
    path = f"/doses/{stay.dose(3).id}/observe"
    fields = fields_of(client.get(path).text, path)
    client.post("/session/lock", data={"page": path}, headers=FETCHED)
    answer = client.post(path, data=fields)
    assert answer.status_code == 423
    assert "Nothing was saved" in answer.text
    assert FAMILY_NAME not in answer.text


def test_it_locks_after_three_minutes_and_the_grace_and_not_a_moment_sooner(house: House) -> None:
    client = _nurse(house)
    house.clock.at = NOW + IDLE + GRACE
    assert _reads(client)
    house.clock.at += A_MOMENT
    assert not _reads(client)


def test_a_page_that_asks_by_itself_keeps_nothing_open(house: House) -> None:
    client = _nurse(house)
    for _ in range(40):
        idle(house, seconds=5)
        assert _reads(client)
    idle(house, seconds=1)
    assert client.get("/board/rows", headers=FETCHED).status_code == 423


def test_an_open_stream_keeps_nothing_open_either(house: House) -> None:
    client = _nurse(house)
    idle(house, minutes=1)
    before = session_row(house, client)
    client.get("/board/rows", headers={"Accept": "text/event-stream"})
    after = session_row(house, client)
    assert before is not None
    assert after is not None
    assert after[0] == before[0]


def test_somebody_who_types_is_not_locked(house: House) -> None:
    client = _nurse(house)
    for _ in range(10):
        idle(house, minutes=1)
        assert client.post("/session/active", headers=FETCHED).json() == {"person": house.people["nurse"].id}
    assert _reads(client)


def test_a_beacon_from_another_site_keeps_nothing_open(house: House) -> None:
    client = _nurse(house)
    idle(house, minutes=3)
    forged = client.post("/session/active", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    idle(house, seconds=21)
    assert not _reads(client)


def test_a_beacon_wakes_no_session_that_is_locked(house: House) -> None:
    client = _nurse(house)
    idle(house, minutes=4)
    assert client.post("/session/active", headers=FETCHED).status_code == 423
    assert not _reads(client)


def test_the_password_unlocks_where_the_machine_is_not_enrolled(house: House) -> None:
    client = _nurse(house)
    client.post("/session/lock", data={"page": "/alerts"}, headers=FETCHED)
    assert _unlock(client, house, "nurse", "CANARY-wrong-password") == 403
    assert not _reads(client)
    assert _unlock(client, house, "nurse", PASSWORD) == 204
    assert _reads(client)


def test_unlocking_gives_a_new_id_and_the_old_one_stays_locked(machine: Machine) -> None:
    house, client = machine.house, machine.sit_down("nurse")
    old = client.cookies["sid"]
    client.post("/session/lock", data={"page": "/"}, headers=FETCHED)
    assert _unlock(client, house, "nurse", PINS["nurse"]) == 204
    assert _reads(client)
    stranger = house.client()
    stranger.cookies.set("sid", old)
    assert stranger.get("/board/rows", headers=FETCHED).status_code == 423
    idle(house, seconds=OLD_ID_LASTS.total_seconds())
    assert stranger.get("/board/rows", headers=FETCHED).status_code == 401


def test_a_proof_gives_a_new_id_and_the_old_one_opens_nothing_soon_after(house: House, stay: Stay) -> None:
    client = house.client()
    old = house.session("nurse", begun=house.clock.at - timedelta(minutes=2))
    client.cookies.set("sid", old)
    answer = client.post(f"/doses/{stay.dose(3).id}/give", data={"proof": PASSWORD}, follow_redirects=False)
    renewed = answer.headers["set-cookie"]
    assert renewed.startswith("sid=")
    assert old not in renewed
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in renewed.split(";")}
    idle(house, seconds=OLD_ID_LASTS.total_seconds())
    stranger = house.client()
    stranger.cookies.set("sid", old)
    assert stranger.get("/board/rows", headers=FETCHED).status_code == 401


def test_unlocking_prolongs_no_shift(machine: Machine) -> None:
    house = machine.house
    client = machine.sit_down("nurse", begun=NOW)
    house.clock.at = NOW + SESSION_LASTS - timedelta(minutes=1)
    assert _unlock(client, house, "nurse", PINS["nurse"]) == 204
    house.clock.at = NOW + SESSION_LASTS - A_MOMENT
    assert _reads(client)
    house.clock.at = NOW + SESSION_LASTS
    assert client.get("/board/rows", headers=FETCHED).status_code == 401


def test_a_pin_opens_nothing_once_the_shift_is_over(machine: Machine) -> None:
    client = machine.sit_down("nurse", begun=NOW)
    machine.house.clock.at = NOW + SESSION_LASTS
    assert _unlock(client, machine.house, "nurse", PINS["nurse"]) == 401
    assert "CANARY-nurse" not in client.get("/sign-in").text


def test_a_pin_is_useless_on_a_machine_that_is_not_enrolled(machine: Machine) -> None:
    house = machine.house
    client = machine.sit_down("nurse")
    elsewhere = house.client()
    elsewhere.cookies.set("sid", client.cookies["sid"])
    elsewhere.post("/session/lock", data={"page": "/"}, headers=FETCHED)
    answer = elsewhere.post(
        "/session/unlock", data={"by": house.people["nurse"].id, "proof": PINS["nurse"]}, headers=FETCHED
    )
    assert answer.status_code == 403
    assert "enrolled workstation" in answer.text


def test_a_pin_is_useless_on_another_enrolled_machine(machine: Machine) -> None:
    house = machine.house
    client, other = machine.sit_down("nurse"), Machine(house).browser
    other.cookies.set("sid", client.cookies["sid"])
    assert _unlock(other, house, "nurse", PINS["nurse"]) == 403


def test_a_pin_is_useless_on_a_machine_that_was_revoked(machine: Machine) -> None:
    house, client = machine.house, machine.sit_down("nurse")
    client.post("/session/lock", data={"page": "/"}, headers=FETCHED)
    machine.revoke()
    assert _unlock(client, house, "nurse", PINS["nurse"]) == 403
    assert client.get("/session/others").text.strip() == ""
    assert _unlock(client, house, "nurse", PASSWORD) == 204


def test_five_wrong_pins_leave_the_password(machine: Machine) -> None:
    house, client = machine.house, machine.sit_down("nurse")
    client.post("/session/lock", data={"page": "/"}, headers=FETCHED)
    for _ in range(5):
        assert _unlock(client, house, "nurse", "294618") == 403
    assert _unlock(client, house, "nurse", PINS["nurse"]) == 403
    assert _unlock(client, house, "nurse", PASSWORD) == 204


def test_another_person_goes_on_with_a_pin_where_they_were(machine: Machine) -> None:
    house = machine.house
    client = machine.sit_down("charge")
    client.post("/session/lock", data={"page": "/alerts?x=1"}, headers=FETCHED)
    machine.sit_down("nurse")
    assert "CANARY-charge" in client.get("/session/others").text
    typed = {"person": house.people["charge"].id, "proof": PINS["charge"]}
    answer = client.post("/session/switch", data=typed, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/alerts?x=1")
    assert "CANARY-charge" in client.get("/").text
    assert "CANARY-nurse" in client.get("/session/others").text


def test_who_was_there_before_stays_locked_after_a_switch(machine: Machine) -> None:
    house = machine.house
    machine.sit_down("charge")
    client = machine.sit_down("nurse")
    nurses = client.cookies["sid"]
    client.post("/session/switch", data={"person": house.people["charge"].id, "proof": PINS["charge"]})
    stranger = house.client()
    stranger.cookies.set("sid", nurses)
    assert stranger.get("/board/rows", headers=FETCHED).status_code == 423


def test_one_persons_pin_opens_nothing_of_anothers(machine: Machine) -> None:
    house = machine.house
    machine.sit_down("charge")
    client = machine.sit_down("nurse")
    answer = client.post("/session/switch", data={"person": house.people["charge"].id, "proof": PINS["nurse"]})
    assert answer.status_code == 423
    assert "4 tries left" in answer.text


def test_nobody_switches_to_somebody_who_is_not_signed_in_here(machine: Machine) -> None:
    house = machine.house
    client = machine.sit_down("nurse")
    Machine(house).sit_down("charge")
    typed = {"person": house.people["charge"].id, "proof": PINS["charge"]}
    answer = client.post("/session/switch", data=typed, follow_redirects=False)
    assert answer.headers["Location"] == "/sign-in"
    assert "CANARY-nurse" in client.get("/").text


def test_a_full_sign_in_of_somebody_else_leaves_the_other_locked(machine: Machine) -> None:
    house = machine.house
    client = machine.sit_down("nurse")
    nurses = client.cookies["sid"]
    client.post("/sign-in", data={"login": "charge", "password": PASSWORD, "next": "/"})
    stranger = house.client()
    stranger.cookies.set("sid", nurses)
    assert stranger.get("/board/rows", headers=FETCHED).status_code == 423


def test_a_page_of_one_person_is_not_unlocked_by_another(machine: Machine) -> None:
    house, client = machine.house, machine.sit_down("nurse")
    assert _unlock(client, house, "charge", PINS["nurse"]) == 409


@pytest.mark.parametrize("change", ["switched off", "signed out everywhere"])
def test_what_an_administrator_takes_away_is_gone_at_the_next_request(machine: Machine, change: str) -> None:
    house, client = machine.house, machine.sit_down("nurse")
    with house.database.transaction() as tx:
        if change == "switched off":
            people.set_active(tx, house.people["nurse"].id, active=False)
        else:
            sessions.end_all(tx, accounts.operator(house.clock.at), house.people["nurse"].id)
    assert client.get("/board/rows", headers=FETCHED).status_code == 401
    assert _unlock(client, house, "nurse", PINS["nurse"]) == 401


def test_a_person_sees_their_sessions_and_ends_one(house: House) -> None:
    here, there = house.client("nurse"), house.client("nurse")
    page = here.get("/me/sessions").text
    assert page.count("End it<") == 2
    assert here.post("/me/sessions", data=fields_of(page, "/me/sessions"), follow_redirects=False).status_code == 303
    assert there.get("/", follow_redirects=False).status_code == 303
    assert here.get("/").status_code == 200


def test_nobody_ends_a_session_that_is_not_theirs(house: House) -> None:
    mine, other = house.client("nurse"), house.client("charge")
    theirs = fields_of(other.get("/me/sessions").text, "/me/sessions")
    page = mine.get("/me").text
    key = fields_of(page, "/me/pin")["key"]
    typed = {"key": key, "session": hashed(other.cookies["sid"])}
    assert theirs == {}
    assert mine.post("/me/sessions", data=typed).status_code == 404
    assert other.get("/").status_code == 200


def test_the_lock_says_who_and_nothing_of_a_patient(house: House, stay: Stay) -> None:
    client = _nurse(house)
    client.post("/session/lock", data={"page": f"/doses/{stay.dose(3).id}"}, headers=FETCHED)
    page = client.get(f"/doses/{stay.dose(3).id}").text
    assert "<title>Locked" in page
    assert "CANARY-nurse" in page
    assert FAMILY_NAME not in page
    assert f'value="/doses/{stay.dose(3).id}"' in page

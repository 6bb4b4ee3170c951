"""Is what a nurse typed kept for that nurse, and for nobody else?"""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from tests.web.house import House, Stay
from tests.web.machine import PINS, Machine, idle
from tests.web.pages import fields_of

FETCHED = {"HX-Request": "true"}
TYPED = {"temperature": "38.4", "heart_rate": "118"}


@pytest.fixture
def path(stay: Stay) -> str:
    return f"/doses/{stay.dose(3).id}/observe"


def _keep(client: TestClient, path: str, **typed: str) -> dict[str, str]:
    fields = fields_of(client.get(path).text, path) | TYPED | typed
    assert client.post(f"{path}/draft", data=fields, headers=FETCHED).status_code == 204
    return fields


def _restored(client: TestClient, path: str) -> bool:
    page = client.get(path).text
    assert ('value="38.4"' in page) == ("Draft of" in page)
    return "Draft of" in page


def test_a_draft_is_there_again_with_its_time(house: House, path: str) -> None:
    client = house.client("nurse")
    _keep(client, path)
    idle(house, minutes=5)
    page = client.get(path).text
    assert "Draft of 14:00 restored." in page
    assert fields_of(page, path)["heart_rate"] == "118"


@pytest.mark.hazard("HZ-12")
def test_nobody_else_sees_it_not_even_after_a_switch(house: House, path: str) -> None:
    machine = Machine(house)
    machine.sit_down("charge")
    client = machine.sit_down("nurse")
    _keep(client, path)
    client.post("/session/lock", data={"page": path}, headers=FETCHED)
    client.post("/session/switch", data={"person": house.people["charge"].id, "proof": PINS["charge"]})
    assert "CANARY-charge" in client.get("/").text
    assert not _restored(client, path)
    client.post("/session/switch", data={"person": house.people["nurse"].id, "proof": PINS["nurse"]})
    assert _restored(client, path)


def test_a_draft_for_somebody_else_is_refused(house: House, path: str) -> None:
    nurse, charge = house.client("nurse"), house.client("charge")
    fields = _keep(nurse, path)
    assert charge.post(f"{path}/draft", data=fields, headers=FETCHED).status_code == 409
    assert not _restored(charge, path)


def test_it_is_gone_once_the_set_is_saved(house: House, path: str) -> None:
    client = house.client("nurse")
    fields = _keep(client, path)
    assert client.post(path, data=fields, follow_redirects=False).status_code == 303
    assert not _restored(client, path)


def test_a_draft_that_arrives_after_its_set_was_saved_does_not_come_back(house: House, path: str) -> None:
    client = house.client("nurse")
    fields = _keep(client, path)
    assert client.post(path, data=fields, follow_redirects=False).status_code == 303
    assert client.post(f"{path}/draft", data=fields, headers=FETCHED).status_code == 204
    assert not _restored(client, path)


def test_it_can_be_thrown_away(house: House, path: str) -> None:
    client = house.client("nurse")
    _keep(client, path)
    discard = f"{path}/draft/discard"
    assert client.post(discard, data=fields_of(client.get(path).text, discard)).status_code == 200
    assert not _restored(client, path)


def test_a_locked_session_keeps_no_draft(house: House, path: str) -> None:
    client = house.client("nurse")
    fields = fields_of(client.get(path).text, path) | TYPED
    client.post("/session/lock", data={"page": path}, headers=FETCHED)
    assert client.post(f"{path}/draft", data=fields, headers=FETCHED).status_code == 423


def test_it_is_forgotten_after_a_shift(house: House, path: str) -> None:
    client = house.client("nurse")
    _keep(client, path)
    idle(house, hours=12)
    assert _restored(client, path)
    idle(house, microseconds=1)
    assert not _restored(client, path)


def test_no_proof_and_no_binding_is_kept_with_it(house: House, path: str) -> None:
    client = house.client("nurse")
    _keep(client, path, proof="CANARY-password")
    with house.database.reading() as tx:
        kept = tx.connection.exec_driver_sql("SELECT document FROM draft").scalar_one()
    assert "CANARY-password" not in kept
    assert "by=" not in kept.split("&")

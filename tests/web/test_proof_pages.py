"""Does a page ask who is acting only when that is due, in the same form, and does a slip lose nothing typed?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.web.house import BORN, MRN, NOW, PASSWORD, House, Stay
from tests.web.machine import PINS, Machine, idle
from tests.web.pages import fields_of

DUE = NOW + timedelta(minutes=30)


@pytest.fixture
def machine(house: House) -> Machine:
    return Machine(house)


def _ready(house: House, stay: Stay) -> str:
    """The dose is due, and a well set of this minute lets it be given."""
    house.clock.at = DUE
    house.chart(stay, dose=3)
    return f"/doses/{stay.dose(3).id}/give"


def _client(house: House, login: str, seconds: float, at: str | None = None) -> TestClient:
    """Somebody who showed their password so many seconds ago."""
    return house.client(login, begun=house.clock.at - timedelta(seconds=seconds), at=at)


def _give(client: TestClient, path: str, **typed: str) -> Response:
    fields = fields_of(client.get(path).text, path)
    said = {"outcome": "given", "mrn": MRN, "born": f"{BORN:%d-%b-%Y}"}
    return client.post(path, data={**fields, **said, **typed}, follow_redirects=False)


def _asked(page: str) -> bool:
    return 'name="proof"' in page.partition('id="lock"')[0]


def test_a_fresh_sign_in_is_not_asked_again_within_a_minute(house: House, stay: Stay) -> None:
    path = _ready(house, stay)
    client = _client(house, "nurse", 20)
    page = client.get(path).text
    assert 'data-after="41" hidden' in page
    assert _give(client, path).status_code == 303


def test_after_a_minute_the_form_asks_and_the_password_goes_with_it(house: House, stay: Stay) -> None:
    path = _ready(house, stay)
    client = _client(house, "nurse", 61)
    assert "data-after" not in client.get(path).text
    refused = _give(client, path)
    assert refused.status_code == 422
    assert "Show that it is you" in refused.text
    assert _give(client, path, proof=PASSWORD).status_code == 303


def test_a_wrong_one_loses_nothing_typed_and_is_not_repeated(house: House, stay: Stay) -> None:
    path = _ready(house, stay)
    client = _client(house, "nurse", 61)
    refused = _give(client, path, proof="CANARY-wrong-password", reason="CANARY because")
    assert refused.status_code == 422
    assert "That is not your password." in refused.text
    assert 'value="given" checked' in refused.text
    assert "CANARY because" in refused.text
    assert f'value="{MRN}"' in refused.text
    assert "CANARY-wrong-password" not in refused.text


def test_a_right_one_with_something_else_missing_is_not_asked_twice(house: House, stay: Stay) -> None:
    path = _ready(house, stay)
    client = _client(house, "nurse", 61)
    refused = _give(client, path, proof=PASSWORD, born="")
    assert refused.status_code == 422
    again = fields_of(refused.text, path) | {"outcome": "given", "born": f"{BORN:%d-%b-%Y}", "proof": ""}
    idle(house, seconds=10)
    assert client.post(path, data=again, follow_redirects=False).status_code == 303


def test_the_same_form_twice_is_saved_once_with_another_proof(house: House, stay: Stay) -> None:
    path = _ready(house, stay)
    client = _client(house, "nurse", 61)
    old = client.cookies["sid"]
    fields = fields_of(client.get(path).text, path)
    said = {**fields, "outcome": "given", "mrn": MRN, "born": f"{BORN:%d-%b-%Y}", "proof": PASSWORD}
    first = client.post(path, data=said, follow_redirects=False)
    second_tap = house.client()
    second_tap.cookies.set("sid", old)
    second = second_tap.post(path, data=said, follow_redirects=False)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["Location"] == second.headers["Location"]


def test_the_pin_is_enough_at_an_enrolled_machine(machine: Machine, stay: Stay) -> None:
    house = machine.house
    path = _ready(house, stay)
    client = machine.sit_down("nurse", begun=house.clock.at - timedelta(seconds=61))
    assert "PIN or password" in client.get(path).text
    wrong = _give(client, path, proof="294618")
    assert wrong.status_code == 422
    assert "4 tries left" in wrong.text
    assert _give(client, path, proof=PINS["nurse"]).status_code == 303


def test_elsewhere_the_page_says_that_it_takes_the_password(house: House, stay: Stay) -> None:
    path = _ready(house, stay)
    client = _client(house, "nurse", 61)
    assert "A PIN counts only at an enrolled workstation" in client.get(path).text
    refused = _give(client, path, proof=PINS["nurse"])
    assert "A PIN counts only at an enrolled workstation" in refused.text
    assert refused.status_code == 422


def test_the_name_of_who_acts_stands_on_the_button(house: House, stay: Stay) -> None:
    path = _ready(house, stay)
    assert "<strong>as CANARY-nurse</strong>" in _client(house, "nurse", 61).get(path).text


def test_an_order_with_the_criteria_asks_nothing_and_one_against_them_does(house: House, stay: Stay) -> None:
    house.clock.at = DUE
    path = f"/doses/{stay.dose(3).id}/order"
    house.chart(stay, dose=3)
    assert not _asked(_client(house, "prescriber", 61).get(path).text)
    idle(house, minutes=5)
    house.chart(stay, dose=3, creatinine="2.6")
    client = _client(house, "prescriber", 61)
    page = client.get(path).text
    assert _asked(page)
    against: dict[str, Any] = {**fields_of(page, path), "choice": "give", "reason": "CANARY weighed"}
    assert client.post(path, data=against, follow_redirects=False).status_code == 422
    assert client.post(path, data={**against, "proof": PASSWORD}, follow_redirects=False).status_code == 303


def test_a_grave_alert_asks_in_its_own_row_and_says_there_what_was_wrong(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, creatinine="3.2", hallucinations=True)
    client = _client(house, "nurse", 61)
    page = client.get("/alerts").text
    assert _asked(page)
    assert "Acknowledge as CANARY-nurse" in page
    action = page.partition("/acknowledge")[0].rpartition('"')[2] + "/acknowledge"
    refused = client.post(action, data=fields_of(page, action), follow_redirects=False)
    assert refused.status_code == 422
    assert "Show that it is you" in refused.text


def test_a_signature_asks_for_a_proof_at_its_field(house: House) -> None:
    client = _client(house, "pharmacist", 61)
    page = client.get("/protocols/til-2024").text
    path = "/protocols/til-2024/signoffs"
    typed = {**fields_of(page, path), "statement": "CANARY compared with the paper"}
    refused = client.post(path, data=typed, follow_redirects=False)
    assert refused.status_code == 422
    assert 'id="proof-sign-fault"' in refused.text
    assert "CANARY compared with the paper" in refused.text


def test_a_pin_is_set_with_the_password_and_never_shown(house: House) -> None:
    client = _client(house, "nurse", 61)
    page = client.get("/me").text
    typed = {**fields_of(page, "/me/pin"), "pin": "294617", "again": "294617"}
    assert client.post("/me/pin", data=typed, follow_redirects=False).status_code == 422
    refused = client.post("/me/pin", data={**typed, "pin": "123456", "proof": PASSWORD}, follow_redirects=False)
    assert refused.status_code == 422
    assert "among the first a stranger would try" in refused.text
    assert "123456" not in refused.text.replace("345678", "")
    typed |= fields_of(refused.text, "/me/pin") | {"pin": "294617", "again": "294617"}
    assert client.post("/me/pin", data=typed, follow_redirects=False).headers["Location"] == "/me?pin=set"
    assert "Your PIN is set." in client.get("/me?pin=set").text

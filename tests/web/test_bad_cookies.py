"""Does a stolen, expired, guessed or replayed thing open or do anything?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from app.domain.vocabulary import Role
from app.services import accounts
from app.services.sessions import SESSION_LASTS
from app.store.people import Grant
from tests.web.house import NOW, PASSWORD, House, Stay
from tests.web.pages import fields_of, fill


def _with(house: House, secret: str, name: str = "sid") -> TestClient:
    client = house.client()
    client.cookies.set(name, secret)
    return client


def _is_out(client: TestClient) -> bool:
    answer = client.get("/", follow_redirects=False)
    return answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")


def test_a_copied_cookie_ends_with_the_sign_out_of_its_owner(house: House) -> None:
    owner = house.client()
    fill(owner, "/sign-in", {"login": "nurse", "password": PASSWORD})
    thief = _with(house, str(owner.cookies["sid"]))
    assert not _is_out(thief)
    answer = owner.post("/sign-out", follow_redirects=False)
    assert '"cache"' in answer.headers["Clear-Site-Data"]
    assert _is_out(thief)
    assert _is_out(owner)


def test_a_cookie_ends_with_the_shift(house: House) -> None:
    secret = house.session("nurse", begun=house.clock.at, until=house.clock.at + SESSION_LASTS)
    house.clock.forward(hours=12)
    assert _is_out(_with(house, secret))


def test_a_cookie_ends_with_the_roles_it_was_given_for(house: House) -> None:
    client = house.client("nurse")
    assert not _is_out(client)
    with house.database.transaction() as tx:
        operator = accounts.operator(house.clock.at)
        accounts.grant(tx, operator, house.people["nurse"].id, Grant(Role.PHARMACIST, house.ward.id))
    assert _is_out(client)


@pytest.mark.parametrize("secret", ["x", "' OR 1=1 --", "0" * 64, "a" * 4000, "%00", "dw_" + "a" * 43])
def test_a_guessed_cookie_opens_nothing(house: House, secret: str) -> None:
    assert _is_out(_with(house, secret))


def test_what_is_stored_of_a_session_opens_nothing(house: House) -> None:
    house.session("nurse")
    with house.database.reading() as tx:
        stored = tx.connection.exec_driver_sql("SELECT hash FROM session").scalar_one()
    assert _is_out(_with(house, str(stored)))


def test_over_https_the_cookie_is_bound_to_this_host(house: House) -> None:
    house.app.state.secure_cookies = True
    client = house.client()
    client.base_url = "https://ward.test"
    answer = fill(client, "/sign-in", {"login": "nurse", "password": PASSWORD})
    (cookie,) = [one for one in answer.headers.get_list("set-cookie") if "sid=" in one]
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert cookie.startswith("__Host-sid=")
    assert {"HttpOnly", "Path=/", "SameSite=strict", "Secure"} <= parts
    assert not any(part.lower().startswith("domain") for part in parts)
    assert _is_out(_with(house, house.session("nurse"), "sid")), "the name of the open line counts no more"


def test_over_an_open_line_the_cookie_is_one_a_browser_keeps(house: House) -> None:
    answer = fill(house.client(), "/sign-in", {"login": "nurse", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sid=")
    assert "Secure" not in cookie


def test_a_form_sent_again_does_nothing_again(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=5))
    client, path = house.client("nurse"), f"/doses/{stay.dose(3).id}/give"
    sent = fields_of(client.get(path).text, path)
    sent |= {"outcome": "given", "mrn": stay.patient.mrn, "born": "03-Feb-1971"}
    assert client.post(path, data=sent, follow_redirects=False).status_code == 303
    assert client.post(path, data=sent, follow_redirects=False).status_code == 303
    other = {**sent, "outcome": "not_given", "reason": "CANARY-changed"}
    assert client.post(path, data=other, follow_redirects=False).status_code == 409
    stolen = house.client("charge").post(path, data=sent, follow_redirects=False)
    assert stolen.status_code == 409
    with house.database.reading() as tx:
        query = "SELECT count(*) FROM administration WHERE dose_id = ?"
        assert tx.connection.exec_driver_sql(query, (stay.dose(3).id,)).scalar_one() == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"role": "prescriber", "roles": "prescriber", "grants": "prescriber"},
        {"by": "somebody"},
        {"person_id": "x", "acting_as": "CANARY-prescriber", "service": "0"},
    ],
)
def test_a_role_a_form_claims_counts_for_nothing(house: House, stay: Stay, forged: dict[str, str]) -> None:
    recorded = house.chart(stay, dose=3, at=NOW - timedelta(minutes=5), creatinine="2.6")
    assert recorded.record is not None
    path = f"/doses/{stay.dose(3).id}/order"
    prescriber = house.people["prescriber"].id
    sent = {
        **fields_of(house.client("prescriber").get(path).text, path),
        "choice": "give",
        "reason": "CANARY",
        "by": prescriber,
        **{name: prescriber if value == "somebody" else value for name, value in forged.items()},
    }
    answer = house.client("nurse").post(path, data=sent, headers={"X-Forwarded-User": "prescriber"})
    assert answer.status_code == 403
    with house.database.reading() as tx:
        assert tx.connection.exec_driver_sql("SELECT count(*) FROM dose_order").scalar_one() == 0


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "/x\r\nSet-Cookie: a=b",
        "/%0d%0aSet-Cookie:%20a=b",
        "javascript:alert(1)",
        "\t//evil.example",
        "/\t/evil.example",
        "/" + "a" * 5000,
    ],
)
def test_signing_in_leads_nowhere_else_and_into_no_header(house: House, onward: str) -> None:
    client = house.client()
    fields = fields_of(client.get("/sign-in", params={"next": onward}).text, "/sign-in")
    for sent in (fields, {**fields, "next": onward}):
        typed = {**sent, "login": "nurse", "password": PASSWORD}
        answer = house.client().post("/sign-in", data=typed, follow_redirects=False)
        assert answer.status_code == 303
        location = answer.headers["Location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert "\r" not in location
        assert "\n" not in location
        assert [one.partition("=")[0] for one in answer.headers.get_list("set-cookie")] == ["sid"]

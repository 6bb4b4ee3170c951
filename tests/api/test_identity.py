"""Does a browser stay signed in for a shift, and not longer?"""

from datetime import datetime, timedelta
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI, Request, Response
from fastapi.testclient import TestClient

from app.domain.vocabulary import Role
from app.http.clock import now
from app.http.cookies import clear_session, set_session
from app.http.identity import optional_acting, signed_in
from app.http.proving import sign_in, sign_out
from app.services import accounts, passwords
from app.services.acting import Acting
from app.store.people import Grant
from tests.api.world import World
from tests.builders import AT

PASSWORD = "CANARY correct horse 9041"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture
def signing(small_world: World) -> World:
    """The world with a person who has a password, and the routes a page would have."""
    with small_world.database.transaction() as tx:
        roles = [Grant(Role.NURSE, small_world.ward)]
        accounts.create_person(tx, accounts.operator(AT - timedelta(hours=1)), "browser", "CANARY-B", HASH, roles)
    _add_routes(small_world.app)
    return small_world


def _add_routes(app: FastAPI) -> None:
    @app.post("/in")
    def come_in(request: Request, login: str, password: str, at: Annotated[datetime, Depends(now)]) -> Response:
        answer = Response()
        set_session(request, answer, sign_in(request, login, password, at))
        return answer

    @app.post("/out")
    def go_out(request: Request, found: Annotated[Acting | None, Depends(optional_acting)]) -> Response:
        answer = Response()
        sign_out(request, signed_in(found))
        clear_session(request, answer)
        return answer

    @app.get("/who")
    def who_is_it(found: Annotated[Acting | None, Depends(optional_acting)]) -> str | None:
        return None if found is None else found.name


def _browser(world: World) -> TestClient:
    return TestClient(world.app, headers={"Origin": "http://testserver"})


def _in(browser: TestClient, password: str = PASSWORD) -> int:
    return browser.post("/in", params={"login": "browser", "password": password}).status_code


def test_a_session_lasts_a_shift_of_twelve_hours(signing: World) -> None:
    browser = _browser(signing)
    assert browser.get("/who").json() is None
    assert _in(browser) == 200
    for _ in range(12 * 20 - 1):
        signing.clock.move(3)
        assert browser.get("/who").json() == "CANARY-B"
    signing.clock.move(3)
    assert browser.get("/who").json() is None
    assert browser.post("/out").status_code == 401


def test_the_wrong_password_opens_nothing(signing: World) -> None:
    browser = _browser(signing)
    assert _in(browser, "wrong") == 401
    assert browser.cookies == {}


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(signing: World) -> None:
    answer = _browser(signing).post("/in", params={"login": "browser", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("sid=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie
    signing.app.state.secure_cookies = True
    cookie = _browser(signing).post("/in", params={"login": "browser", "password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith("__Host-sid=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


def test_signing_out_ends_the_session_on_the_server_too(signing: World) -> None:
    browser = _browser(signing)
    _in(browser)
    secret = browser.cookies["sid"]
    assert browser.post("/out").status_code == 200
    assert "sid" not in browser.cookies
    browser.cookies.set("sid", secret)
    assert browser.get("/who").json() is None


def test_every_sign_in_has_a_session_of_its_own(signing: World) -> None:
    one, other = _browser(signing), _browser(signing)
    _in(one)
    _in(other)
    assert one.cookies["sid"] != other.cookies["sid"]
    one.post("/out")
    assert other.get("/who").json() == "CANARY-B"


def test_a_bad_token_is_not_made_good_by_a_session(signing: World) -> None:
    browser = _browser(signing)
    _in(browser)
    for value in ("Bearer dw_nothing", "Bearer ", "bearer x"):
        answer = browser.get("/who", headers={"Authorization": value})
        assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_an_api_route_takes_the_session_of_a_browser(signing: World) -> None:
    browser = _browser(signing)
    _in(browser)
    assert browser.get("/api/v1/people/me").json()["name"] == "CANARY-B"
    forged = browser.post("/api/v1/patients", json={}, headers={"Origin": "http://elsewhere"})
    assert (forged.status_code, forged.json()["code"]) == (403, "cross_site")


def test_the_last_use_is_noted_at_most_once_a_minute(signing: World) -> None:
    def noted() -> list[str]:
        with signing.database.reading() as tx:
            found = tx.connection.exec_driver_sql("SELECT used_at FROM token WHERE name = 'token of nurse'")
            return [str(row[0]) for row in found]

    signing.nurse.read("/people/me")
    first = noted()
    signing.clock.move(0.9)
    signing.nurse.read("/people/me")
    assert noted() == first
    signing.clock.move(0.2)
    signing.nurse.read("/people/me")
    assert noted() != first

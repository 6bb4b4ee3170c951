"""Can somebody sign in with the hospital's account, and does nothing that comes back wrong let anybody in?"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import oidc_provider_mock
import pytest
import structlog
from fastapi.testclient import TestClient
from httpx2 import Client, Response
from sqlalchemy import select

from app.domain.vocabulary import Role
from app.http.logs import configure_logging
from app.http.oidc import RETURN, SignOn
from app.http.oidc_fetch import Asker
from app.http.oidc_provider import Provider
from app.http.request_id import request_id
from app.services.provider_roles import read_roles
from app.store import people
from app.store import tables as t
from app.store.people import Grant, Person
from tests.sign_on import CLIENT, ORIGIN, ROLES, SECRET, Trickster, signed, trickster
from tests.web.house import PASSWORD, House, Stay
from tests.web.pages import fill

WRONG_USER = "CANARY-subject-2"


@pytest.fixture
def provider(house: House) -> Iterator[Trickster]:
    with trickster() as made:
        house.app.state.sign_on = made.sign_on()
        yield made


@dataclass
class Visit:
    """A browser that begins a sign-in and comes back with what the provider says."""

    house: House
    provider: Trickster
    client: TestClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.house.client()

    def begin(self, path: str = "/sign-in/provider?next=/patients") -> dict[str, str]:
        """What the provider is sent."""
        answer = self.client.get(path, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return {name: one[0] for name, one in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    def back(self, asked: dict[str, str], token: Any = None, **claims: Any) -> Response:
        """Comes back; the provider's answer is honest but for `claims`."""
        said = self.provider.claims(self.house.clock.at, **({"nonce": asked["nonce"]} | claims))
        self.provider.token = signed(said) if token is None else token
        return self.come(state=asked["state"], code="CANARY-code-9041")

    def come(self, **query: str) -> Response:
        return self.client.get(RETURN, params=query, follow_redirects=False)

    def sign_in(self, **claims: Any) -> Response:
        return self.back(self.begin(), **claims)

    @property
    def signed_in(self) -> bool:
        return self.client.get("/", follow_redirects=False).status_code == 200


@pytest.fixture
def visit(house: House, provider: Trickster) -> Visit:
    return Visit(house, provider)


def the_person(house: House, login: str = "ada@127.0.0.1") -> Person:
    with house.database.reading() as tx:
        found = people.person_by_login(tx, login)
    assert found is not None
    assert found[1] is None
    return found[0]


def trail(house: House) -> list[str]:
    with house.database.reading() as tx:
        rows = tx.connection.execute(select(t.audit.c.action).order_by(t.audit.c.seq))
        return [row[0] for row in rows]


def test_the_sign_in_page_offers_the_hospital_account_only_where_there_is_one(house: House) -> None:
    assert "hospital account" not in house.client().get("/sign-in").text
    assert house.client().get("/sign-in/provider").status_code == 404
    assert house.client().post("/sign-in/provider/back-channel-logout", data={"logout_token": "x"}).status_code == 404


def test_a_nurse_signs_in_with_the_hospital_account_and_goes_on_where_she_wanted(house: House, visit: Visit) -> None:
    page = visit.client.get("/sign-in?next=/patients").text
    assert "/sign-in/provider?next=%2Fpatients" in page
    asked = visit.begin()
    assert (asked["response_type"], asked["code_challenge_method"], asked["prompt"]) == ("code", "S256", "login")
    assert asked["redirect_uri"] == ORIGIN + RETURN
    answer = visit.back(asked)
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=/patients")
    assert "CANARY-Ada Nurse" in visit.client.get("/").text
    sent = visit.provider.posted[0]
    assert (sent["code"], sent["redirect_uri"]) == ("CANARY-code-9041", ORIGIN + RETURN)
    assert len(sent["code_verifier"]) >= 43
    person = the_person(house)
    assert person.grants == {Grant(Role.NURSE, house.ward.id)}
    assert trail(house)[-2:] == ["create_person", "sign_in_provider"]


def test_the_same_subject_is_the_same_person_whatever_name_or_address_it_has(house: House, visit: Visit) -> None:
    visit.sign_in()
    first = the_person(house)
    Visit(house, visit.provider).sign_in(name="CANARY-Ada Renamed", preferred_username="countess", email="x@y.example")
    assert the_person(house).id == first.id
    assert the_person(house).name == "CANARY-Ada Renamed"


def test_an_equal_address_or_username_makes_nobody_the_same_person(house: House, visit: Visit) -> None:
    visit.sign_in(email="same@hospital.example")
    Visit(house, visit.provider).sign_in(sub=WRONG_USER, sid="there-2", email="same@hospital.example")
    assert the_person(house).id != the_person(house, "ada@127.0.0.1-2").id


def test_a_username_cannot_be_that_of_somebody_local(house: House, visit: Visit) -> None:
    visit.sign_in(preferred_username="nurse", name="CANARY-Impostor")
    assert the_person(house, "nurse@127.0.0.1").id != house.people["nurse"].id
    assert "CANARY-Impostor" in visit.client.get("/").text


def test_nobody_signs_in_without_a_group_that_stands_for_something(house: House, visit: Visit) -> None:
    for groups in ([], None, ["kitchen"], {"ward-nurses": True}):
        answer = visit.sign_in(groups=groups)
        assert answer.status_code == 403
        assert "no group that may use Doseward" in answer.text
        assert answer.headers["x-request-id"] in answer.text
        assert not visit.signed_in
    with house.database.reading() as tx:
        assert people.person_by_login(tx, "ada@127.0.0.1") is None


def test_roles_follow_the_groups_at_the_next_sign_in_and_old_sessions_end(house: House, visit: Visit) -> None:
    visit.sign_in()
    with house.database.transaction() as tx:
        people.grant(tx, the_person(house).id, Grant(Role.ADMINISTRATOR, None), house.clock.at, None)
    elsewhere = Visit(house, visit.provider)
    elsewhere.sign_in(groups=["ward-doctors", "auditors"], sid="there-2")
    ward = house.ward.id
    wanted = {Grant(Role.PRESCRIBER, ward), Grant(Role.CHARGE_NURSE, ward), Grant(Role.AUDITOR, None)}
    assert the_person(house).grants == wanted
    assert elsewhere.signed_in
    assert not visit.signed_in
    assert trail(house)[-6:] == ["take_role", "take_role", "grant", "grant", "grant", "sign_in_provider"]


def test_the_same_groups_end_no_session(house: House, visit: Visit) -> None:
    visit.sign_in()
    Visit(house, visit.provider).sign_in(sid="there-2")
    assert visit.signed_in


def test_whoever_lost_every_group_loses_every_role_and_session(house: House, visit: Visit) -> None:
    visit.sign_in()
    assert Visit(house, visit.provider).sign_in(groups=[]).status_code == 403
    assert the_person(house).grants == frozenset()
    assert not visit.signed_in


def test_whoever_was_switched_off_here_stays_out(house: House, visit: Visit) -> None:
    visit.sign_in()
    with house.database.transaction() as tx:
        people.set_active(tx, the_person(house).id, active=False)
    answer = Visit(house, visit.provider).sign_in()
    assert answer.status_code == 403
    assert "switched off" in answer.text


def test_a_state_opens_once(house: House, visit: Visit) -> None:
    asked = visit.begin()
    assert visit.back(asked).status_code == 200
    state = {"sign-on": asked["state"]}
    again = TestClient(house.app, base_url=ORIGIN, cookies=state).get(
        RETURN, params={"state": asked["state"], "code": "c"}, follow_redirects=False
    )
    assert again.status_code == 400
    assert len(visit.provider.posted) == 1


def test_a_state_of_another_browser_opens_nothing(house: House, visit: Visit) -> None:
    stolen = visit.begin()
    other = Visit(house, visit.provider)
    assert other.back(stolen).status_code == 400
    mine = other.begin()
    assert other.back(stolen | {"nonce": mine["nonce"]}).status_code == 400
    assert not other.signed_in
    assert visit.provider.posted == []


@pytest.mark.parametrize("state", ["", "x", "é", "a" * 3000])
def test_a_state_that_was_never_begun_opens_nothing(visit: Visit, state: str) -> None:
    visit.begin()
    assert visit.come(state=state, code="c").status_code == 400
    assert not visit.signed_in


def test_a_state_opens_nothing_after_ten_minutes(house: House, visit: Visit) -> None:
    asked = visit.begin()
    house.clock.forward(minutes=10, seconds=1)
    assert visit.back(asked).status_code == 400
    asked = visit.begin()
    house.clock.forward(minutes=10)
    assert visit.back(asked).status_code == 200


@pytest.mark.parametrize(
    "claims", [{"nonce": "another"}, {"iss": "https://other.example"}, {"aud": "other"}, {"exp": 1}]
)
def test_an_answer_that_is_not_to_this_question_signs_nobody_in(visit: Visit, claims: dict[str, Any]) -> None:
    answer = visit.sign_in(**claims)
    assert answer.status_code == 403
    assert "cannot be trusted" in answer.text
    assert answer.headers["x-request-id"] in answer.text
    assert not visit.signed_in


def test_an_answer_that_says_it_is_from_another_provider_is_not_used(visit: Visit) -> None:
    asked = visit.begin()
    visit.provider.token = signed(visit.provider.claims(visit.house.clock.at, nonce=asked["nonce"]))
    assert visit.come(state=asked["state"], code="c", iss="https://other.example").status_code == 403
    assert visit.provider.posted == []


def test_a_provider_that_names_itself_must_do_so(house: House, visit: Visit) -> None:
    visit.provider.discovery = {"authorization_response_iss_parameter_supported": True}
    assert visit.sign_in().status_code == 403
    asked = visit.begin()
    visit.provider.token = signed(visit.provider.claims(house.clock.at, nonce=asked["nonce"]))
    assert visit.come(state=asked["state"], code="c", iss=visit.provider.issuer).status_code == 200


def test_a_no_at_the_provider_is_said_in_a_sentence(visit: Visit) -> None:
    for error in ("access_denied", "server_error", "<script>alert(1)</script>"):
        asked = visit.begin()
        answer = visit.come(state=asked["state"], error=error, error_description="<b>CANARY</b>")
        assert answer.status_code == 403
        assert "sign-on said no" in answer.text
        assert "CANARY" not in answer.text
        assert "<script>alert" not in answer.text
        assert answer.headers["x-request-id"] in answer.text


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/x\ny", "evil"])
def test_nobody_is_sent_to_another_site(visit: Visit, path: str) -> None:
    asked = visit.client.get("/sign-in/provider", params={"next": path}, follow_redirects=False)
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    answer = visit.back({name: one[0] for name, one in query.items()})
    assert answer.headers["refresh"] == "0; url=/"


def test_a_page_with_a_strange_name_is_still_our_own(visit: Visit) -> None:
    asked = visit.client.get("/sign-in/provider", params={"next": '/x?a=ü"><b>'}, follow_redirects=False)
    query = parse_qs(urlsplit(asked.headers["location"]).query)
    answer = visit.back({name: one[0] for name, one in query.items()})
    assert answer.headers["refresh"] == "0; url=/x?a=%C3%BC%22%3E%3Cb%3E"
    assert "<b>" not in answer.text


@pytest.mark.parametrize(
    "path,body",
    [
        ("/.well-known/openid-configuration", (500, b"")),
        ("/.well-known/openid-configuration", (200, b"<html>")),
        ("/token", (500, b"")),
        ("/token", (502, b"<html>bad gateway</html>")),
        ("/token", (200, b"not json")),
        ("/keys", (503, b"")),
    ],
)
def test_a_provider_that_is_down_leaves_the_local_sign_in(
    house: House, visit: Visit, path: str, body: tuple[int, bytes]
) -> None:
    visit.provider.bodies[path] = body
    answer = visit.client.get("/sign-in/provider?next=/patients", follow_redirects=False)
    if "openid-configuration" not in path:
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        answer = visit.back({name: one[0] for name, one in query.items()})
    assert answer.headers["location"] == "/sign-in?next=%2Fpatients&silent=1"
    page = visit.client.get(answer.headers["location"]).text
    assert "hospital's sign-on does not answer" in page
    done = fill(visit.client, answer.headers["location"], {"login": "nurse", "password": PASSWORD}, "/sign-in")
    assert (done.status_code, done.headers["location"]) == (303, "/patients")
    assert trail(house)[-1] == "sign_in_local"


def test_a_slow_provider_does_not_hold_the_sign_in_up(house: House, provider: Trickster) -> None:
    provider.waits = 1
    house.app.state.sign_on = provider.sign_on(provider.provider(asker=Asker(seconds=0.2)))
    answer = house.client().get("/sign-in/provider", follow_redirects=False)
    assert answer.headers["location"].endswith("silent=1")


def test_a_code_the_provider_refuses_signs_nobody_in(visit: Visit) -> None:
    visit.provider.bodies["/token"] = (400, b'{"error": "invalid_grant"}')
    assert visit.sign_in().status_code == 403
    assert not visit.signed_in


def test_a_local_sign_in_is_called_so_only_where_there_is_a_provider(house: House) -> None:
    fill(house.client(), "/sign-in", {"login": "nurse", "password": PASSWORD})
    assert trail(house)[-1] == "sign_in"


def test_a_fresh_sign_in_there_is_a_proof_and_an_old_one_is_none(house: House, visit: Visit) -> None:
    at = int(house.clock.at.timestamp())
    for auth_time, proved in ((None, True), (at - 5, True), (at + 30, True), (at - 61, False)):
        here = Visit(house, visit.provider)
        here.sign_in(auth_time=auth_time)
        with house.database.reading() as tx:
            moment = (
                tx.connection.execute(
                    select(t.session.c.proved_at).order_by(
                        t.session.c.proved_at.desc() if proved else t.session.c.proved_at
                    )
                )
                .scalars()
                .first()
            )
        assert moment is not None
        assert (house.clock.at - moment <= timedelta(seconds=60)) == proved
        assert moment <= house.clock.at


def test_a_proof_is_renewed_at_the_provider_and_leads_back_to_the_page(house: House, visit: Visit) -> None:
    visit.sign_in()
    before = visit.client.cookies["sid"]
    house.clock.forward(minutes=2)
    asked = visit.begin("/sign-in/provider/again?next=/alerts")
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    answer = visit.back(asked, auth_time=int(house.clock.at.timestamp()))
    assert answer.headers["refresh"] == "0; url=/alerts"
    assert visit.client.cookies["sid"] != before
    assert visit.signed_in
    assert trail(house)[-1] == "prove_provider"


def test_a_locked_session_goes_on_once_the_provider_vouched_for_its_person(house: House, visit: Visit) -> None:
    visit.sign_in()
    house.clock.forward(minutes=4)
    locked = visit.client.get("/session/locked?next=/alerts")
    assert "/sign-in/provider/again?next=%2Falerts" in locked.text
    assert not visit.signed_in
    asked = visit.begin("/sign-in/provider/again?next=/alerts")
    visit.back(asked, auth_time=int(house.clock.at.timestamp()))
    assert visit.signed_in


def test_a_form_that_asks_for_a_proof_offers_the_hospital_account(house: House, visit: Visit, stay: Stay) -> None:
    visit.sign_in()
    path = f"/doses/{stay.dose(3).id}/give"
    assert f"/sign-in/provider/again?next={quote(path, safe='')}" in visit.client.get(path).text
    del house.app.state.sign_on
    assert "hospital account" not in visit.client.get(path).text


@pytest.mark.parametrize("auth_time", [None, -61, -3600])
def test_a_proof_that_is_not_of_now_renews_nothing(house: House, visit: Visit, auth_time: int | None) -> None:
    visit.sign_in()
    asked = visit.begin("/sign-in/provider/again?next=/alerts")
    said = None if auth_time is None else int(house.clock.at.timestamp()) + auth_time
    assert visit.back(asked, auth_time=said).status_code == 403
    assert trail(house)[-1] == "sign_in_provider"


def test_another_person_cannot_renew_somebodys_proof(house: House, visit: Visit) -> None:
    visit.sign_in()
    Visit(house, visit.provider).sign_in(sub=WRONG_USER, sid="there-2")
    asked = visit.begin("/sign-in/provider/again")
    answer = visit.back(asked, sub=WRONG_USER, auth_time=int(house.clock.at.timestamp()))
    assert answer.status_code == 403
    assert "Somebody else proved" in unescape(answer.text)


def test_a_session_that_ended_meanwhile_is_not_renewed_and_no_code_stays_in_an_address(
    house: House, visit: Visit
) -> None:
    visit.sign_in()
    asked = visit.begin("/sign-in/provider/again?next=/alerts")
    visit.client.post("/sign-out")
    answer = visit.back(asked, auth_time=int(house.clock.at.timestamp()))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?next=%2Falerts")


def logout(visit: Visit, headers: dict[str, str] | None = None, typ: str = "logout+jwt", **said: Any) -> Response:
    """What the provider sends by itself, with no browser of ours."""
    token = signed(visit.provider.logout(visit.house.clock.at, **said), typ=typ)
    machine = TestClient(visit.house.app, base_url=ORIGIN)
    return machine.post("/sign-in/provider/back-channel-logout", data={"logout_token": token}, headers=headers)


def test_a_sign_out_at_the_provider_ends_that_session_and_no_other(house: House, visit: Visit) -> None:
    elsewhere = Visit(house, visit.provider)
    visit.sign_in()
    elsewhere.sign_in(sid="there-2")
    answer = logout(visit)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert not visit.signed_in
    assert elsewhere.signed_in
    assert trail(house)[-1] == "sign_out_provider"


def test_a_sign_out_of_the_person_ends_all_their_sessions_from_there(house: House, visit: Visit) -> None:
    elsewhere, other = Visit(house, visit.provider), Visit(house, visit.provider)
    visit.sign_in()
    elsewhere.sign_in(sid="there-2")
    other.sign_in(sub=WRONG_USER, sid="there-3")
    assert logout(visit, sid=None).status_code == 200
    assert not visit.signed_in
    assert not elsewhere.signed_in
    assert other.signed_in


def test_a_sign_out_about_nobody_here_changes_nothing_and_is_accepted(visit: Visit) -> None:
    visit.sign_in()
    assert logout(visit, sid="unknown").status_code == 200
    assert logout(visit, sid="there-1", sub=WRONG_USER, jti="message-2").status_code == 200
    assert logout(visit, sid=None, sub="unknown", jti="message-3").status_code == 200
    assert visit.signed_in
    Visit(visit.house, visit.provider).sign_in(sub=WRONG_USER, sid="there-2")
    assert logout(visit, sid="there-1", sub=WRONG_USER, jti="message-4").status_code == 200
    assert visit.signed_in


def test_a_sign_out_is_used_once(visit: Visit) -> None:
    visit.sign_in()
    token = signed(visit.provider.logout(visit.house.clock.at), typ="logout+jwt")
    machine = TestClient(visit.house.app, base_url=ORIGIN)
    address = "/sign-in/provider/back-channel-logout"
    assert machine.post(address, data={"logout_token": token}).status_code == 200
    visit.sign_in()
    answer = machine.post(address, data={"logout_token": token})
    assert (answer.status_code, answer.headers["cache-control"], answer.text) == (400, "no-store", "")
    assert visit.signed_in


@pytest.mark.parametrize("said", [{"nonce": "n"}, {"events": {}}, {"iss": "https://other.example"}, {"iat": 1}])
def test_a_sign_out_the_provider_did_not_say_is_refused(visit: Visit, said: dict[str, Any]) -> None:
    visit.sign_in()
    assert logout(visit, **said).status_code == 400
    assert visit.signed_in


def test_a_browser_of_another_site_cannot_bring_a_sign_out(visit: Visit) -> None:
    visit.sign_in()
    for headers in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Cookie": "sid=x"}):
        assert logout(visit, headers).status_code == 403
    assert visit.signed_in


def test_the_way_out_at_the_provider_is_offered_and_leads_back_here(visit: Visit) -> None:
    assert "/sign-in/provider/leave" not in visit.client.get("/sign-in").text
    visit.sign_in()
    visit.client.post("/sign-out")
    assert "/sign-in/provider/leave" in visit.client.get("/sign-in").text
    answer = visit.client.get("/sign-in/provider/leave", follow_redirects=False)
    place = urlsplit(answer.headers["location"])
    assert f"{place.scheme}://{place.netloc}{place.path}" == f"{visit.provider.issuer}/end"
    assert parse_qs(place.query) == {"client_id": [CLIENT], "post_logout_redirect_uri": [ORIGIN + "/sign-in"]}


def test_a_provider_without_a_way_out_is_offered_none(visit: Visit) -> None:
    visit.provider.discovery = {"end_session_endpoint": ""}
    visit.provider.bodies.clear()
    assert visit.client.get("/sign-in/provider/leave", follow_redirects=False).status_code in {303, 404}


def test_the_cookie_of_an_attempt_is_for_this_browser_and_ten_minutes(house: House, visit: Visit) -> None:
    answer = visit.client.get("/sign-in/provider", follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("sign-on=")
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/", "max-age=600"))
    house.app.state.secure_cookies = True
    cookie = house.client().get("/sign-in/provider", follow_redirects=False).headers["set-cookie"].lower()
    assert cookie.startswith("__host-sign-on=")
    assert "secure" in cookie


def test_nothing_of_a_sign_in_reaches_the_log_or_the_database(house: House, visit: Visit) -> None:
    lines, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    configure_logging("1.2.3", request_id, lines)
    try:
        wrong = visit.begin()
        visit.back(wrong, nonce="CANARY-another")
        logout(visit, nonce="CANARY-n")
        asked = visit.begin()
        visit.back(asked)
        visit.provider.bodies["/token"] = (500, b"")
        Visit(house, visit.provider).sign_in()
    finally:
        structlog.reset_defaults()
        root.handlers, root.level = before
        logging.getLogger("uvicorn.access").disabled = False
    written = lines.getvalue()
    assert '"sign-on not believed"' in written
    assert '"logout token refused"' in written
    secrets = [SECRET, asked["state"], asked["nonce"], wrong["state"], "CANARY-code-9041", "CANARY", "eyJ"]
    assert [one for one in secrets if one in written] == []
    with house.database.reading() as tx:
        kept = [tuple(row) for row in tx.connection.execute(select(t.provider_attempt))]
    assert kept == []


@pytest.fixture
def mock(house: House) -> Iterator[str]:
    """A provider that somebody else wrote; its clock is the world's."""
    house.clock.at = datetime.now(UTC)
    claims = {"name": "CANARY-Grace Doctor", "preferred_username": "grace", "groups": ["ward-doctors"]}
    user = oidc_provider_mock.User(sub="CANARY-grace", claims=claims)
    with oidc_provider_mock.run_server_in_thread(user_claims=(user,), require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        provider = Provider(issuer, CLIENT, SECRET)
        house.app.state.sign_on = SignOn(provider, ORIGIN, read_roles(ROLES))
        yield issuer


def test_the_whole_way_works_with_a_provider_that_somebody_else_wrote(house: House, mock: str) -> None:
    client = house.client()
    there = client.get("/sign-in/provider?next=/alerts", follow_redirects=False).headers["location"]
    assert there.startswith(mock)
    with Client() as browser:
        assert browser.get(there).status_code == 200
        sent = browser.post(there, data={"sub": "CANARY-grace"}, follow_redirects=False)
    back = sent.headers["location"].removeprefix(ORIGIN)
    answer = client.get(back, follow_redirects=False)
    assert (answer.status_code, answer.headers["refresh"]) == (200, "0; url=/alerts")
    assert "CANARY-Grace Doctor" in client.get("/").text
    ward = house.ward.id
    wanted = {Grant(Role.PRESCRIBER, ward), Grant(Role.CHARGE_NURSE, ward)}
    assert the_person(house, "grace@localhost").grants == wanted


def test_a_no_at_that_provider_comes_back_as_a_sentence(house: House, mock: str) -> None:
    client = house.client()
    there = client.get("/sign-in/provider", follow_redirects=False).headers["location"]
    with Client() as browser:
        sent = browser.post(there, data={"action": "deny"}, follow_redirects=False)
    back = urlsplit(sent.headers["location"])
    state = parse_qs(urlsplit(there).query)["state"][0]
    answer = client.get(RETURN, params={"state": state} | {"error": parse_qs(back.query)["error"][0]})
    assert answer.status_code == 403
    assert "sign-on said no" in answer.text

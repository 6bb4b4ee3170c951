"""Can an administrator let a program in, see what it does, and end it; and anybody have a token of their own?"""

from __future__ import annotations

import re
from datetime import timedelta

from app.domain.vocabulary import Role
from app.services.acting import PROOF_LASTS
from app.services.tokens import tokens_for
from app.store.people import Grant
from app.store.tokens import Token
from tests.web.every_page import EVERYTHING, hire_everything
from tests.web.house import PASSWORD, House
from tests.web.pages import fields_of, fill

PAGE, MINE = "/admin/tokens", "/me/tokens"
_SECRET = re.compile(r"dw_[A-Za-z0-9_-]{43}")


def _tokens(house: House, login: str) -> tuple[Token, ...]:
    with house.database.reading() as tx:
        return tokens_for(tx, house.acting(login))


def _typed(house: House, **changes: str) -> dict[str, str]:
    return {"name": "CANARY-gateway", "scope.alerts:read": "1", f"ward.{house.ward.id}": "1", **changes}


def test_a_service_token_is_shown_once_and_listed_with_what_it_may(house: House) -> None:
    hire_everything(house)
    client = house.client(EVERYTHING)
    text = client.get(PAGE).text
    assert "Read alerts and follow the alert feed <code>alerts:read</code>" in text
    sent = {**fields_of(text, PAGE), **_typed(house)}
    made = client.post(PAGE, data=sent, follow_redirects=False)
    assert made.status_code == 200
    (secret,) = set(_SECRET.findall(made.text))
    assert made.headers["Cache-Control"] == "no-store"
    again = client.post(PAGE, data=sent, follow_redirects=False)
    assert (again.status_code, again.headers["Location"]) == (303, PAGE)
    listed = client.get(PAGE).text
    assert secret not in listed + again.text
    assert listed.count("Revoke CANARY-gateway") == 1
    assert "CANARY-WARD" in listed
    (token,) = _tokens(house, EVERYTHING)
    assert token.scopes == {"alerts:read", f"ward:{house.ward.id}"}
    assert house.client().get("/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_revoking_takes_a_second_look_and_ends_it_at_the_next_request(house: House) -> None:
    hire_everything(house)
    client = house.client(EVERYTHING)
    secret = _SECRET.findall(fill(client, PAGE, _typed(house, **{"scope.read": "1"})).text)[0]
    bearer = {"Authorization": f"Bearer {secret}"}
    assert house.client().get("/protocols", headers=bearer).status_code == 200
    (token,) = _tokens(house, EVERYTHING)
    text = client.get(PAGE).text
    assert '<details class="revoke"><summary>Revoke' in text
    assert "This cannot be taken back." in text
    answer = fill(client, PAGE, {}, f"{PAGE}/{token.id}/revoke")
    assert answer.status_code == 303
    assert house.client().get("/protocols", headers=bearer, follow_redirects=False).status_code in {303, 401}
    assert "Revoked 21-Nov-2026 13:00" in client.get(PAGE).text


def test_what_is_left_out_is_asked_for(house: House) -> None:
    hire_everything(house)
    client = house.client(EVERYTHING)
    for changes, sentence in (
        ({"name": ""}, "Say which program uses it, and for what."),
        ({"scope.alerts:read": ""}, "Say what the program may do."),
        ({f"ward.{house.ward.id}": ""}, "Choose wards, or all of them."),
        ({"ward.everywhere": "1"}, "Choose wards, or all of them."),
        ({"until": "20-Feb-2027"}, "A token ends within 90 days"),
        ({"until": "20-Nov-2026"}, "A token ends within 90 days"),
        ({"until": ""}, "Say on which day it ends."),
    ):
        answer = fill(client, PAGE, _typed(house, **changes))
        assert answer.status_code == 422, changes
        assert sentence in answer.text
    assert _tokens(house, EVERYTHING) == ()
    assert fill(client, PAGE, _typed(house, until="19-Feb-2027")).status_code == 200
    (token,) = _tokens(house, EVERYTHING)
    assert token.expires_at == house.clock.at + timedelta(days=90)


def test_the_last_day_counts_whole(house: House) -> None:
    client = house.client("nurse")
    assert fill(client, MINE, {"name": "CANARY-script", "until": "21-Nov-2026"}).status_code == 200
    (token,) = _tokens(house, "nurse")
    assert token.expires_at.isoformat() == "2026-11-22T00:00:00+00:00"


def test_a_person_makes_a_token_of_their_own_and_nobody_elses(house: House) -> None:
    client = house.client("nurse")
    secret = _SECRET.findall(fill(client, MINE, {"name": "CANARY-script"}).text)[0]
    (token,) = _tokens(house, "nurse")
    assert token.person == house.people["nurse"]
    text = house.client("charge").get(MINE).text
    assert "CANARY-script" not in text
    assert client.get(MINE).text.count("CANARY-script") > 0
    taken = house.client("charge")
    key = fields_of(taken.get(MINE).text, MINE)["key"]
    assert taken.post(f"{MINE}/{token.id}/revoke", data={"key": key}).status_code == 404
    assert house.client().get("/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200


def test_making_a_token_asks_who_it_is_when_that_was_long_ago(house: House) -> None:
    client = house.client("nurse", begun=house.clock.at)
    house.clock.forward(seconds=PROOF_LASTS.total_seconds() + 1)
    sent = {**fields_of(client.get(MINE).text, MINE), "name": "CANARY-script"}
    refused = client.post(MINE, data=sent)
    assert refused.status_code == 422
    assert "Show that it is you" in refused.text
    assert _tokens(house, "nurse") == ()
    assert client.post(MINE, data={**sent, "proof": PASSWORD}).status_code == 200
    assert len(_tokens(house, "nurse")) == 1


def test_nobody_but_an_administrator_sees_the_tokens_of_the_house(house: House) -> None:
    for login in ("nurse", "prescriber", "charge", "pharmacist"):
        assert house.client(login).get(PAGE).status_code == 403, login
        assert house.client(login).post(PAGE, data={"key": "x"}).status_code == 403, login
    assert house.client("admin").get(PAGE).status_code == 200
    assert Grant(Role.ADMINISTRATOR, house.ward.id) in house.people["admin"].grants
    assert "All wards" not in house.client("admin").get(PAGE).text
    answer = fill(house.client("admin"), PAGE, _typed(house, **{f"ward.{house.ward.id}": "", "ward.everywhere": "1"}))
    assert answer.status_code == 403
    assert _SECRET.search(answer.text) is None

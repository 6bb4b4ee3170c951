"""Does a locked session read as little over REST as on the pages?"""

from __future__ import annotations

import re
from datetime import timedelta

from fastapi.testclient import TestClient

from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.http.authority import AUTHORITY
from app.services import accounts, secret
from app.services.sessions import SESSION_LASTS
from app.store import sessions
from app.store.people import Grant
from tests.api.world import World
from tests.builders import AT

_API = [(method, path) for method, path in AUTHORITY if path.startswith("/api/")]


def _browser(world: World) -> tuple[TestClient, str]:
    key = secret.new_secret()
    with world.database.transaction() as tx:
        operator = accounts.operator(AT - timedelta(hours=1))
        person = accounts.create_person(tx, operator, "browser", "CANARY-B", None, [Grant(role, None) for role in Role])
        sessions.add_session(tx, secret.hashed(key), person.id, world.clock.at, world.clock.at + SESSION_LASTS)
    browser = TestClient(world.app, headers={"Origin": "http://testserver"})
    browser.cookies.set("sid", key)
    return browser, secret.hashed(key)


def test_every_route_answers_423_and_nothing_else(small_world: World) -> None:
    browser, session_hash = _browser(small_world)
    assert browser.get("/api/v1/people/me").status_code == 200
    with small_world.database.transaction() as tx:
        sessions.lock_session(tx, session_hash, small_world.clock.at, None)
    assert len(_API) > 30
    for method, template in _API:
        path = re.sub(r"{\w+}", new_id(AT), template)
        answer = browser.request(method, path, json={} if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (423, "locked"), (method, template)


def test_a_token_does_not_lock(small_world: World) -> None:
    small_world.clock.move(60)
    assert small_world.nurse.get("/people/me").status_code == 200

"""What does the program on a real port make of other processes, proxies, hosts and heads?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from tests.faults.serving import Client, Server, serving, start
from tests.faults.ward import Ward

REVOKED_WITHIN = 1.0
SERVICE = {"kind": "service", "name": "CANARY-gateway", "scopes": ["alerts:read"], "ward_ids": None}


@pytest.fixture
def servers(postgresql_ward: Ward, tmp_path: Path) -> Iterator[tuple[Server, ...]]:
    """Two processes on one database."""
    with ThreadPoolExecutor(2) as pool:
        found = tuple(pool.map(lambda _: start(postgresql_ward.url, tmp_path), range(2)))
    yield found
    for server in found:
        server.stop()


def test_a_token_revoked_at_one_process_is_refused_by_the_other_within_a_second(
    postgresql_ward: Ward, servers: tuple[Server, ...]
) -> None:
    one, other = servers
    person = one.client(postgresql_ward.token)
    made = person.post("/tokens", SERVICE, "a-key").json()
    programs = [one.client(made["secret"]), other.client(made["secret"])]
    for program in programs:
        assert [program.get("/alerts/open").status_code for _ in range(3)] == [200] * 3
    ended = person.post(f"/tokens/{made['id']}/revocation", None, "another-key")
    assert ended.status_code == 201, ended.text
    began = time.monotonic()
    assert [program.get("/alerts/open").status_code for program in programs] == [401, 401]
    assert time.monotonic() - began < REVOKED_WITHIN
    for client in (person, *programs):
        client.close()


def _get(server: Server, path: str, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.get(f"{server.address}{path}", headers=named, timeout=10, trust_env=False)


@pytest.mark.parametrize("allowed,believed", [("127.0.0.1", True), ("10.9.8.7", False)])
def test_only_an_allowed_proxy_says_that_the_connection_is_protected(
    sqlite_ward: Ward, tmp_path: Path, allowed: str, believed: bool
) -> None:
    with serving(sqlite_ward.url, tmp_path, forwarded_allow_ips=allowed) as server:
        answer = _get(server, "/sign-in", X_Forwarded_Proto="https", X_Forwarded_For="1.2.3.4")
        plain = _get(server, "/sign-in")
    assert ("strict-transport-security" in answer.headers) is believed
    assert ("This connection is not protected" in answer.text) is not believed
    assert "This connection is not protected" in plain.text


def test_a_site_with_an_address_answers_under_no_other_but_to_its_supervisor(sqlite_ward: Ward, tmp_path: Path) -> None:
    site = {"public_origin": "https://ward.example", "secure_cookies": "true"}
    with serving(sqlite_ward.url, tmp_path, **site) as server:
        assert _get(server, "/readyz").status_code == 200
        refused = _get(server, "/sign-in")
        forwarded = _get(server, "/sign-in", X_Forwarded_Host="ward.example", X_Forwarded_Proto="https")
        shown = _get(server, "/sign-in", Host="ward.example", X_Forwarded_Proto="https")
        client = Client(server.address, sqlite_ward.token)
        assert client.get("/courses").status_code == 400
        client.close()
    assert (refused.status_code, forwarded.status_code, shown.status_code) == (400, 400, 200)
    assert "127.0.0.1" not in refused.text


def test_a_head_too_long_or_malformed_is_refused_and_the_next_request_is_served(
    sqlite_ward: Ward, tmp_path: Path
) -> None:
    with serving(sqlite_ward.url, tmp_path) as server:
        for headers in ({"X_Long": "a" * 200_000}, {"Cookie": "sid=" + "a" * 100_000}):
            try:
                status = _get(server, "/", **headers).status_code
            except httpx2.HTTPError:
                status = 0  # hung up on while still sending
            assert status in {0, 400, 413, 431}
        assert _get(server, "/livez").status_code == 200
        log = server.log.read_text()
    assert "a" * 100 not in log
    assert "Traceback" not in log

"""Does a nurse get from the sign-in page to the hospital's own, back to the board, and out again, in a real browser?

Provider and program are two sites to it (localhost and 127.0.0.1): cookies go where a browser lets them go.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import oidc_provider_mock
import pytest
from playwright.sync_api import expect

from app.http.oidc import SignOn
from app.http.oidc_provider import Provider
from app.services.provider_roles import read_roles
from tests.journeys.conftest import NARROW, WIDE, Desk, Site
from tests.sign_on import CLIENT, ROLES, SECRET
from tests.web.house import PASSWORD

pytestmark = pytest.mark.browser
SUBJECT = "CANARY-ada"


@pytest.fixture
def provider(site: Site) -> Iterator[str]:
    """A provider that somebody else wrote; its clock is the world's."""
    site.house.clock.at, site.house.clock.started = datetime.now(UTC), time.monotonic()  # type: ignore[attr-defined]
    claims = {"name": "CANARY-Ada Nurse", "preferred_username": "ada", "groups": ["ward-nurses"]}
    user = oidc_provider_mock.User(sub=SUBJECT, claims=claims)
    with oidc_provider_mock.run_server_in_thread(user_claims=(user,), require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        site.house.app.state.sign_on = SignOn(Provider(issuer, CLIENT, SECRET), site.address, read_roles(ROLES))
        yield issuer


def test_from_the_sign_in_page_to_the_provider_to_the_board_and_out(desk: Desk, provider: str) -> None:
    ours: list[str] = []
    desk.page.on(
        "console",
        lambda said: (
            ours.append(said.text)
            if said.type == "error" and said.location["url"].startswith(desk.site.address)
            else None
        ),
    )
    page = desk.go("/alerts")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert desk.axe() == []
    page.get_by_role("link", name="Sign in with your hospital account").click()
    expect(page).to_have_url(re.compile(re.escape(provider)))
    page.get_by_role("button", name=SUBJECT).click()

    expect(page.get_by_role("heading", name="Alerts", level=1)).to_be_visible()
    expect(page.locator(".who")).to_contain_text("CANARY-Ada Nurse")
    assert page.url == f"{desk.site.address}/alerts"
    cookies = {one["name"]: one for one in page.context.cookies(desk.site.address)}
    assert cookies["sid"]["sameSite"] == "Strict"
    assert "sign-on" not in cookies

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto(f"{desk.site.address}/alerts")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("link", name="Sign out of the hospital account").click()
    expect(page).to_have_url(re.compile(re.escape(f"{provider}/oauth2/end_session")))
    assert ours == []


def test_with_the_provider_down_the_sign_in_page_says_so_and_the_password_opens(desk: Desk, site: Site) -> None:
    site.house.app.state.sign_on = SignOn(
        Provider("http://127.0.0.1:9", CLIENT, SECRET), site.address, read_roles(ROLES)
    )
    page = desk.go("/")
    page.get_by_role("link", name="Sign in with your hospital account").click()
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    assert desk.axe() == []
    page.fill("#login", "nurse")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page.get_by_role("heading", name="Ward board")).to_be_visible()
    assert desk.complaints == []

"""Does a new colleague get in: from the administrator's page, by the link, to the ward board?"""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page

from app.store.people import person_by_login
from tests.journeys.conftest import NARROW, WIDE, Desk

pytestmark = pytest.mark.browser
PASSWORD = "lantern over nine bridges"


def _looks_right(desk: Desk) -> None:
    for size in (WIDE, NARROW):
        desk.page.set_viewport_size(size)
        assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), desk.page.url
        assert desk.axe() == [], desk.page.url
    desk.page.set_viewport_size(WIDE)


@pytest.fixture
def admin(context: BrowserContext, desk: Desk) -> Desk:
    """A desk with the ward's administrator signed in."""
    secret = desk.site.house.session("admin")
    context.add_cookies([{"name": "sid", "value": secret, "url": desk.site.address}])
    return desk


def _add(desk: Desk) -> str:
    """Adds a nurse and answers the link."""
    page = desk.go("/admin/people/new")
    _looks_right(desk)
    page.fill("#name", "CANARY-new")
    page.fill("#login", "new")
    page.select_option("#role", "nurse")
    page.select_option("#ward", desk.site.house.ward.id)
    page.click("text=Add and make the link")
    _looks_right(desk)
    page.click("text=Copy the link")
    page.wait_for_function("document.querySelector('[data-copied]').textContent !== ''")
    return page.input_value("#address")


def test_a_new_nurse_comes_in_by_a_link_whose_secret_stays_in_the_browser(admin: Desk, context: BrowserContext) -> None:
    link = _add(admin)
    assert context.browser is not None
    other = context.browser.new_context(viewport=WIDE)
    page = other.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(link)
    secret = link.partition("#")[2]
    assert page.input_value("#code") == secret
    assert page.url == f"{admin.site.address}/welcome"
    assert [url for url in asked if secret in url.partition("#")[0]] == []
    _looks_right(Desk(page, admin.site))
    _set(page, "Password2026!")
    assert page.inner_text("#password-fault").startswith("That password")
    assert page.input_value("#code") == secret
    _set(page, PASSWORD)
    page.wait_for_url("**/welcome/done")
    _looks_right(Desk(page, admin.site))
    page.click("main a.button")
    page.fill("#login", "new")
    page.fill("#password", PASSWORD)
    page.click("main button.primary")
    page.wait_for_url(f"{admin.site.address}/")
    assert page.inner_text(".who strong") == "CANARY-new"
    other.close()
    assert admin.complaints == []


def _set(page: Page, password: str) -> None:
    page.fill("#password", password)
    page.fill("#again", password)
    page.click("main button.primary")


def test_every_page_of_people_looks_right_and_enter_takes_no_role(admin: Desk) -> None:
    house = admin.site.house
    nurse, boss = house.people["nurse"], house.people["admin"]
    for path in ("/admin", "/admin/people", f"/admin/people/{nurse.id}", f"/admin/people/{boss.id}", "/me/password"):
        admin.go(path)
        _looks_right(admin)
    page = admin.go(f"/admin/people/{nurse.id}")
    page.focus("#role")
    page.keyboard.press("Enter")
    page.select_option("#role", "charge_nurse")
    page.select_option("#ward", house.ward.id)
    page.click("text=Give this role")
    page.wait_for_selector("text=Charge nurse")
    page.click("tr:has-text('Charge nurse') button")
    page.wait_for_selector("tr:has-text('Charge nurse')", state="detached")
    with house.database.reading() as tx:
        found = person_by_login(tx, "nurse")
    assert found is not None
    assert found[0].grants == nurse.grants
    assert admin.complaints == []

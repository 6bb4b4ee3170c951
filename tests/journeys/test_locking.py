"""Does a shared machine lock, let its person go on, and change hands without showing one to the other?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route, ViewportSize, expect

from tests.journeys.conftest import NARROW, WIDE, Desk
from tests.web.house import BORN, FAMILY_NAME, MRN, PASSWORD, Stay
from tests.web.machine import PINS, Machine, set_pin

pytestmark = pytest.mark.browser

OTHERS = "**/session/others"


@pytest.fixture
def shared(context: BrowserContext, desk: Desk, stay: Stay) -> Desk:
    """An enrolled workstation where nobody sits; nurse and charge nurse have a PIN."""
    house = desk.site.house
    for login in ("nurse", "charge"):
        set_pin(house, login)
    context.add_cookies([{"name": "workstation", "value": Machine(house).secret, "url": desk.site.address}])
    return desk


def _sign_in(desk: Desk, login: str, path: str = "/") -> Page:
    page = desk.go(f"/sign-in?next={path}")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(desk.site.address + path)
    return page


def _leave_alone(page: Page) -> None:
    """Nobody touches it: the page is told to wait for two seconds instead of three minutes."""
    page.evaluate("document.body.dataset.idle = '2'")
    expect(page.locator("#lock")).to_be_visible(timeout=8000)


def _lock_before_anybody_says_who_else_is_here(page: Page) -> Route:
    """A list left from the last time would be replaced while somebody types a PIN into it. Answers what is held up."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(OTHERS, hold, times=1)
    page.click("#lock-now button")
    expect(page.locator("#lock")).to_be_visible()
    while not held:
        page.wait_for_timeout(20)
    return held[0]


def _unlock(page: Page, typed: str) -> None:
    page.evaluate("document.body.dataset.idle = '180'")
    page.fill("#unlock-proof", typed)
    page.press("#unlock-proof", "Enter")


@pytest.mark.hazard("HZ-12")
def test_lock_unlock_switch_and_back_to_the_draft(shared: Desk, stay: Stay) -> None:
    observe = f"/doses/{stay.dose(3).id}/observe"
    _sign_in(shared, "charge")
    page = shared.go("/alerts")
    page.click("#lock-now button")
    expect(page.locator("#lock")).to_be_visible()

    page.click("#lock >> text=Somebody else: sign in")
    page = _sign_in(shared, "nurse", observe)
    page.fill("#temperature", "38.4")
    _leave_alone(page)
    assert page.title() == "Locked"
    assert page.locator("#main").evaluate("one => one.inert && one.getAttribute('aria-hidden') === 'true'")
    assert FAMILY_NAME not in page.locator("#lock").inner_text()
    assert shared.axe() == []

    _unlock(page, "294618")
    expect(page.locator("#unlock-fault")).to_contain_text("4 tries left")
    _unlock(page, PINS["nurse"])
    expect(page.locator("#lock")).to_be_hidden()
    expect(page.locator("#temperature")).to_have_value("38.4")
    expect(page.locator("#temperature")).to_be_focused()

    page.fill("#heart-rate", "118")
    asked = _lock_before_anybody_says_who_else_is_here(page)
    assert page.locator("#others summary").count() == 0
    asked.continue_()
    page.locator("#others summary", has_text="CANARY-charge").click()
    page.locator("#others input[type=password]").fill(PINS["charge"])
    page.locator("#others input[type=password]").press("Enter")
    page.wait_for_url(shared.site.address + "/alerts")
    page = shared.go(observe)
    expect(page.locator("#temperature")).to_have_value("")
    assert page.locator(".draft").count() == 0

    page.click("#lock-now button")
    page.locator("#others summary", has_text="CANARY-nurse").click()
    page.locator("#others input[type=password]").fill(PINS["nurse"])
    page.locator("#others button").click()
    page.wait_for_url(shared.site.address + observe)
    expect(page.locator(".draft")).to_contain_text("restored")
    expect(page.locator("#temperature")).to_have_value("38.4")
    expect(page.locator("#heart-rate")).to_have_value("118")
    assert [said for said in shared.complaints if "403" not in said] == []


@pytest.mark.hazard("HZ-12")
def test_giving_asks_for_the_pin_in_the_same_form(context: BrowserContext, shared: Desk, stay: Stay) -> None:
    house = shared.site.house
    machine = Machine(house)
    began = house.clock() - timedelta(seconds=58)
    key = house.session("nurse", begun=began, at=machine.enrolled.id)
    for name, value in (("sid", key), ("workstation", machine.secret)):
        context.add_cookies([{"name": name, "value": value, "url": shared.site.address}])
    page = shared.go(f"/doses/{stay.dose(3).id}/give")
    expect(page.locator(".proof")).to_be_visible(timeout=8000)
    expect(page.locator("button.confirm", has_text="as CANARY-nurse").first).to_be_visible()
    page.click("label[for=outcome-given]")
    page.fill("#mrn", MRN)
    page.fill("#born", f"{BORN:%d-%b-%Y}")
    page.fill("#proof", "294618")
    page.click("main button.confirm")
    expect(page.locator("#proof-fault")).to_contain_text("4 tries left")
    expect(page.locator("#mrn")).to_have_value(MRN)
    page.fill("#proof", PINS["nurse"])
    page.click("main button.confirm")
    page.wait_for_url(re.compile(rf"/doses/{stay.dose(3).id}$"))
    expect(page.locator("main")).to_contain_text("given")


def test_a_second_tab_locks_and_unlocks_with_the_first(shared: Desk, context: BrowserContext, stay: Stay) -> None:
    page = _sign_in(shared, "nurse")
    other = context.new_page()
    other.goto(f"{shared.site.address}/doses/{stay.dose(3).id}")
    page.click("#lock-now button")
    expect(other.locator("#lock")).to_be_visible()
    _unlock(page, PINS["nurse"])
    expect(page.locator("#lock")).to_be_hidden()
    expect(other.locator("#lock")).to_be_hidden()
    other.reload()
    expect(other.locator("#values")).to_be_visible()


def test_a_tab_of_one_person_does_not_outlive_the_turn_of_another(
    shared: Desk, context: BrowserContext, stay: Stay
) -> None:
    _sign_in(shared, "charge")
    page = _switch_by_sign_in(shared)
    other = context.new_page()
    other.goto(f"{shared.site.address}/doses/{stay.dose(3).id}")
    page.click("#lock-now button")
    page.locator("#others summary", has_text="CANARY-charge").click()
    page.locator("#others input[type=password]").fill(PINS["charge"])
    page.locator("#others button").click()
    page.wait_for_url(shared.site.address + "/")
    other.wait_for_url(shared.site.address + "/")
    expect(other.locator(".who strong")).to_have_text("CANARY-charge")


def _switch_by_sign_in(shared: Desk) -> Page:
    shared.page.click("#lock-now button")
    shared.page.click("#lock >> text=Somebody else: sign in")
    return _sign_in(shared, "nurse")


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["1280", "768"])
def test_axe_finds_nothing_where_people_come_and_go(shared: Desk, width: ViewportSize) -> None:
    shared.page.set_viewport_size(width)
    page = _sign_in(shared, "charge")
    for path in ("/me", "/me/sessions", "/admin/workstations"):
        shared.go(path)
        assert shared.axe() == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], path
    page.click("#lock-now button")
    expect(page.locator("#lock")).to_be_visible()
    assert shared.axe() == []
    for path in ("/", "/sign-in"):
        shared.go(path)
        assert shared.axe() == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], path

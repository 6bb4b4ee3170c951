"""From an alert nobody has answered to its recorded outcome, and what the pages say on the way."""

from __future__ import annotations

from functools import partial

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Desk
from tests.web.house import FAMILY_NAME, Stay

GRAVE = "1 high-priority alert is unanswered"


@pytest.mark.hazard("HZ-02")
def test_from_an_alert_to_its_recorded_outcome(nurse: Desk, stay: Stay) -> None:
    # Given a nurse who looks at another page, when a value calls for a stop, then that page says so without a name.
    page = nurse.go("/patients")
    expect(page).to_have_title("Patients · Doseward")
    nurse.site.house.chart(stay, dose=3, creatinine="3.2")
    strip = page.get_by_role("region", name="Unanswered alerts")
    expect(strip).to_contain_text(GRAVE, timeout=10000)
    expect(page).to_have_title("(1) Patients · Doseward")
    assert FAMILY_NAME not in strip.inner_text()
    nurse.seen("alarm")
    strip.get_by_role("link", name="Go to the alerts").click()
    expect(page.get_by_role("heading", name="High priority 1")).to_be_visible()
    expect(page.locator(".alert-trend").first).to_contain_text("3.2 mg/dL")
    nurse.seen("alerts")
    # When they open it, then it is noted that they saw it; and it is still unanswered.
    page.get_by_role("link", name="Put aside, history").first.click()
    opened = page.url
    history = page.get_by_role("region", name="What happened to the alert")
    expect(history.get_by_role("rowheader")).to_have_text(["Raised", "Opened"])
    expect(strip).to_contain_text(GRAVE)
    # When they acknowledge it, then the alarm is still, and the page asks what became of it.
    page.get_by_role("button", name="Acknowledge as CANARY-nurse").click()
    expect(page.get_by_role("heading", name="Acknowledged, outcome missing")).to_be_visible()
    expect(strip).to_have_count(0)
    expect(page).to_have_title("Alerts · Doseward")
    # When they say who was told and what was done, then that stands beside the alert and in its history.
    page.get_by_label("Who was told").fill("CANARY-9041 the attending")
    page.get_by_label("What was done").type("Cycle stopped, ", delay=5)
    page.wait_for_timeout(6000)
    page.get_by_label("What was done").type("fluids given", delay=5)
    nurse.seen("outcome")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_text("Told: CANARY-9041 the attending. Done: Cycle stopped, fluids given")).to_be_visible()
    expect(page.get_by_role("heading", name="Acknowledged, outcome missing")).to_have_count(0)
    page.goto(opened)
    expect(history.get_by_role("rowheader")).to_have_text(["Raised", "Opened", "Acknowledged", "Outcome recorded"])
    expect(history).to_contain_text("Told: CANARY-9041 the attending. Done: Cycle stopped, fluids given")
    assert nurse.complaints == []


def test_an_alert_is_put_aside_and_its_history_read(nurse: Desk, stay: Stay) -> None:
    nurse.site.house.chart(stay, dose=3, creatinine="2.6")
    page = nurse.go("/alerts")
    page.get_by_role("link", name="Put aside, history").click()
    expect(page.get_by_role("rowheader", name="Opened")).to_be_visible()
    nurse.seen("alert")
    page.get_by_label("For how many minutes").fill("45")
    page.get_by_label("Why").fill("Repeat drawn")
    page.get_by_role("button", name="Put aside").click()
    expect(page.get_by_role("alert")).to_contain_text("for at most 30 minutes")
    nurse.seen("refused")
    page.get_by_label("For how many minutes").fill("20")
    page.get_by_role("button", name="Put aside").click()
    expect(page.get_by_text("by CANARY-nurse. Reason: Repeat drawn")).to_be_visible()
    nurse.seen("aside")


@pytest.mark.hazard("HZ-11")
@pytest.mark.parametrize("path", ["/patients", "/alerts"])
def test_every_page_says_within_ten_seconds_that_alerts_are_not_heard_of(nurse: Desk, stay: Stay, path: str) -> None:
    page = nurse.go(path)
    nurse.site.kill()
    lost = page.locator(".live-lost:visible, .alarm-lost:visible")
    expect(lost).to_be_visible(timeout=10000)
    expect(lost).to_contain_text("since 14:0")


@pytest.mark.hazard("HZ-11")
def test_a_page_that_is_refused_as_busy_is_not_live_and_comes_back_by_itself(nurse: Desk, stay: Stay) -> None:
    nurse.site.house.chart(stay, dose=3, creatinine="2.6")
    nurse.page.clock.install()
    page = nurse.go("/alerts")
    chip, lost = page.locator(".verdict .chip").first, page.locator(".live-lost")
    expect(chip).to_be_visible()
    asked: list[str] = []

    def busy(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=503, headers={"Retry-After": "2"}, body="busy")

    page.route("**/alerts/*", busy)
    _pass(page, seconds=10)
    expect(lost).to_be_visible()
    expect(chip).to_be_hidden()
    assert len(asked) >= 4
    page.unroute("**/alerts/*", busy)
    _pass(page, seconds=6)
    expect(lost).to_be_hidden()
    expect(chip).to_be_visible()


def test_the_alarm_sounds_only_where_somebody_switched_it_on(nurse: Desk, stay: Stay) -> None:
    heard: list[str] = []
    # Playwright keeps a mark on what it is given, which a list's own method cannot carry.
    nurse.page.expose_function("heard", partial(list.append, heard))
    nurse.page.add_init_script(_LISTEN)
    house = nurse.site.house
    page = nurse.go("/alerts")
    house.chart(stay, dose=3, at=house.clock(), creatinine="3.2")
    expect(page.get_by_text(GRAVE)).to_be_visible(timeout=10000)
    assert heard == []
    button = page.get_by_role("button", name="Sound at this browser: off")
    button.click()
    expect(page.get_by_role("button", name="Sound at this browser: on")).to_have_attribute("aria-pressed", "true")
    assert len(heard) == 3
    nurse.go("/patients")
    assert len(heard) == 3
    house.chart(stay, dose=3, at=house.clock(), creatinine="3.2", frank_blood=True)
    expect(page.get_by_text("high-priority alerts are unanswered")).to_be_visible(timeout=10000)
    page.wait_for_timeout(300)
    assert len(heard) == 6


def _pass(page: Page, *, seconds: int) -> None:
    """The page's clock goes on second by second: what it asks is answered on the real one, before the next second."""
    for _ in range(seconds):
        page.clock.run_for(1000)
        expect(page.locator(".htmx-request")).to_have_count(0)


_LISTEN = """
const begin = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.heard("tone"); return begin.apply(this, at); };
"""

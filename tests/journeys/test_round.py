"""Does a physician on a round see why a dose is held, order on it, and find the order where others look?"""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Desk
from tests.web.house import NOW, Stay

pytestmark = pytest.mark.browser
KIDNEY, HEART = "CANARY-ASH", "CANARY-BEECH"


@pytest.fixture
def two(prescriber: Desk) -> dict[str, Stay]:
    """Given one patient held for creatinine and one for a fast heart, each after two doses."""
    house, found = prescriber.site.house, {}
    for bed, (name, value) in enumerate(((KIDNEY, {"creatinine": "2.6"}), (HEART, {"heart_rate": "125"})), 1):
        first = NOW + timedelta(minutes=30) - timedelta(hours=16)
        stay = house.admit(first_due_at=first, mrn=f"{name}-9", family=name, bed=str(bed))
        house.given_until(stay, 2)
        house.chart(stay, dose=3, at=NOW - timedelta(minutes=20), **value)
        found[name] = stay
    house.clock.started = time.monotonic()  # type: ignore[attr-defined]
    return found


def test_a_round_past_two_held_doses(prescriber: Desk, two: dict[str, Stay]) -> None:
    # When the physician reads why the first is held
    page = prescriber.go("/")
    row = page.locator("#board tbody tr").filter(has_text=KIDNEY)
    expect(row.locator(".reason")).to_contain_text("Creatinine 2.6 mg/dL")
    row.locator(".due a").click()
    expect(page.get_by_role("list", name="What would clear it")).to_contain_text("Creatinine: below 2.5 mg/dL.")
    grounds, verdict = page.locator(".crit-met").bounding_box(), page.locator(".verdict-line").bounding_box()
    assert grounds is not None
    assert verdict is not None
    assert grounds["y"] < verdict["y"], "the grounds come before the verdict"

    # and holds it until the next look
    page.get_by_role("link", name="Order: give, hold, skip, stop").click()
    expect(page.get_by_label("Look again by: time")).to_be_hidden()
    page.get_by_text("Hold this dose").click()
    page.get_by_label("Look again by: time").fill("14:45")
    page.get_by_label("Reason").fill("CANARY repeat drawn, a bolus runs")
    page.get_by_role("button", name="Write the order").click()
    expect(page.locator(".recheck")).to_contain_text(re.compile(r"Held: look again by 14:45 in 4\d min"))

    # and has the second given all the same
    page.goto(f"{prescriber.site.address}/doses/{two[HEART].dose(3).id}/order")
    page.get_by_text("Give this dose").click()
    page.get_by_label("Reason").fill("CANARY known fast rate, walked before it was counted")
    page.get_by_role("button", name="Write the order").click()
    expect(page.locator(".order")).to_contain_text("give. Reason: CANARY known fast rate")

    # and looks at how the cycle is tolerated
    page.goto(f"{prescriber.site.address}/courses/{two[HEART].course.id}/tolerance")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("2 of 14 doses given")

    # Then both orders stand where the ward looks
    page = prescriber.go("/")
    rows = page.locator("#board tbody tr")
    expect(rows.filter(has_text=KIDNEY)).to_contain_text("Ordered: hold, look again by 14:45")
    expect(rows.filter(has_text=HEART)).to_contain_text("Ordered: give")
    assert prescriber.complaints == []

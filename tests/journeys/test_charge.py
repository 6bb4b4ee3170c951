"""Does a charge nurse hand the ward over: every patient with a nurse, every alert answered, one sheet for the next?"""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Desk
from tests.web.house import NOW, Stay

pytestmark = pytest.mark.browser
LATE, HELD, WELL = "CANARY-ASH", "CANARY-BEECH", "CANARY-CEDAR"


@pytest.fixture
def charge(context: BrowserContext, desk: Desk) -> Desk:
    """Given a ward at the end of a shift: one dose overdue, one held with an alert, one that may be given."""
    house = desk.site.house
    plans: tuple[tuple[str, int, dict[str, str]], ...] = (
        (LATE, -40, {}),
        (HELD, 30, {"creatinine": "2.6"}),
        (WELL, 30, {}),
    )
    for bed, (name, due, value) in enumerate(plans, 1):
        stay: Stay = house.admit(first_due_at=NOW + timedelta(minutes=due), mrn=f"{name}-9", family=name, bed=str(bed))
        house.chart(stay, dose=1, at=NOW - timedelta(minutes=45), **value)
    house.clock.started = time.monotonic()  # type: ignore[attr-defined]
    context.add_cookies([{"name": "sid", "value": house.session("charge"), "url": desk.site.address}])
    return desk


def test_a_ward_is_handed_over(charge: Desk) -> None:
    # When the charge nurse looks for patients without a nurse
    page = charge.go("/?nurse=nobody")
    rows = page.locator("#board tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(LATE)
    expect(rows.first).to_contain_text("40 min late")

    # and gives one to the nurse who comes
    page = charge.go("/admin/roster")
    page.locator("#patient").select_option(label=page.locator("#patient option", has_text=LATE).inner_text())
    page.locator("#nurse").select_option(label=page.locator("#nurse option", has_text="CANARY-nurse").inner_text())
    page.locator("#since-clock").fill("14:00")
    page.locator("#until-clock").fill("22:00")
    page.get_by_role("button", name="Give to this nurse").click()
    expect(page.locator("table", has_text=LATE)).to_contain_text("CANARY-nurse")

    # and answers the alert of the one that is held
    page = charge.go("/alerts")
    page.locator(".alert", has_text="Creatinine 2.6").get_by_role("button", name="Acknowledge").click()
    expect(page.locator("[aria-labelledby=open-alerts] .alert", has_text="Creatinine 2.6")).to_have_count(0)

    # Then the sheet for the next shift says who has whom and who answered
    page = charge.go("/handover")
    late, held = (page.locator("tr", has_text=name).first for name in (LATE, HELD))
    expect(late).to_contain_text("CANARY-nurse")
    expect(held).to_contain_text("Creatinine: below 2.5 mg/dL")
    expect(held).to_contain_text("CANARY-charge")
    expect(page.locator("main")).to_contain_text(WELL)

    # and the board, the nurse's list and the wall agree
    page = charge.go("/?nurse=nobody")
    expect(rows).to_have_count(2)
    expect(page.locator(".left-out")).to_contain_text("1 patient is not shown. 1 of those doses is overdue.")
    page = charge.go("/board/wall")
    expect(page.locator(".tile").first).to_contain_text("1")
    assert "CANARY-ASH" not in page.locator("main").inner_text()
    assert charge.complaints == []

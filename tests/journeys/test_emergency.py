"""A nurse of another ward opens a chart in an emergency, gives it back, and somebody else looks at it."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page, expect

from app.domain.ids import new_id
from app.domain.vocabulary import Role
from app.services import accounts
from app.store import wards
from app.store.people import Grant
from app.store.wards import Ward
from tests.journeys.conftest import Desk, Site
from tests.web.house import MRN, NOW, Stay

REASON = "CANARY-9041 seizing, nobody of the ward is near"


def _stranger(site: Site) -> None:
    ward = Ward(new_id(NOW), "CANARY-WARD-B", "Europe/Berlin")
    with site.house.database.transaction() as tx:
        wards.add_ward(tx, ward, NOW)
        grants = [Grant(Role.NURSE, ward.id)]
        operator = accounts.operator(NOW)
        made = accounts.create_person(tx, operator, "stranger", "CANARY-stranger", None, grants)
    site.house.people["stranger"] = made


def _sit_down(context: BrowserContext, desk: Desk, login: str) -> None:
    secret = desk.site.house.session(login)
    context.add_cookies([{"name": "sid", "value": secret, "url": desk.site.address}])


def _ask(page: Page, mrn: str) -> None:
    page.get_by_label("Record number of the patient").fill(mrn)
    page.get_by_label("Why it cannot wait").fill(REASON)
    page.get_by_role("button", name="Open this chart").click()


def test_a_chart_is_opened_in_an_emergency_given_back_and_reviewed(
    context: BrowserContext, desk: Desk, stay: Stay
) -> None:
    _stranger(desk.site)
    _sit_down(context, desk, "stranger")
    page = desk.go("/patients")
    page.get_by_label("Find by medical record number").fill(MRN)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("link", name="Emergency access to a patient of another ward").click()
    desk.seen("emergency")
    _ask(page, "CANARY-NOBODY")
    expect(page.get_by_text("Nobody was found")).to_be_visible()
    desk.go(f"/courses/{stay.course.id}")
    desk.seen("not-found")
    page.get_by_role("link", name="Emergency access").click()
    _ask(page, MRN)
    strip = page.get_by_role("region", name="Emergency access")
    expect(strip).to_contain_text("Emergency access until")
    for path in ("", "/observe", "/give"):
        desk.go(f"/doses/{stay.dose(3).id}{path}")
        expect(strip).to_be_visible()
    desk.seen("give")
    strip.get_by_role("button", name="End now").click()
    expect(page.get_by_role("heading", name="Ward board")).to_be_visible()
    assert desk.go(f"/courses/{stay.course.id}").get_by_role("heading", name="Not found").is_visible()
    _sit_down(context, desk, "charge")
    desk.go("/alerts")
    expect(page.locator(".alert-words").filter(has_text="CANARY-stranger, of another ward")).to_be_visible()
    desk.go("/admin/access-reviews")
    expect(page.get_by_text(REASON)).to_be_visible()
    desk.seen("queue")
    page.get_by_label("Justified", exact=True).check()
    page.get_by_label("What you found").fill("CANARY-9041 it was")
    page.get_by_role("button", name="Keep this finding").click()
    expect(page.get_by_text("Nothing waits for a review.")).to_be_visible()
    desk.seen("reviewed")
    unexpected = [one for one in desk.complaints if "404" not in one]
    assert unexpected == []

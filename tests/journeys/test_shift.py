"""Does a nurse get six patients through a round: one confused, one typing error, one lost network, one dose given?"""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.services import rostering
from app.services.cases import read_case
from tests.journeys.conftest import Desk
from tests.web.house import NOW, Stay

pytestmark = pytest.mark.browser
NAMES = ("CANARY-ASH", "CANARY-BEECH", "CANARY-CEDAR", "CANARY-DOGWOOD", "CANARY-ELDER", "CANARY-FIR")


@pytest.fixture
def six(nurse: Desk) -> dict[str, Stay]:
    """Given six patients of one nurse, a dose due to each in half an hour, examined twenty minutes ago."""
    house, found = nurse.site.house, {}
    for bed, name in enumerate(NAMES, 1):
        stay = house.admit(first_due_at=NOW + timedelta(minutes=30), mrn=f"{name}-9", family=name, bed=str(bed))
        house.chart(stay, dose=1, at=NOW - timedelta(minutes=20))
        with house.database.transaction() as tx:
            who = house.people["nurse"].id
            rostering.assign(tx, house.acting("charge"), stay.cycle.id, who, NOW, NOW + timedelta(hours=8))
        found[name] = stay
    house.clock.started = time.monotonic()  # type: ignore[attr-defined]
    return found


def _opens(nurse: Desk, name: str) -> Page:
    """The form of a patient, from the nurse's own board."""
    page = nurse.go("/?nurse=me")
    page.get_by_role("link", name=f"Observe {name}").click()
    page.wait_for_url(re.compile("/observe$"))
    return page


def _types(page: Page, **other: str) -> None:
    """A set of vital signs, as of a well patient but for `other`."""
    signs = {"respiratory-rate": "16", "spo2": "97", "systolic-bp": "118", "diastolic-bp": "72", "heart-rate": "84"}
    for field, value in {**signs, "temperature": "36.8", **other}.items():
        page.fill(f"#{field.replace('_', '-')}", value)
    for tap in ("oxygen-device-room-air", "no-pressor", "rhythm-sinus"):
        page.click(f"label[for={tap}]")


def _alert(page: Page) -> None:
    page.click("label[for=consciousness-alert]")


def _saves(page: Page, values: int = 14) -> None:
    page.click("#save")
    page.wait_for_url(re.compile(f"saved={values}"), timeout=15000)


@pytest.mark.hazard("HZ-07")
def test_a_round_at_six_beds(nurse: Desk, six: dict[str, Stay]) -> None:
    well, confused, mistyped, cut_off, single, given = NAMES

    # When nothing is wrong
    page = _opens(nurse, well)
    _types(page)
    _alert(page)
    expect(page.locator("#save")).to_have_text("Save: no hold criterion met dose 1")
    _saves(page)

    # When a patient is confused
    page = _opens(nurse, confused)
    _types(page)
    page.click("label[for=consciousness-new-confusion]")
    expect(page.locator("#preview")).to_contain_text("new confusion")
    expect(page.locator("#save")).to_have_text("Save: CANNOT EVALUATE dose 1")
    _saves(page)

    # When a pressure is typed wrongly
    page = _opens(nurse, mistyped)
    _types(page, systolic_bp="1180")
    _alert(page)
    page.click("#save")
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#heart-rate")).to_have_value("84")
    page.locator("#problems a").first.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("118")
    _saves(page)

    # When the network is lost at the bed
    page = _opens(nurse, cut_off)
    _types(page)
    _alert(page)
    page.context.set_offline(True)
    page.click("#save")
    expect(page.locator("#unsent")).to_contain_text("Nothing is saved")
    page.context.set_offline(False)
    page.wait_for_url(re.compile("saved=14"), timeout=15000)

    # When one temperature is all there is to chart
    page = nurse.go("/?nurse=me")
    page.get_by_role("link", name=f"One thing {single}").click()
    page.get_by_role("dialog").get_by_role("link", name="Temperature").click()
    page.fill("#temperature", "37.1")
    _saves(page, 1)

    # When a dose is given
    page = _opens(nurse, given)
    _types(page)
    _alert(page)
    _saves(page)
    page.get_by_role("link", name="Give dose 1").click()
    page.get_by_text("Given in full").click()
    page.fill("#mrn", six[given].patient.mrn)
    page.fill("#born", "03-Feb-1971")
    page.get_by_role("button", name="Record for dose 1").click()
    expect(page.get_by_text("Given in full, started 14:0")).to_be_visible()

    _then_everything_is_there_once(nurse, six)


def _then_everything_is_there_once(nurse: Desk, six: dict[str, Stay]) -> None:
    well, confused, _mistyped, cut_off, _single, given = NAMES
    page = nurse.go("/?nurse=me")
    rows = page.locator("#board tbody tr")
    expect(rows).to_have_count(6)
    expect(rows.filter(has_text=confused).locator(".chip")).to_have_text("Cannot evaluate")
    expect(rows.filter(has_text=confused).locator(".open")).to_contain_text("1 open")
    expect(rows.filter(has_text=well).locator(".chip")).to_have_text("No hold criterion met")
    expect(rows.filter(has_text=given).locator(".due")).to_contain_text("dose 2 of 14")
    house = nurse.site.house
    with house.database.reading() as tx:
        sheet = read_case(tx, house.library, house.acting(), six[cut_off].course.id).sheet
    assert len({row.set_id for row in sheet.observations}) == 2, "sent again, and saved once"
    without_network = ("Failed to load resource", "Failed to fetch")
    assert [words for words in nurse.complaints if not any(one in words for one in without_network)] == []

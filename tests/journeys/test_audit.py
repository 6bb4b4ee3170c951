"""Can an auditor find a patient's lines at the keyboard, and print them?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.domain.vocabulary import Role
from app.services import accounts
from app.store.people import Grant
from tests.journeys.conftest import NARROW, WIDE, Desk
from tests.web.house import MRN, Stay

pytestmark = pytest.mark.browser


def _keep(desk: Desk, name: str) -> None:
    """A picture to look at, where PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder is not None:
        desk.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_an_auditor_finds_the_lines_about_a_patient_and_prints_them(desk: Desk, stay: Stay) -> None:
    house = desk.site.house
    with house.database.transaction() as tx:
        operator, everywhere = accounts.operator(house.clock()), [Grant(Role.AUDITOR, None)]
        house.people["inspector"] = accounts.create_person(
            tx, operator, "inspector", "CANARY-inspector", None, everywhere
        )
    desk.page.context.add_cookies([{"name": "sid", "value": house.session("inspector"), "url": desk.site.address}])
    desk.go(f"/courses/{stay.course.id}")

    desk.go("/admin")
    desk.page.get_by_role("link", name="Audit trail").click()
    assert desk.axe() == []
    desk.page.get_by_label("Patient", exact=True).fill(MRN)
    desk.page.get_by_role("button", name="Look").click()
    desk.page.wait_for_url("**/admin/audit?show=1&patient=*")
    assert "CANARY" not in desk.page.url
    assert "CANARY" not in desk.page.title()
    assert desk.page.get_by_text("Read the chart").count() >= 1
    for size in (WIDE, NARROW):
        desk.page.set_viewport_size(size)
        assert desk.axe() == []
        assert desk.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        _keep(desk, f"audit_{size['width']}")
    desk.page.emulate_media(media="print")
    assert not desk.page.get_by_role("button", name="Look").is_visible()
    assert desk.page.locator(".trail tbody tr").first.is_visible()
    _keep(desk, "audit_print")
    assert desk.complaints == []

"""How much travels until the page of a course can be used, the first time and every time after?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.journeys.conftest import Desk
from tests.web.house import NOW, Stay

pytestmark = pytest.mark.browser
COLD, WARM = 700_000, 60_000
"""Bytes on the wire, headers and all, until the first link takes the focus and the figures are drawn."""


@pytest.fixture
def wire(nurse: Desk) -> Iterator[tuple[CDPSession, list[int]]]:
    """The browser's own count of what came in, packed as it travelled."""
    session = nurse.page.context.new_cdp_session(nurse.page)
    received: list[int] = []

    def count(event: dict[str, Any]) -> None:
        received.append(int(event["encodedDataLength"]))

    session.on("Network.loadingFinished", count)
    session.send("Network.enable")
    yield session, received
    session.detach()


def _usable(desk: Desk, stay: Stay) -> None:
    page = desk.go(f"/courses/{stay.course.id}?window=course")
    page.get_by_role("link", name="Observe for dose 3").focus()
    expect(page.get_by_role("link", name="Observe for dose 3")).to_be_focused()
    expect(page.locator("html[data-figures=drawn]")).to_be_attached(timeout=60000)
    page.wait_for_timeout(200)


def test_the_page_of_a_course_is_light_cold_and_warm(
    nurse: Desk, stay: Stay, wire: tuple[CDPSession, list[int]]
) -> None:
    for minute in range(1, 20):
        nurse.site.house.chart(stay, dose=3, at=NOW - timedelta(minutes=20 - minute), creatinine="1.1")
    _session, received = wire
    _usable(nurse, stay)
    cold = sum(received)
    received.clear()
    _usable(nurse, stay)
    warm = sum(received)
    assert 400_000 < cold <= COLD, cold
    assert 5_000 < warm <= WARM, warm
    assert nurse.complaints == []


def test_an_open_page_that_changed_nothing_asks_for_almost_nothing(
    nurse: Desk, stay: Stay, wire: tuple[CDPSession, list[int]]
) -> None:
    _usable(nurse, stay)
    path = nurse.page.locator("[data-figure]").get_attribute("data-figure")
    asked = """async (path) => {
        const first = await fetch(path);
        const again = await fetch(path, { headers: { "If-None-Match": first.headers.get("ETag") } });
        return [first.status, again.status, (await again.text()).length];
    }"""
    assert nurse.page.evaluate(asked, path) == [200, 304, 0]


def test_an_open_page_renews_its_figures_and_tables_when_something_is_charted(nurse: Desk, stay: Stay) -> None:
    page = nurse.page
    page.clock.install()
    nurse.go(f"/courses/{stay.course.id}")
    expect(page.locator("html[data-figures=drawn]")).to_be_attached(timeout=60000)
    expect(page.locator("[data-figure]")).not_to_contain_text("2.6, ")
    page.locator("#figure-labs summary").click()
    nurse.site.house.chart(stay, dose=3, at=nurse.site.house.clock(), creatinine="2.6")
    page.clock.run_for(31_000)
    expect(page.locator("[data-figure]")).to_contain_text("2.6, 0 min ago", timeout=20000)
    expect(page.locator("#figure-labs")).to_contain_text("2.6 mg/dL")
    expect(page.locator("#figure-labs table")).to_be_visible()
    nurse.site.kill()
    page.clock.run_for(31_000)
    expect(page.locator(".plot-late")).to_be_visible(timeout=20000)

"""Can a physician compare cycles in a real browser: by screen reader, at two widths, and take a file away?"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.journeys.conftest import NARROW, WIDE, Desk
from tests.web.every_page import EVERYTHING, hire_everything
from tests.web.house import FAMILY_NAME, MRN, NOW


@pytest.fixture
def compared(desk: Desk) -> Desk:
    """Somebody at the page that compares cycles; the only one is over."""
    house = desk.site.house
    stay = house.admit(first_due_at=NOW - timedelta(hours=16))
    house.given_until(stay, 2)
    house.chart(stay, dose=3, creatinine="2.9")
    house.clock.at += timedelta(days=6)
    hire_everything(house)
    secret = house.session(EVERYTHING)
    desk.page.context.add_cookies([{"name": "sid", "value": secret, "url": desk.site.address}])
    desk.page.goto(f"{desk.site.address}/cohort")
    expect(desk.page.locator("html")).to_have_attribute("data-figures", "drawn", timeout=60000)
    return desk


def test_every_figure_is_drawn_and_says_what_it_shows(compared: Desk) -> None:
    page = compared.page
    picture = page.get_by_role("img", name="Doses given in 1 finished cycle: median 2, from 2 to 2.")
    expect(picture).to_have_count(1)
    assert page.locator("svg.main-svg[role=img]").count() == page.locator("[data-figure]").count() == 7
    assert compared.complaints == []


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_axe_finds_nothing_at_either_width_with_every_table_open(compared: Desk, size: ViewportSize) -> None:
    compared.page.set_viewport_size(size)
    compared.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert compared.axe() == []
    wide = compared.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide


def test_a_file_is_taken_away_by_keyboard_alone(compared: Desk, tmp_path: Path) -> None:
    button = compared.page.locator("button[value='cycles.csv']")
    button.focus()
    with compared.page.expect_download(timeout=20000) as download:
        compared.page.keyboard.press("Enter")
    saved = tmp_path / "cycles.csv"
    download.value.save_as(saved)
    assert download.value.suggested_filename == "doseward-cohort-cycles.csv"
    text = saved.read_text()
    assert text.startswith("data,course,cycle,")
    assert FAMILY_NAME not in text
    assert MRN not in text

"""Does the ward board stand still under a hand, and does the screen on the wall say when it is not live?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import NARROW, WIDE, Desk
from tests.web.house import NOW, Stay

pytestmark = pytest.mark.browser


def _beds(page: Page) -> list[str]:
    return [bed.strip() for bed in page.locator("#board .bed").all_inner_texts()]


def _asked_again(page: Page) -> None:
    with page.expect_response(re.compile("/board/rows")):
        page.evaluate("htmx.trigger(document.getElementById('board'), 'every')")


def _sooner(desk: Desk) -> None:
    """Somebody whose dose is due before everybody's."""
    desk.site.house.admit(first_due_at=NOW - timedelta(minutes=5), mrn="CANARY-2", family="CANARY-SOONER", bed="7")


@pytest.mark.hazard("HZ-03")
def test_no_row_moves_under_a_hand_and_all_do_when_it_is_gone(nurse: Desk, stay: Stay) -> None:
    page = nurse.go("/")
    page.hover("#board .bed")
    _sooner(nurse)
    _asked_again(page)
    expect(page.locator("#held")).to_have_text("Order held while you point at the list: 2 lines would stand elsewhere.")
    assert _beds(page) == ["1", "7"]
    box = page.locator("#held").bounding_box()
    assert box is not None
    assert box["y"] > 700, "the note must push no row away"
    page.mouse.move(5, 5)
    expect(page.locator("#held")).to_be_hidden(timeout=4000)
    expect(page.locator("#board .bed").first).to_have_text("7")
    page.focus("#board .do a")
    assert nurse.complaints == []


def test_a_pointer_that_was_left_lying_holds_nothing(nurse: Desk, stay: Stay) -> None:
    page = nurse.page
    page.clock.install()
    nurse.go("/")
    page.hover("#board .bed")
    page.clock.run_for(21000)
    _sooner(nurse)
    _asked_again(page)
    expect(page.locator("#board .bed").first).to_have_text("7")
    expect(page.locator("#held")).to_be_hidden()


def test_one_thing_is_charted_from_the_board(nurse: Desk, stay: Stay) -> None:
    page = nurse.go("/")
    page.get_by_role("link", name="One thing CANARY-FAMILY-9041").click()
    dialog = page.get_by_role("dialog", name="Chart one thing: 1 CANARY-FAMILY-9041, Canary-Given")
    expect(dialog.get_by_role("link", name="Breathing")).to_be_focused()
    assert nurse.axe() == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="One thing CANARY-FAMILY-9041")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("link", name="Temperature").click()
    expect(page.locator("#temperature")).to_be_visible()
    expect(page.locator("#spo2")).to_have_count(0)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("#temperature")).to_be_visible()


@pytest.mark.hazard("HZ-04")
@pytest.mark.parametrize("how", ["no server", "signed out"])
def test_the_wall_says_in_big_words_that_it_is_not_live(nurse: Desk, stay: Stay, how: str) -> None:
    page = nurse.go("/board/wall")
    expect(page.locator(".tile .chip")).to_have_text("No hold criterion met")
    assert nurse.axe() == []
    if how == "no server":
        nurse.site.kill()
    else:
        page.context.clear_cookies()
    words = page.locator(".wall-not-live")
    expect(words).to_be_visible(timeout=14000)
    expect(page.locator(".wall-lost")).to_contain_text(re.compile(r"Nothing was heard since 14:0\d:\d\d"))
    expect(page.locator(".tile")).to_be_hidden()
    assert page.url.endswith("/board/wall")
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('.wall-not-live')).fontSize)") > 100
    if how == "signed out":
        expect(page.locator("#live-why")).to_contain_text("has been signed out")


@pytest.mark.hazard("HZ-04")
def test_a_page_that_hears_its_server_again_shows_its_verdicts_again(nurse: Desk, stay: Stay) -> None:
    page = nurse.page
    page.clock.install()
    nurse.go("/")
    page.context.set_offline(True)
    page.clock.run_for(10000)
    expect(page.locator("#live-since")).to_contain_text("Live updates lost since 14:0")
    expect(page.locator("#board .chip")).to_be_hidden()
    page.context.set_offline(False)
    page.evaluate("document.querySelectorAll('[data-live]').forEach((part) => htmx.trigger(part, 'every'))")
    expect(page.locator("#board .chip")).to_be_visible()
    expect(page.locator(".live-lost")).to_be_hidden()


_FORTY = """() => {
    document.querySelectorAll('#board .tag-alike').forEach((tag) => tag.remove());
    const rows = [...document.querySelectorAll('#board tbody tr')];
    for (let n = 0; n < 40 - rows.length; n++) rows[0].after(rows[0].cloneNode(true));
}"""


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["1280", "768"])
def test_forty_patients_fit_one_screen_and_axe_finds_nothing_on_a_crowded_board(
    nurse: Desk, stay: Stay, width: dict[str, int]
) -> None:
    for bed in range(2, 9):
        nurse.site.house.admit(first_due_at=NOW, mrn=f"CANARY-{bed}", family=f"CANARY-{bed}{bed}", bed=str(bed))
    nurse.page.set_viewport_size(width)  # type: ignore[arg-type]
    page = nurse.go("/?nurse=nobody")
    page.evaluate("document.getElementById('board').classList.add('crowd')")
    assert nurse.axe() == []
    if width == WIDE:
        page.evaluate(_FORTY)
        assert page.locator("#board tbody tr").count() == 40
        assert page.locator("#board tbody tr").last.evaluate("one => one.getBoundingClientRect().bottom") <= 900
    page.get_by_text("Wards and nurses").click()
    assert nurse.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]

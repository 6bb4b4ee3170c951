"""Can the pages be read at night in a real browser, figures too, and does paper stay white?"""

from playwright.sync_api import expect

from tests.journeys.conftest import Desk
from tests.web.house import Stay

_BEHIND = "getComputedStyle(document.documentElement).backgroundColor"


def test_axe_finds_nothing_at_night_and_paper_stays_white(prescriber: Desk, stay: Stay) -> None:
    page = prescriber.page
    for path in ("/", f"/doses/{stay.dose(3).id}/observe", f"/courses/{stay.course.id}"):
        page.emulate_media(color_scheme="dark", media="screen")
        prescriber.go(path)
        if "courses" in path:
            expect(page.locator("html")).to_have_attribute("data-figures", "drawn", timeout=30000)
            assert page.locator(".main-svg").first.evaluate("one => one.style.background") == "rgb(20, 24, 29)"
        assert prescriber.axe() == [], path
        assert page.evaluate(_BEHIND) == "rgb(20, 24, 29)"
        page.emulate_media(color_scheme="dark", media="print")
        assert page.evaluate(_BEHIND) == "rgb(255, 255, 255)"
    assert prescriber.complaints == []

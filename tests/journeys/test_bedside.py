"""Does a nurse at a bed get from the numbers on the monitor to a decision, and back when something goes wrong?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from tests.journeys.conftest import NARROW, WIDE, Desk
from tests.web.house import PASSWORD, Stay

pytestmark = pytest.mark.browser
BUDGET = 30
"""Actions for a full set of vital signs."""
SECONDS, A_KEY, A_TAP = 30.0, 0.28, 2.1
"""What the set may take a hand; what a key takes, and a tap: hand to the pointer, pointing, pressing, hand back
(keystroke-level model: Card, Moran and Newell 1980, an average typist). Thinking and looking come on top.
"""


def test_from_signing_in_to_a_hold_its_alert_and_the_correction(desk: Desk, stay: Stay) -> None:
    page = desk.go("/")
    page.fill("#login", "nurse")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page.get_by_role("heading", name="Ward board")).to_be_visible()
    page.get_by_role("link", name="Observe CANARY-FAMILY-9041, Canary-Given").click()

    page.fill("#blood-clock", "13:50")
    page.fill("#creatinine", "2,6")
    page.press("#creatinine", "Enter")
    expect(page.locator("#creatinine")).to_have_value("2.6")
    expect(page.locator("#preview")).to_contain_text("Creatinine 2.6 mg/dL (limit 2.5 to below 3.0 mg/dL)")
    expect(page.locator("#save")).to_have_text("Save: HOLD dose 3")
    page.click("#save")

    expect(page.locator(".verdict-line .chip")).to_have_text("Hold")
    expect(page.locator(".crit-met")).to_contain_text("Creatinine")
    assert page.locator(".crit-met").bounding_box()["y"] < page.locator(".verdict-line").bounding_box()["y"]  # type: ignore[index]

    page.click(".banner-name")
    _limit_lines_lie_in_their_plots(page)
    assert page.locator(".modebar-btn[data-title^=Share]").count() == 0
    expect(page.locator("[data-figure] [role=img]")).to_have_attribute(
        "aria-label", re.compile(r"Creatinine.*2\.6.*hold from")
    )

    page.goto(desk.site.address + "/alerts")
    alert = page.locator(".alert", has_text="Creatinine 2.6 mg/dL")
    alert.get_by_role("button", name="Acknowledge").click()
    for section, shown in (("open-alerts", 0), ("waiting-alerts", 1)):
        here = page.locator(f"[aria-labelledby={section}] .alert", has_text="Creatinine 2.6 mg/dL")
        expect(here).to_have_count(shown)

    page.goto(f"{desk.site.address}/doses/{stay.dose(3).id}")
    row = page.locator("#values ~ .scroll tr", has_text="2.6 mg/dL")
    row.get_by_role("link", name="Correct").click()
    page.get_by_text("It was measured, and written down wrongly").click()
    page.fill("#value", "1.6")
    page.fill("#reason", "CANARY read from the wrong line")
    page.get_by_role("button", name="Save the correction").click()
    expect(page.locator(".verdict-line .chip")).to_have_text("No hold criterion met")
    expect(page.locator("s", has_text="2.6 mg/dL")).to_be_visible()
    expect(page.locator("#history ~ .scroll")).to_contain_text("Based on amended data")
    assert desk.complaints == []


def _limit_lines_lie_in_their_plots(page: Page) -> None:
    """A chart that drew its lines off the plot passes every other check (ecosystem.md 0.2)."""
    figure = page.locator("[data-figure]")
    figure.scroll_into_view_if_needed()
    expect(figure.locator(".shapelayer path").first).to_be_attached(timeout=20000)
    outside = figure.evaluate(
        """(figure) => {
            const plots = [...figure.querySelectorAll('.nsewdrag')].map((one) => one.getBoundingClientRect());
            const lines = [...figure.querySelectorAll('.shapelayer path')].map((one) => one.getBoundingClientRect());
            const inside = (line) => plots.some((plot) => line.top >= plot.top - 2 && line.bottom <= plot.bottom + 2
                && line.left >= plot.left - 2 && line.right <= plot.right + 2);
            return { plots: plots.length, lines: lines.length, outside: lines.filter((line) => !inside(line)).length };
        }"""
    )
    assert outside["plots"] > 0
    assert outside["lines"] > 0
    assert outside["outside"] == 0, outside


def test_a_set_of_vital_signs_stays_within_thirty_actions_and_thirty_seconds(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    keys = taps = 0

    def press(*typed: str) -> None:
        nonlocal keys
        for key in typed:
            page.keyboard.press(key)
            keys += 1

    def tap(selector: str) -> None:
        nonlocal taps
        page.click(selector)
        taps += 1

    page.focus("#respiratory-rate")
    press("1", "8", "Enter", "9", "7", "Enter")
    tap("label[for=oxygen-device-room-air]")
    tap("#systolic-bp")
    press("1", "1", "8", "Enter", "7", "2")
    tap("label[for=no-pressor]")
    tap("#heart-rate")
    press("9", "2")
    tap("label[for=rhythm-sinus]")
    tap("label[for=consciousness-alert]")
    tap("#temperature")
    press("3", "7", ",", "2")
    tap("#save")
    page.wait_for_url(re.compile(r"saved=14"))
    assert keys + taps <= BUDGET, (keys, taps)
    assert keys * A_KEY + taps * A_TAP <= SECONDS, (keys, taps)
    assert nurse.complaints == []


def test_one_temperature_is_charted_from_the_course_in_seven_actions(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/courses/{stay.course.id}")
    page.get_by_role("link", name="Temperature", exact=True).click()
    page.focus("#temperature")
    for key in ("3", "8", ".", "1"):
        page.keyboard.press(key)
    expect(page.locator("#change-temperature")).to_contain_text("up 1.3 from 36.8")
    page.click("#save")
    page.wait_for_url(re.compile(r"saved=1"))
    assert nurse.complaints == []


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["1280", "768"])
def test_the_guided_test_counts_what_was_ticked_into_the_score(nurse: Desk, stay: Stay, width: ViewportSize) -> None:
    nurse.page.set_viewport_size(width)
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe?only=mind")
    score = page.locator("#ice-score")
    page.get_by_text("How to test, step by step").click()
    expect(score).to_have_value("")
    for tick in ("year", "month", "city"):
        page.click(f"label[for=ice-{tick}]")
    expect(score).to_have_value("3")
    page.click("label[for=ice-city]")
    expect(score).to_have_value("2")
    expect(page.locator("#change-ice-score")).to_contain_text("down 8 from 10")
    assert nurse.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width["width"]
    page.get_by_role("button", name="None was right: score 0").click()
    expect(score).to_have_value("0")
    page.click("#save")
    page.wait_for_url(re.compile(r"saved=1"))
    assert nurse.complaints == []


def test_enter_goes_on_and_never_saves(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    page.focus("#respiratory-rate")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "spo2"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "oxygen_device"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "oxygen-flow"
    assert page.url.endswith("/observe")


def test_enter_goes_past_what_another_answer_has_answered(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    page.click("label[for=oxygen-device-room-air]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "systolic-bp"
    page.click("label[for=rhythm-sinus]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "consciousness"
    page.click("label[for=rhythm-ventricular-tachycardia]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "vt-beats"


def test_figures_keep_their_height_when_the_window_turns_and_fit_the_paper(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/courses/{stay.course.id}")
    expect(page.locator("html[data-figures=drawn]")).to_be_attached(timeout=30000)
    sizes = "[...document.querySelectorAll('.plot svg.main-svg')].map((one) => one.getBoundingClientRect().%s)"
    before = page.evaluate(sizes % "height")
    page.set_viewport_size(NARROW)
    page.wait_for_timeout(800)
    assert page.evaluate(sizes % "height") == before
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert set(page.evaluate(sizes % "width")) == {690}
    assert page.evaluate(sizes % "height") == before
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.wait_for_timeout(800)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert nurse.complaints == []


def test_one_tap_per_system_shows_the_answers_it_records(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    page.click("label[for=none-neurologic]")
    expect(page.locator("#seizure-no")).to_be_checked()
    expect(page.locator("#dyspnoea-at-rest-left")).to_be_checked()
    page.click("label[for=seizure-yes]")
    expect(page.locator("#none-neurologic")).not_to_be_checked()
    expect(page.locator("#hallucinations-no")).to_be_checked()


def test_a_refused_entry_keeps_what_was_typed_and_leads_to_the_field(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    page.fill("#temperature", "101.2")
    page.fill("#spo2", "97")
    page.click("#save")
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#spo2")).to_have_value("97")
    page.locator("#problems a").click()
    assert page.evaluate("document.activeElement.id") == "temperature"
    page.get_by_text("Use °F").click()
    expect(page.locator("#change-temperature")).to_have_text("is 38.4 °C")
    page.click("#save")
    page.wait_for_url(re.compile(r"saved=2"))


@pytest.mark.hazard("HZ-07")
def test_a_lost_connection_keeps_everything_and_is_retried_under_the_same_key(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    page.fill("#spo2", "96")
    page.context.set_offline(True)
    page.click("#save")
    expect(page.locator("#unsent")).to_contain_text("Nothing is saved")
    expect(page.locator("#spo2")).to_have_value("96")
    page.context.set_offline(False)
    page.wait_for_url(re.compile(r"saved=1"), timeout=15000)


@pytest.mark.hazard("HZ-07")
def test_a_session_that_ends_under_a_typing_hand_keeps_what_was_typed_and_says_how_to_go_on(
    context: BrowserContext, nurse: Desk, stay: Stay
) -> None:
    page, asked = nurse.go(f"/doses/{stay.dose(3).id}/observe"), list[str]()
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.locator("#spo2").press_sequentially("96")
    context.clear_cookies(name="sid")
    said = page.locator("#live-since")
    expect(said).to_have_text(re.compile("You are signed out. Nothing is saved. Sign in in another tab"), timeout=20000)
    page.locator("#heart-rate").press_sequentially("88")
    page.wait_for_timeout(11000)
    expect(page.locator("#spo2")).to_have_value("96")
    expect(said).not_to_contain_text("Connection lost")
    nurse.seen("signed-out")
    assert asked == []
    # When they sign in again in another tab, the page goes on by itself and what was typed is saved.
    secret = nurse.site.house.session("nurse")
    context.add_cookies([{"name": "sid", "value": secret, "url": nurse.site.address}])
    expect(said).to_have_text("", timeout=12000)
    expect(page.locator("#preview")).to_be_visible()
    page.click("#save")
    page.wait_for_url(re.compile(r"saved=2"))


@pytest.mark.hazard("HZ-12")
def test_a_session_that_ends_where_nothing_was_typed_leads_to_the_sign_in(
    context: BrowserContext, nurse: Desk, stay: Stay
) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    context.clear_cookies(name="sid")
    expect(page.locator("#login")).to_be_visible(timeout=20000)


@pytest.mark.hazard("HZ-04")
@pytest.mark.parametrize("path", ["/", "/doses/{dose}"])
def test_a_page_that_lost_its_server_says_so_within_ten_seconds_and_hides_its_verdicts(
    nurse: Desk, stay: Stay, path: str
) -> None:
    page = nurse.go(path.format(dose=stay.dose(3).id))
    chip = page.locator(".verdict .chip").first
    expect(chip).to_have_text("No hold criterion met")
    page.wait_for_timeout(5500)
    expect(chip).to_be_visible()
    nurse.site.kill()
    expect(page.locator("#live-since")).to_contain_text(re.compile(r"14:0\d:\d\d"), timeout=10000)
    expect(page.locator(".live-lost")).to_be_visible()
    assert page.locator(".verdict .chip:visible").count() == 0


def test_everything_to_tap_at_the_bedside_is_large_enough_for_a_glove(nurse: Desk, stay: Stay) -> None:
    page = nurse.go(f"/doses/{stay.dose(3).id}/observe")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main .answer, main input[type=text], main button, main summary')]
            .filter((one) => one.offsetParent !== null)
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, box]) => box.height < 47.5 || box.width < 44).map(([html]) => html)"""
    )
    assert small == []

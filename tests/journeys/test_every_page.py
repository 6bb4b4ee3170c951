"""Does every page load in a real browser without breaking its policy, can everybody use it, do its pictures save?"""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from tests.journeys.conftest import NARROW, WIDE, Desk, Site
from tests.journeys.keyboard import out_of_reach
from tests.web.every_page import EVERYTHING, addresses, hire_everything
from tests.web.house import FAMILY_NAME, MRN, NOW, Stay

PARTS = 3
"""All pages are walked in so many tests, for processes that run side by side."""
TOLD = "addEventListener('securitypolicyviolation', (e) => console.error(`CSP ${e.violatedDirective} ${e.blockedURI}`))"


@pytest.fixture
def everything(context: BrowserContext, desk: Desk) -> Desk:
    """A desk with somebody signed in who may do everything; it hears of every violation."""
    hire_everything(desk.site.house)
    context.add_init_script(TOLD)
    secret = desk.site.house.session(EVERYTHING)
    context.add_cookies([{"name": "sid", "value": secret, "url": desk.site.address}])
    return desk


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_breaks_the_policy_or_complains_and_everybody_can_use_it(
    everything: Desk, stay: Stay, part: int
) -> None:
    drawn = 0
    as_known = f"/courses/{stay.course.id}?at=21-Nov-2026 13:45"
    for path in (*addresses(everything.site.house, stay), as_known)[part::PARTS]:
        answer = everything.page.goto(everything.site.address + path)
        assert answer is not None
        if answer.status != 200:
            # The browser itself says that the page is not one; nothing else may be said.
            everything.complaints = [words for words in everything.complaints if "Failed to load resource" not in words]
        elif everything.page.locator("[data-figure]").count():
            expect(everything.page.locator("html")).to_have_attribute("data-figures", "drawn", timeout=30000)
        assert everything.complaints == [], path
        drawn += answer.status == 200
        if everything.page.locator("main").count():
            assert _seen_by_everybody(everything) == [], path
    assert drawn > 20 - PARTS


def _seen_by_everybody(desk: Desk) -> list[str]:
    """What axe finds at two widths and no key reaches; then of colours at night, and of sizes with text enlarged."""
    page, found = desk.page, []
    for width in (NARROW, WIDE):
        page.set_viewport_size(width)
        found += [*desk.axe(), *_cut_off(page)]
    found += out_of_reach(page)
    page.emulate_media(color_scheme="dark")
    found += desk.axe("color-contrast", "link-in-text-block")
    page.emulate_media(color_scheme="light")
    page.evaluate("document.documentElement.style.fontSize = '34px'")
    found += [*desk.axe("target-size", "scrollable-region-focusable"), *_cut_off(page)]
    # While axe looks, it holds the page's only thread: what the page had asked meanwhile is heard too late.
    desk.complaints = [words for words in desk.complaints if not words.startswith("htmx: htmx:error: timeout")]
    return found


def _cut_off(page: Page) -> list[str]:
    over: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"{over} pixels run out of the page"] if over > 0 else []


def test_the_listener_hears_a_violation(everything: Desk, stay: Stay) -> None:
    """The positive control of the walk above."""
    page = everything.go("/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">x</p>')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))")
    page.wait_for_timeout(200)
    assert any(words.startswith("CSP style-src") for words in everything.complaints)
    assert any(words.startswith("CSP script-src") for words in everything.complaints)


def test_a_place_that_no_key_reaches_or_leaves_and_a_focus_that_does_not_show_are_found(everything: Desk) -> None:
    """The positive control of the keyboard's part of the walk."""
    page = everything.go("/alerts")
    assert out_of_reach(page) == []
    page.locator(".top a").first.evaluate("""one => {
        for (const line of ['outline', 'box-shadow']) one.style.setProperty(line, 'none', 'important');
    }""")
    assert [words[:28] for words in out_of_reach(page)] == ["focus does not show on: a Do"]
    page.locator(".top a").last.evaluate("one => one.addEventListener('keydown', (event) => event.preventDefault())")
    assert any(words.startswith("the Tab key does not reach") for words in out_of_reach(page))


def test_the_figures_are_saved_as_pictures(everything: Desk, stay: Stay, tmp_path: Path) -> None:
    page = everything.go(f"/courses/{stay.course.id}")
    expect(page.locator("html")).to_have_attribute("data-figures", "drawn", timeout=30000)
    content = {}
    for kind in ("PNG", "SVG"):
        with page.expect_download(timeout=20000) as download:
            page.get_by_role("button", name=f"Save as {kind}").click()
        download.value.save_as(tmp_path / kind)
        assert FAMILY_NAME not in download.value.suggested_filename
        assert MRN not in download.value.suggested_filename
        assert download.value.suggested_filename.endswith(f".{kind.lower()}")
        content[kind] = (tmp_path / kind).read_bytes()
    assert content["PNG"].startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", content["PNG"][16:24])
    assert width > 1000
    assert height > 2000
    drawn = content["SVG"].decode()
    assert "Heart rate, /min" in drawn
    assert "ago" not in drawn, "an age is true only while somebody looks"
    expect(page.locator("[data-figure]")).to_contain_text("20 min ago")
    assert everything.complaints == []


@pytest.mark.hazard("HZ-03")
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_wristband_scanner_fills_the_form_and_never_sends_it(
    chromium: Browser, site: Site, stay: Stay, script: bool
) -> None:
    context = chromium.new_context(viewport=WIDE, java_script_enabled=script)
    context.add_cookies([{"name": "sid", "value": site.house.session("nurse"), "url": site.address}])
    page = context.new_page()
    path = f"{site.address}/doses/{stay.dose(3).id}/give"
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(path)
    page.get_by_text("Given in full").click()
    page.focus("#mrn")
    page.keyboard.type(f"{MRN}^19710203", delay=1)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert sent == []
    assert page.url == path
    if script:
        expect(page.locator("#mrn")).to_have_value(MRN)
        expect(page.locator("#born")).to_have_value("19710203")
    for field in ("#born", "#started-clock"):
        page.focus(field)
        page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert sent == []
    page.get_by_role("button", name="Record for dose 3").click()
    expect(page.get_by_text("Given in full, started 14:00")).to_be_visible()
    assert len(sent) == 1
    context.close()


@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["1280", "768"])
def test_axe_finds_nothing_where_names_are_similar_and_where_a_token_is_shown(
    everything: Desk, stay: Stay, width: ViewportSize
) -> None:
    house = everything.site.house
    house.admit(first_due_at=NOW, mrn="CANARY-2", family=f"{FAMILY_NAME}S", bed="4")
    everything.page.set_viewport_size(width)
    for path in (f"/doses/{stay.dose(3).id}/give", "/"):
        page = everything.go(path)
        assert [*everything.axe(), *_cut_off(page)] == [], path
    page = everything.go("/me/tokens")
    page.fill("#name", "CANARY-script")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("heading", name="Copy the token now")).to_be_visible()
    assert everything.axe() == []
    page.get_by_role("link", name="I have copied it").click()
    assert everything.axe() == []
    assert everything.complaints == []

"""May a reader have the pages by night, and can everything on them be read then as by day?"""

import re

import pytest

from app.web.assets import STATIC
from tests.dashboards.test_theme import contrast
from tests.web.house import House

CSS = (STATIC / "style.css").read_text()
WORDS, LINES = 4.5, 3.0
SEEN = (
    *(("ink", on, WORDS) for on in ("paper", "wash", "note", "banner", "late-wash", "accent-wash", "left")),
    *(("muted", on, WORDS) for on in ("paper", "wash", "banner", "late-wash", "note")),
    *(("accent", on, WORDS) for on in ("paper", "wash", "banner", "note", "late-wash")),
    *(("accent-dark", on, WORDS) for on in ("paper", "accent-wash")),
    ("on-accent", "accent", WORDS),
    ("on-accent", "accent-dark", WORDS),
    ("on-dark", "bar", WORDS),
    ("on-dark", "grave", WORDS),
    ("on-dark", "hold", WORDS),
    ("on-caution", "caution", WORDS),
    ("on-amber", "amber", WORDS),
    ("on-end", "end", WORDS),
    ("proceed-ink", "proceed-wash", WORDS),
    ("late-ink", "paper", WORDS),
    ("late-ink", "late-wash", WORDS),
    ("error", "paper", WORDS),
    *((shape, "paper", LINES) for shape in ("field", "proceed", "caution-ink", "hold", "end", "note-edge", "accent")),
    ("late-ink", "banner", LINES),
)
"""Colours of words and shapes, what they stand on, and the contrast WCAG 2.2 asks for (1.4.3, 1.4.11)."""


def _palettes() -> dict[str, dict[str, str]]:
    fixed = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", CSS.partition("@supports")[0]))
    pairs = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", CSS)
    days, nights = ({name: pair[index] for name, *pair in pairs} for index in (0, 1))
    return {"day": fixed, "the same day": fixed | days, "night": fixed | nights}


@pytest.mark.parametrize("name", ["day", "night"])
def test_words_and_shapes_have_the_contrast_of_wcag_aa(name: str) -> None:
    palette = _palettes()[name]
    found = {(fore, back): contrast(palette[fore], palette[back]) for fore, back, _least in SEEN}
    assert {(fore, back): found[fore, back] for fore, back, least in SEEN if found[fore, back] < least} == {}


def test_a_browser_that_knows_no_night_has_the_same_day() -> None:
    palettes = _palettes()
    assert palettes["day"] == palettes["the same day"]
    assert len(palettes["day"]) > 25


def test_no_rule_names_a_colour_the_night_would_not_change() -> None:
    """Black, white and what lies under words of its own colour are the same at any hour."""
    allowed = {"#fff", "#000", "#1a1a1a", "#4b2a7b", "#ffe08a"}
    for name in ("style.css", "course.css", "board.css"):
        rules = (
            (STATIC / name).read_text().partition("\n* {")[2] if name == "style.css" else (STATIC / name).read_text()
        )
        assert set(re.findall(r"(?<!&)#[0-9a-f]{3,6}\b(?=[;, ])", rules)) <= allowed, name


@pytest.mark.parametrize("theme", ["day", "night"])
def test_the_choice_is_kept_by_the_browser_and_named_on_every_page(house: House, theme: str) -> None:
    client = house.client("nurse")
    assert "data-theme" not in client.get("/me").text
    answer = client.post("/theme", data={"theme": theme, "next": "/me"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert f'data-theme="{theme}"' in client.get("/").text
    assert f'value="{theme}" aria-current="true"' in client.get("/me").text
    client.post("/theme", data={"theme": "device", "next": "/me"})
    assert "data-theme" not in client.get("/").text


def test_colours_there_are_none_of_are_refused(house: House) -> None:
    client = house.client("nurse")
    assert client.post("/theme", data={"theme": "sepia", "next": "/me"}).status_code == 422
    client.cookies.set("theme", '"><script>')
    assert "data-theme" not in client.get("/").text


def test_paper_always_has_the_day() -> None:
    assert "@media print { :root:root { color-scheme: light; } }" in CSS

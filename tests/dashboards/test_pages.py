"""Which panels make the course dashboard?"""

from __future__ import annotations

import pytest

from app.domain.errors import NotFound
from dashboards.pages import COURSE, panel


def test_the_doses_stand_on_top_and_every_question_follows_in_order() -> None:
    assert [one.id for one in COURSE] == [
        "doses",
        "blood-pressure",
        "heart",
        "breathing",
        "temperature",
        "fluids",
        "mental-status",
        "labs",
        "news2",
    ]


def test_a_panel_is_found_by_its_id() -> None:
    assert panel("labs").title == "Laboratory values"


def test_an_unknown_panel_is_not_found() -> None:
    with pytest.raises(NotFound) as refused:
        panel("horoscope")
    assert refused.value.code == "unknown_panel"

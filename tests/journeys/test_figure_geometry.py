"""Are the points of the drawn figure where their values and times are, by the sizes of the picture alone?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.journeys.conftest import NARROW, WIDE, Desk
from tests.web.house import NOW, Stay

pytestmark = pytest.mark.browser
_NEAR = 1.5
"""Pixels a mark may lie beside its place: markers are drawn on whole ones."""

_DRAWN = """async (plot) => {
    const { layout } = await (await fetch(plot.dataset.figure)).json();
    const frame = plot.getBoundingClientRect();
    const middle = (one) => { const box = one.getBoundingClientRect();
        return [box.left + box.width / 2 - frame.left, box.top + box.height / 2 - frame.top]; };
    const lines = [...plot.querySelectorAll('.scatterlayer .trace')]
        .map((drawn) => [drawn, drawn.__data__[0].trace._input])
        .filter(([, given]) => given.mode === 'lines+markers')
        .map(([drawn, { name, yaxis, x, y }]) => (
            { name, axis: yaxis, x, y, points: [...drawn.querySelectorAll('.points path')].map(middle) }));
    return { lines, layout, width: frame.width };
}"""


@pytest.mark.hazard("HZ-18")
@pytest.mark.parametrize("width", [WIDE, NARROW], ids=["1280", "768"])
def test_every_point_lies_where_its_value_and_its_time_are(nurse: Desk, stay: Stay, width: ViewportSize) -> None:
    for minutes, rate, creatinine in ((15, "92", "1.2"), (10, "118", "1.9"), (5, "104", "2.7")):
        at = NOW - timedelta(minutes=minutes)
        nurse.site.house.chart(stay, dose=3, at=at, heart_rate=rate, creatinine=creatinine)
    nurse.page.set_viewport_size(width)
    page = nurse.go(f"/courses/{stay.course.id}?window=24h")
    expect(page.locator("html[data-figures=drawn]")).to_be_attached(timeout=60000)
    drawn = page.locator("[data-figure]").evaluate(_DRAWN)
    seen = {line["name"]: _places(line, drawn) for line in drawn["lines"]}
    assert {"Heart rate", "Creatinine", "Temperature"} <= set(seen)
    (heart,) = [line for line in drawn["lines"] if line["name"] == "Heart rate"]
    assert list(zip(heart["x"], heart["y"], strict=True))[-3:] == [
        ("2026-11-21 13:45", 92),
        ("2026-11-21 13:50", 118),
        ("2026-11-21 13:55", 104),
    ]
    for name, places in seen.items():
        assert places, name
        for (left, top), (x, y) in places:
            assert abs(left - x) <= _NEAR, name
            assert abs(top - y) <= _NEAR, name


def _places(line: dict[str, Any], drawn: dict[str, Any]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Each point as drawn and as it must be; gaps have no point."""
    layout = drawn["layout"]
    margin, axis = layout["margin"], layout[line["axis"].replace("y", "yaxis")]
    wide = drawn["width"] - margin["l"] - margin["r"]
    high = layout["height"] - margin["t"] - margin["b"]
    first, last = (_minutes(end) for end in layout["xaxis"]["range"])
    values = [(x, y) for x, y in zip(line["x"], line["y"], strict=True) if y is not None]
    assert len(values) == len(line["points"]), line["name"]
    places = []
    for (x, y), point in zip(values, line["points"], strict=True):
        low, top = axis["range"]
        share = axis["domain"][0] + (axis["domain"][1] - axis["domain"][0]) * (y - low) / (top - low)
        across = (_minutes(x) - first) / (last - first)
        places.append(((point[0], point[1]), (margin["l"] + wide * across, margin["t"] + high * (1 - share))))
    return places


def _minutes(place: str) -> float:
    return datetime.fromisoformat(place).replace(tzinfo=UTC).timestamp() / 60

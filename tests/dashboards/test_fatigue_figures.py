"""Are the figures of alert fatigue ones Plotly accepts, and readable without colour?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import orjson
import plotly.graph_objects as go

from app.domain.control_chart import Period, u_chart
from app.domain.fatigue import Charted, Fatigue, Happening, Ordered, Overridden, days_between, fatigue
from app.domain.vocabulary import Action, AlertKind, Choice
from dashboards.fatigue import firing_rate, overridden, per_hundred, wait_words, waiting

FIRST = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def _figures() -> Fatigue:
    happened = [
        Happening("a", "creatinine", AlertKind.RAISED, NOON),
        Happening("a", "creatinine", AlertKind.ACKNOWLEDGED, NOON + timedelta(minutes=4)),
        Happening("b", "creatinine", AlertKind.RAISED, NOON),
    ]
    ordered = [Ordered(Choice.GIVE, {"creatinine": Action.HOLD}), Ordered(Choice.HOLD, {"creatinine": Action.HOLD})]
    return fatigue(Charted(days_between(FIRST, FIRST), UTC, happened, [NOON] * 10, 4, ordered, frozenset()))


def test_every_figure_is_one_plotly_accepts() -> None:
    long = u_chart([Period(FIRST + timedelta(days=day), day % 3, 50 if day != 4 else 0) for day in range(30)])
    figures = _figures()
    for figure in (
        firing_rate(long),
        firing_rate(figures.firing),
        firing_rate(u_chart([])),
        waiting(figures),
        overridden(figures.overridden, {"creatinine": "Creatinine"}),
        overridden((), {}),
    ):
        assert len(go.Figure(figure).data) == len(figure["data"])
        orjson.dumps(figure)


def test_a_day_beyond_a_limit_has_another_shape_and_a_day_without_decisions_is_a_gap() -> None:
    days = [Period(FIRST + timedelta(days=day), 4, 100) for day in range(21)]
    days += [Period(date(2026, 11, 22), 0, 0), Period(date(2026, 11, 23), 40, 100)]
    rates, high, centre, low = firing_rate(u_chart(days))["data"]
    assert rates["marker"]["symbol"] == ["circle"] * 22 + ["square"]
    assert rates["y"][-2:] == [None, 40]
    assert [high["y"][-2], centre["y"][-2], low["y"][-2]] == [None, None, None]
    assert (high["line"]["dash"], centre["line"]["dash"]) == ("dash", "solid")
    assert rates["text"][-1] == "40 in 100 decisions"


def test_without_enough_days_there_are_no_lines() -> None:
    assert len(firing_rate(_figures().firing)["data"]) == 1


def test_what_nobody_acknowledged_is_hatched() -> None:
    (bars,) = waiting(_figures())["data"]
    assert dict(zip(bars["x"], bars["y"], strict=True))["≤ 5 min"] == 1
    assert (bars["x"][-1], bars["y"][-1], bars["marker"]["pattern"]["shape"][-1]) == ("not yet", 1, "/")
    assert bars["x"] == wait_words()


def test_the_highest_share_stands_on_top_and_its_counts_beside_it() -> None:
    rows = (Overridden("a", 4, 3), Overridden("b", 4, 0), Overridden("c", 3, 1))
    figure = overridden(rows, {"a": "<b>A</b>"})
    assert figure["layout"]["yaxis"]["ticktext"] == ["b: 0 of 4", "c: 1 of 3", "&lt;b&gt;A&lt;/b&gt;: 3 of 4"]


def test_a_rate_is_said_for_a_hundred_decisions() -> None:
    assert per_hundred(Decimal("0.0345")) == "3.4"
    assert per_hundred(None) == "–"

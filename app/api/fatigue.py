"""How much do the alerts of a ward ask of its people?"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query, Response

from app.api.calls import Called, answered, read
from app.api.routers import router_for
from app.api.shapes import Shape
from app.domain.control_chart import Chart, Point
from app.domain.fatigue import Overridden, Waited
from app.http.fields import Day, Uuid
from app.services.fatigue import WardFatigue, fatigue_of

router = router_for("alerts")
_RATE, _TENTH = Decimal("0.0001"), Decimal("0.1")


class Waiting(Shape):
    """Of so many alerts, how many something followed, and the median seconds until then; null for none."""

    alerts: int
    followed: int
    median_seconds: int | None


class FiringDay(Shape):
    """Alerts raised on a day of the ward's clock, and the decisions taken; null: no rate, no limit."""

    day: str
    alerts: int
    decisions: int
    rate: str | None
    low: str | None
    high: str | None
    signal: bool


class Firing(Shape):
    """A u chart of alerts per decision: centre line and 3-sigma limits; no limits with fewer than 20 days of decisions.

    `key` null is all alerts together. `silent_since`: nothing since then, which its own rate before makes unlikely.
    """

    key: str | None
    alerts: int
    centre: str | None
    limited: bool
    silent_since: str | None
    days: list[FiringDay]


class Override(Shape):
    """Of the orders on decisions where a criterion called for a dose to be withheld, how many were milder."""

    criterion: str
    orders: int
    milder: int
    percent: str | None


class AlertFigures(Shape):
    """The figures of a ward; the days are its own, from midnight to midnight. Nothing divided by nothing is null."""

    ward_id: str
    first_day: str
    last_day: str
    alerts: int
    decisions: int
    doses_given: int
    alerts_per_100_doses: str | None
    acknowledged: Waiting
    escalated: Waiting
    firing: list[Firing]
    never_fired: list[str]
    overridden: list[Override]


@router.get("/alerts/figures", response_model=AlertFigures, response_description="The figures of the period.")
def read_alert_figures(
    call: Called,
    ward_id: Annotated[Uuid, Query()],
    first: Annotated[Day | None, Query(alias="from", description="The first day; left out, four weeks.")] = None,
    last: Annotated[Day | None, Query(alias="to", description="The last day; left out, today.")] = None,
) -> Response:
    """Alerts per 100 doses, time to acknowledge and escalate, firing rates with limits, what never fired, overrides."""
    return answered(_figures(read(call, lambda tx: fatigue_of(tx, call.library, call.acting, ward_id, first, last))))


def _figures(found: WardFatigue) -> dict[str, Any]:
    figures = found.figures
    return {
        "ward_id": found.ward.id,
        "first_day": found.first.isoformat(),
        "last_day": found.last.isoformat(),
        "alerts": figures.alerts,
        "decisions": figures.decisions,
        "doses_given": figures.given,
        "alerts_per_100_doses": _text(figures.per_100_doses, _TENTH),
        "acknowledged": _waiting(figures.acknowledged),
        "escalated": _waiting(figures.escalated),
        "firing": [_firing(None, figures.firing), *(_firing(key, chart) for key, chart in figures.by_key.items())],
        "never_fired": list(figures.never),
        "overridden": [_override(row) for row in figures.overridden],
    }


def _waiting(waited: Waited) -> dict[str, Any]:
    median = None if waited.median is None else waited.median // timedelta(seconds=1)
    return {"alerts": waited.alerts, "followed": waited.followed, "median_seconds": median}


def _firing(key: str | None, chart: Chart) -> dict[str, Any]:
    return {
        "key": key,
        "alerts": chart.times,
        "centre": _text(chart.centre),
        "limited": chart.limited,
        "silent_since": _day(chart.silent_since),
        "days": [_point(point) for point in chart.points],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "day": point.day.isoformat(),
        "alerts": point.times,
        "decisions": point.units,
        "rate": _text(point.rate),
        "low": _text(point.low),
        "high": _text(point.high),
        "signal": point.above or point.below,
    }


def _override(row: Overridden) -> dict[str, Any]:
    percent = _text(row.percent, _TENTH)
    return {"criterion": row.criterion, "orders": row.orders, "milder": row.milder, "percent": percent}


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _text(number: Decimal | None, step: Decimal = _RATE) -> str | None:
    return None if number is None else f"{number.quantize(step):f}"

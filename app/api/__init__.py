"""What can a program ask and tell Doseward over REST?"""

from __future__ import annotations

from fastapi import FastAPI

from app.api import (
    alert_answers,
    alerts,
    audit,
    cohort,
    courses,
    cycles,
    doses,
    emergency,
    evaluating,
    fatigue,
    figures,
    health,
    ladders,
    observations,
    people,
    protocols,
    receivers,
    rehearsing,
    roster,
    seconding,
    stream,
    tokens,
    tolerance,
    wards,
)
from app.api.metrics import install_metrics

PREFIX = "/api/v1"
# In the order they are tried, which takes time: what is charted at the bedside comes first. Stream and figures of
# alerts come before the alerts: their addresses would match that of one alert.
RESOURCES = (
    observations,
    doses,
    evaluating,
    wards,
    people,
    courses,
    cycles,
    stream,
    fatigue,
    alerts,
    alert_answers,
    protocols,
    figures,
    tolerance,
    rehearsing,
    roster,
    ladders,
    emergency,
    seconding,
    tokens,
    receivers,
    audit,
    cohort,
)


def include_api(app: FastAPI) -> None:
    """Mounts every resource under /api/v1, and /readyz and /metrics beside it. Call it after `install_floor`."""
    install_metrics(app)
    for resource in RESOURCES:
        app.include_router(resource.router, prefix=PREFIX)
    app.include_router(health.router)

"""What can a program ask and tell Doseward over REST?"""

from __future__ import annotations

from fastapi import FastAPI

from app.api import (
    alerts,
    courses,
    cycles,
    doses,
    evaluating,
    figures,
    health,
    observations,
    people,
    protocols,
    stream,
    wards,
)
from app.api.metrics import install_metrics

PREFIX = "/api/v1"
# The stream before the alerts: its address would match that of one alert.
RESOURCES = (evaluating, wards, people, courses, cycles, doses, observations, stream, alerts, protocols, figures)


def include_api(app: FastAPI) -> None:
    """Mounts every resource under /api/v1, and /readyz and /metrics beside it. Call it after `install_floor`."""
    install_metrics(app)
    for resource in RESOURCES:
        app.include_router(resource.router, prefix=PREFIX)
    app.include_router(health.router)

"""Which pages does the program have, and what do they share?"""

from __future__ import annotations

from fastapi import FastAPI

from app.web import assets
from app.web.errors import render_error
from app.web.routes import (
    admission,
    alerts,
    board,
    correcting,
    courses,
    cycle_events,
    doses,
    figures,
    giving,
    observing,
    ordering,
    patients,
    protocols,
    signing,
)

__all__ = ["include_web", "render_error"]


def include_web(app: FastAPI) -> None:
    """Adds every page to the program; `app.state` must have database, library, clock, demo and secure_cookies."""
    for part in (
        assets,
        signing,
        board,
        observing,
        giving,
        ordering,
        correcting,
        doses,
        admission,
        courses,
        figures,
        alerts,
        protocols,
        cycle_events,
        patients,
    ):
        app.include_router(part.router)

"""Which pages does the program have, and what do they share?"""

from __future__ import annotations

from fastapi import FastAPI

from app.web import assets
from app.web.errors import render_error
from app.web.routes import (
    access_reviews,
    admin,
    admission,
    alert,
    alerts,
    audit,
    board,
    cohort,
    correcting,
    correcting_doses,
    courses,
    cycle_events,
    doses,
    drafting,
    emergency,
    fatigue,
    figures,
    giving,
    handover,
    ladders,
    language,
    locking,
    me,
    observing,
    ordering,
    passwords,
    patients,
    people,
    protocols,
    provider,
    receiver,
    receivers,
    roster,
    signing,
    theme,
    tokens,
    tolerance,
    wall,
    what_if,
    workstations,
)
from app.web.tongue import Tongue

__all__ = ["include_web", "render_error"]


PARTS = (
    assets,
    signing,
    language,
    theme,
    locking,
    me,
    workstations,
    roster,
    ladders,
    tokens,
    receivers,
    receiver,
    provider,
    board,
    wall,
    observing,
    drafting,
    giving,
    ordering,
    correcting,
    correcting_doses,
    doses,
    emergency,
    access_reviews,
    admission,
    courses,
    handover,
    tolerance,
    figures,
    fatigue,
    cohort,
    what_if,
    alerts,
    alert,
    protocols,
    cycle_events,
    patients,
    admin,
    audit,
    people,
    passwords,
)
"""In the order they are tried: what has an address of its own comes before what takes any name in its place."""


def include_web(app: FastAPI) -> None:
    """Adds every page to the program; `app.state` must have database, library, clock, demo and secure_cookies."""
    app.add_middleware(Tongue)
    for part in PARTS:
        app.include_router(part.router)

"""Which panels make a dashboard, in which order?"""

from __future__ import annotations

from app.domain.errors import NotFound
from dashboards import (
    blood_pressure,
    breathing,
    dose_strip,
    early_warning,
    fluids,
    heart,
    labs,
    mental_status,
    temperature,
)
from dashboards.panel import Panel

COURSE: tuple[Panel, ...] = (
    dose_strip.PANEL,
    blood_pressure.PANEL,
    heart.PANEL,
    breathing.PANEL,
    temperature.PANEL,
    fluids.PANEL,
    mental_status.PANEL,
    labs.PANEL,
    early_warning.PANEL,
)
"""The course page from top to bottom: the doses first, then what bears on the next one."""

_BY_ID = {panel.id: panel for panel in COURSE}


def panel(panel_id: str) -> Panel:
    """The panel with this id; raises NotFound."""
    if panel_id not in _BY_ID:
        raise NotFound("unknown_panel", f"There is no figure of that name. Known: {', '.join(_BY_ID)}.")
    return _BY_ID[panel_id]

"""Which panels make a dashboard, in which order?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.domain.errors import NotFound
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from dashboards import (
    blood_pressure,
    breathing,
    dose_strip,
    early_warning,
    events,
    fluids,
    heart,
    labs,
    mental_status,
    temperature,
)
from dashboards.pane import Pane, stack
from dashboards.panel import Panel
from dashboards.scene import scene
from dashboards.theme import Figure
from dashboards.view import View

COURSE: tuple[Panel, ...] = (
    dose_strip.PANEL,
    events.PANEL,
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

STACK = "course"
"""The id of the figure of them all."""

STACKS: Mapping[str, tuple[Panel, ...]] = {
    STACK: COURSE,
    "circulation": (dose_strip.PANEL, events.PANEL, blood_pressure.PANEL, heart.PANEL, early_warning.PANEL),
    "respiration": (dose_strip.PANEL, breathing.PANEL, temperature.PANEL, early_warning.PANEL),
    "fluids-and-labs": (dose_strip.PANEL, events.PANEL, fluids.PANEL, labs.PANEL),
    "mind": (dose_strip.PANEL, mental_status.PANEL, temperature.PANEL),
}
"""All of them, and those that are read together on one screen: the doses always on top."""

_BY_ID = {panel.id: panel for panel in COURSE}


def figure(panel_id: str, flowsheet: Flowsheet, protocol: Protocol, view: View) -> Figure:
    """One panel, or those of a stack on one time axis; raises NotFound."""
    if panel_id not in STACKS:
        return panel(panel_id).figure(flowsheet, protocol, view)
    drawn = scene(flowsheet, protocol, view)
    panes: list[Pane] = []
    for one in STACKS[panel_id]:
        *above, last = one.panes(drawn, one.tracks(drawn))
        panes += [*above, replace(last, numbered=True)]
    return stack((*panes[:-1], replace(panes[-1], numbered=False)), view, drawn.clock, drawn.due)


def panel(panel_id: str) -> Panel:
    """The panel with this id; raises NotFound."""
    if panel_id not in _BY_ID:
        known = ", ".join((*STACKS, *_BY_ID))
        raise NotFound("unknown_panel", f"There is no figure of that name. Known: {known}.")
    return _BY_ID[panel_id]

"""How does the patient breathe, how well is the blood saturated, and on how much oxygen?"""

from __future__ import annotations

from app.domain.tongue import mark
from dashboards.matrix import choice_pane
from dashboards.numeric import numeric_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Track, tracks
from dashboards.scene import Scene

_NAMES = ("respiratory_rate", "spo2", "oxygen_flow", "fio2", "oxygen_device")


def _tracks(scene: Scene) -> tuple[Track, ...]:
    return tracks(scene.flowsheet, scene.protocol, scene.view, _NAMES)


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    """Inspired oxygen has a panel only where it was charted: it is measured under some devices."""
    *numbers, device = found
    shown = [track for track in numbers if track.name != "fio2" or track.points or track.struck]
    return [*(numeric_pane(track, scene) for track in shown), choice_pane(device, scene)]


PANEL = Panel("breathing", mark("Respiration, saturation and oxygen"), _tracks, _panes)

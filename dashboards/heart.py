"""How fast does the heart beat, and in which rhythm?"""

from __future__ import annotations

from app.domain.tongue import mark
from dashboards.matrix import choice_pane
from dashboards.numeric import numeric_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Track, tracks
from dashboards.scene import Scene


def _tracks(scene: Scene) -> tuple[Track, ...]:
    return tracks(scene.flowsheet, scene.protocol, scene.view, ("heart_rate", "rhythm"))


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    rate, rhythm = found
    return [numeric_pane(rate, scene), choice_pane(rhythm, scene)]


PANEL = Panel("heart", mark("Heart rate and rhythm"), _tracks, _panes)

"""What do kidneys, marrow, liver and acid-base balance say?"""

from __future__ import annotations

from app.domain.tongue import mark
from dashboards.numeric import numeric_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Track, tracks
from dashboards.scene import Scene

_NAMES = ("creatinine", "platelets", "bilirubin", "bicarbonate")


def _tracks(scene: Scene) -> tuple[Track, ...]:
    return tracks(scene.flowsheet, scene.protocol, scene.view, _NAMES)


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    return [numeric_pane(track, scene) for track in found]


PANEL = Panel("labs", mark("Laboratory values"), _tracks, _panes)

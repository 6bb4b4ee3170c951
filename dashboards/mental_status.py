"""Is the patient awake, oriented, and as before?"""

from __future__ import annotations

from dataclasses import replace

from app.domain.measure import Kind, Measure
from app.domain.tongue import mark, worded
from dashboards.matrix import choice_pane, findings_pane
from dashboards.numeric import numeric_pane
from dashboards.pane import Pane
from dashboards.panel import Panel
from dashboards.points import Track, tracks
from dashboards.scene import Scene
from dashboards.words import inline

_SYSTEM = "neurologic"
_PASS_OR_FAIL = 2


def _tracks(scene: Scene) -> tuple[Track, ...]:
    """Every neurologic measure the protocol's measures know, consciousness first."""
    measures = [measure for measure in scene.protocol.measures.values() if measure.system == _SYSTEM]
    ordered = sorted(measures, key=lambda measure: (measure.kind is Kind.FINDING, not _worded(measure)))
    return tracks(scene.flowsheet, scene.protocol, scene.view, [measure.name for measure in ordered])


def _worded(measure: Measure) -> bool:
    """More than pass or fail: a choice that needs a line for each of its words."""
    return len(measure.choices) > _PASS_OR_FAIL


def _panes(scene: Scene, found: tuple[Track, ...]) -> list[Pane]:
    measures = scene.protocol.measures
    choices = [track for track in found if _worded(measures[track.name])]
    numbers = [track for track in found if measures[track.name].numeric and (track.points or track.struck)]
    lines = [track for track in found if track not in choices and not measures[track.name].numeric]
    absent = [inline(track.label) for track in lines if not track.points]
    pane = findings_pane(worded("Findings and attention tests"), lines, scene)
    if absent and len(absent) < len(lines):
        pane = replace(pane, notes=(*pane.notes, worded("Not charted here: {names}.", names=", ".join(absent))))
    panes = [choice_pane(track, scene) for track in choices]
    return [*panes, pane, *(numeric_pane(track, scene) for track in numbers)]


PANEL = Panel("mental-status", mark("Mental status"), _tracks, _panes)

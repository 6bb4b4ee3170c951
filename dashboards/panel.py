"""What makes one panel of a dashboard: its tracks, and how they are drawn?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.tongue import worded
from dashboards.pane import Pane, stack
from dashboards.points import Track
from dashboards.scene import Scene, scene
from dashboards.theme import Figure
from dashboards.view import View


@dataclass(frozen=True, slots=True)
class Panel:
    """One clinical question. `tracks` are its data, for figure, sentence and table alike; `panes` draw them."""

    id: str
    printed: str
    tracks: Callable[[Scene], tuple[Track, ...]]
    panes: Callable[[Scene, tuple[Track, ...]], Iterable[Pane]]

    @property
    def title(self) -> str:
        """What the panel is called, in the language spoken."""
        return worded(self.printed)

    def figure(self, flowsheet: Flowsheet, protocol: Protocol, view: View) -> Figure:
        """The figure in Plotly's JSON schema."""
        drawn = scene(flowsheet, protocol, view)
        return stack(self.panes(drawn, self.tracks(drawn)), view, drawn.clock, drawn.due)

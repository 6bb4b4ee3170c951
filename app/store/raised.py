"""Which alerts of a course may an act on it still change, and what do they say?

Read once, and followed through what the act itself does to them. All of it still holds at the next act on the course
where no other came between, which `app.store.known` can tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.domain.alert import ENDS, Alert, AlertEvent, fold


class Told(NamedTuple):
    """An alert with all that happened to it, oldest first; `lies_on` is its patient's ward, None once it has ended."""

    events: tuple[AlertEvent, ...]
    lies_on: str | None
    alert: Alert


def told(events: Sequence[AlertEvent], lies_on: str | None) -> Told:
    """The alert these events add up to; an open one is on the ward its patient lies on now."""
    alert = fold(events)
    return Told(tuple(events), lies_on, alert if lies_on is None else replace(alert, ward_id=lies_on))


@dataclass(frozen=True, slots=True)
class Raised:
    """The alerts of a course that are open, about its early warning or about one dose, by id, in order of raising."""

    dose_id: str | None
    told: Mapping[str, Told]

    @property
    def rows(self) -> int:
        """How many rows it was made of."""
        return sum(len(one.events) for one in self.told.values())

    def after(self, event: AlertEvent) -> Raised:
        """With what happened since."""
        before = self.told.get(event.alert_id)
        lies_on = event.ward_id if before is None else before.lies_on
        happened = (event,) if before is None else (*before.events, event)
        now = told(happened, None if event.kind in ENDS else lies_on)
        return replace(self, told={**self.told, event.alert_id: now})

"""From when does another reading of something count, that one reading alone could not settle?"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from app.domain.decision import Decision
from app.domain.protocol import Protocol
from app.domain.vocabulary import Why


class Recheck(NamedTuple):
    """A measure to be taken again, and from when on that counts as a second reading."""

    measure: str
    at: datetime


def rechecks(decision: Decision, protocol: Protocol) -> tuple[Recheck, ...]:
    """One for each measure whose reading waits for a second one, the soonest first."""
    found: dict[str, datetime] = {}
    for finding in decision.open():
        if finding.why is not Why.UNCONFIRMED or finding.observed_at is None:
            continue
        row = protocol.row_of(finding.criterion.id)
        at = finding.observed_at + row.window.gap
        found[row.measure] = max(at, found.get(row.measure, at))
    return tuple(sorted((Recheck(measure, at) for measure, at in found.items()), key=lambda one: one.at))

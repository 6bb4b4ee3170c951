"""How is the summary of a cycle written down?

Canonical JSON, so that two summaries are the same exactly when their bytes are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.domain.course import ProtocolPin
from app.domain.cycle_summary import CycleSummary, DoseEnd
from app.domain.record import canonical, instant
from app.domain.recovery import Recovery
from app.domain.vocabulary import DoseState, SkipReason, Verdict


def encode_summary(summary: CycleSummary) -> bytes:
    """The canonical bytes of a summary."""
    return canonical(
        {
            "cycle_id": summary.cycle_id,
            "course_id": summary.course_id,
            "number": summary.number,
            "protocol": [summary.protocol.id, summary.protocol.version, summary.protocol.sha256],
            "ward_id": summary.ward_id,
            "first_due_at": instant(summary.first_due_at),
            "planned": summary.planned,
            "units_per_kg": f"{summary.units_per_kg:f}",
            "doses": [
                [dose.number, dose.state, instant(dose.since), dose.reason, dose.decision_id, dose.met]
                for dose in summary.doses
            ],
            "recovered": [_recovery_row(one) for one in summary.recovered],
        }
    )


def _recovery_row(one: Recovery) -> list[str | None]:
    return [
        one.measure,
        None if one.baseline is None else f"{one.baseline:f}",
        f"{one.worst:f}",
        instant(one.worst_at),
        instant(one.last_dose_at),
        None if one.back_at is None else instant(one.back_at),
        instant(one.last_at),
    ]


@lru_cache(maxsize=1024)
def decode_summary(document: bytes) -> CycleSummary:
    """The summary of canonical bytes; ValueError or KeyError when they are none.

    Kept in mind: every act on a course compares the one kept with what it has become, and most leave it alone.
    """
    stored = json.loads(document)
    return CycleSummary(
        cycle_id=stored["cycle_id"],
        course_id=stored["course_id"],
        number=stored["number"],
        protocol=ProtocolPin(*stored["protocol"]),
        ward_id=stored["ward_id"],
        first_due_at=datetime.fromisoformat(stored["first_due_at"]),
        planned=stored["planned"],
        units_per_kg=Decimal(stored["units_per_kg"]),
        doses=tuple(_dose(row) for row in stored["doses"]),
        recovered=tuple(_recovery(row) for row in stored["recovered"]),
    )


def criteria_met(document: bytes) -> tuple[str, ...]:
    """The ids of the criteria met at a stored decision, in the order of the protocol."""
    return tuple(row[0] for row in json.loads(document)["findings"] if row[1] == Verdict.MET)


def _dose(row: Sequence[Any]) -> DoseEnd:
    number, state, since, reason, decision_id, met = row
    why = None if reason is None else SkipReason(reason)
    return DoseEnd(number, DoseState(state), datetime.fromisoformat(since), why, decision_id, tuple(met))


def _recovery(row: Sequence[Any]) -> Recovery:
    measure, baseline, worst, worst_at, last_dose_at, back_at, last_at = row
    return Recovery(
        measure,
        None if baseline is None else Decimal(baseline),
        Decimal(worst),
        datetime.fromisoformat(worst_at),
        datetime.fromisoformat(last_dose_at),
        None if back_at is None else datetime.fromisoformat(back_at),
        datetime.fromisoformat(last_at),
    )

"""What does a decision look like from outside?

Shared by every route and the command line. Decimals are text with their charted digits; a value without a unit is a
choice or a finding.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.assess import last_given
from app.domain.clearing import would_clear
from app.domain.course import ProtocolPin
from app.domain.decision import Decision, DecisionRecord, Finding
from app.domain.explain import because, silence_words
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.record import instant, plain
from app.domain.scores.news2 import News2


def decision_answer(decision: Decision, protocol: Protocol, last_given_at: datetime | None) -> dict[str, Any]:
    """A decision with all its grounds; `last_given_at` is when the last dose before it went in."""
    return {
        "action": decision.action,
        "provisional": decision.provisional,
        "findings": [_finding(finding) for finding in decision.findings],
        "missing": [{"measure": missing.measure, "reason": missing.why} for missing in decision.missing],
        "counts": decision.counts._asdict(),
        "because": _because(decision, protocol),
        "news2": news2_answer(decision.news2),
        "protocol": {**pin_answer(decision.protocol), "coverage": decision.coverage},
        "engine": decision.engine,
        "valid_until": moment(decision.valid_until),
        "would_clear": list(would_clear(decision, protocol, last_given_at)),
    }


def _because(decision: Decision, protocol: Protocol) -> list[str]:
    """The reasons, and what a partial protocol says nothing about."""
    silence = silence_words(protocol)
    return [*because(decision, protocol.measures), *([] if silence is None else [silence])]


def record_answer(record: DecisionRecord, decision: Decision, protocol: Protocol, sheet: Flowsheet) -> dict[str, Any]:
    """A stored decision: where it belongs, what caused it, and all its grounds."""
    return {
        "id": record.id,
        "course_id": record.course_id,
        "cycle_id": record.cycle_id,
        "dose_id": record.dose_id,
        "at": instant(record.at),
        "cause": record.cause,
        "cause_id": record.cause_id,
        "reviews": record.reviews,
        "recorded_at": instant(record.recorded_at),
        "recorded_by": record.recorded_by,
        **decision_answer(decision, protocol, last_given(sheet, record.dose_id, record.at)),
    }


def decided_answer(
    record: DecisionRecord | None, decision: Decision | None, protocol: Protocol, sheet: Flowsheet
) -> dict[str, Any] | None:
    """What an act decided anew; None where no dose was pending."""
    return None if record is None or decision is None else record_answer(record, decision, protocol, sheet)


def brief_answer(record: DecisionRecord) -> dict[str, Any]:
    """A stored decision in a list: which one, and what it calls for."""
    return {
        "id": record.id,
        "action": record.action,
        "provisional": record.provisional,
        "at": instant(record.at),
        "valid_until": moment(record.valid_until),
    }


def pin_answer(pin: ProtocolPin) -> dict[str, Any]:
    """One exact protocol text."""
    return {"id": pin.id, "version": pin.version, "sha256": pin.sha256}


def moment(at: datetime | None) -> str | None:
    """A time as text, null where there is none."""
    return None if at is None else instant(at)


def _finding(finding: Finding) -> dict[str, Any]:
    criterion = finding.criterion
    return {
        "criterion": criterion.id,
        "system": criterion.system,
        "class": criterion.cls,
        "verdict": finding.verdict,
        "action": finding.action,
        "measure": criterion.measure,
        "value": plain(finding.value),
        "unit": criterion.unit,
        "observed_at": moment(finding.observed_at),
        "threshold": criterion.threshold,
        "citation": criterion.source.citation,
        "verification": criterion.verification,
        "why": finding.why,
    }


def news2_answer(news2: News2) -> dict[str, Any]:
    """The early-warning score with its parts, and the saturation scale it was read on."""
    return {
        "score": news2.score,
        "level": news2.level,
        "response": news2.response,
        "single": news2.single,
        "parts": [part._asdict() for part in news2.parts],
        "missing": list(news2.missing),
        "scale": news2.scale,
    }

"""What is an earlier decision worth today?"""

from __future__ import annotations

from typing import Any

from app.api.answers import record_answer
from app.domain.decision import standing
from app.domain.record import decode_decision, is_amended
from app.services.cases import Case


def judged_answer(case: Case, decision_id: str) -> dict[str, Any]:
    """A decision of the case, whether a dose may be given on it now, and whether its data was corrected since."""
    sheet = case.sheet
    record = next(row for row in sheet.decisions if row.id == decision_id)
    latest = sheet.latest_decision(record.dose_id)
    stands = standing(record, "" if latest is None else latest.id, sheet.orders, case.acting.at)
    word = sheet.latest_word(record)
    return {
        **record_answer(record, decode_decision(record.document, case.protocol), case.protocol, sheet),
        "standing": stands,
        "amended": is_amended(record, sheet.superseded()),
        "reviewed_by": None if word is record else word.id,
    }

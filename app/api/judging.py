"""What is an earlier decision worth today?"""

from __future__ import annotations

from typing import Any

from app.api.answers import record_answer
from app.domain.decision import DecisionRecord, standing
from app.domain.flowsheet import Flowsheet
from app.domain.record import decode_decision, decode_situation
from app.services.cases import Case


def judged_answer(case: Case, decision_id: str) -> dict[str, Any]:
    """A decision of the case, whether a dose may be given on it now, and whether its data was corrected since."""
    sheet = case.sheet
    record = next(row for row in sheet.decisions if row.id == decision_id)
    latest = sheet.latest_decision(record.dose_id)
    stands = standing(record, "" if latest is None else latest.id, sheet.orders, case.acting.at)
    reviews = [row.id for row in sheet.decisions if row.reviews == record.id]
    return {
        **record_answer(record, decode_decision(record.document, case.protocol), case.protocol),
        "standing": stands,
        "amended": _amended(sheet, record),
        "reviewed_by": reviews[-1] if reviews else None,
    }


def _amended(sheet: Flowsheet, record: DecisionRecord) -> bool:
    """True when a value it was taken on was corrected or retracted later."""
    return decode_situation(record.situation).rests_on(sheet.superseded())

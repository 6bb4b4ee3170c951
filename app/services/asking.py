"""What does a dose call for now, on what is charted already?"""

from __future__ import annotations

from app.domain.decision import Cause
from app.domain.errors import Conflict
from app.protocols.library import Library
from app.services.acting import Acting, Permission
from app.services.cases import close_case, dose_of, open_case
from app.services.deciding import Decided, decide_dose
from app.store import courses
from app.store.database import Transaction


def decide_now(tx: Transaction, library: Library, acting: Acting, dose_id: str) -> Decided:
    """Decides a dose again without new values, as when a decision has expired; raises NotFound, Forbidden, Conflict."""
    case = open_case(tx, library, acting, courses.course_of_dose(tx, dose_id, acting.reach), Permission.CHART)
    dose = dose_of(case, dose_id)
    if case.sheet.administration(dose_id) is not None:
        raise Conflict("already_recorded", "What was done with this dose is recorded already.")
    if case.sheet.ended(dose.cycle_id) is not None:
        raise Conflict("cycle_ended", "This cycle has ended: there is no dose to decide.")
    decided = decide_dose(case, dose, Cause.ASKED, None)
    close_case(decided.case, "decide", (decided.record.id, dose_id))
    return decided

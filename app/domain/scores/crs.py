"""How grave is cytokine release syndrome, from what a clinician entered (ASTCT 2019)?"""

from __future__ import annotations

from app.domain.scores.astct import Astct
from app.domain.scores.evidence import Evidence
from app.domain.scores.grade import Grade, worst
from app.domain.scores.items import judge

TERM = "crs"


def crs(table: Astct, evidence: Evidence) -> Grade:
    """The grade; none while nobody said whether the syndrome is suspected, 0 where it is not.

    Fever as such is not asked of the thermometer: everybody is given antipyretics, and they never lower a grade.
    """
    scale = table.crs
    if scale.suspected is None:
        raise ValueError("the syndrome needs a finding that says whether it is suspected")
    suspected = judge(scale.suspected, evidence)
    if suspected[0].why is not None or suspected[0].grade == 0:
        return worst(TERM, suspected)
    return worst(TERM, [*suspected, *(arm for item in scale.items for arm in judge(item, evidence))])

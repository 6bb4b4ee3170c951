"""How grave is neurotoxicity (ICANS), from the ICE score and what a clinician entered (ASTCT 2019)?"""

from __future__ import annotations

from app.domain.scores.astct import Astct
from app.domain.scores.evidence import Evidence
from app.domain.scores.grade import Grade, worst
from app.domain.scores.items import judge

TERM = "icans"


def icans(table: Astct, evidence: Evidence) -> Grade:
    """The gravest item decides. Who cannot be aroused cannot be asked for an ICE score: that item alone is grade 4."""
    return worst(TERM, [arm for item in table.icans.items for arm in judge(item, evidence)])

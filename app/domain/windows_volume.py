"""How much came out over the last hours, and per how many kilograms?

Section 3 and fine print 11 and 12 of clinical-rules.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from app.domain.answer import Answer, certain, discordant, shown
from app.domain.facts import Facts
from app.domain.intervals import gapless
from app.domain.observation import Reading
from app.domain.protocol import Row
from app.domain.vocabulary import Why


def volume(row: Row, facts: Facts) -> Answer:
    """The sum over the last hours, or over each of several periods in a row; per weight where the row says so."""
    found = charted_volume(row, facts)
    if isinstance(found, tuple):
        return found
    if row.window.per is not None:
        return _per_weight(row, facts, found, row.window.per)
    return certain(row, row.grade(found), shown(row, found), facts.at)


def charted_volume(row: Row, facts: Facts) -> Decimal | Fraction | Answer:
    """The smallest sum of the row's periods, in the measure's unit; or the answer where there is none.

    An earlier period is asked only while the later ones meet a criterion (fine print 11). Sums do not apply to a
    patient who was admitted more recently than a period is long, provided charting since has no gap (section 3).
    """
    readings, window = facts.of(row.measure), row.window
    if _just_admitted(row, facts, readings):
        return 0, 0, None, facts.at, Why.JUST_ADMITTED, row.measure
    sums: list[Decimal | Fraction] = []
    for back in range(window.periods):
        found = facts.total(row.measure, window.span, window.minimum, back)
        if isinstance(found, Why):
            return 0, row.worst, None, readings[-1].at if readings else None, found, row.measure
        sums.append(found)
        if row.grade(found) == 0:
            break
    return min(sums)


def _per_weight(row: Row, facts: Facts, found: Decimal | Fraction, per: str) -> Answer:
    """Per the heavier of baseline and latest weight, both required (fine print 12)."""
    baseline = facts.situation.baseline_of(per)
    why = Why.BASELINE if not isinstance(baseline, Decimal) else facts.why_not(per)
    if why is not None or not isinstance(baseline, Decimal):
        return 0, row.worst, None, facts.at, why, per
    heavier = [max(Fraction(baseline), Fraction(weight.value)) for weight in facts.latest[per]]
    shares = [Fraction(found) / weight for weight in heavier]
    return discordant(row, [certain(row, row.grade(share), shown(row, share), facts.at) for share in shares])


def _just_admitted(row: Row, facts: Facts, readings: Sequence[Reading]) -> bool:
    """The end may lack as much as it may of a whole period: nobody charts to the second of a decision."""
    admitted, window = facts.situation.admitted_at, row.window
    if admitted is None or facts.at - admitted >= window.span:
        return False
    return gapless(readings, admitted, facts.at, window.span - window.minimum)

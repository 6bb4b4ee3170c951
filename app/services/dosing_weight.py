"""May the doses of a cycle be made of this weight?

Asked as of a charted weight: far from the last one known, or out of the ordinary, it is taken once it is confirmed.
"""

from __future__ import annotations

from decimal import Decimal

from app.domain.change import WEIGHT, Before
from app.domain.entry import unlikely
from app.domain.errors import InvalidInput
from app.services.cases import Case


def check_weight(case: Case, weight: Decimal, pointer: str, *, confirmed: bool, instead: str | None = None) -> None:
    """Refuses a weight in kg no patient has, and an unlikely one until it is confirmed; raises InvalidInput.

    `instead` is the id of the cycle whose weight it puts right: that one is no longer held against it.
    """
    measure = case.library.measures[WEIGHT]
    if measure.hard is not None and not measure.hard[0] <= weight <= measure.hard[1]:
        low, high = measure.hard
        sentence = f"The ordered weight must be between {low} and {high} {measure.unit}."
        raise InvalidInput.at(pointer, "impossible_weight", sentence)
    if confirmed:
        return
    asked = unlikely(weight, measure, case.acting.at, Before(case.library.changes, case.sheet, instead))
    if asked is not None:
        raise InvalidInput.at(pointer, *asked)


def check_change(case: Case, cycle_id: str, weight: Decimal | None, *, confirmed: bool) -> None:
    """Refuses a change to nothing, to the same, to what check_weight refuses; raises InvalidInput."""
    if weight is None:
        raise InvalidInput.at("/weight", "weight_needed", "Changing the dosing weight needs the weight in kg.")
    if weight == case.sheet.dosing_weight(case.sheet.cycle(cycle_id)):
        raise InvalidInput.at("/weight", "nothing_changed", "That is the dosing weight of this cycle already.")
    check_weight(case, weight, "/weight", confirmed=confirmed, instead=cycle_id)

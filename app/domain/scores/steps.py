"""Do the steps of a score cover every number, in order, and no number twice?"""

from __future__ import annotations

from itertools import pairwise

from app.domain.protocol_keys import Keys
from app.domain.scores.grade import Step


def parse_steps(keys: Keys, word: str = "grade", most: int = 4) -> tuple[Step, ...]:
    """The steps under the key `steps`, rising: each ends at `to` or just `below`, the last has no end.

    A step begins where the one before ends, so that neither gap nor overlap can be written down but by ends that do not
    rise: those are refused. `word` is what a step gives, 0 to `most`.
    """
    steps = tuple(_step(inner, word, most) for inner in keys.list_of_tables("steps"))
    if not steps:
        keys.refuse("steps", "is missing")
    if steps[-1].high is not None:
        keys.refuse("steps", "have a gap: the last step has no upper end")
    for lower, upper in pairwise(steps):
        if lower.high is None:
            keys.refuse("steps", "overlap: only the last step has no upper end")
        if upper.high is not None and (lower.high, not lower.below) >= (upper.high, not upper.below):
            keys.refuse("steps", f"overlap at {upper.high}: their ends must rise")
        if lower.grade == upper.grade:
            keys.refuse("steps", f"give {lower.grade} twice in a row")
    return steps


def _step(keys: Keys, word: str, most: int) -> Step:
    if keys.has("to") and keys.has("below"):
        keys.refuse("to", "and below exclude each other")
    below = keys.has("below")
    high = keys.number("below") if below else keys.optional_number("to")
    step = Step(high, below, keys.count(word, most))
    keys.done()
    return step

"""When does an early-warning score call somebody, and is that news?

By the chart's own response (RCP 2017, chart 4): urgent at 5 or at 3 in one parameter, emergency at 7. It is an alert of
its own beside those of the dose, and calls for nothing of the dose.
"""

from __future__ import annotations

from app.domain.alert import Alert
from app.domain.concern import Concern
from app.domain.ladder import LOUD
from app.domain.measure import Measures
from app.domain.scores.news2 import News2, ScoreTable
from app.domain.vocabulary import Action, AlertKind, Level

KEY = "news2"
"""What its alert is about; the ladder has rungs of its own for it."""
SAYS_NOTHING = Action.INCOMPLETE
"""The mildest word that never reads as a go-ahead: its level says how grave such an alert is."""

_LEVELS = {"low_medium": Level.PRIORITY, "medium": Level.PRIORITY, "high": Level.HIGH_PRIORITY}
"""By the name of the chart's response; any other calls nobody."""


def warning(found: News2, measures: Measures, table: ScoreTable) -> Concern | None:
    """What somebody must be told of a score, and of an incomplete set for what it adds up to already."""
    response = table.calls_for(found.least, single=found.single)
    level = _LEVELS.get(response[0])
    if level is None:
        return None
    by_itself = three_alone(found, table.single_points)
    alone = [measures[part.measure].label for part in found.parts if part.measure in by_itself]
    words = [f"NEWS2 {found.score}" if found.score is not None else f"NEWS2 incomplete, at least {found.least}"]
    words += [f"{table.single_points} in {', '.join(alone)}"] if alone else []
    missing = ", ".join(measures[name].label for name in found.missing)
    rest = f" Missing: {missing}." if missing else ""
    return Concern(KEY, level, SAYS_NOTHING, f"{', '.join(words)}. {response[1]}{rest}")


def three_alone(found: News2, single_points: int) -> frozenset[str]:
    """The parameters that call somebody by themselves."""
    return frozenset(part.measure for part in found.parts if part.points >= single_points)


def warning_news(
    concern: Concern | None, found: News2, last: Alert | None, answered: int | None, *, another: bool = False
) -> AlertKind | None:
    """What a score does to the last alert of its key; None: nothing.

    `answered` is what the score was at least when that alert was answered or put aside, None where nothing was known
    then: while it stands, only a higher one is news, and while it is put aside `another` parameter that calls by
    itself. An incomplete score neither clears nor lowers.
    """
    if concern is None:
        clears = found.score is not None and last is not None and not last.resolved
        return AlertKind.CLEARED if clears else None
    if last is None or (not last.open and last.cleared is not None):
        return AlertKind.RAISED
    louder = LOUD.index(concern.level) - LOUD.index(last.level)
    higher = answered is None or found.least > answered
    if last.open:
        if louder > 0 or (last.snoozed is not None and (higher or another)):
            return AlertKind.WORSENED
        return None if found.score is None and louder < 0 else AlertKind.REPEATED
    return AlertKind.RAISED if louder > 0 or higher else None


def not_lowered(concern: Concern, found: News2, last: Alert) -> Concern:
    """The concern as loud as the alert was, where the score is incomplete and would make it less."""
    if found.score is None and LOUD.index(concern.level) < LOUD.index(last.level):
        return concern._replace(level=last.level)
    return concern

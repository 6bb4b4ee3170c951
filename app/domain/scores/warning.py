"""When does an early-warning score call somebody, and is that news?

By the chart's own response (RCP 2017, chart 4): urgent at 5 or at 3 in one parameter, emergency at 7. It is an alert of
its own beside those of the dose, and calls for nothing of the dose.
"""

from __future__ import annotations

from typing import Final, NamedTuple

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
    level = loudness(found, table)
    if level is None:
        return None
    by_itself = three_alone(found, table.single_points)
    alone = [measures[part.measure].label for part in found.parts if part.measure in by_itself]
    words = [_height(found), *([f"{table.single_points} in {', '.join(alone)}"] if alone else [])]
    _, response = table.calls_for(found.least, single=found.single)
    return Concern(KEY, level, SAYS_NOTHING, f"{', '.join(words)}. {response}{_missing(found, measures)}")


def without_ground(found: News2, last: Alert, measures: Measures) -> Concern:
    """What an alert says, as loud as it was, once what it was raised on was corrected and the set is incomplete."""
    said = f"{_height(found)}. A value it was raised on was corrected: measure again."
    return Concern(KEY, last.level, last.action, f"{said}{_missing(found, measures)}")


def _height(found: News2) -> str:
    return f"NEWS2 {found.score}" if found.score is not None else f"NEWS2 incomplete, at least {found.least}"


def _missing(found: News2, measures: Measures) -> str:
    names = ", ".join(measures[name].label for name in found.missing)
    return f" Missing: {names}." if names else ""


def quieter(found: News2, level: Level, table: ScoreTable) -> bool:
    """True where the score calls less loudly than that, or nobody."""
    own = loudness(found, table)
    return own is None or LOUD.index(own) < LOUD.index(level)


def loudness(found: News2, table: ScoreTable) -> Level | None:
    """How loudly a score calls, an incomplete one by what it adds up to; None where it calls nobody."""
    level, _ = table.calls_for(found.least, single=found.single)
    return _LEVELS.get(level)


def three_alone(found: News2, single_points: int) -> frozenset[str]:
    """The parameters that call somebody by themselves."""
    return frozenset(part.measure for part in found.parts if part.points >= single_points)


class Since(NamedTuple):
    """What was known when an alert was answered or put aside, and since.

    `least` is what the score was at least then, None where nothing was known; `alone` the parameters that called by
    themselves then; `eased` is true where a complete score has called less loudly since.
    """

    least: int | None
    alone: frozenset[str]
    eased: bool


NOT_ANSWERED: Final = Since(None, frozenset(), eased=False)


def warning_news(
    concern: Concern | None, found: News2, last: Alert | None, since: Since, single_points: int
) -> AlertKind | None:
    """What a score does to the last alert of its key; None: nothing.

    While an answer stands, only a higher score is news, or one as loud again after it had eased; while it is put aside
    also another parameter that calls by itself. An incomplete score neither clears nor lowers what still holds.
    """
    if concern is None:
        clears = found.score is not None and last is not None and not last.resolved
        return AlertKind.CLEARED if clears else None
    if last is None or (not last.open and last.cleared is not None):
        return AlertKind.RAISED
    louder = LOUD.index(concern.level) - LOUD.index(last.level)
    higher = since.least is None or found.least > since.least
    if last.open:
        another = not three_alone(found, single_points) <= since.alone
        if louder > 0 or (last.snoozed is not None and (higher or another)):
            return AlertKind.WORSENED
        return None if found.score is None and louder < 0 and last.cleared is None else AlertKind.REPEATED
    return AlertKind.RAISED if louder > 0 or higher or (since.eased and louder == 0) else None


def not_lowered(concern: Concern, found: News2, last: Alert) -> Concern:
    """The concern as loud as the alert was, where the score is incomplete and would make it less."""
    if found.score is None and LOUD.index(concern.level) < LOUD.index(last.level):
        return concern._replace(level=last.level)
    return concern

"""Which ladder did somebody write down on the page, and would it lose an alert?

For each level, and each kind of alert with a ladder of its own, every duty has a field for the minutes after which it
is reached; a duty whose field is empty is not reached. The order of the rungs is that of their minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from app.domain.ladder import LONGEST, Climb, Ladder, Rung
from app.domain.vocabulary import Duty, Level
from app.web.forms import Filled
from app.web.numbers import NotANumber, read_number
from app.web.translate import _

_MINUTE = timedelta(minutes=1)
SNOOZE = "snooze"


class Place(NamedTuple):
    """One climb of a ladder; `key` is None where it is that of all alerts of the level that have none of their own."""

    key: str | None
    level: Level

    def field(self, what: str) -> str:
        """The name of the field of a duty, or of the snooze."""
        return f"{self.key or 'every'}.{self.level}.{what}"

    def climb(self, ladder: Ladder) -> Climb | None:
        """What a ladder says about it."""
        return ladder.levels.get(self.level) if self.key is None else ladder.keys.get((self.key, self.level))


def places(ladders: Iterable[Ladder]) -> tuple[Place, ...]:
    """Every climb that one of the ladders knows, the loudest first, those of all alerts before those of a kind."""
    known = list(ladders)
    levels = dict.fromkeys(Place(None, level) for one in known for level in one.levels)
    kinds = dict.fromkeys(Place(key, level) for one in known for key, level in one.keys)
    loudest = list(Level)[::-1]
    return tuple(sorted((*levels, *kinds), key=lambda one: (one.key or "", loudest.index(one.level))))


def read_climbs(filled: Filled, asked: Iterable[Place]) -> Mapping[Place, Climb]:
    """The climbs as typed, but for those of a kind that was left empty; every fault is kept with its field."""
    found = {place: _climb(filled, place) for place in asked}
    return {place: climb for place, climb in found.items() if climb is not None}


def _climb(filled: Filled, place: Place) -> Climb | None:
    typed = {duty: _length(filled, place.field(duty)) for duty in Duty}
    snooze = _length(filled, place.field(SNOOZE))
    reached = sorted((after, duty) for duty, after in typed.items() if after is not None)
    blank = all(filled.form[place.field(what)].strip() == "" for what in (*Duty, SNOOZE))
    if place.key is not None and blank:
        return None
    first, times = place.field(next(iter(Duty))), [after for after, _duty in reached]
    if not times or times[0] != timedelta(0):
        filled.blame(first, _("Somebody must be reached at once: write 0 for one of them."))
    elif len(set(times)) < len(times):
        filled.blame(first, _("Two are reached at the same time: write another time for one of them."))
    if snooze is None or snooze == timedelta(0):
        filled.blame(place.field(SNOOZE), _("Say for how many minutes at most an alert may be put aside."))
        return None
    return Climb(tuple(Rung(duty, after) for after, duty in reached), snooze)


def _length(filled: Filled, name: str) -> timedelta | None:
    """So many minutes; None for an empty field, and for one that cannot be used."""
    if filled.form[name].strip() == "":
        return None
    try:
        minutes = read_number(filled.form[name])
    except NotANumber as fault:
        filled.blame(name, fault.sentence)
        return None
    if minutes > Decimal(LONGEST // _MINUTE):
        filled.blame(name, _("At most 1440 minutes, a day: whatever is longer loses the alert."))
        return None
    return timedelta(microseconds=int(minutes * 60_000_000))

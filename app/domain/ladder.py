"""Whom does an alert that nobody answers reach, and when?

A ladder is data: for each level, and for alerts of one key, rungs of duties with the time after which each is reached,
and the longest snooze. Parsed and checked like a protocol.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from app.domain.errors import ProtocolRefused
from app.domain.protocol_keys import Keys
from app.domain.vocabulary import Duty, Level

LOUD = (Level.PRIORITY, Level.HIGH_PRIORITY)
"""The levels that reach people; information reaches nobody."""


class Rung(NamedTuple):
    """A duty, reached so long after the alert was raised or woken."""

    duty: Duty
    after: timedelta


class Climb(NamedTuple):
    """The rungs of one level, and how long an alert of it may be put aside."""

    rungs: tuple[Rung, ...]
    snooze: timedelta


class Reach(NamedTuple):
    """One rung of one alert: which, whom it reaches, and when."""

    step: str
    duty: Duty
    at: datetime


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ward's ladder: by level, and by key and level where a kind of alert has its own."""

    version: str
    levels: Mapping[Level, Climb]
    keys: Mapping[tuple[str, Level], Climb]
    document: bytes

    def climb(self, key: str, level: Level) -> Climb | None:
        """How alerts of this key, up to a colon, and level climb; None for information, which does not."""
        kind, _, _ = key.partition(":")
        return self.keys.get((kind, level)) or self.levels.get(level)

    def reaches(self, key: str, level: Level, since: datetime) -> tuple[Reach, ...]:
        """When each duty is reached by an alert that stands unanswered since then; the first rung is step 0."""
        climb = self.climb(key, level)
        if climb is None:
            return ()
        return tuple(Reach(str(step), rung.duty, since + rung.after) for step, rung in enumerate(climb.rungs))


def parse_ladder(document: bytes, file: str = "ladder") -> Ladder:
    """The ladder of a TOML document; raises ProtocolRefused naming file and key."""
    try:
        table = tomllib.loads(document.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ProtocolRefused("unreadable_ladder", f"{file} cannot be read: {fault}") from fault
    keys = Keys(table, file)
    version = keys.text("version")
    levels = _levels(keys.inner("level"))
    for level in LOUD:
        if level not in levels:
            keys.refuse(f"level.{level}", "is missing")
    own = keys.tables("key") if keys.has("key") else {}
    climbs = {(name, level): climb for name, inner in own.items() for level, climb in _levels(inner).items()}
    keys.done()
    return Ladder(version, levels, climbs, document)


def _levels(keys: Keys) -> dict[Level, Climb]:
    found = {}
    for word in keys.names():
        if word not in LOUD:
            keys.refuse(word, "is no level that reaches people")
        found[Level(word)] = _climb(keys.inner(word))
    return found


def _climb(keys: Keys) -> Climb:
    rungs = tuple(_rung(inner, first=number == 0) for number, inner in enumerate(keys.list_of_tables("rungs")))
    if not rungs:
        keys.refuse("rungs", "is empty: an alert that reaches nobody is lost")
    if any(later.after <= earlier.after for earlier, later in pairwise(rungs)):
        keys.refuse("rungs", "do not follow each other in time")
    if len({rung.duty for rung in rungs}) < len(rungs):
        keys.refuse("rungs", "name a duty twice")
    snooze = keys.duration("snooze")
    keys.done()
    return Climb(rungs, snooze)


def _rung(keys: Keys, *, first: bool) -> Rung:
    """The first is reached at once: it has no time of its own."""
    duty = Duty(keys.one_of("duty", Duty))
    after = timedelta(0) if first else keys.duration("after")
    keys.done()
    return Rung(duty, after)

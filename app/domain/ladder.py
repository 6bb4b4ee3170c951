"""Whom does an alert that nobody answers reach, and when?

A ladder is data: for each level, and for alerts of one key, rungs of duties with the time after which each is reached,
and the longest snooze. Parsed and checked like a protocol.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final, NamedTuple

from app.domain.errors import ProtocolRefused
from app.domain.protocol_keys import Keys
from app.domain.vocabulary import Duty, Level

LOUD = (Level.PRIORITY, Level.HIGH_PRIORITY)
"""The levels that reach people; information reaches nobody."""
LONGEST: Final = timedelta(hours=24)
"""Of a rung and of a snooze: whatever is longer is a slip of the pen, and loses the alert."""


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
        raise ProtocolRefused("unreadable_ladder", f"{file} cannot be read: {fault}.") from fault
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


def compose_ladder(version: str, levels: Mapping[Level, Climb], keys: Mapping[tuple[str, Level], Climb]) -> bytes:
    """The document of a ladder with these climbs; `parse_ladder` reads it again, and judges it."""
    lines = [f"version = {_quoted(version)}"]
    for level, climb in levels.items():
        lines += _section(f"level.{level}", climb)
    for (key, level), climb in keys.items():
        lines += _section(f"key.{_quoted(key)}.{level}", climb)
    return ("\n".join(lines) + "\n").encode()


def minutes_of(length: timedelta) -> Decimal:
    """A length of time in minutes, exactly."""
    return Decimal(length // timedelta(microseconds=1)) / 60_000_000


def _section(name: str, climb: Climb) -> list[str]:
    rungs = ["[", *(f"  {_rung_text(rung, first=place == 0)}," for place, rung in enumerate(climb.rungs)), "]"]
    return ["", f"[{name}]", f"snooze = {_length(climb.snooze)}", "rungs = " + "\n".join(rungs)]


def _rung_text(rung: Rung, *, first: bool) -> str:
    after = "" if first else f", after = {_length(rung.after)}"
    return f"{{ duty = {_quoted(rung.duty)}{after} }}"


def _length(length: timedelta) -> str:
    return _quoted(f"{minutes_of(length).normalize():f} min")


def _quoted(text: str) -> str:
    """A text of TOML; what JSON escapes, TOML reads alike."""
    return json.dumps(str(text), ensure_ascii=False)


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
    if snooze > LONGEST or rungs[-1].after > LONGEST:
        keys.refuse("snooze" if snooze > LONGEST else "rungs", "is longer than 24 h: an alert would be lost")
    keys.done()
    return Climb(rungs, snooze)


def _rung(keys: Keys, *, first: bool) -> Rung:
    """The first is reached at once: it has no time of its own."""
    duty = Duty(keys.one_of("duty", Duty))
    after = timedelta(0) if first else keys.duration("after")
    keys.done()
    return Rung(duty, after)

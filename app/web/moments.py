"""Which moment is meant by the time on the ward's wall that somebody typed?

The hour that comes twice when summer time ends is asked, never guessed; the hour that is left out is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from app.http.fields import FIRST_YEAR, LAST_YEAR
from app.web.formats import MONTHS, WardTime, comes_twice
from app.web.translate import _

_CLOCK: Final = re.compile(r"(\d{1,2})[:.]?(\d{2})(?:\s*UTC([+-])(\d{1,2})(?::?(\d{2}))?)?", re.ASCII | re.IGNORECASE)
_NAMED: Final = re.compile(r"(\d{1,2})[-\s]?([A-Za-z]{3})[A-Za-z]*[-\s]?(\d{4})", re.ASCII)
_ISO: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)


class NoMoment(ValueError):
    """What was typed names no moment; the sentence says how to write one."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TwoMoments(NoMoment):
    """The time came twice that night: one of `choices` is meant."""

    def __init__(self, first: datetime, second: datetime) -> None:
        super().__init__(_("The clocks went back that night, so this time came twice. Say which one is meant."))
        self.choices = (first, second)


def read_date(text: str) -> date:
    """`21-Nov-2026` or `2026-11-21`; a date in digits alone could be read two ways. Raises NoMoment."""
    words = text.strip()
    named, iso = _NAMED.fullmatch(words), _ISO.fullmatch(words)
    if named is not None and named[2].capitalize() in MONTHS:
        parts = int(named[3]), MONTHS.index(named[2].capitalize()) + 1, int(named[1])
    elif iso is not None:
        parts = int(iso[1]), int(iso[2]), int(iso[3])
    else:
        raise NoMoment(_("Write the date with the month as a word, such as 21-Nov-2026."))
    try:
        day = date(*parts)
    except ValueError:
        raise NoMoment(_("There is no such date.")) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise NoMoment(_("Check the year."))
    return day


def read_moment(day: str, clock: str, ward: WardTime, which: str = "") -> datetime:
    """The moment, in UTC. `which` answers for an hour that came twice: "1" for the first time, "2" for the second.

    Raises NoMoment, or TwoMoments when it must be asked.
    """
    on = read_date(day)
    match = _CLOCK.fullmatch(clock.strip())
    if match is None:
        raise NoMoment(_("Write the time in 24 hours, such as 14:00."))
    hour, minute = int(match[1]), int(match[2])
    try:
        local = datetime.combine(on, time(hour, minute), ward.zone)
    except ValueError:
        raise NoMoment(_("Write the time in 24 hours, such as 14:00.")) from None
    first, second = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    if match[3] is not None:
        return _with_offset(local, match)
    if first == second:
        return first
    if not comes_twice(first.astimezone(ward.zone)):
        raise NoMoment(_("The clocks went forward that night: there was no such time."))
    if which in {"1", "2"}:
        return first if which == "1" else second
    raise TwoMoments(first, second)


def _with_offset(local: datetime, match: re.Match[str]) -> datetime:
    length = timedelta(hours=int(match[4]), minutes=int(match[5] or 0))
    offset = -length if match[3] == "-" else length
    for candidate in (local, local.replace(fold=1)):
        if candidate.utcoffset() == offset:
            return candidate.astimezone(UTC)
    raise NoMoment(_("The ward's clock did not stand at that offset then. Leave it out."))

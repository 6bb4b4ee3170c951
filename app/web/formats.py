"""How are dates, times, ages, amounts and names written on every page?

`21-Nov-2026 14:00` whatever the browser's language (NHS CUI: a date read two ways is a hazard), doses with
a comma and the word units, no trailing zero on a dose (ISMP).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from app.domain.course import Patient
from app.web.translate import _, several

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MINUTE = timedelta(minutes=1)
_DAYS_FROM = 48
"""Hours from which an age is said in days."""


@dataclass(frozen=True, slots=True)
class WardTime:
    """The clock on the ward's wall."""

    zone: ZoneInfo

    def date(self, at: datetime) -> str:
        """`21-Nov-2026`."""
        return date_words(at.astimezone(self.zone).date())

    def clock(self, at: datetime) -> str:
        """`14:00`; in the hour that comes twice with its offset, `02:30 UTC+1`."""
        local = at.astimezone(self.zone)
        words = f"{local.hour:02}:{local.minute:02}"
        return f"{words} {offset_words(local)}" if comes_twice(local) else words

    def moment(self, at: datetime) -> str:
        """`21-Nov-2026 14:00`."""
        return f"{self.date(at)} {self.clock(at)}"

    def seconds(self, at: datetime) -> str:
        """`14:02:10`."""
        local = at.astimezone(self.zone)
        return f"{local.hour:02}:{local.minute:02}:{local.second:02}"

    def brief(self, at: datetime, now: datetime) -> str:
        """The time alone for today, with the date for any other day."""
        return self.clock(at) if self.date(at) == self.date(now) else self.moment(at)

    def zone_words(self, at: datetime) -> str:
        """Whose time the page shows, said once: `Times: Europe/Berlin (UTC+1)`."""
        return _("Times: {zone} ({offset})").format(
            zone=self.zone.key.replace("_", " "), offset=offset_words(at.astimezone(self.zone))
        )


def comes_twice(local: datetime) -> bool:
    """True in the hour that is repeated when summer time ends."""
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()


def offset_words(local: datetime) -> str:
    """`UTC+1`, `UTC-3:30`."""
    offset = local.utcoffset() or timedelta(0)
    hours, minutes = divmod(abs(offset) // _MINUTE, 60)
    sign = "-" if offset < timedelta(0) else "+"
    return f"UTC{sign}{hours}:{minutes:02}" if minutes else f"UTC{sign}{hours}"


def date_words(day: date) -> str:
    return f"{day.day:02}-{MONTHS[day.month - 1]}-{day.year:04}"


def length_words(length: timedelta) -> str:
    """`25 min`, `5 h 10 min`, `3 days`."""
    hours, minutes = divmod(max(length, timedelta(0)) // _MINUTE, 60)
    if hours >= _DAYS_FROM:
        return several("{number} day", "{number} days", hours // 24)
    if not hours:
        return _("{minutes} min").format(minutes=minutes)
    return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes) if minutes else f"{hours} h"


def due_words(due: datetime, now: datetime) -> str:
    """`in 25 min`, `40 min late`, `now`."""
    minutes = (due - now) // _MINUTE if due >= now else -((now - due) // _MINUTE)
    if minutes == 0:
        return _("now")
    if minutes > 0:
        return _("in {length}").format(length=length_words(due - now))
    return _("{length} late").format(length=length_words(now - due))


def ago_words(at: datetime | None, now: datetime) -> str:
    """`25 min ago`; what was never recorded says so."""
    if at is None:
        return _("never recorded")
    return _("{length} ago").format(length=length_words(now - at))


def number_words(number: Decimal) -> str:
    """A dose or a count: `43,200,000`, no trailing zero."""
    plain = number.normalize()
    return f"{plain:,f}" if plain == plain.to_integral_value() else f"{number:,f}".rstrip("0")


def units_words(units: Decimal) -> str:
    """`43,200,000 units`."""
    return _("{amount} units").format(amount=number_words(units))


def name_words(patient: Patient) -> str:
    """`FAMILY, Given`."""
    return f"{patient.family_name.upper()}, {patient.given_name}"


def age_years(birth: date, today: date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))


def plain(text: str) -> str:
    """A word of the vocabulary as a person reads it: `nasal cannula`."""
    return text.replace("_", " ")


def first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]

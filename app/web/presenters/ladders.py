"""How does a ward's ladder read, beside the shipped one, and what did the ward write before?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.ladder import Climb, Ladder, minutes_of
from app.domain.scores.warning import KEY as NEWS2
from app.domain.vocabulary import Duty
from app.services.laddering import LadderPage
from app.store.ladders import WrittenLadder
from app.web.entry.reading import Fault, html_id
from app.web.form import Form
from app.web.formats import WardTime
from app.web.forms import fault_of
from app.web.ladder_form import SNOOZE, Place, places
from app.web.presenters.alerts import level_words
from app.web.presenters.people import Choice
from app.web.presenters.roster import DUTIES
from app.web.translate import _


@dataclass(frozen=True, slots=True)
class LadderRow:
    """One duty, or how long an alert may be put aside. `holds` is what counts now, `typed` what stands in the field."""

    id: str
    field: str
    words: str
    shipped: str
    holds: str
    differs: bool
    typed: str
    fault: str


@dataclass(frozen=True, slots=True)
class ClimbView:
    """One level, or one kind of alert at a level; `note` says what an empty one means."""

    id: str
    words: str
    note: str
    rows: tuple[LadderRow, ...]


@dataclass(frozen=True, slots=True)
class LadderEntry:
    """One line of the history; `lines` say what was changed, none where the ward went back to the shipped."""

    at: str
    by: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LadderView:
    """The whole page; `stands` says which ladder holds, `seen` what was written last when the page was drawn."""

    ward_id: str
    ward: str
    wards: tuple[Choice, ...]
    stands: str
    own: bool
    may_write: bool
    climbs: tuple[ClimbView, ...]
    history: tuple[LadderEntry, ...]
    seen: str
    reason: str
    again: str
    fault: dict[str, str]


def places_of(found: LadderPage) -> tuple[Place, ...]:
    """Every climb the page shows."""
    return places((found.shipped, found.holds.ladder))


def ladder_view(found: LadderPage, at: datetime, form: Form, faults: tuple[Fault, ...]) -> LadderView:
    """The ladder that holds, or what was typed, with what is wrong with it."""
    clock = WardTime(ZoneInfo(found.ward.time_zone))
    return LadderView(
        ward_id=found.ward.id,
        ward=found.ward.name,
        wards=tuple(Choice(one.id, one.name, one.id == found.ward.id) for one in found.wards),
        stands=_stands(found, clock, at),
        own=found.holds.own,
        may_write=found.may_write,
        climbs=tuple(_climb_view(place, found, form, faults) for place in places_of(found)),
        history=tuple(_entry(one, found, clock, at) for one in _with_before(found)),
        seen=found.history[0].id if found.history else "",
        reason=form["reason"],
        again=form["again"],
        fault={name: fault_of(faults, name) for name in ("reason", "again")},
    )


def climb_words(place: Place) -> str:
    """`High priority`; `NEWS2, high priority`."""
    level = level_words(place.level)
    if place.key is None:
        return level
    return f"{_('NEWS2') if place.key == NEWS2 else place.key}, {level.lower()}"


def _stands(found: LadderPage, clock: WardTime, at: datetime) -> str:
    holds = found.holds
    if holds.recorded_at is None:
        return _("The shipped ladder holds: this ward has written none of its own.")
    words = (
        _("The ward's own ladder {version} holds, since {at}, by {name}.")
        if holds.own
        else _("The shipped ladder holds again, since {at}, by {name}.")
    )
    name = found.names.get(holds.recorded_by or "", _("somebody unknown"))
    return words.format(version=holds.ladder.version, at=clock.brief(holds.recorded_at, at), name=name)


def _climb_view(place: Place, found: LadderPage, form: Form, faults: tuple[Fault, ...]) -> ClimbView:
    shipped, holds = place.climb(found.shipped), place.climb(found.holds.ladder)
    rows = tuple(
        LadderRow(
            id=html_id(place.field(what)),
            field=place.field(what),
            words=words,
            shipped=_words(what, shipped),
            holds=_words(what, holds),
            differs=_minutes(what, shipped) != _minutes(what, holds),
            typed=form.sent_or(place.field(what), _minutes(what, holds)),
            fault=fault_of(faults, place.field(what)),
        )
        for what, words in _whats()
    )
    note = _("Left empty, these alerts climb like all others of the level.") if place.key is not None else ""
    return ClimbView(html_id(place.field("climb")), climb_words(place), note, rows)


def _of(what: str, climb: Climb | None) -> timedelta | None:
    if climb is None:
        return None
    return climb.snooze if what == SNOOZE else next((rung.after for rung in climb.rungs if rung.duty == what), None)


def _minutes(what: str, climb: Climb | None) -> str:
    """As it stands in a field: `5`, "" where a duty is not reached."""
    length = _of(what, climb)
    return "" if length is None else f"{minutes_of(length).normalize():f}"


def _words(what: str, climb: Climb | None) -> str:
    minutes = _minutes(what, climb)
    if minutes == "":
        return _("as the level") if climb is None else _("not reached")
    if what == SNOOZE:
        return _("{minutes} min").format(minutes=minutes)
    return _("at once") if minutes == "0" else _("after {minutes} min").format(minutes=minutes)


def _with_before(found: LadderPage) -> Iterable[tuple[WrittenLadder, Ladder]]:
    """Everything the ward wrote, newest first, each with the ladder that held before."""
    return zip(found.history, (*(one.ladder for one in found.history[1:]), found.shipped), strict=False)


def _entry(one: tuple[WrittenLadder, Ladder], found: LadderPage, clock: WardTime, at: datetime) -> LadderEntry:
    new, before = one
    lines = tuple(_changes(before, new.ladder)) or (_("Nothing was changed"),)
    by = found.names.get(new.recorded_by, _("somebody unknown"))
    return LadderEntry(clock.brief(new.recorded_at, at), by, lines if new.own else ())


def _changes(before: Ladder, after: Ladder) -> Iterable[str]:
    """`Priority: Charge nurse after 7 min (was: after 15 min)`."""
    for place in places((before, after)):
        was, climb = place.climb(before), place.climb(after)
        changed = [
            _("{who} {now} (was: {before})").format(who=words, now=_words(what, climb), before=_words(what, was))
            for what, words in _whats()
            if _of(what, was) != _of(what, climb)
        ]
        if changed:
            yield f"{climb_words(place)}: {', '.join(changed)}"


def _whats() -> tuple[tuple[str, str], ...]:
    return (*((duty, _(DUTIES[duty])) for duty in Duty), (SNOOZE, _("Put aside at most")))

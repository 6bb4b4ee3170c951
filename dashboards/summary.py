"""What does a figure say to somebody who cannot see it: in one breath, and value by value?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.cohort_tables import count_words
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.tongue import mark, worded
from dashboards.limits import gravest_limit, limits
from dashboards.numeric import is_number, number
from dashboards.panel import Panel
from dashboards.points import Point, Track
from dashboards.scene import Scene, scene
from dashboards.view import View
from dashboards.words import capitalised, inline, length_words, with_unit


@dataclass(frozen=True, slots=True)
class TableRow:
    """One value of a figure, as plain words; `corrected` is true of a value that no longer holds.

    `dose` is the last dose given before it and `since` the time from then ("" before the first), except for what is
    about a dose itself. `recorded_by` is the id of the person who charted it, "" for what was computed.
    """

    at: datetime
    time: str
    dose: str
    since: str
    measure: str
    value: str
    unit: str
    corrected: bool
    note: str
    recorded_by: str


def table(flowsheet: Flowsheet, protocol: Protocol, view: View, panel: Panel) -> tuple[TableRow, ...]:
    """Everything the panel draws, oldest first, with what was corrected and what was not taken."""
    drawn = scene(flowsheet, protocol, view)
    rows = [
        _row(drawn, track, point, corrected=point in track.struck)
        for track in panel.tracks(drawn)
        for point in (*track.points, *track.struck, *track.missed)
    ]
    return tuple(sorted(rows, key=lambda row: row.at))


def _row(drawn: Scene, track: Track, point: Point, *, corrected: bool) -> TableRow:
    given = drawn.doses.last(point.at)
    dose = point.dose or ("" if given is None else drawn.doses.name(given.cycle, given.number))
    return TableRow(
        at=point.at,
        time=drawn.clock.label(point.at),
        dose=dose,
        since="" if given is None or point.dose else length_words(point.at - given.at),
        measure=track.label,
        value=point.text,
        unit=track.unit if is_number(point) else "",
        corrected=corrected,
        note=point.note,
        recorded_by=point.by,
    )


def sentence(flowsheet: Flowsheet, protocol: Protocol, view: View, panel: Panel) -> str:
    """What the picture shows, as in `Heart rate rose from 84 to 124 /min over 6 doses; latest 124 at 14:00`."""
    drawn = scene(flowsheet, protocol, view)
    tracks = [track for track in panel.tracks(drawn) if track.drawn]
    charted = [track for track in tracks if track.points]
    valueless = [track for track in tracks if track.missed and not track.points]
    if not charted and not valueless:
        return worded("{title}: nothing charted in this view.", title=panel.title)
    findings = [track for track in charted if isinstance(track.points[-1].value, bool)]
    said = [_clause(drawn, track) for track in charted if track not in findings]
    said += [_present(findings)] if findings else []
    why = [f"{inline(track.label)} ({track.missed[-1].text})" for track in valueless]
    said += [worded("No value: {names}", names=", ".join(why))] if why else []
    silent = [inline(track.label) for track in tracks if not (track.points or track.struck or track.missed)]
    said += [worded("Not charted: {names}", names=", ".join(silent))] if silent and not _about_doses(tracks) else []
    return " ".join(f"{clause}." for clause in said)


def _about_doses(tracks: Iterable[Track]) -> bool:
    return any(point.dose for track in tracks for point in track.points)


def _clause(drawn: Scene, track: Track) -> str:
    if track.points[-1].dose:
        return _counted(track)
    return _trend(drawn, track) if is_number(track.points[-1]) else _change(drawn, track)


def _trend(drawn: Scene, track: Track) -> str:
    """How a number went from the first to the last, and which limit the last lies beyond."""
    first, last = track.points[0], track.points[-1]
    at = drawn.clock.brief(last.at)
    beyond = gravest_limit(limits(drawn.protocol, track.name, track.ucum), number(last))
    limit = "" if beyond is None else f" ({beyond.words})"
    if len(track.points) == 1:
        return worded(
            "{label} {value} at {at}{limit}",
            label=track.label,
            value=with_unit(last.text, track.unit),
            at=at,
            limit=limit,
        )
    return worded(
        "{label} {way} {over}; latest {text} at {at}{limit}",
        label=track.label,
        way=_way(track),
        over=_over(drawn, first, last),
        text=last.text,
        at=at,
        limit=limit,
    )


def _way(track: Track) -> str:
    first, last = track.points[0], track.points[-1]
    low, high = min(track.points, key=number), max(track.points, key=number)
    if number(low) == number(high):
        return worded("stayed at {value}", value=with_unit(last.text, track.unit))
    if number(first) == number(last):
        return worded("went between {text} and {value}", text=low.text, value=with_unit(high.text, track.unit))
    verb = mark("rose from {text} to {value}") if number(last) > number(first) else mark("fell from {text} to {value}")
    return worded(verb, text=first.text, value=with_unit(last.text, track.unit))


def _over(drawn: Scene, first: Point, last: Point) -> str:
    doses = drawn.doses.count(first.at, last.at)
    return worded("over {length}", length=count_words(doses, "dose") if doses else length_words(last.at - first.at))


def _change(drawn: Scene, track: Track) -> str:
    """Which words were charted, in order, and the latest."""
    words = [point.text for point in track.points]
    order = [word for place, word in enumerate(words) if place == 0 or words[place - 1] != word]
    at = drawn.clock.brief(track.points[-1].at)
    if len(order) == 1:
        return worded("{label}: {words}, last charted at {at}", label=track.label, words=words[-1], at=at)
    return worded(
        "{label}: {names}; latest {words} at {at}",
        label=track.label,
        names=worded(", then ").join(order),
        words=words[-1],
        at=at,
    )


def _counted(track: Track) -> str:
    """How often each word stands on a strip of doses, and the last of them."""
    counts = Counter(point.text for point in track.points)
    last = track.points[-1]
    said = ", ".join(
        worded("{word} for {count}", word=inline(word), count=count_words(count, "dose"))
        for word, count in counts.items()
    )
    return f"{track.label}: {said}; {inline(last.dose)}: {inline(last.text)}"


def _present(findings: list[Track]) -> str:
    there = [inline(track.label) for track in findings if track.points[-1].value is True]
    absent = [inline(track.label) for track in findings if track.points[-1].value is False]
    said = [worded("Present at the last check: {names}", names=", ".join(there))] if there else []
    said += [worded("absent: {names}", names=", ".join(absent))] if absent else []
    return capitalised("; ".join(said))

"""How does the summary of each cycle stay what the record says?

Every act on a course ends here (`cases.close_case`); `look_again` and `rebuild` make all of them from the record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from app.domain.cycle_summary import CycleSummary, known_criteria, summarise
from app.domain.decision import DecisionRecord
from app.domain.flowsheet import Flowsheet
from app.domain.protocol import Protocol
from app.domain.summary_record import criteria_met
from app.protocols.library import Library
from app.services.acting import Acting
from app.services.pins import pinned
from app.store import decisions, flowsheets, ledger, summaries
from app.store.database import Transaction
from app.store.left import left

_Made: TypeAlias = tuple[CycleSummary, ...]
_Kept: TypeAlias = Mapping[str, CycleSummary]
"""By cycle."""

_AT_ONCE = 50
REBUILT: Final = "rebuild_summaries"


class LookedAt(NamedTuple):
    """One course looked at; `differed` are the ids of the cycles whose summary was missing or wrong."""

    course_id: str
    cycles: int
    differed: tuple[str, ...]


def keep_summaries(tx: Transaction, sheet: Flowsheet, protocol: Protocol, kept: _Kept) -> tuple[str, ...]:
    """Writes the summaries that are not as they are `kept`, and answers the ids of their cycles."""
    return _keep(tx, _of(tx, sheet, protocol, known_criteria(kept.values())), kept)


def look_again(tx: Transaction, library: Library) -> Iterator[LookedAt]:
    """Makes every summary again from the record alone, and says of which cycles another one is kept; reads only."""
    after = ""
    while found := summaries.courses_after(tx, after, _AT_ONCE):
        for course_id in found:
            made, kept = _again(tx, library, course_id)
            yield LookedAt(course_id, len(made), tuple(one.cycle_id for one in _differing(made, kept)))
        after = found[-1]


def rebuild(tx: Transaction, library: Library, acting: Acting, course_id: str) -> None:
    """Writes the summaries of a course as the record has them, with a line in the trail."""
    course = flowsheets.lock_course(tx, course_id)
    ids = _keep(tx, *_again(tx, library, course_id))
    ledger.append(tx, (acting.act(REBUILT, course_id, ids, patient_id=course.patient_id),), wakes=False)


def _again(tx: Transaction, library: Library, course_id: str) -> tuple[_Made, _Kept]:
    sheet = flowsheets.load(tx, course_id)
    return _of(tx, sheet, pinned(tx, library, sheet.course.protocol), {}), left(tx, course_id).summaries


def _keep(tx: Transaction, made: _Made, kept: _Kept) -> tuple[str, ...]:
    differing = _differing(made, kept)
    for one in differing:
        summaries.keep(tx, one, instead=one.cycle_id in kept)
    return tuple(one.cycle_id for one in differing)


def _differing(made: _Made, kept: _Kept) -> list[CycleSummary]:
    return [one for one in made if one != kept.get(one.cycle_id)]


def _of(tx: Transaction, sheet: Flowsheet, protocol: Protocol, known: Mapping[str, tuple[str, ...]]) -> _Made:
    def met(word: DecisionRecord) -> tuple[str, ...]:
        if word.id in known:
            return known[word.id]
        just_now = word.document != b""
        return criteria_met(word.document if just_now else decisions.documents(tx, [word.id])[word.id].document)

    return tuple(summarise(sheet, protocol, cycle, met) for cycle in sheet.cycles)

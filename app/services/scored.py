"""What are the scores of each moment of a course, on what its record says?

They are kept with the set they were answered with. Where something was entered, corrected or moved in time since, the
moment is scored anew by the same functions; a moment of which nothing holds any more has no score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.domain.protocol import Protocol
from app.domain.scores.book import ScoreBook, Scores, scores
from app.domain.scores.moments import moments
from app.domain.situation import AHEAD
from app.services.cases import Case
from app.store import scores as score_store
from app.store.database import Transaction


class Scored(NamedTuple):
    """The scores of one moment; `known_at` is when the last was written down that they may rest on.

    `anew` is true where they are not those that were answered when the set was saved.
    """

    scores: Scores
    known_at: datetime
    anew: bool


class _Set(NamedTuple):
    """A set, when it was written down, the moment it was scored for, and since when scores may rest on it."""

    id: str
    recorded_at: datetime
    moment: datetime
    since: datetime | None


def scored_moments(
    tx: Transaction, book: ScoreBook, protocol: Protocol, sheet: Flowsheet, until: datetime, at_most: int | None = None
) -> tuple[Scored, ...]:
    """Those of the last moments up to `until`, newest first, on what the sheet knows."""
    by_id = {row.id: row for row in sheet.observations}
    wanted = sorted((at for at in moments(sheet.charted(), by_id) if at <= until), reverse=True)[:at_most]
    sets = _sets(by_id, book.names)
    places = {one.moment: place for place, one in enumerate(sets)}
    told = score_store.of_sets(tx, [sets[places[at]].id for at in wanted if at in places])
    found = []
    for at in wanted:
        last = sets[places[at]] if at in places else None
        kept = None if last is None else told.get(last.id)
        after = _after(sheet, sets[places.get(at, -1) + 1 :], last, at)
        now = kept if kept is not None and not after else scores(book, protocol, sheet, at)
        known_at = max(after, default=at if last is None else last.recorded_at)
        found.append(Scored(now, known_at, now != kept))
    return tuple(found)


def scored_case(tx: Transaction, case: Case) -> tuple[Scored, ...]:
    """Those of every moment of the case, as known at the moment of acting; a clock may run a little ahead."""
    return scored_moments(tx, case.library.scores, case.protocol, case.sheet, case.acting.at + AHEAD)


def _sets(by_id: Mapping[str, Observation], names: frozenset[str]) -> list[_Set]:
    """Every set of the course, in order of recording."""
    found: dict[str, _Set] = {}
    for row in by_id.values():
        before = by_id.get(row.supersedes or "", row)
        since = min(row.observed_at, before.observed_at) if row.measure in names else None
        one = found.get(row.set_id, _Set(row.set_id, row.recorded_at, row.observed_at, since))
        known = [at for at in (one.since, since) if at is not None]
        found[row.set_id] = one._replace(moment=max(one.moment, row.observed_at), since=min(known, default=None))
    return list(found.values())


def _after(sheet: Flowsheet, later: Sequence[_Set], last: _Set | None, at: datetime) -> list[datetime]:
    """When something was written down after the last set of a moment that its scores may rest on."""
    found = [one.recorded_at for one in later if one.since is not None and one.since <= at]
    if last is None:
        return found
    found += [event.recorded_at for event in sheet.events if event.recorded_at > last.recorded_at and event.at <= at]
    begun = {row.id: row.started_at for row in sheet.administrations}
    doses = (row for row in sheet.administrations if min(row.started_at, begun.get(row.supersedes or "", at)) < at)
    return found + [row.recorded_at for row in doses if row.recorded_at > last.recorded_at]

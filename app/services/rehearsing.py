"""What would another protocol, or another version of it, have said at the moments of the recorded decisions?

Nothing is stored. Every recorded decision is taken again with what was known at its moment. The past that the other
protocol looks back on is its own where that can be worked out:

* its own stops bind its later decisions, and are looked at again once an entry speaks of the time before them;
* a dose that was not given is a held occasion by the other protocol's last word on it;
* a dose that was given is one when the record let it be given and the other protocol would have withheld it. What was
  given against the record was a person's choice, and stays given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from app.domain.assess import situation_of
from app.domain.course import Dose
from app.domain.decision import Cause, Decision, DecisionRecord, began
from app.domain.engine import decide
from app.domain.explain import because
from app.domain.flowsheet import Flowsheet
from app.domain.progress import held_occasions
from app.domain.protocol import Protocol
from app.domain.record import decode_decision
from app.domain.scores.news2 import ScoreTable
from app.domain.vocabulary import BINDING, Action
from app.protocols.library import Library
from app.services.pins import pinned
from app.store import courses, flowsheets
from app.store.database import Transaction

LIMIT: Final = (
    "What was ordered, given and charted stays as it was recorded: under another protocol other doses might have been "
    "given, and the patient might have fared otherwise."
)
SAME_REASONS: Final = "The same reasons call for another action."
_AT_ONCE = 200
_WITHHELD = (Action.HOLD, *BINDING)


@dataclass(frozen=True, slots=True)
class Differing:
    """A recorded decision that the other protocol would have taken otherwise, with the reasons only one of them has."""

    decision_id: str
    cycle_number: int
    dose_number: int
    at: datetime
    recorded: Decision
    other: Decision
    only_recorded: tuple[str, ...]
    only_other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One course under another protocol: how many decisions were taken again, and those that differ."""

    course_id: str
    decisions: int
    differing: tuple[Differing, ...]


def rehearse(tx: Transaction, library: Library, course_id: str, other: Protocol) -> Rehearsal:
    """The course under `other`; raises NotFound. Reads only."""
    sheet = flowsheets.load(tx, course_id)
    records = [row for row in sheet.decisions if row.reviews is None]
    again = _Again(sheet, other, library.news2)
    pairs = [(row, again.decide(row)) for row in records]
    return Rehearsal(
        course_id=course_id,
        decisions=len(records),
        differing=tuple(
            _differing(sheet, row, decode_decision(row.document, pinned(tx, library, row.protocol)), decision, other)
            for row, decision in pairs
            if (row.action, row.provisional) != (decision.action, decision.provisional)
        ),
    )


def _differing(
    sheet: Flowsheet, row: DecisionRecord, recorded: Decision, decision: Decision, other: Protocol
) -> Differing:
    dose = sheet.dose(row.dose_id)
    before, after = because(recorded, other.measures), because(decision, other.measures)
    only_other = tuple(sentence for sentence in after if sentence not in before)
    only_recorded = tuple(sentence for sentence in before if sentence not in after)
    return Differing(
        decision_id=row.id,
        cycle_number=sheet.cycle(dose.cycle_id).number,
        dose_number=dose.number,
        at=row.at,
        recorded=recorded,
        other=decision,
        only_recorded=only_recorded,
        only_other=only_other if only_other or only_recorded else (SAME_REASONS,),
    )


class _Again:
    """A course decided again, decision by decision in the order of recording, by a protocol that remembers its own."""

    def __init__(self, sheet: Flowsheet, other: Protocol, news2: ScoreTable) -> None:
        self._sheet, self._other, self._news2 = sheet, other, news2
        self._said: list[DecisionRecord] = []
        self._seen: dict[str, datetime] = {}

    def decide(self, row: DecisionRecord) -> Decision:
        """What the other protocol says at the moment of a recorded decision."""
        self._look_again(row.recorded_at)
        decision = self._decide(row, row.recorded_at)
        self._keep(row, decision, row.id, None)
        return decision

    def _look_again(self, now: datetime) -> None:
        """A stop that its amended data no longer give does not bind; it stays one held occasion."""
        for said in [one for one in self._said if one.reviews is None and one.action in BINDING]:
            seen = self._seen[said.id]
            news = [one for one in self._sheet.observations if seen < one.recorded_at <= now]
            late = any(one.supersedes is not None or one.observed_at <= said.at for one in news)
            if late or self._doses_corrected(seen, now):
                self._keep(said, self._decide(said, now), f"{said.id} {now.isoformat()}", said.id)
            self._seen[said.id] = now

    def _doses_corrected(self, seen: datetime, now: datetime) -> bool:
        rows = self._sheet.administrations
        return any(one.supersedes is not None and seen < one.recorded_at <= now for one in rows)

    def _decide(self, row: DecisionRecord, known_at: datetime) -> Decision:
        known = self._sheet.as_known_at(known_at)
        known = replace(known, cycles=self._sheet.cycles, decisions=tuple(self._said))
        dose = known.dose(row.dose_id)
        situation = situation_of(known, dose, self._other, row.at)
        held = held_occasions(known, dose, self._other, row.at) + self._held_though_given(known, dose)
        return decide(replace(situation, held_doses=held), self._other, self._news2)

    def _held_though_given(self, known: Flowsheet, dose: Dose) -> int:
        earlier = [other for other in known.doses_of(dose.cycle_id) if other.number < dose.number]
        return sum(1 for other in earlier if self._would_have_held(known, other))

    def _would_have_held(self, known: Flowsheet, dose: Dose) -> bool:
        done = known.administration(dose.id)
        if done is None or not done.outcome.went_in:
            return False
        words = (_last_word(sheet, dose, done.started_at) for sheet in (self._sheet, known))
        recorded, other = (word is not None and _withheld(word) for word in words)
        return other and not recorded

    def _keep(self, row: DecisionRecord, decision: Decision, name: str, reviews: str | None) -> None:
        self._seen.setdefault(name, row.recorded_at)
        self._said.append(
            replace(
                row,
                id=name,
                action=decision.action,
                provisional=decision.provisional,
                valid_until=decision.valid_until,
                relative=decision.counts.relative,
                absolute=decision.counts.absolute,
                protocol=decision.protocol,
                cause=row.cause if reviews is None else Cause.REVIEW,
                reviews=reviews,
            )
        )


def _last_word(sheet: Flowsheet, dose: Dose, started_at: datetime) -> DecisionRecord | None:
    """The last decision on a dose begun at `started_at` that could have kept it from being given."""
    rows = sheet.decisions_of(dose.id)
    said = [row for row in rows if not row.provisional and row.at <= began(started_at, row.at)]
    return said[-1] if said else None


def _withheld(row: DecisionRecord) -> bool:
    met = row.relative > 0 or row.absolute > 0
    return row.action in _WITHHELD or (row.action is Action.SKIP and met)


def every_course(tx: Transaction, library: Library, other: Protocol) -> Iterator[Rehearsal]:
    """Every course that is recorded, oldest first."""
    after: str | None = None
    while True:
        page = courses.courses(tx, None, after, _AT_ONCE)
        for course in page.items:
            yield rehearse(tx, library, course.id, other)
        after = page.next_after
        if after is None:
            return

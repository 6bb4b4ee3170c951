"""How was each cycle of a course tolerated: what was planned, given and skipped, what the criteria said, how it ended?

Every figure follows from the record alone and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from app.domain.course import Cycle, CycleEvent
from app.domain.decision import Decision, DecisionRecord, Finding, began
from app.domain.flowsheet import Flowsheet
from app.domain.progress import DoseProgress, last_telling, progress
from app.domain.protocol import Protocol
from app.domain.record import decode_decision, is_amended
from app.domain.recovery import Recovery, recoveries
from app.domain.scores.book import Scores
from app.domain.scores.grade import Grade
from app.domain.vocabulary import DoseState, SkipReason, Verdict

_PAST = (DoseState.GIVEN, DoseState.INTERRUPTED, DoseState.SKIPPED)


class Worst(NamedTuple):
    """The gravest grade of one organ system around a dose, and the grade that says so."""

    system: str
    grade: Grade


@dataclass(frozen=True, slots=True)
class DoseTolerance:
    """One dose of a cycle. `decision` is the last one it could be given on, as corrected data left it.

    `amended` is true where that is a review on other data than it was taken on, or something it was taken on was put
    right since; `worst` has each organ system's gravest grade from this dose's due time, or its beginning where it went
    in, up to the next.
    """

    progress: DoseProgress
    decision: Decision | None
    amended: bool
    worst: tuple[Worst, ...]

    @property
    def number(self) -> int:
        """Its number in the cycle."""
        return self.progress.dose.number

    @property
    def units(self) -> Decimal:
        """The international units that went in."""
        done = self.progress.administration
        return done.units if done is not None and done.outcome.went_in else Decimal(0)

    def met(self) -> tuple[Finding, ...]:
        """The criteria met at its decision, gravest first."""
        return () if self.decision is None else self.decision.met()


@dataclass(frozen=True, slots=True)
class CycleTolerance:
    """One cycle, its doses by number; `ended` is what ended it, `recovered` how long its laboratory values took.

    `weight` is the dosing weight in kg that holds now.
    """

    cycle: Cycle
    doses: tuple[DoseTolerance, ...]
    ended: CycleEvent | None
    recovered: tuple[Recovery, ...]
    weight: Decimal

    @property
    def planned(self) -> int:
        """Doses the protocol plans for a cycle."""
        return len(self.doses)

    def of(self, *states: DoseState) -> tuple[DoseTolerance, ...]:
        """The doses that stand so."""
        return tuple(dose for dose in self.doses if dose.progress.state in states)

    def told(self) -> tuple[DoseTolerance, ...]:
        """The doses there is something to say of: past ones, and any that was decided or graded around.

        That which ended the cycle is one of them, though nothing was done with it.
        """
        return tuple(dose for dose in self.doses if dose.progress.state in _PAST or dose.decision or dose.worst)

    def went_in(self) -> tuple[DoseTolerance, ...]:
        """The doses given in full or in part."""
        return self.of(DoseState.GIVEN, DoseState.INTERRUPTED)

    def skipped_for(self, reason: SkipReason) -> tuple[DoseTolerance, ...]:
        """The doses not given for this reason."""
        return tuple(dose for dose in self.of(DoseState.SKIPPED) if dose.progress.skip_reason is reason)

    @property
    def units(self) -> Decimal:
        """The international units of the whole cycle."""
        return sum((dose.units for dose in self.doses), Decimal(0))

    @property
    def units_per_kg(self) -> Decimal:
        """The same per kilogram of the dosing weight that holds now, whatever a dose was made of."""
        return self.units / self.weight

    def of_another_weight(self) -> tuple[DoseTolerance, ...]:
        """The doses that went in before the dosing weight was put right, and were made of another."""
        return tuple(dose for dose in self.went_in() if dose.progress.weight != self.weight)

    def criteria(self) -> tuple[str, ...]:
        """The ids of the criteria that were met or could not be judged at any dose, in the order of the protocol."""
        told = {
            finding.criterion.id
            for dose in self.doses
            if dose.decision is not None
            for finding in dose.decision.findings
            if finding.verdict is not Verdict.NOT_MET
        }
        order = next((dose.decision.findings for dose in self.doses if dose.decision is not None), ())
        return tuple(finding.criterion.id for finding in order if finding.criterion.id in told)


def tolerance(
    sheet: Flowsheet, protocol: Protocol, scored: Iterable[Scores], systems: Mapping[str, str], now: datetime
) -> tuple[CycleTolerance, ...]:
    """Every cycle of a course as known at `now`; the sheet needs the documents of its decisions.

    `scored` are the scores of its moments; `systems` says which organ system a graded term is of.
    """
    graded = tuple(scored)
    return tuple(_cycle(sheet, cycle, protocol, graded, systems, now) for cycle in sheet.cycles)


def _cycle(
    sheet: Flowsheet,
    cycle: Cycle,
    protocol: Protocol,
    scored: tuple[Scores, ...],
    systems: Mapping[str, str],
    now: datetime,
) -> CycleTolerance:
    slots = progress(sheet, cycle, protocol, now)
    begins = [_begins(slot) for slot in slots]
    ends = [*begins[1:], _leaves(sheet, cycle, now)]
    doses = tuple(
        DoseTolerance(slot, *_said(sheet, slot, protocol), _worst(scored, systems, begin, min(end, now)))
        for slot, begin, end in zip(slots, begins, ends, strict=True)
    )
    recovered = recoveries(sheet, cycle, protocol, now)
    return CycleTolerance(cycle, doses, sheet.ended(cycle.id), recovered, sheet.dosing_weight(cycle))


def _begins(slot: DoseProgress) -> datetime:
    done = slot.administration
    return done.started_at if done is not None and done.outcome.went_in else slot.window.due_at


def _leaves(sheet: Flowsheet, cycle: Cycle, now: datetime) -> datetime:
    """When the next admission begins, else now."""
    later = [other.admitted_at for other in sheet.cycles if other.number > cycle.number]
    return min(later, default=now)


def _said(sheet: Flowsheet, slot: DoseProgress, protocol: Protocol) -> tuple[Decision | None, bool]:
    """The last decision the dose could have been given on, or its review; none where there was only a preview."""
    word = last_word(sheet, slot)
    if word is None:
        return None, False
    amended = word.reviews is not None or is_amended(word, sheet.superseded())
    return decode_decision(word.document, protocol), amended


def last_word(sheet: Flowsheet, slot: DoseProgress) -> DecisionRecord | None:
    """The record of the last decision a dose could have been given on, or that withheld it, or of its newest review."""
    decided = [row for row in sheet.decisions_of(slot.dose.id) if not row.provisional and row.at <= _until(slot, row)]
    withheld = last_telling(decided) if slot.skip_reason is SkipReason.CRITERION else None
    last = withheld or (decided[-1] if decided else None)
    return None if last is None else sheet.latest_word(last)


def _until(slot: DoseProgress, row: DecisionRecord) -> datetime:
    """Until when it could have been given: it began then, or its time was over, whenever it was left out."""
    done = slot.administration
    return began(done.started_at, row.at) if done is not None and done.outcome.went_in else slot.window.closes_at


def _worst(scored: tuple[Scores, ...], systems: Mapping[str, str], begin: datetime, end: datetime) -> tuple[Worst, ...]:
    """The gravest grade of each organ system between two doses; a system that was never graded is not in it."""
    found: dict[str, Grade] = {}
    for scores in scored:
        if not begin <= scores.at < end:
            continue
        for grade in (*scores.ctcae, scores.crs, scores.icans):
            system = systems.get(grade.term)
            if system is None or grade.grade is None:
                continue
            known = found.get(system)
            if known is None or known.grade is None or grade.grade > known.grade:
                found[system] = grade
    return tuple(Worst(system, grade) for system, grade in sorted(found.items()))

"""How does the demo ward run in memory, with the real engine and no database?

Every act does to a flowsheet what the service of the same name does to the store.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.demo.acts import Act, Administer, Admit, ChartSet, Correct, EndCycle, OpenCourse, WriteOrder
from app.demo.patient import DemoPatient
from app.demo.scenario import Scenario
from app.domain.assess import situation_of
from app.domain.course import Administration, Course, Cycle, CycleEvent, Dose, Order, Patient
from app.domain.decision import Cause, Decision, DecisionRecord
from app.domain.engine import decide
from app.domain.entry import check_agreement, check_items
from app.domain.flowsheet import Flowsheet
from app.domain.observation import Observation
from app.domain.progress import PENDING, dose_progress
from app.domain.protocol import Protocol
from app.domain.vocabulary import Choice, CycleEventKind
from app.protocols.library import load

LIBRARY = load()
NOW = datetime(2026, 11, 21, 9, 40, tzinfo=UTC)
"""Where time stands in these tests unless they say otherwise."""
FOR_EVER = timedelta(days=60)


@dataclass
class Ward:
    """One demo patient in memory: `sheet` grows act by act; `acts` and `decisions` are everything that happened.

    To make many cycles fast, `forget` drops old observations, as loading a recent sheet does, and leaves out the
    provisional decisions, on which nothing may be given.
    """

    patient: DemoPatient
    forget: bool = False
    sheet: Flowsheet | None = None
    ids: int = 0

    def __post_init__(self) -> None:
        self.acts: list[Act] = []
        self.decisions: list[Decision] = []

    def run(self, until: datetime) -> Iterator[Act]:
        """Performs every act due by `until`, yielding each after it is done."""
        while (act := self.patient.step(self.sheet, until)) is not None:
            self.perform(act)
            yield act

    def perform(self, act: Act) -> None:
        self.acts.append(act)
        self.sheet = self._on(self.sheet, act)

    def _on(self, sheet: Flowsheet | None, act: Act) -> Flowsheet:
        if isinstance(act, OpenCourse):
            return self._open(act)
        assert sheet is not None
        match act:
            case Admit():
                after = self._admit(sheet, act)
            case ChartSet():
                after = self._chart(sheet, act)
            case WriteOrder():
                after = self._order(sheet, act)
            case Administer():
                after = self._administer(sheet, act)
            case Correct():
                after = self._correct(sheet, act)
            case EndCycle():
                after = self._event(sheet, act.cycle_id, act.kind, act.at, act.reason)
        return after

    def _id(self) -> str:
        self.ids += 1
        return f"id-{self.ids:06d}"

    def _open(self, act: OpenCourse) -> Flowsheet:
        person = act.person
        patient = Patient("p", person.mrn, person.family_name, person.given_name, person.birth_date, person.sex)
        pins = [LIBRARY.protocol(name).pin for name in (act.protocol, *act.shown)]
        course = Course("c", "p", pins[0], tuple(pins[1:]), act.at, "prescriber")
        return Flowsheet(patient, course, (), (), (), (), (), (), ())

    def _admit(self, sheet: Flowsheet, act: Admit) -> Flowsheet:
        cycle = Cycle(self._id(), "c", act.number, "w", act.bed, act.at, act.first_due_at, act.ordered_weight, act.at)
        doses = tuple(Dose(self._id(), cycle.id, n + 1) for n in range(self.protocol.dosing.dose_cap))
        return replace(sheet, cycles=(*sheet.cycles, cycle), doses=(*sheet.doses, *doses))

    @property
    def protocol(self) -> Protocol:
        return self.patient.protocol

    def _chart(self, sheet: Flowsheet, act: ChartSet) -> Flowsheet:
        charted = check_items(act.items, LIBRARY.measures, act.at, confirmation=True, pointer="/items")
        check_agreement(charted, LIBRARY.agreement, "/items")
        set_id = self._id()
        rows = tuple(
            Observation(
                self._id(), set_id, item.measure, item.value, item.unit, item.entered, item.entered_unit,
                item.observed_at, item.start_at, item.confirmed, None, act.at, "nurse",
            )
            for item in charted
        )  # fmt: skip
        sheet = replace(sheet, observations=(*self._kept(sheet, act.at), *rows))
        dose = self._dose(sheet, act)
        return sheet if dose is None else self._decide(sheet, dose, act.at)

    def _kept(self, sheet: Flowsheet, at: datetime) -> Sequence[Observation]:
        if not self.forget:
            return sheet.observations
        horizon = at - self.protocol.horizon()
        baseline = sheet.cycles[-1].admitted_at
        return tuple(row for row in sheet.observations if row.observed_at >= horizon or row.observed_at == baseline)

    def _dose(self, sheet: Flowsheet, act: ChartSet) -> Dose | None:
        if act.dose_id is not None:
            return sheet.dose(act.dose_id)
        if self.forget and not self._assessing(act.at):
            return None
        doses = (dose_progress(sheet, dose, self.protocol, act.at) for dose in sheet.doses_of(sheet.cycles[-1].id))
        return next((dose.dose for dose in doses if dose.state in PENDING), None)

    def _assessing(self, at: datetime) -> bool:
        """True where a decision would not be provisional; nobody moves the grid in these tests."""
        assert self.sheet is not None
        timing = self.protocol.timing
        since = (at - self.sheet.cycles[-1].first_due_at + timing.assess_before) % timing.interval
        return since <= timing.assess_before + timing.delay_limit

    def _decide(self, sheet: Flowsheet, dose: Dose, at: datetime) -> Flowsheet:
        decision = decide(situation_of(sheet, dose, self.protocol, at), self.protocol, LIBRARY.news2)
        self.decisions.append(decision)
        counts = decision.counts
        record = DecisionRecord(
            self._id(), "c", dose.cycle_id, dose.id, decision.action, decision.provisional, at, decision.valid_until,
            counts.relative, counts.absolute, decision.protocol, decision.engine, b"", b"", Cause.OBSERVATIONS, None,
            None, at, "nurse",
        )  # fmt: skip
        return replace(sheet, decisions=(*sheet.decisions, record))

    def _administer(self, sheet: Flowsheet, act: Administer) -> Flowsheet:
        row = Administration(
            self._id(), act.dose_id, act.outcome, act.decision_id, act.order_id, act.started_at, act.at, act.units,
            act.reason, act.at, "nurse",
        )  # fmt: skip
        return replace(sheet, administrations=(*sheet.administrations, row))

    def _correct(self, sheet: Flowsheet, act: Correct) -> Flowsheet:
        old = next(row for row in sheet.observations if row.id == act.observation_id)
        new = replace(
            old,
            id=self._id(),
            value=act.value,
            recorded_at=act.at,
            supersedes=old.id,
            reason=act.reason,
            confirmed=False,
        )
        return replace(sheet, observations=(*sheet.observations, new))

    def _order(self, sheet: Flowsheet, act: WriteOrder) -> Flowsheet:
        order = Order(self._id(), act.dose_id, act.decision_id, act.choice, act.reason, act.at, "prescriber")
        sheet = replace(sheet, orders=(*sheet.orders, order))
        if act.choice not in (Choice.STOP, Choice.DISCONTINUE):
            return sheet
        cycle_id = sheet.dose(act.dose_id).cycle_id
        return self._event(sheet, cycle_id, CycleEventKind.STOPPED, act.at, act.reason)

    def _event(self, sheet: Flowsheet, cycle_id: str, kind: CycleEventKind, at: datetime, reason: str) -> Flowsheet:
        event = CycleEvent(self._id(), cycle_id, kind, at, reason, at, "prescriber")
        return replace(sheet, events=(*sheet.events, event))


def ward_of(scenario: Scenario, now: datetime = NOW, *, forget: bool = False) -> Ward:
    """The scenario, set at `now`, nothing done yet."""
    names = (scenario.protocol, *scenario.shown)
    protocols = [LIBRARY.protocol(name) for name in names]
    return Ward(DemoPatient(scenario, scenario.first_due_at(now), protocols, LIBRARY.measures, UTC), forget)


__all__ = ["FOR_EVER", "LIBRARY", "NOW", "Decimal", "Ward", "ward_of"]

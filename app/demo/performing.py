"""How does the demo staff do an act: through the same services as anybody at the bedside, one transaction each?"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from app.demo.acts import Act, Administer, Admit, ChartSet, Correct, EndCycle, OpenCourse, WriteOrder
from app.demo.people import Staff, acting
from app.domain.change import Before
from app.domain.decision import DecisionRecord
from app.domain.entry import Item
from app.domain.errors import Conflict
from app.domain.flowsheet import Flowsheet
from app.protocols.library import Library
from app.services import administering, alerting, correcting, courses, observing, ordering, registering
from app.store import alerts
from app.store.database import Database

ANSWERED_AFTER = timedelta(hours=1)
"""The simulated charge nurse takes notice of an alert at the first visit this long after it last spoke."""
OUTCOME = ("The attending physician", "Seen at the bedside; the plan was changed as the round said")
"""Who was told of a simulated alert, and what was done."""


@dataclass(frozen=True, slots=True)
class Performer:
    """The simulated staff with the database it writes to; what it does to a sheet is what the services stored."""

    database: Database
    library: Library
    staff: Staff

    def perform(self, act: Act, sheet: Flowsheet | None) -> Flowsheet:
        """Does it and answers the sheet after it; raises what the services raise."""
        if isinstance(act, OpenCourse):
            return self._open(act)
        if sheet is None:
            raise ValueError("nothing can be done before the course is opened")
        match act:
            case Admit():
                after = self._admit(act, sheet)
            case ChartSet():
                after = self._chart(act, sheet)
            case WriteOrder():
                after = self._order(act, sheet)
            case Administer():
                after = self._administer(act, sheet)
            case Correct():
                after = self._correct(act, sheet)
            case EndCycle():
                after = self._end(act, sheet)
        return after

    def answer_alerts(self, act: Act, sheet: Flowsheet) -> None:
        """Acknowledges what has been open for an hour by the time of the act, and says what was done."""
        with self.database.reading() as tx:
            open_ = alerts.open_alerts(tx, course_id=sheet.course.id)
        for alert in open_:
            if alert.last_at <= act.at - ANSWERED_AFTER:
                # A visitor may answer it, or a decision worsen it, in the same moment: the next visit sees to it.
                who = acting(self.staff.charge, act.at)
                with suppress(Conflict), self.database.transaction() as tx:
                    alerting.acknowledge(tx, who, alert.id, alert.action, alert.level)
                with suppress(Conflict), self.database.transaction() as tx:
                    alerting.record_outcome(tx, who, alert.id, *OUTCOME)

    def _open(self, act: OpenCourse) -> Flowsheet:
        who, person = acting(self.staff.prescriber, act.at), act.person
        new = registering.NewPatient(person.mrn, person.family_name, person.given_name, person.birth_date, person.sex)
        with self.database.transaction() as tx:
            patient = registering.add_patient(tx, who, new)
        with self.database.transaction() as tx:
            course = courses.open_course(tx, self.library, who, patient.id, act.protocol, act.shown)
        return Flowsheet(patient, course, (), (), (), (), (), (), ())

    def _admit(self, act: Admit, sheet: Flowsheet) -> Flowsheet:
        place, weight = (self.staff.ward.id, act.bed), act.ordered_weight
        far = self._far("weight", weight, act.at, sheet)
        new = courses.NewCycle(act.number, *place, act.at, act.first_due_at, weight, confirmed=far)
        with self.database.transaction() as tx:
            who = acting(self.staff.charge, act.at)
            cycle, case = courses.open_cycle(tx, self.library, who, sheet.course.id, new)
        return replace(sheet, cycles=(*sheet.cycles, cycle), doses=case.sheet.doses)

    def _chart(self, act: ChartSet, sheet: Flowsheet) -> Flowsheet:
        absences = [observing.Absence(measure, why, act.at) for measure, why in act.not_taken]
        items = [self._typed(item, sheet) for item in act.items]
        with self.database.transaction() as tx:
            who = acting(self.staff.nurse, act.at)
            done = observing.record(tx, self.library, who, sheet.course.id, act.dose_id, items, absences)
        decided = (*(review.review for review in done.affected), *_one(done.record))
        return replace(
            sheet,
            observations=(*sheet.observations, *done.observations),
            decisions=(*sheet.decisions, *decided),
        )

    def _typed(self, item: Item, sheet: Flowsheet) -> Item:
        """As the simulated nurse types it: again, where a number is far from the last one."""
        far = isinstance(item.value, Decimal) and self._far(item.measure, item.value, item.observed_at, sheet)
        return replace(item, confirmed=item.confirmed or far)

    def _far(self, measure: str, value: Decimal, at: datetime, sheet: Flowsheet) -> bool:
        before = Before(self.library.changes, sheet)
        return before.question(self.library.measures[measure], value, at) is not None

    def _order(self, act: WriteOrder, sheet: Flowsheet) -> Flowsheet:
        with self.database.transaction() as tx:
            who = acting(self.staff.prescriber, act.at)
            done = ordering.order(tx, self.library, who, act.dose_id, act.decision_id, act.choice, act.reason)
        events = sheet.events if done.event is None else (*sheet.events, done.event)
        return replace(sheet, orders=(*sheet.orders, done.order), events=events)

    def _administer(self, act: Administer, sheet: Flowsheet) -> Flowsheet:
        identifiers = administering.Identifiers(sheet.patient.mrn, sheet.patient.birth_date)
        report = administering.Done(
            act.outcome, act.started_at, act.at, act.units, identifiers, act.decision_id, act.order_id, act.reason
        )
        with self.database.transaction() as tx:
            done = administering.administer(tx, self.library, acting(self.staff.nurse, act.at), act.dose_id, report)
        return replace(sheet, administrations=(*sheet.administrations, done.administration))

    def _correct(self, act: Correct, sheet: Flowsheet) -> Flowsheet:
        change = correcting.Change(act.reason, act.value, act.unit)
        with self.database.transaction() as tx:
            done = correcting.correct(tx, self.library, acting(self.staff.nurse, act.at), act.observation_id, change)
        decided = (*(review.review for review in done.affected), *_one(done.record))
        return replace(
            sheet,
            observations=(*sheet.observations, done.observation),
            decisions=(*sheet.decisions, *decided),
        )

    def _end(self, act: EndCycle, sheet: Flowsheet) -> Flowsheet:
        new = courses.NewEvent(act.kind, act.at, act.reason)
        with self.database.transaction() as tx:
            who = acting(self.staff.charge, act.at)
            event, _ = courses.add_cycle_event(tx, self.library, who, act.cycle_id, new)
        return replace(sheet, events=(*sheet.events, event))


def _one(record: DecisionRecord | None) -> tuple[DecisionRecord, ...]:
    return () if record is None else (record,)

"""What is the next thing anybody does for one demo patient?

`step` looks at the sheet and the clock and answers with one act, or with None when nothing is due. It remembers
nothing: the same code writes the history and goes on charting while the server runs, and a visitor may act in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from app.demo.acts import Act, Admit, EndCycle, OpenCourse, Task
from app.demo.bedside import Bedside
from app.demo.body import number_of, signs
from app.demo.charting import quantity
from app.demo.dosing import Duty
from app.demo.glance import Glance, given_times, look
from app.demo.physiology import Physiology
from app.demo.rota import discharge_at, minutes_late, next_morning, next_round
from app.demo.scenario import CYCLE_INTERVAL, Scenario
from app.domain.flowsheet import Flowsheet
from app.domain.measure import Measures
from app.domain.observation import Observation
from app.domain.progress import DoseProgress
from app.domain.protocol import Protocol
from app.domain.vocabulary import CycleEventKind

_OPENED_BEFORE = timedelta(hours=7)
_ADMITTED_BEFORE = timedelta(hours=5)
_PUT_OFF_AT_MOST = timedelta(days=28)
_FIT_CREATININE = 1.6


class DemoPatient:
    """One scenario set at one moment. `protocols` are the deciding one and those shown, `zone` is the ward's."""

    def __init__(
        self,
        scenario: Scenario,
        first_due_at: datetime,
        protocols: Sequence[Protocol],
        measures: Measures,
        zone: tzinfo,
    ) -> None:
        self.scenario = scenario
        self.first_due_at = first_due_at
        self.protocol = protocols[0]
        self.zone = zone
        self._traits = scenario.traits()
        self._measures = measures
        self._protocols = tuple(protocols)

    def step(self, sheet: Flowsheet | None, now: datetime, hands_off_until: datetime | None = None) -> Act | None:
        """The next act due by `now`, None when there is none; `sheet` is None before the course is opened."""
        task = self.next_task(sheet, hands_off_until)
        return task.make(task.at) if task is not None and task.at <= now else None

    def next_task(self, sheet: Flowsheet | None, hands_off_until: datetime | None = None) -> Task | None:
        """The next task whenever it is due, None when the story is over; doses rest until `hands_off_until`."""
        if sheet is None:
            return Task(self.first_due_at - _OPENED_BEFORE, self._open)
        if not sheet.cycles:
            return self._admission(sheet, 1)
        glance = look(sheet, self.protocol)
        if glance.discharged:
            number = glance.cycle.number + 1
            return self._admission(sheet, number) if number <= self.scenario.cycles else None
        task = min(self._tasks(sheet, glance, hands_off_until), key=lambda task: task.at)
        return Task(max(task.at, glance.frontier), task.make)

    def _tasks(self, sheet: Flowsheet, glance: Glance, hands_off_until: datetime | None) -> list[Task]:
        """Everything somebody has in mind, what concerns the dose first."""
        cycle, dose = glance.cycle, glance.pending
        physiology = Physiology(self._traits, given_times(sheet))
        origin = sheet.cycles[0].first_due_at
        bedside = Bedside(self.scenario, physiology, glance, self._protocols, self._measures, origin)
        if glance.vitals_at is None or glance.labs_at is None:
            return [Task(cycle.admitted_at, bedside.admission)]
        due_at = None if dose is None else dose.window.due_at
        round_at = next_round(glance.vitals_at, due_at or cycle.first_due_at, self.scenario.seed, quiet=dose is None)
        tasks = [
            Task(round_at, bedside.round),
            Task(next_morning(glance.labs_at, due_at, self.zone), bedside.morning),
            *(bedside.correction(row) for row in self._slips(sheet)),
        ]
        if dose is None:
            return [*tasks, self._discharge(sheet, glance, physiology)]
        duty = self._duty(sheet, glance, dose, bedside)
        if duty is None or (hands_off_until is not None and duty.at <= hands_off_until):
            return tasks
        return [duty, *tasks]

    def _duty(self, sheet: Flowsheet, glance: Glance, dose: DoseProgress, bedside: Bedside) -> Task | None:
        """What is next about the dose; None when it is a visitor's."""
        name = (glance.cycle.number, dose.dose.number)
        if name in self.scenario.left_alone:
            return None
        late, interrupted = minutes_late(self.scenario.seed, dose.window.due_at), name in self.scenario.interrupted
        return Duty(sheet, glance.frontier, dose, self.protocol, bedside.before_dose, late, interrupted).next()

    def _slips(self, sheet: Flowsheet) -> list[Observation]:
        """What was typed wrong and nobody has noticed yet."""
        slip = self.scenario.slip
        if slip is None:
            return []
        corrected = sheet.superseded()
        typed = [row for row in sheet.observations if row.measure == slip.measure and row.value == slip.typed]
        return [row for row in typed if row.id not in corrected]

    def _open(self, at: datetime) -> Act:
        scenario = self.scenario
        return OpenCourse(at, scenario.person, scenario.protocol, scenario.shown)

    def _admission(self, sheet: Flowsheet, number: int) -> Task:
        """The next cycle when it was planned, put off day by day while the kidneys need it."""
        due = self.first_due_at + CYCLE_INTERVAL * (number - 1)
        kidneys = Physiology(self._traits, given_times(sheet))
        latest = due + _PUT_OFF_AT_MOST
        while due < latest and number_of(signs(kidneys, due)["creatinine"]) > _FIT_CREATININE:
            due += timedelta(days=1)
        weight = quantity(self._measures["weight"], self._traits.weight)
        return Task(due - _ADMITTED_BEFORE, lambda at: Admit(at, number, self.scenario.bed, due, weight))

    def _discharge(self, sheet: Flowsheet, glance: Glance, physiology: Physiology) -> Task:
        cycle = glance.cycle
        last_given = given_times(sheet)[-1][-1:]
        ended = sheet.ended(cycle.id)
        over_at = max([cycle.first_due_at, *last_given, *([] if ended is None else [ended.at])])
        at = discharge_at(physiology, over_at, self.zone)
        kind = CycleEventKind.DISCHARGED
        return Task(at, lambda moment: EndCycle(moment, cycle.id, kind, "Recovered enough to go home."))

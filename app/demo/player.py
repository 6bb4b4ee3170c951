"""How does the demo ward come to life: its history written, and then on, as time passes?

There is one way for both. `play` does everything that is due by a moment, patient after patient in order of time; the
first call writes days, the next ones minutes. It reads the sheets afresh each time, so a restart goes on where the
record ends, and what a visitor did counts like anybody's work.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import structlog

from app.demo.acts import Act, Administer, ChartSet, WriteOrder
from app.demo.patient import DemoPatient
from app.demo.people import staff
from app.demo.performing import Performer
from app.demo.roster import keep_on_duty
from app.demo.scenario import Scenario
from app.demo.scenarios import WARD
from app.domain.errors import DosewardError, OutcomeUnknown, Unavailable
from app.domain.flowsheet import Flowsheet
from app.protocols.library import Library
from app.store import courses, flowsheets
from app.store.database import Database, Transaction

log = structlog.get_logger(__name__)
_REST = timedelta(minutes=90)
"""Longer than a dose may still be assessed or given, shorter than the way to the next."""


def nobody_told(_: Act) -> None:
    """Nobody wants to know how far it is."""


class Player:
    """The demo ward of a database that was set up (`people.set_up`); raises NotFound for any other database."""

    def __init__(self, database: Database, library: Library, scenarios: Sequence[Scenario] = WARD) -> None:
        self._database = database
        self._library = library
        with database.reading() as tx:
            self._staff = here = staff(tx)
        self._performer = Performer(database, library, here)
        zone = ZoneInfo(here.ward.time_zone)
        self._patients = [self._patient(scenario, here.began, zone) for scenario in scenarios]
        self._hands_off: dict[int, datetime] = {}
        self._resting: dict[int, datetime] = {}
        self._last: dict[int, Act] = {}

    def play(self, until: datetime, told: Callable[[Act], None] = nobody_told) -> int:
        """Does everything due by `until`, telling each act once it is stored; answers how many acts that were."""
        with self._database.reading() as tx:
            sheets = [_sheet(tx, patient.scenario) for patient in self._patients]
        due = [(at, n) for n, sheet in enumerate(sheets) if (at := self._next_at(n, sheet, until)) is not None]
        heapq.heapify(due)
        done = 0
        while due:
            _, n = heapq.heappop(due)
            act = self._patients[n].step(sheets[n], until, self._hands_off.get(n))
            if act is None:
                continue
            if self._do(n, act, sheets):
                done += 1
                told(act)
            at = self._next_at(n, sheets[n], until)
            if at is not None:
                heapq.heappush(due, (at, n))
        keep_on_duty(self._database, self._staff, until)
        return done

    def _do(self, n: int, act: Act, sheets: list[Flowsheet | None]) -> bool:
        """False when a service refuses, as after something a visitor did in the same moment; raises Unavailable.

        An act that left everything as it was would be due again at once: it is not done twice.
        """
        if self._last.get(n) == act:
            self._step_back(n, act)
            return False
        try:
            sheet = sheets[n] = self._performer.perform(act, sheets[n])
        except (Unavailable, OutcomeUnknown):
            raise
        except DosewardError as refusal:
            log.warning("a demonstration act was refused", kind=type(act).__name__, code=refusal.code)
            self._step_back(n, act)
            return False
        self._last[n] = act
        self._performer.answer_alerts(act, sheet)
        return True

    def _step_back(self, n: int, act: Act) -> None:
        """What was refused is not tried again: the dose is left alone until its window closes, or the patient rests."""
        about_dose = isinstance(act, WriteOrder | Administer) or (isinstance(act, ChartSet) and act.dose_id is not None)
        if about_dose and self._hands_off.get(n, act.at) <= act.at:
            self._hands_off[n] = act.at + _REST
        else:
            self._resting[n] = act.at

    def _next_at(self, n: int, sheet: Flowsheet | None, until: datetime) -> datetime | None:
        task = self._patients[n].next_task(sheet, self._hands_off.get(n))
        if task is None or task.at > until or self._resting.get(n) == task.at:
            return None
        return task.at

    def _patient(self, scenario: Scenario, began: datetime, zone: ZoneInfo) -> DemoPatient:
        protocols = [self._library.protocol(name) for name in (scenario.protocol, *scenario.shown)]
        return DemoPatient(scenario, scenario.first_due_at(began), protocols, self._library.measures, zone)


def keep_playing(player: Player, clock: Callable[[], datetime], stop: Event, seconds: float = 5.0) -> None:
    """Plays on every few seconds of real time until `stop` is set; a database that is busy is tried again."""
    while not stop.wait(seconds):
        try:
            player.play(clock())
        except DosewardError as fault:
            log.warning("the demonstration is paused", code=fault.code)


def _sheet(tx: Transaction, scenario: Scenario) -> Flowsheet | None:
    patient = courses.patient_by_mrn(tx, scenario.person.mrn)
    if patient is None:
        return None
    return flowsheets.load(tx, courses.courses_of_patient(tx, patient.id)[0])

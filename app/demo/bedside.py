"""What is charted at one visit: on admission, on a round, before a dose, in the morning?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.demo.acts import Act, ChartSet, Correct, Task
from app.demo.body import number_of, signs
from app.demo.charting import items, quantity
from app.demo.glance import Glance
from app.demo.physiology import Latent, Physiology, wobble_of
from app.demo.rota import labs_needed
from app.demo.scenario import Scenario
from app.domain.measure import Kind, Measures
from app.domain.observation import Observation
from app.domain.protocol import Protocol
from app.domain.vocabulary import NotTaken

ON_ROUND = (
    "temperature",
    "heart_rate",
    "systolic_bp",
    "diastolic_bp",
    "respiratory_rate",
    "spo2",
    "oxygen_device",
    "oxygen_flow",
    "consciousness",
    "rhythm",
    "urine_volume",
    "stool_volume",
)
BLOOD = ("creatinine", "bilirubin", "bicarbonate", "platelets", "ast", "alt")
IN_THE_MORNING = (*BLOOD, "weight", "stool_occult_blood")
ON_ADMISSION = ("serial_sevens", "world_backward")
_EXAMINED_EVERY = timedelta(hours=3)
_SHORTEST_VOLUME = timedelta(minutes=10)
_NOTICED_AFTER = timedelta(minutes=14)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Bedside:
    """The patient in the bed and the sheet at its foot; `origin` is when the first dose of the course was due."""

    scenario: Scenario
    physiology: Physiology
    glance: Glance
    protocols: Sequence[Protocol]
    measures: Measures
    origin: datetime

    def admission(self, at: datetime) -> Act:
        """Everything that counts as baseline."""
        return self._set(at, (*self._asked(), *IN_THE_MORNING, *ON_ADMISSION), None)

    def round(self, at: datetime) -> Act:
        """Vital signs and volumes, the pressor once it has run, findings that are there; everything every 4 h."""
        examined = self.glance.examined_at
        if self.glance.pending is not None and (examined is None or at - examined > _EXAMINED_EVERY):
            return self._set(at, self._asked(), None)
        seen = self._signs(at, 0)
        pressor = seen["phenylephrine_rate"] != 0.0 or self.glance.pressor_seen
        present = [name for name, value in seen.items() if value is True]
        return self._set(at, (*ON_ROUND, *(("phenylephrine_rate",) if pressor else ()), *present), None)

    def morning(self, at: datetime) -> Act:
        """Blood, weight, and the test for occult blood."""
        return self._set(at, IN_THE_MORNING, None)

    def before_dose(self, at: datetime, attempts: int) -> Act:
        """All that the protocols ask for, each finding answered; on a recheck more oxygen where it was short."""
        dose = self.glance.pending
        if dose is None:
            raise ValueError("there is no dose to chart for")
        drawn = IN_THE_MORNING if labs_needed(self.glance.labs_at, dose.window.due_at) else ()
        return self._set(at, (*self._asked(), *drawn), dose.dose.id, attempts)

    def _asked(self) -> tuple[str, ...]:
        """What rounds chart and what any of the protocols requires, but for what is drawn or weighed once a day."""
        required = {name for protocol in self.protocols for name in protocol.required}
        return (*ON_ROUND, *sorted(required - {*ON_ROUND, *IN_THE_MORNING}))

    def _set(self, at: datetime, names: Iterable[str], dose_id: str | None, attempts: int = 0) -> ChartSet:
        wanted = list(dict.fromkeys(names))
        start = self.glance.volumes_until
        if at - start < _SHORTEST_VOLUME:
            wanted = [name for name in wanted if self.measures[name].kind is not Kind.INTERVAL]
        seen = self._signs(at, attempts)
        absent = tuple((name, NotTaken.REFUSED) for name in wanted if seen[name] is None)
        return ChartSet(at, dose_id, items(wanted, seen, self.measures, at, start), absent)

    def correction(self, row: Observation) -> Task:
        """A slip put right a quarter of an hour after it was made."""
        seen = self._model(row.observed_at, 0)
        right = quantity(self.measures[row.measure], number_of(seen[row.measure]))
        return Task(
            row.recorded_at + _NOTICED_AFTER,
            lambda at: Correct(at, row.id, right, row.unit, "Typed wrong: read again."),
        )

    def _signs(self, at: datetime, attempts: int) -> dict[str, Latent]:
        seen, slip = self._model(at, attempts), self.scenario.slip
        hours = (at - self.origin) / _HOUR
        for episode in self.scenario.episodes:
            if episode.since <= hours < episode.until:
                seen[episode.measure] = episode.value
        if slip is not None and slip.since <= hours < slip.until:
            seen[slip.measure] = float(slip.typed)
        return seen

    def _model(self, at: datetime, attempts: int) -> dict[str, Latent]:
        wobble = wobble_of(self.scenario.seed, (at - self.origin) // timedelta(minutes=1))
        extra = attempts if self.glance.short_of_oxygen else 0
        return signs(self.physiology, at, wobble, extra_litres=extra)

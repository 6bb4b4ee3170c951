"""Whatever people do in whatever order, does an act see the alerts of its course as the database has them?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest

from app.delivery.timers import fire_due
from app.domain.alert import Alert
from app.domain.errors import DosewardError
from app.domain.scores.warning import KEY
from app.domain.vocabulary import Role
from app.services.acting import Acting
from app.services.alerting import Shown, acknowledge, close, record_outcome, see
from app.services.correcting import Change, correct
from app.services.snoozing import snooze
from app.store import alerts
from app.store.database import Database, Transaction
from app.store.opening import open_database
from tests.builders import LIBRARY, REASON, Plain
from tests.services.ward import Ward, a_ward, later, somebody

ACTS = 150
CHARTED: tuple[dict[str, Plain], ...] = (
    {"creatinine": "2.6"},
    {"creatinine": "3.2"},
    {"heart_rate": 150},
    {"spo2": 85, "respiratory_rate": 30},
    {},
)
Answer = Callable[[Transaction, Acting, Alert], object]
ANSWERS: tuple[Answer, ...] = (
    lambda tx, who, one: acknowledge(tx, who, one.id, one.action, one.level),
    lambda tx, who, one: close(tx, who, one.id, Shown(one.action, one.level), REASON),
    lambda tx, who, one: snooze(tx, who, one.id, Shown(one.action, one.level), who.at + timedelta(minutes=9), REASON),
    lambda tx, who, one: record_outcome(tx, who, one.id, REASON, REASON),
    lambda tx, who, one: see(tx, who, one.id),
)


class Compared:
    """In place of `alerts.raised`: the same, held against what the database says at that moment."""

    def __init__(self) -> None:
        self.remembered = self.read = 0
        self._raised = alerts.raised
        self._last: Transaction | None = None

    def __call__(self, tx: Transaction, course_id: str, dose_id: str | None = None) -> tuple[Alert, ...]:
        before = tx.raised.get(course_id)
        found = self._raised(tx, course_id, dose_id)
        held = tx.raised[course_id]
        tx.raised[course_id] = None
        fresh = {one.id: one for one in self._raised(tx, course_id, held.dose_id)}
        tx.raised[course_id] = held
        if tx is not self._last:
            self.remembered, self.read = self.remembered + (before is held), self.read + (before is not held)
        self._last = tx
        assert {one.id: one for one in found if one.id in fresh} == fresh
        others = [one for one in found if one.id not in fresh]
        assert not any(one.open or one.key == KEY or one.dose_id == held.dose_id for one in others)
        return found


@contextmanager
def _processes(database: Database) -> Iterator[list[Database]]:
    """On PostgreSQL two, on SQLite the one there may be."""
    others = [open_database(database.address)] if database.dialect == "postgresql" else []
    yield [database, *others]
    for other in others:
        other.close()


def _act(chance: random.Random, ward: Ward, who: Acting) -> None:
    minutes = (who.at - ward.nurse.at) / timedelta(minutes=1)
    what = chance.choice(("chart", "chart", "answer", "answer", "correct", "fire"))
    if what == "chart":
        ward.chart(minutes=minutes, dose=chance.randint(1, 3), **chance.choice(CHARTED))
    elif what == "fire":
        fire_due(ward.database, LIBRARY, lambda: who.at)
    elif what == "correct":
        rows = [row for row in ward.sheet().observations if row.measure == "creatinine"]
        value = Decimal(chance.choice(("1.0", "2.7", "3.2")))
        with ward.database.transaction() as tx:
            correct(tx, LIBRARY, who, chance.choice(rows).id, Change(REASON, value, "mg/dL", confirmed=True))
    else:
        with ward.database.reading() as tx:
            found = alerts.open_alerts(tx, course_id=ward.course.id)
        with ward.database.transaction() as tx:
            chance.choice(ANSWERS)(tx, who, chance.choice(found))


def test_an_act_sees_what_the_database_says(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    ward, chance, compared, minutes = a_ward(database), random.Random(1), Compared(), 0.0
    everyone = somebody(Role.NURSE, Role.CHARGE_NURSE, Role.PRESCRIBER)
    ward.chart(creatinine="2.6")
    monkeypatch.setattr(alerts, "raised", compared)
    with _processes(database) as processes:
        for _ in range(ACTS):
            minutes += chance.choice((0, 0.1, 1, 3))
            ward.database = chance.choice(processes)
            try:
                _act(chance, ward, later(everyone, minutes))
            except (DosewardError, IndexError):
                continue  # refused, or nothing there to answer
    assert compared.remembered > ACTS / 10
    assert compared.read > 0

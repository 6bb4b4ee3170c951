"""How are alerts answered at random, and what does the program do by itself meanwhile?"""

from __future__ import annotations

from datetime import timedelta

from structlog.testing import capture_logs

from app.delivery.timers import fire_due
from app.domain.alert import Alert
from app.domain.vocabulary import Role
from app.services.alerting import Shown, acknowledge, close, record_outcome, see
from app.services.snoozing import snooze
from app.store import alerts
from tests.acts.house import House, Stay
from tests.builders import LIBRARY, REASON


class TimerFailed(AssertionError):
    """A timer failed: the program logs it and tries again, here it is a finding."""


def answer_an_alert(house: House, stay: Stay) -> None:
    """Any answer to any open alert, as it stands or as it stood."""
    with house.database.reading() as tx:
        alert = house.one_of(alerts.open_alerts(tx, course_id=stay.sheet.course.id))
    if alert is None:
        return
    person, shown = house.person(Role.NURSE, stay.ward_id), Shown(alert.action, alert.level)
    with house.act() as tx:
        match house.random.choice(("acknowledge", "acknowledge", "close", "snooze", "snooze", "see", "outcome")):
            case "acknowledge":
                acknowledge(tx, person, alert.id, shown.action, shown.level)
            case "close":
                close(tx, person, alert.id, shown, REASON)
            case "snooze":
                until = house.now + timedelta(minutes=house.random.choice((1, 5, 10, 30)))
                snooze(tx, person, alert.id, shown, until, REASON)
            case "see":
                see(tx, person, alert.id)
            case _:
                record_outcome(tx, person, alert.id, "CANARY-TOLD-9041", REASON)


def answer_them_all(house: House, stay: Stay) -> None:
    """A round by which every alert of the patient is acknowledged."""
    with house.database.reading() as tx:
        found: tuple[Alert, ...] = alerts.open_alerts(tx, course_id=stay.sheet.course.id)
    for alert in found:
        with house.act() as tx:
            acknowledge(tx, house.person(Role.NURSE, stay.ward_id), alert.id, alert.action, alert.level)


def run_the_timers(house: House, stay: Stay) -> None:
    """What is due happens."""
    with capture_logs() as said:
        fire_due(house.database, LIBRARY, lambda: house.now)
    failed = [line for line in said if line["event"] == "a timer failed"]
    if failed:
        raise TimerFailed(str(failed))

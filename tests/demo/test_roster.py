"""Is somebody on duty on the demo ward at any time, and does what a visitor takes off stay off?"""

from __future__ import annotations

from datetime import timedelta

from app.demo.people import acting
from app.demo.roster import ON_DUTY
from app.demo.scenarios import WARD
from app.domain.vocabulary import Duty
from app.services import rostering
from app.store import board, duty
from tests.demo.test_player import HOUR, Demo, begin
from tests.demo.ward import NOW


def _reached(demo: Demo, hours: float, cycle_id: str | None = None) -> dict[Duty, rostering.Reached]:
    with demo.database.reading() as tx:
        ward_id, at = demo.staff().ward.id, NOW + hours * HOUR
        return {one: rostering.reached(tx, ward_id, cycle_id, one, at) for one in Duty}


def _patients(demo: Demo) -> list[str]:
    with demo.database.reading() as tx:
        return [one.cycle_id for one in board.board(tx, [demo.staff().ward.id])]


def test_every_duty_and_every_patient_has_somebody_now_and_as_the_time_passes(sqlite_url: str) -> None:
    demo = begin(sqlite_url, WARD[:3])
    for hours in (0, 11.9):
        found = _reached(demo, hours)
        assert [(one.people != (), one.standing_in, one.everybody) for one in found.values()] == [
            (True, None, False) for _ in Duty
        ]
    patients = _patients(demo)
    assert patients
    nurses = {_reached(demo, 0, cycle)[Duty.NURSE].people for cycle in patients}
    assert all(len(one) == 1 for one in nurses)
    later = NOW + timedelta(hours=30)
    assert _reached(demo, 30)[Duty.ATTENDING].everybody
    demo.player.play(later)
    assert not _reached(demo, 30)[Duty.ATTENDING].everybody
    demo.database.close()


def test_it_is_written_once_and_what_is_taken_off_stays_off(sqlite_url: str) -> None:
    demo = begin(sqlite_url, WARD[:1])
    with demo.database.reading() as tx:
        rows = duty.shifts(tx, (demo.staff().ward.id,), NOW)
    assert len(rows) == 2 * len(ON_DUTY)
    charge = next(row for row in rows if row.duty is Duty.CHARGE_NURSE)
    with demo.database.transaction() as tx:
        rostering.cancel_shift(tx, acting(demo.staff().charge, NOW), charge.id)
    demo.player.play(NOW + timedelta(minutes=1))
    with demo.database.reading() as tx:
        after = duty.shifts(tx, (demo.staff().ward.id,), NOW)
    assert len(after) == len(rows) + 1
    assert _reached(demo, 0)[Duty.CHARGE_NURSE].standing_in is Duty.ATTENDING
    demo.database.close()

"""Does whoever is on the duty an alert has climbed to see so, on the board, on the alerts and on every page?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.delivery.timers import fire_due
from app.domain.vocabulary import Duty
from app.services import rostering
from app.store import alerts
from tests.web.house import NOW, House, Stay
from tests.web.pages import fill
from tests.web.test_language import spanish

YOURS = "Escalated to you"
HOUR = timedelta(hours=1)


def _on_duty(house: House, login: str, duty: Duty, begins: float = -1, ends: float = 7) -> None:
    with house.database.transaction() as tx:
        person, charge = house.people[login].id, house.acting("charge")
        rostering.add_shift(tx, charge, house.ward.id, person, duty, NOW + begins * HOUR, NOW + ends * HOUR)


def _unanswered(house: House, stay: Stay, minutes: float) -> None:
    """A hold, which nobody answers for so many minutes."""
    house.chart(stay, dose=3, at=NOW, creatinine="2.6")
    house.clock.forward(minutes=minutes)
    fire_due(house.database, house.library, house.clock)


def _escalated(house: House, stay: Stay) -> list[str]:
    with house.database.reading() as tx:
        return [one.id for one in alerts.open_alerts(tx, course_id=stay.course.id) if one.escalated is not None]


def _seen_by(house: House, login: str) -> list[bool]:
    client = house.client(login)
    return [YOURS in client.get(path).text.split(cut)[-1] for path, cut in (("/", "<main"), ("/alerts", "<main"))]


@pytest.fixture
def staffed(house: House, stay: Stay) -> Stay:
    """One person on each duty."""
    for login, duty in (
        ("nurse", Duty.NURSE),
        ("charge", Duty.CHARGE_NURSE),
        ("prescriber", Duty.ATTENDING),
        ("prescriber2", Duty.SECOND_ATTENDING),
    ):
        _on_duty(house, login, duty)
    return stay


@pytest.mark.hazard("HZ-02")
def test_each_duty_sees_what_has_climbed_to_it_and_nobody_else_does(house: House, staffed: Stay) -> None:
    _unanswered(house, staffed, 14)
    assert [_seen_by(house, login) for login in ("nurse", "charge", "prescriber")] == [[False, False]] * 3
    house.clock.forward(minutes=1)
    fire_due(house.database, house.library, house.clock)
    assert _seen_by(house, "charge") == [True, True]
    assert _seen_by(house, "prescriber") == _seen_by(house, "nurse") == [False, False]
    house.clock.forward(minutes=15)
    fire_due(house.database, house.library, house.clock)
    assert _seen_by(house, "charge") == _seen_by(house, "prescriber") == [True, True]
    assert _seen_by(house, "prescriber2") == _seen_by(house, "pharmacist") == [False, False]


def test_what_was_recorded_is_marked_as_english_wherever_a_spanish_page_says_it(house: House, staffed: Stay) -> None:
    _unanswered(house, staffed, 15)
    with house.database.reading() as tx:
        (said,) = (one.summary for one in alerts.open_alerts(tx, course_id=staffed.course.id))
    pages = [spanish(house.client("charge")).get(path).text for path in ("/alerts", f"/courses/{staffed.course.id}")]
    assert [page.count(f'<span lang="en">{said}</span>') for page in pages] == [page.count(said) for page in pages]
    assert pages[0].count(said) > pages[1].count(said) > 0


def test_every_page_says_so_without_a_name_until_it_is_answered(house: House, staffed: Stay) -> None:
    _unanswered(house, staffed, 15)
    client = house.client("charge")
    strip = client.get("/alerts/banner").text
    assert YOURS in strip
    assert "CANARY" not in strip
    assert YOURS in client.get("/protocols").text
    for alert_id in _escalated(house, staffed):
        assert fill(client, "/alerts", {}, f"/alerts/{alert_id}/acknowledge").status_code == 303
    assert YOURS not in client.get("/alerts/banner").text
    assert _seen_by(house, "charge") == [False, False]


def test_what_is_put_aside_or_has_cleared_asks_nobody(house: House, staffed: Stay) -> None:
    _unanswered(house, staffed, 15)
    assert _seen_by(house, "charge") == [True, True]
    client = house.client("charge")
    for alert_id in _escalated(house, staffed):
        path = f"/alerts/{alert_id}"
        assert fill(client, path, {"minutes": "10", "reason": "x"}, f"{path}/snooze").status_code == 303
    assert _seen_by(house, "charge") == [False, False]
    house.clock.forward(minutes=10)
    fire_due(house.database, house.library, house.clock)
    assert _seen_by(house, "charge") == [True, True]
    house.chart(staffed, dose=3, at=house.clock.forward(minutes=1), creatinine="1.0")
    assert _seen_by(house, "charge") == [False, False]


def test_whoever_comes_on_duty_takes_over_what_was_left(house: House, stay: Stay) -> None:
    _on_duty(house, "prescriber", Duty.ATTENDING, -1, 1)
    _on_duty(house, "prescriber2", Duty.ATTENDING, 1, 8)
    _unanswered(house, stay, 30)
    assert (_seen_by(house, "prescriber")[1], _seen_by(house, "prescriber2")[1]) == (True, False)
    house.clock.forward(minutes=31)
    assert (_seen_by(house, "prescriber")[1], _seen_by(house, "prescriber2")[1]) == (False, True)


def test_with_nobody_on_duty_everybody_of_the_ward_with_the_role_is_asked(house: House, stay: Stay) -> None:
    _unanswered(house, stay, 15)
    assert _seen_by(house, "charge") == [True, True]
    assert _seen_by(house, "nurse") == [False, False]

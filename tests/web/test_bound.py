"""Is a form saved for the patient it was opened for, and by whoever opened it, or not at all?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.web.house import NOW, House, Stay
from tests.web.pages import fields_of

KEPT = ("observation", "administration", "dose_order", "decision", "cycle_event", "cycle", "alert_event")


@pytest.fixture
def other(house: House, stay: Stay) -> Stay:
    """Somebody in the next bed at the same point of the same protocol, with an alert of the same kind."""
    there = house.admit(first_due_at=stay.cycle.first_due_at, mrn="CANARY-OTHER", family="CANARY-NEXT-BED", bed="2")
    house.given_until(there, 2)
    for one in (stay, there):
        house.chart(one, dose=3, creatinine="2.6")
    return there


def _alert(house: House, stay: Stay) -> str:
    query = "SELECT alert_id FROM alert_event WHERE course_id = ? LIMIT 1"
    with house.database.reading() as tx:
        return str(tx.connection.exec_driver_sql(query, (stay.course.id,)).scalar_one())


def _observation(house: House, stay: Stay) -> str:
    query = "SELECT id FROM observation WHERE course_id = ? AND measure = 'creatinine' ORDER BY seq DESC LIMIT 1"
    with house.database.reading() as tx:
        return str(tx.connection.exec_driver_sql(query, (stay.course.id,)).scalar_one())


def _administration(house: House, stay: Stay) -> str:
    query = "SELECT id FROM administration WHERE course_id = ? ORDER BY seq DESC LIMIT 1"
    with house.database.reading() as tx:
        return str(tx.connection.exec_driver_sql(query, (stay.course.id,)).scalar_one())


def _rows(house: House) -> dict[str, int]:
    with house.database.reading() as tx:
        count = tx.connection.exec_driver_sql
        return {table: int(count(f"SELECT count(*) FROM {table}").scalar_one()) for table in KEPT}


Where = Callable[[House, Stay], tuple[str, str]]
"""The page a form stands on, and where it is sent."""


def _own(path: Callable[[House, Stay], str]) -> Where:
    return lambda house, stay: (path(house, stay), path(house, stay))


FORMS: dict[str, Where] = {
    "observe": _own(lambda _, stay: f"/doses/{stay.dose(3).id}/observe"),
    "give": _own(lambda _, stay: f"/doses/{stay.dose(3).id}/give"),
    "order": _own(lambda _, stay: f"/doses/{stay.dose(3).id}/order"),
    "decide": lambda _, stay: (f"/doses/{stay.dose(3).id}", f"/doses/{stay.dose(3).id}/decide"),
    "correct": _own(lambda house, stay: f"/observations/{_observation(house, stay)}/correct"),
    "correct_dose": _own(lambda house, stay: f"/administrations/{_administration(house, stay)}/correct"),
    "end_dose": _own(lambda house, stay: f"/administrations/{_administration(house, stay)}/end"),
    **{
        kind: _own(lambda _, stay, kind=kind: f"/cycles/{stay.cycle.id}/{kind}")  # type: ignore[misc]
        for kind in ("moved", "grid_moved", "spo2_scale", "dosing_weight", "stopped", "discharged")
    },
    "acknowledge": lambda house, stay: ("/alerts", f"/alerts/{_alert(house, stay)}/acknowledge"),
    "close": _own(lambda house, stay: f"/alerts/{_alert(house, stay)}/close"),
    "course": _own(lambda _, stay: f"/courses/new?patient={stay.patient.id}"),
    "cycle": _own(lambda _, stay: f"/courses/{stay.course.id}/cycles/new"),
}
TYPED = {
    "outcome": "not_given",
    "mrn": "CANARY-OTHER",
    "born": "03-Feb-1971",
    "reason": "typed",
    "choice": "hold",
    "ended.clock": "13:00",
    "what": "value",
    "value": "1.0",
    "protocol": "lvhn-2015",
    "place": "x",
    "weight": "70",
    "creatinine": "1.0",
}


def _sent(house: House, stay: Stay, form: str, login: str) -> dict[str, str]:
    page, action = FORMS[form](house, stay)
    answer = house.client(login).get(page)
    assert answer.status_code == 200, answer.text
    fields = fields_of(answer.text, action)
    assert fields["key"], fields
    return {**fields, **TYPED}


@pytest.mark.hazard("HZ-03")
@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_one_patient_sent_to_another_saves_nothing(form: str, house: House, stay: Stay, other: Stay) -> None:
    sent = _sent(house, stay, form, "prescriber")
    before = _rows(house)
    answer = house.client("prescriber").post(FORMS[form](house, other)[1], data=sent, follow_redirects=False)
    assert answer.status_code == 409
    assert "This form was opened for another patient. Nothing was saved" in answer.text
    assert "typed" not in answer.text.replace("what you typed", ""), "it must not be drawn again for this patient"
    assert _rows(house) == before


@pytest.mark.hazard("HZ-12")
@pytest.mark.parametrize("form", FORMS)
def test_a_form_somebody_else_opened_saves_nothing_under_this_name(
    form: str, house: House, stay: Stay, other: Stay
) -> None:
    house.clock.at = NOW + timedelta(minutes=1)
    action = FORMS[form](house, stay)[1]
    sent = _sent(house, stay, form, "prescriber") | {"by": house.people["nurse"].id}
    before = _rows(house)
    answer = house.client("prescriber").post(action, data=sent, follow_redirects=False)
    assert answer.status_code == 409
    assert "Somebody else opened this form" in answer.text
    assert _rows(house) == before


@pytest.mark.parametrize("left_out", ["about", "by"])
def test_a_form_that_says_neither_is_refused(left_out: str, house: House, stay: Stay) -> None:
    path = f"/doses/{stay.dose(3).id}/observe"
    client = house.client("nurse")
    sent = fields_of(client.get(path).text, path) | {"heart_rate": "80"}
    del sent[left_out]
    before = _rows(house)
    assert client.post(path, data=sent).status_code == 409
    assert _rows(house) == before

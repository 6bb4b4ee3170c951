"""Does an alert reach whoever is on duty, and is the roster the charge nurse's to write?"""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.vocabulary import Duty, Role
from app.services import rostering
from app.services.accounts import create_person, operator
from app.services.acting import Acting
from app.services.rostering import LONGEST
from app.store import people
from app.store.database import Database
from app.store.people import Grant
from tests.builders import AT
from tests.services.ward import Ward, a_service, a_ward, somebody

HOUR = timedelta(hours=1)


@pytest.fixture
def here(database: Database) -> Ward:
    """A ward with a patient, on each kind of database."""
    return a_ward(database)


def hired(ward: Ward, role: Role, name: str = "") -> str:
    """Somebody with an account and a role on the ward."""
    login = f"canary-{name or role}-{new_id(AT)[-6:]}"
    with ward.database.transaction() as tx:
        return create_person(tx, operator(AT), login, f"CANARY {login}", None, [Grant(role, ward.id)]).id


def put_on(
    ward: Ward, person_id: str, duty: Duty, begins: float = -1, ends: float = 7, by: Acting | None = None
) -> str:
    """A shift, in hours from AT."""
    with ward.database.transaction() as tx:
        times = AT + begins * HOUR, AT + ends * HOUR
        return rostering.add_shift(tx, by or ward.charge, ward.id, person_id, duty, *times).id


def assigned(ward: Ward, person_id: str, begins: float = -1, ends: float = 7) -> str:
    """An assignment, in hours from AT."""
    with ward.database.transaction() as tx:
        times = AT + begins * HOUR, AT + ends * HOUR
        return rostering.assign(tx, ward.charge, ward.cycle.id, person_id, *times).id


def reaches(ward: Ward, duty: Duty, at: datetime = AT, cycle_id: str | None = None) -> rostering.Reached:
    """Whom the duty reaches."""
    with ward.database.reading() as tx:
        return rostering.reached(tx, ward.id, cycle_id, duty, at)


@pytest.mark.hazard("HZ-02")
def test_an_alert_reaches_whoever_is_on_duty(here: Ward) -> None:
    charge = hired(here, Role.CHARGE_NURSE)
    put_on(here, charge, Duty.CHARGE_NURSE)
    found = reaches(here, Duty.CHARGE_NURSE)
    assert (found.people, found.standing_in, found.everybody) == ((charge,), None, False)


def test_the_patient_s_own_nurse_comes_before_the_others_on_duty(here: Ward) -> None:
    own, other = hired(here, Role.NURSE), hired(here, Role.NURSE)
    put_on(here, other, Duty.NURSE)
    assigned(here, own)
    assert reaches(here, Duty.NURSE, cycle_id=here.cycle.id).people == (own, other)
    put_on(here, own, Duty.NURSE)
    assert reaches(here, Duty.NURSE, cycle_id=here.cycle.id).people == (own,)
    assert set(reaches(here, Duty.NURSE).people) == {own, other}


@pytest.mark.hazard("HZ-02")
def test_with_nobody_on_any_duty_it_is_everybody_of_the_ward_with_the_role(here: Ward) -> None:
    nurses = {hired(here, Role.NURSE), hired(here, Role.NURSE)}
    gone = hired(here, Role.NURSE)
    with here.database.transaction() as tx:
        people.set_active(tx, gone, active=False)
    hired(here, Role.PRESCRIBER)
    found = reaches(here, Duty.NURSE)
    assert (set(found.people), found.everybody) == (nurses, True)


@pytest.mark.hazard("HZ-02")
def test_with_nobody_on_duty_and_nobody_of_the_role_it_is_everybody_of_the_next(here: Ward) -> None:
    nurse, prescriber = hired(here, Role.NURSE), hired(here, Role.PRESCRIBER)
    found = reaches(here, Duty.CHARGE_NURSE)
    assert (found.people, found.standing_in, found.everybody) == ((prescriber,), Duty.ATTENDING, True)
    with here.database.transaction() as tx:
        people.set_active(tx, prescriber, active=False)
    found = reaches(here, Duty.CHARGE_NURSE)
    assert (found.people, found.standing_in) == ((nurse,), Duty.NURSE)
    with here.database.transaction() as tx:
        people.set_active(tx, nurse, active=False)
    assert reaches(here, Duty.CHARGE_NURSE).people == ()


@pytest.mark.hazard("HZ-02")
@pytest.mark.parametrize("leaves", ["account", "role"])
def test_a_shift_of_somebody_who_has_left_keeps_nobody_else_out(here: Ward, leaves: str) -> None:
    gone, stays = hired(here, Role.NURSE), hired(here, Role.NURSE)
    for one in (gone, stays):
        put_on(here, one, Duty.NURSE)
    assigned(here, gone)
    assert reaches(here, Duty.NURSE, cycle_id=here.cycle.id).people == (gone,)
    with here.database.transaction() as tx:
        if leaves == "account":
            people.set_active(tx, gone, active=False)
        else:
            people.revoke(tx, gone, Grant(Role.NURSE, here.id))
    assert reaches(here, Duty.NURSE, cycle_id=here.cycle.id).people == (stays,)


def test_the_next_duty_up_stands_in(here: Ward) -> None:
    attending = hired(here, Role.PRESCRIBER)
    put_on(here, attending, Duty.ATTENDING)
    found = reaches(here, Duty.CHARGE_NURSE)
    assert (found.people, found.standing_in) == ((attending,), Duty.ATTENDING)


def test_a_shift_over_midnight_and_over_the_change_of_clocks_lasts_as_long_as_it_does(here: Ward) -> None:
    """The night in which the clocks go back is an hour longer; the shift ends when the ward's clock says seven."""
    zone = ZoneInfo("Europe/London")
    begins = datetime(2026, 10, 24, 19, 0, tzinfo=zone).astimezone(AT.tzinfo)
    ends = datetime(2026, 10, 25, 7, 0, tzinfo=zone).astimezone(AT.tzinfo)
    assert ends - begins == 13 * HOUR
    nurse = hired(here, Role.NURSE)
    acting = replace(here.charge, at=begins)
    with here.database.transaction() as tx:
        rostering.add_shift(tx, acting, here.id, nurse, Duty.NURSE, begins, ends)
    assert reaches(here, Duty.NURSE, ends - timedelta(seconds=1)).people == (nurse,)
    assert reaches(here, Duty.NURSE, ends).everybody


def test_one_shift_begins_where_the_other_ends_and_none_lies_over_another(here: Ward) -> None:
    nurse = hired(here, Role.NURSE)
    put_on(here, nurse, Duty.NURSE, 0, 8)
    put_on(here, nurse, Duty.NURSE, 8, 16)
    with pytest.raises(Conflict) as refusal:
        put_on(here, nurse, Duty.NURSE, 7, 9)
    assert refusal.value.code == "on_duty_already"
    other = hired(here, Role.NURSE)
    put_on(here, other, Duty.NURSE, 7, 9)
    assert set(reaches(here, Duty.NURSE, AT + 8 * HOUR).people) == {nurse, other}


def test_whoever_is_taken_off_is_reached_no_more_and_can_be_put_on_again(here: Ward) -> None:
    nurse = hired(here, Role.NURSE)
    shift_id, assignment_id = put_on(here, nurse, Duty.NURSE), assigned(here, nurse)
    with here.database.transaction() as tx:
        rostering.cancel_shift(tx, here.charge, shift_id)
    with here.database.transaction() as tx:
        rostering.cancel_assignment(tx, here.charge, assignment_id)
    assert reaches(here, Duty.NURSE, cycle_id=here.cycle.id).everybody
    for cancel, of in ((rostering.cancel_shift, shift_id), (rostering.cancel_assignment, assignment_id)):
        with pytest.raises(Conflict), here.database.transaction() as tx:
            cancel(tx, here.charge, of)
    put_on(here, nurse, Duty.NURSE)
    assigned(here, nurse)
    assert reaches(here, Duty.NURSE).people == (nurse,)


@pytest.mark.parametrize(
    "begins, ends, code",
    [(2, 2, "ends_before_start"), (0, LONGEST / HOUR + 1, "too_long"), (-9, -1, "over_already")],
)
def test_a_time_that_cannot_be_is_refused(ward: Ward, begins: float, ends: float, code: str) -> None:
    nurse = hired(ward, Role.NURSE)
    with pytest.raises(InvalidInput) as refusal:
        put_on(ward, nurse, Duty.NURSE, begins, ends)
    assert refusal.value.code == code


@pytest.mark.parametrize("minutes, code", [(0, None), (1, "too_long")])
def test_a_day_on_call_is_a_day_on_the_night_the_clock_goes_back(ward: Ward, minutes: int, code: str | None) -> None:
    zone = ZoneInfo("Europe/London")
    begins, ends = datetime(2026, 10, 24, 8, tzinfo=zone), datetime(2026, 10, 25, 8, minutes, tzinfo=zone)
    refused = None
    try:
        put_on(ward, hired(ward, Role.PRESCRIBER), Duty.ATTENDING, (begins - AT) / HOUR, (ends - AT) / HOUR)
    except InvalidInput as refusal:
        refused = refusal.code
    assert refused == code


@pytest.mark.parametrize(
    "role, duty", [(Role.NURSE, Duty.CHARGE_NURSE), (Role.CHARGE_NURSE, Duty.ATTENDING), (Role.AUDITOR, Duty.NURSE)]
)
def test_a_duty_takes_its_role(ward: Ward, role: Role, duty: Duty) -> None:
    with pytest.raises(InvalidInput) as refusal:
        put_on(ward, hired(ward, role), duty)
    assert refusal.value.code == "not_able"


def test_the_roster_is_the_charge_nurse_s_and_the_administrator_s_of_the_ward(ward: Ward) -> None:
    nurse = hired(ward, Role.NURSE)
    for who in (ward.nurse, ward.prescriber, a_service("read")):
        with pytest.raises(Forbidden):
            put_on(ward, nurse, Duty.NURSE, by=who)
    with pytest.raises(NotFound):
        put_on(ward, nurse, Duty.NURSE, by=somebody(Role.CHARGE_NURSE, ward_id=new_id(AT)))
    put_on(ward, nurse, Duty.NURSE, by=somebody(Role.ADMINISTRATOR, ward_id=ward.id))

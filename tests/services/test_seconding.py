"""What may two people order that one may not, and who counts as the second?"""

from dataclasses import replace

import pytest

from app.domain.decision import Standing, standing
from app.domain.errors import Conflict, DosewardError, Forbidden, InvalidInput, NotFound, ProofNeeded
from app.domain.vocabulary import Action, Choice, Role
from app.services.acting import Acting
from app.services.ordering import Besides, Ordered, ProvenSecond, needs_second, order
from app.services.seconding import ask_second, countersign
from app.store import order_requests, people
from app.store.order_requests import OrderRequest
from app.store.people import Grant
from tests.builders import AT, LIBRARY, REASON, an_id
from tests.services.strangers import a_person, next_door
from tests.services.ward import Ward, a_service, later


@pytest.fixture
def first(ward: Ward) -> Acting:
    """A prescriber of the ward."""
    return a_person(ward.database, ward.id, Role.PRESCRIBER)


@pytest.fixture
def second(ward: Ward) -> Acting:
    """Another one."""
    return a_person(ward.database, ward.id, Role.PRESCRIBER)


def _stopped(ward: Ward, creatinine: str = "3.2") -> str:
    saved = ward.chart(creatinine=creatinine)
    assert saved.record is not None
    assert saved.record.action is (Action.STOP if creatinine == "3.2" else Action.HOLD)
    return saved.record.id


def _order(
    ward: Ward, who: Acting, decision_id: str, choice: Choice, second: str | None, minutes: float = 1
) -> Ordered:
    proven = None if second is None else ProvenSecond(second)
    with ward.database.transaction() as tx:
        return order(tx, LIBRARY, later(who, minutes), ward.doses[0].id, decision_id, choice, REASON, Besides(proven))


def _ask(ward: Ward, who: Acting, decision_id: str, second: str, choice: Choice = Choice.GIVE) -> OrderRequest:
    with ward.database.transaction() as tx:
        return ask_second(tx, LIBRARY, later(who, 1), ward.doses[0].id, decision_id, choice, REASON, second)


def _sign(ward: Ward, who: Acting, request_id: str, minutes: float = 2) -> Ordered:
    with ward.database.transaction() as tx:
        return countersign(tx, LIBRARY, later(who, minutes), request_id)


def _stands(ward: Ward, decision_id: str, minutes: float = 3) -> Standing:
    sheet = ward.sheet()
    record = next(row for row in sheet.decisions if row.id == decision_id)
    return standing(record, record.id, sheet.orders, later(ward.nurse, minutes).at)


@pytest.mark.parametrize("choice", [Choice.GIVE, Choice.HOLD, Choice.SKIP])
def test_one_person_orders_nothing_milder_than_a_stop(ward: Ward, first: Acting, choice: Choice) -> None:
    decision_id = _stopped(ward)
    with pytest.raises(Forbidden) as refused:
        _order(ward, first, decision_id, choice, None)
    assert refused.value.code == "second_person_needed"
    assert ward.count("dose_order") == 0


def test_two_people_order_a_dose_against_a_stop(ward: Ward, first: Acting, second: Acting) -> None:
    decision_id = _stopped(ward)
    assert _stands(ward, decision_id) is Standing.NOT_GIVABLE
    done = _order(ward, first, decision_id, Choice.GIVE, second.person_id)
    assert (done.order.ordered_by, done.order.second) == (first.person_id, second.person_id)
    assert ward.sheet().orders == (done.order,)
    assert _stands(ward, decision_id) is Standing.STANDS


def test_what_the_criteria_call_for_takes_one_person(ward: Ward, first: Acting) -> None:
    done = _order(ward, first, _stopped(ward), Choice.STOP, None)
    assert done.order.second is None


def test_a_stop_in_place_of_a_discontinue_takes_two() -> None:
    assert needs_second(Action.DISCONTINUE, Choice.STOP)
    assert not needs_second(Action.DISCONTINUE, Choice.DISCONTINUE)
    assert not needs_second(Action.STOP, Choice.DISCONTINUE)
    assert not needs_second(Action.HOLD, Choice.GIVE)


def test_nobody_is_asked_to_sign_what_one_person_may_order(ward: Ward, first: Acting, second: Acting) -> None:
    decision_id = _stopped(ward, creatinine="2.6")
    with pytest.raises(InvalidInput):
        _order(ward, first, decision_id, Choice.GIVE, second.person_id)
    with pytest.raises(InvalidInput):
        _ask(ward, first, decision_id, second.person_id)


def _code(ward: Ward, first: Acting, second: str) -> tuple[str, str]:
    """The refusal of the same second person either way."""
    decision_id = ward.sheet().decisions[-1].id
    with pytest.raises(DosewardError) as at_once:
        _order(ward, first, decision_id, Choice.GIVE, second)
    with pytest.raises(DosewardError) as asked:
        _ask(ward, first, decision_id, second)
    return at_once.value.code, asked.value.code


@pytest.mark.hazard("HZ-14")
def test_nobody_countersigns_their_own_order(ward: Ward, first: Acting, second: Acting) -> None:
    _stopped(ward)
    assert _code(ward, first, first.person_id) == ("own_second", "own_second")
    asked = _ask(ward, first, ward.sheet().decisions[-1].id, second.person_id)
    with pytest.raises(Forbidden):
        _sign(ward, first, asked.id)


@pytest.mark.parametrize("roles", [(Role.NURSE,), (Role.CHARGE_NURSE, Role.PHARMACIST), ()])
def test_the_second_is_a_prescriber(ward: Ward, first: Acting, roles: tuple[Role, ...]) -> None:
    _stopped(ward)
    other = a_person(ward.database, ward.id, *roles)
    assert _code(ward, first, other.person_id) == ("second_may_not", "second_may_not")


def test_the_second_is_a_prescriber_of_this_ward_who_still_works_here(ward: Ward, first: Acting) -> None:
    _stopped(ward)
    elsewhere = a_person(ward.database, next_door(ward.database), Role.PRESCRIBER)
    gone = a_person(ward.database, ward.id, Role.PRESCRIBER)
    with ward.database.transaction() as tx:
        people.set_active(tx, gone.person_id, active=False)
    for who in (elsewhere.person_id, gone.person_id, a_service("read").person_id, an_id()):
        assert _code(ward, first, who) == ("second_may_not", "second_may_not")


def test_a_request_is_no_order_until_the_second_signs(ward: Ward, first: Acting, second: Acting) -> None:
    decision_id = _stopped(ward)
    asked = _ask(ward, first, decision_id, second.person_id)
    assert ward.sheet().orders == ()
    assert _stands(ward, decision_id) is Standing.NOT_GIVABLE
    with ward.database.reading() as tx:
        assert order_requests.waiting(tx, ward.course.id) == (asked,)
    done = _sign(ward, second, asked.id)
    assert (done.order.id, done.order.ordered_by, done.order.second) == (asked.id, first.person_id, second.person_id)
    assert done.order.ordered_at == later(second, 2).at
    assert _stands(ward, decision_id) is Standing.STANDS
    with ward.database.reading() as tx:
        assert order_requests.waiting(tx, ward.course.id) == ()
        query = "SELECT action, person FROM audit ORDER BY seq DESC LIMIT 2"
        lines = [tuple(row) for row in tx.connection.exec_driver_sql(query)]
    assert lines == [("countersign_give", second.person_id), ("ask_second_give", first.person_id)]


def test_only_the_one_who_is_named_signs_and_once(ward: Ward, first: Acting, second: Acting) -> None:
    asked = _ask(ward, first, _stopped(ward), second.person_id)
    third = a_person(ward.database, ward.id, Role.PRESCRIBER)
    with pytest.raises(Forbidden) as refused:
        _sign(ward, third, asked.id)
    assert refused.value.code == "other_second"
    _sign(ward, second, asked.id)
    with pytest.raises(Conflict) as again:
        _sign(ward, second, asked.id, 3)
    assert again.value.code == "already_signed"


def test_a_request_is_found_on_its_ward_alone(ward: Ward, first: Acting, second: Acting) -> None:
    asked = _ask(ward, first, _stopped(ward), second.person_id)
    with pytest.raises(NotFound):
        _sign(ward, a_person(ward.database, next_door(ward.database), Role.PRESCRIBER), asked.id)
    with pytest.raises(NotFound):
        _sign(ward, second, an_id())


def test_what_changed_meanwhile_is_looked_at_anew(ward: Ward, first: Acting, second: Acting) -> None:
    asked = _ask(ward, first, _stopped(ward), second.person_id)
    ward.chart(minutes=2, creatinine="3.4")
    with pytest.raises(Conflict) as refused:
        _sign(ward, second, asked.id, 3)
    assert refused.value.code == "decision_replaced"


def test_the_first_must_still_be_a_prescriber(ward: Ward, first: Acting, second: Acting) -> None:
    asked = _ask(ward, first, _stopped(ward), second.person_id)
    with ward.database.transaction() as tx:
        people.revoke(tx, first.person_id, Grant(Role.PRESCRIBER, ward.id))
    with pytest.raises(Forbidden):
        _sign(ward, second, asked.id)


def test_both_show_who_they_are(ward: Ward, first: Acting, second: Acting) -> None:
    decision_id = _stopped(ward)
    with pytest.raises(ProofNeeded):
        _ask(ward, replace(first, proved_at=AT.replace(hour=1)), decision_id, second.person_id)
    asked = _ask(ward, first, decision_id, second.person_id)
    with pytest.raises(ProofNeeded):
        _sign(ward, replace(second, proved_at=AT.replace(hour=1)), asked.id)

"""What can somebody of another ward reach, how do they break the glass, and who looks at it afterwards?"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.alert import Alert
from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound, ProofNeeded
from app.domain.vocabulary import AlertKind, CycleEventKind, Level, Role
from app.services.access_reviews import REVIEW_WITHIN, Verdict, access_queue, overdue, review_access
from app.services.acting import Acting, Permission
from app.services.alerting import Shown, acknowledge, close
from app.services.cases import open_case, read_case
from app.services.courses import NewEvent, add_cycle_event
from app.services.emergency import LASTS, NOTICE, break_glass, break_glass_for, end_emergency
from app.services.following import follow, oldest
from app.services.looking import alert, case_of_decision, case_of_dose, open_alerts, patients_by_mrn
from app.services.observing import record
from app.store import alerts, courses, flowsheets
from app.store.database import Database, Transaction
from app.store.emergency import BreakGlass
from app.store.wards import Bed, add_bed
from tests.builders import AT, LIBRARY, MRN, an_id
from tests.services.strangers import a_person, next_door
from tests.services.ward import Ward, a_service, a_ward, entries, later, somebody

REASON = "CANARY-9041 seizing, nobody else is near"
SECOND = timedelta(seconds=1)
Find = Callable[[Transaction, Acting], object]


@pytest.fixture
def ward(database: Database) -> Ward:
    """A ward with a patient, on each kind of database: who may see what is asked there."""
    return a_ward(database)


@pytest.fixture
def stranger(ward: Ward) -> Acting:
    """A nurse of another ward."""
    return a_person(ward.database, next_door(ward.database), Role.NURSE)


def _break(ward: Ward, who: Acting, reason: str = REASON) -> BreakGlass:
    with ward.database.transaction() as tx:
        return break_glass(tx, who, ward.course.id, reason)


def _after(acting: Acting, length: timedelta) -> Acting:
    return replace(acting, at=acting.at + length)


def _reads(ward: Ward, who: Acting) -> bool:
    with ward.database.reading() as tx:
        try:
            read_case(tx, LIBRARY, who, ward.course.id)
        except NotFound:
            return False
    return True


# ---- What is out of reach


def _finds(ward: Ward) -> dict[str, Find]:
    saved = ward.chart(creatinine="2.6")
    assert saved.record is not None
    dose, decision, observation, told = ward.doses[0].id, saved.record.id, saved.observations[0].id, saved.events[0]
    return {
        "lock": lambda tx, who: flowsheets.lock_course(tx, ward.course.id, who.reach),
        "load": lambda tx, who: flowsheets.load(tx, ward.course.id, who.reach),
        "read": lambda tx, who: read_case(tx, LIBRARY, who, ward.course.id),
        "act": lambda tx, who: open_case(tx, LIBRARY, who, ward.course.id, Permission.CHART),
        "dose": lambda tx, who: case_of_dose(tx, LIBRARY, who, dose),
        "dose itself": lambda tx, who: courses.dose(tx, dose, who.reach),
        "cycle": lambda tx, who: courses.course_of_cycle(tx, ward.cycle.id, who.reach),
        "decision": lambda tx, who: case_of_decision(tx, LIBRARY, who, decision),
        "observation": lambda tx, who: courses.course_of_observation(tx, observation, who.reach),
        "alert": lambda tx, who: alert(tx, who, told.alert_id),
        "acknowledging": lambda tx, who: acknowledge(tx, who, told.alert_id, told.action),
        "patient": lambda tx, who: courses.patient(tx, ward.course.patient_id, who.reach),
    }


@pytest.mark.hazard("HZ-15")
def test_nothing_of_a_course_is_found_from_another_ward(ward: Ward, stranger: Acting) -> None:
    for name, find in _finds(ward).items():
        with pytest.raises(NotFound), ward.database.transaction() as tx:
            find(tx, stranger)
        if name != "acknowledging":
            with ward.database.transaction() as tx:
                assert find(tx, ward.nurse) is not None, name
                tx.owes = False
    with ward.database.reading() as tx:
        assert patients_by_mrn(tx, stranger, MRN) == ()
        assert courses.courses_of_patient(tx, ward.course.patient_id, stranger.reach) == ()
        assert len(patients_by_mrn(tx, ward.nurse, MRN)) == 1


def test_whoever_may_see_all_wards_finds_it(ward: Ward) -> None:
    everywhere = somebody(Role.NURSE)
    with ward.database.reading() as tx:
        assert read_case(tx, LIBRARY, everywhere, ward.course.id).course == ward.course


def test_a_service_held_to_another_ward_does_not_find_it(ward: Ward) -> None:
    assert not _reads(ward, a_service("read", f"ward:{next_door(ward.database)}"))
    assert _reads(ward, a_service("read", f"ward:{ward.id}"))
    assert _reads(ward, a_service("read"))


def test_somebody_without_any_role_finds_nothing(ward: Ward) -> None:
    assert not _reads(ward, a_person(ward.database, None))


def test_what_is_remembered_is_not_shown_to_whoever_may_not_see_it(ward: Ward, stranger: Acting) -> None:
    assert _reads(ward, ward.nurse)
    assert not _reads(ward, stranger)
    assert _reads(ward, ward.nurse)


def test_a_patient_who_moves_is_found_from_the_new_ward_alone(ward: Ward, stranger: Acting) -> None:
    there = next(iter(stranger.wards() or ()))
    with ward.database.transaction() as tx:
        add_bed(tx, Bed(there, "CANARY-BED-7", open=True))
        moved = NewEvent(CycleEventKind.MOVED, AT, REASON, there, "CANARY-BED-7")
        add_cycle_event(tx, LIBRARY, ward.nurse, ward.cycle.id, moved)
    assert _reads(ward, stranger)
    assert not _reads(ward, ward.nurse)


# ---- Breaking the glass


@pytest.mark.hazard("HZ-15")
def test_the_glass_is_open_for_an_hour_and_not_a_moment_longer(ward: Ward, stranger: Acting) -> None:
    row = _break(ward, stranger)
    assert row.until - row.at == LASTS == timedelta(minutes=60)
    assert _reads(ward, stranger)
    assert _reads(ward, _after(stranger, LASTS - SECOND))
    assert not _reads(ward, _after(stranger, LASTS))


def test_within_it_they_may_do_what_their_roles_allow_on_their_own_wards(ward: Ward, stranger: Acting) -> None:
    _break(ward, stranger)
    with ward.database.transaction() as tx:
        saved = record(tx, LIBRARY, later(stranger, 1), ward.course.id, ward.doses[0].id, entries(at=AT))
    assert saved.set.recorded_by == stranger.person_id
    with pytest.raises(Forbidden), ward.database.transaction() as tx:
        open_case(tx, LIBRARY, later(stranger, 2), ward.course.id, Permission.ORDER)


def test_every_line_of_the_trail_says_that_it_was_an_emergency(ward: Ward, stranger: Acting) -> None:
    row = _break(ward, stranger)
    with ward.database.transaction() as tx:
        record(tx, LIBRARY, later(stranger, 1), ward.course.id, ward.doses[0].id, entries(at=AT))
    with ward.database.reading() as tx:
        query = "SELECT action, acting_as, reason, patient_id FROM audit ORDER BY seq DESC LIMIT 2"
        observed, opened = tx.connection.exec_driver_sql(query).all()
    assert opened == ("break_glass", stranger.name, REASON, ward.course.patient_id)
    assert observed[:2] == ("observe", f"{stranger.name}, emergency access {row.id}")


def test_it_opens_one_course_for_one_person(ward: Ward, stranger: Acting) -> None:
    _break(ward, stranger)
    other = a_person(ward.database, next(iter(stranger.wards() or ())), Role.NURSE)
    assert not _reads(ward, other)
    with ward.database.reading() as tx:
        assert open_alerts(tx, stranger) == ()
        assert follow(tx, stranger, oldest(tx), 10).items == ()


def test_it_ends_when_it_is_given_back(ward: Ward, stranger: Acting) -> None:
    _break(ward, stranger)
    for _ in range(2):
        with ward.database.transaction() as tx:
            end_emergency(tx, later(stranger, 5), ward.course.id)
    assert not _reads(ward, later(stranger, 6))
    assert ward.count("break_glass_end") == 1
    _break(ward, later(stranger, 7))
    assert _reads(ward, later(stranger, 8))


def test_the_ward_hears_of_it_at_once(ward: Ward, stranger: Acting) -> None:
    row = _break(ward, stranger)
    with ward.database.reading() as tx:
        told = [one for one in open_alerts(tx, ward.charge) if one.key == f"{NOTICE}{row.id}"]
        fed = [
            place.event for place in follow(tx, ward.charge, oldest(tx), 100).items if place.event.key == told[0].key
        ]
    assert [(one.level, one.ward_id) for one in told] == [(Level.PRIORITY, ward.id)]
    assert stranger.name in told[0].summary
    assert REASON not in told[0].summary
    assert [event.kind for event in fed] == [AlertKind.RAISED]


def test_a_new_decision_does_not_clear_the_notice(ward: Ward, stranger: Acting) -> None:
    row = _break(ward, stranger)
    ward.chart(minutes=2)
    with ward.database.reading() as tx:
        [told] = [one for one in alerts.open_alerts(tx, course_id=ward.course.id) if one.key == f"{NOTICE}{row.id}"]
    assert told.cleared is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda tx, who, told: acknowledge(tx, who, told.id, told.action),
        lambda tx, who, told: close(tx, who, told.id, Shown(told.action), REASON),
    ],
)
def test_nobody_answers_the_notice_of_their_own_emergency(
    ward: Ward, stranger: Acting, answer: Callable[[Transaction, Acting, Alert], Alert]
) -> None:
    row = _break(ward, stranger)
    with ward.database.reading() as tx:
        told = next(one for one in open_alerts(tx, ward.charge) if one.key == f"{NOTICE}{row.id}")
    with pytest.raises(Forbidden) as refused, ward.database.transaction() as tx:
        answer(tx, later(stranger, 1), told)
    assert refused.value.code == "own_access"
    with ward.database.transaction() as tx:
        assert not acknowledge(tx, later(ward.charge, 1), told.id, told.action).open


@pytest.mark.parametrize("reason", ["", "   ", "urgent", " " * 40 + "short"])
def test_it_needs_a_reason(ward: Ward, stranger: Acting, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        _break(ward, stranger, reason)
    assert refused.value.code == "reason_needed"
    assert ward.count("break_glass") == 0


def test_it_needs_a_proof_of_this_minute(ward: Ward, stranger: Acting) -> None:
    with pytest.raises(ProofNeeded):
        _break(ward, replace(stranger, proved_at=AT - timedelta(seconds=61)))
    _break(ward, replace(stranger, proved_at=AT - timedelta(seconds=59)))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_looks_after_nobody_breaks_no_glass(ward: Ward, role: Role) -> None:
    with pytest.raises(Forbidden):
        _break(ward, a_person(ward.database, next_door(ward.database), role))
    with pytest.raises(Forbidden):
        _break(ward, a_service("read", f"ward:{next_door(ward.database)}"))


def test_nobody_breaks_a_glass_that_is_open_to_them(ward: Ward, stranger: Acting) -> None:
    with pytest.raises(Conflict) as refused:
        _break(ward, ward.nurse)
    assert refused.value.code == "no_need"
    _break(ward, stranger)
    with pytest.raises(Conflict) as refused:
        _break(ward, later(stranger, 1))
    assert refused.value.code == "already_open"


def test_by_record_number_a_patient_is_known_only_once_the_glass_is_broken(ward: Ward, stranger: Acting) -> None:
    with ward.database.transaction() as tx:
        assert break_glass_for(tx, stranger, "nobody's", REASON) is None
    with ward.database.transaction() as tx:
        assert break_glass_for(tx, stranger, MRN, REASON, an_id()) is None
    with ward.database.transaction() as tx:
        opened = break_glass_for(tx, stranger, MRN, REASON)
    assert opened is not None
    assert opened.course_id == ward.course.id
    with ward.database.reading() as tx:
        query = "SELECT action, course_id, reason FROM audit WHERE action LIKE 'break_glass%' ORDER BY seq"
        lines = [tuple(row) for row in tx.connection.exec_driver_sql(query.replace("%", "%%"))]
    nobody = ("break_glass_nobody", None, REASON)
    assert lines == [nobody, nobody, ("break_glass", ward.course.id, REASON)]


def test_by_record_number_nobody_breaks_a_glass_that_is_open_to_them(ward: Ward) -> None:
    with pytest.raises(Conflict) as refused, ward.database.transaction() as tx:
        break_glass_for(tx, ward.nurse, MRN, REASON)
    assert refused.value.code == "no_need"


# ---- Looking at it afterwards


def _review(ward: Ward, who: Acting, access_id: str, note: str = "CANARY-NOTE-9041") -> None:
    with ward.database.transaction() as tx:
        review_access(tx, who, access_id, Verdict.JUSTIFIED, note)


def test_the_charge_nurse_of_the_ward_or_an_auditor_reviews_it_once(ward: Ward, stranger: Acting) -> None:
    row = _break(ward, stranger)
    auditor = a_person(ward.database, None, Role.AUDITOR)
    for who in (ward.charge, auditor):
        with ward.database.reading() as tx:
            assert [one.glass for one in access_queue(tx, who)] == [row]
    _review(ward, auditor, row.id)
    with pytest.raises(Conflict):
        _review(ward, ward.charge, row.id)
    with ward.database.reading() as tx:
        [one] = access_queue(tx, ward.charge)
    assert (one.finding, one.reviewed_by, one.note) == ("justified", auditor.person_id, "CANARY-NOTE-9041")


def test_nobody_else_reviews_it(ward: Ward, stranger: Acting) -> None:
    row = _break(ward, stranger)
    with pytest.raises(NotFound):
        _review(ward, a_person(ward.database, next_door(ward.database), Role.CHARGE_NURSE), row.id)
    with pytest.raises(Forbidden):
        _review(ward, ward.nurse, row.id)
    with pytest.raises(InvalidInput):
        _review(ward, ward.charge, row.id, note=" ")
    with pytest.raises(NotFound):
        _review(ward, ward.charge, an_id())


def test_nobody_reviews_their_own(ward: Ward) -> None:
    there = next_door(ward.database)
    both = a_person(ward.database, there, Role.NURSE, Role.CHARGE_NURSE)
    row = _break(ward, both)
    moved = replace(both, grants=both.grants | ward.charge.grants)
    with pytest.raises(Forbidden) as refused:
        _review(ward, moved, row.id)
    assert refused.value.code == "own_access"


def test_one_that_nobody_reviews_within_72_hours_is_late(ward: Ward, stranger: Acting) -> None:
    row = _break(ward, stranger)
    with ward.database.reading() as tx:
        [one] = access_queue(tx, ward.charge)
    assert not overdue(one, row.at + REVIEW_WITHIN)
    assert overdue(one, row.at + REVIEW_WITHIN + SECOND)
    _review(ward, ward.charge, row.id)
    with ward.database.reading() as tx:
        [one] = access_queue(tx, ward.charge)
    assert not overdue(one, row.at + REVIEW_WITHIN + SECOND)

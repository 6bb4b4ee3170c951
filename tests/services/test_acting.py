"""Does everybody hold exactly what their roles or scopes give?"""

import pytest

from app.domain.errors import Forbidden, NotFound
from app.domain.vocabulary import Role
from app.services.acting import ROLES, SCOPES, Permission
from tests.services.ward import a_service, somebody

HERE, ELSEWHERE = "ward-a", "ward-b"

_ALL = "read read_alerts see_alerts evaluate hold_tokens"
HELD = {
    Role.NURSE: f"{_ALL} chart add_event give acknowledge break_glass",
    Role.CHARGE_NURSE: f"{_ALL} chart add_event give acknowledge admit break_glass enrol_workstation"
    " review_access roster read_cohort",
    Role.PRESCRIBER: f"{_ALL} chart add_event give acknowledge admit order sign_protocol break_glass read_cohort",
    Role.ADMINISTRATOR: f"{_ALL} add_event admit administer_people administer_tokens enrol_workstation"
    " acknowledge_coverage roster write_ladder administer_receivers read_cohort",
    Role.PHARMACIST: f"{_ALL} sign_protocol break_glass",
    Role.AUDITOR: f"{_ALL} review_access read_audit",
}
GRANTED = {
    "read": "read read_alerts",
    "alerts:read": "read_alerts",
    "evaluate": "evaluate",
    "observations:write": "chart add_event",
}


@pytest.mark.parametrize("role", Role)
def test_a_role_holds_what_the_table_says_on_its_own_ward_alone(role: Role) -> None:
    acting = somebody(role, ward_id=HERE)
    assert {str(permission) for permission in Permission if acting.may(permission, HERE)} == set(HELD[role].split())
    assert not any(acting.may(permission, ELSEWHERE) for permission in Permission)
    everywhere = somebody(role)
    assert all(everywhere.may(permission, ELSEWHERE) is acting.may(permission, HERE) for permission in Permission)


@pytest.mark.parametrize("scope", GRANTED)
def test_a_scope_grants_what_the_table_says_and_nothing_that_needs_a_person(scope: str) -> None:
    service = a_service(scope)
    assert {str(one) for one in Permission if service.may(one, HERE)} == set(GRANTED[scope].split())


def test_the_tables_name_every_permission_and_scope() -> None:
    assert set(ROLES) == set(Permission)
    assert {scope for scopes in SCOPES.values() for scope in scopes} == set(GRANTED)


def test_a_ward_that_is_not_theirs_does_not_exist_for_them() -> None:
    for acting in (somebody(Role.NURSE, ward_id=HERE), a_service("read", f"ward:{HERE}")):
        acting.require(Permission.READ, HERE)
        for permission in (Permission.READ, Permission.ORDER):
            with pytest.raises(NotFound):
                acting.require(permission, ELSEWHERE)


def test_a_role_that_is_lacking_is_named() -> None:
    with pytest.raises(Forbidden) as refusal:
        somebody(Role.NURSE, ward_id=HERE).require(Permission.ORDER, HERE)
    assert (refusal.value.code, "prescriber" in refusal.value.sentence) == ("role_needed", True)


def test_a_service_account_is_told_what_scope_it_lacks_or_that_a_person_is_needed() -> None:
    with pytest.raises(Forbidden) as scope:
        a_service("evaluate").require(Permission.READ, HERE)
    assert (scope.value.code, "read" in scope.value.sentence) == ("scope_needed", True)
    with pytest.raises(Forbidden) as person:
        a_service("read").require(Permission.GIVE, HERE)
    assert person.value.code == "person_needed"


def test_a_person_without_any_role_may_nothing() -> None:
    acting = somebody()
    assert not any(acting.may(permission, ward) for permission in Permission for ward in (None, HERE))
    assert acting.wards() == frozenset()

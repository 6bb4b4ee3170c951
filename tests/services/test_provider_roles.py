"""Do a provider's groups stand for exactly the roles that the site wrote down?"""

from __future__ import annotations

import pytest

from app.domain.errors import StartRefused
from app.domain.vocabulary import Role
from app.services.provider_roles import read_roles
from app.store.people import Grant
from app.store.wards import Ward

WARDS = (Ward("a" * 36, "Ward 7", "UTC"), Ward("b" * 36, "Ward 8", "UTC"))
TOML = """
"/onc/nurses" = "nurse on Ward 7"
doctors = ["prescriber on Ward 7", "charge nurse on Ward 8"]
inspectors = "auditor on *"
moved = "nurse on Ward 9"
"""


def test_groups_stand_for_roles_on_wards_by_name() -> None:
    roles = read_roles(TOML)
    assert roles.grants(["/onc/nurses"], WARDS) == {Grant(Role.NURSE, "a" * 36)}
    assert roles.grants(["doctors"], WARDS) == {Grant(Role.PRESCRIBER, "a" * 36), Grant(Role.CHARGE_NURSE, "b" * 36)}
    assert roles.grants(["inspectors"], WARDS) == {Grant(Role.AUDITOR, None)}


def test_a_group_that_is_not_named_or_named_otherwise_stands_for_nothing() -> None:
    roles = read_roles(TOML)
    assert roles.grants(["onc/nurses", "/ONC/NURSES", "Doctors", "", "*"], WARDS) == frozenset()


def test_a_role_on_a_ward_there_is_not_is_left_out_and_named() -> None:
    roles = read_roles(TOML)
    assert roles.grants(["moved"], WARDS) == frozenset()
    assert roles.unknown_wards(WARDS) == ("Ward 9",)


def test_json_says_the_same() -> None:
    roles = read_roles(' {"doctors": "charge_nurse on Ward 7", "x": ["nurse on *"]}')
    assert roles.grants(["doctors", "x"], WARDS) == {Grant(Role.CHARGE_NURSE, "a" * 36), Grant(Role.NURSE, None)}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "{",
        "nurses",
        "nurses = 7",
        "nurses = []",
        "nurses = [7]",
        'nurses = "nurse"',
        'nurses = "nurse on "',
        'nurses = " on Ward 7"',
        'nurses = "matron on Ward 7"',
        "[nurses]\nrole = 'nurse'",
    ],
)
def test_a_map_that_cannot_be_meant_stops_the_start(text: str) -> None:
    with pytest.raises(StartRefused, match="DOSEWARD_OIDC_ROLES cannot be used"):
        read_roles(text)

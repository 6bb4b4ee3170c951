"""Who may be taken for whom on a ward?"""

from __future__ import annotations

from datetime import date

import pytest

from app.demo.scenarios import WARD
from app.domain.course import Patient
from app.services.similar import Likeness, likeness, similar_to
from app.store.board import Lying

BORN = date(1971, 2, 3)


def a_patient(family: str, born: date = BORN, given: str = "Alfa") -> Patient:
    return Patient(f"{family}-{born}", f"MRN-{family}", family, given, born, "female")


@pytest.mark.parametrize(
    "one,other",
    [
        ("DEMO-ADLER", "Demo-Adlers"),  # a letter more
        ("Brandt", "Brands"),  # another letter
        ("Ott", "OTT"),
        ("Müller", "Muller"),
        ("Weiß", "Weiss"),
        ("de la Cruz", "Delacruz"),
        ("Meyer", "Maier"),
        ("Schmidt", "Smith"),
        ("Philips", "Fillips"),
        ("Kohler", "Coler"),
        ("Иванов", "иванов"),
    ],
)
def test_these_names_are_taken_for_each_other(one: str, other: str) -> None:
    born = date(1950, 1, 1)
    assert likeness(a_patient(one), a_patient(other, born)) is Likeness.NAME
    assert likeness(a_patient(other), a_patient(one, born)) is Likeness.NAME


@pytest.mark.parametrize(
    "one,other",
    [
        ("Ott", "Orr"),  # short, and not the same
        ("Koch", "Kohl"),
        ("Adler", "Eder"),
        ("DEMO-ADLER", "DEMO-BIRKE"),
        ("Иванов", "Петров"),  # no Latin letter sounds in either
        ("王", "李"),
        ("Brandt", "Brennan"),
    ],
)
def test_these_names_are_told_apart(one: str, other: str) -> None:
    assert likeness(a_patient(one), a_patient(other, date(1950, 1, 1))) is None


def test_the_same_date_of_birth_leads_astray_under_another_name() -> None:
    assert likeness(a_patient("Adler"), a_patient("Birke")) is Likeness.BIRTH_DATE


def test_nobody_is_taken_for_themselves_and_everybody_similar_is_named_with_their_bed() -> None:
    here = [Lying("1", a_patient("Adler")), Lying("2", a_patient("Adlers")), Lying("3", a_patient("Birke"))]
    found = similar_to(here[0].patient, here)
    assert [(one.patient.family_name, one.bed, one.by) for one in found] == [
        ("Adlers", "2", Likeness.NAME),
        ("Birke", "3", Likeness.BIRTH_DATE),
    ]
    assert similar_to(here[0].patient, here[:1]) == ()


def test_the_demonstration_has_one_pair_of_similar_names_and_no_other() -> None:
    people = [a_patient(one.person.family_name, one.person.birth_date, one.person.given_name) for one in WARD]
    pairs = {
        (one.family_name, other.family_name)
        for one in people
        for other in people
        if one != other and likeness(one, other)
    }
    assert pairs == {("DEMO-ADLER", "DEMO-ADLERS"), ("DEMO-ADLERS", "DEMO-ADLER")}

"""Who is on the demo ward?

Twelve patients, each standing at one point of a course whenever the demo is started. Two names are alike on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from app.demo.acts import Person
from app.demo.scenario import Episode, Scenario, Slip

LVHN, CONSENSUS = "lvhn-2015", "consensus-2014"
NEVER = 1000.0
ROBUST: Mapping[str, float | str] = {
    "vascular": 0.75,
    "renal": 0.45,
    "pulmonary": 0.6,
    "hepatic": 0.7,
    "marrow": 0.7,
    "gut": 0.5,
    "confused_after": NEVER,
    "arrhythmia_after": NEVER,
    "infection_after": NEVER,
    "bleeding_after": NEVER,
    "skin_after": NEVER,
    "warning": "none",
}
"""Whose story is told by an episode must not be overtaken by chance."""


def _person(number: int, family: str, given: str, born: date, sex: str) -> Person:
    return Person(f"DEMO-{number:04d}", f"DEMO-{family}", given, born, sex)


def _hours(hours: float) -> timedelta:
    return timedelta(hours=hours)


def _minutes(minutes: float) -> timedelta:
    return timedelta(minutes=minutes)


WARD: tuple[Scenario, ...] = (
    Scenario(
        person=_person(1, "ADLER", "Alfa", date(1968, 3, 14), "female"),
        story="Admitted this morning; the first dose is due within the hour and is left to the visitor.",
        seed=101,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="1",
        cycle=1,
        dose=1,
        due_in=_minutes(55),
        changes=ROBUST,
        left_alone=frozenset({(1, 1)}),
    ),
    Scenario(
        person=_person(2, "ADLERS", "Alva", date(1966, 3, 14), "female"),
        story="In the middle of the first cycle and well; the name is one letter from the neighbour's.",
        seed=102,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="2",
        cycle=1,
        dose=6,
        due_in=_hours(3.25),
        changes=ROBUST,
        slip=Slip("systolic_bp", Decimal(211), 17.5, 18.5),
    ),
    Scenario(
        person=_person(3, "BIRKE", "Bravo", date(1957, 9, 2), "male"),
        story="Little urine since the last dose: the coming dose is held.",
        seed=103,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="3",
        cycle=1,
        dose=7,
        due_in=_minutes(20),
        changes=ROBUST,
        episodes=(Episode("urine_volume", 15.0, 39.0, 54.0),),
    ),
    Scenario(
        person=_person(4, "CEDER", "Carl", date(1972, 1, 30), "male"),
        story="On phenylephrine since the last dose: one relative criterion, the prescriber decides.",
        seed=104,
        protocol=CONSENSUS,
        shown=(LVHN,),
        bed="4",
        cycle=1,
        dose=8,
        due_in=_minutes(20),
        changes={**ROBUST, "vascular": 1.0},
        episodes=(
            Episode("phenylephrine_rate", 0.6, 50.0, 74.0),
            Episode("systolic_bp", 92.0, 50.0, 74.0),
            Episode("diastolic_bp", 51.0, 50.0, 74.0),
        ),
    ),
    Scenario(
        person=_person(5, "DORN", "Delta", date(1961, 6, 21), "female"),
        story="Confused for about an hour: nobody can say yet whether it passes.",
        seed=105,
        protocol=CONSENSUS,
        shown=(LVHN,),
        bed="5",
        cycle=1,
        dose=9,
        due_in=_minutes(20),
        changes=ROBUST,
        episodes=(
            Episode("consciousness", "new_confusion", 62.5, 84.0),
            Episode("confusion_or_agitation", value=True, since=62.5, until=84.0),
        ),
    ),
    Scenario(
        person=_person(6, "EICHE", "Echo", date(1975, 11, 8), "male"),
        story="The fourth dose is overdue: nobody has been at the bedside.",
        seed=106,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="6",
        cycle=1,
        dose=4,
        due_in=_minutes(-30),
        changes=ROBUST,
        left_alone=frozenset({(1, 4)}),
    ),
    Scenario(
        person=_person(7, "FICHTE", "Fox", date(1953, 4, 17), "female"),
        story="At home between the cycles; the second begins in six days.",
        seed=107,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="7",
        cycle=2,
        dose=1,
        due_in=timedelta(days=6),
        changes={**ROBUST, "recovery_hours": 30.0},
    ),
    Scenario(
        person=_person(8, "GINSTER", "Golf", date(1964, 8, 5), "male"),
        story="Second cycle, third dose; in the first cycle one infusion was interrupted.",
        seed=108,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="8",
        cycle=2,
        dose=3,
        due_in=_hours(5),
        changes={**ROBUST, "recovery_hours": 30.0},
        interrupted=frozenset({(1, 9)}),
    ),
    Scenario(
        person=_person(9, "HASEL", "Hotel", date(1970, 12, 24), "female"),
        story="Both cycles done and gone home: how were they tolerated?",
        seed=109,
        protocol=CONSENSUS,
        shown=(LVHN,),
        bed="12",
        cycle=2,
        dose=14,
        due_in=timedelta(days=-7),
        changes={"infection_after": NEVER, "recovery_hours": 40.0},
    ),
    Scenario(
        person=_person(10, "ISOP", "India", date(1959, 2, 11), "male"),
        story="The cycle was stopped because of creatinine; still on the ward.",
        seed=110,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="9",
        cycle=1,
        dose=9,
        due_in=_hours(2),
        changes={**ROBUST, "renal": 2.3, "recovery_hours": 90.0},
    ),
    Scenario(
        person=_person(11, "KIEFER", "Kilo", date(1967, 7, 19), "female"),
        story="Two doses were withheld for oxygen; a third held occasion would end the cycle.",
        seed=111,
        protocol=LVHN,
        shown=(CONSENSUS,),
        bed="10",
        cycle=1,
        dose=8,
        due_in=_hours(4),
        changes=ROBUST,
        episodes=(
            Episode("oxygen_device", "nasal_cannula", 30.0, 44.0),
            Episode("oxygen_flow", 3.0, 30.0, 44.0),
            Episode("spo2", 96.0, 30.0, 44.0),
        ),
    ),
    Scenario(
        person=_person(12, "LINDE", "Lima", date(1978, 10, 3), "male"),
        story="Would not do the attention tests: the coming dose cannot be evaluated.",
        seed=112,
        protocol=CONSENSUS,
        shown=(LVHN,),
        bed="11",
        cycle=1,
        dose=3,
        due_in=_minutes(20),
        changes=ROBUST,
        episodes=(
            Episode("serial_sevens", None, 9.0, 16.5),
            Episode("world_backward", None, 9.0, 16.5),
        ),
    ),
)

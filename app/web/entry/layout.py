"""In which order does a nurse meet the measures at the bedside?

Breathing first, then circulation, consciousness, temperature, volumes, weight, blood, and the findings by organ system:
the order in which a patient is looked at, and in which monitors show their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.errors import NotFound
from app.domain.measure import Kind, Measure, Measures
from app.web.translate import _, mark

PRESSOR_RATES = ("phenylephrine_rate", "norepinephrine_rate", "dopamine_rate")
OTHER_PRESSOR = "other_vasopressor"
PRESSORS = (*PRESSOR_RATES, OTHER_PRESSOR)
DEVICE, FLOW, AIR = "oxygen_device", "oxygen_flow", "room_air"
TEMPERATURE, FAHRENHEIT = "temperature", "[degF]"
VOLUMES_WITH_NONE = ("urine_volume", "stool_volume")
IDLE = {FLOW: (DEVICE, AIR), "fio2": (DEVICE, AIR), "vt_beats": ("rhythm", "sinus")}
"""What another answer has answered: Enter goes past it, Tab does not."""
TESTS = ("ecg_ischaemia", "troponin_elevated", "stool_occult_blood")
"""Looking at a patient does not answer these: a "none of these" that covered them would record a test nobody made."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the form; `blood` has a time of its own, `system` can be examined as a whole."""

    id: str
    title: str
    measures: tuple[str, ...]
    blood: bool = False
    system: bool = False


_PARTS = (
    Part("breathing", mark("Breathing"), ("respiratory_rate", "spo2", DEVICE, FLOW, "fio2")),
    Part("pressure", mark("Blood pressure and vasopressors"), ("systolic_bp", "diastolic_bp", *PRESSORS)),
    Part("heart", mark("Heart"), ("heart_rate", "rhythm", "vt_beats")),
    Part("mind", mark("Mental status"), ("consciousness", "serial_sevens", "world_backward", "ice_score")),
    Part("heat", mark("Temperature"), (TEMPERATURE,)),
    Part("volumes", mark("Urine, stool and fluid"), ("urine_volume", "stool_volume", "fluid_intake")),
    Part("weight", mark("Weight"), ("weight",)),
    Part(
        "blood",
        mark("Blood results"),
        ("creatinine", "platelets", "bilirubin", "bicarbonate", "ast", "alt"),
        blood=True,
    ),
)
_GRADING = Part(
    "grading",
    mark("Only for grading CRS and ICANS: leave empty what was not asked"),
    (
        "crs_suspected",
        "crs_hypotension",
        "icans_awakening",
        "seizure_prolonged",
        "deep_focal_weakness",
        "cerebral_oedema",
    ),
)
_TESTS = Part("tests", mark("Tests: leave empty what was not done"), TESTS)
_SYSTEMS = {
    "cardiovascular": mark("Heart and circulation"),
    "haemodynamic": mark("Blood pressure"),
    "pulmonary": mark("Lungs"),
    "neurologic": mark("Nervous system and mind"),
    "gastrointestinal": mark("Stomach and bowel"),
    "haemorrhagic": mark("Bleeding"),
    "infectious": mark("Infection"),
    "dermatologic": mark("Skin"),
    "musculoskeletal": mark("Muscles and joints"),
}
NONE_OF_CHOICE = "none"


def parts(measures: Measures) -> tuple[Part, ...]:
    """Every part of the form; each measure of the library stands in exactly one."""
    placed = {name for part in (*_PARTS, _TESTS, _GRADING) for name in part.measures}
    rest = [measure for measure in measures.values() if measure.name not in placed]
    systems = tuple(
        Part(system, title, tuple(measure.name for measure in rest if measure.system == system), system=True)
        for system, title in _titled(measure.system for measure in rest)
    )
    return (*_PARTS, *systems, _TESTS, _GRADING)


def part(measures: Measures, part_id: str) -> Part:
    """The part with this id; raises NotFound."""
    for one in parts(measures):
        if one.id == part_id:
            return one
    raise NotFound("unknown_part", _("The form has no such part."))


def quick(measures: Measures) -> tuple[Part, ...]:
    """What is often charted alone: everything that is measured, not the findings."""
    return tuple(one for one in parts(measures) if one in _PARTS)


def order(measures: Measures) -> tuple[str, ...]:
    """The measures in the order of the form."""
    return tuple(name for part in parts(measures) for name in part.measures)


def answers_none(measure: Measure) -> bool:
    """True for what "examined, none of these" answers: a finding with no, a choice that has a none with that."""
    return measure.kind is Kind.FINDING or NONE_OF_CHOICE in measure.choices


def _titled(present: Iterable[str]) -> list[tuple[str, str]]:
    found = set(present)
    known = [(system, title) for system, title in _SYSTEMS.items() if system in found]
    return known + [(system, system) for system in sorted(found - set(_SYSTEMS))]

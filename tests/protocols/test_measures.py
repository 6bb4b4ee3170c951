"""Are the measures, units and limits those of the clinical rules, and is a broken list of them refused?"""

from __future__ import annotations

import hashlib

import pytest

from app.domain.errors import ProtocolRefused
from app.domain.measure import Kind, Limits, Measure, parse_measures
from app.protocols.library import read
from tests.builders import LIBRARY, MEASURES

NUMBERS = """
temperature | quantity | Cel or [degF] | 1 | 25 to 43 | 32 to 42 | 36.8 | vital | general | 8310-5
heart_rate | quantity | /min | 0 | 0 to 300 | 20 to 230 | 84 | vital | cardiovascular | 8867-4
systolic_bp | quantity | mm[Hg] | 0 | 0 to 300 | 40 to 250 | 118 | vital | haemodynamic | 8480-6
diastolic_bp | quantity | mm[Hg] | 0 | 0 to 200 | 20 to 150 | 72 | vital | haemodynamic | 8462-4
respiratory_rate | quantity | /min | 0 | 0 to 120 | 4 to 70 | 16 | vital | pulmonary | 9279-1
spo2 | quantity | % | 0 | 0 to 100 | 50 to 100 | 97 | vital | pulmonary | 59408-5
oxygen_flow | quantity | L/min | 1 | 0 to 80 | 0 to 60 | 0 | vital | pulmonary | 3151-8
fio2 | quantity | % | 0 | 21 to 100 | 21 to 100 | - | vital | pulmonary | 3150-0
weight | quantity | kg | 1 | 1 to 500 | 30 to 250 | 80.0 | weight | general | 29463-7
phenylephrine_rate | quantity | ug/kg/min | 2 | 0 to 20 | 0 to 2 | 0 | vital | haemodynamic | -
dopamine_rate | quantity | ug/kg/min | 1 | 0 to 50 | 0 to 20 | 0 | vital | haemodynamic | -
norepinephrine_rate | quantity | ug/kg/min | 2 | 0 to 10 | 0 to 1 | 0 | vital | haemodynamic | -
creatinine | quantity | mg/dL | 2 | 0 to 40 | 0.2 to 15 | 0.9 | lab | renal | 2160-0
bilirubin | quantity | mg/dL | 1 | 0 to 100 | 0.1 to 50 | 0.7 | lab | hepatic | 1975-2
bicarbonate | quantity | mmol/L | 1 | 0 to 80 | 5 to 50 | 24 | lab | renal | 1963-8
platelets | quantity | 10*3/uL | 1 | 0 to 5000 | 5 to 1200 | 220 | lab | haematologic | 777-3
ast | quantity | U/L | 0 | 0 to 50000 | 3 to 10000 | 22 | lab | hepatic | 1920-8
alt | quantity | U/L | 0 | 0 to 50000 | 3 to 10000 | 20 | lab | hepatic | 1742-6
ice_score | quantity | {score} | 0 | 0 to 10 | 0 to 10 | 10 | vital | neurologic | -
vt_beats | quantity | {beats} | 0 | 0 to 10000 | 0 to 100 | 0 | vital | cardiovascular | -
urine_volume | interval | mL | 3 | 0 to 10000 | 0 to 2000 | 75 | interval | renal | 9187-6
stool_volume | interval | mL | 3 | 0 to 20000 | 0 to 3000 | 0 | interval | gastrointestinal | 9217-1
fluid_intake | interval | mL | 3 | 0 to 20000 | 0 to 3000 | 100 | interval | general | -
"""

CHOICES = """
oxygen_device | pulmonary | room_air nasal_cannula simple_mask mask_40_percent non_rebreather high_flow_nasal \
positive_pressure intubated | room_air
consciousness | neurologic | alert new_confusion voice pain unresponsive | alert
rhythm | cardiovascular | sinus atrial_fibrillation supraventricular_tachycardia ventricular_ectopy_frequent \
ventricular_tachycardia bradycardia_treated_or_recurrent uncontrolled | sinus
crackles | pulmonary | none below_a_third third_to_half half_or_more | none
abdominal_distension | gastrointestinal | none present affecting_breathing | none
stool_occult_blood | haemorrhagic | negative positive | negative
serial_sevens | neurologic | pass fail | pass
world_backward | neurologic | pass fail | pass
"""

FINDINGS = {
    "cardiovascular": "ecg_ischaemia chest_pain troponin_elevated",
    "haemodynamic": "fluid_refractory_hypotension other_vasopressor",
    "pulmonary": "dyspnoea_at_rest",
    "gastrointestinal": "vomiting_refractory abdominal_pain_severe bowel_ischaemia_or_perforation",
    "haemorrhagic": "frank_blood",
    "infectious": "infection_suspected",
    "dermatologic": "moist_desquamation",
    "musculoskeletal": "extreme_tightness extreme_paraesthesia",
    "neurologic": "vivid_dreams anxiety_mild emotional_lability persistent_crying disorientation "
    "confusion_or_agitation hallucinations lethargy_or_somnolence seizure coma_or_toxic_psychosis",
}


NORMATIVE = "849a932852695324309131ea3b08d808a8b3b56a57d511a55e938300e5a711b5"

GRADING = """
crs_suspected | finding | -
crs_hypotension | choice | none no_vasopressor one_vasopressor several_vasopressors
icans_awakening | choice | not_depressed spontaneously to_voice to_touch_only unarousable
seizure_prolonged | finding | -
deep_focal_weakness | finding | -
cerebral_oedema | choice | none focal diffuse
"""
"""The product's own, behind the normative list."""


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line]


def _of(*kinds: Kind) -> list[Measure]:
    return [measure for measure in MEASURES.values() if measure.kind in kinds and measure.system != "grading"]


def _limits(pair: Limits | None) -> str:
    return "-" if pair is None else f"{pair[0]} to {pair[1]}"


def _number(measure: Measure) -> str:
    well = "-" if measure.well is None else str(measure.well)
    unit = " or ".join((str(measure.unit), *measure.also))
    limits = [_limits(measure.hard), _limits(measure.warn)]
    parts = [measure.name, measure.kind, unit, str(measure.decimals), *limits, well]
    return " | ".join([*parts, measure.group, measure.system, measure.loinc or "-"])


@pytest.mark.hazard("HZ-05")
def test_numbers_have_the_units_and_limits_of_the_rules() -> None:
    assert [_number(measure) for measure in _of(Kind.QUANTITY, Kind.INTERVAL)] == _lines(NUMBERS)


def test_choices_are_those_of_the_rules() -> None:
    assert [
        f"{measure.name} | {measure.system} | {' '.join(measure.choices)} | {measure.well}"
        for measure in _of(Kind.CHOICE)
    ] == _lines(CHOICES)
    assert {measure.group for measure in _of(Kind.CHOICE)} == {"bedside"}


def test_findings_are_those_of_the_rules_and_a_well_patient_has_none() -> None:
    assert {(measure.system, measure.name) for measure in _of(Kind.FINDING)} == {
        (system, name) for system, names in FINDINGS.items() for name in names.split()
    }
    assert all(measure.well is False and measure.group == "finding" for measure in _of(Kind.FINDING))


def test_what_only_grading_asks_stands_behind_the_normative_list_and_no_protocol_needs_it() -> None:
    own = [measure for measure in MEASURES.values() if measure.system == "grading"]
    assert [f"{measure.name} | {measure.kind} | {' '.join(measure.choices) or '-'}" for measure in own] == _lines(
        GRADING
    )
    assert list(MEASURES.values())[-len(own) :] == own
    assert all(measure.well is None for measure in own)
    names = {measure.name for measure in own}
    for protocol in LIBRARY.protocols.values():
        named = {*protocol.required, *(row.measure for row in protocol.rows), *protocol.freshness}
        conditions = {one.measure for row in protocol.rows for one in (*row.when, *row.window.while_)}
        assert names.isdisjoint(named | conditions)


def test_the_normative_part_of_the_list_is_whole() -> None:
    """The bytes above the product's own section, as the clinical rules have them."""
    normative = read("measures.toml").split(b"\n# ---- The product's own")[0]
    assert hashlib.sha256(normative).hexdigest() == NORMATIVE


def test_every_measure_has_a_label_of_its_own() -> None:
    labels = [measure.label for measure in MEASURES.values()]
    assert len(labels) == len(set(labels))


FAULTS = [
    ("an unknown key", "[heart_rate]", "[heart_rate]\nhrad = [0, 300]", "hrad"),
    ("no unit", 'unit = "/min"\nhard = [0, 300]', "hard = [0, 300]", "unit"),
    ("no limits", "hard = [0, 300]\nwarn = [20, 230]", "warn = [20, 230]", "hard"),
    (
        "limits the wrong way round",
        "hard = [0, 300]\nwarn = [20, 230]",
        "hard = [300, 0]\nwarn = [20, 230]",
        "heart_rate",
    ),
    ("one limit", "hard = [0, 300]\nwarn = [20, 230]", "hard = [0]\nwarn = [20, 230]", "heart_rate"),
    ("limits in words", "hard = [0, 300]\nwarn = [20, 230]", 'hard = ["low", "high"]\nwarn = [20, 230]', "heart_rate"),
    ("an unknown kind", 'kind = "finding"', 'kind = "feeling"', "kind"),
    ("no kind", '[heart_rate]\nkind = "quantity"', "[heart_rate]", "kind"),
    ("no choices", 'choices = ["negative", "positive"]', "choices = []", "stool_occult_blood"),
    ("a well value nobody can choose", 'well = "sinus"', 'well = "sinusoid"', "rhythm"),
    ("no label", 'label = "Heart rate"', "", "label"),
    ("broken TOML", "[heart_rate]", "[heart_rate", "measures.toml"),
]


@pytest.mark.parametrize("old,new,names", [pytest.param(*fault[1:], id=fault[0]) for fault in FAULTS])
def test_a_broken_list_of_measures_is_refused_with_its_place(old: str, new: str, names: str) -> None:
    document = read("measures.toml").decode()
    assert old in document
    with pytest.raises(ProtocolRefused) as refusal:
        parse_measures(document.replace(old, new, 1).encode())
    assert "measures.toml" in refusal.value.sentence
    assert names in refusal.value.sentence

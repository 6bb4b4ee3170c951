"""Do the shipped protocols say what the published tables say, row by row?

The tables below were written out by hand from the clinical rules, not from the files: R relative, A absolute,
W withhold, P permanent, H hold, S stop, U a state that no row of the source covers.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from app.domain.band import Band
from app.domain.protocol import Condition, Protocol, Row, Window, WindowKind
from app.domain.source import Verification
from app.domain.vocabulary import Action, Class
from tests.builders import CONSENSUS, LVHN, SHIPPED, TIL, USPI

COMMON = """
ecg_ischaemia | event since last dose | fresh 24 h | A true
troponin_elevated | event since last dose | when taken | fresh 24 h | A true
chest_pain | event since last dose, until ecg_ischaemia | fresh 4 h | U true
fluid_refractory_hypotension | event since last dose | fresh 4 h | U true
systolic_bp | latest | fresh 4 h | U x < 80
spo2 | latest | oxygen_device is room_air | fresh 4 h | U x < 95
spo2 | latest | oxygen_device is nasal_cannula | oxygen_flow x <= 4 | fresh 4 h | U x < 95
oxygen_flow | latest | oxygen_device is nasal_cannula | fresh 4 h | R 3 <= x <= 4 | A x > 4
oxygen_device | latest | fresh 4 h | A high_flow_nasal intubated mask_40_percent non_rebreather positive_pressure
fio2 | latest | oxygen_device is simple_mask | when taken | fresh 4 h | U x < 40 | A x >= 40
dyspnoea_at_rest | latest | fresh 4 h | R true
crackles | latest | fresh 4 h | R third_to_half | A half_or_more
urine_volume | sum over 8 h, 7.5 h charted | fresh 8 h | R 80 <= x <= 160 | A x < 80
creatinine | latest | fresh 24 h | R 2.5 <= x < 3.0 | A x >= 3.0
platelets | latest | fresh 24 h | R 30 <= x <= 50 | A x < 30
abdominal_pain_severe | latest | fresh 4 h | A true
bowel_ischaemia_or_perforation | latest | fresh 4 h | A true
stool_occult_blood | latest | when taken | fresh 24 h | R positive
frank_blood | event since last dose | fresh 4 h | A true
infection_suspected | latest | fresh 4 h | A true
persistent_crying | latest | fresh 4 h | A true
hallucinations | latest | fresh 4 h | A true
coma_or_toxic_psychosis | latest | fresh 4 h | A true
seizure | event since last dose | fresh 4 h | A true
consciousness | latest | unless a neurologic finding | fresh 4 h | U new_confusion pain unresponsive voice
"""

RHYTHM = """
rhythm | latest | fresh 4 h | U bradycardia_treated_or_recurrent \
| A atrial_fibrillation supraventricular_tachycardia uncontrolled ventricular_ectopy_frequent ventricular_tachycardia
"""

ONLY_LVHN = """
heart_rate | latest | fresh 4 h | R 120 <= x <= 130 | A x > 130
norepinephrine_rate | maximum since last dose | fresh 4 h | A x > 0
dopamine_rate | maximum since last dose | fresh 4 h | A x > 0
other_vasopressor | event since last dose | fresh 4 h | A true
phenylephrine_rate | maximum since last dose | fresh 4 h | A x > 0
phenylephrine_rate | latest | fresh 4 h | A x > 0
stool_volume | sum over 8 h, 7.5 h charted | fresh 8 h | R x > 1000
vomiting_refractory | latest | fresh 4 h | A true
abdominal_distension | latest | fresh 4 h | A affecting_breathing present
weight | since baseline | fresh 24 h | R x >= 15
moist_desquamation | latest | fresh 4 h | A true
vivid_dreams | latest | fresh 4 h | A true
emotional_lability | latest | fresh 4 h | A true
disorientation | latest | fresh 4 h | A true
confusion_or_agitation | latest | fresh 4 h | A true
lethargy_or_somnolence | latest | fresh 4 h | A true
"""

ONLY_CONSENSUS = """
heart_rate | persistent 15 min to 4 h, while nearest temperature x < 38.0, while dopamine_rate x <= 0 \
| fresh 4 h | R 100 <= x <= 130 | A x > 130
norepinephrine_rate | maximum since last dose | fresh 4 h | U x > 0
dopamine_rate | maximum since last dose | fresh 4 h | U x > 0
other_vasopressor | event since last dose | fresh 4 h | U true
phenylephrine_rate | maximum since last dose | fresh 4 h | R 1.0 <= x < 1.5 | A x >= 1.5
phenylephrine_rate | latest | fresh 4 h | R 0.5 < x <= 0.8 | A x > 0.8
bicarbonate | latest | fresh 24 h | R x <= 18
bilirubin | latest | fresh 24 h | R x > 7
stool_volume | sum over 8 h, 7.5 h charted | fresh 8 h | R x >= 1000
stool_volume | 2 sums over 8 h, 7.5 h charted | fresh 8 h | A x >= 1000
vomiting_refractory | latest | fresh 4 h | R true
abdominal_distension | latest | fresh 4 h | R present | A affecting_breathing
weight | since baseline | fresh 24 h | R x > 15
moist_desquamation | latest | fresh 4 h | R true
extreme_tightness | latest | fresh 4 h | R true
extreme_paraesthesia | latest | fresh 4 h | A true
vivid_dreams | latest | fresh 4 h | R true
anxiety_mild | latest | fresh 4 h | R true
disorientation | lasting 2 h | fresh 4 h | A true
confusion_or_agitation | lasting 2 h | fresh 4 h | A true
lethargy_or_somnolence | lasting 2 h | fresh 4 h | A true
serial_sevens | against baseline | fresh 4 h | A fail
world_backward | against baseline | fresh 4 h | A fail
"""

ASYMPTOMATIC = "latched, until rhythm is sinus and systolic_bp x >= 90, without chest_pain dyspnoea_at_rest"
LABEL = f"""
rhythm | {ASYMPTOMATIC} | fresh 4 h | U ventricular_ectopy_frequent ventricular_tachycardia \
| W atrial_fibrillation bradycardia_treated_or_recurrent supraventricular_tachycardia | P uncontrolled
systolic_bp | {ASYMPTOMATIC} | fresh 4 h | W x < 90
vt_beats | latched event | when taken | fresh 4 h | P x >= 5
vt_beats | event since last dose | when taken | fresh 4 h | U 1 <= x < 5
ecg_ischaemia | latched event | fresh 24 h | P true
chest_pain | latched event | fresh 4 h | P true
spo2 | latched, until spo2 x > 90 | fresh 4 h | W x < 90
oxygen_device | latched | fresh 4 h | W intubated
oxygen_device | longer than 72 h | fresh 4 h | P intubated
stool_occult_blood | latched | when taken | fresh 24 h | W positive
frank_blood | latched event, until stool_occult_blood is negative | fresh 4 h | W true
infection_suspected | latched | fresh 4 h | W true
vivid_dreams | latest | fresh 4 h | U true
persistent_crying | latched | fresh 4 h | W true
hallucinations | latched | fresh 4 h | W true
disorientation | latched | fresh 4 h | W true
confusion_or_agitation | latched | fresh 4 h | W true
lethargy_or_somnolence | latched | fresh 4 h | W true
coma_or_toxic_psychosis | latched | fresh 4 h | W true
coma_or_toxic_psychosis | longer than 48 h | fresh 4 h | P true
seizure | latched event, until after the next dose | fresh 4 h | W true
seizure | how often | fresh 4 h | P x >= 2
bowel_ischaemia_or_perforation | latched | fresh 4 h | P true
consciousness | latest | unless a neurologic finding | fresh 4 h | U new_confusion pain unresponsive voice
"""

AFTER_CELLS = """
norepinephrine_rate | maximum since last dose | fresh 4 h | S x > 0
dopamine_rate | maximum since last dose | fresh 4 h | S x > 0
other_vasopressor | event since last dose | fresh 4 h | S true
phenylephrine_rate | maximum since last dose | fresh 4 h | S x > 0
phenylephrine_rate | latest | fresh 4 h | S x > 0
fluid_refractory_hypotension | event since last dose | fresh 4 h | S true
urine_volume | sum over 8 h, 7.5 h charted, per weight | fresh 8 h | H x < 4
creatinine | latest | fresh 12 h | H x >= 2.5
consciousness | latest | fresh 4 h | U new_confusion pain unresponsive voice
"""

TABLES = {
    "lvhn-2015": COMMON + RHYTHM + ONLY_LVHN,
    "consensus-2014": COMMON + RHYTHM + ONLY_CONSENSUS,
    "uspi-2023": LABEL,
    "til-2024": AFTER_CELLS,
}
LETTER = {
    Class.UNCOVERED: "U",
    Class.RELATIVE: "R",
    Class.ABSOLUTE: "A",
    Class.WITHHOLD: "W",
    Class.PERMANENT: "P",
    Class.HOLD: "H",
    Class.STOP: "S",
}
EXPLAINS_CONSCIOUSNESS = {"persistent_crying", "hallucinations", "disorientation", "confusion_or_agitation"} | {
    "lethargy_or_somnolence",
    "coma_or_toxic_psychosis",
    "seizure",
}


def described(row: Row) -> str:
    """A row as the tables above print it."""
    parts = [row.measure, _window(row.window), *(_condition(condition) for condition in row.when)]
    parts += ["unless a neurologic finding"] * bool(row.unless) + ["when taken"] * row.when_taken
    parts.append(f"fresh {_length(row.fresh_for)}")
    for criterion in sorted(row.criteria, key=lambda criterion: [*LETTER].index(criterion.cls)):
        values = [_band(band) for band in criterion.bands] or sorted(criterion.choices) or ["true"]
        parts.append(f"{LETTER[criterion.cls]} {' '.join(values)}")
    return " | ".join(parts)


def _window(window: Window) -> str:
    span, sums = _length(window.span), f"{_length(window.span)}, {_length(window.minimum)} charted"
    texts = {
        WindowKind.LATEST: "latest",
        WindowKind.MAX_SINCE_LAST_DOSE: "maximum since last dose",
        WindowKind.EVENT_SINCE_LAST_DOSE: "event since last dose",
        WindowKind.SUM: f"sum over {sums}",
        WindowKind.CONSECUTIVE_SUMS: f"{window.periods} sums over {sums}",
        WindowKind.SINCE_BASELINE: "since baseline",
        WindowKind.AGAINST_BASELINE: "against baseline",
        WindowKind.PERSISTENT: f"persistent {_length(window.gap)} to {span}",
        WindowKind.DURATION: f"lasting {span}",
        WindowKind.OUTLASTED: f"longer than {span}",
        WindowKind.LATCHED: "latched event" if window.event else "latched",
        WindowKind.COUNT: "how often",
    }
    until = [window.answered_by] if window.answered_by is not None else []
    until += [" and ".join(_condition(condition) for condition in window.clear)] if window.clear else []
    until += ["after the next dose"] if window.after_dose else []
    text = texts[window.kind] + "".join(f", until {end}" for end in until)
    text += "" if window.per is None else f", per {window.per}"
    text += f", without {' '.join(sorted(window.quiet))}" if window.quiet else ""
    return text + "".join(f", while {_condition(condition)}" for condition in window.while_)


def _condition(condition: Condition) -> str:
    said = f"is {' '.join(sorted(condition.choices))}" if condition.band is None else _band(condition.band)
    return f"{'nearest ' * condition.nearest}{condition.measure} {said}"


def _band(band: Band) -> str:
    below, above = "<" if band.high_open else "<=", ">" if band.low_open else ">="
    if band.low is None:
        return f"x {below} {band.high}"
    if band.high is None:
        return f"x {above} {band.low}"
    return f"{band.low} {'<' if band.low_open else '<='} x {below} {band.high}"


def _length(length: timedelta) -> str:
    minutes = length / timedelta(minutes=1)
    return f"{minutes / 60:g} h" if minutes >= 60 else f"{minutes:g} min"


@pytest.mark.hazard("HZ-09")
@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_a_shipped_protocol_has_the_rows_of_its_table_and_no_other(protocol: Protocol) -> None:
    table = [line for line in TABLES[protocol.pin.id].splitlines() if line]
    assert sorted(described(row) for row in protocol.rows) == sorted(table)


@pytest.mark.parametrize("protocol", [LVHN, CONSENSUS, USPI], ids=lambda protocol: protocol.pin.id)
def test_consciousness_is_explained_by_the_neurologic_findings_and_by_nothing_milder(protocol: Protocol) -> None:
    (unless,) = [row.unless for row in protocol.rows if row.measure == "consciousness"]
    explaining = [protocol.criterion(name) for name in unless]
    assert {criterion.measure for criterion in explaining} == EXPLAINS_CONSCIOUSNESS
    graver = {Class.WITHHOLD, Class.PERMANENT} if protocol is USPI else {Class.ABSOLUTE}
    assert {criterion.cls for criterion in explaining} == graver


def test_nothing_explains_consciousness_where_no_neurologic_row_could_be_read() -> None:
    assert [row.unless for row in TIL.rows if row.measure == "consciousness"] == [()]


ANY_TIME: set[tuple[str, bool | str]] = {
    ("rhythm", "ventricular_tachycardia"),
    ("ecg_ischaemia", True),
    ("chest_pain", True),
    ("seizure", True),
    ("coma_or_toxic_psychosis", True),
    ("oxygen_device", "intubated"),
    ("bowel_ischaemia_or_perforation", True),
}


@pytest.mark.parametrize(
    "protocol,expected",
    [(LVHN, ANY_TIME), (CONSENSUS, ANY_TIME), (USPI, {*ANY_TIME, ("vt_beats", "permanent")}), (TIL, set())],
)
def test_findings_that_alert_at_any_hour_are_those_of_the_rules(
    protocol: Protocol, expected: set[tuple[str, bool | str]]
) -> None:
    criteria = [criterion for row in protocol.rows for criterion in row.criteria]
    assert {(criterion.measure, value) for criterion in criteria for value in criterion.any_time} == expected


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_a_shipped_protocol_requires_the_nine_and_all_its_rows_name(protocol: Protocol) -> None:
    nine = (
        "systolic_bp diastolic_bp heart_rate respiratory_rate spo2 oxygen_device oxygen_flow temperature consciousness"
    )
    named = {row.measure for row in protocol.rows} - {"troponin_elevated", "stool_occult_blood", "fio2", "vt_beats"}
    weighed = {"weight"} if protocol is TIL else set()
    assert set(protocol.required) == {*nine.split(), *named, *weighed}


def test_lehigh_valley_holds_on_one_relative_and_stops_on_three_an_absolute_or_the_third_hold() -> None:
    assert {c.cls: c.action for row in LVHN.rows for c in row.criteria} == {
        Class.RELATIVE: Action.HOLD,
        Class.ABSOLUTE: Action.STOP,
        Class.UNCOVERED: Action.INCOMPLETE,
    }
    assert [(rule.cls, rule.at_least, rule.action) for rule in LVHN.count_rules] == [(Class.RELATIVE, 3, Action.STOP)]
    held = LVHN.held_rule
    assert held is not None
    assert (held.cls, held.at_least, held.action) == (Class.RELATIVE, 3, Action.STOP)


def test_the_consensus_cautions_on_a_relative_and_holds_on_three_or_an_absolute() -> None:
    assert {c.cls: c.action for row in CONSENSUS.rows for c in row.criteria} == {
        Class.RELATIVE: Action.CAUTION,
        Class.ABSOLUTE: Action.HOLD,
        Class.UNCOVERED: Action.INCOMPLETE,
    }
    rules = [(rule.cls, rule.at_least, rule.action, str(rule.verification)) for rule in CONSENSUS.count_rules]
    assert rules == [(Class.RELATIVE, 3, Action.HOLD, "site_parameter")]
    assert CONSENSUS.held_rule is None


@pytest.mark.parametrize(
    "protocol,calls",
    [
        (USPI, {Class.WITHHOLD: Action.HOLD, Class.PERMANENT: Action.DISCONTINUE, Class.UNCOVERED: Action.INCOMPLETE}),
        (TIL, {Class.HOLD: Action.HOLD, Class.STOP: Action.STOP, Class.UNCOVERED: Action.INCOMPLETE}),
    ],
)
def test_the_label_and_the_cell_consensus_count_nothing(protocol: Protocol, calls: dict[Class, Action]) -> None:
    assert {c.cls: c.action for row in protocol.rows for c in row.criteria} == calls
    assert (protocol.count_rules, protocol.held_rule) == ((), None)


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_doses_times_and_freshness_are_those_of_the_rules(protocol: Protocol) -> None:
    dosing, timing = protocol.dosing, protocol.timing
    assert dosing.units_per_kg == Decimal(600_000)
    assert (dosing.dose_cap, dosing.course_cap) == ((6, 6) if protocol is TIL else (14, 28))
    assert (dosing.rest_days, dosing.retreatment_days) == (9, 49)
    assert dosing.cycle_window is not None
    lengths = [dosing.infusion, dosing.cycle_window, timing.interval, timing.assess_before, timing.early_limit]
    lengths += [timing.delay_limit, timing.validity, timing.discordant_within]
    assert [_length(length) for length in lengths] == ["15 min", "120 h", "8 h", "2 h", "1 h", "1 h", "1 h", "5 min"]
    assert {group: _length(length) for group, length in protocol.fresh_for.items()} == {
        "vital": "4 h",
        "bedside": "4 h",
        "finding": "4 h",
        "lab": "24 h",
        "weight": "24 h",
        "interval": "8 h",
    }


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_every_criterion_names_its_system_its_source_and_how_sure_we_are(protocol: Protocol) -> None:
    for criterion in (criterion for row in protocol.rows for criterion in row.criteria):
        printed, boxed = criterion.source.ref != "site parameter", criterion.source.row.startswith("Boxed warning")
        assert (criterion.source.table is not None) == (printed and not boxed), criterion.id
        read = str(criterion.verification) in ("read_at_source", "column_inferred")
        cautious = protocol in (USPI, TIL) and criterion.verification is Verification.CAUTIOUS_READING
        assert read or not printed or cautious, criterion.id
        assert printed or not read, criterion.id
        assert criterion.source.citation.startswith(criterion.source.ref)
        assert criterion.source.citation.endswith(criterion.source.row)
        assert criterion.system == protocol.measures[criterion.measure].system
        assert criterion.threshold


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_every_state_without_a_row_says_what_to_do(protocol: Protocol) -> None:
    uncovered = [c for row in protocol.rows for c in row.criteria if c.cls is Class.UNCOVERED]
    assert [criterion.id for criterion in uncovered if criterion.ask is None] == []


@pytest.mark.parametrize(
    "protocol,covered",
    [
        (USPI, "cardiovascular haemodynamic pulmonary gastrointestinal haemorrhagic infectious neurologic"),
        (TIL, "haemodynamic renal"),
    ],
)
def test_a_protocol_read_in_part_names_every_system_it_does_not_cover(protocol: Protocol, covered: str) -> None:
    systems = {measure.system for measure in protocol.measures.values()}
    assert protocol.coverage == "partial"
    assert set(covered.split()).isdisjoint(protocol.uncovered)
    assert systems - {*covered.split()} - {"general", "grading"} <= set(protocol.uncovered)


def test_a_protocol_read_in_full_leaves_no_system_out() -> None:
    assert {(protocol.coverage, protocol.uncovered) for protocol in (LVHN, CONSENSUS)} == {("complete", ())}


def test_exactly_95_percent_is_explained_in_the_file() -> None:
    notes = [c.note for row in LVHN.rows if row.measure == "spo2" for c in row.criteria]
    assert all(note is not None and "95" in note for note in notes)

"""Is a protocol file that cannot be trusted refused, with a sentence that names file and key?"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest

from app.domain.agreement import parse_agreement
from app.domain.errors import NotFound, ProtocolRefused
from app.domain.protocol import Protocol
from app.domain.protocol_file import parse_protocol
from app.domain.scores.news2_file import parse_score_table
from app.protocols.library import read
from tests.builders import CONSENSUS, LIBRARY, LVHN, MEASURES, SHIPPED, TIL, USPI

FILE = "ward-9041.toml"
CREATININE = '{ class = "relative", from = 2.5, below = 3.0 }'
HEART_RATE = '{ class = "relative", from = 120, to = 130 }'
SUM = 'window = { kind = "sum", span = "8 h", minimum = "7.5 h" }\nunit = "mL"'
ON_CANNULA = 'when = [{ measure = "oxygen_device", is = ["nasal_cannula"] }]'
AN_ID = '[[row]]\nid = "creatinine"'

FAULTS = [
    ("a gap between bands", HEART_RATE, HEART_RATE.replace("to = 130", "below = 130"), "heart-rate", "bands"),
    ("a wide gap between bands", CREATININE, CREATININE.replace("3.0", "2.9"), "creatinine", "bands"),
    ("an overlap at a bound", HEART_RATE, HEART_RATE.replace("from = 120", "from = 119"), "heart-rate", "bands"),
    ("an overlap of one point", CREATININE, CREATININE.replace("below = 3.0", "to = 3.0"), "creatinine", "bands"),
    ("no lowest band", '{ class = "none", below = 120 },', "", "heart-rate", "bands"),
    ("no highest band", '{ class = "absolute", above = 130 },', "", "heart-rate", "bands"),
    ("a band that holds nothing", HEART_RATE, HEART_RATE.replace("to = 130", "below = 120"), "heart-rate", "from"),
    ("a band the wrong way round", CREATININE, CREATININE.replace("3.0", "2.0"), "creatinine", "from"),
    ("a bound given twice", CREATININE, CREATININE.replace("from", "above = 2.4, from"), "creatinine", "above"),
    ("a bound that is no number", HEART_RATE, HEART_RATE.replace("130", "nan"), "heart-rate", "to"),
    ("an endless bound", HEART_RATE, HEART_RATE.replace("130", "inf"), "heart-rate", "to"),
    ("a bound in words", HEART_RATE, HEART_RATE.replace("130", '"130"'), "heart-rate", "to"),
    ("a row without a criterion", 'when_true = "relative"', 'when_true = "none"', "dyspnoea", "when_true"),
    ("an unclassified choice", 'atrial_fibrillation = "absolute"\n', "", "rhythm", "atrial_fibrillation"),
    ("a choice that does not exist", 'sinus = "none"', 'sinus = "none"\nflutter = "absolute"', "rhythm", "flutter"),
    ("a class that does not exist", 'sinus = "none"', 'sinus = "fine"', "rhythm", "sinus"),
    ("a class nobody gave an action", 'sinus = "none"', 'sinus = "permanent"', "rhythm", "permanent"),
    ("an unknown measure", 'measure = "creatinine"', 'measure = "kreatinine"', "creatinine", "measure"),
    ("an unknown required measure", '"consciousness",\n]', '"awareness",\n]', "required", "awareness"),
    ("a wrong unit", 'unit = "mg/dL"', 'unit = "umol/L"', "creatinine", "unit"),
    ("a unit on a finding", 'when_true = "relative"', 'when_true = "relative"\nunit = "%"', "dyspnoea", "unit"),
    (
        "a source that is not cited",
        '{ ref = "L15", table = "Table 1", row = "Renal: creatinine" }',
        '{ ref = "L16", table = "Table 1", row = "Renal: creatinine" }',
        "creatinine",
        "ref",
    ),
    ("a source without a row", ', row = "Renal: creatinine" }', " }", "creatinine", "row"),
    (
        "an unknown verification",
        'verification = "column_inferred"',
        'verification = "sure"',
        "nasal-oxygen",
        "verification",
    ),
    ("a misspelt key", "when_taken = true", "when_tacken = true", "cardiac-enzymes", "when_tacken"),
    ("a duration without a space", 'delay_limit = "60 min"', 'delay_limit = "60min"', "timing", "delay_limit"),
    ("a duration in words", 'delay_limit = "60 min"', 'delay_limit = "an hour"', "timing", "delay_limit"),
    ("a duration of nothing", 'delay_limit = "60 min"', 'delay_limit = "0 min"', "timing", "delay_limit"),
    ("a duration as a number", 'delay_limit = "60 min"', "delay_limit = 60", "timing", "delay_limit"),
    ("freshness of nothing", 'fresh_for = "24 h"', 'fresh_for = "0 h"', "ischaemia", "fresh_for"),
    ("a duplicate row", '[[row]]\nid = "bowel"', '[[row]]\nid = "creatinine"', "creatinine", "row"),
    ("an unknown window", SUM, SUM.replace('"sum"', '"total"'), "urine", "kind"),
    ("a window that does not fit", SUM, 'window = { kind = "latest" }\nunit = "mL"', "urine", "kind"),
    ("a sum without coverage", SUM, SUM.replace(', minimum = "7.5 h"', ""), "urine", "minimum"),
    ("a key another window has", SUM, SUM.replace("7.5 h", '7.5 h", gap = "15 min'), "urine", "gap"),
    ("a condition on nothing", ON_CANNULA, 'when = [{ measure = "oxygen_flow" }]', "nasal-oxygen", "from"),
    ("a bound on a choice", ON_CANNULA, 'when = [{ measure = "oxygen_device", to = 4 }]', "nasal-oxygen", "is"),
    ("a condition on no device", ON_CANNULA, ON_CANNULA.replace("nasal_cannula", "nose"), "nasal-oxygen", "is"),
    ("an any-time choice that does not exist", '["intubated"]', '["ventilated"]', "oxygen-device", "any_time"),
    ("an exception that names no criterion", '"coma-absolute",', '"comma-absolute",', "consciousness", "unless"),
    ("a met criterion that proceeds", 'relative = "hold"', 'relative = "proceed"', "calls", "relative"),
    ("an unknown action", 'relative = "hold"', 'relative = "pause"', "calls", "relative"),
    (
        "an action for what nobody knows",
        'relative = "hold"',
        'relative = "hold"\nuncovered = "caution"',
        "calls",
        "uncovered",
    ),
    ("a rule that always applies", "at_least = 3", "at_least = 0", "combination", "at_least"),
    ("a half number of doses", "dose_cap = 14", "dose_cap = 14.5", "dosing", "dose_cap"),
    ("partial without saying what is left out", 'coverage = "complete"', 'coverage = "partial"', FILE, "uncovered"),
    ("an unknown coverage", 'coverage = "complete"', 'coverage = "full"', FILE, "coverage"),
    ("a key twice", AN_ID, AN_ID + '\nid = "creatinine"', FILE, "cannot be read"),
    ("broken TOML", "[timing]", "[timing", FILE, "cannot be read"),
]


def parse(document: bytes) -> Protocol:
    return parse_protocol(document, MEASURES, LIBRARY.agreement, FILE)


def refusal_of(document: bytes) -> str:
    with pytest.raises(ProtocolRefused) as refusal:
        parse(document)
    assert refusal.value.sentence.startswith(FILE)
    return refusal.value.sentence


def read_or_refused(document: bytes) -> str | None:
    try:
        parse(document)
    except ProtocolRefused as refusal:
        return refusal.sentence
    return None


@pytest.mark.hazard("HZ-09")
@pytest.mark.parametrize("old,new,place,key", [pytest.param(*fault[1:], id=fault[0]) for fault in FAULTS])
def test_a_fault_in_the_file_is_refused_and_named(old: str, new: str, place: str, key: str) -> None:
    document = LVHN.document.decode()
    assert old in document
    sentence = refusal_of(document.replace(old, new, 1).encode())
    assert place in sentence
    assert key in sentence


UNCOVERED = """
  "cardiovascular", "pulmonary", "hepatic", "gastrointestinal", "haemorrhagic", "haematologic", "infectious",
  "dermatologic", "musculoskeletal", "neurologic",
"""
FAULTS_OF_THE_OTHERS = [
    ("a quiet measure that is none", USPI, '"chest_pain", "dyspnoea_at_rest"', '"chest_pains"', "rhythm", "quiet"),
    ("a quiet measure that is no finding", USPI, '"chest_pain", "dyspnoea_at_rest"', '"heart_rate"', "rhythm", "quiet"),
    ("a clearing choice that does not exist", USPI, 'is = ["negative"]', 'is = ["clean"]', "frank-blood", "is"),
    ("a clearing bound that is none", USPI, 'measure = "spo2", above = 90', 'measure = "spo2"', "saturation", "from"),
    ("cleared by the nearest", USPI, '"spo2", above = 90', '"spo2", nearest = true, above = 90', "saturation", "clear"),
    ("a latch with a key nobody knows", USPI, "after_dose = true", "after_doses = true", "seizure", "after_doses"),
    ("a count of what is no finding", USPI, 'measure = "seizure"\nsystem = "neurologic"\nwindow = { kind = "count" }',
     'measure = "consciousness"\nsystem = "neurologic"\nwindow = { kind = "count" }', "repeated-seizures", "kind"),
    ("a count in another unit", USPI, 'unit = "times"', 'unit = "{beats}"', "repeated-seizures", "unit"),
    ("a length of nothing", USPI, 'span = "72 h"', 'span = "0 h"', "long-intubation", "span"),
    ("an outlasted number", USPI, '"latched", clear = [{ measure = "spo2", above = 90 }]', '"outlasted", span = "1 h"',
     "saturation", "kind"),
    ("a share of a measure that does not exist", TIL, 'per = "weight"', 'per = "height"', "urine", "per"),
    ("a share in the unit of the whole", TIL, 'unit = "mL/kg"', 'unit = "mL"', "urine", "unit"),
    ("a share without saying of what", TIL, ', per = "weight"', "", "urine", "unit"),
    ("partial without a system", TIL, UNCOVERED, "", FILE, "uncovered"),
    ("complete with systems left out", TIL, 'coverage = "partial"', 'coverage = "complete"', FILE, "uncovered"),
]  # fmt: skip


@pytest.mark.hazard("HZ-09")
@pytest.mark.parametrize(
    "protocol,old,new,place,key", [pytest.param(*fault[1:], id=fault[0]) for fault in FAULTS_OF_THE_OTHERS]
)
def test_a_fault_in_a_file_with_latches_is_refused_and_named(
    protocol: Protocol, old: str, new: str, place: str, key: str
) -> None:
    document = protocol.document.decode()
    assert old in document
    sentence = refusal_of(document.replace(old, new, 1).encode())
    assert place in sentence
    assert key in sentence


def test_bytes_that_are_no_text_are_refused() -> None:
    assert "cannot be read" in refusal_of(LVHN.document + b"\xff")


@pytest.mark.parametrize("protocol", SHIPPED, ids=lambda protocol: protocol.pin.id)
def test_the_shipped_file_itself_loads_and_is_known_by_its_hash(protocol: Protocol) -> None:
    assert parse(protocol.document).pin == protocol.pin
    assert parse(protocol.document + b"# a local remark\n").pin.sha256 != protocol.pin.sha256


def test_an_unknown_protocol_is_not_found_and_the_known_ones_are_named() -> None:
    with pytest.raises(NotFound, match="lvhn-2015, consensus-2014"):
        LIBRARY.protocol("house-1999")


# ---- Every key of the file, one by one: taken out, turned into something else, and joined by a stranger

CLASSES = ("relative", "absolute", "withhold", "permanent", "hold", "stop")
MAY_BE_LEFT_OUT = {"ask", "note", "any_time", "when", "when_taken", "unless", "fresh_for", "answered_by", "while"} | {
    "nearest",
    "count",
    "held_occasions",
    "table",  # a site parameter stands in none
    "from",  # what is left is a gap, which is refused by another name
    "to",
    "above",
    "below",
    "clear",
    "quiet",
    "after_dose",
    "event",
    "per",  # what is left is a unit that does not fit, which is refused by another name
    *CLASSES,  # what is left is a class that nobody gave an action, which is refused by another name
}
KEPT = [
    "chest-pain",
    "consciousness",
    "nasal-oxygen",
    "serial-sevens",
    "weight-gain",
    "diarrhoea-twice",
    "heart-rate",
    "disorientation",
    "cardiac-enzymes",
    "norepinephrine",
]
KEPT_OF_THE_OTHERS = {"uspi-2023": ["low-systolic", "repeated-seizures", "long-coma", "seizure"], "til-2024": ["urine"]}


def small_document() -> dict[str, Any]:
    """One row of each shape out of the shipped files, in one file."""
    tables = {one.pin.id: tomllib.loads(one.document.decode(), parse_float=Decimal) for one in SHIPPED}
    first = tables[LVHN.pin.id]
    rows = {row["id"]: row for one in (LVHN, CONSENSUS) for row in tables[one.pin.id]["row"]}
    kept = [rows[name] for name in KEPT]
    kept += [row for name, ids in KEPT_OF_THE_OTHERS.items() for row in tables[name]["row"] if row["id"] in ids]
    document = first | {"row": deepcopy(kept)}
    document["source"] = {name: source for table in tables.values() for name, source in table["source"].items()}
    calls = {name: action for table in tables.values() for name, action in table["combination"]["calls"].items()}
    document["combination"] = deepcopy(first["combination"]) | {"calls": calls}
    document["required"] = ["temperature"]
    next(row for row in document["row"] if row["id"] == "consciousness")["unless"] = ["consciousness-uncovered"]
    return document


def toml(value: Any) -> str:
    """A value as TOML, all tables inline."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)} = {toml(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(toml(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def document_of(table: dict[str, Any]) -> bytes:
    return "\n".join(f"{json.dumps(key)} = {toml(value)}" for key, value in table.items()).encode()


Path = tuple[str | int, ...]


def paths(value: Any, path: Path = ()) -> Iterator[Path]:
    """The way to every key of a document."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        if isinstance(key, str):
            yield (*path, key)
        yield from paths(inner, (*path, key))


def at(table: Any, path: Path) -> Any:
    for key in path:
        table = table[key]
    return table


SMALL = small_document()
PATHS = list(paths(SMALL))
TABLES = list(dict.fromkeys(path[:-1] for path in PATHS if path[:-1] != ("source",)))
GROUPS = list(dict.fromkeys(path[:2] for path in PATHS))
OTHER_THINGS: tuple[Any, ...] = (True, 7, Decimal("-0.5"), "", "9041", [], [9041], ["9041"], {"x": 1}, [[{}]], [{}])


def test_the_small_file_loads() -> None:
    kinds = {row.window.kind for row in parse(document_of(SMALL)).rows}
    assert kinds == {row.window.kind for protocol in SHIPPED for row in protocol.rows}


@pytest.mark.hazard("HZ-09")
def test_every_key_that_may_not_be_left_out_is_missed_by_name() -> None:
    for path in PATHS:
        if path[-1] in MAY_BE_LEFT_OUT:
            continue
        table = deepcopy(SMALL)
        at(table, path[:-1]).pop(path[-1])
        sentence = refusal_of(document_of(table))
        assert str(path[-1]) in sentence, path


@pytest.mark.parametrize("long_path", TABLES, ids=lambda path: " ".join(map(str, path)) or "top")
def test_a_stranger_is_refused_in_every_table(long_path: Path) -> None:
    small, path = alone(long_path) if long_path else (SMALL, ())
    table = deepcopy(small)
    at(table, path)["stranger"] = "x"
    assert "stranger" in refusal_of(document_of(table))


def test_a_cycle_lasts_hours_or_calendar_days_and_not_both() -> None:
    written, days = 'cycle_window = "120 h"', "cycle_days = 5"
    document = LVHN.document.decode()
    dosing = parse(document.replace(written, days).encode()).dosing
    assert (dosing.cycle_window, dosing.cycle_days) == (None, 5)
    for wrong in ("", f"{written}\n{days}"):
        assert "cycle_window or cycle_days must say" in refusal_of(document.replace(written, wrong).encode())


def test_a_file_without_a_row_decides_nothing() -> None:
    rest = {name: table for name, table in SMALL.items() if name != "row"}
    for table in (rest, rest | {"row": []}):
        assert "row is missing" in refusal_of(document_of(table))


def alone(path: Path) -> tuple[dict[str, Any], Path]:
    """A document with no other row than the one the path leads to, and the way there: quick to read."""
    if path[0] != "row" or len(path) == 1:
        return SMALL | {"row": SMALL["row"][:1]}, path
    _, number, *rest = path
    return SMALL | {"row": [SMALL["row"][number]]}, ("row", 0, *rest)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: " ".join(map(str, group)))
def test_another_kind_of_thing_is_refused_by_name_or_read_and_never_a_crash(group: Path) -> None:
    for long_path in (path for path in PATHS if path[:2] == group):
        small, path = alone(long_path)
        for thing in OTHER_THINGS:
            table = deepcopy(small)
            at(table, path[:-1])[path[-1]] = thing
            sentence = read_or_refused(document_of(table))
            assert sentence is None or sentence.startswith(FILE), (path, thing)


@pytest.mark.parametrize(
    "old,new",
    [
        (b"[single]", b""),
        (b"[steps]", b""),
        (b"least = 7", b""),
        (b"room_air = 0", b""),
        (b"room_air = 0", b"room_air = 0\nhelmet = 2"),
        (b"heart_rate = [", b"pulse = ["),
        (b"{ to = 8, points = 3 }, { to = 11, points = 1 }", b"{ to = 11, points = 1 }, { to = 8, points = 3 }"),
        (b"{ to = 24, points = 2 }, { points = 3 }", b"{ to = 24, points = 2 }"),
        (b"temperature = 0.1", b'temperature = "fine"'),
    ],
)
def test_a_broken_score_table_is_refused_by_name(old: bytes, new: bytes) -> None:
    assert old in read("news2.toml")
    with pytest.raises(ProtocolRefused, match=r"news2\.toml"):
        parse_score_table(read("news2.toml").replace(old, new, 1), MEASURES)


@pytest.mark.parametrize("old,new", [(b"systolic_bp", b"systolic"), (b"than = ", b"then = "), (b"room_air", b"no_air")])
def test_a_broken_list_of_contradictions_is_refused_by_name(old: bytes, new: bytes) -> None:
    with pytest.raises(ProtocolRefused, match=r"agreement\.toml"):
        parse_agreement(read("agreement.toml").replace(old, new), MEASURES)

"""What may be written on the flowsheet, and what is refused with which sentence?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.entry import Charted, Item, check_agreement, check_items
from app.domain.errors import InvalidInput
from app.domain.measure import Kind
from tests.builders import AT, LIBRARY, MEASURES


def an_item(measure: str, value: Any, unit: str | None = None, **changes: Any) -> Item:
    """An entry in the canonical unit, unless told otherwise."""
    kind, canonical = MEASURES[measure].kind, MEASURES[measure].unit
    number = Decimal(value) if isinstance(value, str) and MEASURES[measure].numeric else value
    start = AT - timedelta(hours=1) if kind is Kind.INTERVAL else None
    return replace(Item(measure, number, canonical if unit is None else unit, AT, start), **changes)


def check(*items: Item, confirmation: bool = True) -> tuple[Charted, ...]:
    return check_items(items, MEASURES, AT, confirmation=confirmation, pointer="/items")


def refusal(*items: Item, confirmation: bool = True) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        check(*items, confirmation=confirmation)
    return refused.value


def code(item: Item) -> str:
    (error,) = refusal(item).errors
    return error.code


@pytest.mark.parametrize("measure", [name for name, measure in MEASURES.items() if measure.well is not None])
def test_a_well_value_is_charted_as_it_was_entered(measure: str) -> None:
    (charted,) = check(an_item(measure, MEASURES[measure].well))
    assert (charted.value, charted.unit) == (MEASURES[measure].well, MEASURES[measure].unit)


NUMBERS = [measure for measure in MEASURES.values() if measure.numeric]


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize("measure", [measure.name for measure in NUMBERS])
def test_both_ends_of_a_hard_limit_are_allowed_and_a_step_beyond_is_refused(measure: str) -> None:
    hard, decimals = MEASURES[measure].hard, MEASURES[measure].decimals
    assert hard is not None
    assert decimals is not None
    step = Decimal(1).scaleb(-decimals)
    for value in hard:
        assert check(an_item(measure, value, confirmed=True))[0].value == value
    for value in (hard[0] - step, hard[1] + step):
        assert code(an_item(measure, value, confirmed=True)) == "impossible"


@pytest.mark.parametrize("measure", [m.name for m in NUMBERS if m.warn != m.hard])
def test_a_step_beyond_a_warn_limit_needs_a_confirmation_and_only_at_the_bedside(measure: str) -> None:
    warn, hard, decimals = MEASURES[measure].warn, MEASURES[measure].hard, MEASURES[measure].decimals
    assert warn is not None
    assert hard is not None
    assert decimals is not None
    step = Decimal(1).scaleb(-decimals)
    for value, limit, beyond in ((warn[0], hard[0], warn[0] - step), (warn[1], hard[1], warn[1] + step)):
        assert check(an_item(measure, value))
        if limit != value:
            assert code(an_item(measure, beyond)) == "unlikely"
            assert check(an_item(measure, beyond, confirmed=True))[0].confirmed
            assert check(an_item(measure, beyond), confirmation=False)


@pytest.mark.parametrize("value", ["25.0", "43.0", "35.0"])
def test_real_extremes_of_temperature_can_be_charted(value: str) -> None:
    assert check(an_item("temperature", value, confirmed=True))


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize(
    "item,expected",
    [
        (an_item("platelets", "50", unit="/mm3"), "wrong_unit"),
        (replace(an_item("platelets", "50"), unit=None), "unit_needed"),
        (an_item("platelets", "50", unit=""), "wrong_unit"),
        (an_item("creatinine", "90", unit="umol/L"), "wrong_unit"),
        (an_item("weight", "176", unit="[lb_av]"), "wrong_unit"),
        (an_item("temperature", "98.2", unit="F"), "wrong_unit"),
        (an_item("temperature", "98.2", unit="[DEGF]"), "wrong_unit"),
        (an_item("systolic_bp", "16", unit="kPa"), "wrong_unit"),
        (an_item("seizure", True, unit="%"), "no_unit"),
        (an_item("rhythm", "sinus", unit="/min"), "no_unit"),
        (an_item("heart_rate", "84.5"), "too_precise"),
        (an_item("temperature", "36.85"), "too_precise"),
        (an_item("creatinine", "0.901"), "too_precise"),
        (an_item("platelets", "50.05"), "too_precise"),
        (an_item("urine_volume", "75.0001"), "too_precise"),
        (an_item("heart_rate", "NaN"), "not_a_number"),
        (an_item("heart_rate", "sNaN"), "not_a_number"),
        (an_item("heart_rate", "Infinity"), "not_a_number"),
        (an_item("temperature", "-Infinity", unit="[degF]"), "not_a_number"),
        (an_item("temperature", "1E+40", unit="[degF]"), "impossible"),
        (an_item("heart_rate", True), "not_a_number"),
        (replace(an_item("heart_rate", "84"), value="84"), "not_a_number"),
        (an_item("seizure", 0), "not_yes_or_no"),
        (an_item("seizure", "false"), "not_yes_or_no"),
        (an_item("seizure", Decimal(1)), "not_yes_or_no"),
        (an_item("rhythm", "Sinus"), "unknown_choice"),
        (an_item("rhythm", ""), "unknown_choice"),
        (an_item("rhythm", True), "unknown_choice"),
        (replace(an_item("heart_rate", "84"), measure="hart_rate"), "unknown_measure"),
        (replace(an_item("heart_rate", "84"), measure=""), "unknown_measure"),
        (an_item("urine_volume", "75", start_at=None), "interval_needed"),
        (an_item("urine_volume", "75", start_at=AT), "empty_interval"),
        (an_item("urine_volume", "75", start_at=AT + timedelta(minutes=1)), "empty_interval"),
        (an_item("heart_rate", "84", start_at=AT - timedelta(hours=1)), "no_interval"),
        (an_item("heart_rate", "84", observed_at=AT + timedelta(minutes=2, microseconds=1)), "future"),
        (an_item("urine_volume", "75", observed_at=AT + timedelta(minutes=3)), "future"),
    ],
    ids=lambda item: f"{item.measure} {item.value} {item.unit}" if isinstance(item, Item) else None,
)
def test_an_entry_that_could_be_misread_is_refused(item: Item, expected: str) -> None:
    assert code(item) == expected


def test_two_minutes_ahead_and_long_ago_are_accepted() -> None:
    for observed_at in (AT + timedelta(minutes=2), AT - timedelta(days=9)):
        assert check(an_item("heart_rate", "84", observed_at=observed_at))[0].observed_at == observed_at


def test_trailing_zeros_are_kept_and_are_not_too_precise() -> None:
    (charted,) = check(an_item("creatinine", "2.50"))
    assert str(charted.value) == charted.entered == "2.50"
    assert check(an_item("heart_rate", "84.0"))


@pytest.mark.hazard("HZ-05")
@pytest.mark.parametrize(
    "fahrenheit,celsius",
    [("100.3", "37.9"), ("100.4", "38.0"), ("96.9", "36.1"), ("96.8", "36.0"), ("95", "35.0"), ("98.6", "37.0"),
     ("77", "25.0"), ("109.4", "43.0"), ("99.95", None), ("102.2", "39.0"), ("102.3", "39.1"), ("96.71", None)],
)  # fmt: skip
def test_fahrenheit_is_converted_exactly_and_rounded_half_up_to_a_tenth(fahrenheit: str, celsius: str | None) -> None:
    item = an_item("temperature", fahrenheit, unit="[degF]", confirmed=True)
    if celsius is None:
        assert code(item) == "too_precise"
        return
    (charted,) = check(item)
    assert (str(charted.value), charted.unit) == (celsius, "Cel")
    assert (charted.entered, charted.entered_unit) == (fahrenheit, "[degF]")


@pytest.mark.parametrize("fahrenheit", ["76.9", "109.5"])
def test_fahrenheit_has_the_same_hard_limits(fahrenheit: str) -> None:
    assert code(an_item("temperature", fahrenheit, unit="[degF]", confirmed=True)) == "impossible"


@pytest.mark.parametrize(
    "value,unit,asked", [("101.2", "Cel", "°F"), ("36.8", "[degF]", "°C"), ("-3", "Cel", None), ("200", "Cel", None)]
)
def test_the_other_unit_is_suggested_where_the_number_fits_it(value: str, unit: str, asked: str | None) -> None:
    sentence = refusal(an_item("temperature", value, unit=unit)).sentence
    assert ("Did you mean" in sentence) is (asked is not None)
    if asked is not None:
        assert sentence.endswith(f"Did you mean {asked}?")


@pytest.mark.hazard("HZ-15")
@pytest.mark.parametrize(
    "item",
    [an_item("heart_rate", "777"), an_item("heart_rate", "777", unit="777"), an_item("heart_rate", "77.7"),
     an_item("rhythm", "777"), an_item("seizure", "777"), replace(an_item("heart_rate", "84"), measure="777")],
)  # fmt: skip
def test_a_refusal_never_repeats_what_was_entered(item: Item) -> None:
    refused = refusal(item)
    for text in (refused.sentence, *(error.message for error in refused.errors)):
        assert "777" not in text
        assert "77.7" not in text


def test_every_fault_of_a_set_is_named_by_its_place_and_nothing_is_charted() -> None:
    refused = refusal(
        an_item("heart_rate", "84"), an_item("heart_rate", "999"), an_item("rhythm", "odd"), an_item("weight", "80.05")
    )
    assert [(error.pointer, error.code) for error in refused.errors] == [
        ("/items/1/value", "impossible"),
        ("/items/2/value", "unknown_choice"),
        ("/items/3/value", "too_precise"),
    ]
    assert refused.sentence.startswith("3 entries were refused.")


# ---- Values that contradict each other

DEVICES = MEASURES["oxygen_device"].choices
FLOW_DEVICES = ("nasal_cannula", "simple_mask", "mask_40_percent", "non_rebreather", "high_flow_nasal")


def contradiction(*items: Item) -> InvalidInput | None:
    try:
        check_agreement(check(*items), LIBRARY.agreement, "/items")
    except InvalidInput as refused:
        return refused
    return None


@pytest.mark.parametrize("device", DEVICES)
def test_flow_and_device_must_agree(device: str) -> None:
    for flow, fits in (("0", device not in FLOW_DEVICES), ("2", device != "room_air")):
        refused = contradiction(an_item("oxygen_flow", flow), an_item("oxygen_device", device))
        assert (refused is None) is fits, (device, flow)


@pytest.mark.parametrize("systolic,diastolic,fits", [("80", "79", True), ("80", "80", False), ("80", "81", False)])
def test_systolic_must_be_above_diastolic(systolic: str, diastolic: str, *, fits: bool) -> None:
    refused = contradiction(an_item("diastolic_bp", diastolic), an_item("systolic_bp", systolic))
    assert (refused is None) is fits
    if refused is not None:
        assert [(error.pointer, error.code) for error in refused.errors] == [("/items/1/value", "contradictory")]


def test_values_of_different_moments_do_not_contradict_and_the_fault_is_where_it_is() -> None:
    earlier = AT - timedelta(hours=1)
    high = an_item("diastolic_bp", "90", observed_at=earlier)
    assert contradiction(high, an_item("systolic_bp", "85")) is None
    refused = contradiction(
        an_item("systolic_bp", "118"), an_item("diastolic_bp", "72"), high,
        an_item("systolic_bp", "85", observed_at=earlier),
    )  # fmt: skip
    assert refused is not None
    assert refused.errors[0].pointer == "/items/3/value"

"""Are charted values that cannot be true together found out, and is a list that names what nobody charts refused?"""

from decimal import Decimal

import pytest

from app.domain.agreement import Above, ByChoice, parse_agreement
from app.domain.errors import ProtocolRefused
from app.domain.measure import Value
from app.protocols.library import read
from tests.builders import LIBRARY, MEASURES

ABOVE = Above("systolic_bp", "diastolic_bp", "Above.")
FLOW = ByChoice("oxygen_flow", "oxygen_device", frozenset({"room_air"}), frozenset({"simple_mask"}), "Flow.")


def pressures(upper: Value | None, lower: Value | None) -> dict[str, Value]:
    return charted(systolic_bp=upper, diastolic_bp=lower)


def oxygen(flow: Value | None, device: Value | None) -> dict[str, Value]:
    return charted(oxygen_flow=flow, oxygen_device=device)


def charted(**values: Value | None) -> dict[str, Value]:
    return {name: value for name, value in values.items() if value is not None}


@pytest.mark.parametrize(
    "values,broken",
    [
        (pressures(Decimal(81), Decimal(80)), False),
        (pressures(Decimal(80), Decimal(80)), True),
        (pressures(Decimal(79), Decimal(80)), True),
        (pressures(Decimal(0), Decimal(0)), True),
        (pressures(Decimal(79), None), False),
        (pressures(None, Decimal(80)), False),
        (pressures(None, None), False),
        (pressures(Decimal(79), "eighty"), False),
        (pressures("eighty", Decimal(80)), False),
    ],
)
def test_the_upper_pressure_is_above_the_lower_where_both_are_numbers(
    values: dict[str, Value], *, broken: bool
) -> None:
    assert ABOVE.broken(values) is broken


@pytest.mark.parametrize(
    "values,broken",
    [
        (oxygen(Decimal(0), "room_air"), False),
        (oxygen(Decimal("0.5"), "room_air"), True),
        (oxygen(Decimal(0), "simple_mask"), True),
        (oxygen(Decimal("0.5"), "simple_mask"), False),
        (oxygen(Decimal(0), "intubated"), False),
        (oxygen(Decimal(2), "intubated"), False),
        (oxygen(None, "room_air"), False),
        (oxygen(None, "simple_mask"), False),
        (oxygen(Decimal(2), None), False),
        (oxygen(None, None), False),
        (oxygen("two", "room_air"), False),
        (oxygen(Decimal(2), True), False),
    ],
)
def test_oxygen_flows_where_a_device_needs_it_and_not_in_room_air(values: dict[str, Value], *, broken: bool) -> None:
    assert FLOW.broken(values) is broken


def test_the_shipped_list_is_read_as_the_library_holds_it() -> None:
    agreement = parse_agreement(read("agreement.toml"), MEASURES)
    assert agreement == LIBRARY.agreement
    assert agreement.named == {"systolic_bp", "diastolic_bp", "oxygen_flow", "oxygen_device"}


def test_the_first_rule_that_is_broken_is_named() -> None:
    both = pressures(Decimal(70), Decimal(80)) | oxygen(Decimal(2), "room_air")
    found = [LIBRARY.agreement.broken(values) for values in (both, oxygen(Decimal(2), "room_air"), {})]
    assert found == [LIBRARY.agreement.above[0], LIBRARY.agreement.by_choice[0], None]


def _document(above: str = "", choice: str = "oxygen_device", zero: str = '"room_air"') -> bytes:
    rows = "\n".join(f'[[above]]\nmeasure = "{name}"\nthan = "diastolic_bp"\nsentence = ""' for name in above)
    head = rows or "above = []"
    return f"""{head}
[[by_choice]]
measure = "oxygen_flow"
choice = "{choice}"
zero = [{zero}]
positive = []
sentence = ""
""".encode()


CHOICES = ", ".join(f'"{letter}"' for letter in "hgfedcba")


@pytest.mark.parametrize(
    "document,code,said",
    [
        (_document(zero=CHOICES), "unknown_choice", "ward.toml names an unknown choice of oxygen_device: a."),
        (_document(choice="device"), "unknown_choice", "ward.toml names an unknown choice of device: room_air."),
        (_document(choice="spo2"), "unknown_choice", "ward.toml names an unknown choice of spo2: room_air."),
        (_document(choice="device", zero=""), "unknown_measure", "ward.toml names an unknown measure: device."),
        (_document("hgfedcba"), "unknown_measure", "ward.toml names an unknown measure: a."),
    ],
)
def test_a_name_nobody_charts_is_refused_the_first_by_name_first(document: bytes, code: str, said: str) -> None:
    with pytest.raises(ProtocolRefused) as refusal:
        parse_agreement(document, MEASURES, "ward.toml")
    assert (refusal.value.code, refusal.value.sentence) == (code, said)

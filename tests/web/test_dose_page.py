"""Does a dose's page lay open the grounds before the verdict, and let each role do what is theirs?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.domain.entry import Item
from app.domain.flowsheet import Flowsheet
from app.domain.vocabulary import Choice
from app.services.cases import read_case
from app.services.observing import record
from app.services.seconding import ask_second
from app.web.form import Form
from tests.web.house import MRN, NOW, PASSWORD, House, Stay
from tests.web.pages import fill, words_of

SOON = NOW - timedelta(minutes=20)
IDENTIFIERS = {"mrn": MRN, "born": "03-Feb-1971"}


def _sheet(house: House, stay: Stay) -> Flowsheet:
    with house.database.reading() as tx:
        return read_case(tx, house.library, house.acting(), stay.course.id).sheet


def _page(house: House, stay: Stay, login: str = "nurse", query: str = "") -> str:
    answer = house.client(login).get(f"/doses/{stay.dose(3).id}{query}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.hazard("HZ-14")
def test_values_and_criteria_stand_before_the_verdict(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    text = _page(house, stay)
    for words in (
        "Creatinine",
        "2.6 mg/dL",
        "2.5 to below 3.0 mg/dL",
        "13:40, 20 min ago",
        "Relative criterion: hold",
        "L15",
    ):
        assert text.index(words) < text.index('class="chip chip-hold"'), words
    assert "NEWS2 0" in text
    assert "consensus-2014" in text
    assert "Caution: prescriber decides" in text


@pytest.mark.hazard("HZ-04")
def test_what_another_protocol_says_of_a_past_dose_is_of_its_decision_and_stays(house: House, stay: Stay) -> None:
    said = _others(house, stay)
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    assert (
        _others(house, stay) == said == "consensus-2014 No hold criterion met Every required value is present and fresh"
    )


def _others(house: House, stay: Stay) -> str:
    words = words_of(house.client("nurse").get(f"/doses/{stay.dose(2).id}").text)
    return words[words.index("consensus-2014") :].partition(" Protocol ")[0]


def test_what_is_missing_is_listed_with_its_last_time(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, without=["temperature"])
    text = _page(house, stay)
    assert "Needed and not usable" in text
    assert re.search(r"Temperature: too old \(last 05:00|Temperature: too old \(last 06:00", text)


@pytest.mark.parametrize(
    "login, buttons",
    [
        ("nurse", {"observe", "give", "decide"}),
        ("prescriber", {"observe", "give", "decide", "order"}),
        ("charge", {"observe", "give", "decide"}),
        ("admin", set[str]()),
        ("pharmacist", set[str]()),
    ],
)
def test_every_role_sees_the_buttons_of_its_own(house: House, stay: Stay, login: str, buttons: set[str]) -> None:
    house.chart(stay, dose=3, at=SOON)
    path = f"/doses/{stay.dose(3).id}"
    shown = set(re.findall(rf'(?:href|action)="{path}/(observe|give|order|decide)"', _page(house, stay, login)))
    assert shown == buttons
    for button in {"give", "order"} - buttons:
        assert house.client(login).get(f"{path}/{button}").status_code == 403


def test_a_dose_is_given_on_a_standing_decision_with_both_identifiers(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    client, path = house.client("nurse"), f"/doses/{stay.dose(3).id}"
    assert MRN not in client.get(f"{path}/give").text
    answer = fill(client, f"{path}/give", {"outcome": "given", **IDENTIFIERS})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    text = client.get(path).text
    assert "Given in full, started 14:00, end not recorded yet, 43,200,000 units, by CANARY-nurse." in text
    assert f"{path}/give" not in text


def test_a_dose_is_given_in_the_minute_it_was_decided_in(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    house.clock.forward(seconds=20)
    house.chart(stay, dose=3)
    house.clock.forward(seconds=20)
    client, path = house.client("nurse"), f"/doses/{stay.dose(3).id}"
    answer = fill(client, f"{path}/give", {"outcome": "given", **IDENTIFIERS})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)


def test_a_start_before_the_decision_it_names_is_none_of_that_minute(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    house.clock.forward(seconds=80)
    house.chart(stay, dose=3)
    client, path = house.client("nurse"), f"/doses/{stay.dose(3).id}"
    answer = fill(client, f"{path}/give", {"outcome": "given", "started.clock": "14:00", **IDENTIFIERS})
    assert answer.status_code == 409
    assert "There is a newer decision for this dose" in answer.text


@pytest.mark.hazard("HZ-03")
@pytest.mark.parametrize("wrong", [{"mrn": "CANARY-OTHER-1"}, {"born": "04-Feb-1971"}])
def test_identifiers_of_another_patient_are_refused_and_nothing_is_given(
    house: House, stay: Stay, wrong: dict[str, str]
) -> None:
    house.chart(stay, dose=3, at=SOON)
    typed = {"outcome": "given", **IDENTIFIERS, **wrong}
    answer = fill(house.client("nurse"), f"/doses/{stay.dose(3).id}/give", typed)
    assert answer.status_code == 422
    assert "not those of the patient this dose is for" in answer.text
    assert f'value="{typed["mrn"]}"' in answer.text
    assert _sheet(house, stay).administration(stay.dose(3).id) is None


def test_giving_on_a_hold_needs_a_reason_and_is_a_deviation(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    client, path = house.client("nurse"), f"/doses/{stay.dose(3).id}/give"
    refused = fill(client, path, {"outcome": "given", **IDENTIFIERS})
    assert refused.status_code == 409
    assert "record it with a reason" in refused.text
    assert fill(client, path, {"outcome": "given", "reason": "CANARY-reason", **IDENTIFIERS}).status_code == 303
    given = _sheet(house, stay).administration(stay.dose(3).id)
    assert given is not None
    assert given.deviation == "CANARY-reason"


def test_an_interrupted_dose_says_how_much_went_in(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    client, path = house.client("nurse"), f"/doses/{stay.dose(3).id}/give"
    assert fill(client, path, {"outcome": "interrupted", **IDENTIFIERS}).status_code == 422
    answer = fill(client, path, {"outcome": "interrupted", "units": "21,600,000", **IDENTIFIERS})
    assert answer.status_code == 303
    assert "21,600,000 units went in" in _page(house, stay)


@pytest.mark.hazard("HZ-05")
def test_more_than_a_whole_dose_is_recorded_with_its_units_and_a_reason_and_told(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    client, path = house.client("nurse"), f"/doses/{stay.dose(3).id}/give"
    more = {"outcome": "more", "units": "86,400,000", **IDENTIFIERS}
    for lacking, sentence in (
        ({"units": ""}, "Write how many units went in"),
        ({}, "A whole dose is 43,200,000 units: say why more went in."),
        ({"units": "21,600,000"}, "A dose is 43,200,000 units: it is given whole or not, never reduced."),
        ({"outcome": "interrupted"}, "If more than a whole dose went in, say so, and why."),
    ):
        refused = fill(client, path, {**more, **lacking})
        assert (refused.status_code, sentence in words_of(refused.text)) == (422, True)
    assert fill(client, path, {**more, "reason": "CANARY-two-bags"}).status_code == 303
    text = words_of(_page(house, stay))
    assert "More than a whole dose, started 14:00" in text
    assert "86,400,000 units went in where a dose is 43,200,000 units, by CANARY-nurse." in text
    told = words_of(client.get("/alerts").text)
    assert "Overdose High priority" in told
    assert "Dose 3: 86,400,000 units went in. A whole dose is 43,200,000 units." in told


def test_a_prescriber_orders_against_a_hold_with_a_reason(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    client, path = house.client("prescriber"), f"/doses/{stay.dose(3).id}/order"
    without = fill(client, path, {"choice": "give"})
    assert without.status_code == 422
    assert re.search(r'value="give"\s+checked', without.text)
    assert fill(client, path, {"choice": "give", "reason": "CANARY-because"}).status_code == 303
    text = _page(house, stay)
    assert "give. Reason: CANARY-because" in text
    assert "May be given on until" in text


def test_ordering_against_a_stop_takes_a_second_person_who_signs_on_the_same_form(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="3.1")
    client, path = house.client("prescriber"), f"/doses/{stay.dose(3).id}/order"
    order = {"choice": "give", "reason": "CANARY-because"}
    alone = fill(client, path, order)
    assert alone.status_code == 422
    assert "Write the login of the second person." in alone.text
    assert "CANARY-because" in alone.text
    for second, secret, sentence in (
        ("prescriber2", "CANARY-wrong-9041-wrong", "of the second person do not fit"),
        ("nobody", PASSWORD, "of the second person do not fit"),
        ("prescriber2", "123456", "of the second person do not fit"),
        ("nurse", PASSWORD, "Both people must be prescribers of this ward."),
        ("prescriber", PASSWORD, "Nobody countersigns their own order"),
    ):
        refused = fill(client, path, {**order, "second": second, "second.proof": secret})
        assert (refused.status_code, sentence in refused.text) == (422, True), (second, refused.text)
        assert secret not in refused.text
    assert _sheet(house, stay).orders == ()
    signed = fill(client, path, {**order, "second": "prescriber2", "second.proof": PASSWORD})
    assert signed.status_code == 303
    [written] = _sheet(house, stay).orders
    assert (written.ordered_by, written.second) == (house.people["prescriber"].id, house.people["prescriber2"].id)
    text = _page(house, stay)
    assert "by CANARY-prescriber, countersigned by CANARY-prescriber2: give. Reason: CANARY-because" in text
    assert "May be given on until" in text


def test_an_order_that_waits_is_countersigned_on_the_page_of_the_dose_by_the_one_it_names(
    house: House, stay: Stay
) -> None:
    recorded = house.chart(stay, dose=3, at=SOON, creatinine="3.1")
    assert recorded.record is not None
    wish = (stay.dose(3).id, recorded.record.id, Choice.GIVE, "CANARY-because", house.people["prescriber2"].id)
    with house.database.transaction() as tx:
        asked = ask_second(tx, house.library, house.acting("prescriber"), *wish)
    path, action = f"/doses/{stay.dose(3).id}", f"/orders/{asked.id}/countersign"
    for login in ("prescriber", "nurse"):
        text = house.client(login).get(path).text
        assert "CANARY-prescriber asked CANARY-prescriber2" in text
        assert action not in text
    signed = fill(house.client("prescriber2"), path, {}, action)
    assert (signed.status_code, signed.headers["location"]) == (303, path)
    assert [(order.id, order.second) for order in _sheet(house, stay).orders] == [(asked.id, asked.second)]
    assert "asked CANARY-prescriber2" not in house.client("nurse").get(path).text


def test_what_the_criteria_call_for_needs_no_second_person(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="3.1")
    path = f"/doses/{stay.dose(3).id}/order"
    assert fill(house.client("prescriber"), path, {"choice": "stop", "reason": "CANARY-stop"}).status_code == 303
    assert [order.second for order in _sheet(house, stay).orders] == [None]


def test_the_secret_of_the_second_person_is_kept_nowhere(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="3.1")
    client, path = house.client("prescriber"), f"/doses/{stay.dose(3).id}/order"
    order = {"choice": "give", "reason": "CANARY-because", "second": "prescriber2"}
    assert Form({**order, "second.proof": PASSWORD}).hash() == Form(order).hash()
    assert fill(client, path, {**order, "second.proof": PASSWORD}).status_code == 303


def test_an_order_on_a_decision_that_was_replaced_is_refused(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    client, path = house.client("prescriber"), f"/doses/{stay.dose(3).id}/order"
    old = _sheet(house, stay).decisions[-1].id
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=5), creatinine="2.7")
    answer = fill(client, path, {"choice": "give", "reason": "CANARY-because", "decision": old})
    assert answer.status_code == 409
    assert "newer decision" in answer.text


def test_deciding_again_makes_a_newer_decision(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    house.clock.forward(minutes=45)
    assert "Expired" in _page(house, stay)
    path = f"/doses/{stay.dose(3).id}"
    assert fill(house.client("nurse"), path, {}, f"{path}/decide").status_code == 303
    text = _page(house, stay)
    assert "asked for again" in text
    assert "Cannot evaluate" in text  # 65 minutes after the last volume the last 8 hours are not covered
    assert "the charted intervals do not cover the last hours" in text


def test_a_dose_whose_time_went_by_without_a_decision_in_it_says_so(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=NOW - timedelta(hours=4))
    assert "Assess now" in _page(house, stay)
    house.clock.forward(hours=30)
    verdict = _page(house, stay).partition('class="verdict-box"')[2].partition("</section>")[0]
    assert "Not assessed in time" in verdict
    assert "If due now" not in verdict
    assert "Not assessed in time" in house.client("nurse").get(f"/courses/{stay.course.id}").text


@pytest.mark.hazard("HZ-08")
def test_a_correction_keeps_the_old_value_struck_and_decides_again(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    row = next(row for row in _sheet(house, stay).charted() if row.measure == "creatinine" and row.observed_at == SOON)
    typed = {"what": "value", "value": "1,6", "reason": "CANARY-misread"}
    answer = fill(house.client("nurse"), f"/observations/{row.id}/correct", typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/doses/{stay.dose(3).id}")
    text = _page(house, stay)
    assert re.search(r"<s>.*2\.6 mg/dL</s>\s+<span>1\.6 mg/dL</span>", text)
    assert "Corrected: CANARY-misread" in text
    assert "No hold criterion met" in text
    assert "Based on amended data" in text


@pytest.mark.hazard("HZ-08")
def test_a_given_dose_whose_decision_a_late_entry_makes_a_stop_says_so_beside_its_verdict(
    house: House, stay: Stay
) -> None:
    at = stay.cycle.first_due_at + timedelta(hours=8, minutes=-40)
    with house.database.transaction() as tx:
        late = [Item("frank_blood", True, None, at)]
        record(tx, house.library, house.acting(), stay.course.id, stay.dose(3).id, late)
    given = words_of(house.client("nurse").get(f"/doses/{stay.dose(2).id}").text)
    assert "No hold criterion met NEWS2 0" in given
    assert "Looked at again as of then, on what was entered or corrected since: stop the cycle." in given
    assert "Stop the cycle, on data corrected since" in words_of(
        house.client("nurse").get(f"/courses/{stay.course.id}/tolerance").text
    )
    assert "Looked at again as of then" not in words_of(house.client("nurse").get(f"/doses/{stay.dose(1).id}").text)


@pytest.mark.hazard("HZ-08")
def test_a_value_whose_correction_is_of_another_time_is_struck_and_says_where_it_went(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, weight="185")
    row = next(row for row in _sheet(house, stay).charted() if row.measure == "weight" and row.observed_at == SOON)
    path = f"/observations/{row.id}/correct"
    typed = {"what": "value", "value": "83.9", "at.clock": "02:33", "reason": "CANARY-misread"}
    assert fill(house.client("nurse"), path, typed).status_code == 303
    text = _page(house, stay)
    line = text[text.index(f'id="value-{row.id}"') :].partition("</tr>")[0]
    assert "<s>185 kg</s>" in line
    assert "corrected: 83.9 kg at 02:33" in line
    assert "/correct" not in line
    there = house.client("nurse").get(f"/doses/{stay.dose(2).id}").text
    assert "was </span>185 kg at 13:40</s> <span>83.9 kg</span>" in there


@pytest.mark.hazard("HZ-10")
@pytest.mark.parametrize("measure, value", [("creatinine", "1.6"), ("urine_volume", "222")])
def test_a_correction_on_the_page_moves_no_time_that_nobody_has_changed(
    house: House, stay: Stay, measure: str, value: str
) -> None:
    """Whatever came over REST has seconds, and an interval begun within the one before could not be added up."""
    to_the_second = SOON + timedelta(seconds=27)
    house.chart(stay, at=to_the_second - timedelta(minutes=5))
    house.chart(stay, dose=3, at=to_the_second)
    row = next(
        one for one in _sheet(house, stay).charted() if (one.measure, one.observed_at) == (measure, to_the_second)
    )
    path = f"/observations/{row.id}/correct"
    same = fill(house.client("nurse"), path, {"what": "value", "value": f"{row.value}", "reason": "CANARY-misread"})
    assert "That is what stands there already" in same.text
    typed = {"what": "value", "value": value, "reason": "CANARY-misread"}
    assert fill(house.client("nurse"), path, typed).status_code == 303
    new = next(one for one in _sheet(house, stay).observations if one.supersedes == row.id)
    assert (new.start_at, new.observed_at) == (row.start_at, row.observed_at)


def test_a_correction_that_changes_nothing_is_refused_with_a_sentence(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    row = next(row for row in _sheet(house, stay).charted() if row.measure == "creatinine" and row.observed_at == SOON)
    typed = {"what": "value", "value": "2.60", "reason": "CANARY-misread"}
    answer = fill(house.client("nurse"), f"/observations/{row.id}/correct", typed)
    assert answer.status_code == 422
    assert "That is what stands there already" in answer.text


def test_a_withdrawn_value_stays_readable_and_counts_no_more(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    row = next(row for row in _sheet(house, stay).charted() if row.measure == "spo2" and row.observed_at == SOON)
    path = f"/observations/{row.id}/correct"
    assert fill(house.client("nurse"), path, {"what": "retract"}).status_code == 422
    assert fill(house.client("nurse"), path, {"what": "retract", "reason": "CANARY-other-patient"}).status_code == 303
    text = _page(house, stay)
    assert "Withdrawn: CANARY-other-patient" in text
    assert "<s>97 %</s>" in text


def test_a_correction_to_something_unlikely_is_typed_again(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    row = next(row for row in _sheet(house, stay).charted() if row.measure == "heart_rate" and row.observed_at == SOON)
    typed = {"what": "value", "value": "12", "reason": "CANARY-misread"}
    asked = fill(house.client("nurse"), f"/observations/{row.id}/correct", typed)
    assert asked.status_code == 422
    assert 'name="again"' in asked.text
    again = fill(house.client("nurse"), f"/observations/{row.id}/correct", typed | {"again": "12"})
    assert again.status_code == 303


def test_a_look_back_shows_what_was_known_and_lets_nothing_be_done(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON, creatinine="2.6")
    before = _page(house, stay, query="?at=2026-11-21T13:30")
    assert "As known at 21-Nov-2026 13:30: not live" in before
    assert "2.6 mg/dL" not in before
    assert "chip-hold" not in before
    after = _page(house, stay, query="?at=2026-11-21T12:45:00Z")
    assert "As known at 21-Nov-2026 13:45: not live" in after
    assert "chip-hold" in after
    for text in (before, after):
        assert "/observe" not in text
        assert "/give" not in text
        assert "/correct" not in text
        assert text.count("data-live ") == text.count('id="alarm" data-live ') == 1, "the count of alerts alone"


@pytest.mark.parametrize("at", ["2026-11-21T15:00", "yesterday", "2026-13-01T00:00"])
def test_a_look_back_to_no_moment_is_refused(house: House, stay: Stay, at: str) -> None:
    assert house.client("nurse").get(f"/doses/{stay.dose(3).id}?at={at}").status_code == 422


def test_the_polled_verdict_says_when_the_page_shows_an_older_one(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    old = _sheet(house, stay).decisions[-1].id
    house.chart(stay, dose=3, at=NOW - timedelta(minutes=5), creatinine="2.7")
    answer = house.client("nurse").get(f"/doses/{stay.dose(3).id}/now?shown={old}")
    assert answer.headers["Doseward-Live"] == "1"
    assert "There is a newer decision" in answer.text
    assert "chip-" not in answer.text


def test_people_of_another_ward_find_nothing_here(house: House, stay: Stay) -> None:
    from app.domain.ids import new_id
    from app.domain.vocabulary import Role
    from app.services import accounts
    from app.store import wards
    from app.store.people import Grant
    from app.store.wards import Ward

    with house.database.transaction() as tx:
        other = Ward(new_id(NOW), "CANARY-OTHER-WARD", "UTC")
        wards.add_ward(tx, other, NOW)
        grants = [Grant(Role.NURSE, other.id)]
        house.people["stranger"] = accounts.create_person(
            tx, accounts.operator(NOW), "stranger", "CANARY-stranger", None, grants
        )
    client = house.client("stranger")
    for path in ("", "/observe", "/give", "/now"):
        assert client.get(f"/doses/{stay.dose(3).id}{path}").status_code == 404, path
    assert "CANARY-FAMILY" not in client.get("/").text


def test_an_order_without_a_decision_is_not_offered(house: House, stay: Stay) -> None:
    text = house.client("prescriber").get(f"/doses/{stay.dose(3).id}/order").text
    assert "an order rests on a decision" in text
    assert 'name="choice"' not in text


def test_many_criteria_that_cannot_be_judged_stay_folded_before_the_verdict(house: House, stay: Stay) -> None:
    vital = ["heart_rate", "temperature", "spo2", "oxygen_device", "oxygen_flow", "rhythm", "systolic_bp"]
    house.chart(stay, dose=3, at=SOON, without=vital, creatinine="2.6")
    text = _page(house, stay)
    folded = re.search(r'<details class="silent">\s*<summary>Cannot be judged: \d+ criteria', text)
    assert folded is not None
    assert text.index("2.6 mg/dL") < folded.start() < text.index('class="chip chip-hold"')


def _held(house: House, stay: Stay, **typed: str) -> tuple[int, str]:
    """What a hold by a prescriber is answered with."""
    path = f"/doses/{stay.dose(3).id}/order"
    answer = fill(house.client("prescriber"), path, {"choice": "hold", "reason": "A bolus runs.", **typed})
    return answer.status_code, answer.text


def test_a_dose_is_held_with_a_time_to_look_again_that_counts_down(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    assert _held(house, stay, **{"recheck.clock": "14:45"})[0] == 303
    text = _page(house, stay)
    assert '<p class="recheck"><strong>Held: look again by 14:45</strong> in 45 min</p>' in text
    assert "Ordered: hold, look again by 14:45" in house.client("nurse").get("/").text
    house.clock.forward(minutes=55)
    now = _page(house, stay)
    assert '<p class="recheck recheck-now"><strong>Held: look again by 14:45</strong> 10 min late</p>' in now
    house.chart(stay, dose=3)
    assert "look again by" not in _page(house, stay)


@pytest.mark.parametrize(
    "clock,sentence",
    [
        ("13:59", "The time of the recheck must be still to come."),
        ("23:59", "The time for this dose is over before that"),
        ("25:00", "Write the time in 24 hours"),
    ],
)
def test_a_time_to_look_again_that_cannot_be_kept_is_refused(
    house: House, stay: Stay, clock: str, sentence: str
) -> None:
    house.chart(stay, dose=3, at=SOON)
    status, text = _held(house, stay, **{"recheck.clock": clock})
    assert status == 422
    assert sentence in text
    assert f'value="{clock}"' in text
    assert _sheet(house, stay).orders == ()


def test_a_dose_to_be_given_has_no_time_to_look_again(house: House, stay: Stay) -> None:
    house.chart(stay, dose=3, at=SOON)
    status, _text = _held(house, stay, **{"choice": "give", "recheck.clock": "14:45"})
    assert status == 303
    assert _sheet(house, stay).orders[-1].recheck_at is None


def test_a_reading_that_waits_for_a_second_one_says_from_when_that_counts(house: House) -> None:
    stay = house.admit(first_due_at=NOW + timedelta(minutes=30), protocol="consensus-2014", shown=())
    house.chart(stay, dose=1, at=NOW - timedelta(minutes=5), heart_rate=110)
    text = house.client("nurse").get(f"/doses/{stay.dose(1).id}").text
    assert "<strong>Recheck Heart rate from 14:10</strong> in 10 min" in text


def test_one_thing_is_charted_from_the_dose_by_whoever_may(house: House, stay: Stay) -> None:
    path = f"/doses/{stay.dose(3).id}/observe"
    assert f'href="{path}?only=heat"' in _page(house, stay)
    assert f'href="{path}?paper=1"' in _page(house, stay)
    assert "?only=" not in _page(house, stay, "pharmacist")
    assert "?only=" not in house.client("nurse").get(f"/doses/{stay.dose(2).id}").text
    assert "?only=" not in _page(house, stay, query="?at=21-Nov-2026 13:45")


def test_a_dose_whose_time_is_over_is_not_called_late(house: House, stay: Stay) -> None:
    dose = f"/doses/{stay.dose(3).id}"
    house.clock.at += timedelta(hours=4)
    page, give = (words_of(house.client("nurse").get(path).text) for path in (dose, f"{dose}/give"))
    assert "Skipped: nothing was decided in time. Updated" in page
    assert re.search(r"Due 21-Nov-2026 \d\d:\d\d \. May be given", give)
    assert " late" not in page

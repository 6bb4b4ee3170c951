"""What happens when many do the same thing at the same moment?"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from app.domain.record import instant
from app.domain.vocabulary import Role
from app.store.people import Grant
from tests.api.app import Caller
from tests.api.bedside import a_patient, given, items
from tests.api.world import Stay, World, a_stay, a_token
from tests.builders import LIBRARY
from tests.protocols.test_library import variant

MANY = 20


def _at_once(act: Callable[[int], Any]) -> Counter[tuple[int, str]]:
    with ThreadPoolExecutor(MANY) as pool:
        answers = list(pool.map(act, range(MANY)))
    return Counter((answer.status_code, answer.json().get("code", "")) for answer in answers)


def _saved(world: World, stay: Stay, **values: Any) -> Any:
    return world.nurse.make(
        f"/courses/{stay.course_id}/observation-sets", {"dose_id": stay.dose(), "items": items(**values)}
    )


def test_of_twenty_who_give_a_dose_at_once_one_has_given_it(world: World, stay: Stay) -> None:
    body = given(world.clock.at, decision_id=_saved(world, stay)["decision"]["id"])
    found = _at_once(lambda _: world.nurse.post(f"/doses/{stay.dose()}/administration", body))
    assert found == {(201, ""): 1, (409, "already_recorded"): MANY - 1}
    assert world.count("administration") == 1


def test_of_twenty_who_add_a_patient_at_once_one_has_added_them(world: World) -> None:
    found = _at_once(lambda _: world.charge.post("/patients", a_patient("CANARY-SAME")))
    assert found == {(201, ""): 1, (409, "mrn_taken"): MANY - 1}
    assert world.count("patient") == 1


def test_of_twenty_who_acknowledge_an_alert_at_once_one_has(world: World, stay: Stay) -> None:
    alert = _saved(world, stay, creatinine="2.6")["alerts"][0]["alert_id"]
    found = _at_once(lambda _: world.nurse.post(f"/alerts/{alert}/acknowledgement", {"seen": "hold"}))
    assert found == {(201, ""): 1, (409, "already_ended"): MANY - 1}


def test_of_twenty_who_correct_a_value_at_once_one_has(world: World, stay: Stay) -> None:
    row = next(row for row in _saved(world, stay)["observations"] if row["measure"] == "creatinine")
    body = {"reason": "misread", "value": 1.1, "unit": "mg/dL"}
    found = _at_once(lambda _: world.nurse.post(f"/observations/{row['id']}/corrections", body))
    assert found == {(201, ""): 1, (409, "already_corrected"): MANY - 1}


def test_of_twenty_who_correct_a_dose_at_once_one_has(world: World, stay: Stay) -> None:
    body = given(world.clock.at, decision_id=_saved(world, stay)["decision"]["id"])
    row = world.nurse.make(f"/doses/{stay.dose()}/administration", body)
    world.clock.move(10)
    change = {"reason": "it has ended", "ended_at": instant(world.clock.at)}
    found = _at_once(lambda _: world.nurse.post(f"/administrations/{row['id']}/corrections", change))
    assert found == {(201, ""): 1, (409, "already_corrected"): MANY - 1}
    assert world.count("administration") == 2


def test_of_twenty_who_open_the_same_cycle_at_once_one_has(world: World) -> None:
    first = a_stay(world, "CANARY-FIRST")
    stopped = {"kind": "stopped", "at": "2026-03-04T15:59:00Z", "reason": "CANARY-REASON-9041"}
    world.prescriber.make(f"/cycles/{first.cycle['id']}/events", stopped)
    body = {
        "number": 2,
        "ward_id": world.ward,
        "bed": first.cycle["bed"],
        "admitted_at": "2026-03-14T08:00:00Z",
        "first_due_at": "2026-03-14T16:00:00Z",
        "ordered_weight": 80,
    }
    found = _at_once(lambda _: world.charge.post(f"/courses/{first.course_id}/cycles", body))
    assert found == {(201, ""): 1, (409, "cycle_number"): MANY - 1}


def test_sets_saved_at_once_are_all_kept_and_each_is_decided(world: World, stay: Stay) -> None:
    path = f"/courses/{stay.course_id}/observation-sets"
    found = _at_once(lambda n: world.nurse.post(path, {"dose_id": stay.dose(), "items": items(heart_rate=70 + n)}))
    assert found == {(201, ""): MANY}
    assert (world.count("observation_set"), world.count("decision")) == (MANY, MANY)


@pytest.mark.hazard("HZ-02", "HZ-13")
def test_what_twenty_sets_find_at_once_is_one_alert_that_repeats(world: World, stay: Stay) -> None:
    body = {"dose_id": stay.dose(), "items": items(creatinine="2.6")}
    found = _at_once(lambda _: world.nurse.post(f"/courses/{stay.course_id}/observation-sets", body))
    assert found == {(201, ""): MANY}
    (alert,) = world.nurse.read("/alerts/open")["items"]
    assert (alert["key"], alert["repeats"]) == ("creatinine-relative", MANY - 1)
    events = world.nurse.read(f"/alerts/{alert['id']}/events")["items"]
    assert Counter(event["kind"] for event in events) == {"raised": 1, "repeated": MANY - 1}


def test_courses_opened_at_once_share_one_text_of_their_protocol(world: World) -> None:
    patients = [world.charge.make("/patients", a_patient(f"CANARY-{n}"))["id"] for n in range(MANY)]
    found = _at_once(
        lambda n: world.charge.post("/courses", {"patient_id": patients[n], "protocol": "lvhn-2015", "shown": []})
    )
    assert found == {(201, ""): MANY}
    assert world.count("protocol_text") == len(LIBRARY.texts)


def test_signatures_given_at_once_share_one_text_of_their_protocol(world: World) -> None:
    text = LIBRARY.parse(variant(version="2.0.0"))
    world.app.state.library = replace(LIBRARY, texts=(*LIBRARY.texts, text))
    tokens = [a_token(world.database, f"signer-{n}", [Grant(Role.PRESCRIBER, world.ward)]) for n in range(MANY)]
    texts, signatures = world.count("protocol_text"), world.count("protocol_signoff")
    sent = {"sha256": text.pin.sha256, "statement": "CANARY-STATEMENT-9041"}
    found = _at_once(lambda n: Caller(world.app, tokens[n]).post("/protocols/lvhn-2015/signoffs", sent))
    assert found == {(201, ""): MANY}
    assert (world.count("protocol_text"), world.count("protocol_signoff")) == (texts + 1, signatures + MANY)

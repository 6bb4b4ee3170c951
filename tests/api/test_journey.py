"""Does the main job work from end to end over REST?"""

from typing import Any

from tests.api.bedside import given, items
from tests.api.world import Stay, World


def _chart(world: World, stay: Stay, **values: Any) -> Any:
    return world.nurse.make(
        f"/courses/{stay.course_id}/observation-sets",
        {"dose_id": stay.dose(), "items": items(at=world.clock.at, **values)},
    )


def test_a_set_that_holds_the_dose_is_corrected_and_the_dose_is_given(world: World, stay: Stay) -> None:
    after = world.service.read("/alerts/open")["after"]
    saved = _chart(world, stay, creatinine="2.6")
    assert saved["decision"]["action"] == "hold"
    assert any("2.6" in sentence for sentence in saved["decision"]["because"])
    assert (
        world.nurse.post(
            f"/doses/{stay.dose()}/administration", given(world.clock.at, decision_id=saved["decision"]["id"])
        ).json()["code"]
        == "not_givable"
    )

    feed = world.service.read("/alerts", after=after)
    raised = [event for event in feed["items"] if event["kind"] == "raised"]
    assert [event["action"] for event in raised] == ["hold"]
    assert [alert["id"] for alert in world.nurse.read("/alerts/open")["items"]] == [raised[0]["alert_id"]]
    acknowledged = world.nurse.make(f"/alerts/{raised[0]['alert_id']}/acknowledgement", {"seen": "hold"})
    assert acknowledged["open"] is False
    assert world.nurse.read("/alerts/open")["items"] == []
    later = world.service.read("/alerts", after=feed["next_cursor"])
    assert [event["kind"] for event in later["items"]] == ["acknowledged"]

    world.clock.move(2)
    wrong = next(row for row in saved["observations"] if row["measure"] == "creatinine")
    corrected = world.nurse.make(
        f"/observations/{wrong['id']}/corrections", {"value": 1.1, "unit": "mg/dL", "reason": "misread"}
    )
    assert corrected["decision"]["action"] == "proceed"
    dose = world.nurse.read(f"/doses/{stay.dose()}")
    assert (dose["state"], dose["standing"]) == ("due", "stands")
    assert dose["decision"]["id"] == corrected["decision"]["id"]
    first = world.nurse.read(f"/decisions/{saved['decision']['id']}")
    assert (first["standing"], first["amended"]) == ("replaced", True)

    body = given(world.clock.at, decision_id=dose["decision"]["id"])
    administration = world.nurse.make(f"/doses/{stay.dose()}/administration", body)
    assert (administration["outcome"], administration["units"], administration["alerts"]) == ("given", "48000000", [])
    again = world.nurse.post(f"/doses/{stay.dose()}/administration", body)
    assert (again.status_code, again.json()["code"]) == (409, "already_recorded")
    assert world.nurse.read(f"/doses/{stay.dose()}")["state"] == "given"


def test_giving_on_a_decision_that_has_expired_is_refused(world: World, stay: Stay) -> None:
    saved = _chart(world, stay)
    assert saved["decision"]["action"] == "proceed"
    world.clock.move(45)
    decided = world.nurse.make(f"/doses/{stay.dose()}/decisions")["decision"]
    stale = world.nurse.post(
        f"/doses/{stay.dose()}/administration", given(world.clock.at, decision_id=saved["decision"]["id"])
    )
    assert stale.json()["code"] == "decision_replaced"
    assert decided["cause"] == "asked"

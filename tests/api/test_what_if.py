"""Does the API say which decisions of a course another protocol would have taken otherwise, and store nothing?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.services.rehearsing import LIMIT
from tests.api.bedside import items
from tests.api.world import Stay, World
from tests.builders import LIBRARY
from tests.protocols.test_library import variant


def _charted(world: World, stay: Stay) -> str:
    body = {"items": items(bicarbonate="18")}
    decision: str = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", body)["decision"]["id"]
    return decision


def test_the_decisions_that_would_differ_come_with_both_actions_and_why(small_world: World, small_stay: Stay) -> None:
    decision_id = _charted(small_world, small_stay)
    tables = ("decision", "audit", "alert_event", "idempotency", "protocol_text", "feed")
    small_world.nurse.read(f"/courses/{small_stay.course_id}")  # noted once in a quarter of an hour
    before = [small_world.count(table) for table in tables]
    found = small_world.nurse.read(f"/courses/{small_stay.course_id}/what-if", protocol="consensus-2014")
    (one,) = found["differing"]
    assert (found["decisions"], found["limit"], found["protocol"]["id"]) == (1, LIMIT, "consensus-2014")
    assert (one["decision_id"], one["cycle"], one["dose"]) == (decision_id, 1, 1)
    assert (one["recorded"]["action"], one["other"]["action"]) == ("proceed", "caution")
    assert any(reason.startswith("Bicarbonate 18 mmol/L") for reason in one["other"]["only_here"])
    assert one["recorded"]["headline"].startswith("No lvhn-2015 hold criterion met.")
    assert [small_world.count(table) for table in tables] == before


def test_the_protocol_that_decided_differs_in_nothing(small_world: World, small_stay: Stay) -> None:
    _charted(small_world, small_stay)
    found = small_world.nurse.read(f"/courses/{small_stay.course_id}/what-if", protocol="lvhn-2015")
    assert (found["decisions"], found["differing"]) == (1, [])


def test_a_version_can_be_named_and_an_unknown_one_is_not_found(small_world: World, small_stay: Stay) -> None:
    _charted(small_world, small_stay)
    stricter = LIBRARY.parse(
        variant(version="2.0.0").replace(b"below = 120", b"below = 80").replace(b"from = 120,", b"from = 80,")
    )
    small_world.app.state.library = replace(LIBRARY, texts=(*LIBRARY.texts, stricter))
    path = f"/courses/{small_stay.course_id}/what-if"
    (one,) = small_world.nurse.read(path, protocol="lvhn-2015", version="2.0.0")["differing"]
    assert one["other"]["action"] == "hold"
    for query in ({"version": "3"}, {"version": "1.0.0", "protocol": "none"}):
        answer = small_world.nurse.get(path, **{"protocol": "lvhn-2015", **query})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_protocol")


@pytest.mark.hazard("HZ-12")
def test_a_course_of_another_ward_is_not_rehearsed(small_world: World, small_stay: Stay) -> None:
    answer = small_world.stranger.get(f"/courses/{small_stay.course_id}/what-if", protocol="lvhn-2015")
    assert answer.status_code == 404

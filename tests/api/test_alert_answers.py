"""Can a program do over REST what a person does about an alert, and read all that happened to it?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.domain.record import instant
from tests.api.bedside import items
from tests.api.world import Stay, World
from tests.builders import AT, REASON

HELD = {"seen": "hold", "level": "priority"}


@pytest.fixture
def alert(world: World, stay: Stay) -> str:
    body = {"dose_id": stay.dose(), "items": items(creatinine="2.6")}
    made = world.nurse.make(f"/courses/{stay.course_id}/observation-sets", body)
    found: str = made["alerts"][0]["alert_id"]
    return found


def _kinds(world: World, alert: str) -> list[str]:
    return [event["kind"] for event in world.service.read(f"/alerts/{alert}/events")["items"]]


def test_whoever_has_seen_an_alert_is_noted_once_and_it_stays_open(world: World, alert: str) -> None:
    for caller in (world.nurse, world.nurse, world.prescriber):
        assert caller.make(f"/alerts/{alert}/seen")["open"]
    assert _kinds(world, alert) == ["raised", "seen", "seen"]
    refused = world.service.post(f"/alerts/{alert}/seen")
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")


def test_an_alert_is_put_aside_for_some_minutes(world: World, alert: str) -> None:
    body = {**HELD, "minutes": 20, "reason": REASON}
    made = world.nurse.make(f"/alerts/{alert}/snooze", body)
    assert (made["snoozed_until"], made["snooze_reason"]) == (instant(AT + timedelta(minutes=20)), REASON)
    assert made["open"]
    assert _kinds(world, alert) == ["raised", "snoozed"]


def test_or_until_a_moment(world: World, alert: str) -> None:
    until = instant(AT + timedelta(minutes=30))
    assert (
        world.nurse.make(f"/alerts/{alert}/snooze", {**HELD, "until": until, "reason": REASON})["snoozed_until"]
        == until
    )


@pytest.mark.parametrize(
    "sent, code",
    [
        ({"minutes": 31}, "snooze_too_long"),
        ({"until": instant(AT)}, "snooze_too_long"),
        ({}, "until_or_minutes"),
        ({"minutes": 5, "until": instant(AT + timedelta(minutes=5))}, "until_or_minutes"),
        ({"minutes": 0}, "invalid"),
        ({"minutes": 9041}, "invalid"),
        ({"minutes": 5, "reason": " "}, "invalid"),
    ],
)
def test_what_cannot_be_is_refused(world: World, alert: str, sent: dict[str, Any], code: str) -> None:
    answer = world.nurse.post(f"/alerts/{alert}/snooze", {**HELD, "reason": REASON, **sent})
    assert answer.status_code == 422
    assert code in ("invalid", answer.json()["code"])
    assert _kinds(world, alert) == ["raised"]


def test_a_graver_alert_is_read_first(world: World, alert: str) -> None:
    for wrong in ({"seen": "caution"}, {"seen": "hold", "level": "information"}):
        body = {**wrong, "minutes": 5, "reason": REASON}
        assert world.nurse.post(f"/alerts/{alert}/snooze", body).json()["code"] == "alert_changed"
        assert world.nurse.post(f"/alerts/{alert}/acknowledgement", wrong).json()["code"] == "alert_changed"


def test_what_was_done_is_kept_beside_the_acknowledgement(world: World, alert: str) -> None:
    world.nurse.make(f"/alerts/{alert}/acknowledgement", HELD)
    made = world.charge.make(f"/alerts/{alert}/outcome", {"told": "CANARY-told", "done": "CANARY-done"})
    assert (made["told"], made["outcome"], made["open"]) == ("CANARY-told", "CANARY-done", False)
    assert made["acknowledged_by"] != made["outcome_by"]
    assert _kinds(world, alert) == ["raised", "acknowledged", "outcome"]


def test_the_history_says_what_was_seen_when_it_was_acknowledged(world: World, alert: str) -> None:
    world.nurse.make(f"/alerts/{alert}/acknowledgement", HELD)
    raised, given = world.nurse.read(f"/alerts/{alert}/events")["items"]
    same = ("summary", "level", "action")
    assert [given[name] for name in same] == [raised[name] for name in same]
    assert given["by"] is not None


@pytest.mark.parametrize(
    "path, body",
    [("snooze", {**HELD, "minutes": 5, "reason": REASON}), ("outcome", {"told": "CANARY-told", "done": "CANARY-done"})],
)
def test_each_happens_once_under_its_key_and_needs_one(
    world: World, alert: str, path: str, body: dict[str, Any]
) -> None:
    first = world.nurse.post(f"/alerts/{alert}/{path}", body, key="once")
    world.clock.move(1)
    again = world.nurse.post(f"/alerts/{alert}/{path}", body, key="once")
    assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert len(_kinds(world, alert)) == 2
    assert world.nurse.post(f"/alerts/{alert}/{path}", body, key=None).status_code == 400

"""Is the committed description of the API the one the program gives?"""

import json
from typing import Any

import pytest

from app.api.openapi import document
from tests.api.app import COMMITTED

METHODS = {"get", "post"}


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return document()


def _operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(path, operation) for path, at in described["paths"].items() for operation in at.values()]


def test_the_committed_description_is_current(described: dict[str, Any]) -> None:
    assert json.loads(COMMITTED.read_text()) == described, "run: make openapi"


def test_every_operation_has_a_name_of_its_own(described: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in _operations(described)]
    assert len(names) == len(set(names))


def test_every_answer_is_described_in_words(described: dict[str, Any]) -> None:
    generic = [
        (path, status)
        for path, operation in _operations(described)
        for status, answer in operation["responses"].items()
        if answer["description"] in ("", "Successful Response", "Validation Error") and path.startswith("/api/")
    ]
    assert generic == []


def test_every_success_of_a_resource_has_a_shape(described: dict[str, Any]) -> None:
    free = {"/api/v1/courses/{course_id}/figures/{panel_id}"}  # Plotly's own schema
    for path, operation in _operations(described):
        for status, answer in operation["responses"].items():
            if path.startswith("/api/") and path not in free and status < "300":
                ((_, content),) = answer["content"].items()
                assert content["schema"], (path, status)


def test_the_acts_that_must_happen_once_require_a_key(described: dict[str, Any]) -> None:
    required = {
        path.removeprefix("/api/v1")
        for path, operation in _operations(described)
        for parameter in operation.get("parameters", [])
        if parameter["name"] == "Idempotency-Key" and parameter["required"]
    }
    assert required == {
        "/courses/{course_id}/observation-sets",
        "/doses/{dose_id}/administration",
        "/alerts/{alert_id}/acknowledgement",
        "/alerts/{alert_id}/snooze",
        "/alerts/{alert_id}/outcome",
    }


def test_every_post_that_writes_takes_a_key(described: dict[str, Any]) -> None:
    without = [
        path
        for path, at in described["paths"].items()
        if "post" in at and "Idempotency-Key" not in {one["name"] for one in at["post"].get("parameters", [])}
    ]
    # The first writes nothing; the others are sent, or answer, a secret of which nothing may be kept.
    assert without == [
        "/api/v1/evaluate",
        "/api/v1/people",
        "/api/v1/people/{person_id}/invitation",
        "/api/v1/tokens",
        "/api/v1/receivers",
        "/api/v1/receivers/{receiver_id}/rotation",
    ]


def test_what_a_probe_refuses_is_described_as_it_is_sent(described: dict[str, Any]) -> None:
    assert set(described["paths"]["/readyz"]["get"]["responses"]["503"]["content"]) == {"text/plain"}


def test_whatever_names_a_thing_by_its_id_may_not_find_it(described: dict[str, Any]) -> None:
    found = {path for path, operation in _operations(described) if "404" in operation["responses"]}
    assert {"/api/v1/beds", "/api/v1/courses", "/api/v1/alerts/figures", "/api/v1/people"} <= found
    assert {"/api/v1/people/me", "/api/v1/patients", "/api/v1/wards"}.isdisjoint(found)


def test_every_post_that_writes_may_come_too_late(described: dict[str, Any]) -> None:
    without = [path for path, at in described["paths"].items() if "post" in at and "409" not in at["post"]["responses"]]
    assert without == ["/api/v1/evaluate"]


def test_feed_and_stream_say_where_each_begins_without_a_cursor(described: dict[str, Any]) -> None:
    said = {
        path.rpartition("/")[2]: one["description"]
        for path in ("/api/v1/alerts", "/api/v1/alerts/stream")
        for one in described["paths"][path]["get"]["parameters"]
        if one["name"] == "after"
    }
    assert said == {
        "alerts": "A cursor of this feed; left out, the feed begins at its first event.",
        "stream": "A cursor of this feed; left out, the stream begins at this moment.",
    }

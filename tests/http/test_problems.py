"""Does every refusal and failure become a problem with the right status and nothing of the patient?"""

from __future__ import annotations

import json

import pytest
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from app.domain.errors import DosewardError, FieldError, InvalidInput
from app.http.openapi import document_problems
from app.http.problems import STATUS_OF, Problem, problem_of
from tests.http.door import CANARY, a_body, a_client, an_app

MEMBERS = {"type", "title", "status", "detail", "code", "errors", "request_id"}


def _subclasses(kind: type[DosewardError]) -> set[type[DosewardError]]:
    direct = set(kind.__subclasses__())
    return direct | {deeper for one in direct for deeper in _subclasses(one)}


def test_every_domain_error_has_a_status() -> None:
    assert {kind for kind in _subclasses(DosewardError) if kind.__module__ == "app.domain.errors"} <= set(STATUS_OF)
    for kind, status in STATUS_OF.items():
        assert problem_of(kind("some_code", "A sentence.")).status == status
        assert problem_of(kind("some_code", "A sentence.")).title != ""


def test_a_domain_error_tells_its_code_sentence_and_fields() -> None:
    fault = FieldError("/items/0/value", "impossible", "Heart rate must be at most 300 /min.")
    document = problem_of(InvalidInput("refused", "One value is impossible.", (fault,))).document("an-id")
    assert set(document) == MEMBERS
    assert document["type"] == "urn:doseward:problem:refused"
    assert document["detail"] == "One value is impossible."
    assert document["errors"] == [
        {"pointer": "/items/0/value", "code": "impossible", "message": "Heart rate must be at most 300 /min."}
    ]


@pytest.mark.parametrize(
    "how,status,code,header",
    [
        ("bug", 500, "internal_error", None),
        ("integrity", 500, "internal_error", None),
        ("locked", 503, "database_unavailable", ("retry-after", "2")),
        ("pool", 503, "database_unavailable", ("retry-after", "2")),
        ("unknown-outcome", 503, "outcome_unknown", ("retry-after", "2")),
        ("slow-down", 429, "too_many_requests", ("retry-after", "30")),
        ("signed-out", 401, "not_signed_in", ("www-authenticate", "Bearer")),
    ],
)
def test_a_failure_is_a_problem_without_the_exceptions_text(
    how: str, status: int, code: str, header: tuple[str, str] | None, client: TestClient
) -> None:
    answer = client.get(f"/api/v1/fails/{how}")
    problem = answer.json()
    assert (answer.status_code, problem["code"], set(problem)) == (status, code, MEMBERS)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert "content-security-policy" in answer.headers
    assert CANARY not in answer.text
    assert header is None or answer.headers[header[0]] == header[1]


def test_a_database_failure_before_commit_says_that_nothing_was_saved(client: TestClient) -> None:
    assert client.get("/api/v1/fails/locked").json()["detail"].startswith("Nothing was saved.")


def test_an_unknown_address_is_a_problem_that_does_not_repeat_it(client: TestClient) -> None:
    answer = client.get(f"/api/v1/{CANARY}?mrn={CANARY}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert CANARY not in answer.text


def test_a_wrong_method_names_the_right_ones_of_all_routes_at_the_address(client: TestClient) -> None:
    answer = client.delete("/api/v1/sets")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"


def test_pointers_lead_to_the_fault_and_union_alternatives_are_one_fault(client: TestClient) -> None:
    item = {"measure": "x", "value": [CANARY], "observed_at": "2026-11-21T14:00:00Z", CANARY: 1, f"{CANARY}2": 2}
    answer = client.post("/api/v1/sets", json={"items": [*a_body()["items"], item], "choice": CANARY})
    assert answer.json()["detail"] == "5 fields were refused. Nothing was saved."
    assert {(error["pointer"], error["code"], error["message"]) for error in answer.json()["errors"]} == {
        ("/sbp", "missing", "This field is required."),
        ("/choice", "unknown_choice", "Must be one of: 'give' or 'hold'."),
        ("/items/1/value", "wrong_kind", "This value has the wrong kind."),
        ("/items/1", "unknown_field", "Field number 4 of this object is not known here."),
        ("/items/1", "unknown_field", "Field number 5 of this object is not known here."),
    }
    assert CANARY not in answer.text


def test_a_bad_parameter_is_named_by_where_it_stands(client: TestClient) -> None:
    answer = client.get("/api/v1/sets", params={"limit": "0", "at": CANARY})
    assert {error["pointer"] for error in answer.json()["errors"]} == {"/query/limit", "/query/at"}
    assert answer.json()["detail"] == "2 fields were refused."
    answer = client.post(f"/api/v1/sets/{CANARY}/acknowledgement")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/path/set_id"]
    assert CANARY not in answer.text


def test_at_most_fifty_faults_are_listed(client: TestClient) -> None:
    answer = client.post("/api/v1/sets", json=a_body(items=[{}] * 100))
    assert len(answer.json()["errors"]) == 50


def test_a_page_may_draw_the_error_but_never_for_the_api() -> None:
    def draw(request: Request, problem: Problem) -> Response | None:
        return HTMLResponse(f"<p>{problem.detail}</p>", status_code=problem.status)

    client = a_client(an_app(render_page=draw))
    page = client.get("/ward/7")
    assert (page.status_code, page.text) == (404, "<p>There is no such ward.</p>")
    assert client.get("/nothing").headers["content-type"].startswith("text/html")
    assert client.get("/api/v1/nothing").headers["content-type"] == "application/problem+json"


def test_another_address_is_not_led_to_one_that_is_known(client: TestClient) -> None:
    for path in ("/livez/", "/api/v1/sets/"):
        assert client.get(path, follow_redirects=False).status_code == 404


def test_an_error_page_that_fails_leaves_the_problem_document() -> None:
    def draw(request: Request, problem: Problem) -> Response | None:
        raise ValueError(CANARY)

    answer = a_client(an_app(render_page=draw)).get("/ward/7")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_ward")


def test_the_api_description_promises_problems_and_no_other_errors() -> None:
    app = an_app()
    schema = app.openapi()
    save = schema["paths"]["/api/v1/sets"]["post"]["responses"]
    assert {"400", "413", "415", "422", "429", "503"} <= set(save)
    assert all("application/problem+json" in answer["content"] for status, answer in save.items() if status >= "400")
    assert "404" in schema["paths"]["/api/v1/sets/{set_id}/acknowledgement"]["post"]["responses"]
    assert set(schema["components"]["schemas"]["Problem"]["required"]) == MEMBERS
    assert "HTTPValidationError" not in json.dumps(schema)
    document_problems(app)
    assert app.openapi() == schema

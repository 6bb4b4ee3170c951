"""Does every bad body end as a 4xx problem that saves nothing and repeats nothing?"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.http.door import CANARY, a_body

C = CANARY
ITEM = '{"measure": "systolic_bp", "value": 118, "observed_at": "2026-11-21T14:00:00Z"}'


def sbp(number: str) -> bytes:
    return f'{{"items": [], "sbp": {number}, "note": "{C}"}}'.encode()


def at(time: str) -> bytes:
    return f'{{"items": [{{"measure": "{C}", "value": 1, "observed_at": {time}}}], "sbp": 1}}'.encode()


def changed(**changes: Any) -> bytes:
    return json.dumps(a_body(**changes)).encode()


# name: body, status, code of the problem or of its first error
CORPUS: dict[str, tuple[bytes, int, str]] = {
    "NaN": (sbp("NaN"), 400, "not_a_number"),
    "Infinity": (sbp("Infinity"), 400, "not_a_number"),
    "minus Infinity": (sbp("-Infinity"), 400, "not_a_number"),
    "minus NaN": (sbp("-NaN"), 400, "not_json"),
    "1e999": (sbp("1e999"), 400, "absurd_number"),
    "-1E+999": (sbp("-1E+999"), 400, "absurd_number"),
    "1e-999": (sbp("1e-999"), 400, "absurd_number"),
    "0e999999999": (sbp("0e999999999"), 400, "absurd_number"),
    "an exponent that Decimal itself refuses": (sbp("1e9999999999999999999"), 400, "absurd_number"),
    "1e19, whose digits would fill a line": (sbp("1e19"), 400, "absurd_number"),
    "1e18, one digit too many": (sbp("1e18"), 400, "absurd_number"),
    "1e-19": (sbp("1e-19"), 400, "absurd_number"),
    "5000 digits": (sbp("9" * 5000), 400, "absurd_number"),
    "19 digits": (sbp("9" * 19), 400, "absurd_number"),
    "60 decimals": (sbp("1." + "1" * 60), 400, "absurd_number"),
    "a leading plus": (sbp("+90"), 400, "not_json"),
    "a leading zero": (sbp("090"), 400, "not_json"),
    "hexadecimal": (sbp("0x5A"), 400, "not_json"),
    "a bare point": (sbp("90."), 400, "not_json"),
    "a decimal comma": (sbp("90,5"), 400, "not_json"),
    "a number as text": (sbp('"90"'), 422, "not_a_number"),
    "a padded number as text": (sbp('" 90 "'), 422, "not_a_number"),
    "NaN as text": (sbp('"NaN"'), 422, "not_a_number"),
    "true for a number": (sbp("true"), 422, "not_a_number"),
    "null for a number": (sbp("null"), 422, "not_a_number"),
    "a list for a number": (sbp(f'["{C}"]'), 422, "not_a_number"),
    "a fraction for a whole number": (changed(count=1.5), 422, "not_a_whole_number"),
    "true for a whole number": (changed(count=True), 422, "not_a_whole_number"),
    "1 for true": (changed(confirmed=1), 422, "not_true_or_false"),
    "text for true": (changed(confirmed="off"), 422, "not_true_or_false"),
    "a duplicate key": (f'{{"items": [], "sbp": 80, "sbp": 120, "note": "{C}"}}'.encode(), 400, "duplicate_key"),
    "an escaped duplicate key": (rb'{"items": [], "sbp": 80, "\u0073bp": 120}', 400, "duplicate_key"),
    "a nested duplicate key": (b'{"items": [{"value": 1, "value": 2}], "sbp": 80}', 400, "duplicate_key"),
    "a misspelt key": (f'{{"items": [], "spb{C}": 80}}'.encode(), 422, "missing"),
    "an unknown key": (changed(**{C: C}), 422, "unknown_field"),
    "an unknown key in an item": (f'{{"items": [{ITEM[:-1]}, "{C}": 1}}], "sbp": 1}}'.encode(), 422, "unknown_field"),
    "nothing but braces": (b"{}", 422, "missing"),
    "an unknown choice": (changed(choice=C), 422, "unknown_choice"),
    "a lone surrogate": (rb'{"items": [], "sbp": 1, "note": "\ud800"}', 400, "bad_character"),
    "a lone low surrogate": (rb'{"items": [], "sbp": 1, "note": "a\udc00"}', 400, "bad_character"),
    "a lone surrogate in a key": (rb'{"items": [], "sbp": 1, "\ud83d": 1}', 400, "bad_character"),
    "a surrogate as raw bytes": (b'{"items": [], "sbp": 1, "note": "\xed\xa0\x80"}', 400, "not_utf8"),
    "NUL": (rb'{"items": [], "sbp": 1, "note": "a\u0000b"}', 400, "bad_character"),
    "raw NUL": (b'{"items": [], "sbp": 1, "note": "a\x00b"}', 400, "not_json"),
    "a control character": (rb'{"items": [], "sbp": 1, "note": "a\u0007b"}', 422, "control_character"),
    "text that changes direction": (rb'{"items": [], "sbp": 1, "note": "a\u202eb"}', 422, "deceptive_character"),
    "an invisible character": (rb'{"items": [], "sbp": 1, "note": "a\u200bb"}', 422, "deceptive_character"),
    "only blanks": (changed(note="   "), 422, "blank"),
    "a note of 4001 characters": (changed(note=C * 300), 422, "too_long"),
    "depth 33": (b"[" * 33 + b"]" * 33, 400, "too_deep"),
    "depth 33 of objects": (b'{"a":' * 33 + b"1" + b"}" * 33, 400, "too_deep"),
    "depth 100,000": (b"[" * 100_000 + b"]" * 100_000, 400, "too_deep"),
    "more values than any request needs": (b'{"items": [' + b"{}," * 30_000 + b"{}]}", 400, "too_many_values"),
    "101 items": (json.dumps(a_body(items=a_body()["items"] * 101)).encode(), 422, "too_long"),
    "2 MiB": (b'{"note": "' + C.encode() * 150_000 + b'"}', 413, "body_too_large"),
    "Latin-1": (f'{{"note": "{C} é"}}'.encode("latin-1"), 400, "not_utf8"),
    "UTF-16": (f'{{"note": "{C}"}}'.encode("utf-16"), 400, "not_utf8"),
    "a byte order mark": (b"\xef\xbb\xbf" + changed(), 400, "byte_order_mark"),
    "no JSON": (C.encode(), 400, "not_json"),
    "half a document": (changed()[:-1], 400, "not_json"),
    "two documents": (changed() * 2, 400, "not_json"),
    "only blanks as a body": (b"   ", 400, "not_json"),
    "a comment": (b'{"items": [], /* no */ "sbp": 1}', 400, "not_json"),
    "single quotes": (b"{'sbp': 1}", 400, "not_json"),
    "an empty body": (b"", 422, "missing"),
    "null": (b"null", 422, "not_an_object"),
    "a list": (b"[]", 422, "not_an_object"),
    "a text": (f'"{C}"'.encode(), 422, "not_an_object"),
    "a naive time": (at('"2026-10-25T01:30:00"'), 422, "not_a_time"),
    "a time in seconds": (at("20000000000"), 422, "not_a_time"),
    "a time in seconds as text": (at('"20000000000"'), 422, "not_a_time"),
    "a time with a fraction": (at("1.5"), 422, "not_a_time"),
    "a date for a time": (at('"2026-11-21"'), 422, "not_a_time"),
    "a blank between date and time": (at('"2026-11-21 14:00:00Z"'), 422, "not_a_time"),
    "the 30th of February": (at('"2026-02-30T14:00:00Z"'), 422, "no_such_time"),
    "hour 24": (at('"2026-11-21T24:00:00Z"'), 422, "no_such_time"),
    "an offset of 99 hours": (at('"2026-11-21T14:00:00+99:00"'), 422, "no_such_time"),
    "the year 1": (at('"0001-01-01T00:00:00+14:00"'), 422, "year_out_of_range"),
    "the year 9999": (at('"9999-12-31T23:59:59-14:00"'), 422, "year_out_of_range"),
    "digits of another script": (at('"٢٠٢٦-11-21T14:00:00Z"'), 422, "not_a_time"),
    "an id that is none": (changed(dose_id=C), 422, "not_an_id"),
    "a number for an id": (changed(dose_id=7), 422, "not_an_id"),
}


@pytest.mark.parametrize("name", CORPUS)
def test_a_bad_body_is_refused_as_a_problem(name: str, app: FastAPI, client: TestClient) -> None:
    body, status, code = CORPUS[name]
    answer = client.post("/api/v1/sets", content=body, headers={"Content-Type": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert code in {problem["code"], *(error["code"] for error in problem["errors"])}
    assert CANARY not in answer.text
    assert CANARY not in str(answer.headers)
    assert app.state.saved == []


def test_every_refusal_of_a_body_is_a_sentence(client: TestClient) -> None:
    for body, _, _ in CORPUS.values():
        problem = client.post("/api/v1/sets", content=body, headers={"Content-Type": "application/json"}).json()
        for sentence in (problem["detail"], *(error["message"] for error in problem["errors"])):
            assert re.fullmatch(r"[A-Z0-9].*\.", sentence), sentence


def test_a_good_body_passes_with_its_digits_as_written(app: FastAPI, client: TestClient) -> None:
    body = f'{{"items": [{ITEM}, {ITEM.replace("118", "1.20")}], "sbp": 118.50}}'
    answer = client.post("/api/v1/sets", content=body, headers={"Content-Type": "application/json; charset=utf-8"})
    assert answer.json() == {"sbp": "118.50", "values": ["118", "1.20"], "at": "2026-11-21T13:00:00+00:00"}
    assert len(app.state.saved) == 1


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/fhir+json",
        "application/json; charset=latin1",
        "",
    ],
)
def test_a_body_that_is_not_called_json_is_not_read(kind: str, app: FastAPI, client: TestClient) -> None:
    answer = client.post("/api/v1/sets", content=changed(), headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert app.state.saved == []


def test_a_body_where_none_is_expected_is_read_as_strictly(app: FastAPI, client: TestClient) -> None:
    path = "/api/v1/sets/0193c3a0-0000-7000-8000-000000000000/acknowledgement"
    headers = {"Content-Type": "application/json"}
    assert client.post(path, content=b'{"a": 1, "a": 2}', headers=headers).status_code == 400
    assert client.post(path, content=b"x" * 2_000_000, headers=headers).status_code == 413
    assert app.state.saved == []
    assert client.post(path).status_code == 200


def test_the_door_without_its_route_class_would_let_the_last_of_two_values_win(app: FastAPI) -> None:
    """The control: were FastAPI's own reading as strict, this package could go."""

    @app.post("/api/v1/loose")
    def loose(sent: dict[str, Any]) -> dict[str, Any]:
        return sent

    answer = TestClient(app).post(
        "/api/v1/loose", content=b'{"sbp": 80, "sbp": 120}', headers={"Content-Type": "application/json"}
    )
    assert answer.json() == {"sbp": 120}

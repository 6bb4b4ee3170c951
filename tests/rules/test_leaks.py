"""Would the search for canaries find one, wherever it got out?"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
import structlog

from app.http.logs import configure_logging
from app.http.request_id import request_id
from tests.builders import FAMILY_NAME
from tests.leaks import Searched, lines_of


def _answer(text: str, kind: str = "text/html", status: int = 200, path: str = "/", **headers: str) -> httpx2.Response:
    request = httpx2.Request("GET", f"http://ward.test{path}")
    head = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, text=text, headers={"content-type": kind, **head}, request=request)


@pytest.mark.hazard("HZ-15")
@pytest.mark.parametrize(
    "answer",
    [
        _answer(f"<title>{FAMILY_NAME}</title>"),
        _answer(f'<a href="/patients?family={FAMILY_NAME}">'),
        _answer(f'<button hx-post="/x/{FAMILY_NAME}">'),
        _answer("", location=f"/patients/{FAMILY_NAME}", status=303),
        _answer("", hx_redirect=f"/patients/{FAMILY_NAME}"),
        _answer(f'{{"detail": "{FAMILY_NAME}"}}', "application/problem+json", 422),
        _answer(f"<p>{FAMILY_NAME}</p>", status=404),
        _answer(f'count{{name="{FAMILY_NAME}"}} 1', "text/plain", path="/metrics"),
    ],
    ids=["title", "address", "fragment", "location", "onward", "problem", "page refused", "metrics"],
)
def test_a_canary_is_found_wherever_it_gets_out(answer: httpx2.Response) -> None:
    searched = Searched()
    searched.answer(answer, whole=True)
    assert len(searched.hits) == 1


def test_what_belongs_to_its_reader_is_no_leak() -> None:
    searched = Searched()
    searched.answer(_answer(f"<title>Dose 3</title><p>{FAMILY_NAME}</p>"), whole=True)
    searched.answer(_answer(f'{{"family_name": "{FAMILY_NAME}"}}', "application/json"), whole=True)
    assert searched.hits == []


def test_a_canary_in_a_line_of_the_log_is_found() -> None:
    searched = Searched()
    configure_logging("tests", request_id, lines_of(searched))
    structlog.get_logger("app.tests").warning("refused", code=FAMILY_NAME)
    structlog.get_logger("app.tests").warning("refused", somebody=FAMILY_NAME)
    assert searched.counts["log line"] == 2
    assert len(searched.hits) == 1, "what is not on the list of keys never reaches the log"


def test_a_canary_where_no_name_belongs_is_found_in_a_database(sqlite_template: Path, tmp_path: Path) -> None:
    path = tmp_path / "leaking.db"
    shutil.copyfile(sqlite_template, path)
    searched = Searched()
    searched.database(str(path))
    assert searched.hits == []
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("INSERT INTO meta (key, value) VALUES ('seen', ?)", [f"of {FAMILY_NAME}"])
    searched.database(str(path))
    assert len(searched.hits) == 1

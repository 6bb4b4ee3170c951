"""Does a name, a record number or a note of the whole test run turn up where it has no business?

The builders' people, patients and notes are canaries (`CANARY…`). While tests run, every log line of the program, the
head, addresses and title of every answer, every refusal, every metric and every SQLite database they leave is searched.
A canary fails the test that let it out; the last lines of the run say how much was searched.
"""

from __future__ import annotations

import io
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any

import httpx2
import pytest
from sqlalchemy.exc import DBAPIError

from app.domain.errors import DosewardError
from app.http.logs import configure_logging
from app.http.request_id import request_id
from app.store.database import Database
from app.store.tables import metadata
from tests.builders import FAMILY_NAME, GIVEN_NAME, MRN

CANARY = re.compile("canary", re.IGNORECASE)
NOT_A_PLACE = re.compile("canary-(?!ward|bed)", re.IGNORECASE)
"""A refusal may name the bed and the ward it is about: whoever reads it works there."""
OF_PATIENTS = (FAMILY_NAME, GIVEN_NAME, MRN, "Canary-Given")
ADDRESSES = re.compile(r"""\s(?:href|src|action|formaction|hx-get|hx-post|data-[a-z-]*)="([^"]*)\"""")
TITLE = re.compile(r"<title>([^<]*)</title>")
HIDDEN = frozenset({401, 404, 423})
"""What the reader may not see, or may not see now. A 403 is drawn for somebody of the ward: a proof was missing."""

# Where a patient's name or number is meant to lie. The answer under a key repeats what registered the patient; a draft
# is what its author typed.
MAY_HOLD = {"patient": {"family_name", "given_name", "mrn"}, "idempotency": {"response"}, "draft": {"document"}}
_PLACES = {
    table.name: [
        column.name
        for column in table.columns
        if column.type.compile() == "TEXT" and column.name not in MAY_HOLD.get(table.name, set())
    ]
    for table in metadata.sorted_tables
}


class Searched:
    """What was looked through in this process, and where a canary was."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.hits: list[str] = []

    def text(self, kind: str, text: str, place: str = "", what: re.Pattern[str] = CANARY) -> None:
        """One text in which there is to be no canary at all, or none of a kind."""
        self.counts[kind] += 1
        if what.search(text):
            self.hits.append(f"{kind} {place}: {text.strip()[:300]}")

    def answer(self, answer: httpx2.Response, *, whole: bool) -> None:
        """An answer: its head always, its body where it was read."""
        place = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
        cookies = {"set-cookie"}
        for name, value in answer.headers.items():
            if name not in cookies:
                self.text("header", value, f"{name} of {place}")
        if not whole:
            return
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if kind == "text/html":
            self._page(answer, place)
        elif kind == "application/problem+json":
            self.text("refusal", answer.text, place, NOT_A_PLACE)
        elif answer.request.url.path == "/metrics":
            self.text("metrics", answer.text, place)

    def _page(self, answer: httpx2.Response, place: str) -> None:
        for found in (*TITLE.findall(answer.text), *ADDRESSES.findall(answer.text)):
            self.text("title or address", found, place)
        if answer.status_code in HIDDEN:
            self.counts["refusal"] += 1
            self.hits += [f"refusal {place}: {canary}" for canary in OF_PATIENTS if canary in answer.text]

    def database(self, path: str) -> None:
        """Every column of text that is not meant to hold a patient's name or number."""
        self.counts["database"] += 1
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            for table, columns in _PLACES.items():
                where = " OR ".join(f"instr({column}, ?)" for column in columns)
                for canary in OF_PATIENTS if columns else ():
                    row = connection.execute(f"SELECT * FROM {table} WHERE {where} LIMIT 1", [canary] * len(columns))
                    if found := row.fetchone():
                        self.hits.append(f"database {table}: {canary} in {str(found)[:300]}")


searched = Searched()


class _Lines(io.StringIO):
    def __init__(self, into: Searched) -> None:
        super().__init__()
        self._into = into

    def write(self, text: str) -> int:
        if text.strip():
            self._into.text("log line", text)
        return len(text)


def lines_of(into: Searched) -> io.StringIO:
    """The log of the program, as it would stand in a file: every line is searched."""
    return _Lines(into)


@pytest.fixture(autouse=True)
def _no_leak() -> Iterator[None]:
    """The program logs as it does when it serves; whatever leaked fails the test."""
    configure_logging("tests", request_id, lines_of(searched))
    before = len(searched.hits)
    yield
    assert searched.hits[before:] == []


@pytest.fixture(autouse=True, scope="session")
def _every_answer() -> Iterator[None]:
    send, close = httpx2.Client.send, Database.close

    def sent(client: httpx2.Client, request: httpx2.Request, **how: Any) -> httpx2.Response:
        answer = send(client, request, **how)
        searched.answer(answer, whole=not how.get("stream", False))
        return answer

    def closed(database: Database) -> None:
        path = _file(database)
        close(database)
        if path is not None:
            searched.database(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(httpx2.Client, "send", sent)
        patch.setattr(Database, "close", closed)
        yield


def _file(database: Database) -> str | None:
    """The SQLite file of a database, None for a server's and for one that was not whole enough to open."""
    if database.dialect != "sqlite":
        return None
    with suppress(DosewardError, DBAPIError), database.reading() as tx:
        _seq, _name, path = tx.connection.exec_driver_sql("PRAGMA database_list").all()[0]
        has_patients = tx.connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name = 'patient'").first()
        return str(path) if has_patients else None
    return None


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands its counts to the process that prints."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["leaks"] = (dict(searched.counts), searched.hits)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The counts of a worker."""
    counts, hits = getattr(node, "workeroutput", {}).get("leaks", ({}, []))
    searched.counts.update(counts)
    searched.hits += hits


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What was searched, in one line, and every canary that was found."""
    if not searched.counts:
        return
    what = ", ".join(f"{number:,} of kind {kind!r}" for kind, number in sorted(searched.counts.items()))
    terminalreporter.write_line(f"leaks: {len(searched.hits)} canaries; searched {what}")
    for hit in searched.hits:
        terminalreporter.write_line(f"  {hit}", red=True)

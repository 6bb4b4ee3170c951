"""Can an auditor find who did what, without a name in an address, and is their looking in the trail too?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.domain.vocabulary import Role
from app.services import accounts, inspecting
from app.store.opening import open_database
from app.store.people import Grant
from tests.web.house import FAMILY_NAME, MRN, House, Stay

HERE = "/admin/audit"


@pytest.fixture
def house(served_url: str) -> Iterator[House]:
    opened = open_database(served_url, audit_key=b"kept elsewhere")
    made = House(opened)
    with opened.transaction() as tx:
        operator, everywhere = accounts.operator(made.clock.at), [Grant(Role.AUDITOR, None)]
        made.people["inspector"] = accounts.create_person(
            tx, operator, "inspector", "CANARY-inspector", None, everywhere
        )
    yield made
    opened.close()


@pytest.fixture
def stay(house: House) -> Stay:
    found = house.admit(first_due_at=house.clock.at + timedelta(minutes=20))
    house.chart(found, dose=1)
    return found


def _look(client: TestClient, **fields: str) -> Any:
    return client.post(HERE, data=fields, follow_redirects=False)


def _lines(text: str) -> list[int]:
    return [int(seq) for seq in re.findall(r'<tr id="line-(\d+)"', text)]


def _searches(house: House) -> list[tuple[str | None, str | None]]:
    with house.database.reading() as tx:
        rows = tx.connection.exec_driver_sql(
            "SELECT reason, patient_id FROM audit WHERE action = 'search_audit' ORDER BY seq"
        )
        return [(row[0], row[1]) for row in rows]


@pytest.mark.hazard("HZ-15")
def test_the_lines_about_a_patient_are_found_by_record_number_that_stands_in_no_address(
    house: House, stay: Stay
) -> None:
    auditor = house.client("inspector")
    sent = _look(auditor, mrn=MRN)
    assert sent.status_code == 303
    location = sent.headers["location"]
    assert "CANARY" not in location
    assert parse_qs(urlsplit(location).query) == {"show": ["1"], "patient": [stay.patient.id]}
    page = auditor.get(location)
    assert len(_lines(page.text)) == 5  # patient, course, cycle, observations, and this look
    assert FAMILY_NAME in page.text
    assert "Lines about CANARY-FAMILY-9041, Canary-Given" in page.text


@pytest.mark.hazard("HZ-15")
def test_looking_is_a_line_of_the_trail_before_anything_is_shown(house: House, stay: Stay) -> None:
    auditor = house.client("inspector")
    auditor.get(HERE)
    assert _searches(house) == []
    page = auditor.get(f"{HERE}?show=1&patient={stay.patient.id}&action=observe")
    assert _searches(house) == [(f"patient_id {stay.patient.id}; action observe", stay.patient.id)]
    assert len(_lines(page.text)) == 1
    auditor.get(f"{HERE}?show=1&before=3")
    assert _searches(house)[-1] == ("before line 3", None)


def test_person_machine_time_and_course_narrow_the_list(house: House, stay: Stay) -> None:
    auditor = house.client("inspector")
    nurse = house.people["nurse"].id
    for query, expected in (
        (f"person={nurse}", {"Observe"}),
        ("person=programs", set[str]()),
        ("person=operator&action=add_ward", set[str]()),
        (f"course={stay.course.id}", {"Observe", "Open cycle", "Open course"}),
        (f"workstation={nurse}", set[str]()),
        ("since=2026-11-21T12:59:00Z&action=observe", {"Observe"}),
        ("until=2026-11-21T12:59:00Z&action=observe", set[str]()),
    ):
        page = auditor.get(f"{HERE}?show=1&{query}")
        assert page.status_code == 200, query
        assert set(re.findall(r"<td>(Observe|Open cycle|Open course|Add ward)", page.text)) == expected, query


def test_a_day_alone_is_the_whole_day(house: House, stay: Stay) -> None:
    auditor = house.client("inspector")
    location = _look(auditor, since="21-Nov-2026", until="21-Nov-2026 14:30").headers["location"]
    assert parse_qs(urlsplit(location).query) == {
        "show": ["1"],
        "since": ["2026-11-21T00:00:00Z"],
        "until": ["2026-11-21T14:30:00Z"],
    }
    location = _look(auditor, until="2026-11-21").headers["location"]
    assert parse_qs(urlsplit(location).query)["until"] == ["2026-11-22T00:00:00Z"]


def test_the_list_goes_on_where_the_page_ends(house: House, stay: Stay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspecting, "AT_ONCE", 5)
    auditor = house.client("inspector")
    address, seen = f"{HERE}?show=1&until=2026-11-21T13:00:00Z", list[int]()
    while address:
        page = auditor.get(address).text
        seen += _lines(page)
        older = re.search(r'href="([^"]+)">Older lines', page)
        address = older[1].replace("&amp;", "&") if older else ""
    assert seen == sorted(set(seen), reverse=True)
    with house.database.reading() as tx:
        count = tx.connection.exec_driver_sql(
            "SELECT count(*) FROM audit WHERE action <> 'search_audit' AND at < 1795266000000000"
        ).scalar_one()
    assert len(seen) == count > 10


def test_an_auditor_of_a_ward_sees_the_lines_of_its_courses_alone(house: House, stay: Stay) -> None:
    page = house.client("auditor").get(f"{HERE}?show=1").text
    assert set(re.findall(r"<td>(\w[\w ]*)", page)) >= {"Observe", "Open course", "Open cycle"}
    assert "Create person" not in page
    assert "Create person" in house.client("inspector").get(f"{HERE}?show=1").text


def test_what_cannot_be_looked_for_is_said_at_its_field(house: House, stay: Stay) -> None:
    auditor = house.client("inspector")
    answer = _look(auditor, mrn="nobody's", since="tomorrow", action="DROP TABLE", course="x", person="'")
    assert answer.status_code == 422
    for sentence in ("There is no patient", "Write the date", "Write it as the lines"):
        assert sentence in answer.text
    assert _searches(house) == []


@pytest.mark.parametrize(
    "query", ["patient=XYZZY", "person=XYZZY", "action=%3Cb%3E", "since=yesterday", "before=-9041", "show=maybe"]
)
def test_a_forged_address_is_refused_without_repeating_it(house: House, query: str) -> None:
    answer = house.client("inspector").get(f"{HERE}?show=1&{query}")
    assert answer.status_code == 422
    assert query.partition("=")[2] not in answer.text


@pytest.mark.parametrize("login", ["nurse", "prescriber", "charge", "admin", "pharmacist"])
def test_nobody_else_reads_the_trail(house: House, login: str) -> None:
    client = house.client(login)
    assert client.get(f"{HERE}?show=1").status_code == 403
    assert _look(client, mrn=MRN).status_code == 403
    assert HERE not in client.get("/admin").text


@pytest.mark.hazard("HZ-15")
def test_the_page_says_where_the_trail_stands_for_keeping_elsewhere(house: House) -> None:
    with house.database.reading() as tx:
        seq, head = tx.connection.exec_driver_sql("SELECT audit_seq, chain_head FROM ledger").one()
    assert f"{seq}:{head}" in house.client("inspector").get(HERE).text


def test_notes_are_shown_as_text(house: House, stay: Stay) -> None:
    with house.database.transaction() as tx:
        accounts.disable(tx, house.acting("admin"), house.people["pharmacist"].id, "<script>CANARY</script>")
    page = house.client("inspector").get(f"{HERE}?show=1&action=disable_person").text
    assert "&lt;script&gt;CANARY" in page
    assert "<script>CANARY" not in page

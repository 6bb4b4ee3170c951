"""Can two people sign a protocol over REST, and does nothing open before they have?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.domain.vocabulary import Role
from app.store.database import Database
from app.store.opening import open_database
from app.store.people import Grant
from tests.api import bedside
from tests.api.app import Caller, Clock, an_app
from tests.api.world import a_service, a_token
from tests.builders import LVHN, USPI

STATEMENT = "CANARY-STATEMENT-9041"
SIGNED = {"sha256": LVHN.pin.sha256, "statement": STATEMENT}


class Board:
    """An application in which nobody has signed anything."""

    def __init__(self, database: Database) -> None:
        self.app = an_app(database, Clock())
        self.service = Caller(self.app, a_service(database, ["read", "evaluate"]))
        roles = (Role.PRESCRIBER, Role.PHARMACIST, Role.ADMINISTRATOR, Role.NURSE)
        self.people = {role: Caller(self.app, a_token(database, role, [Grant(role, None)])) for role in roles}

    def __getitem__(self, role: Role) -> Caller:
        return self.people[role]

    def standing(self, name: str = "lvhn-2015") -> dict[str, Any]:
        found: dict[str, Any] = self[Role.NURSE].read(f"/protocols/{name}")["standing"]
        return found


@pytest.fixture
def board(database_url: str) -> Iterator[Board]:
    database = open_database(database_url, audit_key=b"kept elsewhere", pool_size=8)
    yield Board(database)
    database.close()


def _course(board: Board, protocol: str, *shown: str, mrn: str = "CANARY-MRN-9041") -> tuple[int, dict[str, Any]]:
    patient = board[Role.PRESCRIBER].make("/patients", bedside.a_patient(mrn))
    body = {"patient_id": patient["id"], "protocol": protocol, "shown": list(shown)}
    answer = board[Role.PRESCRIBER].post("/courses", body)
    return answer.status_code, answer.json()


@pytest.mark.hazard("HZ-09")
def test_a_course_opens_once_two_people_have_signed(board: Board) -> None:
    status, problem = _course(board, "lvhn-2015")
    assert (status, problem["code"]) == (409, "protocol_not_signed")
    assert "A pharmacist or prescriber signs on the page /protocols/lvhn-2015." in problem["detail"]
    for role in (Role.PRESCRIBER, Role.PHARMACIST):
        made = board[role].make("/protocols/lvhn-2015/signoffs", SIGNED)
        assert (made["sha256"], made["role"], made["statement"]) == (LVHN.pin.sha256, role, STATEMENT)
    standing = board.standing()
    assert (standing["may_decide"], standing["obstacles"], len(standing["signoffs"])) == (True, [], 2)
    assert _course(board, "lvhn-2015", "uspi-2023", mrn="CANARY-MRN-9042")[0] == 201


def test_a_second_signature_of_the_same_person_is_refused(board: Board) -> None:
    board[Role.PRESCRIBER].make("/protocols/lvhn-2015/signoffs", SIGNED)
    again = board[Role.PRESCRIBER].post("/protocols/lvhn-2015/signoffs", SIGNED)
    assert (again.status_code, again.json()["code"]) == (409, "signed_already")
    assert board.standing()["may_decide"] is False


def test_the_same_key_signs_once_and_answers_alike(board: Board) -> None:
    first, second = (board[Role.PRESCRIBER].post("/protocols/lvhn-2015/signoffs", SIGNED, key="one") for _ in "12")
    assert (first.status_code, first.content) == (201, second.content)


def test_who_may_not_sign_or_acknowledge_is_refused(board: Board) -> None:
    gaps = {"sha256": USPI.pin.sha256, "uncovered": list(USPI.uncovered)}
    for caller in (board[Role.NURSE], board[Role.ADMINISTRATOR], board.service):
        assert caller.post("/protocols/lvhn-2015/signoffs", SIGNED).status_code == 403
    for caller in (board[Role.NURSE], board[Role.PHARMACIST], board.service):
        assert caller.post("/protocols/uspi-2023/acknowledgements", gaps).status_code == 403


def test_an_unknown_protocol_or_another_text_is_not_signed(board: Board) -> None:
    unknown = board[Role.PRESCRIBER].post("/protocols/none/signoffs", SIGNED)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_protocol")
    other = board[Role.PRESCRIBER].post("/protocols/consensus-2014/signoffs", SIGNED)
    assert (other.status_code, other.json()["code"]) == (409, "other_text")


@pytest.mark.hazard("HZ-09")
def test_gaps_are_acknowledged_by_name_and_in_full(board: Board) -> None:
    path, whole = "/protocols/uspi-2023/acknowledgements", list(USPI.uncovered)
    lacking = board[Role.ADMINISTRATOR].post(path, {"sha256": USPI.pin.sha256, "uncovered": whole[:-1]})
    assert (lacking.status_code, lacking.json()["errors"][0]["pointer"]) == (422, "/uncovered")
    assert f"Not named: {whole[-1]}." in lacking.json()["detail"]
    made = board[Role.ADMINISTRATOR].make(path, {"sha256": USPI.pin.sha256, "uncovered": whole})
    assert made["uncovered"] == whole
    again = board[Role.ADMINISTRATOR].post(path, {"sha256": USPI.pin.sha256, "uncovered": whole})
    assert again.json()["code"] == "acknowledged_already"
    standing = board.standing("uspi-2023")
    assert standing["acknowledgement"]["name"] == "CANARY-ADMINISTRATOR"
    assert len(standing["obstacles"]) == 1


def test_an_evaluation_needs_no_signature(board: Board) -> None:
    answer = board.service.post("/evaluate", bedside.an_evaluation("uspi-2023"))
    assert answer.status_code == 200
    assert answer.json()["protocol"]["coverage"] == "partial"

"""Does a protocol decide only once two people have signed it, and an administrator knows what it leaves out?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from app.domain.course import Course
from app.domain.errors import Conflict, DosewardError, Forbidden, InvalidInput, NotFound
from app.domain.protocol import Protocol
from app.domain.vocabulary import Role
from app.protocols.library import Library, load
from app.services.acting import Acting
from app.services.approving import DEMONSTRATION, Approval, acknowledge, approval, sign
from app.services.courses import open_course
from app.services.registering import NewPatient, add_patient
from app.store import meta
from app.store.database import Database
from tests.approvals import STATEMENT, someone
from tests.builders import AT, FAMILY_NAME, GIVEN_NAME, LIBRARY, LVHN, MRN, TIL, USPI
from tests.protocols.test_library import variant
from tests.services.ward import a_service

LATER = AT + timedelta(hours=1)


@dataclass
class Board:
    """A database in which nobody has signed anything, and the people who could."""

    database: Database
    patient_id: str
    prescriber: Acting
    pharmacist: Acting
    administrator: Acting

    def sign(self, who: Acting, protocol: Protocol = LVHN, library: Library = LIBRARY) -> None:
        with self.database.transaction() as tx:
            sign(tx, library, who, protocol.pin.id, protocol.pin.sha256, STATEMENT)

    def acknowledge(self, systems: tuple[str, ...], protocol: Protocol = USPI, who: Acting | None = None) -> None:
        with self.database.transaction() as tx:
            by = who or self.administrator
            acknowledge(tx, LIBRARY, by, protocol.pin.id, protocol.pin.sha256, systems)

    def open(self, protocol: str, *shown: str, library: Library = LIBRARY) -> Course:
        with self.database.transaction() as tx:
            return open_course(tx, library, self.prescriber, self.patient_id, protocol, shown)

    def stands(self, protocol: Protocol = LVHN) -> Approval:
        with self.database.reading() as tx:
            return approval(tx, protocol)

    def demonstrate(self) -> None:
        """Marks the database as a demonstration."""
        with self.database.transaction() as tx:
            meta.put(tx, meta.DEMO, AT.isoformat())

    def last_reason(self) -> str | None:
        with self.database.reading() as tx:
            text = "SELECT reason FROM audit ORDER BY seq DESC LIMIT 1"
            found: str | None = tx.connection.exec_driver_sql(text).scalar_one()
            return found


@pytest.fixture
def board(database: Database) -> Board:
    prescriber = someone(Role.PRESCRIBER, AT, "CANARY-PRESCRIBER")
    with database.transaction() as tx:
        new = NewPatient(MRN, FAMILY_NAME, GIVEN_NAME, date(1971, 2, 3), "female")
        patient = add_patient(tx, prescriber, new)
    pharmacist = someone(Role.PHARMACIST, LATER, "CANARY-PHARMACIST")
    return Board(database, patient.id, prescriber, pharmacist, someone(Role.ADMINISTRATOR, AT))


def _refused(act: object) -> DosewardError:
    assert callable(act)
    with pytest.raises(DosewardError) as refusal:
        act()
    return refusal.value


@pytest.mark.hazard("HZ-09")
def test_a_protocol_nobody_signed_opens_no_course_and_says_who_may_sign_where(board: Board) -> None:
    refusal = _refused(lambda: board.open("lvhn-2015"))
    assert (type(refusal), refusal.code) == (Conflict, "protocol_not_signed")
    assert refusal.sentence == (
        "lvhn-2015 1.0.0 is not signed: it decides only after two different people have signed this text. "
        "A pharmacist or prescriber signs on the page /protocols/lvhn-2015."
    )


@pytest.mark.hazard("HZ-09")
def test_one_signature_is_not_enough_and_two_are(board: Board) -> None:
    board.sign(board.prescriber)
    refusal = _refused(lambda: board.open("lvhn-2015"))
    assert "signed only by CANARY-PRESCRIBER" in refusal.sentence
    board.sign(board.pharmacist)
    assert board.open("lvhn-2015").protocol == LVHN.pin
    assert board.last_reason() is None
    assert [(one.name, one.role, one.at, one.statement) for one in board.stands().signoffs] == [
        ("CANARY-PRESCRIBER", Role.PRESCRIBER, AT, STATEMENT),
        ("CANARY-PHARMACIST", Role.PHARMACIST, LATER, STATEMENT),
    ]


def test_nobody_signs_a_text_twice(board: Board) -> None:
    board.sign(board.prescriber)
    assert _refused(lambda: board.sign(replace(board.prescriber, at=LATER))).code == "signed_already"
    assert len(board.stands().signoffs) == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PRESCRIBER, Role.PHARMACIST)])
def test_only_prescribers_and_pharmacists_sign(board: Board, role: Role) -> None:
    assert isinstance(_refused(lambda: board.sign(someone(role, AT))), Forbidden)
    assert isinstance(_refused(lambda: board.sign(a_service("read", "evaluate"))), Forbidden)
    assert board.stands().signoffs == ()


def test_a_signature_counts_for_these_bytes_alone(board: Board, tmp_path: Path) -> None:
    for signer in (board.prescriber, board.pharmacist):
        board.sign(signer)
    tmp_path.joinpath("next.toml").write_bytes(variant(version="1.0.1"))
    library = load(tmp_path)
    assert "lvhn-2015 1.0.1 is not signed" in _refused(lambda: board.open("lvhn-2015", library=library)).sentence


def test_a_text_that_is_not_the_one_read_is_not_signed(board: Board) -> None:
    def other() -> None:
        with board.database.transaction() as tx:
            sign(tx, LIBRARY, board.prescriber, "lvhn-2015", USPI.pin.sha256, STATEMENT)

    def nothing() -> None:
        with board.database.transaction() as tx:
            sign(tx, LIBRARY, board.prescriber, "nothing", LVHN.pin.sha256, STATEMENT)

    assert _refused(other).code == "other_text"
    assert isinstance(_refused(nothing), NotFound)


def test_a_signature_says_what_was_checked(board: Board) -> None:
    def silent() -> None:
        with board.database.transaction() as tx:
            sign(tx, LIBRARY, board.prescriber, "lvhn-2015", LVHN.pin.sha256, " ")

    assert _refused(silent).code == "statement_needed"


def test_a_demonstration_opens_courses_unsigned_and_the_trail_says_so(board: Board) -> None:
    board.demonstrate()
    board.open("lvhn-2015")
    assert board.last_reason() == DEMONSTRATION


@pytest.mark.hazard("HZ-09")
@pytest.mark.parametrize("demo", [False, True])
def test_a_partial_protocol_is_shown_at_once_and_decides_only_when_its_gaps_are_known(
    board: Board, *, demo: bool
) -> None:
    if demo:
        board.demonstrate()
    for signer in (board.prescriber, board.pharmacist):
        for protocol in (LVHN, USPI):
            board.sign(signer, protocol)
    assert board.open("lvhn-2015", "uspi-2023", "til-2024").shown == (USPI.pin, TIL.pin)
    refusal = _refused(lambda: board.open("uspi-2023"))
    assert refusal.code == "protocol_not_acknowledged"
    assert refusal.sentence.startswith(
        "uspi-2023 says nothing about: renal, hepatic, haematologic, dermatologic, musculoskeletal, general."
    )
    assert "/protocols/uspi-2023" in refusal.sentence
    board.acknowledge(USPI.uncovered)
    assert board.open("uspi-2023").protocol == USPI.pin
    known = board.stands(USPI).acknowledgement
    assert known is not None
    assert known.systems == USPI.uncovered


def test_a_signed_partial_protocol_needs_both(board: Board) -> None:
    board.acknowledge(USPI.uncovered)
    assert _refused(lambda: board.open("uspi-2023")).code == "protocol_not_signed"


def test_a_list_that_leaves_a_system_out_is_refused_naming_it(board: Board) -> None:
    refusal = _refused(lambda: board.acknowledge(tuple(name for name in USPI.uncovered if name != "renal")))
    assert isinstance(refusal, InvalidInput)
    assert "Not named: renal." in refusal.sentence
    assert refusal.errors[0].pointer == "/uncovered"


def test_a_list_that_names_more_is_refused(board: Board) -> None:
    refusal = _refused(lambda: board.acknowledge((*USPI.uncovered, "cardiovascular")))
    assert refusal.sentence.startswith("More is named than uspi-2023 leaves out: renal, hepatic")
    assert board.stands(USPI).acknowledgement is None


def test_the_gaps_are_acknowledged_once_by_an_administrator_and_only_where_there_are_some(board: Board) -> None:
    for who in (board.prescriber, board.pharmacist, a_service("read")):
        assert isinstance(_refused(lambda who=who: board.acknowledge(USPI.uncovered, who=who)), Forbidden)
    board.acknowledge(USPI.uncovered)
    assert _refused(lambda: board.acknowledge(USPI.uncovered)).code == "acknowledged_already"
    assert _refused(lambda: board.acknowledge((), LVHN)).code == "nothing_uncovered"


def test_what_keeps_a_text_from_deciding_is_said_in_full(board: Board) -> None:
    codes = [code for code, _ in board.stands(TIL).obstacles()]
    assert codes == ["protocol_not_acknowledged", "protocol_not_signed"]
    assert all(re.search(r"/protocols/til-2024\.$", sentence) for _, sentence in board.stands(TIL).obstacles())

"""Does every operation answer every kind of asker about every kind of object as the tables say?

Generated from docs/openapi.json: a new operation is in it by itself, and fails until the tables know it.
"""

import itertools
import shutil
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.duty import Assignment, Shift
from app.domain.ids import new_id
from app.domain.record import instant
from app.domain.vocabulary import Duty, Level, Role
from app.http.authority import AUTHORITY, Rule, Scope
from app.services import accounts, tokens
from app.services.acting import Permission
from app.services.receiving import add_receiver, remove_receiver
from app.store import duty, people, wards
from app.store import tokens as token_store
from app.store.database import Database
from app.store.opening import open_database
from app.store.people import Grant
from app.store.wards import Bed
from tests.api import bedside, matrix
from tests.api.app import OPEN, Caller
from tests.api.matrix import ASKERS, DISCHARGED, OBJECTS, OPERATIONS, OTHER, OWN, UNKNOWN, Asker, call, expected
from tests.api.world import World, a_token, a_world
from tests.builders import AT, REASON

_LEAST = 2500


@dataclass
class House:
    """A world with an object of every kind, and somebody of every kind who asks for it."""

    world: World
    askers: dict[str, Caller]
    things: dict[str, dict[str, str]]
    file: Path
    fresh: Iterator[int]

    def ask(self, asked: tuple[str, str], who: Asker, what: str) -> tuple[int, Mapping[str, Any] | None]:
        """Status and, of a refusal, the document; what an act wrote is undone."""
        path, query, body = call(asked, self.things[what], self.fresh)
        caller = self.askers[who.name]
        if not asked[1].startswith("/api"):
            return caller.client.get(asked[1]).status_code, None
        answer = caller.get(path, **query) if asked[0] == "GET" else caller.post(path, body)
        if answer.is_success:
            if asked[0] != "GET":
                self._undo()
            return answer.status_code, None
        return answer.status_code, {key: value for key, value in answer.json().items() if key != "request_id"}

    def _undo(self) -> None:
        with sqlite3.connect(self.file.with_suffix(".kept")) as kept, sqlite3.connect(self.file) as live:
            kept.backup(live)


@pytest.fixture(scope="module")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Everything the matrix asks about, made once."""
    file = tmp_path_factory.mktemp("matrix") / "doseward.db"
    shutil.copyfile(sqlite_template, file)
    database = open_database(f"sqlite:///{file}", audit_key=b"kept elsewhere", pool_size=4)
    world = a_world(database)
    askers = {who.name: Caller(world.app, _token(world, who)) for who in ASKERS}
    second = askers["prescriber"].read("/people/me")["id"]
    makers = {world.ward: (world.charge, world.prescriber), world.elsewhere: (world.stranger, world.stranger)}
    things = {}
    for what, ward in ((OWN, world.ward), (OTHER, world.elsewhere), (DISCHARGED, world.ward)):
        charge, prescriber = makers[ward]
        named = second if ward == world.ward else _second_elsewhere(world)
        things[what] = _things(world, ward, charge, prescriber, named, f"CANARY-{what}")
        things[what] |= _duty(world, ward, charge, things[what]["cycle_id"])
        things[what] |= _people(world, ward, f"canary-{new_id(AT)[-8:]}", gone=what == DISCHARGED)
    _discharge(world.charge, things[DISCHARGED]["cycle_id"])
    nothing = dict.fromkeys(things[OWN], new_id(AT))
    things[UNKNOWN] = {**nothing, "mrn": "CANARY-NOBODY", **{k: things[OWN][k] for k in ("bed", "bed_ward_id")}}
    with sqlite3.connect(file) as live, sqlite3.connect(file.with_suffix(".kept")) as kept:
        live.backup(kept)
    yield House(world, askers, things, file, itertools.count(1))
    database.close()


def _token(world: World, who: Asker) -> str | None:
    database, ward = world.database, None if who.everywhere else world.ward
    if who.name == "no token":
        return None
    if who.service:
        return _service(database, ward, who.scopes)[1]
    role = Role.NURSE if who.name == "revoked token" else who.role
    secret = a_token(database, f"asker-{new_id(AT)[-8:]}", [] if role is None else [Grant(role, ward)])
    if who.name == "revoked token":
        with database.transaction() as tx:
            found = tokens.token_of(tx, secret, AT)
            assert found is not None
            token_store.revoke_token(tx, found.id, AT, "nobody")
    return secret


def _service(database: Database, ward: str | None, scopes: frozenset[str]) -> tuple[str, str]:
    operator = accounts.operator(AT)
    with database.transaction() as tx:
        made, secret = tokens.create_token(tx, operator, "gateway", None, scopes, () if ward is None else (ward,))
    return made.id, secret


def _second_elsewhere(world: World) -> str:
    caller = Caller(world.app, a_token(world.database, "elsewhere-2", [Grant(Role.PRESCRIBER, world.elsewhere)]))
    found: str = caller.read("/people/me")["id"]
    return found


def _things(world: World, ward: str, charge: Caller, prescriber: Caller, second: str, mrn: str) -> dict[str, str]:
    """A course with everything that hangs on it: a stop, its alert, and an order that waits for `second`."""
    bed, free = (f"CANARY-BED-{new_id(AT)[-8:]}" for _ in range(2))
    with world.database.transaction() as tx:
        for name in (bed, free):
            wards.add_bed(tx, Bed(ward, name, True))
    patient = charge.make("/patients", bedside.a_patient(mrn))
    course = charge.make("/courses", {"patient_id": patient["id"], "protocol": "lvhn-2015", "shown": []})
    cycle = charge.make(f"/courses/{course['id']}/cycles", bedside.a_cycle(ward, AT, bed=bed))
    dose, second_dose = (one["id"] for one in cycle["doses"][:2])
    saved = charge.make(f"/courses/{course['id']}/observation-sets", {"items": bedside.items(creatinine="3.2")})
    wish = {"decision_id": saved["decision"]["id"], "choice": "give", "reason": REASON, "second": second}
    waiting = prescriber.post(f"/doses/{dose}/orders", wish)
    assert waiting.status_code == 202, waiting.text
    return {
        "patient_id": patient["id"],
        "mrn": mrn,
        "course_id": course["id"],
        "cycle_id": cycle["id"],
        "dose_id": dose,
        "observation_id": saved["observations"][0]["id"],
        "decision_id": saved["decision"]["id"],
        "administration_id": charge.make(f"/doses/{second_dose}/administration", bedside.not_given(AT, mrn))["id"],
        "alert_id": next(one["alert_id"] for one in saved["alerts"] if one["action"] == "stop"),
        "order_id": waiting.json()["id"],
        "ward_id": ward,
        "bed_ward_id": ward,
        "bed": free,
    }


def _duty(world: World, ward: str, charge: Caller, cycle_id: str) -> dict[str, str]:
    """A shift on the ward, and who looks after the patient."""
    person_id, ends = charge.read("/people/me")["id"], AT + timedelta(hours=8)
    a_shift = Shift(new_id(AT), ward, person_id, Duty.CHARGE_NURSE, AT, ends, AT, person_id)
    an_assignment = Assignment(new_id(AT), cycle_id, person_id, AT, ends, AT, person_id)
    with world.database.transaction() as tx:
        duty.add_shift(tx, a_shift)
        duty.add_assignment(tx, an_assignment)
    return {"shift_id": a_shift.id, "assignment_id": an_assignment.id}


def _people(world: World, ward: str, login: str, *, gone: bool) -> dict[str, str]:
    """A nurse and a token of that ward; `gone`: switched off, and revoked."""
    made = a_token(world.database, login, [Grant(Role.NURSE, ward)])
    token_id = _service(world.database, ward, frozenset({"read"}))[0]
    receiver_id = _receiver(world.database, ward, gone=gone)
    with world.database.transaction() as tx:
        found = tokens.token_of(tx, made, AT)
        assert found is not None
        assert found.person is not None
        if gone:
            people.set_active(tx, found.person.id, active=False)
            token_store.revoke_token(tx, token_id, AT, "nobody")
    return {"person_id": found.person.id, "token_id": token_id, "receiver_id": receiver_id}


def _receiver(database: Database, ward: str, *, gone: bool) -> str:
    operator = accounts.operator(AT)
    with database.transaction() as tx:
        made, _ = add_receiver(tx, operator, OPEN, "pager gateway", "https://pager.example/in", ward, Level.PRIORITY)
        if gone:
            remove_receiver(tx, operator, made.id, REASON)
    return made.id


def _discharge(charge: Caller, cycle_id: str) -> None:
    charge.make(f"/cycles/{cycle_id}/events", {"kind": "discharged", "at": instant(AT), "reason": REASON})


def _deviations(house: House, operations: Mapping[tuple[str, str], int]) -> list[str]:
    found = []
    for asked, who in itertools.product(operations, ASKERS):
        said = {}
        for what in OBJECTS:
            status, said[what] = house.ask(asked, who, what)
            if status != expected(asked, who, what):
                found.append(f"{asked} {who.name}, {what}: {status} and not {expected(asked, who, what)} {said[what]}")
        if expected(asked, who, OTHER) == expected(asked, who, UNKNOWN) == 404 and said[OTHER] != said[UNKNOWN]:
            found.append(f"{asked} {who.name}: what lies elsewhere answers otherwise than what is not there")
    return found


def test_every_cell_answers_as_the_tables_say(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    deviations = _deviations(house, OPERATIONS)
    cells = len(OPERATIONS) * len(ASKERS) * len(OBJECTS)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{cells} cells: {len(OPERATIONS)} operations x {len(ASKERS)} askers x {len(OBJECTS)} objects\n"
        )
    assert not deviations, "\n".join(deviations)
    assert cells > _LEAST


def test_the_matrix_has_every_operation_of_the_table() -> None:
    assert {asked for asked in AUTHORITY if asked[1].startswith("/api")} <= OPERATIONS.keys() <= AUTHORITY.keys()


def test_a_rule_that_is_not_kept_is_found(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("GET", "/api/v1/doses/{dose_id}")
    monkeypatch.setattr(matrix, "AUTHORITY", {**AUTHORITY, asked: Rule(Permission.ORDER, Scope.COURSE)})
    assert len(_deviations(house, {asked: 200})) > len(OBJECTS)

"""Does every page and form answer every kind of reader about every kind of object as the table of authority says?

Forms are sent with a key and nothing else: whoever may send one is told what is missing, or that it is of no patient.
"""

import itertools
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from fastapi.testclient import TestClient

from app.domain.ids import new_id
from app.domain.vocabulary import Choice, CycleEventKind, Outcome, Role
from app.http.authority import AUTHORITY, Rule, Scope
from app.services import accounts, courses, sessions
from app.services.acting import ROLES as HOLD
from app.services.acting import Acting, Permission
from app.services.administering import Done, Identifiers, administer
from app.services.courses import NewEvent
from app.services.emergency import break_glass
from app.services.seconding import ask_second
from app.store import alerts, flowsheets, wards
from app.store.people import Grant
from app.store.wards import Bed, Ward
from tests.builders import LIBRARY
from tests.web.house import NOW, ROLES, House, Stay, open_house

REASON = "CANARY-9041 it cannot wait"
OWN, OTHER, DISCHARGED, UNKNOWN = OBJECTS = ("own ward", "other ward", "discharged", "unknown")
PAGES: Final = {
    asked: rule
    for asked, rule in AUTHORITY.items()
    if rule.scope is not Scope.PUBLIC
    and not asked[1].startswith(("/api", "/admin/people/{", "/admin/receivers/{", "/me", "/session"))
    and not asked[1].endswith("/revoke")
}
READERS: Final = (*ROLES, "nobody in particular", "signed out")
_LEAST = 1900

SENT: Final[Mapping[str, int]] = {
    "/patients": 200,
    "/patients/new": 422,
    "/doses/{dose_id}/observe/preview": 200,
    "/protocols/{protocol_id}/signoffs": 422,
    "/emergency": 409,
    "/courses/{course_id}/emergency": 409,
    "/courses/{course_id}/emergency/end": 303,
    "/admin/access-reviews/{access_id}": 409,
    "/admin/audit": 303,
    "/protocols/{protocol_id}/acknowledgements": 409,
}
"""What a form with nothing in it gets that is not of one patient; one that is, is refused unread (409)."""


@dataclass
class Halls:
    """A house, a browser for every reader, and the ids of an object of every kind."""

    house: House
    browsers: Mapping[str, TestClient]
    things: Mapping[str, Mapping[str, str]]

    def ask(self, asked: tuple[str, str], reader: str, what: str) -> int:
        """The status of a cell; what a form wrote is undone."""
        method, path = asked
        query = {"patient": self.things[what]["patient_id"]} if path == "/courses/new" else {}
        address, browser = path.format(**self.things[what]), self.browsers[reader]
        if method == "GET":
            return browser.get(address, params=query, follow_redirects=False).status_code
        answer = browser.post(address, params=query, data={"key": str(uuid.uuid4())}, follow_redirects=False)
        return answer.status_code


def expected(asked: tuple[str, str], reader: str, what: str) -> int:
    """By the two tables and one rule: what lies on a ward that is not the reader's does not exist."""
    method, path = asked
    rule = PAGES[asked]
    if reader == "signed out":
        return 303 if method == "GET" else 401
    if not _may(asked, reader):
        return 403
    if what in (OTHER, UNKNOWN) and _is_about(asked, rule):
        return 404
    if path == "/cycles/{cycle_id}/{kind}" and ROLES.get(reader) not in HOLD[Permission.CHART]:
        return 403  # each kind has a permission of its own, and here it is a move
    if method == "GET":
        return 200
    return SENT.get(path, 409 if rule.scope is Scope.COURSE else 422)


def _may(asked: tuple[str, str], reader: str) -> bool:
    """The page of links to what one may administer is for whoever may administer anything: to read is not to do so."""
    permission = PAGES[asked].permission
    areas = [one.permission for (_, path), one in PAGES.items() if path.startswith("/admin/")]
    areas = [one for one in areas if one is not Permission.READ]
    asks = areas if asked[1] == "/admin" else [] if permission is None else [permission]
    return not asks or any(ROLES.get(reader) in HOLD[one] for one in asks if one is not None)


def _is_about(asked: tuple[str, str], rule: Rule) -> bool:
    """True where the address names a thing of a ward; a form that names it is of that patient, or refused unread."""
    named = "{" in asked[1] and not asked[1].endswith(("{chart_id}", "{comparison_id}"))
    return asked == ("GET", "/courses/new") or (named and rule.scope in (Scope.COURSE, Scope.WARD))


@pytest.fixture(scope="module")
def halls(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Halls]:
    """Everything the matrix asks about, made once."""
    file = tmp_path_factory.mktemp("halls") / "doseward.db"
    shutil.copyfile(sqlite_template, file)
    house = open_house(f"sqlite:///{file}")
    there = _another_ward(house)
    with house.database.transaction() as tx:
        house.people[READERS[-2]] = accounts.create_person(
            tx, accounts.operator(NOW), "nobody-in-particular", "CANARY-nobody", None, []
        )
    stays = {what: _stay(house, what, bed) for what, bed in ((OWN, "1"), (OTHER, "2"), (DISCHARGED, "3"))}
    things = {what: _ids(house, stay) for what, stay in stays.items()}
    _event(house, stays[OTHER], NewEvent(CycleEventKind.MOVED, NOW, REASON, there, "CANARY-BED"))
    _event(house, stays[DISCHARGED], NewEvent(CycleEventKind.DISCHARGED, NOW, REASON))
    nurses = {what: _nurse(house, house.ward.id if what == OTHER else there) for what in stays}
    things = {what: things[what] | _access(house, stay, nurses[what]) for what, stay in stays.items()}
    things[UNKNOWN] = {**dict.fromkeys(things[OWN], new_id(NOW)), **_SAME}
    browsers = {reader: house.client(None if reader == READERS[-1] else reader) for reader in READERS}
    yield Halls(house, browsers, things)
    house.database.close()


_SAME: Final = {
    "kind": "moved",
    "panel_id": "labs",
    "figure_id": "criteria-1",
    "chart_id": "firing",
    "comparison_id": "doses",
    "protocol_id": "lvhn-2015",
    "number": LIBRARY.protocol("lvhn-2015").pin.version,
}


def _another_ward(house: House) -> str:
    ward = Ward(new_id(NOW), "CANARY-WARD-B", "Europe/Berlin")
    with house.database.transaction() as tx:
        wards.add_ward(tx, ward, NOW)
        wards.add_bed(tx, Bed(ward.id, "CANARY-BED", open=True))
    return ward.id


def _stay(house: House, what: str, bed: str) -> Stay:
    stay = house.admit(first_due_at=NOW + timedelta(minutes=30), mrn=f"CANARY-{what}", bed=bed)
    house.chart(stay, dose=1, creatinine="3.2")
    return stay


def _waiting(house: House, stay: Stay, decision_id: str) -> str:
    second = house.people["prescriber2"].id
    wish = (stay.dose(1).id, decision_id, Choice.GIVE, REASON, second)
    with house.database.transaction() as tx:
        return ask_second(tx, house.library, house.acting("prescriber"), *wish).id


def _begun(house: House, stay: Stay) -> str:
    """The second dose, which runs."""
    wristband = Identifiers(stay.patient.mrn, stay.patient.birth_date)
    done = Done(Outcome.INTERRUPTED, NOW, None, Decimal(1), wristband, deviation=REASON)
    with house.database.transaction() as tx:
        return administer(tx, house.library, house.acting(), stay.dose(2).id, done).administration.id


def _event(house: House, stay: Stay, event: NewEvent) -> None:
    with house.database.transaction() as tx:
        courses.add_cycle_event(tx, house.library, house.acting("charge"), stay.cycle.id, event)


def _nurse(house: House, ward_id: str) -> Acting:
    login = f"canary-{new_id(NOW)[-8:]}"
    with house.database.transaction() as tx:
        grants = [Grant(Role.NURSE, ward_id)]
        who = accounts.create_person(tx, accounts.operator(NOW), login, "CANARY-nurse", None, grants)
    return sessions.acting_as(who, NOW, "test")


def _access(house: House, stay: Stay, who: Acting) -> dict[str, str]:
    with house.database.transaction() as tx:
        return {"access_id": break_glass(tx, who, stay.course.id, REASON).id}


def _ids(house: House, stay: Stay) -> dict[str, str]:
    with house.database.reading() as tx:
        alert = alerts.open_alerts(tx, course_id=stay.course.id)[0]
        sheet = flowsheets.load(tx, stay.course.id)
    return {
        **_SAME,
        "patient_id": stay.patient.id,
        "course_id": stay.course.id,
        "cycle_id": stay.cycle.id,
        "dose_id": stay.dose(1).id,
        "observation_id": sheet.observations[0].id,
        "administration_id": _begun(house, stay),
        "alert_id": alert.id,
        "order_id": _waiting(house, stay, sheet.decisions[-1].id),
    }


def test_every_page_answers_as_the_tables_say(halls: Halls, capsys: pytest.CaptureFixture[str]) -> None:
    deviations = []
    for asked, reader, what in itertools.product(PAGES, READERS, OBJECTS):
        status = halls.ask(asked, reader, what)
        if status != expected(asked, reader, what):
            deviations.append(f"{asked} {reader}, {what}: {status} and not {expected(asked, reader, what)}")
    cells = len(PAGES) * len(READERS) * len(OBJECTS)
    with capsys.disabled():
        sys.stdout.write(f"\n{cells} cells: {len(PAGES)} pages x {len(READERS)} readers x {len(OBJECTS)} objects\n")
    assert not deviations, "\n".join(deviations)
    assert cells > _LEAST

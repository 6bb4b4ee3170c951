"""What has been charted of a patient in mid-cycle, and what exactly does one more observation set write?

The rows come from the program itself: the history through its services, the two sets through its REST interface. The
bare floor writes these rows, and the databases are filled with copies of them.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import redirect_stderr
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.domain.entry import Item
from app.domain.ids import new_id
from app.domain.measure import Kind, Measure, Value
from app.domain.vocabulary import Outcome, Role
from app.main import create_app
from app.protocols.library import Library, load
from app.services import accounts, approving, courses, observing, registering, tokens
from app.services.acting import Acting
from app.services.administering import Done, Identifiers, administer
from app.settings import Settings
from app.store import wards
from app.store.database import Database
from app.store.migrations import upgrade
from app.store.opening import open_database
from app.store.people import Grant
from bench import asking
from bench.written import Keyed, Rows, Written, between, ends, keyed, rows_of

EVERY = timedelta(hours=2)
SETS, PER_DOSE = 23, 4
"""Every fourth set is a whole one, before a dose; so is the last, before the sixth dose. Between them, vitals."""

JUST_NOW = timedelta(minutes=15)

BEFORE = timedelta(minutes=10)
"""How long before a dose its set is charted."""

SOONER = timedelta(minutes=60)
ALARMING = {"heart_rate": Decimal(125)}
"""An hour before each dose something calls for a hold: an alert is raised, and the next set clears it."""

OF_PROTOCOLS = ("protocol_text", "protocol_signoff")
"""Tables that a first course adds to, once for all courses."""

MRN, BIRTH = "DEMO-BENCH", date(1970, 2, 1)

AUDIT_KEY = b"of the benchmark, which guards nothing"


@dataclass(frozen=True)
class Charted:
    """`shared` rows are there once; `course` is one course; `calm` and `breach` are what one set of each kind wrote."""

    wards: tuple[str, str]
    token: str
    ward_token: str
    course_id: str
    shared: list[Rows]
    course: list[Rows]
    calm: Written
    breach: Written


def chart(folder: Path, now: datetime) -> Charted:
    """One patient, last charted in full a quarter of an hour before `now`, dose 6 due soon; and two sets more."""
    path = folder / "charted.db"
    url = f"sqlite:///{path}"
    upgrade(url)
    database, library = open_database(url, audit_key=AUDIT_KEY), load()
    start = now - EVERY * SETS - JUST_NOW + BEFORE
    ward_ids, tokens, acting = _people(database, start)
    shared_until = ends(path)
    course_id = _history(database, library, acting, ward_ids[0])
    database.close()
    history_until = ends(path)
    calm, breach = (_written(path, tokens[0], course_id, breach=breach) for breach in (False, True))
    written = rows_of(path, shared_until, history_until)
    return Charted(
        wards=ward_ids,
        token=tokens[0],
        ward_token=tokens[1],
        course_id=course_id,
        shared=[*rows_of(path, {}, shared_until), *(rows for rows in written if rows.table in OF_PROTOCOLS)],
        course=[rows for rows in written if rows.table not in OF_PROTOCOLS],
        calm=calm,
        breach=breach,
    )


def _written(path: Path, token: str, course_id: str, *, breach: bool) -> Written:
    """What one set wrote: the one in the middle of those that a patient gets while the benchmark runs."""
    mine = path.with_stem(f"{path.stem}-{breach}")
    shutil.copy(path, mine)
    before: dict[str, Keyed] = {}
    with redirect_stderr(StringIO()), TestClient(create_app(_settings(mine))) as client:
        for _ in range(asking.MIDDLE):
            before = keyed(mine)
            sent = asking.body(load(), utc_now(), breach=breach)
            answer = client.post(asking.path(course_id), content=sent, headers=asking.headers(token))
            if answer.status_code != 201:  # noqa: PLR2004 - RFC 9110, created
                raise RuntimeError(f"the benchmark's own observation set was refused: {answer.text}")
    return between(before, keyed(mine))


def _settings(path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{path}", audit_key=SecretStr(AUDIT_KEY.decode()))


def _people(database: Database, at: datetime) -> tuple[tuple[str, str], tuple[str, str], Acting]:
    """Two wards; the tokens of somebody who may do everything everywhere, and of a nurse of the first ward."""
    ward_ids = (new_id(at), new_id(at))
    with database.transaction() as tx:
        for ward_id, name in zip(ward_ids, ("Demo ward", "Demo ward two"), strict=True):
            wards.add_ward(tx, wards.Ward(ward_id, name, "Europe/London"), at)
            wards.add_bed(tx, wards.Bed(ward_id, "1", open=True))
        operator, everywhere = accounts.operator(at), [Grant(role, None) for role in Role]
        person = accounts.create_person(tx, operator, "bench", "DEMO Bench", None, everywhere)
        nurse = accounts.create_person(tx, operator, "nurse", "DEMO Nurse", None, [Grant(Role.NURSE, ward_ids[0])])
        secrets = tuple(tokens.create_token(tx, operator, "bench", one)[1] for one in (person, nurse))
    acting = Acting(person.id, person.name, False, person.grants, None, at, "bench")
    return ward_ids, (secrets[0], secrets[1]), acting


def _history(database: Database, library: Library, acting: Acting, ward_id: str) -> str:
    at = acting.at
    with database.transaction() as tx:
        patient = registering.add_patient(tx, acting, registering.NewPatient(MRN, "DEMO-BENCH", "Ada", BIRTH, "female"))
    second = replace(acting, person_id=new_id(at), name="DEMO Second signature")
    with database.transaction() as tx:
        for signer in (acting, second):
            approving.sign(tx, library, signer, "lvhn-2015", library.protocol("lvhn-2015").pin.sha256, "benchmark")
        course = courses.open_course(tx, library, acting, patient.id, "lvhn-2015", ("consensus-2014",))
    admission = courses.NewCycle(1, ward_id, "1", at, at + EVERY * PER_DOSE, Decimal("80.0"))
    with database.transaction() as tx:
        cycle, case = courses.open_cycle(tx, library, acting, course.id, admission)
    doses = case.sheet.doses_of(cycle.id)
    last: dict[str, datetime] = {}
    for number in range(1, SETS + 1):
        due = at + EVERY * number
        before_dose = number % PER_DOSE == 0
        if before_dose:
            _set(database, library, _at(acting, due - SOONER), course.id, last, ALARMING)
        full = before_dose or number in (1, SETS)
        done = _set(database, library, _at(acting, due - BEFORE), course.id, last, full=full)
        if before_dose:
            given = Done(Outcome.GIVEN, due, None, Decimal(48_000_000), Identifiers(MRN, BIRTH), done.id)
            with database.transaction() as tx:
                administer(tx, library, _at(acting, due), doses[number // PER_DOSE - 1].id, given)
    return course.id


def _at(acting: Acting, at: datetime) -> Acting:
    return Acting(acting.person_id, acting.name, False, acting.grants, None, at, acting.request_id)


def _set(
    database: Database,
    library: Library,
    acting: Acting,
    course_id: str,
    last: dict[str, datetime],
    values: Mapping[str, Decimal] = MappingProxyType({}),
    *,
    full: bool = False,
) -> Any:
    """One set of a well patient but for `values`, its volumes following those before; answers its decision."""
    measures = [one for one in library.measures.values() if one.well is not None]
    taken = [one for one in measures if full or one.name in asking.MEASURES or one.name == "urine_volume"]
    items = [_item(one, values.get(one.name), acting.at, last.get(one.name, acting.at - EVERY)) for one in taken]
    last.update({one.name: acting.at for one in taken})
    with database.transaction() as tx:
        return observing.record(tx, library, acting, course_id, None, items).record


def _item(measure: Measure, value: Value | None, at: datetime, since: datetime) -> Item:
    value = measure.well if value is None else value
    assert value is not None  # noqa: S101 - only measures with a well value are asked for
    if measure.kind is Kind.INTERVAL and isinstance(value, Decimal):
        return Item(measure.name, value * ((at - since) // timedelta(hours=1)), measure.unit, at, since)
    return Item(measure.name, value, measure.unit, at)


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)

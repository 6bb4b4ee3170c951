"""Does what a ward waits for stay as quick when the record is large: does no plan read a whole table of it?"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.domain.flowsheet import Flowsheet
from app.store import (
    alerts,
    board,
    chain,
    courses,
    decisions,
    fatigue,
    flowsheets,
    idempotency,
    ledger,
    meta,
    records,
    scores,
    summaries,
    tokens,
)
from app.store.database import Database, Transaction
from app.store.idempotency import Request
from app.store.left import left
from app.store.opening import open_database
from app.store.recent import Recent
from app.store.summaries import Among
from tests.builders import AT, NURSE, a_record, a_situation, an_id, an_observation, reading
from tests.store.conftest import AUDIT_KEY
from tests.store.making import a_course, an_act, an_event, decide, happen
from tests.store.overhearing import Overheard
from tests.store.raw import raw

_BIG = {"observation", "decision", "alert_event", "feed", "audit"}
_GENERIC_SINCE = 160_000

_GROW = """
INSERT INTO observation SELECT gen.id, o.set_id, o.course_id, o.measure, o.number, o.finding, o.choice, o.unit,
    o.entered, o.entered_unit, o.observed_at - gen.n * 3600000000, o.start_at - gen.n * 3600000000, o.confirmed,
    o.not_taken, o.recorded_at, o.recorded_by, o.supersedes, o.retracts, o.reason, o.seq + gen.n * 1000
    FROM observation o, LATERAL (SELECT n, gen_random_uuid()::text || left(o.id, 0) FROM generate_series(1, 6) n)
    AS gen(n, id);
INSERT INTO decision SELECT gen.id, d.course_id, x.cycle_id, x.id, d.at, d.recorded_at, d.recorded_by, d.cause,
    d.cause_id, d.reviews, d.action, d.provisional, d.relative, d.absolute, d.valid_until, d.protocol_sha256, d.engine,
    d.seq + gen.n, '{}', '{}' FROM decision d JOIN dose x ON x.course_id = d.course_id,
    LATERAL (SELECT n, gen_random_uuid()::text || left(x.id, 0) FROM generate_series(1, 7) n) AS gen(n, id);
INSERT INTO alert_event SELECT gen.id, gen.id, e.course_id, e.cycle_id, e.dose_id, e.decision_id, e.ward_id, e.kind,
    e.key, e.level, e.action, e.summary, e.at, e.by, e.reason FROM alert_event e,
    LATERAL (SELECT gen_random_uuid()::text || left(e.id, 0) FROM generate_series(1, 150) n) AS gen(id);
INSERT INTO feed SELECT epoch, 1000 + row_number() OVER (), e.id FROM alert_event e, ledger
    WHERE NOT EXISTS (SELECT 1 FROM feed WHERE event_id = e.id);
UPDATE ledger SET feed = (SELECT max(n) FROM feed);
INSERT INTO audit SELECT 100000 + n, a.at, a.person, a.acting_as, a.action, a.course_id, a.subjects, a.reason,
    a.request_id, a.version, a.previous, a.hash FROM audit a, generate_series(1, 5000) n WHERE a.seq = 1;
ANALYZE
"""


class _Explained(Overheard):
    """Also what PostgreSQL would do for every text it was given."""

    def __init__(self, tx: Transaction) -> None:
        super().__init__(tx)
        self.plans: list[tuple[str, Any]] = []

    def execute(self, text: str, values: Any) -> Any:
        if not text.startswith(("INSERT", "BEGIN")):
            cursor = self._cursor()
            self.plans.append((text, cursor.execute(f"EXPLAIN (FORMAT JSON) {text}", values).fetchone()[0]))
            if cursor.connection.info.server_version >= _GENERIC_SINCE:
                explain = f"EXPLAIN (FORMAT JSON, GENERIC_PLAN) {text}"
                self.plans.append((text, cursor.connection.pgconn.exec_(explain.encode()).get_value(0, 0)))
        return super().execute(text, values)

    def scans(self) -> Iterator[str]:
        """Each whole-table read of a big table, with the text it was for."""
        for text, plan in self.plans:
            for node in _nodes((json.loads(plan) if isinstance(plan, bytes) else plan)[0]["Plan"]):
                if node["Node Type"] == "Seq Scan" and node["Relation Name"] in _BIG:
                    yield f"{node['Relation Name']}: {text}"


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


_MILLION = """
ALTER TABLE observation ALTER COLUMN course_id SET (n_distinct = 2000);
ALTER TABLE observation ALTER COLUMN set_id SET (n_distinct = -0.1);
ALTER TABLE decision ALTER COLUMN course_id SET (n_distinct = 2000);
ALTER TABLE alert_event ALTER COLUMN course_id SET (n_distinct = 2000);
ANALYZE;
UPDATE pg_class SET reltuples = 1000000 WHERE relname = 'observation' AND relkind = 'r';
UPDATE pg_class SET reltuples = 100000 WHERE relname IN ('decision', 'alert_event') AND relkind = 'r'
"""
"""What PostgreSQL plans by when the record holds a million observations of two thousand courses."""


@pytest.fixture(scope="module")
def large(postgresql_server: Any, postgresql_template: str) -> Iterator[tuple[Database, Flowsheet]]:
    """A database with some tens of thousands of rows, and one of its forty courses."""
    url = postgresql_server.create(postgresql_template)
    database = open_database(url, audit_key=AUDIT_KEY)
    sheets = [a_course(database) for _ in range(40)]
    for sheet in sheets:
        decide(database, sheet, sheet.doses[4])
        with database.transaction() as tx:
            happen(tx, (an_event(sheet.course, sheet.cycles[0], dose_id=sheet.doses[4].id),))
            ledger.append(tx, (an_act(),))
    with raw(url) as connection:
        for statement in _GROW.split(";"):
            connection.exec_driver_sql(statement.replace("%", "%%"))
    yield database, sheets[7]
    database.close()
    postgresql_server.drop(url)


def _act(tx: Transaction, sheet: Flowsheet) -> None:
    """Everything a saved observation set does."""
    course, dose = sheet.course.id, sheet.doses[4]
    tokens.token(tx, "a" * 64)
    idempotency.find(tx, Request(NURSE, "key", "POST", "hash"))
    flowsheets.lock_course(tx, course)
    flowsheets.load_bare(tx, course)
    alerts.raised(tx, course, dose.id)
    left(tx, course)
    row = an_observation(reading("temperature", "37"))
    records.add_observation_set(tx, row.set_id, course, dose.id, (row,))
    records.add_decision(tx, a_record(a_situation(), dose=dose, course_id=course))
    event = an_event(sheet.course, sheet.cycles[0])
    happen(tx, (event,))
    ledger.append(tx, (an_act(),))


def _course(tx: Transaction, sheet: Flowsheet) -> None:
    flowsheets.load(tx, sheet.course.id)
    courses.ward_of_course(tx, sheet.course.id)
    alerts.alerts_of_course(tx, sheet.course.id)
    alerts.open_alerts(tx, course_id=sheet.course.id)
    assert scores.of_sets(tx, {row.set_id for row in sheet.observations})
    assert scores.early_warnings(tx, sheet.course.id, AT)


def _board(tx: Transaction, sheet: Flowsheet) -> None:
    rows = board.board(tx, [sheet.cycles[0].ward_id, an_id()])
    assert rows
    decisions.documents(tx, [row.sheet.decisions[-1].id for row in rows])
    assert alerts.events_of_courses(tx, [row.sheet.course.id for row in rows])


def _pages(tx: Transaction, sheet: Flowsheet) -> None:
    ward = [sheet.cycles[0].ward_id]
    assert alerts.open_alerts(tx, ward)
    courses.courses(tx, ward, None, 100, active=True)
    courses.courses_of_patient(tx, sheet.patient.id)


def _cohort(tx: Transaction, sheet: Flowsheet) -> None:
    ward = frozenset({sheet.cycles[0].ward_id})
    pin = sheet.course.protocol
    for version in (None, (pin.id, pin.version)):
        found = summaries.among(tx, Among(ward, AT - timedelta(days=400), AT + timedelta(days=400), version))
        assert [one.cycle_id for one in found] == [sheet.cycles[0].id]
    summaries.versions(tx, ward)
    summaries.untold(tx)


def _look_ups(tx: Transaction, sheet: Flowsheet) -> None:
    found = decisions.decision(tx, flowsheets.load(tx, sheet.course.id).decisions[-1].id)
    alert = alerts.open_alerts(tx, course_id=sheet.course.id)[0]
    courses.course_of_decision(tx, found.id)
    courses.place_of_alert(tx, alert.id)
    courses.course_of_observation(tx, sheet.observations[0].id)
    courses.course_of_dose(tx, sheet.doses[0].id)
    alerts.alert(tx, alert.id)


def _feed(tx: Transaction, _sheet: Flowsheet) -> None:
    stands = ledger.position(tx)
    assert alerts.feed_after(tx, stands.epoch, stands.feed - 10, 100)
    ledger.newest_at(tx)


def _figures(tx: Transaction, sheet: Flowsheet) -> None:
    """Four weeks of a ward's alerts; the record holds years."""
    ward, since, until = sheet.cycles[0].ward_id, AT + timedelta(days=1), AT + timedelta(days=29)
    fatigue.happened(tx, ward, since, until)
    fatigue.decided(tx, ward, since, until)
    fatigue.given(tx, ward, since, until)
    fatigue.ordered(tx, ward, since, until)


@pytest.mark.parametrize(
    "work", [_act, _course, _board, _pages, _cohort, _look_ups, _feed, _figures], ids=lambda work: work.__name__
)
@pytest.mark.parametrize("remembered", [False, True])
def test_nothing_a_ward_waits_for_reads_a_whole_table(
    large: tuple[Database, Flowsheet], work: Callable[[Transaction, Flowsheet], None], remembered: bool
) -> None:
    database, sheet = large
    if not remembered:
        database.memory = Recent(1)  # of one row: all else is forgotten
    with database.transaction() as tx:
        explained = _Explained(tx)
        work(tx, sheet)
        if work is not _act:
            meta.put(tx, "read", "yes")

    assert explained.plans
    assert list(explained.scans()) == []


@pytest.mark.parametrize("remembered", [False, True])
def test_the_board_of_a_million_observations_reads_no_whole_table(
    large: tuple[Database, Flowsheet], remembered: bool
) -> None:
    """The plans a ward would get; what they cost at that size is measured by the bench."""
    database, sheet = large
    if not remembered:
        database.memory = Recent(1)  # of one row: all else is forgotten
    with database.transaction() as tx:
        for statement in _MILLION.split(";"):
            tx.connection.exec_driver_sql(statement)
        rows = tx.connection.exec_driver_sql("EXPLAIN (FORMAT JSON) SELECT * FROM observation").scalar_one()
        explained = _Explained(tx)
        _board(tx, sheet)
        meta.put(tx, "read", "yes")

    assert rows[0]["Plan"]["Plan Rows"] == pytest.approx(1_000_000, rel=0.01)
    assert explained.plans
    assert list(explained.scans()) == []


def test_the_whole_trail_is_verified_along_its_key(large: tuple[Database, Flowsheet]) -> None:
    database, _ = large
    with database.reading() as tx:
        explained = _Explained(tx)
        chain.verify_chain(tx, AUDIT_KEY)
    assert not any("Sort" in json.dumps(str(plan)) for text, plan in explained.plans if "FROM audit" in text)


def test_sqlite_finds_everything_by_an_index_too(sqlite_url: str) -> None:
    database = open_database(sqlite_url, audit_key=AUDIT_KEY)
    sheet = a_course(database)
    decide(database, sheet, sheet.doses[4])
    with database.transaction() as tx:
        happen(tx, (an_event(sheet.course, sheet.cycles[0], dose_id=sheet.doses[4].id),))
        ledger.append(tx, (an_act(),))
    with database.transaction() as tx:
        overheard = _QueryPlans(tx)
        for work in (_course, _board, _pages, _cohort, _look_ups, _figures, _act):
            work(tx, sheet)
    database.close()

    assert len(overheard.steps) > 30
    assert [step for step in overheard.steps if re.match(rf"SCAN ({'|'.join(_BIG)})(_\d+)?\b", step)] == []


class _QueryPlans(Overheard):
    """On SQLite, also each step of what it does for the texts they were given."""

    def __init__(self, tx: Transaction) -> None:
        super().__init__(tx)
        self.steps: list[str] = []

    def execute(self, text: str, values: Any) -> Any:
        if not text.startswith("INSERT"):
            self.steps += [row[3] for row in self._cursor().execute(f"EXPLAIN QUERY PLAN {text}", values)]
        return super().execute(text, values)

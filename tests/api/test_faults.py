"""What does a client hear when the database fails? Never that something was saved which was not."""

import sqlite3
from typing import Any

from app.store.opening import open_database
from tests.api.bedside import items
from tests.api.world import Stay, World, a_stay, a_world

PLPGSQL = "RETURNS trigger LANGUAGE plpgsql AS"
FAILS_AT_COMMIT = {
    "sqlite": (
        "CREATE TABLE trap (id TEXT REFERENCES course (id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER sprung AFTER INSERT ON observation_set BEGIN INSERT INTO trap VALUES ('nothing'); END",
    ),
    "postgresql": (
        "CREATE TABLE trap (id TEXT REFERENCES course (id) DEFERRABLE INITIALLY DEFERRED)",
        f"CREATE FUNCTION spring() {PLPGSQL} $$ BEGIN INSERT INTO trap VALUES ('nothing'); RETURN NULL; END $$",
        "CREATE TRIGGER sprung AFTER INSERT ON observation_set FOR EACH ROW EXECUTE FUNCTION spring()",
    ),
}
DISARMED = {
    "sqlite": ("DROP TRIGGER sprung",),
    "postgresql": ("DROP TRIGGER sprung ON observation_set",),
}
TABLES = ("observation_set", "observation", "decision", "alert_event", "feed", "audit", "idempotency")


def _run(world: World, statements: tuple[str, ...]) -> None:
    with world.database.transaction() as tx:
        for statement in statements:
            tx.connection.exec_driver_sql(statement)


def _rows(world: World) -> dict[str, int]:
    return {table: world.count(table) for table in TABLES}


def _set(stay: Stay) -> tuple[str, dict[str, Any]]:
    return f"/courses/{stay.course_id}/observation-sets", {"dose_id": stay.dose(), "items": items(creatinine="2.6")}


def test_a_failure_at_the_commit_is_an_unknown_outcome_and_the_same_key_settles_it(owned_world: World) -> None:
    world = owned_world
    path, body = _set(a_stay(world))
    kind, before = world.database.dialect, _rows(world)
    _run(world, FAILS_AT_COMMIT[kind])
    failed = world.nurse.post(path, body, key="once")
    assert (failed.status_code, failed.json()["code"]) == (503, "outcome_unknown")
    assert "same key" in failed.json()["detail"]
    assert failed.headers["retry-after"]
    assert _rows(world) == before
    _run(world, DISARMED[kind])
    assert world.nurse.post(path, body, key="once").status_code == 201
    assert world.count("observation_set") == before["observation_set"] + 1


def test_a_connection_that_dies_before_the_commit_saves_nothing_and_says_so(postgresql_url: str) -> None:
    database = open_database(postgresql_url, pool_size=8)
    world = a_world(database)
    path, body = _set(a_stay(world))
    before = _rows(world)
    _run(
        world,
        (
            f"CREATE FUNCTION die() {PLPGSQL} $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); END $$",
            "CREATE TRIGGER dying AFTER INSERT ON decision FOR EACH ROW EXECUTE FUNCTION die()",
        ),
    )
    failed = world.nurse.post(path, body, key="once")
    assert (failed.status_code, failed.json()["code"]) == (503, "database_unavailable")
    assert "Nothing was saved" in failed.json()["detail"]
    assert _rows(world) == before
    _run(world, ("DROP TRIGGER dying ON decision",))
    assert world.nurse.post(path, body, key="once").status_code == 201
    database.close()


def test_a_database_that_is_locked_answers_503_and_reads_go_on(sqlite_url: str, small_world: World) -> None:
    stay = a_stay(small_world)
    path, body = _set(stay)
    before = _rows(small_world)
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    failed = small_world.nurse.post(path, body)
    assert (failed.status_code, failed.json()["code"]) == (503, "database_unavailable")
    assert small_world.nurse.get(f"/courses/{stay.course_id}").status_code == 200
    other.execute("ROLLBACK")
    other.close()
    assert _rows(small_world) == before
    assert small_world.nurse.post(path, body).status_code == 201


def test_a_database_that_is_full_answers_503_and_recovers(small_world: World, small_stay: Stay) -> None:
    path, body = _set(small_stay)
    before = _rows(small_world)
    with small_world.database.transaction() as tx:
        pages = tx.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    failed = small_world.nurse.post(path, body)
    assert (failed.status_code, failed.json()["code"]) == (503, "database_unavailable")
    assert _rows(small_world) == before
    with small_world.database.transaction() as tx:
        tx.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages * 100}")
    assert small_world.nurse.post(path, body).status_code == 201

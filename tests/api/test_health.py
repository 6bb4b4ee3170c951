"""Do the probes say whether this process can serve, and nothing about patients?"""

from datetime import timedelta
from pathlib import Path

import pytest

from app.delivery.canary import Canary
from app.delivery.sheets import Sheets
from app.web.sheets import Drawn
from tests.api.bedside import items
from tests.api.world import Stay, World
from tests.builders import LIBRARY


def test_readyz_says_ready_when_the_database_answers(world: World) -> None:
    answer = world.nobody().client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_readyz_refuses_a_database_whose_record_is_not_guarded(owned_world: World) -> None:
    of = " ON decision" if owned_world.database.dialect == "postgresql" else ""
    with owned_world.database.transaction() as tx:
        tx.connection.exec_driver_sql(f"DROP TRIGGER decision_no_update{of}")
    answer = owned_world.nobody().client.get("/readyz")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/plain; charset=utf-8")
    assert "the trigger decision_no_update is missing" in answer.text


def test_readyz_refuses_another_schema(small_world: World) -> None:
    with small_world.database.transaction() as tx:
        tx.connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = small_world.nobody().client.get("/readyz")
    assert (answer.status_code, "a newer Doseward made" in answer.text) == (503, True)


def test_metrics_count_requests_by_route_and_show_the_feed(world: World, stay: Stay) -> None:
    world.nurse.make(f"/courses/{stay.course_id}/observation-sets", {"items": items(creatinine="2.6")})
    world.nurse.get("/courses/nonsense")
    text = world.nobody().client.get("/metrics").text
    route = "/api/v1/courses/{course_id}/observation-sets"
    assert f'doseward_requests_total{{method="POST",route="{route}",status="201"}} 1.0' in text
    assert 'route="/api/v1/courses/{course_id}",status="422"' in text
    assert "doseward_database_up 1.0" in text
    assert "doseward_feed_position 0.0" not in text
    assert "doseward_request_seconds_bucket" in text


def test_metrics_hold_nothing_of_a_patient(small_world: World, small_stay: Stay) -> None:
    small_world.nurse.make(f"/courses/{small_stay.course_id}/observation-sets", {"items": items(creatinine="2.6")})
    small_world.nurse.get("/patients", mrn="CANARY-MRN-9041")
    text = small_world.nobody().client.get("/metrics").text
    assert "CANARY" not in text
    assert small_stay.course_id not in text


@pytest.mark.hazard("HZ-11")
def test_the_process_is_not_ready_while_its_test_alert_is_missing(world: World) -> None:
    canary = world.app.state.canary = Canary(world.database, LIBRARY, world.clock)
    client = world.nurse.client
    assert client.get("/readyz").status_code == 200
    world.clock.at += timedelta(minutes=21)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "The program's own test alert is missing for 21 minutes.\n")
    canary.step()
    assert client.get("/readyz").text == "ready\n"


@pytest.mark.hazard("HZ-20")
def test_missing_sheets_are_said_by_a_process_that_goes_on_serving(world: World, tmp_path: Path) -> None:
    there = tmp_path / "a-file"
    there.write_text("")
    sheets = world.app.state.sheets = Sheets(world.database, LIBRARY, world.clock, there, Drawn(LIBRARY, demo=False))
    sheets.step()
    answer = world.nobody().client.get("/readyz")
    said = "ready\nThe last-state sheets cannot be written (Not a directory).\n"
    assert (answer.status_code, answer.text) == (200, said)


@pytest.mark.hazard("HZ-07")
def test_the_process_is_not_ready_while_nothing_can_be_saved(owned_world: World) -> None:
    database, client = owned_world.database, owned_world.nobody().client
    of = "BEFORE INSERT ON meta"
    with database.transaction() as tx:
        if database.dialect == "sqlite":
            tx.connection.exec_driver_sql(f"CREATE TRIGGER full_disk {of} BEGIN SELECT RAISE(ABORT, 'full'); END")
        else:
            tx.connection.exec_driver_sql(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''full''; END'"
            )
            tx.connection.exec_driver_sql(f"CREATE TRIGGER full_disk {of} EXECUTE FUNCTION full_disk()")
    database.failures.writing = True
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (
        503,
        "The last write to the database failed, and so does another: see the log.\n",
    )
    with database.transaction() as tx:
        tx.connection.exec_driver_sql(f"DROP TRIGGER full_disk{' ON meta' if database.dialect == 'postgresql' else ''}")
    database.failures.writing = True
    assert client.get("/readyz").text == "ready\n"
    assert not database.failures.writing

"""Does the comparison of many cycles answer over REST, on the asker's wards alone, and leave as a file?"""

from __future__ import annotations

import json

import pytest

from app.domain.vocabulary import Role
from app.store.people import Grant
from tests.api import bedside
from tests.api.app import Caller
from tests.api.world import Stay, World, a_service, a_token
from tests.builders import FAMILY_NAME, MRN


def _exports(world: World) -> list[str]:
    with world.database.reading() as tx:
        rows = tx.connection.exec_driver_sql("SELECT reason FROM audit WHERE action = 'export_cohort' ORDER BY seq")
        return [row[0] for row in rows]


def test_every_table_comes_with_its_sentence_and_what_is_published_beside_it(world: World, stay: Stay) -> None:
    items = {"dose_id": stay.dose(), "items": bedside.items(creatinine="2.9")}
    world.nurse.make(f"/courses/{stay.course_id}/observation-sets", items)
    world.clock.move(60 * 24 * 6)
    found = world.prescriber.read("/cohort")
    tables = {table["id"]: table for table in found["tables"]}
    assert (found["data"], found["cycles"], found["untold"]) == ("recorded", 1, 0)
    assert tables["reasons"]["rows"] == [["Creatinine, relative", 1, 1, 1]]
    assert tables["doses"]["sentence"] == "Doses given in 1 finished cycle: median 0, from 0 to 0."
    assert {one["about"] for one in found["published"]} >= {"median_doses", "peak_creatinine"}


@pytest.mark.usefixtures("stay")
def test_only_wards_of_the_asker_are_compared(world: World) -> None:
    there = Caller(world.app, a_token(world.database, "there", [Grant(Role.PRESCRIBER, world.elsewhere)]))
    assert there.read("/cohort")["cycles"] == 0
    assert there.get("/cohort", ward_id=world.ward).status_code == 404
    assert world.prescriber.read("/cohort", ward_id=world.ward)["cycles"] == 1


def test_no_program_compares_patients(world: World) -> None:
    gateway = Caller(world.app, a_service(world.database, ["read"]))
    assert gateway.get("/cohort").status_code == 403
    assert gateway.get("/cohort/cycles").status_code == 403


@pytest.mark.usefixtures("stay")
def test_the_filter_takes_period_and_version(world: World) -> None:
    at = "2026-03-01T00:00:00Z"
    assert world.prescriber.read("/cohort", since=at)["cycles"] == 1
    assert world.prescriber.read("/cohort", until=at)["cycles"] == 0
    assert world.prescriber.read("/cohort", protocol="lvhn-2015", version="1.0.0")["cycles"] == 1
    assert world.prescriber.get("/cohort", protocol="lvhn-2015").status_code == 422
    assert world.prescriber.get("/cohort", since=at, until=at).status_code == 422


@pytest.mark.usefixtures("stay")
def test_a_file_has_no_names_and_leaves_a_line(world: World) -> None:
    answer = world.prescriber.get("/cohort/cycles", form="ndjson", ward_id=world.ward)
    assert answer.headers["content-type"] == "application/x-ndjson; charset=utf-8"
    assert json.loads(answer.text)["cycle"] == 1
    for secret in (FAMILY_NAME, MRN, "2026-03"):
        assert secret not in answer.text
    assert _exports(world) == [f"table cycles as ndjson; ward {world.ward}"]
    assert world.prescriber.get("/cohort/doses").text.startswith("data,doses,cycles\r\n")
    assert world.prescriber.get("/cohort/nothing").status_code == 404
    assert world.prescriber.get("/cohort/doses", form="exe").status_code == 422
    assert len(_exports(world)) == 2

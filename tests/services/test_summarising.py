"""Are the summaries of cycles made again from the record alone, and nothing else?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, update
from typer.testing import CliRunner

from app.cli import cli
from app.domain.summary_record import encode_summary
from app.domain.vocabulary import CycleEventKind
from app.services import summarising
from app.services.courses import NewEvent, add_cycle_event
from app.store import summaries
from app.store import tables as t
from app.store.database import Database
from app.store.left import left
from app.store.opening import open_database
from app.store.summaries import Among
from tests.builders import AT, LIBRARY, REASON
from tests.services.ward import Ward, a_ward, later

KEY = "kept elsewhere, and long enough to be one"
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


def _damage(ward: Ward, how: str) -> None:
    with ward.database.transaction() as tx:
        if how == "gone":
            tx.connection.execute(delete(t.cycle_summary))
        else:
            kept = next(iter(left(tx, ward.course.id).summaries.values()))
            wrong = encode_summary(replace(kept, planned=9))
            tx.connection.execute(update(t.cycle_summary).values(document=wrong))


def _differing(database: Database) -> list[tuple[str, ...]]:
    with database.reading() as tx:
        return [one.differed for one in summarising.look_again(tx, LIBRARY) if one.differed]


@pytest.mark.parametrize("how", ["gone", "wrong"])
def test_what_is_missing_or_wrong_is_found_and_made_again(database: Database, how: str) -> None:
    ward = a_ward(database)
    ward.chart(creatinine="2.9")
    _damage(ward, how)
    assert _differing(database) == [(ward.cycle.id,)]
    with database.transaction() as tx:
        summarising.rebuild(tx, LIBRARY, later(ward.charge, 1), ward.course.id)
    assert _differing(database) == []


@pytest.mark.parametrize("how", ["gone", "wrong"])
def test_the_next_act_on_the_course_mends_it_too(database: Database, how: str) -> None:
    ward = a_ward(database)
    _damage(ward, how)
    ward.chart(minutes=1)
    assert _differing(database) == []


def test_an_act_that_changes_nothing_of_a_summary_writes_none(ward: Ward) -> None:
    ward.chart()
    with ward.database.transaction() as tx:
        sheet = ward.sheet()
        kept = left(tx, ward.course.id).summaries
        assert summarising.keep_summaries(tx, sheet, LIBRARY.protocol("lvhn-2015"), kept) == ()


def test_a_cycle_is_found_by_its_ward_its_time_and_its_version(database: Database) -> None:
    ward = a_ward(database)
    lvhn = LIBRARY.protocol("lvhn-2015").pin
    since, until = EVER
    first = ward.cycle.first_due_at
    with database.reading() as tx:
        found = summaries.among(tx, Among(frozenset({ward.id}), since, until))
        assert [one.cycle_id for one in found] == [ward.cycle.id]
        version = (lvhn.id, lvhn.version)
        assert summaries.versions(tx, [ward.id]) == (version,)
        assert len(summaries.among(tx, Among(frozenset({ward.id}), first, until, version))) == 1
        for other in (
            Among(frozenset({"elsewhere"}), since, until),
            Among(frozenset(), since, until),
            Among(frozenset({ward.id}), since, first),
            Among(frozenset({ward.id}), since, until, (lvhn.id, "0.0.1")),
        ):
            assert summaries.among(tx, other) == ()
        assert summaries.untold(tx) == 0


def test_the_command_says_what_it_made_again(served_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSEWARD_DATABASE_URL", served_url)
    monkeypatch.setenv("DOSEWARD_AUDIT_KEY", KEY)
    opened = open_database(served_url, audit_key=KEY.encode())
    ward = a_ward(opened)
    _damage(ward, "gone")
    opened.close()

    said = [CliRunner().invoke(cli, ["summaries", "rebuild"], catch_exceptions=False).output for _ in range(2)]
    assert f"made again: cycle {ward.cycle.id}" in said[0]
    assert "1 cycles of 1 courses looked at, 1 summaries were missing or wrong." in said[0]
    assert said[1] == "1 cycles of 1 courses looked at, 0 summaries were missing or wrong.\n"


def test_a_stopped_cycle_is_over_in_its_summary(ward: Ward) -> None:
    event = NewEvent(CycleEventKind.STOPPED, AT, REASON)
    with ward.database.transaction() as tx:
        add_cycle_event(tx, LIBRARY, ward.prescriber, ward.cycle.id, event)
    with ward.database.reading() as tx:
        assert next(iter(left(tx, ward.course.id).summaries.values())).known_at(AT).over

"""Does a fault between two writes of one act leave anything behind?

A trigger of the database's own refuses one row of the act: no mock stands between the program and its database.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import ward as charting
from tests.faults.record import TABLES, assert_whole, counts
from tests.faults.serving import serving
from tests.faults.ward import Ward
from tests.store.raw import raw

REFUSES = {
    "sqlite": ("CREATE TRIGGER breaks BEFORE INSERT ON {table} BEGIN SELECT RAISE(FAIL, 'no more'); END",),
    "postgresql": (
        "CREATE FUNCTION breaks() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no more'; END $$",
        "CREATE TRIGGER breaks BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION breaks()",
    ),
}
MENDS = {
    "sqlite": ("DROP TRIGGER breaks",),
    "postgresql": ("DROP TRIGGER breaks ON {table}", "DROP FUNCTION breaks()"),
}


def _change(url: str, statements: dict[str, tuple[str, ...]], table: str) -> None:
    kind = "sqlite" if url.startswith("sqlite") else "postgresql"
    with raw(url) as connection:
        for statement in statements[kind]:
            connection.exec_driver_sql(statement.format(table=table))


@pytest.mark.hazard("HZ-02", "HZ-07")
def test_a_fault_at_any_row_of_an_act_leaves_no_row_of_it(ward: Ward, tmp_path: Path) -> None:
    place = charting.path(ward.course_ids[0])
    with serving(ward.url, tmp_path) as server:
        client = server.client(ward.token)
        before = counts(ward.url)
        for table in TABLES:
            _change(ward.url, REFUSES, table)
            body = charting.holding()
            failed = client.post(place, body, f"key-{table}")
            assert failed.status_code in (409, 500, 503), f"{table}: {failed.text}"
            assert failed.headers["content-type"] == "application/problem+json"
            assert "no more" not in failed.text
            assert counts(ward.url) == before, f"a fault in {table} left rows behind"
            _change(ward.url, MENDS, table)
        saved = client.post(place, charting.holding(), f"key-{TABLES[0]}-again")
        assert saved.status_code == 201, saved.text
        assert {name: n for name, n in counts(ward.url).items() if n <= before[name]} == {}
        client.close()
    assert_whole(ward.url)

"""May the role that serves add to the record and change nothing of it, on a real PostgreSQL?"""

from __future__ import annotations

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import ProgrammingError

from app.domain.errors import StartRefused
from app.store import migrations
from app.store.opening import open_database
from app.store.rights import may_change_the_record, statements
from app.store.tables import APPEND_ONLY, MUTABLE, metadata
from tests.store.making import populate
from tests.store.raw import count, raw

_LETS_PASS = "$$ BEGIN RETURN NEW; END $$"


@pytest.fixture
def served(served_postgresql_url: str) -> str:
    """The address, for the role that serves, of a database with a row in every table of the record."""
    database = open_database(served_postgresql_url)
    populate(database)
    database.close()
    return served_postgresql_url


def _refused(connection: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        connection.exec_driver_sql(statement)


def test_every_table_is_of_the_record_or_named_as_mutable() -> None:
    record, others = {table.name for table in APPEND_ONLY}, {table.name for table in MUTABLE}
    assert record & others == set()
    assert record | others == set(metadata.tables)


@pytest.mark.hazard("HZ-15")
def test_the_role_that_serves_can_neither_change_nor_remove_nor_empty_the_record(served: str) -> None:
    with raw(served) as connection:
        for table in APPEND_ONLY:
            before = count(connection, table.name)
            column = table.columns.keys()[0]
            _refused(connection, f"UPDATE {table.name} SET {column} = {column}")
            _refused(connection, f"DELETE FROM {table.name}")
            _refused(connection, f"TRUNCATE {table.name} CASCADE")
            assert count(connection, table.name) == before


@pytest.mark.hazard("HZ-15")
def test_the_role_that_serves_cannot_take_the_guards_away(served: str) -> None:
    with raw(served) as connection:
        for statement in (
            "ALTER TABLE audit DISABLE TRIGGER ALL",
            "DROP TRIGGER audit_no_update ON audit",
            "DROP TABLE audit",
            "ALTER TABLE audit OWNER TO CURRENT_USER",
            f"CREATE OR REPLACE FUNCTION doseward_append_only() RETURNS trigger LANGUAGE plpgsql AS {_LETS_PASS}",
            "SET session_replication_role = replica",
            "CREATE TRIGGER mine BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION doseward_append_only()",
        ):
            _refused(connection, statement)


def test_of_a_course_only_the_version_moves(served: str) -> None:
    with raw(served) as connection:
        _refused(connection, "UPDATE course SET opened_by = 'somebody else'")
        _refused(connection, "DELETE FROM course")
        connection.exec_driver_sql("UPDATE course SET version = version + 1")


def test_the_ledger_is_moved_and_never_removed(served: str) -> None:
    with raw(served) as connection:
        _refused(connection, "DELETE FROM ledger")


def test_what_is_mutable_is_granted_word_for_word(served: str, app_role: str) -> None:
    with raw(served) as connection:
        rows = connection.exec_driver_sql(
            "SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            f" WHERE grantee = '{app_role}' AND privilege_type NOT IN ('SELECT', 'INSERT')"
        )
        granted = {(table, right) for table, right in rows}
    assert granted == {(table.name, right) for table, rights in MUTABLE.items() for right in rights if "(" not in right}


def test_a_right_that_was_given_by_hand_is_taken_back(postgresql_url: str, app_role: str) -> None:
    with raw(postgresql_url) as connection:
        connection.exec_driver_sql(f"GRANT DELETE ON audit TO {app_role}")
    migrations.upgrade(postgresql_url, app_role)
    with raw(postgresql_url) as connection:
        assert not connection.exec_driver_sql(f"SELECT has_table_privilege('{app_role}', 'audit', 'DELETE')").scalar()


def test_a_role_that_owns_the_tables_does_not_exist_or_has_no_place_is_refused(
    postgresql_url: str, sqlite_url: str
) -> None:
    with raw(postgresql_url) as connection:
        owner = connection.exec_driver_sql("SELECT current_user").scalar_one()
    for url, role, code in (
        (postgresql_url, owner, "mighty_role"),
        (postgresql_url, "nobody; DROP TABLE audit", "unknown_role"),
        (sqlite_url, "anybody", "no_roles"),
    ):
        with pytest.raises(StartRefused) as refusal:
            migrations.upgrade(url, role)
        assert refusal.value.code == code


def test_the_program_knows_whether_it_serves_with_too_many_rights(postgresql_url: str, served: str) -> None:
    for url, mighty in ((postgresql_url, True), (served, False)):
        database = open_database(url)
        assert may_change_the_record(database) is mighty
        database.close()


def test_nothing_is_granted_beyond_reading_adding_and_what_is_named() -> None:
    given = " ".join(statement for statement in statements('"role"') if not statement.startswith("REVOKE"))
    for right in ("ALL", "TRUNCATE", "REFERENCES", "TRIGGER", "CREATE", "OPTION"):
        assert right not in given

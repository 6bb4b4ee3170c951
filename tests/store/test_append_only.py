"""Does the database itself refuse to change or remove what was recorded?"""

import pytest
from sqlalchemy import Connection, Table
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.domain.errors import StartRefused
from app.store.migrations import check_schema
from app.store.opening import open_database
from app.store.tables import APPEND_ONLY, course
from tests.store.making import populate
from tests.store.raw import count, raw


def _filled(url: str) -> str:
    database = open_database(url)
    populate(database)
    database.close()
    return url


@pytest.fixture
def full(database_url: str) -> str:
    """The address of a database with a row in every table of the record."""
    return _filled(database_url)


@pytest.fixture
def full_sqlite(sqlite_url: str) -> str:
    """The same on SQLite alone."""
    return _filled(sqlite_url)


@pytest.fixture
def full_postgresql(postgresql_url: str) -> str:
    """The same on PostgreSQL alone."""
    return _filled(postgresql_url)


def _columns(connection: Connection, table: Table) -> tuple[str, str]:
    """A column that is not part of the key, and the columns of the key."""
    keys = [column.name for column in table.primary_key]
    other = next(column.name for column in table.columns if column.name not in keys)
    assert count(connection, table.name) > 0
    return other, ", ".join(keys)


@pytest.mark.hazard("HZ-08", "HZ-15")
def test_no_record_can_be_changed(full: str) -> None:
    with raw(full) as connection:
        for table in APPEND_ONLY:
            column, _ = _columns(connection, table)
            with pytest.raises(IntegrityError, match="is only ever added to"):
                connection.exec_driver_sql(f"UPDATE {table.name} SET {column} = {column}")


@pytest.mark.hazard("HZ-08", "HZ-15")
def test_no_record_can_be_removed(full: str) -> None:
    with raw(full) as connection:
        for table in (*APPEND_ONLY, course):
            before = count(connection, table.name)
            with pytest.raises(IntegrityError, match="only"):
                connection.exec_driver_sql(f"DELETE FROM {table.name}")
            assert count(connection, table.name) == before


def test_no_record_can_be_emptied(full_postgresql: str) -> None:
    with raw(full_postgresql) as connection:
        for table in (*APPEND_ONLY, course):
            with pytest.raises(IntegrityError, match="only ever added to"):
                connection.exec_driver_sql(f"TRUNCATE {table.name} CASCADE")


def test_no_record_can_be_replaced(full_sqlite: str) -> None:
    with raw(full_sqlite) as connection:
        for table in (*APPEND_ONLY, course):
            before = connection.exec_driver_sql(f"SELECT * FROM {table.name}").all()
            for replace in ("INSERT OR REPLACE", "REPLACE"):
                with pytest.raises(IntegrityError):
                    connection.exec_driver_sql(f"{replace} INTO {table.name} SELECT * FROM {table.name}")
            assert connection.exec_driver_sql(f"SELECT * FROM {table.name}").all() == before


def test_no_record_can_be_replaced_by_its_row_number(full_sqlite: str) -> None:
    with raw(full_sqlite) as connection, pytest.raises(IntegrityError, match="is only ever added to"):
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO patient (rowid, id, mrn, family_name, given_name, birth_date, sex, recorded_at,"
            " recorded_by) SELECT rowid, 'another-id-of-thirty-six-characters-', 'another', family_name, given_name,"
            " birth_date, sex, recorded_at, recorded_by FROM patient"
        )


def test_an_administration_cannot_replace_the_first_one_of_its_dose(full_sqlite: str) -> None:
    with raw(full_sqlite) as connection:
        names = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(administration)")]
        values = ", ".join("'another-id-of-thirty-six-characters-'" if name == "id" else name for name in names)
        with pytest.raises(IntegrityError, match="uq_administration_dose_id"):
            connection.exec_driver_sql(
                f"INSERT OR REPLACE INTO administration ({', '.join(names)}) SELECT {values} FROM administration"
            )


def test_of_a_course_only_the_version_moves_one_step_at_a_time(full: str) -> None:
    with raw(full) as connection:
        connection.exec_driver_sql("UPDATE course SET version = version + 1")
        for change in ("version = version", "version = version + 2", "version = version - 1"):
            with pytest.raises(IntegrityError):
                connection.exec_driver_sql(f"UPDATE course SET {change}")
        for column in course.columns:
            if column.name != "version":
                with pytest.raises(IntegrityError):
                    connection.exec_driver_sql(f"UPDATE course SET {column.name} = {column.name}")


def test_a_database_whose_guards_were_removed_is_not_served(full: str) -> None:
    on = " ON observation" if full.startswith("postgresql") else ""
    with raw(full) as connection:
        connection.exec_driver_sql(f"DROP TRIGGER observation_no_update{on}")
    database = open_database(full)
    try:
        with pytest.raises(StartRefused, match="observation_no_update is missing"):
            check_schema(database)
    finally:
        database.close()


def test_a_row_of_another_type_is_refused(full: str) -> None:
    with raw(full) as connection, pytest.raises(DBAPIError):
        connection.exec_driver_sql("INSERT INTO bed (ward_id, name, open) SELECT id, 'x', 'yes' FROM ward")

"""Do the revisions make exactly the tables the program knows, with every guard, and all or nothing?"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, MetaData, inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import TypeDecorator

from app.store import migrations
from app.store.tables import GUARDED, metadata
from tests.store.raw import count, raw


def _another_type(context: MigrationContext, _column: object, _meant: object, found: Any, meant: Any) -> bool:
    """Compared as this database writes them down: our own types mean nothing to alembic."""
    kind = meant.load_dialect_impl(context.dialect) if isinstance(meant, TypeDecorator) else meant
    return str(kind.compile(context.dialect)) != str(found.compile(context.dialect))


def _revisions() -> list[str]:
    script = ScriptDirectory.from_config(migrations._config())  # noqa: SLF001 - the revisions as the program finds them
    return [revision.revision for revision in script.walk_revisions()][::-1]


def _triggers(url: str) -> set[str]:
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if url.startswith("postgresql")
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with raw(url) as connection:
        return set(connection.execute(text(query)).scalars())


def _wanted(url: str) -> set[str]:
    """The guards of every table of the record that this schema has already."""
    third = "no_truncate" if url.startswith("postgresql") else "no_replace"
    with raw(url) as connection:
        there = inspect(connection).get_table_names()
    guarded = [table.name for table in GUARDED if table.name in there]
    return {f"{name}_{kind}" for name in guarded for kind in ("no_update", "no_delete", third)}


def _upgrade(url: str, revision: str) -> None:
    with migrations.connected(url) as connection:
        config = migrations._config()  # noqa: SLF001 - one revision at a time
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def test_the_revisions_make_the_tables_the_program_knows(database_url: str) -> None:
    with raw(database_url) as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _another_type, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_the_revisions_make_the_checks_the_program_knows(database_url: str) -> None:
    with raw(database_url) as connection:
        inspector = inspect(connection)
        for table in metadata.sorted_tables:
            checks = [item for item in table.constraints if isinstance(item, CheckConstraint)]
            found = {check["name"] for check in inspector.get_check_constraints(table.name)}
            assert found == {str(check.name) for check in checks}, table.name


def test_the_same_checks_stand_in_the_metadata_and_in_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    other = f"sqlite:///{tmp_path / 'from_metadata.db'}"
    with raw(other) as connection:
        metadata.create_all(connection)
    assert _checks(other) == _checks(sqlite_url)


def _checks(url: str) -> dict[str, str]:
    with raw(url) as connection:
        inspector = inspect(connection)
        names: Iterable[str] = metadata.tables
        return {
            str(check["name"]): " ".join(check["sqltext"].split())
            for name in names
            for check in inspector.get_check_constraints(name)
        }


def test_every_table_of_sqlite_is_strict(sqlite_url: str) -> None:
    with raw(sqlite_url) as connection:
        lax = connection.exec_driver_sql(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict"
            " AND name NOT LIKE 'sqlite%'"
        ).scalars()
        assert set(lax) == {"alembic_version"}


def test_every_guard_stands_after_every_revision(empty_database_url: str) -> None:
    for revision in _revisions():
        _upgrade(empty_database_url, revision)
        assert _triggers(empty_database_url) >= _wanted(empty_database_url)


AN_EVENT = """
INSERT INTO ward VALUES ('{a}', 'CANARY-WARD', 'UTC', 0);
INSERT INTO patient VALUES ('{a}', 'CANARY-MRN', 'CANARY', 'CANARY', '1971-02-03', 'female', 0, '{a}');
INSERT INTO protocol_text VALUES ('{hash}', 'p', '1', 'x', 0);
INSERT INTO course VALUES ('{a}', '{a}', 'p', '1', '{hash}', '[]', 0, '{a}', 1);
INSERT INTO cycle VALUES ('{a}', '{a}', 1, '{a}', '1', 0, 0, '80.0', 0, '{a}', 1);
INSERT INTO cycle_event VALUES ('{a}', '{a}', '{a}', 'stopped', 5, 'CANARY', 6, '{a}', NULL, NULL, NULL, NULL, 2);
""".format(a="a" * 36, hash="0" * 64)


def test_what_was_recorded_before_a_revision_is_there_after_it(empty_database_url: str) -> None:
    _upgrade(empty_database_url, "0001")
    with raw(empty_database_url) as connection:
        for statement in AN_EVENT.strip().split("\n"):
            connection.exec_driver_sql(statement)
        before = connection.exec_driver_sql("SELECT * FROM cycle_event").mappings().one()
    migrations.upgrade(empty_database_url)
    with raw(empty_database_url) as connection:
        after = dict(connection.exec_driver_sql("SELECT * FROM cycle_event").mappings().one())
        assert (after.pop("scale"), after.pop("weight")) == (None, None)
        assert after == dict(before)
        with pytest.raises(IntegrityError, match="only ever added to"):
            connection.exec_driver_sql("DELETE FROM cycle_event")
    assert _triggers(empty_database_url) >= _wanted(empty_database_url)


def test_events_of_every_kind_are_there_after_the_table_was_made_anew(empty_database_url: str) -> None:
    _upgrade(empty_database_url, "0008")
    chosen = AN_EVENT.replace("'stopped'", "'spo2_scale'").replace(
        "NULL, NULL, NULL, NULL, 2)", "NULL, NULL, NULL, NULL, 2, 7)"
    )
    if empty_database_url.startswith("postgresql"):
        chosen = chosen.replace("NULL, 2, 7)", "NULL, 7, 2)")
    with raw(empty_database_url) as connection:
        for statement in chosen.strip().split("\n"):
            connection.exec_driver_sql(statement)
        before = dict(connection.exec_driver_sql("SELECT * FROM cycle_event").mappings().one())
    _upgrade(empty_database_url, "0009")
    with raw(empty_database_url) as connection:
        after = dict(connection.exec_driver_sql("SELECT * FROM cycle_event").mappings().one())
    assert after == before | {"weight": None}
    assert (after["scale"], after["seq"]) == (2, 7)
    assert _triggers(empty_database_url) >= _wanted(empty_database_url)


def test_a_revision_that_fails_leaves_nothing_behind(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "alembic"
    (folder / "versions").mkdir(parents=True)
    for name in ("env.py", "script.py.mako"):
        (folder / name).write_text((migrations._REVISIONS / name).read_text())  # noqa: SLF001 - as the program finds it
    (folder / "versions" / "0001_half.py").write_text(
        "from alembic import op\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (id INTEGER)')\n    raise ZeroDivisionError\n"
    )
    monkeypatch.setattr(migrations, "_REVISIONS", folder)
    with pytest.raises(ZeroDivisionError):
        migrations.upgrade(empty_database_url)

    with raw(empty_database_url) as connection:
        found = MetaData()
        found.reflect(connection)
        assert set(found.tables) <= {"alembic_version"}


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    with raw(database_url) as connection:
        before = connection.exec_driver_sql("SELECT * FROM ledger").all()
    migrations.upgrade(database_url)
    with raw(database_url) as connection:
        assert connection.exec_driver_sql("SELECT * FROM ledger").all() == before


def test_every_database_begins_an_epoch_of_its_own(tmp_path: Path) -> None:
    epochs = set()
    for name in ("one", "other"):
        url = f"sqlite:///{tmp_path / name}.db"
        migrations.upgrade(url)
        with raw(url) as connection:
            assert count(connection, "ledger") == 1
            epochs.add(connection.exec_driver_sql("SELECT epoch FROM ledger").scalar_one())
    assert len(epochs) == 2


def test_the_revisions_can_be_taken_back_while_nothing_is_stored(empty_database_url: str) -> None:
    for revision in ("head", "base", "head"):
        with migrations.connected(empty_database_url) as connection:
            config = migrations._config()  # noqa: SLF001 - the program itself never goes back
            config.attributes["connection"] = connection
            (command.downgrade if revision == "base" else command.upgrade)(config, revision)
    assert _triggers(empty_database_url) >= _wanted(empty_database_url)

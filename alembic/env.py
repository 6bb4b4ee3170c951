"""On which connection do the revisions run?

One handed in by `app.store.migrations`, or, from alembic's own command line, one to the database of the settings.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from app.store.migrations import connected
from app.store.rights import grant
from app.store.tables import metadata


def _run(connection: Connection, app_role: str | None) -> None:
    sqlite = connection.dialect.name == "sqlite"
    # SQLite's own driver would run each statement of a revision by itself; our connections begin a real transaction.
    context.configure(connection, target_metadata=metadata, transactional_ddl=True, render_as_batch=sqlite)
    with context.begin_transaction():
        context.run_migrations()
        if app_role is not None:
            grant(connection, app_role)
        if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
            raise RuntimeError(f"the revision would leave a row of {broken[0]} without what it refers to")


def _settings() -> tuple[str, str | None]:
    from app.settings import Settings

    settings = Settings()
    return str(settings.database_url), settings.app_role


handed_in = context.config.attributes.get("connection")
if handed_in is not None:
    _run(handed_in, context.config.attributes.get("app_role"))
else:
    url, serves = _settings()
    with connected(url) as own:
        _run(own, serves)

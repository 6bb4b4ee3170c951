"""What may the database role do that the program serves with?

On PostgreSQL the tables belong to the role that migrates. The role that serves reads and adds, and changes or removes
only in tables that are no record (`tables.MUTABLE`): it owns nothing, so it cannot take a trigger away either.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from app.domain.errors import StartRefused
from app.store import tables as t
from app.store.database import Database

_WHO = text(
    "SELECT r.rolsuper OR pg_has_role(r.oid, a.relowner, 'MEMBER')"
    " FROM pg_roles r, pg_class a WHERE r.rolname = :role AND a.oid = 'audit'::regclass"
)
_RIGHTS = text("SELECT has_table_privilege('audit', 'UPDATE') OR has_table_privilege('audit', 'DELETE')")


def grant(connection: Connection, role: str) -> None:
    """Gives the role what it needs to serve, and takes everything else; raises StartRefused for an unfit role."""
    if connection.dialect.name != "postgresql":
        raise StartRefused("no_roles", "DOSEWARD_APP_ROLE names a role of PostgreSQL: SQLite has none. Leave it out.")
    mighty = connection.execute(_WHO, {"role": role}).scalar_one_or_none()
    if mighty is None:
        raise StartRefused("unknown_role", f"PostgreSQL has no role {role}: make it first, with LOGIN and a password.")
    if mighty:
        raise StartRefused("mighty_role", f"{role} owns the tables or may do everything: serve with another role.")
    for statement in statements(connection.dialect.identifier_preparer.quote(role)):
        connection.exec_driver_sql(statement)


def statements(role: str) -> tuple[str, ...]:
    """The SQL that gives a role, its name quoted, exactly its rights."""
    every = ", ".join(sorted(t.metadata.tables))
    changes = {table.name: ", ".join(rights) for table, rights in t.MUTABLE.items()}
    return (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT SELECT ON alembic_version TO {role}",
        f"GRANT SELECT, INSERT ON {every} TO {role}",
        *(f"GRANT {rights} ON {name} TO {role}" for name, rights in sorted(changes.items())),
    )


def may_change_the_record(database: Database) -> bool:
    """True where only triggers stand between the role that serves and the record; SQLite has no roles to ask."""
    if database.dialect != "postgresql":
        return False
    with database.reading() as tx:
        return bool(tx.connection.execute(_RIGHTS).scalar_one())

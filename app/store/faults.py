"""What does a fault of the database mean for the person who was waiting?"""

from __future__ import annotations

from psycopg import Error as PostgreSQLError
from sqlalchemy import Index, Table, UniqueConstraint, exc
from sqlalchemy.engine import ExceptionContext

from app.domain.errors import OutcomeUnknown, StartRefused, Unavailable
from app.store.tables import metadata

OPEN = "doseward.transaction"
"""Under which name a connection knows its open transaction."""

_ABSENT = (exc.OperationalError, exc.InterfaceError, exc.InternalError, exc.DisconnectionError, exc.TimeoutError)

_BUSY = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "55P03", "40001", "40P01"}
"""A lock that was not had in time, or had by both (postgresql.org/docs/current/errcodes-appendix.html)."""


def unavailable() -> Unavailable:
    return Unavailable("database_unavailable", "Nothing was saved. The database did not answer in time: try again.")


def outcome_unknown() -> OutcomeUnknown:
    return OutcomeUnknown(
        "outcome_unknown",
        "The database failed while saving: it is not known whether this was saved; retry with the same key.",
    )


def is_absence(fault: BaseException) -> bool:
    """True when the database could not do its work; False for a refused row or a fault of ours."""
    if isinstance(fault, _ABSENT):
        return True
    return type(fault) is exc.DatabaseError or (isinstance(fault, exc.DBAPIError) and fault.connection_invalidated)


def name_of(fault: BaseException) -> str | None:
    """What the database itself calls the fault: SQLite's name, PostgreSQL's SQLSTATE; None where it gave none."""
    orig = getattr(fault, "orig", None)
    return getattr(orig, "sqlite_errorname", None) or getattr(orig, "sqlstate", None)


def is_contention(fault: BaseException) -> bool:
    """True when somebody else was in the way, and nothing is wrong with the database."""
    return isinstance(fault, exc.TimeoutError) or name_of(fault) in _BUSY


def broken_constraint(fault: exc.IntegrityError) -> str | None:
    """The name of the constraint or unique index a row broke, the same on both databases.

    None for a foreign key on SQLite, which does not say which one.
    """
    diagnosis = getattr(fault.orig, "diag", None)
    if diagnosis is not None:
        name = diagnosis.constraint_name
        return None if name is None else str(name)
    message = str(fault.orig)
    kind, _, rest = message.partition(" constraint failed: ")
    if not rest:
        return message if message in _UNIQUE.values() else None
    return _UNIQUE.get(rest) if kind == "UNIQUE" else rest


def why_unreachable(fault: exc.DBAPIError) -> str:
    """Why the database could not be reached; what the driver adds on further lines are guesses."""
    return str(fault.orig).partition("\n")[0].rpartition(" failed: ")[2]


def cannot_open(where: str | None, fault: exc.DBAPIError | OSError) -> StartRefused:
    """The refusal of a command that cannot begin; of a file that is not to be had it names the file."""
    why = f"{fault.filename or where}: {fault.strerror}" if isinstance(fault, OSError) else why_unreachable(fault)
    return StartRefused("database_unreachable", f"The database at {where} cannot be opened: {why}.")


def without_values(fault: Exception) -> Exception:
    """The same fault without the row it was about: PostgreSQL repeats a refused row whole in its DETAIL."""
    if not isinstance(fault, PostgreSQLError):
        return fault
    return type(fault)(fault.diag.message_primary or "the server gave no reason", info=fault._info)  # noqa: SLF001


def remember_failure(context: ExceptionContext) -> None:
    """A statement run by SQLAlchemy itself breaks its transaction as one run by the driver does."""
    if context.connection is not None and not context.connection.invalidated and OPEN in context.connection.info:
        context.connection.info[OPEN].broken = True


def _unique_keys(table: Table) -> dict[str, str]:
    """Names of a table's unique keys by the words in which SQLite reports them."""
    keys: list[Index | UniqueConstraint] = [
        item for item in (*table.constraints, *table.indexes) if isinstance(item, Index | UniqueConstraint)
    ]
    found = {_columns(key): str(key.name) for key in keys if isinstance(key, UniqueConstraint) or key.unique}
    return found | {", ".join(f"{table.name}.{c.name}" for c in table.primary_key): str(table.primary_key.name)}


def _columns(key: Index | UniqueConstraint) -> str:
    return ", ".join(f"{column.table.name}.{column.name}" for column in key.columns)


_UNIQUE = {words: name for table in metadata.tables.values() for words, name in _unique_keys(table).items()}

"""How does a test reach the database past the program, as somebody with its password would?"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine


@contextmanager
def raw(url: str) -> Iterator[Connection]:
    """A connection whose every statement stands at once."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def count(connection: Connection, table: str) -> int:
    """How many rows the table holds."""
    found: int = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()
    return found

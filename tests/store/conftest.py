"""Which database does a test of the store write to?"""

from collections.abc import Iterator

import pytest

from app.store.database import Database
from app.store.opening import open_database

AUDIT_KEY = b"a key kept elsewhere"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An open database, fresh and migrated; the test runs once on each kind."""
    opened = open_database(database_url, audit_key=AUDIT_KEY, pool_size=8)
    yield opened
    opened.close()

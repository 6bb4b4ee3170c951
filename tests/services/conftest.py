"""Which database does a test of the services work on?

After each, the summaries of its cycles are those that follow from the record: no act forgets them.
"""

from collections.abc import Iterator

import pytest

from app.store.database import Database
from app.store.opening import open_database
from tests.services.ward import Ward, a_ward
from tests.summaries import assert_told


@pytest.fixture
def database(served_url: str) -> Iterator[Database]:
    """An open database, fresh and migrated; the test runs once on each kind."""
    opened = open_database(served_url, audit_key=b"kept elsewhere", pool_size=8)
    yield opened
    assert_told(opened)
    opened.close()


@pytest.fixture
def ward(sqlite_url: str) -> Iterator[Ward]:
    """A ward with a patient whose first dose is due, for what does not depend on the kind of database."""
    opened = open_database(sqlite_url, audit_key=b"kept elsewhere", pool_size=8)
    yield a_ward(opened)
    assert_told(opened)
    opened.close()

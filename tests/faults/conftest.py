"""What does a test of faults begin with?"""

import pytest

from tests.faults.ward import Ward, a_ward

PATIENTS = 6


@pytest.fixture
def ward(database_url: str) -> Ward:
    """Patients in a database nobody has open; the test runs once on each kind."""
    return a_ward(database_url, PATIENTS)


@pytest.fixture
def sqlite_ward(sqlite_url: str) -> Ward:
    """The same on SQLite alone."""
    return a_ward(sqlite_url, PATIENTS)


@pytest.fixture
def postgresql_ward(postgresql_url: str) -> Ward:
    """The same on PostgreSQL alone."""
    return a_ward(postgresql_url, PATIENTS)

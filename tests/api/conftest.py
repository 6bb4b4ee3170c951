"""Which application does a test of the API talk to?"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.store.opening import open_database
from tests.api.world import Stay, World, a_stay, a_world


@pytest.fixture
def world(served_url: str) -> Iterator[World]:
    """Two wards with their people; the test runs once on each kind of database."""
    database = open_database(served_url, audit_key=b"kept elsewhere", pool_size=8)
    yield a_world(database)
    database.close()


@pytest.fixture
def owned_world(database_url: str) -> Iterator[World]:
    """The same, served by whoever owns the tables: for a test that changes them under way."""
    database = open_database(database_url, audit_key=b"kept elsewhere", pool_size=8)
    yield a_world(database)
    database.close()


@pytest.fixture
def small_world(sqlite_url: str) -> Iterator[World]:
    """The same for what does not depend on the database."""
    database = open_database(sqlite_url, audit_key=b"kept elsewhere", pool_size=8)
    yield a_world(database)
    database.close()


@pytest.fixture
def stay(world: World) -> Stay:
    """A patient on the ward, in a course whose first dose is due."""
    return a_stay(world)


@pytest.fixture
def small_stay(small_world: World) -> Stay:
    """Likewise."""
    return a_stay(small_world)


@pytest.fixture(scope="module")
def quiet_world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world for a whole file of tests that are refused, or read only."""
    path = tmp_path_factory.mktemp("quiet") / "doseward.db"
    shutil.copyfile(sqlite_template, path)
    database = open_database(f"sqlite:///{path}", audit_key=b"kept elsewhere", pool_size=8)
    yield a_world(database)
    database.close()


@pytest.fixture(scope="module")
def quiet_stay(quiet_world: World) -> Stay:
    """A patient of that world."""
    return a_stay(quiet_world)

"""Which house do the tests of the pages stand in?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.web.house import NOW, House, Stay, open_house


@pytest.fixture
def house(sqlite_url: str) -> Iterator[House]:
    opened = open_house(sqlite_url)
    yield opened
    opened.database.close()


@pytest.fixture
def stay(house: House) -> Stay:
    """Two doses given; the third is due in 30 minutes and nothing is charted for it yet."""
    admitted = house.admit(first_due_at=NOW + timedelta(minutes=30) - timedelta(hours=16))
    house.given_until(admitted, 2)
    return admitted

"""Are ids ordered by time, unique, and of the version they claim?"""

from __future__ import annotations

import uuid
from datetime import timedelta

from app.domain.ids import new_id
from tests.builders import AT


def test_ids_sort_by_the_millisecond_they_were_made_in() -> None:
    moments = [AT + timedelta(milliseconds=number) for number in range(2000)]
    ids = [new_id(moment) for moment in moments]
    assert ids == sorted(ids)


def test_an_id_is_a_version_7_uuid_of_its_moment() -> None:
    for milliseconds in (0, 1, 999, 86_400_001):
        moment = AT + timedelta(milliseconds=milliseconds)
        made = uuid.UUID(new_id(moment))
        assert (made.version, made.variant) == (7, uuid.RFC_4122)
        assert made.int >> 80 == int(AT.timestamp()) * 1000 + milliseconds


def test_ids_of_one_moment_differ() -> None:
    assert len({new_id(AT) for _ in range(10_000)}) == 10_000

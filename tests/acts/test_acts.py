"""Does the record hold after every one of some thousand random acts? `make acts` plays as many seeds as you like."""

from __future__ import annotations

import pytest

from tests.acts.at_once import play_at_once
from tests.acts.play import ACTS, play

SEEDS = range(1, 10)
ACTS_OF_A_SEED = 120
EVERY = 12


@pytest.mark.hazard("HZ-01", "HZ-02", "HZ-08")
@pytest.mark.parametrize("seed", SEEDS)
def test_the_record_holds_whatever_a_ward_does(seed: int, sqlite_url: str) -> None:
    played = play(sqlite_url, seed, ACTS_OF_A_SEED, EVERY)
    assert sum(played.done.values()) > ACTS_OF_A_SEED / 2, "most of what is tried is done"
    assert played.done.keys() <= {act.__name__ for act in ACTS}


@pytest.mark.hazard("HZ-08")
def test_the_record_holds_on_a_server_too(postgresql_url: str) -> None:
    play(postgresql_url, seed=11, acts=30, every=10)


@pytest.mark.hazard("HZ-02", "HZ-07", "HZ-08")
def test_the_record_holds_where_people_act_at_the_same_moment(database_url: str) -> None:
    played = play_at_once(database_url, seed=12, rounds=12, people=6)
    assert sum(played.done.values()) > 12 * 6, "most of what is tried is done"

"""Are tries counted one by one, whoever counts at the same moment?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.store import throttle
from app.store.database import Database
from app.store.throttle import Tally
from tests.builders import AT

_LATER = AT + timedelta(seconds=9)


def test_a_count_is_kept_by_key_with_its_last_moment(database: Database) -> None:
    with database.transaction() as tx:
        throttle.count(tx, ["a", "b"], AT)
        throttle.count(tx, ["b"], _LATER)
    with database.reading() as tx:
        assert throttle.tallies(tx, ["a", "b", "c"]) == {"a": Tally(1, AT), "b": Tally(2, _LATER)}
    with database.transaction() as tx:
        assert throttle.locked_tallies(tx, ["b"]) == {"b": Tally(2, _LATER)}


def test_a_try_given_back_is_one_less_and_the_last_one_leaves_nothing(database: Database) -> None:
    with database.transaction() as tx:
        throttle.count(tx, ["a", "b"], AT)
        throttle.count(tx, ["b"], AT)
        throttle.give_back(tx, ["a", "b", "never counted"])
        assert throttle.tallies(tx, ["a", "b", "never counted"]) == {"b": Tally(1, AT)}
        throttle.forget(tx, ["b"])
        assert throttle.tallies(tx, ["b"]) == {}


def test_what_is_old_is_pruned_and_nothing_else(database: Database) -> None:
    with database.transaction() as tx:
        throttle.count(tx, ["old"], AT)
        throttle.count(tx, ["new"], _LATER)
        throttle.prune(tx, _LATER)
        assert set(throttle.tallies(tx, ["old", "new"])) == {"new"}


def test_no_try_is_lost_when_many_count_and_prune_at_once(database: Database) -> None:
    def count(number: int) -> None:
        with database.transaction() as tx:
            throttle.locked_tallies(tx, ["a", "b"])
            throttle.count(tx, ["b", "a"] if number % 2 else ["a", "b"], AT)
            throttle.prune(tx, AT)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))
    with database.reading() as tx:
        assert {key: tally.failures for key, tally in throttle.tallies(tx, ["a", "b"]).items()} == {"a": 40, "b": 40}

"""Does a ward's own ladder hold from when it is written, and is one that would lose an alert refused?"""

from datetime import timedelta

import pytest

from app.domain.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.domain.ids import new_id
from app.domain.vocabulary import Duty, Level, Role
from app.services.laddering import remove_ladder, ward_ladder, write_ladder
from app.store import ladders
from app.store.database import Database
from tests.builders import AT, REASON
from tests.delivery.test_timers import LADDER, climbed, minute_by_minute, raised
from tests.services.ward import Ward, a_ward, later, somebody

LEVEL = (
    '[level.{level}]\nsnooze = "10 min"\nrungs = [{{ duty = "nurse" }}, {{ duty = "attending", after = "{after}" }}]\n'
)
OWN = 'version = "7"\n' + "".join(LEVEL.format(level=level, after="3 min") for level in ("high_priority", "priority"))


@pytest.fixture
def here(database: Database) -> Ward:
    """A ward with a patient, on each kind of database."""
    return a_ward(database)


def _write(ward: Ward, document: str, role: Role = Role.ADMINISTRATOR, minutes: float = 0) -> None:
    acting = later(somebody(role, ward_id=ward.id), minutes)
    with ward.database.transaction() as tx:
        write_ladder(tx, acting, ward.id, document, REASON)


def test_a_ward_that_has_written_none_has_the_shipped_one(ward: Ward) -> None:
    with ward.database.reading() as tx:
        found = ward_ladder(tx, ward.nurse, ward.id)
    assert (found.ladder, found.recorded_at) == (ladders.shipped(), None)


@pytest.mark.hazard("HZ-02")
def test_an_alert_climbs_the_ladder_its_ward_has_written(here: Ward) -> None:
    _write(here, OWN)
    alert = raised(here)
    minute_by_minute(here, 20)
    assert climbed(here, alert) == [(Duty.ATTENDING, 3)]


def test_the_newest_one_counts_and_what_is_armed_stays_armed(ward: Ward) -> None:
    alert = raised(ward)
    _write(ward, OWN)
    _write(ward, OWN.replace("3 min", "4 min"), minutes=1)
    other = raised(ward, at=AT + timedelta(minutes=2))
    minute_by_minute(ward, 20, 2)
    assert len(climbed(ward, alert)) == 3
    assert climbed(ward, other) == [(Duty.ATTENDING, 6)]
    with ward.database.reading() as tx:
        climb = ward_ladder(tx, ward.nurse, ward.id).ladder.levels[Level.PRIORITY]
    assert climb.rungs[1].after == timedelta(minutes=4)


@pytest.mark.parametrize(
    "document",
    [
        LEVEL.format(level="high_priority", after="3 min"),
        OWN.replace('"3 min"', '"0 min"'),
        OWN.replace('{ duty = "nurse" }, { duty = "attending", after = "3 min" }', ""),
        OWN.replace('"attending"', '"nurse"'),
        OWN.replace("10 min", "2 d"),
        OWN.replace("3 min", "25 h"),
        "version = ",
    ],
)
def test_a_ladder_that_would_lose_an_alert_is_refused_in_words(ward: Ward, document: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        _write(ward, document)
    assert refusal.value.code == "ladder_refused"
    assert refusal.value.sentence


def test_only_an_administrator_of_the_ward_writes_its_ladder_and_with_a_reason(ward: Ward) -> None:
    for role in (Role.NURSE, Role.PRESCRIBER, Role.CHARGE_NURSE):
        with pytest.raises(Forbidden):
            _write(ward, OWN, role)
    with pytest.raises(NotFound), ward.database.transaction() as tx:
        write_ladder(tx, somebody(Role.ADMINISTRATOR, ward_id=new_id(AT)), ward.id, OWN, REASON)
    with pytest.raises(InvalidInput), ward.database.transaction() as tx:
        write_ladder(tx, somebody(Role.ADMINISTRATOR, ward_id=ward.id), ward.id, OWN, " ")


def _remove(ward: Ward, minutes: float, seen: str | None = None, reason: str = REASON) -> None:
    acting = later(somebody(Role.ADMINISTRATOR, ward_id=ward.id), minutes)
    with ward.database.transaction() as tx:
        remove_ladder(tx, acting, ward.id, reason, seen)


@pytest.mark.hazard("HZ-02")
def test_a_ward_goes_back_to_the_shipped_ladder_and_alerts_climb_that(here: Ward) -> None:
    _write(here, OWN)
    _remove(here, 1)
    alert = raised(here, at=AT + timedelta(minutes=2))
    minute_by_minute(here, 20, 2)
    assert climbed(here, alert) == [(duty, 2 + minutes) for duty, minutes in LADDER]
    with here.database.reading() as tx:
        found, written = ward_ladder(tx, here.nurse, here.id), ladders.history(tx, here.id)
    assert (found.own, found.recorded_at) == (False, AT + timedelta(minutes=1))
    assert [one.own for one in written] == [False, True]


def test_there_is_nothing_to_go_back_from_twice_and_not_without_a_reason(ward: Ward) -> None:
    for minutes in (0, 2):
        with pytest.raises(Conflict) as refusal:
            _remove(ward, minutes)
        assert refusal.value.code == "shipped_already"
        if minutes == 0:
            _write(ward, OWN)
            with pytest.raises(InvalidInput):
                _remove(ward, 1, reason=" ")
            _remove(ward, 1)


def test_whoever_looked_at_an_older_ladder_overwrites_no_newer_one(ward: Ward) -> None:
    admin = somebody(Role.ADMINISTRATOR, ward_id=ward.id)
    _write(ward, OWN)
    with pytest.raises(Conflict) as refusal, ward.database.transaction() as tx:
        write_ladder(tx, later(admin, 1), ward.id, OWN, REASON, "")
    assert refusal.value.code == "ladder_changed"
    with ward.database.reading() as tx:
        last = ladders.written(tx, ward.id)
    assert last is not None
    with ward.database.transaction() as tx:
        assert write_ladder(tx, later(admin, 1), ward.id, OWN, REASON, last.id).own

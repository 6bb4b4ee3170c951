"""Who names receivers, and what does the record keep of them?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.domain.errors import Forbidden, InvalidInput, NotFound, ProofNeeded
from app.domain.receiver import Receiver, read_doors
from app.domain.vocabulary import AlertKind, Level, Role
from app.services import failing
from app.services.acting import Acting
from app.services.following import Cursor
from app.services.receiving import (
    add_receiver,
    receivers_for,
    remove_receiver,
    rename_receiver,
    replay,
    rotate_secret,
    secret_of,
)
from app.store import alerts, lanes, ledger, receivers
from app.store.database import Database, Transaction
from tests.builders import AT
from tests.services.ward import Ward, a_service, a_ward, later, somebody

URL = "https://pager.example/in"
DOORS = read_doors("https://pager.example", "", demo=False)
ADMIN = somebody(Role.ADMINISTRATOR)


def added(database: Database, acting: Acting = ADMIN, url: str = URL, ward_id: str | None = None) -> Receiver:
    """A receiver of priority alerts."""
    with database.transaction() as tx:
        return add_receiver(tx, acting, DOORS, "pager gateway", url, ward_id, Level.PRIORITY)[0]


def test_a_secret_is_worked_out_and_kept_nowhere(database: Database) -> None:
    with database.transaction() as tx:
        made, secret = add_receiver(tx, ADMIN, DOORS, "pager gateway", URL, None, Level.PRIORITY)
    assert secret == secret_of(b"kept elsewhere", made.id, 1)
    assert secret.startswith("whsec_")
    assert len(secret) == len("whsec_") + 44
    others = {secret_of(b"another key", made.id, 1), secret_of(b"kept elsewhere", made.id, 2)}
    assert secret not in others
    with database.reading() as tx:
        kept = tx.connection.exec_driver_sql("SELECT * FROM receiver").fetchall()
        noted = tx.connection.exec_driver_sql("SELECT * FROM audit").fetchall()
    assert secret.removeprefix("whsec_") not in f"{kept}{noted}"


def test_a_receiver_is_told_from_now_on(database: Database) -> None:
    ward = a_ward(database)
    ward.chart(creatinine="2.6")
    made = added(database)
    with database.reading() as tx:
        watched = lanes.one(tx, made.id)
        assert watched is not None
        assert (watched.lane.n, watched.lane.epoch) == (ledger.position(tx).feed, ledger.position(tx).epoch)
        assert lanes.passing(tx, made, watched.lane.n, 10) == ()
    ward.chart(minutes=5, creatinine="2.9")
    with database.reading() as tx:
        assert [one.concerns for one in lanes.passing(tx, made, watched.lane.n, 10)] == [True]


def test_an_origin_that_the_site_has_not_opened_is_refused(ward: Ward) -> None:
    for url, code in (("https://elsewhere.example/in", "origin_not_open"), ("pager", "bad_url")):
        with pytest.raises(InvalidInput) as refusal:
            added(ward.database, url=url)
        assert refusal.value.code == code
    assert ward.count("receiver") == ward.count("lane") == 0


def test_who_administers_one_ward_names_receivers_of_that_ward_alone(ward: Ward) -> None:
    theirs = somebody(Role.ADMINISTRATOR, ward_id=ward.id)
    added(ward.database, theirs, ward_id=ward.id)
    house = added(ward.database)
    with pytest.raises(Forbidden):
        added(ward.database, theirs)
    with ward.database.transaction() as tx:
        assert [one.ward_id for one, _ in receivers_for(tx, theirs)] == [ward.id]
        assert len(receivers_for(tx, ADMIN)) == 2
        with pytest.raises(NotFound):
            rename_receiver(tx, theirs, house.id, "mine now")


@pytest.mark.parametrize("acting", [somebody(Role.NURSE), somebody(Role.PRESCRIBER), a_service("read", "alerts:read")])
def test_nobody_else_does(ward: Ward, acting: Acting) -> None:
    with pytest.raises(Forbidden):
        added(ward.database, acting)


def test_making_rotating_and_removing_ask_who_it_is(ward: Ward) -> None:
    made = added(ward.database)
    stale = replace(ADMIN, proved_at=AT - timedelta(minutes=5))
    for act in (
        lambda tx: add_receiver(tx, stale, DOORS, "pager", URL, None, Level.PRIORITY),
        lambda tx: rotate_secret(tx, stale, made.id),
        lambda tx: remove_receiver(tx, stale, made.id, "gone"),
    ):
        with pytest.raises(ProofNeeded), ward.database.transaction() as tx:
            act(tx)


def test_a_rotation_makes_another_secret_and_both_count_for_a_day(database: Database) -> None:
    made = added(database)
    with database.transaction() as tx:
        rotated, secret = rotate_secret(tx, ADMIN, made.id)
    assert secret == secret_of(b"kept elsewhere", made.id, 2)
    assert rotated.generations(AT + timedelta(hours=23)) == (2, 1)
    assert rotated.generations(AT + timedelta(hours=24)) == (2,)


def test_a_removed_receiver_has_no_lane_and_cannot_be_changed(database: Database) -> None:
    made = added(database)
    with pytest.raises(InvalidInput), database.transaction() as tx:
        remove_receiver(tx, ADMIN, made.id, "  ")
    with database.transaction() as tx:
        assert remove_receiver(tx, ADMIN, made.id, "replaced").removed_at == AT
        assert lanes.watched(tx) == ()
    with pytest.raises(NotFound), database.transaction() as tx:
        rename_receiver(tx, ADMIN, made.id, "again")
    with database.reading() as tx:
        assert receivers.receiver(tx, made.id).removed_by == ADMIN.person_id


def test_replay_goes_back_to_a_cursor_or_to_the_oldest_open_alert(database: Database) -> None:
    ward = a_ward(database)
    ward.chart(creatinine="2.6")
    ward.chart(minutes=5, creatinine="2.9")
    made = added(database)
    with database.transaction() as tx:
        epoch, feed = ledger.position(tx).epoch, ledger.position(tx).feed
        assert feed > 1
        replay(tx, ADMIN, made.id, Cursor(epoch, 1))
        assert _n(tx, made) == 1
        replay(tx, ADMIN, made.id, None)
        assert _n(tx, made) == 0
        for wrong in (Cursor("0" * 8, 1), Cursor(epoch, feed + 1)):
            with pytest.raises(InvalidInput):
                replay(tx, ADMIN, made.id, wrong)


def _n(tx: Transaction, made: Receiver) -> int:
    found = lanes.one(tx, made.id)
    assert found is not None
    return found.lane.n


# ---- Whoever does not answer


def test_a_receiver_that_fails_is_an_alert_that_only_a_person_ends(database: Database) -> None:
    ward = a_ward(database)
    made = added(database)
    for minutes, level in ((2, Level.PRIORITY), (15, Level.HIGH_PRIORITY)):
        with database.transaction() as tx:
            failing.fails(tx, AT + timedelta(minutes=minutes), made, level)
    with database.transaction() as tx:
        failing.works(tx, AT + timedelta(minutes=20), made)
        failing.works(tx, AT + timedelta(minutes=21), made)
    with database.reading() as tx:
        (alert,) = alerts.open_alerts(tx, [ward.id])
        told = [item.event.kind for item in alerts.feed_after(tx, ledger.position(tx).epoch, 0, 50)]
    assert (alert.key, alert.course_id, alert.level) == (f"delivery:{made.id}", None, Level.HIGH_PRIORITY)
    assert alert.open
    assert alert.cleared is not None
    assert told == [AlertKind.RAISED, AlertKind.WORSENED, AlertKind.CLEARED]
    with database.transaction() as tx:
        failing.fails(tx, AT + timedelta(minutes=30), made, Level.PRIORITY)
        (again,) = alerts.open_alerts(tx, [ward.id])
    assert (again.id, again.cleared, again.worse_at) == (alert.id, None, AT + timedelta(minutes=30))


def test_removing_a_receiver_calls_nobody_any_more(ward: Ward) -> None:
    made = added(ward.database)
    with ward.database.transaction() as tx:
        failing.fails(tx, AT, made, Level.PRIORITY)
    with ward.database.transaction() as tx:
        remove_receiver(tx, later(ADMIN, 1), made.id, "replaced")
        (alert,) = alerts.open_alerts(tx, [ward.id])
    assert alert.cleared is not None
    assert alert.open

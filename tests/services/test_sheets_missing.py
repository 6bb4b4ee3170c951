"""Is every ward told once that the sheets for a time without the server are missing, and that they are there again?"""

from datetime import timedelta

from app.domain.ids import new_id
from app.domain.vocabulary import Level
from app.services import sheets_missing
from app.store import alerts, wards
from app.store.database import Database
from app.store.wards import Ward
from tests.builders import AT

FAULT = "The last-state sheets cannot be written (No space left on device)."


def test_each_ward_is_told_once_until_they_are_written_again(database: Database) -> None:
    places = [Ward(new_id(AT), f"CANARY-{name}", "UTC") for name in ("A", "B")]
    with database.transaction() as tx:
        for place in places:
            wards.add_ward(tx, place, AT)
    for minute in (0, 15):
        with database.transaction() as tx:
            sheets_missing.fails(tx, AT + timedelta(minutes=minute), FAULT)
    with database.reading() as tx:
        found = alerts.open_alerts(tx, [place.id for place in places])
    assert sorted(one.ward_id for one in found) == sorted(place.id for place in places)
    assert {(one.level, one.repeats, one.cleared) for one in found} == {(Level.PRIORITY, 0, None)}
    assert all(one.summary.startswith(FAULT) for one in found)
    with database.transaction() as tx:
        sheets_missing.works(tx, AT + timedelta(minutes=20))
    with database.reading() as tx:
        found = alerts.open_alerts(tx, [place.id for place in places])
    assert all(one.cleared is not None for one in found)
    with database.transaction() as tx:
        sheets_missing.fails(tx, AT + timedelta(minutes=30), FAULT)
    with database.reading() as tx:
        assert all(one.cleared is None for one in alerts.open_alerts(tx, [place.id for place in places]))

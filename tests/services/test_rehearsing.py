"""What would another protocol have said: on its own past, with reasons, and without a trace in the record?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli import cli
from app.domain.course import Administration
from app.domain.protocol import Protocol
from app.domain.vocabulary import Action, Outcome
from app.protocols.library import read
from app.services.administering import administer
from app.services.correcting import Change, correct
from app.services.correcting_doses import DoseChange, correct_administration
from app.services.observing import Recorded
from app.services.rehearsing import LIMIT, SAME_REASONS, Rehearsal, every_course, rehearse
from app.store.database import Database
from app.store.opening import open_database
from app.store.tables import metadata
from tests.builders import AT, CONSENSUS, LIBRARY, LVHN, TIL, Plain, hourly, reading
from tests.services.ward import Ward, a_ward, entries, later

PERIOD = 8 * 60


def _variant(*changes: tuple[str, str]) -> Protocol:
    text = read("lvhn-2015.toml").decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return LIBRARY.parse(text.encode())


EARLIER = _variant(("below = 120", "below = 110"), ("from = 120, to = 130", "from = 110, to = 130"))
"""Tachycardia from 110."""
LATER = _variant(("below = 120", "below = 127"), ("from = 120, to = 130", "from = 127, to = 130"))
"""Tachycardia from 127."""
SOONER_OVER = _variant(("to = 130", "to = 125"), ("above = 130", "above = 125"))
"""A stop above 125."""


def _chart(ward: Ward, dose: int, **values: Plain) -> Recorded:
    """A set half an hour before a dose is due, with the volumes of the 8 hours before it."""
    minutes = PERIOD * (dose - 1)
    at = AT + timedelta(minutes=minutes)
    volumes = [hourly(name, *[well] * 8, at=at) for name, well in (("urine_volume", 75), ("stool_volume", 0))]
    changed = [reading(measure, value, at=at) for measure, value in values.items()]
    items = entries(*volumes, *changed, at=at, absent=("fluid_intake",))
    return ward.chart_items(items, minutes, dose)


def _give(ward: Ward, dose: int, saved: Recorded, **changes: object) -> Administration:
    assert saved.record is not None
    minutes = PERIOD * (dose - 1) + 1
    done = ward.done(minutes, **{"decision_id": saved.record.id, **changes})
    with ward.database.transaction() as tx:
        return administer(tx, LIBRARY, later(ward.nurse, minutes), ward.doses[dose - 1].id, done).administration


def _again(ward: Ward, other: Protocol) -> Rehearsal:
    with ward.database.reading() as tx:
        return rehearse(tx, LIBRARY, ward.course.id, other)


def _moves(ward: Ward, other: Protocol) -> list[tuple[int, Action, Action]]:
    return [(one.dose_number, one.recorded.action, one.other.action) for one in _again(ward, other).differing]


def test_the_protocol_that_decided_differs_from_itself_in_nothing(ward: Ward) -> None:
    _give(ward, 1, _chart(ward, 1))
    for dose in (2, 3, 4):
        _chart(ward, dose, heart_rate=125)
    _chart(ward, 5)
    assert (_again(ward, LVHN).decisions, _moves(ward, LVHN)) == (5, [])


def test_a_decision_that_would_differ_is_listed_with_the_reasons_of_each(ward: Ward) -> None:
    _chart(ward, 1, heart_rate=122)
    (one,) = _again(ward, LATER).differing
    assert (one.recorded.action, one.other.action) == (Action.HOLD, Action.PROCEED)
    assert (one.cycle_number, one.dose_number, one.at) == (1, 1, AT)
    (reason,) = one.only_recorded
    assert reason.startswith("Heart rate 122 /min, 30 min ago (limit 120 to 130 /min): relative criterion. Source: L15")
    assert one.only_other == ("Every required value is present and fresh, and no criterion of lvhn-2015 is met.",)


def test_doses_the_other_would_have_held_are_its_held_occasions(ward: Ward) -> None:
    for dose in (1, 2, 3):
        _give(ward, dose, _chart(ward, dose, heart_rate=115))
    proceed, hold = Action.PROCEED, Action.HOLD
    assert _moves(ward, EARLIER) == [(1, proceed, hold), (2, proceed, hold), (3, proceed, Action.STOP)]


def test_a_dose_begun_in_the_minute_it_was_decided_in_is_one_the_other_would_have_held(database: Database) -> None:
    ward = a_ward(database)
    ward = replace(ward, nurse=later(ward.nurse, 0.5))
    for dose in (1, 2, 3):
        _give(ward, dose, _chart(ward, dose, heart_rate=115), started_at=AT + timedelta(minutes=PERIOD * (dose - 1)))
    assert [action for _, _, action in _moves(ward, EARLIER)] == [Action.HOLD, Action.HOLD, Action.STOP]


def test_doses_the_other_would_have_given_are_none_of_its_held_occasions(ward: Ward) -> None:
    for dose in (1, 2, 3):
        _chart(ward, dose, heart_rate=125)
    proceed, hold = Action.PROCEED, Action.HOLD
    assert _moves(ward, LATER) == [(1, hold, proceed), (2, hold, proceed), (3, Action.STOP, proceed)]


def test_a_held_occasion_that_was_none_takes_back_a_stop_for_both(ward: Ward) -> None:
    rows = [
        _give(ward, dose, _chart(ward, dose, heart_rate=125), outcome=Outcome.NOT_GIVEN, units=Decimal(0))
        for dose in (1, 2)
    ]
    third = _chart(ward, 3, heart_rate=125)
    change = DoseChange("it went in", outcome=Outcome.GIVEN, deviation="the monitor was wrong")
    with ward.database.transaction() as tx:
        acting = later(ward.nurse, PERIOD * 2 + 5)
        done = correct_administration(tx, LIBRARY, acting, rows[0].id, change)
    assert third.record is not None
    assert (third.record.action, done.affected[-1].review.action) == (Action.STOP, Action.HOLD)
    fourth = _chart(ward, 4)
    assert fourth.record is not None
    assert fourth.record.action is Action.PROCEED
    assert _moves(ward, LVHN) == []


def test_a_dose_given_against_the_record_stays_given(ward: Ward) -> None:
    for dose in (1, 2):
        saved = _chart(ward, dose, heart_rate=125)
        _give(ward, dose, saved, decision_id=None, deviation="the monitor was wrong")
    _chart(ward, 3, heart_rate=125)
    assert _moves(ward, LVHN) == []
    assert _moves(ward, EARLIER) == []


def test_a_stop_of_the_other_binds_its_later_decisions(ward: Ward) -> None:
    _chart(ward, 1, heart_rate=128)
    _chart(ward, 2)
    assert _moves(ward, SOONER_OVER) == [(1, Action.HOLD, Action.STOP), (2, Action.PROCEED, Action.STOP)]
    assert "An earlier decision to stop still binds." in _again(ward, SOONER_OVER).differing[1].only_other[0]


def test_a_stop_of_the_other_on_data_that_were_corrected_does_not_bind(ward: Ward) -> None:
    saved = _chart(ward, 1, heart_rate=128)
    pulse = next(row for row in saved.observations if row.measure == "heart_rate")
    with ward.database.transaction() as tx:
        correct(tx, LIBRARY, later(ward.nurse, 5), pulse.id, Change("misread", Decimal(82), "/min"))
    _chart(ward, 2)
    assert _moves(ward, SOONER_OVER) == [(1, Action.HOLD, Action.STOP)]


def test_a_text_that_only_calls_for_something_else_says_that_the_reasons_are_the_same(ward: Ward) -> None:
    _chart(ward, 1, heart_rate=125)
    gentler = _variant(('relative = "hold"', 'relative = "caution"'))
    (one,) = _again(ward, gentler).differing
    assert (one.recorded.action, one.other.action) == (Action.HOLD, Action.CAUTION)
    assert (one.only_recorded, one.only_other) == ((), (SAME_REASONS,))


def _state(database: Database) -> tuple[dict[str, int], object]:
    """How many rows every table has, and where the ledger stands."""
    with database.reading() as tx:
        run = tx.connection.exec_driver_sql
        counts = {name: int(run(f"SELECT count(*) FROM {name}").scalar_one()) for name in metadata.tables}
        return counts, tuple(run("SELECT * FROM ledger").one())


@pytest.mark.hazard("HZ-15")
def test_nothing_that_is_stored_changes(database: Database) -> None:
    ward = a_ward(database)
    _chart(ward, 1, heart_rate=125)
    before = _state(database)
    for other in (LVHN, CONSENSUS, TIL):
        with database.reading() as tx:
            (course,) = every_course(tx, LIBRARY, other)
        assert course.decisions == 1
    assert _state(database) == before


def test_the_command_lists_what_differs_and_what_it_cannot_know(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(sqlite_url)
    ward = a_ward(database)
    _chart(ward, 1, heart_rate=122)
    before = _state(database)
    draft = tmp_path / "draft.toml"
    draft.write_bytes(LATER.document)
    words = ["replay", "--protocol", str(draft), "--database", sqlite_url.removeprefix("sqlite:///")]
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert "cycle 1, dose 1, 2026-03-04T16:00:00Z: hold -> proceed" in done.stdout
    assert "  - lvhn-2015: Heart rate 122 /min" in done.stdout
    assert "1 decisions taken again by lvhn-2015 1.0.0, 1 would differ." in done.stdout
    assert done.stdout.endswith(f"{LIMIT}\n")
    assert _state(database) == before
    again = CliRunner().invoke(cli, ["replay", "--database", sqlite_url], catch_exceptions=False)
    assert (again.exit_code, again.stdout) == (0, "1 decisions recomputed, 0 differ.\n")
    database.close()
